/*
 * Fiji Colorize: plausible colour for gray images.
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
 * Runs tasks on several threads and hands out their results in the order of the tasks. Only so many tasks are begun but
 * not taken at a time, and only as many as fit into memory together; one that needs more runs alone.
 *
 * <pre>
 * try (OrderedExecutor&lt;Image, IOException&gt; images = new OrderedExecutor&lt;&gt;("decoder", threads, 2 * threads)) {
 * 	images.forEach(files, file -&gt; monitor -&gt; decode(file), (file, image) -&gt; show(image), () -&gt; { });
 * }
 * </pre>
 *
 * <b>Exceptions</b>: what a task throws is thrown when its result is taken, as it is; the other tasks go on. A task that
 * runs out of memory is run a second time, alone, before its error is thrown.
 * <p>
 * <b>Cancelling</b>: {@link #close} and {@link #drain} begin no more tasks and tell those that run by
 * {@link Monitor#isCanceled()}. No thread is interrupted, because that would close the files that several of them read.
 * <p>
 * All methods are for one thread, which is not one of its own.
 *
 * @param <T> type of the results
 * @param <X> checked exception of the tasks; {@link RuntimeException} if there is none
 */
public final class OrderedExecutor<T, X extends Exception> implements AutoCloseable {

	private static final long WAKE_UP_MILLISECONDS = 100;
	private static final int MEGABYTE_BITS = 20;
	/** Stands for the end of a task among the fractions of its progress. */
	private static final Double END = -1.0;

	/** What a task may tell, and should ask now and then. */
	public interface Monitor {

		/**
		 * Tells how far the task is.
		 *
		 * @param fraction done, 0 to 1
		 */
		void progress(double fraction);

		/**
		 * Whether nobody wants the result any more.
		 *
		 * @return true if the task may end with a {@link CancellationException}
		 */
		boolean isCanceled();
	}

	/**
	 * Makes a result.
	 *
	 * @param <T> its type
	 * @param <X> what may go wrong
	 */
	@FunctionalInterface
	public interface Task<T, X extends Exception> {

		/**
		 * Makes the result.
		 *
		 * @param monitor hears of the progress
		 * @return the result
		 * @throws X if it cannot be made
		 */
		T run(Monitor monitor) throws X;
	}

	/**
	 * Makes several results one after the other.
	 *
	 * @param <T> their type
	 * @param <X> what may go wrong
	 */
	@FunctionalInterface
	public interface Producer<T, X extends Exception> {

		/**
		 * Makes all of them.
		 *
		 * @param results accepts each, and waits while too many have not been taken
		 * @throws X if they cannot be made
		 */
		void run(Consumer<T> results) throws X;
	}

	/** A result that is to be taken. */
	private final class Pending implements Monitor {

		private final Task<T, X> task;
		/** What was told and has not been heard yet; at last {@link #END}. */
		private final BlockingQueue<Double> told = new LinkedBlockingQueue<>();
		private Future<T> future;

		Pending(final Task<T, X> task) {
			this.task = task;
		}

		/** Runs the task, with memory that was acquired for it. */
		void begin(final int megabytes) {
			future = threads.submit(() -> {
				try {
					if (canceled) {
						throw new CancellationException("The task was cancelled before it began.");
					}
					return task.run(this);
				}
				finally {
					memory.release(megabytes);
					told.add(END);
				}
			});
		}

		@Override
		public void progress(final double fraction) {
			told.add(fraction);
		}

		@Override
		public boolean isCanceled() {
			return canceled;
		}

		void await(final DoubleConsumer progress, final Runnable meanwhile) throws InterruptedException {
			Double heard = null;
			while (!END.equals(heard)) {
				if (heard != null) {
					progress.accept(heard);
				}
				meanwhile.run();
				heard = told.poll(WAKE_UP_MILLISECONDS, TimeUnit.MILLISECONDS);
			}
		}

		/** Whether it may succeed when nothing else is going on. */
		boolean ranOutOfMemory() throws InterruptedException {
			try {
				future.get();
				return false;
			}
			catch (final ExecutionException e) {
				return task != null && e.getCause() instanceof OutOfMemoryError;
			}
		}

		/** What was made; nothing else than X, unchecked exceptions and errors can have been thrown. */
		@SuppressWarnings("unchecked")
		T result() throws X, InterruptedException {
			try {
				return future.get();
			}
			catch (final ExecutionException e) {
				if (e.getCause() instanceof Error error) {
					throw error;
				}
				if (e.getCause() instanceof RuntimeException exception) {
					throw exception;
				}
				throw (X) e.getCause();
			}
		}
	}

