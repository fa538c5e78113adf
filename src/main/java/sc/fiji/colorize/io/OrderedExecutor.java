/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Function;

/**
 * Runs tasks on several threads and returns their results in the order of the tasks. A window limits the number of
 * unfinished and untaken tasks, and a budget limits the memory of the running tasks; a task that needs more runs alone.
 *
 * <pre>
 * try (OrderedExecutor&lt;Image, IOException&gt; images = new OrderedExecutor&lt;&gt;("decoder", threads, 2 * threads)) {
 * 	images.forEach(files, file -&gt; monitor -&gt; decode(file), (file, image) -&gt; show(image), () -&gt; { });
 * }
 * </pre>
 *
 * <b>Exceptions</b>: {@link #take} throws the exception of a task unchanged; the other tasks continue. A task that runs out
 * of memory runs again alone before its error is thrown.
 * <p>
 * <b>Canceling</b>: {@link #close} and {@link #drain} start no more tasks, and running tasks see
 * {@link Monitor#isCanceled()}. Threads are not interrupted, because that would close files that they share.
 * <p>
 * One thread, outside of the pool, calls all methods.
 *
 * @param <T> type of the results
 * @param <X> checked exception of the tasks; {@link RuntimeException} if there is none
 */
public final class OrderedExecutor<T, X extends Exception> implements AutoCloseable {

	private static final long WAKE_UP_MILLISECONDS = 100;
	private static final int MEGABYTE_BITS = 20;
	/** Marks the end of a task in its queue of progress values. */
	private static final Double END = -1.0;

	/** The connection of a running task to its executor. */
	public interface Monitor {

		/**
		 * Reports the progress of the task.
		 *
		 * @param fraction 0 to 1
		 */
		void progress(double fraction);

		/** {@return whether the executor was closed or drained, so the task may end with a {@link CancellationException}} */
		boolean isCanceled();
	}

	/**
	 * Computes a result.
	 *
	 * @param <T> type of the result
	 * @param <X> checked exception
	 */
	@FunctionalInterface
	public interface Task<T, X extends Exception> {

		/**
		 * Computes the result.
		 *
		 * @param monitor receives the progress
		 * @return the result
		 * @throws X if the task fails
		 */
		T run(Monitor monitor) throws X;
	}

	/**
	 * Produces a sequence of results.
	 *
	 * @param <T> type of the results
	 * @param <X> checked exception
	 */
	@FunctionalInterface
	public interface Producer<T, X extends Exception> {

		/**
		 * Produces all results.
		 *
		 * @param results accepts each result; blocks while the window is full
		 * @throws X if the producer fails
		 */
		void run(Consumer<T> results) throws X;
	}

	/** A result that has not been taken. */
	private final class Pending implements Monitor {

		private final Task<T, X> task;
		/** Progress values that {@link #await} has not passed on; the last one is {@link #END}. */
		private final BlockingQueue<Double> reported = new LinkedBlockingQueue<>();
		private Future<T> future;

		Pending(final Task<T, X> task) {
			this.task = task;
		}

		/** Submits the task, for which memory was acquired. */
		void begin(final int megabytes) {
			future = threads.submit(() -> {
				try {
					if (canceled) {
						throw new CancellationException("The task was canceled before it began.");
					}
					return task.run(this);
				}
				finally {
					memory.release(megabytes);
					reported.add(END);
				}
			});
		}

		@Override
		public void progress(final double fraction) {
			reported.add(fraction);
		}

		@Override
		public boolean isCanceled() {
			return canceled;
		}

		void await(final DoubleConsumer progress, final Runnable meanwhile) throws InterruptedException {
			Double fraction = null;
			while (!END.equals(fraction)) {
				if (fraction != null) {
					progress.accept(fraction);
				}
				meanwhile.run();
				fraction = reported.poll(WAKE_UP_MILLISECONDS, TimeUnit.MILLISECONDS);
			}
		}

		/** Whether the task may succeed if it runs alone. */
		boolean ranOutOfMemory() throws InterruptedException {
			try {
				future.get();
				return false;
			}
			catch (final ExecutionException e) {
				return task != null && e.getCause() instanceof OutOfMemoryError;
			}
		}

		/** The result or the exception. A task throws only X, unchecked exceptions and errors. */
		T result() throws X, InterruptedException {
			try {
				return future.get();
			}
			catch (final ExecutionException e) {
				throw RootCause.<X>unwrapped(e);
			}
		}
	}

	private final ExecutorService threads;
	private final int megabytes;
	private final Semaphore memory;
	private final Semaphore window;
	/** In the order of the tasks. A producer adds to it from its thread. */
	private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
	/** The next result to take; null unless {@link #take} has polled it. */
	private Pending head;
	private volatile boolean canceled;
	private volatile boolean producing;
	/** Whether a task waits until it can run alone. */
	private boolean exclusive;

	/**
	 * Creates an executor without a memory limit.
	 *
	 * @param name name of the threads
	 * @param threads number of threads
	 * @param window largest number of tasks that are started but not taken
	 */
	public OrderedExecutor(final String name, final int threads, final int window) {
		this(name, threads, window, Long.MAX_VALUE);
	}

