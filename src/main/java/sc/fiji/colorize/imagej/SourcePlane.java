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

import sc.fiji.colorize.ops.ColorTransfer;

/**
 * One plane of an ImageJ image, or a strip of its rows: what the colorization makes colour of.
 *
 * @param <T> type of the pixels
 * @param pixels gray {@code (x, y)} or sRGB {@code (x, y, 3)}
 * @param black the value shown as black
 * @param white the value shown as white
 * @param top which row of the plane is the first of the pixels
 * @param planeHeight rows of the plane
 */
record SourcePlane<T extends RealType<T>>(RandomAccessibleInterval<T> pixels, double black, double white, int top,
		int planeHeight) {

	/** A whole plane. */
	SourcePlane(final RandomAccessibleInterval<T> pixels, final double black, final double white) {
		this(pixels, black, white, 0, (int) pixels.dimension(1));
	}

	/** The same pixels as rows of a taller plane. */
	SourcePlane<T> within(final int firstRow, final int rows) {
		return new SourcePlane<>(pixels, black, white, firstRow, rows);
	}

	int width() {
		return (int) pixels.dimension(0);
	}

	int height() {
		return (int) pixels.dimension(1);
	}

	/** L* in [0, 100], computed when it is read. */
	RandomAccessibleInterval<FloatType> lightness() {
		return ColorTransfer.lightness(pixels, black, white);
	}

	/** The same plane with 0 shown as black and 255 as white, computed when it is read. */
	SourcePlane<?> inEightBits() {
		if (black == 0 && white == 255) {
			return this;
		}
		final float factor = (float) (255 / (white - black));
		// Of images without a range what is above it is white, as ImageJ shows it.
		return new SourcePlane<>(Converters.convert(pixels, (in, out) -> {
			final double value = in.getRealDouble();
			out.set(white > black ? (float) (factor * (value - black)) : value > black ? 255 : 0);
		}, new FloatType()), 0, 255, top, planeHeight);
	}
}
