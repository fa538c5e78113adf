/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.ops.ColorTransfer;

/**
 * The values of an image that are displayed as black and as white. Results keep values outside the range. If an end is NaN,
 * as in ImageJ for an image of only NaN, every value is black. Immutable.
 *
 * <pre>
 * DisplayRange range = new DisplayRange(100, 4000);
 * Img&lt;UnsignedShortType&gt; rgb = colorizer.predict(gray, range, PredictOptions.defaults())
 * 		.colorize(gray, range, DecodeOptions.defaults());
 * </pre>
 *
 * @param black the value displayed as black
 * @param white the value displayed as white; below {@code black} in a negative
 */
public record DisplayRange(double black, double white) {

	/** The full range of unsigned 8-bit images. */
	public static final DisplayRange UNSIGNED_8_BIT = new DisplayRange(0, 255);
	/** The full range of unsigned 16-bit images. */
	public static final DisplayRange UNSIGNED_16_BIT = new DisplayRange(0, 65535);

	/**
	 * The default range of an image: the full range of the type for unsigned integers of up to 16 bits, such as 0 to 255 for
	 * 8 bits and 0 to 65535 for 16 bits; for all other types, such as floats, the smallest and the largest value, without
	 * NaN, infinity and values of 1e30 or more, which mark missing values.
	 *
	 * @param image of any size
	 * @return the range; 0 to 0 if there are no valid values
	 */
	public static DisplayRange of(final RandomAccessibleInterval<? extends RealType<?>> image) {
		final double[] range = ColorTransfer.displayRange(image);
		return new DisplayRange(range[0], range[1]);
	}
}
