/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.util.Arrays;

/**
 * A decoded photo: 8-bit sRGB, interleaved, row by row.
 *
 * @param width width in pixels
 * @param height height in pixels
 * @param rgb {@code 3 * width * height} unsigned bytes
 */
public record RgbPhoto(int width, int height, byte[] rgb) {

	/**
	 * Copies an image as 8-bit RGB. Gray values are copied as sRGB; Java's own conversion assumes that gray is linear light
	 * and would brighten it.
	 *
	 * @param image in the form of {@link PhotoPage#read()}, or any 8-bit image; floats range from 0 (black) to 1 (white)
	 * @return its pixels
	 */
	public static RgbPhoto of(final BufferedImage image) {
		final int width = image.getWidth();
		final int height = image.getHeight();
		final byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
		if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
			// The type of nearly all JPEG files. Copying bands in RGB order is much faster than converting each pixel with
			// the color model.
			image.getRaster().getDataElements(0, 0, width, height, rgb);
			return new RgbPhoto(width, height, rgb);
		}
		final boolean gray = image.getColorModel() instanceof ComponentColorModel
				&& image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
		final int[] row = new int[width];
		int i = 0;
		for (int y = 0; y < height; y++) {
			if (gray) {
				grayRow(image, y, row);
			}
			else {
				image.getRGB(0, y, width, 1, row, 0, width);
			}
			for (final int pixel : row) {
				rgb[i++] = (byte) (pixel >> 16);
				rgb[i++] = (byte) (pixel >> 8);
				rgb[i++] = (byte) pixel;
			}
		}
		return new RgbPhoto(width, height, rgb);
	}

	/**
	 * Shrinks the photo by a whole factor. Pixels at the right and the bottom that fill no square are left out.
	 *
	 * @param factor 1 or more
	 * @return each pixel is the mean of a square with sides of this many pixels, rounded
	 */
	public RgbPhoto shrink(final int factor) {
		if (factor == 1) {
			return this;
		}
		final int newWidth = width / factor;
		final int newHeight = height / factor;
		final byte[] means = new byte[3 * newWidth * newHeight];
		final int[] sums = new int[3 * newWidth];
		final int area = factor * factor;
		for (int y = 0; y < newHeight; y++) {
			Arrays.fill(sums, 0);
			for (int line = y * factor; line < (y + 1) * factor; line++) {
				int i = 3 * line * width;
				for (int x = 0; x < newWidth * factor; x++) {
					final int sum = 3 * (x / factor);
					sums[sum] += rgb[i++] & 0xff;
					sums[sum + 1] += rgb[i++] & 0xff;
					sums[sum + 2] += rgb[i++] & 0xff;
				}
			}
			for (int i = 0; i < sums.length; i++) {
				means[y * sums.length + i] = (byte) ((sums[i] + area / 2) / area);
			}
		}
		return new RgbPhoto(newWidth, newHeight, means);
	}

	private static void grayRow(final BufferedImage image, final int y, final int[] row) {
		final int bits = image.getColorModel().getComponentSize(0);
		final double scale = bits > Short.SIZE ? 255 : 255.0 / ((1 << bits) - 1);
		final double[] samples = image.getRaster().getSamples(0, y, row.length, 1, 0, (double[]) null);
		for (int x = 0; x < row.length; x++) {
			row[x] = (int) Math.round(Math.max(0, Math.min(255, samples[x] * scale))) * 0x10101;
		}
	}
}
