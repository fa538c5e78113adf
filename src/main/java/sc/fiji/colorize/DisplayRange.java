/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.ops.ColorTransfer;

/**
 * The values of an image that are shown as black and as white. Values outside it are kept in results. Immutable.
 *
 * <pre>
 * DisplayRange range = new DisplayRange(100, 4000);
 * Img&lt;UnsignedShortType&gt; rgb = colorizer.predict(gray, range, PredictOptions.defaults())
 * 		.colorize(gray, range, DecodeOptions.defaults());
 * </pre>
 *
 * @param black the value shown as black
 * @param white the value shown as white; below {@code black} in a negative
 */
public record DisplayRange(double black, double white) {

	/** All values of unsigned 8-bit images. */
	public static final DisplayRange UNSIGNED_8_BIT = new DisplayRange(0, 255);
	/** All values of unsigned 16-bit images. */
	public static final DisplayRange UNSIGNED_16_BIT = new DisplayRange(0, 65535);

	/** Checks the values. */
	public DisplayRange {
		if (!Double.isFinite(black) || !Double.isFinite(white)) {
			throw new IllegalArgumentException(
					"The display range must have finite ends but is from " + black + " to " + white + ".");
		}
	}

	/**
	 * The range of an image that does not come with one: all values of the type for unsigned integers of up to 16 bits,
	 * such as 0 to 255 for 8 bits and 0 to 65535 for 16 bits. For all other types, such as floats, the smallest and the
	 * largest value that occur; NaN, infinity and values of 1e30 or more, which stand for missing ones, do not count.
	 *
	 * @param image of any size
	 * @return the range; 0 to 0 if no value counts
	 */
	public static DisplayRange of(final RandomAccessibleInterval<? extends RealType<?>> image) {
		final double[] range = ColorTransfer.displayRange(image);
		return new DisplayRange(range[0], range[1]);
	}
}
