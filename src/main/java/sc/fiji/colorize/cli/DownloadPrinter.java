/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.PrintWriter;
import java.util.Locale;

import sc.fiji.colorize.io.DownloadListener;
import sc.fiji.colorize.io.Durations;

/** Prints the progress of a download, a line every two seconds. */
final class DownloadPrinter implements DownloadListener {

	private static final long PRINT_INTERVAL = 2_000_000_000L;
	private static final double MEGA = 1e6;

	private final PrintWriter out;
	private long lastPrinted = System.nanoTime();

	DownloadPrinter(final PrintWriter out) {
		this.out = out;
	}

	@Override
	public void received(final long bytes, final long total, final double secondsLeft) {
		if (System.nanoTime() - lastPrinted > PRINT_INTERVAL) {
			lastPrinted = System.nanoTime();
			out.printf(Locale.ROOT, "%.1f of %.1f MB%s%n", bytes / MEGA, total / MEGA, Durations.left(secondsLeft));
		}
	}

	@Override
	public void message(final String sentence) {
		out.println(sentence);
	}
}
