/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;

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
		final int[] row = new int[width];
		int i = 0;
		for (int y = 0; y < height; y++) {
			image.getRGB(0, y, width, 1, row, 0, width);
			for (final int pixel : row) {
				rgb[i++] = (byte) (pixel >> 16);
				rgb[i++] = (byte) (pixel >> 8);
				rgb[i++] = (byte) pixel;
			}
		}
		return new RgbPhoto(width, height, rgb);
	}
}
