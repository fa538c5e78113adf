/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes image files for tests. */
public final class PhotoFiles {

	private PhotoFiles() {
	}

	/** A picture whose color follows its lightness, from blue over red to yellow; each seed gives other shapes. */
	public static BufferedImage colorful(final int width, final int height, final long seed) {
		final Random random = new Random(seed);
		final double across = 3 + 6 * random.nextDouble();
		final double down = 3 + 6 * random.nextDouble();
		final BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				final double wave = Math.sin(across * x / width + seed) * Math.cos(down * y / height);
				final int red = (int) (130 + 125 * Math.min(1, 2 * wave + 1));
				final int green = (int) (230 * Math.max(0, wave));
				final int blue = (int) (160 * Math.min(1, 1 - wave) / 2);
				image.setRGB(x, y, Math.max(0, red) << 16 | green << 8 | blue);
			}
		}
		return image;
	}

	/** A gray picture of the given BufferedImage type with a gradient. */
	public static BufferedImage gray(final int width, final int height, final int type) {
		final BufferedImage image = new BufferedImage(width, height, type);
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				final int value = 255 * (x + y) / (width + height);
				image.setRGB(x, y, value * 0x10101);
			}
		}
		return image;
	}

	/** The file of an image: png, jpeg, progressive (JPEG), gif or bmp. */
	public static byte[] encode(final BufferedImage image, final String format) {
		final boolean progressive = format.equals("progressive");
		final ImageWriter writer = ImageIO.getImageWritersByFormatName(progressive ? "jpeg" : format).next();
		final ImageWriteParam param = writer.getDefaultWriteParam();
		if (progressive) {
			param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
		}
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
			writer.setOutput(out);
			writer.write(null, new IIOImage(image, null, null), param);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
		finally {
			writer.dispose();
		}
		return bytes.toByteArray();
	}
}
