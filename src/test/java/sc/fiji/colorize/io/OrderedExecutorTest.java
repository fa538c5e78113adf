/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedExecutorTest {

	private static final long MEGABYTE = 1 << 20;
	private static final int TASKS = 300;

	private static <T> OrderedExecutor<T, IOException> executor(final int threads, final int window) {
		return new OrderedExecutor<>("test", threads, window);
	}

	private static void await(final CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (final InterruptedException e) {
			throw new AssertionError("a task was interrupted", e);
		}
	}

	private static void awaitCancel(final OrderedExecutor.Monitor monitor) {
		while (!monitor.isCanceled()) {
			LockSupport.parkNanos(100_000);
		}
	}

	// -- Order, window and memory --

	@Test
	void returnsResultsInOrderWithinMemoryLimit() throws InterruptedException {
		final AtomicLong inUse = new AtomicLong();
		final AtomicLong most = new AtomicLong();
		final List<Integer> taken = new ArrayList<>();
		try (OrderedExecutor<Integer, RuntimeException> executor =
				new OrderedExecutor<>("test", 4, 16, 10 * MEGABYTE)) {
			int begun = 0;
			while (taken.size() < TASKS) {
				// Every 20th task exceeds the limit and must run alone.
				final int number = begun;
				final long bytes = number % 20 == 7 ? 25 * MEGABYTE : number % 4 * MEGABYTE;
				while (begun == number && begun < TASKS && executor.offer(bytes, monitor -> {
					final long now = inUse.addAndGet(bytes);
					most.accumulateAndGet(now, Math::max);
					Thread.yield();
					assertTrue(now <= 10 * MEGABYTE || now == bytes, "in use: " + now);
					inUse.addAndGet(-bytes);
					return number;
				})) {
					begun++;
				}
				if (begun == number) {
					taken.add(executor.take());
				}
			}
			assertTrue(executor.isEmpty());
		}
		assertEquals(IntStream.range(0, TASKS).boxed().toList(), taken);
		assertEquals(25 * MEGABYTE, most.get());
	}

	@Test
	void windowLimitsStartedTasks() throws IOException, InterruptedException {
		try (OrderedExecutor<Integer, IOException> executor = executor(4, 2)) {
			assertTrue(executor.offer(monitor -> 0));
			assertTrue(executor.offer(monitor -> 1));
			assertFalse(executor.offer(monitor -> 2));
			assertEquals(0, executor.take());
			assertTrue(executor.offer(monitor -> 2));
			assertFalse(executor.offer(monitor -> 3));
			assertEquals(1, executor.take());
			assertEquals(2, executor.take());
			assertTrue(executor.isEmpty());
		}
	}

	@Test
	void usesAllThreads() throws IOException, InterruptedException {
		final CountDownLatch meeting = new CountDownLatch(2);
		final AtomicInteger running = new AtomicInteger();
		final AtomicInteger most = new AtomicInteger();
		try (OrderedExecutor<Boolean, IOException> executor = executor(2, 10)) {
			while (executor.offer(monitor -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				meeting.countDown();
				await(meeting);
				running.decrementAndGet();
				return true;
			})) {
				assertFalse(executor.isEmpty());
			}
			while (!executor.isEmpty()) {
				assertTrue(executor.take());
			}
		}
		assertEquals(2, most.get());
	}

	@Test
	void takeFromEmptyExecutorThrows() {
		try (OrderedExecutor<Integer, IOException> executor = executor(1, 1)) {
			assertTrue(executor.isEmpty());
			assertThrows(NoSuchElementException.class, executor::take);
		}
	}

	// -- Progress --

	@Test
	void reportsProgressInOrderOnTakingThread() throws IOException, InterruptedException {
		final List<Double> reported = new ArrayList<>();
		final Thread here = Thread.currentThread();
		try (OrderedExecutor<Thread, IOException> executor = executor(2, 4)) {
			for (final double first : new double[] {0, 0.5}) {
				assertTrue(executor.offer(monitor -> {
					monitor.progress(first);
					monitor.progress(first + 0.25);
					return Thread.currentThread();
				}));
			}
			for (int i = 0; i < 2; i++) {
				final Thread thread = executor.take(fraction -> {
					reported.add(fraction);
					assertSame(here, Thread.currentThread());
				}, () -> { });
				assertEquals("test", thread.getName());
				assertTrue(thread.isDaemon());
			}
		}
		assertEquals(List.of(0.0, 0.25, 0.5, 0.75), reported);
	}

	@Test
	void acceptsTasksWhileWaiting() throws IOException, InterruptedException {
		final CountDownLatch second = new CountDownLatch(1);
		try (OrderedExecutor<Integer, IOException> executor = executor(2, 2)) {
			executor.offer(monitor -> {
				await(second);
				return 0;
			});
			assertEquals(0, executor.take(fraction -> { }, () -> executor.offer(monitor -> {
				second.countDown();
				return 1;
			})));
			assertEquals(1, executor.take());
		}
	}

	// -- Exceptions --

	@Test
	void rethrowsExceptionsAndContinues() throws IOException, InterruptedException {
		final IOException checked = new IOException("checked");
		final IllegalStateException unchecked = new IllegalStateException("unchecked");
		final StackOverflowError error = new StackOverflowError("error");
		try (OrderedExecutor<String, IOException> executor = executor(2, 8)) {
			executor.offer(monitor -> {
				throw checked;
			});
			executor.offer(monitor -> {
				throw unchecked;
			});
			executor.offer(monitor -> {
				throw error;
			});
			executor.offer(monitor -> "result");
			assertSame(checked, assertThrows(IOException.class, executor::take));
			assertSame(unchecked, assertThrows(IllegalStateException.class, executor::take));
			assertSame(error, assertThrows(StackOverflowError.class, executor::take));
			assertEquals("result", executor.take());
			assertTrue(executor.isEmpty());
		}
	}

	@Test
	void retriesAloneAfterOutOfMemory() throws IOException, InterruptedException {
		final AtomicInteger running = new AtomicInteger();
		final AtomicInteger runs = new AtomicInteger();
		final CountDownLatch outOfMemory = new CountDownLatch(1);
		final CountDownLatch waiting = new CountDownLatch(1);
		final List<Double> reported = new ArrayList<>();
		try (OrderedExecutor<String, IOException> executor = executor(3, 8)) {
			executor.offer(monitor -> {
				monitor.progress(runs.get());
				if (runs.getAndIncrement() == 0) {
					outOfMemory.countDown();
					throw new OutOfMemoryError("heap");
				}
				assertEquals(0, running.get(), "other tasks run");
				return "large";
			});
			for (int i = 0; i < 2; i++) {
				executor.offer(monitor -> {
					running.incrementAndGet();
					await(waiting);
					running.decrementAndGet();
					return "small";
				});
			}
			await(outOfMemory);
			final AtomicBoolean refused = new AtomicBoolean();
			assertEquals("large", executor.take(reported::add, () -> {
				// No task may start while one waits to run alone.
				if (!reported.isEmpty() && !refused.get() && !executor.offer(monitor -> "more")) {
					refused.set(true);
					waiting.countDown();
				}
			}));
			assertTrue(refused.get());
			assertEquals(2, runs.get());
			assertEquals(List.of(0.0, 1.0), reported);
			assertEquals("small", executor.take());
			assertEquals("small", executor.take());
			assertTrue(executor.offer(monitor -> "next"));
		}
	}

	@Test
	void secondOutOfMemoryIsThrown() throws IOException, InterruptedException {
		final AtomicInteger runs = new AtomicInteger();
		try (OrderedExecutor<String, IOException> executor = executor(2, 4)) {
			executor.offer(monitor -> {
				runs.incrementAndGet();
				throw new OutOfMemoryError("heap");
			});
			executor.offer(monitor -> "next");
			assertEquals("heap", assertThrows(OutOfMemoryError.class, executor::take).getMessage());
			assertEquals(2, runs.get());
			assertEquals("next", executor.take());
		}
	}

	// -- Cancelling and interrupts --

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void closeCancelsAndWaitsForRunningTasks(final boolean interrupted) {
		final CountDownLatch begun = new CountDownLatch(1);
		final AtomicBoolean ended = new AtomicBoolean();
		final AtomicInteger others = new AtomicInteger();
		try (OrderedExecutor<Integer, IOException> executor = executor(1, 4)) {
			executor.offer(monitor -> {
				begun.countDown();
				awaitCancel(monitor);
				ended.set(true);
				return 0;
			});
			executor.offer(monitor -> others.incrementAndGet());
			await(begun);
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
		assertEquals(interrupted, Thread.interrupted());
		assertTrue(ended.get());
		assertEquals(0, others.get(), "a task started after closing");
	}

	@Test
	void drainCancelsAndReturnsFinishedResults() {
		final CountDownLatch begun = new CountDownLatch(2);
		final List<String> left = new ArrayList<>();
		try (OrderedExecutor<String, IOException> executor = executor(2, 8)) {
			executor.offer(monitor -> {
				begun.countDown();
				awaitCancel(monitor);
				throw new CancellationException("no more");
			});
			executor.offer(monitor -> {
				begun.countDown();
				awaitCancel(monitor);
				return "made";
			});
			executor.offer(monitor -> "not begun");
			await(begun);
			Thread.currentThread().interrupt();
			executor.drain(left::add);
			assertTrue(Thread.interrupted());
			assertTrue(executor.isEmpty());
		}
		assertEquals(List.of("made"), left);
	}

	@Test
	void resultCanBeTakenAfterInterrupt() throws IOException, InterruptedException {
		try (OrderedExecutor<String, IOException> executor = executor(1, 1)) {
			executor.offer(monitor -> "made");
			Thread.currentThread().interrupt();
			assertThrows(InterruptedException.class, executor::take);
			assertEquals("made", executor.take());
		}
	}

	@Test
	void exceptionInMeanwhileEndsWaitButNotTask() throws IOException, InterruptedException {
		try (OrderedExecutor<String, IOException> executor = executor(1, 1)) {
			executor.offer(monitor -> "made");
			assertThrows(CancellationException.class, () -> executor.take(fraction -> { }, () -> {
				throw new CancellationException("enough");
			}));
			assertEquals("made", executor.take());
		}
	}

	// -- Items of a list --

	@Test
	void forEachDeliversResultsInOrderOnThisThread() throws IOException, InterruptedException {
		final List<Integer> items = IntStream.range(0, TASKS).boxed().toList();
		final List<Integer> sums = new ArrayList<>();
		final Thread here = Thread.currentThread();
		final AtomicInteger ahead = new AtomicInteger();
		try (OrderedExecutor<Integer, IOException> executor = executor(3, 5)) {
			executor.forEach(items, item -> monitor -> {
				assertTrue(ahead.incrementAndGet() <= 6, "window exceeded");
				return 2 * item;
			}, (item, result) -> {
				assertSame(here, Thread.currentThread());
				ahead.decrementAndGet();
				assertEquals(2 * item, result);
				sums.add(result);
			}, () -> { });
		}
		assertEquals(items.stream().map(item -> 2 * item).toList(), sums);
	}

	@Test
	void forEachStopsAtFailedItem() {
		final List<Integer> done = new ArrayList<>();
		try (OrderedExecutor<Integer, IOException> executor = executor(2, 4)) {
			assertEquals("item 7", assertThrows(IOException.class,
					() -> executor.forEach(IntStream.range(0, TASKS).boxed().toList(), item -> monitor -> {
						if (item == 7) {
							throw new IOException("item 7");
						}
						return item;
					}, (item, result) -> done.add(result), () -> { })).getMessage());
		}
		assertEquals(IntStream.range(0, 7).boxed().toList(), done);
	}

	@Test
	void forEachAcceptsEmptyList() throws IOException, InterruptedException {
		try (OrderedExecutor<Integer, IOException> executor = executor(1, 1)) {
			executor.forEach(List.of(), item -> monitor -> 1, (item, result) -> {
				throw new AssertionError();
			}, () -> {
				throw new AssertionError();
			});
		}
	}

	// -- Producers --

	@Test
	void producerRunsAheadByWindowPlusOne() throws IOException, InterruptedException {
		final AtomicInteger taken = new AtomicInteger();
		try (OrderedExecutor<Integer, IOException> executor = executor(1, 2)) {
			executor.produce(results -> {
				for (int i = 0; i < TASKS; i++) {
					assertTrue(i <= taken.get() + 3, i + " while " + taken.get() + " were taken");
					results.accept(i);
				}
			});
			assertFalse(executor.isEmpty());
			for (int i = 0; i < TASKS; i++) {
				assertEquals(i, executor.take());
				taken.incrementAndGet();
			}
			assertThrows(NoSuchElementException.class, executor::take);
			assertThrows(NoSuchElementException.class, executor::take);
			assertTrue(executor.isEmpty());
		}
	}

	@Test
	void producerFailureFollowsItsResults() throws IOException, InterruptedException {
		for (final Throwable failure : new Throwable[] {new IOException("x"), new IllegalStateException("x"),
			new OutOfMemoryError("x")}) {
			final AtomicInteger runs = new AtomicInteger();
			try (OrderedExecutor<Integer, IOException> executor = executor(1, 3)) {
				executor.produce(results -> {
					runs.incrementAndGet();
					results.accept(1);
					results.accept(2);
					if (failure instanceof IOException e) {
						throw e;
					}
					if (failure instanceof RuntimeException e) {
						throw e;
					}
					throw (Error) failure;
				});
				assertEquals(1, executor.take());
				assertEquals(2, executor.take());
				assertSame(failure, assertThrows(failure.getClass(), executor::take));
				assertEquals(1, runs.get());
			}
		}
	}

	@Test
	void closeEndsBlockedProducer() throws IOException, InterruptedException {
		final List<Integer> produced = new ArrayList<>();
		final AtomicBoolean canceled = new AtomicBoolean();
		try (OrderedExecutor<Integer, IOException> executor = executor(1, 1)) {
			executor.produce(results -> {
				try {
					for (int i = 0; i < TASKS; i++) {
						results.accept(i);
						produced.add(i);
					}
				}
				catch (final CancellationException e) {
					canceled.set(true);
					throw e;
				}
			});
			assertEquals(0, executor.take());
		}
		assertTrue(canceled.get());
		assertTrue(produced.size() <= 2, produced.toString());
	}
}
