/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Fetches one file of known size over HTTP. What has arrived is kept in {@code FILE.part}, where this run, which tries again
 * a few times, or a later one resumes. The file itself appears only when it is complete and verified.
 * <p>
 * The proxy settings of the JVM are honoured. Redirects are followed to http and https addresses, but never from https
 * to http.
 */
public final class Download {

	/** Verifies a file that has arrived whole. */
	public interface Check {

		/**
		 * Verifies it; if it throws, the file is deleted.
		 *
		 * @param part the file
		 * @throws IOException with a clause that says what is wrong with it
		 */
		void run(Path part) throws IOException;
	}

	/** A failure after which another try may succeed. */
	private static final class TransientException extends IOException {

		private static final long serialVersionUID = 1;

		TransientException(final String clause, final Throwable cause) {
			super(clause, cause);
		}
	}

	private static final long TELL_EVERY_MS = 200;
	private static final int OK = 200;
	private static final int PARTIAL = 206;
	private static final int REDIRECTION = 300;
	private static final int CLIENT_ERROR = 400;
	private static final int REQUEST_TIMEOUT = 408;
	private static final int RANGE_REFUSED = 416;
	private static final int TOO_MANY_REQUESTS = 429;
	private static final int SERVER_ERROR = 500;

	private final URI source;
	private final Path file;
	private final Path part;
	private final long size;
	private final Check check;
	private final RetryPolicy policy;
	private final DownloadListener listener;
	private final BooleanSupplier cancelled;
	private final HttpClient client;

	private boolean resumable = true;
	private boolean anyArrived;

	/**
	 * Prepares a download; nothing is sent yet.
	 *
	 * @param source http or https address
	 * @param file to make; its folder must exist
	 * @param size bytes
	 * @param check verifies the file when all bytes are there
	 * @param policy how long it waits, and how often it tries again
	 * @param listener hears of the progress
	 * @param cancelled is asked a few times a second
	 */
	public Download(final URI source, final Path file, final long size, final Check check, final RetryPolicy policy,
			final DownloadListener listener, final BooleanSupplier cancelled) {
		this.source = source;
		this.file = file;
		this.part = file.resolveSibling(file.getFileName() + ".part");
		this.size = size;
		this.check = check;
		this.policy = policy;
		this.listener = listener;
		this.cancelled = cancelled;
		this.client = client(policy);
	}

	/**
	 * A client with the proxy settings of the JVM.
	 *
	 * @param policy how long it waits for a connection
	 * @return a new client
	 */
	public static HttpClient client(final RetryPolicy policy) {
		// The client asks the JVM's proxy selector by itself, but not its authenticator.
		final HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
				.followRedirects(HttpClient.Redirect.NORMAL).connectTimeout(policy.connect());
		final Authenticator passwords = Authenticator.getDefault();
		return (passwords == null ? builder : builder.authenticator(passwords)).build();
	}

	/**
	 * A request to be sent with {@link #client}.
	 *
	 * @param source http or https address
	 * @return the request, to be completed
	 */
	public static HttpRequest.Builder request(final URI source) {
		return HttpRequest.newBuilder(source).header("User-Agent", "fiji-colorize");
	}

	/**
	 * The check for a file whose checksum is known.
	 *
	 * @param expected 64 hexadecimal digits
	 * @return deletes a file with another one
	 */
	public static Check sha256(final String expected) {
		return part -> {
			final String actual = Sha256.of(part);
			if (!actual.equals(expected)) {
				throw new IOException("what arrived is not the published file: its sha256 is " + actual + " instead of "
						+ expected + ", so it was deleted");
			}
		};
	}

	/**
	 * Fetches the file.
	 *
	 * @return whether the file is there; false if cancelled
	 * @throws IOException with a clause that says what is wrong
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
		FileLock lock;
		try {
			lock = channel.tryLock();
		}
		catch (final OverlappingFileLockException e) {
			lock = null;
		}
		if (lock == null) {
			throw new IOException("another download of it is under way");
		}
		return lock;
	}

	private boolean fill(final FileChannel channel) throws IOException {
		if (channel.size() > size) {
			channel.truncate(0);
		}
		if (channel.size() < size && Files.getFileStore(part).getUsableSpace() < size - channel.size()) {
			throw new IOException("the disk of " + part.getParent() + " has no room for it");
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
					throw new IOException(e.getMessage() + (failures == 0 ? "" : ", after " + (failures + 1) + " tries"), e);
				}
				final Duration pause = policy.pauses().get(failures++);
				listener.message("The download stopped (" + e.getMessage() + "); it goes on in "
						+ Math.max(1, pause.toSeconds()) + " s.");
				if (!pause(pause)) {
					return false;
				}
			}
		}
		return true;
	}

	/** One request; returns false if cancelled. */
	private boolean receive(final FileChannel channel) throws IOException {
		final long start = channel.size();
		final HttpRequest.Builder request = request(source);
		if (start > 0 && resumable) {
			request.header("Range", "bytes=" + start + "-");
		}
		final Receiver receiver = new Receiver(channel, start, size);
		final CompletableFuture<HttpResponse<Void>> future = client.sendAsync(request.build(), receiver::prepare);
		try {
			if (!await(future, receiver)) {
				return false;
			}
		}
		finally {
			// Whatever still arrives must not be written while the next request writes.
			receiver.close();
			future.cancel(true);
			anyArrived |= receiver.received() > 0;
		}
		judge(future.join(), receiver, channel);
		return true;
	}

