/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import javax.imageio.ImageIO;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import sc.fiji.colorize.SampledImage;
import sc.fiji.colorize.ops.Resampling;

/** Small copies of photos for the report. */
final class ReportPicture {

	/** Longer side in pixels; smaller photos keep their size. */
	private static final int SIDE = 240;

	private ReportPicture() {
	}

	/** A small copy of an image {@code (x, y, 3)} as a PNG file. */
	static byte[] png(final RandomAccessibleInterval<UnsignedByteType> image) {
		final double scale = Math.min(1, SIDE / (double) Math.max(image.dimension(0), image.dimension(1)));
		final int width = (int) Math.max(1, Math.round(scale * image.dimension(0)));
		final int height = (int) Math.max(1, Math.round(scale * image.dimension(1)));
		final Img<UnsignedByteType> small = ArrayImgs.unsignedBytes(width, height, 3);
		Resampling.resample(image, small);
		final ByteArrayOutputStream file = new ByteArrayOutputStream();
		try {
			ImageIO.write(SampledImage.toPicture(small), "png", file);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
		return file.toByteArray();
	}
}
