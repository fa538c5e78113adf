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
	 * {@return a duration as text, such as "12 s", "1:05 min" or "2:30 h"}
	 *
	 * @param seconds 0 or more
	 */
	public static String format(final double seconds) {
		final long whole = Math.round(seconds);
		if (whole >= 3600) {
			return String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
		}
		return whole < 60 ? whole + " s" : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
	}

	/**
	 * {@return the end of a sentence about progress, such as ", 12 s left"; empty if the time left is unknown}
	 *
	 * @param seconds the time left, or NaN if it is unknown
	 */
	public static String left(final double seconds) {
		return Double.isNaN(seconds) ? "" : ", " + format(seconds) + " left";
	}
}
