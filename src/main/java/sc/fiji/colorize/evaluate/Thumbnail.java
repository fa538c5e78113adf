/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import javax.imageio.ImageIO;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import sc.fiji.colorize.ops.Resampling;

/** Small copies of photos for the report. */
final class Thumbnail {

	/** Longer side in pixels; smaller photos keep their size. */
	private static final int SIDE = 240;

	private Thumbnail() {
	}

	/** A small copy of an image {@code (x, y, 3)} as a PNG file. */
	static byte[] png(final RandomAccessibleInterval<UnsignedByteType> image) {
		final double scale = Math.min(1, SIDE / (double) Math.max(image.dimension(0), image.dimension(1)));
		final int width = (int) Math.max(1, Math.round(scale * image.dimension(0)));
		final int height = (int) Math.max(1, Math.round(scale * image.dimension(1)));
		final Img<UnsignedByteType> small = ArrayImgs.unsignedBytes(width, height, 3);
		Resampling.resample(image, small);
		final BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		final RandomAccess<UnsignedByteType> pixel = small.randomAccess();
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				picture.setRGB(x, y, pixel.setPositionAndGet(x, y, 0).get() << 16
						| pixel.setPositionAndGet(x, y, 1).get() << 8 | pixel.setPositionAndGet(x, y, 2).get());
			}
		}
		final ByteArrayOutputStream file = new ByteArrayOutputStream();
		try {
			ImageIO.write(picture, "png", file);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
		return file.toByteArray();
	}
}
