/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.FullSizeChroma;

/**
 * How likely each of the 313 colours is at each place of an image: what the network predicts, before a temperature
 * makes one colour of it. Decoding is quick, so a user can try temperatures without running the network again.
 * <p>
 * The places form a grid over the whole image, with fewer places than the image has pixels. Immutable.
 */
public final class ColorDistribution {

	/** The entropy in nats where all colours are equally likely. */
	public static final double MAX_ENTROPY = Math.log(ColorBins.COUNT);

	private final float[] logits;
	private final float[] lightness;
	private final int width;
	private final int height;
	/** Null without any. */
	private final ColorHints hints;

	/**
	 * Wraps logits.
	 *
	 * @param logits {@code (313, height, width)}, row by row; not copied, must not change afterwards
	 * @param lightness {@code (4 height, 4 width)}, what the network saw, L* in [0, 100]; not copied either
	 * @param width places in a row
	 * @param height rows
	 */
	ColorDistribution(final float[] logits, final float[] lightness, final int width, final int height) {
		this(logits, lightness, width, height, null);
	}

	private ColorDistribution(final float[] logits, final float[] lightness, final int width, final int height,
			final ColorHints hints) {
		this.logits = logits;
		this.lightness = lightness;
		this.width = width;
		this.height = height;
		this.hints = hints;
	}

	/** What hints make of it: other logits, and their own colors at their own pixels. */
	ColorDistribution withHints(final ColorHints newHints, final float[] newLogits) {
		return new ColorDistribution(newLogits, lightness, width, height, newHints);
	}

	/** The hints that were applied, or null. */
	ColorHints hints() {
		return hints;
	}

	/**
	 * Places in a row.
	 *
	 * @return 1 or more
	 */
	public int width() {
		return width;
	}

	/**
	 * Rows of places.
	 *
	 * @return 1 or more
	 */
	public int height() {
		return height;
	}

	/**
	 * The distribution itself.
	 *
	 * @return {@code (x, y, 313)}: logits, that is log-probabilities up to a constant at each place; do not write to it
	 */
	public RandomAccessibleInterval<FloatType> logits() {
		return ArrayImgs.floats(logits, width, height, ColorBins.COUNT);
	}

	/** The logits as they are stored: {@code (313, height, width)}, row by row; not to be written to. */
	float[] values() {
		return logits;
	}

	/** The lightness that the network saw: {@code (4 height, 4 width)}, row by row; not to be written to. */
	float[] lightness() {
		return lightness;
	}

	/**
	 * One colour for each place: the annealed mean (paper, eq. 5).
	 *
	 * @param temperature T in [0, 1]; 0 is the mode, 1 the mean
	 * @return {@code (x, y, 2)}: a* and b*
	 */
	public Img<FloatType> decode(final double temperature) {
		return ArrayImgs.floats(ab(temperature), width, height, 2);
	}

	/** The same: all a*, then all b*, row by row. */
	float[] ab(final double temperature) {
		final float[] ab = new float[2 * width * height];
		AnnealedMean.annealedMean(logits(), temperature, ArrayImgs.floats(ab, width, height, 2));
		return ab;
	}

	/**
	 * One colour for each pixel of the image: decodes and enlarges.
	 *
	 * @param options temperature, upsampling and method
	 * @param imageWidth pixels in a row of the image
	 * @param imageHeight rows of the image
	 * @return a* and b* of the image, computed when they are read
	 */
	public FullSizeChroma decode(final ColorizeOptions options, final int imageWidth, final int imageHeight) {
		final FullSizeChroma colors = options.method().enlarge(this, options, imageWidth, imageHeight);
		return hints == null ? colors : hints.over(colors);
	}

	/**
	 * How uncertain the colour of each place is.
	 *
	 * @return {@code (x, y)}: entropy in nats, 0 (certain) to {@link #MAX_ENTROPY}
	 */
	public Img<FloatType> entropy() {
		final Img<FloatType> entropy = ArrayImgs.floats(width, height);
		AnnealedMean.entropy(logits(), entropy);
		return entropy;
	}
}