	private final ExecutorService threads;
	private final int megabytes;
	private final Semaphore memory;
	private final Semaphore window;
	/** In the order of the tasks. A producer adds to it from its thread. */
	private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
	/** The one that is to be taken next, if it has been asked for. */
	private Pending head;
	private volatile boolean canceled;
	private volatile boolean producing;
	/** Whether all tasks are waited for, so that one can run alone. */
	private boolean exclusive;

	/**
	 * An executor whose tasks may need any memory.
	 *
	 * @param name of the threads
	 * @param threads how many tasks run at a time
	 * @param window how many tasks are begun but not taken at the most
	 */
	public OrderedExecutor(final String name, final int threads, final int window) {
		this(name, threads, window, Long.MAX_VALUE);
	}

	/**
	 * An executor that keeps to a memory.
	 *
	 * @param name of the threads
	 * @param threads how many tasks run at a time
	 * @param window how many tasks are begun but not taken at the most
	 * @param bytes memory that the tasks that run may need together
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

	private static int share(final long bytes, final int most) {
		return (int) Math.min(most, 1 + (bytes >> MEGABYTE_BITS));
	}

	/**
	 * Begins a task that needs hardly any memory.
	 *
	 * @param task the task
	 * @return whether it was begun
	 */
	public boolean offer(final Task<T, X> task) {
		return offer(0, task);
	}

	/**
	 * Begins a task unless the window or the memory is full. If nothing is going on, it always does.
	 *
	 * @param bytes memory that it needs
	 * @param task the task
	 * @return whether it was begun
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
	 * Begins to make results one after the other on a thread of its own. They are taken like those of tasks; after the
	 * last one, {@link #take} throws what the producer threw, or a {@link NoSuchElementException}.
	 *
	 * @param producer makes them; a {@link CancellationException} ends it when this is closed
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
				end.told.add(END);
				pending.add(end);
				producing = false;
			}
		});
	}

	private void put(final T result) {
		window.acquireUninterruptibly();
		if (canceled) {
			throw new CancellationException("Nobody wants more results.");
		}
		final Pending made = new Pending(null);
		made.future = CompletableFuture.completedFuture(result);
		made.told.add(END);
		pending.add(made);
	}

	/**
	 * Whether there is nothing to take.
	 *
	 * @return false also while a producer may add more
	 */
	public boolean isEmpty() {
		// First: before a producer ends, it adds its end.
		return !producing && head == null && pending.isEmpty();
	}

	/**
	 * Waits for the next result.
	 *
	 * @return as below
	 */
	public T take() throws X, InterruptedException {
		return take(fraction -> { }, () -> { });
	}

	/**
	 * Waits for the next result.
	 *
	 * @param progress hears what the task tells, on this thread; from 0 again if it is run a second time
	 * @param meanwhile is run now and then, and may offer tasks; what it throws ends the waiting but not the task
	 * @return the result of the task that was begun first of those that have not been taken
	 * @throws X if the task threw it; the task is forgotten then, as after unchecked exceptions and errors
	 * @throws InterruptedException if the thread is interrupted; the task is not forgotten then
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

	/** Perhaps the memory was only short because of what else was going on. */
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
	 * Runs tasks for all items of a list.
	 *
	 * @param <A> type of the items
	 * @param items the items
	 * @param task the task for an item
	 * @param sink accepts each item and its result, in the order of the items, on this thread
	 * @param meanwhile is run now and then while results are waited for; what it throws ends the work
	 * @throws X if it could not make one
	 * @throws InterruptedException if the thread is interrupted
	 */
	public <A> void forEach(final List<A> items, final Function<A, Task<T, X>> task, final BiConsumer<A, T> sink,
			final Runnable meanwhile) throws X, InterruptedException {
		int begun = 0;
		for (final A item : items) {
			boolean room = true;
			while (room && begun < items.size()) {
				room = offer(task.apply(items.get(begun)));
				begun += room ? 1 : 0;
			}
			sink.accept(item, take(fraction -> { }, meanwhile));
		}
	}

	/**
	 * Cancels all tasks and waits until none runs.
	 *
	 * @param receiver accepts what was made nevertheless, to clean up; exceptions of the tasks are lost
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

	/** Cancels all tasks and waits until none runs, even if the thread is interrupted: they may use what is closed next. */
	@Override
	public void close() {
		canceled = true;
		// A producer may wait for room.
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
