/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Appends the body of one HTTP response to a partly downloaded file, or replaces the file if the server sends all of it.
 * A response that does not match the request is not written; {@link #misplaced()} or {@link #problem()} tells why.
 */
final class FileBodySubscriber implements HttpResponse.BodySubscriber<Void> {

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

	FileBodySubscriber(final FileChannel channel, final long start, final long size) {
		this.channel = channel;
		this.start = start;
		this.size = size;
	}

	/** Checks the headers of the response. */
	synchronized HttpResponse.BodySubscriber<Void> prepare(final HttpResponse.ResponseInfo info) {
		final long length = info.headers().firstValueAsLong("Content-Length").orElse(-1);
		if (info.statusCode() == HttpURLConnection.HTTP_OK) {
			// The whole file: no range was requested, or the server does not support ranges.
			if (length >= 0 && length != size) {
				problem = new IOException("the server has a file of " + length + " bytes instead of " + size);
			}
			start = 0;
			accepted = problem == null;
		}
		else if (info.statusCode() == HttpURLConnection.HTTP_PARTIAL) {
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
	public synchronized void onSubscribe(final Flow.Subscription newSubscription) {
		subscription = newSubscription;
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
					problem = new IOException("the server sends more than " + size + " bytes");
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

	/** Ignores the rest of the body. */
	private void stop() {
		closed = true;
		subscription.cancel();
		done.complete(null);
	}

	/** Ignores everything that arrives from now on. */
	synchronized void close() {
		closed = true;
	}

	/** The position in the file at which the body begins. */
	synchronized long start() {
		return start;
	}

	/** The number of bytes written. */
	synchronized long received() {
		return received;
	}

	/** Whether the server sent another part of the file than requested. */
	synchronized boolean misplaced() {
		return misplaced;
	}

	/** The permanent error, or null. */
	synchronized IOException problem() {
		return problem;
	}
}
