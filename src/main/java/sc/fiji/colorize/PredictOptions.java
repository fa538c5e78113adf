/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.PublishedDemo;

/**
 * How the network sees an image. Immutable; each setter returns a changed copy.
 *
 * @param size side of a square with the number of pixels that the network sees, a multiple of 8 from {@value #MIN_SIZE} to
 *        {@value #MAX_SIZE}; the image keeps its aspect ratio. 0: the size in the model card
 * @param reference whether to reproduce the published demo exactly, see {@link PublishedDemo}: the network sees the image
 *        squashed to 256x256 pixels, the colors are enlarged bilinearly, and colors outside the sRGB gamut are clipped,
 *        which changes the lightness
 */
public record PredictOptions(int size, boolean reference) {

	/** Selects the size in the model card. */
	public static final int MODEL_SIZE = 0;
	/** Minimum network size. */
	public static final int MIN_SIZE = 32;
	/** Maximum network size. */
	public static final int MAX_SIZE = 2048;

	/** Checks the ranges. */
	public PredictOptions {
		if (size != MODEL_SIZE
				&& (size < MIN_SIZE || size > MAX_SIZE || size % ColorizationNetwork.GRANULARITY != 0)) {
			throw new IllegalArgumentException("The size must be a multiple of 8 from " + MIN_SIZE + " to " + MAX_SIZE
					+ ", or 0 for the model's own, but is " + size + ".");
		}
		if (reference && size != MODEL_SIZE && size != PublishedDemo.SIZE) {
			throw new IllegalArgumentException("The published demo uses 256x256 pixels, so as a reference the size"
					+ " must be 256 or left out but is " + size + ".");
		}
	}

	/** {@return the method of prediction and decoding that {@link #reference} selects} */
	public Method method() {
		return reference ? Method.PUBLISHED_DEMO : Method.STANDARD;
	}

	/** {@return the defaults: the size in the model card, this project's method} */
	public static PredictOptions defaults() {
		return new PredictOptions(MODEL_SIZE, false);
	}

	/**
	 * Sets the network size.
	 *
	 * @param value a multiple of 8 from {@value #MIN_SIZE} to {@value #MAX_SIZE}, or 0 for the model's own
	 * @return changed copy
	 */
	public PredictOptions size(final int value) {
		return new PredictOptions(value, reference);
	}

	/**
	 * Sets whether to reproduce the published demo.
	 *
	 * @param value true to reproduce the demo, false for this project's method
	 * @return changed copy
	 */
	public PredictOptions reference(final boolean value) {
		return new PredictOptions(size, value);
	}
}
