/*
 * Fiji Colorize: plausible colour for gray images.
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
 * One plane of an ImageJ image, or a strip of its rows: what the colorization makes colour of.
 *
 * @param <T> type of the pixels
 * @param pixels gray {@code (x, y)} or sRGB {@code (x, y, 3)}
 * @param range the values shown as black and white
 * @param top which row of the plane is the first of the pixels
 * @param planeHeight rows of the plane
 */
record SourcePlane<T extends RealType<T>>(RandomAccessibleInterval<T> pixels, DisplayRange range, int top,
		int planeHeight) {

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

	/** L* in [0, 100], computed when it is read. */
	RandomAccessibleInterval<FloatType> lightness() {
		return ColorTransfer.lightness(pixels, range.black(), range.white());
	}

	/** The same plane with 0 shown as black and 255 as white, computed when it is read. */
	SourcePlane<?> inEightBits() {
		if (range.equals(DisplayRange.UNSIGNED_8_BIT)) {
			return this;
		}
		final double black = range.black();
		final double white = range.white();
		final float factor = (float) (255 / (white - black));
		// Of images without a range what is above it is white, as ImageJ shows it.
		return new SourcePlane<>(Converters.convert(pixels, (in, out) -> {
			final double value = in.getRealDouble();
			out.set(white > black ? (float) (factor * (value - black)) : value > black ? 255 : 0);
		}, new FloatType()), DisplayRange.UNSIGNED_8_BIT, top, planeHeight);
	}
}
