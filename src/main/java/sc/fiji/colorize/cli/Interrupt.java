/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.util.concurrent.CountDownLatch;

/** Handles Ctrl-C: signals the work to stop, and delays the end of the JVM until it has saved its results. */
final class Interrupt implements RunContext.Cancellation {

	private final CountDownLatch done = new CountDownLatch(1);
	// Does not join the working thread: after calling exit, that thread waits for the shutdown hooks.
	private final Thread hook = new Thread(this::stop);
	private volatile boolean given;

	Interrupt() {
		Runtime.getRuntime().addShutdownHook(hook);
	}

	private void stop() {
		given = true;
		try {
			done.await();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isGiven() {
		return given;
	}

	@Override
	public void close() {
		done.countDown();
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (final IllegalStateException e) {
			// The JVM is already shutting down and runs the hook by itself.
		}
	}
}
