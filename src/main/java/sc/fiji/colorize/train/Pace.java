/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

/**
 * How fast a run is, from its last steps. The first steps say little: code is still being compiled, and no photos have
 * been decoded ahead.
 */
final class Pace {

	/** Steps that do not count. */
	static final int WARM_UP = 3;
	/** Steps counted before the time left is told. */
	static final int ENOUGH = 5;
	private static final double MEMORY = 0.95;

	private int steps;
	private double pixels;
	private double seconds;
	private double lastRate;

	/**
	 * Counts a step.
	 *
	 * @param stepPixels pixels that the network saw in it
	 * @param stepSeconds how long it took
	 */
	void add(final double stepPixels, final double stepSeconds) {
		lastRate = stepPixels / stepSeconds;
		steps++;
		if (steps > WARM_UP) {
			pixels = MEMORY * pixels + stepPixels;
			seconds = MEMORY * seconds + stepSeconds;
		}
	}

	/** Pixels per second: of the last step as long as no step counts, and 0 before the first. */
	double pixelsPerSecond() {
		return seconds == 0 ? lastRate : pixels / seconds;
	}

	/** The time for pixels still to come; NaN as long as too few steps were counted to tell. */
	double secondsFor(final double pixelsLeft) {
		return steps < WARM_UP + ENOUGH ? Double.NaN : pixelsLeft * seconds / pixels;
	}
}
