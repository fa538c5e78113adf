/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * The command line, which waits after a certain line of its output until the JVM is told to end. So a test can send a
 * signal in the middle of the work, however fast the machine is.
 */
public final class HeldCommandLine {

	private static final long GLANCE_MILLISECONDS = 10;

	private HeldCommandLine() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments a regular expression for the line to wait after, then the words of the command line
	 */
	public static void main(final String[] arguments) {
		final CountDownLatch release = new CountDownLatch(1);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			awaitInterrupt();
			release.countDown();
		}));
		System.setOut(new PrintStream(new HeldOutput(System.out, arguments[0], release), true, StandardCharsets.UTF_8));
		FijiColorize.main(Arrays.copyOfRange(arguments, 1, arguments.length));
	}

	/** Waits until the work has been told to stop: {@link Interrupt} then waits for its end. */
	private static void awaitInterrupt() {
		try {
			while (Thread.getAllStackTraces().entrySet().stream().noneMatch(thread -> isStopping(thread.getKey().getState(),
					thread.getValue()))) {
				Thread.sleep(GLANCE_MILLISECONDS);
			}
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean isStopping(final Thread.State state, final StackTraceElement... stack) {
		return state == Thread.State.WAITING && Arrays.stream(stack).anyMatch(
				frame -> frame.getClassName().equals(Interrupt.class.getName()) && frame.getMethodName().equals("stop"));
	}

	/** Passes on all that is printed, and waits after the line. */
	private static final class HeldOutput extends FilterOutputStream {

		private final ByteArrayOutputStream line = new ByteArrayOutputStream();
		private final String last;
		private final CountDownLatch release;

		HeldOutput(final OutputStream out, final String last, final CountDownLatch release) {
			super(out);
			this.last = last;
			this.release = release;
		}

		@Override
		public void write(final int b) throws IOException {
			out.write(b);
			if (b != '\n') {
				line.write(b);
				return;
			}
			out.flush();
			final String whole = line.toString(StandardCharsets.UTF_8).strip();
			line.reset();
			if (whole.matches(last)) {
				try {
					release.await();
				}
				catch (final InterruptedException e) {
					Thread.currentThread().interrupt();
				}
			}
		}
	}
}