	/** Waits for the end of the body; returns false if cancelled. */
	private boolean await(final CompletableFuture<HttpResponse<Void>> future, final Receiver receiver)
			throws IOException {
		final long begin = System.nanoTime();
		long lastChange = begin;
		long lastReceived = -1;
		while (true) {
			try {
				future.get(TELL_EVERY_MS, TimeUnit.MILLISECONDS);
				tell(receiver, begin);
				return true;
			}
			catch (final TimeoutException e) {
				final long now = System.nanoTime();
				if (receiver.received() != lastReceived) {
					lastReceived = receiver.received();
					lastChange = now;
				}
				if (cancelled.getAsBoolean()) {
					return false;
				}
				tell(receiver, begin);
				if (now - lastChange > policy.stall().toNanos()) {
					throw new TransientException("nothing arrived for " + Math.max(1, policy.stall().toSeconds()) + " s", e);
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

	private void tell(final Receiver receiver, final long begin) {
		final long here = receiver.start() + receiver.received();
		final double seconds = (System.nanoTime() - begin) / 1e9;
		listener.received(here, size, receiver.received() == 0 ? Double.NaN
				: (size - here) * seconds / receiver.received());
	}

	private IOException failure(final Throwable cause, final Receiver receiver) {
		if (receiver.problem() != null) {
			return receiver.problem();
		}
		final boolean noConnection = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
		if (noConnection && !anyArrived) {
			return new IOException("there is no connection to " + source.getHost(), cause);
		}
		return new TransientException(noConnection ? "there is no connection to " + source.getHost()
				: "the connection broke off", cause);
	}

	/** What the answer means for what is to be done next. */
	private void judge(final HttpResponse<Void> response, final Receiver receiver, final FileChannel channel)
			throws IOException {
		final int status = response.statusCode();
		if (receiver.problem() != null) {
			throw receiver.problem();
		}
		if (receiver.misplaced() || status == RANGE_REFUSED) {
			if (!resumable) {
				throw new IOException("the server does not send the file from its beginning");
			}
			// Its parts cannot be had: once more, and whole.
			resumable = false;
			channel.truncate(0);
		}
		else if (status >= REDIRECTION && status < CLIENT_ERROR) {
			throw new IOException("the server redirects to " + response.headers().firstValue("Location")
					.orElse("nowhere") + ", where nothing is fetched from");
		}
		else if (status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
			throw new TransientException("the server answers with the error " + status, null);
		}
		else if (status != OK && status != PARTIAL) {
			throw new IOException("the server answers with the error " + status);
		}
		else if (channel.size() < size) {
			throw new TransientException("the connection broke off", null);
		}
	}

	private boolean pause(final Duration pause) {
		final long end = System.nanoTime() + pause.toNanos();
		try {
			while (System.nanoTime() < end) {
				if (cancelled.getAsBoolean()) {
					return false;
				}
				Thread.sleep(Math.max(1, Math.min(TELL_EVERY_MS, (end - System.nanoTime()) / 1_000_000)));
			}
			return true;
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Writes the body of one answer to the end of the file, if the answer is what was asked for. */
	private static final class Receiver implements HttpResponse.BodySubscriber<Void> {

		private final CompletableFuture<Void> done = new CompletableFuture<>();
		private final FileChannel channel;
		private final long size;
		private long start;
		private long received;
		private boolean accepted;
		private boolean misplaced;
		private boolean closed;
		private IOException problem;
		private Flow.Subscription subscription;

		Receiver(final FileChannel channel, final long start, final long size) {
			this.channel = channel;
			this.start = start;
			this.size = size;
		}

		/** Looks at the head of the answer. */
		synchronized HttpResponse.BodySubscriber<Void> prepare(final HttpResponse.ResponseInfo info) {
			final long length = info.headers().firstValueAsLong("Content-Length").orElse(-1);
			if (info.statusCode() == OK) {
				// The whole file, perhaps because the server knows no ranges.
				if (length >= 0 && length != size) {
					problem = new IOException("the server has a file of " + length + " bytes where " + size
							+ " were published");
				}
				start = 0;
				accepted = problem == null;
			}
			else if (info.statusCode() == PARTIAL) {
				final String expected = "bytes " + start + "-" + (size - 1) + "/" + size;
				accepted = info.headers().firstValue("Content-Range").filter(expected::equals).isPresent();
				misplaced = !accepted;
			}
			return this;
		}

		@Override
		public CompletionStage<Void> getBody() {
			return done;
		}

		@Override
		public synchronized void onSubscribe(final Flow.Subscription given) {
			subscription = given;
			if (!accepted || closed) {
				stop();
				return;
			}
			try {
				channel.truncate(start);
				channel.position(start);
				subscription.request(1);
			}
			catch (final IOException e) {
				fail(e);
			}
		}

		@Override
		public synchronized void onNext(final List<ByteBuffer> buffers) {
			if (closed) {
				return;
			}
			try {
				for (final ByteBuffer buffer : buffers) {
					if (start + received + buffer.remaining() > size) {
						channel.truncate(0);
						problem = new IOException("the server sends more than the " + size + " bytes that were published");
						stop();
						return;
					}
					received += buffer.remaining();
					while (buffer.hasRemaining()) {
						channel.write(buffer);
					}
				}
				subscription.request(1);
			}
			catch (final IOException e) {
				fail(e);
			}
		}

		@Override
		public void onError(final Throwable e) {
			done.completeExceptionally(e);
		}

		@Override
		public void onComplete() {
			done.complete(null);
		}

		private void fail(final IOException e) {
			problem = new IOException("the file cannot be written (" + Failure.reason(e) + ")", e);
			stop();
		}

		/** The rest of the body is of no use. */
		private void stop() {
			closed = true;
			subscription.cancel();
			done.complete(null);
		}

		synchronized void close() {
			closed = true;
		}

		synchronized long start() {
			return start;
		}

		synchronized long received() {
			return received;
		}

		synchronized boolean misplaced() {
			return misplaced;
		}

		synchronized IOException problem() {
			return problem;
		}
	}
}
