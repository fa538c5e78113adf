/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.util.Cast;
import net.imglib2.view.Views;

/** ImageJ's arrays of bytes, shorts or floats as images, without a copy. */
final class PixelArrays {

	private PixelArrays() {
	}

	/** A channel {@code (x, y)}: 8-bit and 16-bit without sign, or 32-bit. */
	static <T extends RealType<T>> RandomAccessibleInterval<T> image(final Object pixels, final int width,
			final int height) {
		if (pixels instanceof byte[] bytes) {
			return Cast.unchecked(ArrayImgs.unsignedBytes(bytes, width, height));
		}
		if (pixels instanceof short[] shorts) {
			return Cast.unchecked(ArrayImgs.unsignedShorts(shorts, width, height));
		}
		return Cast.unchecked(ArrayImgs.floats((float[]) pixels, width, height));
	}

	/** Channels of one type {@code (x, y, channel)}. */
	static <T extends RealType<T>> RandomAccessibleInterval<T> stack(final Object[] channels, final int width,
			final int height) {
		return Views.stack(Arrays.stream(channels).map(pixels -> PixelArrays.<T>image(pixels, width, height)).toList());
	}
}
