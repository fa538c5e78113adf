/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * A decoded photo: 8-bit sRGB, red, green and blue of each pixel in turn, row by row.
 *
 * @param width pixels
 * @param height pixels
 * @param rgb {@code 3 * width * height} bytes, unsigned
 */
public record RgbPhoto(int width, int height, byte[] rgb) {

	/**
	 * Copies an image; transparency is ignored.
	 *
	 * @param image any image
	 * @return its pixels
	 */
	public static RgbPhoto of(final BufferedImage image) {
		final int width = image.getWidth();
		final int height = image.getHeight();
		final byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
		final Raster raster = image.getRaster();
		// getRGB takes gray images for linear light and would brighten them.
		final boolean gray = raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
		final int shift = gray ? raster.getSampleModel().getSampleSize(0) - Byte.SIZE : 0;
		final int[] row = new int[width];
		int i = 0;
		for (int y = 0; y < height; y++) {
			if (gray) {
				raster.getSamples(0, y, width, 1, 0, row);
			}
			else {
				image.getRGB(0, y, width, 1, row, 0, width);
			}
			for (final int pixel : row) {
				rgb[i++] = (byte) (gray ? eightBit(pixel, shift) : pixel >> 16);
				rgb[i++] = (byte) (gray ? eightBit(pixel, shift) : pixel >> 8);
				rgb[i++] = (byte) (gray ? eightBit(pixel, shift) : pixel);
			}
		}
		return new RgbPhoto(width, height, rgb);
	}

	/** A sample that has {@code 8 + shift} bits, with eight. */
	private static int eightBit(final int sample, final int shift) {
		return shift >= 0 ? sample >> shift : sample * 255 / ((1 << Byte.SIZE + shift) - 1);
	}
}
