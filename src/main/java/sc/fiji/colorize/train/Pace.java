/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

/**
 * Estimates the speed of a run from its last steps. The first steps are ignored, because code is still being compiled and
 * no photos have been prefetched.
 */
final class Pace {

	/** Number of ignored steps. */
	static final int WARM_UP = 3;
	/** Number of counted steps before the first estimate of the time left. */
	static final int ENOUGH = 5;
	private static final double MEMORY = 0.95;

	private int steps;
	private double pixels;
	private double seconds;
	private double lastRate;

	/** Adds a step with the number of pixels in its batch. */
	void add(final double stepPixels, final double stepSeconds) {
		lastRate = stepPixels / stepSeconds;
		steps++;
		if (steps > WARM_UP) {
			pixels = MEMORY * pixels + stepPixels;
			seconds = MEMORY * seconds + stepSeconds;
		}
	}

	/** Pixels per second; during warm-up that of the last step, and 0 before the first step. */
	double pixelsPerSecond() {
		return seconds == 0 ? lastRate : pixels / seconds;
	}

	/** Estimated time for the remaining pixels in seconds; NaN before enough steps were counted. */
	double secondsFor(final double pixelsLeft) {
		return steps < WARM_UP + ENOUGH ? Double.NaN : pixelsLeft * seconds / pixels;
	}
}
