/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Downloads one file of known size over HTTP. The received bytes are kept in {@code FILE.part}; a retry or a later run
 * resumes there. The file itself appears only when it is complete and verified.
 * <p>
 * The download uses the proxy settings of the JVM. It follows redirects to http and https, but never from https to http.
 */
public final class Download {

	/** Verifies a complete download. */
	public interface Check {

		/**
		 * Verifies the file, which is deleted if this throws.
		 *
		 * @param part the file
		 * @throws IOException if the file is wrong; the message is a clause
		 */
		void run(Path part) throws IOException;
	}

	/** A failure that a retry may resolve. */
	private static final class TransientException extends IOException {

		private static final long serialVersionUID = 1;

		TransientException(final String clause, final Throwable cause) {
			super(clause, cause);
		}
	}

	private static final long REPORT_INTERVAL_MS = 200;
	private static final int REDIRECTION = 300;
	private static final int CLIENT_ERROR = 400;
	private static final int RANGE_NOT_SATISFIABLE = 416;
	private static final int TOO_MANY_REQUESTS = 429;
	private static final int SERVER_ERROR = 500;

	private final URI source;
	private final Path file;
	private final Path part;
	private final long size;
	private final Check check;
	private final RetryPolicy policy;
	private final DownloadListener listener;
	private final BooleanSupplier canceled;
	private final HttpClient client;

	private boolean resumable = true;
	private boolean receivedAny;

	/**
	 * Prepares a download without sending a request.
	 *
	 * @param source http or https address
	 * @param file the file to write; its folder must exist
	 * @param size size of the file in bytes
	 * @param check verifies the complete file
	 * @param policy timeouts and retries
	 * @param listener receives the progress
	 * @param canceled polled a few times a second; true cancels
	 */
	public Download(final URI source, final Path file, final long size, final Check check, final RetryPolicy policy,
			final DownloadListener listener, final BooleanSupplier canceled) {
		this.source = source;
		this.file = file;
		this.part = file.resolveSibling(file.getFileName() + ".part");
		this.size = size;
		this.check = check;
		this.policy = policy;
		this.listener = listener;
		this.canceled = canceled;
		this.client = client(policy);
	}

	/**
	 * {@return a new client with the proxy settings of the JVM}
	 *
	 * @param policy its connection timeout is used
	 */
	public static HttpClient client(final RetryPolicy policy) {
		// The client uses the JVM's proxy selector by default, but not its authenticator.
		final HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
				.followRedirects(HttpClient.Redirect.NORMAL).connectTimeout(policy.connect());
		final Authenticator passwords = Authenticator.getDefault();
		return (passwords == null ? builder : builder.authenticator(passwords)).build();
	}

	/**
	 * {@return the builder of a request for {@link #client}}
	 *
	 * @param source http or https address
	 */
	public static HttpRequest.Builder request(final URI source) {
		return HttpRequest.newBuilder(source).header("User-Agent", "fiji-colorize");
	}

	/**
	 * {@return a check of the SHA-256 checksum}
	 *
	 * @param expected 64 lower-case hexadecimal digits
	 */
	public static Check sha256(final String expected) {
		return part -> {
			final String actual = Sha256.of(part);
			if (!actual.equals(expected)) {
				throw new IOException("the received file is not the published one: its sha256 is " + actual
						+ " instead of " + expected + ", so it was deleted");
			}
		};
	}

