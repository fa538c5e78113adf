/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.List;
import java.util.stream.IntStream;

import sc.fiji.colorize.ops.Lab;

/**
 * A color, given by the user, for some pixels of an image. Immutable.
 *
 * <pre>
 * Hint blueDress = Hint.color(Hint.rectangle(120, 80, 40, 60), 10, -35);
 * Hint grayWall = Hint.gray(Hint.rectangle(0, 0, 30, 30));
 * </pre>
 *
 * @param region the pixels; those outside the image are ignored
 * @param a a* of these pixels; NaN to keep what is predicted for them
 * @param b b* of these pixels; NaN to keep what is predicted for them
 */
public record Hint(List<Run> region, float a, float b) {

	/**
	 * Adjacent pixels of a row.
	 *
	 * @param y their row
	 * @param from the column of the first
	 * @param to the column after the last, above {@code from}
	 */
	public record Run(int y, int from, int to) {

		/** Checks the order. */
		public Run {
			if (to <= from) {
				throw new IllegalArgumentException(
						"A run of pixels must end after it begins but is from " + from + " to " + to + ".");
			}
		}
	}

	/** Checks the values. */
	public Hint {
		region = List.copyOf(region);
		if (region.isEmpty()) {
			throw new IllegalArgumentException("A hint needs at least one pixel but has none.");
		}
		if (Float.isInfinite(a) || Float.isInfinite(b) || Float.isNaN(a) != Float.isNaN(b)) {
			throw new IllegalArgumentException("a* and b* of a hint must be numbers but are " + a + " and " + b + ".");
		}
	}

	/**
	 * The pixels of a rectangle.
	 *
	 * @param x its left column
	 * @param y its top row
	 * @param width columns, 1 or more
	 * @param height rows, 1 or more
	 * @return one run for each row
	 */
	public static List<Run> rectangle(final int x, final int y, final int width, final int height) {
		return IntStream.range(y, y + height).mapToObj(row -> new Run(row, x, x + width)).toList();
	}

	/**
	 * The pixels have this color.
	 *
	 * @param region the pixels
	 * @param a a*
	 * @param b b*
	 * @return the hint
	 */
	public static Hint color(final List<Run> region, final double a, final double b) {
		return new Hint(region, (float) a, (float) b);
	}

	/**
	 * The pixels have the hue and chroma of this color; their lightness is that of the image.
	 *
	 * @param region the pixels
	 * @param rgb 8-bit sRGB, {@code 0xrrggbb}
	 * @return the hint
	 */
	public static Hint color(final List<Run> region, final int rgb) {
		final float[] ab = ab(rgb);
		return new Hint(region, ab[0], ab[1]);
	}

	/**
	 * The pixels are gray.
	 *
	 * @param region the pixels
	 * @return the hint
	 */
	public static Hint gray(final List<Run> region) {
		return new Hint(region, 0, 0);
	}

	/**
	 * The pixels have the color that is predicted for them, whatever the other hints are.
	 *
	 * @param region the pixels
	 * @return the hint
	 */
	public static Hint prediction(final List<Run> region) {
		return new Hint(region, Float.NaN, Float.NaN);
	}

	/** a* and b*; exactly 0 for gray, where Lab has rounding errors. */
	static float[] ab(final int rgb) {
		final int r = rgb >> 16 & 0xff;
		final int g = rgb >> 8 & 0xff;
		final int b = rgb & 0xff;
		final float[] lab = new float[3];
		Lab.from8Bit(r, g, b, lab);
		return r == g && g == b ? new float[2] : new float[] {lab[1], lab[2]};
	}
}
