/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class WorkAheadTest {

	private static final long MEGABYTE = 1 << 20;

	@Test
	void whatIsMadeComesInOrderAndWithinTheMemory() throws InterruptedException {
		final AtomicLong inUse = new AtomicLong();
		final AtomicLong most = new AtomicLong();
		final List<Integer> taken = new ArrayList<>();
		try (WorkAhead<Integer> ahead = new WorkAhead<>(4, 10 * MEGABYTE)) {
			int begun = 0;
			while (taken.size() < 300) {
				// One in a while needs more than there is: it runs alone.
				final int number = begun;
				final long bytes = number % 20 == 7 ? 25 * MEGABYTE : number % 4 * MEGABYTE;
				while (begun == number && begun < 300 && ahead.begin(bytes, progress -> {
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
					taken.add(ahead.take(fraction -> { }, () -> { }));
				}
			}
			assertTrue(ahead.isEmpty());
		}
		for (int i = 0; i < 300; i++) {
			assertEquals(i, taken.get(i));
		}
		assertEquals(25 * MEGABYTE, most.get());
	}

	@Test
	void severalAreDoneAtATimeButNotTooManyAhead() throws InterruptedException {
		final CountDownLatch meeting = new CountDownLatch(2);
		try (WorkAhead<Boolean> ahead = new WorkAhead<>(2, MEGABYTE)) {
			int begun = 0;
			while (ahead.begin(0, progress -> meet(meeting))) {
				begun++;
			}
			assertTrue(begun >= 2 && begun <= 100, begun + " were begun");
			for (; begun > 0; begun--) {
				assertTrue(ahead.take(fraction -> { }, () -> { }), "both are needed");
			}
		}
	}

	private static boolean meet(final CountDownLatch meeting) {
		meeting.countDown();
		try {
			meeting.await();
			return true;
		}
		catch (final InterruptedException e) {
			return false;
		}
	}

	@Test
	void progressIsHeardOnTheThreadThatTakes() throws InterruptedException {
		final List<Double> heard = new ArrayList<>();
		final Thread here = Thread.currentThread();
		final List<Thread> threads = new ArrayList<>();
		try (WorkAhead<Thread> ahead = new WorkAhead<>(1, MEGABYTE)) {
			for (final double first : new double[] {0, 0.5}) {
				assertTrue(ahead.begin(0, progress -> {
					progress.accept(first);
					progress.accept(first + 0.25);
					return Thread.currentThread();
				}));
			}
			for (int i = 0; i < 2; i++) {
				threads.add(ahead.take(fraction -> {
					heard.add(fraction);
					assertSame(here, Thread.currentThread());
				}, () -> { }));
			}
			assertEquals(List.of(0.0, 0.25, 0.5, 0.75), heard);
			assertFalse(threads.contains(here));
			assertSame(here, ahead.alone(progress -> Thread.currentThread(), fraction -> { }));
		}
	}

	@Test
	void failuresComeToTheOneWhoTakesAndTheOthersGoOn() throws InterruptedException {
		try (WorkAhead<String> ahead = new WorkAhead<>(2, 8 * MEGABYTE)) {
			ahead.begin(0, progress -> {
				throw new IllegalStateException("no");
			});
			ahead.begin(0, progress -> {
				throw new StackOverflowError("deep");
			});
			ahead.begin(0, progress -> "yes");
			ahead.begin(0, progress -> {
				throw new IllegalStateException("lost");
			});
			ahead.begin(0, progress -> "rest");
			assertEquals("no", assertThrows(IllegalStateException.class,
					() -> ahead.take(fraction -> { }, () -> { })).getMessage());
			assertEquals("deep", assertThrows(StackOverflowError.class,
					() -> ahead.take(fraction -> { }, () -> { })).getMessage());
			assertEquals("yes", ahead.take(fraction -> { }, () -> { }));
			final List<String> rest = new ArrayList<>();
			ahead.takeRest(rest::add);
			assertEquals(List.of("rest"), rest);
		}
	}
}
