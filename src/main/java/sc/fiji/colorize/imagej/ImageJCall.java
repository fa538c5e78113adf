/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import ij.IJ;

import sc.fiji.colorize.io.Reading;

/**
 * Serializes calls of ImageJ's file code, because a global switch redirects its messages. Headless ImageJ prints its
 * messages; this class collects them instead.
 */
final class ImageJCall {

	private static final ReentrantLock LOCK = new ReentrantLock();

	private ImageJCall() {
	}

	/** Calls ImageJ. Passes on its message if the call succeeds, else adds it to that of the exception. */
	static <T> T run(final Reading<T> work, final Consumer<String> messages) throws IOException {
		LOCK.lock();
		final PrintStream out = System.out;
		final ByteArrayOutputStream printed = new ByteArrayOutputStream();
		System.setOut(new PrintStream(new ThreadOutput(Thread.currentThread(), printed, out), true, StandardCharsets.UTF_8));
		IJ.redirectErrorMessages(true);
		try {
			final T result = work.read();
			final String message = message(printed);
			if (!message.isEmpty()) {
				messages.accept(message);
			}
			return result;
		}
		catch (final IOException e) {
			final String message = message(printed);
			throw message.isEmpty() ? e : new IOException(e.getMessage() + " (" + message + ")", e);
		}
		finally {
			IJ.redirectErrorMessages(false);
			System.setOut(out);
			LOCK.unlock();
		}
	}

	/** The first meaningful line; a stack trace follows the name of its exception. */
	private static String message(final ByteArrayOutputStream printed) {
		return printed.toString(StandardCharsets.UTF_8).lines().map(String::strip)
				.filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("ImageJ 1."))
				.findFirst().orElse("");
	}

	/** Collects the output of one thread and passes on that of others. */
	private static final class ThreadOutput extends OutputStream {

		private final Thread thread;
		private final OutputStream collected;
		private final PrintStream others;

		ThreadOutput(final Thread thread, final OutputStream collected, final PrintStream others) {
			this.thread = thread;
			this.collected = collected;
			this.others = others;
		}

		@Override
		public void write(final int b) throws IOException {
			write(new byte[] {(byte) b}, 0, 1);
		}

		@Override
		public void write(final byte[] bytes, final int offset, final int length) throws IOException {
			if (Thread.currentThread() == thread) {
				collected.write(bytes, offset, length);
			}
			else {
				others.write(bytes, offset, length);
			}
		}

		@Override
		public void flush() {
			others.flush();
		}
	}
}