	/**
	 * Creates an executor with a memory limit.
	 *
	 * @param name name of the threads
	 * @param threads number of threads
	 * @param window largest number of tasks that are started but not taken
	 * @param bytes memory that the running tasks may need together
	 */
	public OrderedExecutor(final String name, final int threads, final int window, final long bytes) {
		this.threads = Executors.newFixedThreadPool(threads, task -> {
			final Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		megabytes = share(bytes, Integer.MAX_VALUE);
		memory = new Semaphore(megabytes);
		this.window = new Semaphore(window);
	}

	private static int share(final long bytes, final int max) {
		return (int) Math.min(max, 1 + (bytes >> MEGABYTE_BITS));
	}

	/**
	 * Starts a task that needs little memory, unless the window is full.
	 *
	 * @param task the task
	 * @return whether it was started
	 */
	public boolean offer(final Task<T, X> task) {
		return offer(0, task);
	}

	/**
	 * Starts a task unless the window or the memory is full. An idle executor starts any task.
	 *
	 * @param bytes memory that the task needs
	 * @param task the task
	 * @return whether it was started
	 */
	public boolean offer(final long bytes, final Task<T, X> task) {
		if (exclusive || !window.tryAcquire()) {
			return false;
		}
		final int share = share(bytes, megabytes);
		if (!memory.tryAcquire(share)) {
			window.release();
			return false;
		}
		final Pending begun = new Pending(task);
		begun.begin(share);
		pending.add(begun);
		return true;
	}

	/**
	 * Starts a producer on one thread. {@link #take} returns its results and then throws its exception, or a
	 * {@link NoSuchElementException} if it succeeded.
	 *
	 * @param producer the producer; {@link #close} ends it with a {@link CancellationException}
	 */
	public void produce(final Producer<T, X> producer) {
		producing = true;
		final Pending end = new Pending(null);
		end.future = threads.submit(() -> {
			try {
				producer.run(this::put);
				throw new NoSuchElementException("There are no more results.");
			}
			finally {
				end.reported.add(END);
				pending.add(end);
				producing = false;
			}
		});
	}

	private void put(final T result) {
		window.acquireUninterruptibly();
		if (canceled) {
			throw new CancellationException("The executor was closed.");
		}
		final Pending made = new Pending(null);
		made.future = CompletableFuture.completedFuture(result);
		made.reported.add(END);
		pending.add(made);
	}

	/** {@return whether there is nothing to take; false while a producer runs, even if no result is ready} */
	public boolean isEmpty() {
		// Read producing first: a producer adds its last entry before it clears the flag.
		return !producing && head == null && pending.isEmpty();
	}

	/** {@return the next result, after waiting for it as in {@link #take(DoubleConsumer, Runnable)}} */
	public T take() throws X, InterruptedException {
		return take(fraction -> { }, () -> { });
	}

	/**
	 * Waits for the next result.
	 *
	 * @param progress receives the progress of the task on this thread; starts again at 0 if the task runs again
	 * @param meanwhile runs every 0.1 s while this method waits; it may offer tasks, and its exceptions end the wait but
	 *        not the task
	 * @return the result of the oldest task that has not been taken
	 * @throws X the exception of the task, which counts as taken, as after unchecked exceptions and errors
	 * @throws InterruptedException if the thread is interrupted; the result can still be taken
	 * @throws NoSuchElementException if there is nothing to take
	 */
	public T take(final DoubleConsumer progress, final Runnable meanwhile) throws X, InterruptedException {
		final Pending first = head(meanwhile);
		first.await(progress, meanwhile);
		if (first.ranOutOfMemory()) {
			beginExclusively(first, meanwhile);
			first.await(progress, meanwhile);
		}
		head = null;
		window.release();
		return first.result();
	}

	private Pending head(final Runnable meanwhile) throws InterruptedException {
		while (head == null) {
			if (isEmpty()) {
				throw new NoSuchElementException("There is nothing to take.");
			}
			head = pending.poll();
			if (head == null) {
				meanwhile.run();
				head = pending.poll(WAKE_UP_MILLISECONDS, TimeUnit.MILLISECONDS);
			}
		}
		return head;
	}

	/** Waits for the other tasks, whose memory this task may need, and runs it again. */
	private void beginExclusively(final Pending task, final Runnable meanwhile) throws InterruptedException {
		exclusive = true;
		try {
			while (!memory.tryAcquire(megabytes, WAKE_UP_MILLISECONDS, TimeUnit.MILLISECONDS)) {
				meanwhile.run();
			}
			task.begin(megabytes);
		}
		finally {
			exclusive = false;
		}
	}

	/**
	 * Runs a task for each item of a list.
	 *
	 * @param <A> type of the items
	 * @param items the items
	 * @param task creates the task of an item
	 * @param sink accepts each item and its result in order, on this thread
	 * @param meanwhile runs every 0.1 s while this method waits; its exceptions end the loop
	 * @throws X the exception of the first task that failed
	 * @throws InterruptedException if the thread is interrupted
	 */
	public <A> void forEach(final List<A> items, final Function<A, Task<T, X>> task, final BiConsumer<A, T> sink,
			final Runnable meanwhile) throws X, InterruptedException {
		int begun = 0;
		for (final A item : items) {
			while (begun < items.size() && offer(task.apply(items.get(begun)))) {
				begun++;
			}
			sink.accept(item, take(fraction -> { }, meanwhile));
		}
	}

	/**
	 * Cancels all tasks and waits for the running ones.
	 *
	 * @param receiver accepts the results of tasks that still finished, to clean up; their exceptions are ignored
	 */
	public void drain(final Consumer<T> receiver) {
		canceled = true;
		boolean interrupted = false;
		while (head != null || !pending.isEmpty()) {
			head = head == null ? pending.remove() : head;
			try {
				receiver.accept(head.result());
				head = null;
			}
			catch (final InterruptedException e) {
				interrupted = true;
			}
			catch (final Exception | Error e) {
				head = null;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/** Cancels all tasks and waits for the running ones, even if interrupted: they may use what the caller closes next. */
	@Override
	public void close() {
		canceled = true;
		// Wakes a producer that waits for the window.
		window.release(Integer.MAX_VALUE / 2);
		threads.shutdown();
		boolean interrupted = false;
		boolean ended = false;
		while (!ended) {
			try {
				ended = threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
			}
			catch (final InterruptedException e) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}
}
