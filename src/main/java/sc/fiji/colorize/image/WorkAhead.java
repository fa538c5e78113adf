/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Does tasks on several threads ahead of their turn, and hands out what they made in their order. How far ahead is
 * bounded by the number of tasks and by the memory that they need together; one that needs more than there is runs alone.
 * All methods are for one thread.
 *
 * @param <T> what a task makes
 */
final class WorkAhead<T> implements AutoCloseable {

	/** Tasks begun but not taken for each thread, so that one that takes long holds up the others only in the end. */
	private static final int AHEAD_PER_THREAD = 4;
	private static final long LOOK_MILLISECONDS = 100;
	private static final Double END = -1.0;
	private static final int MEGABYTE_BITS = 20;

	/**
	 * Something to do.
	 *
	 * @param <T> what it makes
	 */
	interface Task<T> {

		/** @param progress may be told the fraction done, 0 to 1 */
		T run(DoubleConsumer progress);
	}

	/** A task that was begun, and what it told and nobody has heard yet; last that it came to its end. */
	private record Begun<T>(Future<T> future, BlockingQueue<Double> told) {
	}

	private final ExecutorService executor;
	private final int most;
	private final int megabytes;
	private final Semaphore memory;
	private final Queue<Begun<T>> begun = new ArrayDeque<>();

	/**
	 * Prepares for tasks.
	 *
	 * @param threads how many are done at a time
	 * @param bytes memory that they may need together
	 */
	WorkAhead(final int threads, final long bytes) {
		executor = Executors.newFixedThreadPool(threads, task -> {
			final Thread thread = new Thread(task, "work-ahead");
			thread.setDaemon(true);
			return thread;
		});
		most = AHEAD_PER_THREAD * threads;
		megabytes = share(bytes, Integer.MAX_VALUE);
		memory = new Semaphore(megabytes);
	}

	private static int share(final long bytes, final int most) {
		return (int) Math.min(most, 1 + (bytes >> MEGABYTE_BITS));
	}

	/**
	 * Begins a task unless too much is going on; if nothing is, it always does.
	 *
	 * @param bytes memory that it needs
	 * @param task the task
	 * @return whether it was begun
	 */
	boolean begin(final long bytes, final Task<T> task) {
		final int share = share(bytes, megabytes);
		if (begun.size() == most || !memory.tryAcquire(share)) {
			return false;
		}
		final BlockingQueue<Double> told = new LinkedBlockingQueue<>();
		begun.add(new Begun<>(executor.submit(() -> {
			try {
				return task.run(told::add);
			}
			finally {
				memory.release(share);
				told.add(END);
			}
		}), told));
		return true;
	}

	/** Whether there is nothing to take. */
	boolean isEmpty() {
		return begun.isEmpty();
	}

	/**
	 * Waits for the task begun first, and forgets it.
	 *
	 * @param progress is told what it tells
	 * @param meanwhile is run now and then
	 * @return what it made; its exception is thrown as it is
	 * @throws InterruptedException if the thread is interrupted; the task is not forgotten then
	 */
	T take(final DoubleConsumer progress, final Runnable meanwhile) throws InterruptedException {
		final Begun<T> first = begun.element();
		for (Double told = null; !END.equals(told); told = first.told().poll(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
			if (told != null) {
				progress.accept(told);
			}
			meanwhile.run();
		}
		begun.remove();
		return result(first);
	}

	private static <T> T result(final Begun<T> task) throws InterruptedException {
		try {
			return task.future().get();
		}
		catch (final ExecutionException e) {
			if (e.getCause() instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) e.getCause();
		}
	}

	/**
	 * Does a task here and now, when all that were begun have come to their end.
	 *
	 * @param task the task
	 * @param progress is told the fraction done
	 * @return what it made
	 * @throws InterruptedException if the thread is interrupted before
	 */
	T alone(final Task<T> task, final DoubleConsumer progress) throws InterruptedException {
		memory.acquire(megabytes);
		try {
			return task.run(progress);
		}
		finally {
			memory.release(megabytes);
		}
	}

	/**
	 * Waits for all that was begun.
	 *
	 * @param receiver takes what was made; exceptions are lost
	 */
	void takeRest(final Consumer<T> receiver) {
		boolean interrupted = false;
		while (!begun.isEmpty()) {
			try {
				receiver.accept(result(begun.element()));
				begun.remove();
			}
			catch (final InterruptedException e) {
				interrupted = true;
			}
			catch (final RuntimeException | Error e) {
				begun.remove();
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/** Ends the threads when they have done what was begun. */
	@Override
	public void close() {
		executor.shutdown();
	}
}
