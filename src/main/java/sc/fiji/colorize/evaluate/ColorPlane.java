/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.FullSizeChroma;

/**
 * Predicted colors of a photo.
 *
 * @param chroma a* and b* at the size of the photo
 * @param saturation factor on a and b
 */
record ColorPlane(FullSizeChroma chroma, double saturation) {

	/** The same color in all pixels. */
	static ColorPlane constant(final float a, final float b, final int width, final int height) {
		return new ColorPlane(new ChromaUpsampling(new float[] {a}, new float[] {b}, 1, 1, width, height), 1);
	}

	/** Replaces the colors of a photo. */
	Img<UnsignedByteType> colorize(final RandomAccessibleInterval<UnsignedByteType> photo) {
		final Img<UnsignedByteType> result = ArrayImgs.unsignedBytes(photo.dimensionsAsLongArray());
		ColorTransfer.addColor(photo, 0, chroma, 0, 255, saturation, result);
		return result;
	}
}
