/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.util.Locale;

/** Formats durations for people. */
public final class Durations {

	private Durations() {
	}

	/**
	 * Formats a duration.
	 *
	 * @param seconds 0 or more
	 * @return text such as "12 s", "1:05 min" or "2:30 h"
	 */
	public static String format(final double seconds) {
		final long whole = Math.round(seconds);
		if (whole >= 3600) {
			return String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
		}
		return whole < 60 ? whole + " s" : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
	}

	/**
	 * Appends the time left to a sentence about progress.
	 *
	 * @param seconds the time left, or NaN if it is unknown
	 * @return text such as ", 12 s left"; empty if it is unknown
	 */
	public static String left(final double seconds) {
		return Double.isNaN(seconds) ? "" : ", " + format(seconds) + " left";
	}
}
