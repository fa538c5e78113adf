/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C while some work goes on: the work is told to stop, and the JVM ends only after it has put away what it has. */
final class Interrupt implements AutoCloseable {

	private final AtomicBoolean given = new AtomicBoolean();
	private final CountDownLatch done = new CountDownLatch(1);
	// Not by waiting for the thread that works, which itself waits for the hooks once it calls exit.
	private final Thread hook = new Thread(this::stop);

	Interrupt() {
		Runtime.getRuntime().addShutdownHook(hook);
	}

	private void stop() {
		given.set(true);
		try {
			done.await();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	/** Whether the work is to stop. */
	boolean isGiven() {
		return given.get();
	}

	/** The work has come to its end. */
	@Override
	public void close() {
		done.countDown();
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (final IllegalStateException e) {
			// The JVM is ending already, and has run the hook or will: there is nothing left for it to wait for.
			return;
		}
	}
}