	/**
	 * Downloads the file.
	 *
	 * @return true if the file is complete, false if canceled
	 * @throws IOException if the download fails; the message is a clause
	 */
	public boolean run() throws IOException {
		try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
				FileLock lock = lock(channel)) {
			if (!fill(channel)) {
				return false;
			}
		}
		try {
			check.run(part);
		}
		catch (final IOException e) {
			Files.delete(part);
			throw e;
		}
		AtomicFile.move(part, file);
		return true;
	}

	private FileLock lock(final FileChannel channel) throws IOException {
		try {
			final FileLock lock = channel.tryLock();
			if (lock != null) {
				return lock;
			}
		}
		catch (final OverlappingFileLockException e) {
			// This program holds the lock.
		}
		throw new IOException("another download of this file is running");
	}

	private boolean fill(final FileChannel channel) throws IOException {
		if (channel.size() > size) {
			channel.truncate(0);
		}
		if (channel.size() < size && Files.getFileStore(part).getUsableSpace() < size - channel.size()) {
			throw new IOException("there is not enough disk space in " + part.getParent());
		}
		int failures = 0;
		while (channel.size() < size) {
			try {
				if (!receive(channel)) {
					return false;
				}
			}
			catch (final TransientException e) {
				if (failures == policy.pauses().size()) {
					throw new IOException(
							e.getMessage() + (failures == 0 ? "" : ", after " + (failures + 1) + " attempts"), e);
				}
				final Duration pause = policy.pauses().get(failures++);
				listener.message("The download stopped (" + e.getMessage() + "). Retrying in "
						+ Math.max(1, pause.toSeconds()) + " s.");
				if (!pause(pause)) {
					return false;
				}
			}
		}
		return true;
	}

	/** Sends one request; returns false if canceled. */
	private boolean receive(final FileChannel channel) throws IOException {
		final long start = channel.size();
		final HttpRequest.Builder request = request(source);
		if (start > 0 && resumable) {
			request.header("Range", "bytes=" + start + "-");
		}
		final FileBodySubscriber receiver = new FileBodySubscriber(channel, start, size);
		final CompletableFuture<HttpResponse<Void>> future = client.sendAsync(request.build(), receiver::prepare);
		try {
			if (!await(future, receiver)) {
				return false;
			}
		}
		finally {
			// Late bytes must not be written during the next request.
			receiver.close();
			future.cancel(true);
			receivedAny |= receiver.received() > 0;
		}
		check(future.join(), receiver, channel);
		return true;
	}

	/** Waits for the end of the body; returns false if canceled. */
	private boolean await(final CompletableFuture<HttpResponse<Void>> future, final FileBodySubscriber receiver)
			throws IOException {
		final long begin = System.nanoTime();
		long lastChange = begin;
		long lastReceived = -1;
		while (true) {
			try {
				future.get(REPORT_INTERVAL_MS, TimeUnit.MILLISECONDS);
				report(receiver, begin);
				return true;
			}
			catch (final TimeoutException e) {
				final long now = System.nanoTime();
				if (receiver.received() != lastReceived) {
					lastReceived = receiver.received();
					lastChange = now;
				}
				if (canceled.getAsBoolean()) {
					return false;
				}
				report(receiver, begin);
				if (now - lastChange > policy.stall().toNanos()) {
					throw new TransientException("no data for " + Math.max(1, policy.stall().toSeconds()) + " s", e);
				}
			}
			catch (final InterruptedException e) {
				Thread.currentThread().interrupt();
				return false;
			}
			catch (final ExecutionException e) {
				throw failure(e.getCause(), receiver);
			}
		}
	}

	private void report(final FileBodySubscriber receiver, final long begin) {
		final long bytes = receiver.start() + receiver.received();
		final double seconds = (System.nanoTime() - begin) / 1e9;
		listener.received(bytes, size, receiver.received() == 0 ? Double.NaN
				: (size - bytes) * seconds / receiver.received());
	}

	private IOException failure(final Throwable cause, final FileBodySubscriber receiver) {
		if (receiver.problem() != null) {
			return receiver.problem();
		}
		final boolean noConnection = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
		final String problem = noConnection ? "there is no connection to " + source.getHost() : "the connection was lost";
		return noConnection && !receivedAny ? new IOException(problem, cause) : new TransientException(problem, cause);
	}

	/** Throws unless the file is complete or a request for the whole file may help. */
	private void check(final HttpResponse<Void> response, final FileBodySubscriber receiver, final FileChannel channel)
			throws IOException {
		final int status = response.statusCode();
		if (receiver.problem() != null) {
			throw receiver.problem();
		}
		if (receiver.misplaced() || status == RANGE_NOT_SATISFIABLE) {
			if (!resumable) {
				throw new IOException("the server does not send the file from its beginning");
			}
			// The server does not send the requested part: request the whole file.
			resumable = false;
			channel.truncate(0);
		}
		else if (status >= REDIRECTION && status < CLIENT_ERROR) {
			throw new IOException("the server redirects to " + response.headers().firstValue("Location")
					.orElse("nowhere") + ", which is not followed");
		}
		else if (status == HttpURLConnection.HTTP_CLIENT_TIMEOUT || status == TOO_MANY_REQUESTS
				|| status >= SERVER_ERROR) {
			throw new TransientException("the server returned error " + status, null);
		}
		else if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_PARTIAL) {
			throw new IOException("the server returned error " + status);
		}
		else if (channel.size() < size) {
			throw new TransientException("the connection was lost", null);
		}
	}

	private boolean pause(final Duration pause) {
		final long end = System.nanoTime() + pause.toNanos();
		try {
			while (System.nanoTime() < end) {
				if (canceled.getAsBoolean()) {
					return false;
				}
				Thread.sleep(Math.max(1, Math.min(REPORT_INTERVAL_MS, (end - System.nanoTime()) / 1_000_000)));
			}
			return true;
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			return false;
		}
	}
}
