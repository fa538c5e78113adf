/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.ColorTransfer;

/**
 * The colours that a row gives to a photo, at any resolution; a single colour is a plane of one pixel.
 *
 * @param ab a* of all places, row by row, then b*
 * @param width places in a row
 * @param height rows
 * @param saturation factor on a and b
 */
record ColorPlane(float[] ab, int width, int height, double saturation) {

	/** One colour everywhere. */
	static ColorPlane constant(final float a, final float b) {
		return new ColorPlane(new float[] {a, b}, 1, 1, 1);
	}

	/** Copies decoded colours, {@code (x, y, 2)}. */
	static ColorPlane of(final Img<FloatType> decoded, final double saturation) {
		final float[] ab = new float[(int) decoded.size()];
		int i = 0;
		for (final FloatType value : decoded) {
			ab[i++] = value.get();
		}
		return new ColorPlane(ab, (int) decoded.dimension(0), (int) decoded.dimension(1), saturation);
	}

	/** The plane enlarged to a photo's size, row by row; without the saturation. */
	ChromaUpsampling enlarged(final int photoWidth, final int photoHeight) {
		final int places = width * height;
		final float[] a = Arrays.copyOf(ab, places);
		final float[] b = Arrays.copyOfRange(ab, places, 2 * places);
		return new ChromaUpsampling(a, b, width, height, photoWidth, photoHeight);
	}

	/** The photo with these colours in place of its own. */
	Img<UnsignedByteType> colorize(final RandomAccessibleInterval<UnsignedByteType> photo) {
		final Img<UnsignedByteType> result = ArrayImgs.unsignedBytes(photo.dimensionsAsLongArray());
		ColorTransfer.addColor(photo, ArrayImgs.floats(ab, width, height, 2), 0.0, 255.0, saturation, result);
		return result;
	}
}
