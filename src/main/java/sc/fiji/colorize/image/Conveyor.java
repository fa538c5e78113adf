/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import net.imglib2.parallel.Parallelization;
import net.imglib2.parallel.TaskExecutor;

/**
 * Carries things from a thread that makes them to the one that uses them, in their order; while one is used the next is
 * made, and one may wait. To be closed by whoever uses them, at the end or before.
 *
 * @param <T> type of the things
 */
final class Conveyor<T> implements AutoCloseable {

	/**
	 * Makes things.
	 *
	 * @param <T> type of the things
	 */
	@FunctionalInterface
	interface Maker<T> {

		/**
		 * Makes them all.
		 *
		 * @param belt takes them, and waits until there is room
		 * @throws IOException if they cannot be made
		 */
		void make(Consumer<T> belt) throws IOException;
	}

	private final Thread thread;
	/** What waits to be taken; guarded by this, as all below. */
	private T waiting;
	private boolean closed;
	private boolean ended;
	private Throwable failure;

	/** Begins to make things, with as many threads for each as the thread that calls. */
	Conveyor(final Maker<T> maker) {
		final TaskExecutor executor = Parallelization.getTaskExecutor();
		thread = new Thread(() -> Parallelization.runWithExecutor(executor, () -> run(maker)), "conveyor");
		thread.setDaemon(true);
		thread.start();
	}

	private void run(final Maker<T> maker) {
		Throwable e = null;
		try {
			maker.make(this::put);
		}
		// Whoever uses the things is told, be it an exception or that the memory is not enough.
		catch (final IOException | RuntimeException | Error thrown) {
			e = thrown;
		}
		end(e);
	}

	private synchronized void end(final Throwable e) {
		failure = e;
		ended = true;
		notifyAll();
	}

	private synchronized void put(final T thing) {
		while (waiting != null && !closed) {
			await();
		}
		if (closed) {
			throw new CancellationException("Nobody wants more.");
		}
		waiting = thing;
		notifyAll();
	}

	private void await() {
		try {
			wait();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			throw new CancellationException("The thread was interrupted.");
		}
	}

	/**
	 * The next thing, when it is made.
	 *
	 * @throws UncheckedIOException if the maker failed so; other exceptions and errors of it come as they are
	 * @throws IllegalStateException after the last one
	 */
	synchronized T next() {
		while (waiting == null && !ended) {
			await();
		}
		if (waiting != null) {
			final T thing = waiting;
			waiting = null;
			notifyAll();
			return thing;
		}
		if (failure instanceof IOException e) {
			throw new UncheckedIOException(e);
		}
		if (failure instanceof RuntimeException e) {
			throw e;
		}
		if (failure instanceof Error e) {
			throw e;
		}
		throw new IllegalStateException("There is no more.");
	}

	/** Makes no more, and waits until the one at hand is made. */
	@Override
	public void close() {
		synchronized (this) {
			closed = true;
			notifyAll();
		}
		try {
			thread.join();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}
}
