/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;
import net.imglib2.util.Util;
import net.imglib2.view.Views;

import sc.fiji.colorize.DisplayRange;

/** Writes ImgLib2 images to a temporary folder of lossless photos for training. Closing deletes the folder. */
final class TrainingImages implements AutoCloseable {

	private static final int CHANNEL = 2;
	private static final int RGB = 3;

	private final Path folder;
	private int count;

	/**
	 * Writes the images.
	 *
	 * @param images sRGB {@code (x, y, 3, ...)}, each with the range {@link DisplayRange#of}
	 * @throws IllegalArgumentException if an image has other dimensions
	 * @throws IOException if the temporary folder cannot be written
	 */
	TrainingImages(final List<? extends RandomAccessibleInterval<? extends RealType<?>>> images) throws IOException {
		folder = Files.createTempDirectory("colorize-training-");
		try {
			for (final RandomAccessibleInterval<? extends RealType<?>> image : images) {
				if (image.numDimensions() <= CHANNEL || image.dimension(CHANNEL) != RGB) {
					throw new IllegalArgumentException("An image for the training needs the dimensions (x, y, 3) or more,"
							+ " with red, green and blue along the third, but has "
							+ Util.printCoordinates(image.dimensionsAsLongArray()) + ".");
				}
				write(Views.zeroMin(image), DisplayRange.of(image));
			}
		}
		catch (final IOException | RuntimeException e) {
			close();
			throw e;
		}
	}

	Path folder() {
		return folder;
	}

	private void write(final RandomAccessibleInterval<? extends RealType<?>> image, final DisplayRange range)
			throws IOException {
		final int last = image.numDimensions() - 1;
		if (last > CHANNEL) {
			for (long i = 0; i < image.dimension(last); i++) {
				write(Views.hyperSlice(image, last, i), range);
			}
			return;
		}
		final int width = (int) image.dimension(0);
		final BufferedImage picture = new BufferedImage(width, (int) image.dimension(1), BufferedImage.TYPE_INT_RGB);
		final RandomAccess<? extends RealType<?>> samples = image.randomAccess();
		for (int y = 0; y < picture.getHeight(); y++) {
			for (int x = 0; x < width; x++) {
				int color = 0;
				for (int c = 0; c < RGB; c++) {
					final double value = samples.setPositionAndGet(x, y, c).getRealDouble();
					final double shown = (value - range.black()) / (range.white() - range.black());
					color = color << Byte.SIZE | (int) Math.round(255 * Math.max(0, Math.min(1, shown)));
				}
				picture.setRGB(x, y, color);
			}
		}
		// Numbered, because the training takes photos in the order of their names.
		ImageIO.write(picture, "png", folder.resolve(String.format(Locale.ROOT, "image-%08d.png", ++count)).toFile());
	}

	@Override
	public void close() throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
	}
}
