/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

/**
 * Linear interpolation along one axis of an image: the two input samples around each output sample. Pixels are areas: the
 * ends of both axes coincide, and the outermost samples are extended (PyTorch's {@code align_corners=False}).
 */
final class LinearAxis {

	private final int[] first;
	private final int[] second;
	private final float[] share;

	/**
	 * Prepares the interpolation.
	 *
	 * @param size number of input samples, at least 1
	 * @param outputSize number of output samples
	 */
	LinearAxis(final int size, final int outputSize) {
		first = new int[outputSize];
		second = new int[outputSize];
		share = new float[outputSize];
		final double scale = size / (double) outputSize;
		for (int o = 0; o < outputSize; o++) {
			final double position = Math.max(0, Math.min(size - 1, (o + 0.5) * scale - 0.5));
			first[o] = (int) position;
			second[o] = Math.min(first[o] + 1, size - 1);
			share[o] = (float) (position - first[o]);
		}
	}

	int outputSize() {
		return first.length;
	}

	/** Index of the input sample at or before the position of an output sample. */
	int first(final int output) {
		return first[output];
	}

	/** Index of the next input sample. */
	int second(final int output) {
		return second[output];
	}

	/** Weight of the second input sample, 0 to below 1. */
	float share(final int output) {
		return share[output];
	}

	static float mix(final float from, final float to, final float share) {
		return from + share * (to - from);
	}
}
