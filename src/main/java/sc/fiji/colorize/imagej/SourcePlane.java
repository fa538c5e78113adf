/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.DisplayRange;
import sc.fiji.colorize.ops.ColorTransfer;

/**
 * One plane of an ImageJ image, or a strip of its rows: the input of the colorization.
 *
 * @param <T> type of the pixels
 * @param pixels gray {@code (x, y)} or sRGB {@code (x, y, 3)}
 * @param range the values displayed as black and white
 * @param top index in the plane of the first row of pixels
 * @param planeHeight rows of the plane
 */
record SourcePlane<T extends RealType<T>>(RandomAccessibleInterval<T> pixels, DisplayRange range, int top, int planeHeight) {

	/** A whole plane. */
	SourcePlane(final RandomAccessibleInterval<T> pixels, final DisplayRange range) {
		this(pixels, range, 0, (int) pixels.dimension(1));
	}

	/** The same pixels as rows of a taller plane. */
	SourcePlane<T> within(final int firstRow, final int rows) {
		return new SourcePlane<>(pixels, range, firstRow, rows);
	}

	int width() {
		return (int) pixels.dimension(0);
	}

	int height() {
		return (int) pixels.dimension(1);
	}

	/** L* in [0, 100], computed lazily. */
	RandomAccessibleInterval<FloatType> lightness() {
		return ColorTransfer.lightness(pixels, range.black(), range.white());
	}

	/** The same plane with 0 as black and 255 as white, computed lazily. */
	SourcePlane<?> inEightBits() {
		if (range.equals(DisplayRange.UNSIGNED_8_BIT)) {
			return this;
		}
		final double black = range.black();
		final double white = range.white();
		final float factor = (float) (255 / (white - black));
		// Without a display range, larger values are white, as in ImageJ.
		return new SourcePlane<>(Converters.convert(pixels, (in, out) -> {
			final double value = in.getRealDouble();
			out.set(white > black ? (float) (factor * (value - black)) : value > black ? 255 : 0);
		}, new FloatType()), DisplayRange.UNSIGNED_8_BIT, top, planeHeight);
	}
}
