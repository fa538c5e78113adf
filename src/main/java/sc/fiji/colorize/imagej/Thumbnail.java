/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;

/** A small RGB copy of the first image of a file, which may be of any size. */
public final class Thumbnail {

	private Thumbnail() {
	}

	/**
	 * Creates a thumbnail.
	 *
	 * @param file an image file
	 * @param side pixels of its longer side; smaller images keep their size
	 * @return upright, as ImageJ displays the image
	 * @throws IOException if the file cannot be read; the message is a clause
	 */
	public static BufferedImage of(final Path file, final int side) throws IOException {
		try (ImageFile open = ImageFile.open(file)) {
			final Optional<ImageStrips> strips = open.strips(ImageStrips.LARGE, ImageStrips.STRIP_PIXELS);
			if (strips.isPresent()) {
				return ofStrips(strips.get(), side);
			}
			final ImagePlus image = open.read().get(0);
			final double scale = scale(image.getWidth(), image.getHeight(), side);
			return shrink(image, length(image.getWidth(), scale), length(image.getHeight(), scale)).getBufferedImage();
		}
	}

	private static double scale(final int width, final int height, final int side) {
		return Math.min(1, (double) side / Math.max(width, height));
	}

	private static int length(final int pixels, final double scale) {
		return Math.max(1, (int) Math.round(scale * pixels));
	}

	private static ImageProcessor shrink(final ImagePlus image, final int width, final int height) {
		final ImageProcessor shown = new ColorProcessor(image.getBufferedImage());
		shown.setInterpolationMethod(ImageProcessor.BILINEAR);
		return shown.resize(width, height, true);
	}

	private static BufferedImage ofStrips(final ImageStrips strips, final int side) throws IOException {
		final double scale = scale(strips.width(), strips.height(), side);
		final ColorProcessor whole = new ColorProcessor(length(strips.width(), scale), length(strips.height(), scale));
		strips.read((strip, top) -> {
			final int first = (int) Math.round(scale * top);
			final int rows = (int) Math.round(scale * (top + strip.getHeight())) - first;
			if (rows > 0) {
				whole.insert(shrink(strip, whole.getWidth(), rows), 0, first);
			}
		});
		return whole.getBufferedImage();
	}
}
