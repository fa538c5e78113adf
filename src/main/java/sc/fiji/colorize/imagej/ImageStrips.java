/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import ij.ImagePlus;

import sc.fiji.colorize.photo.PhotoStrips;

/**
 * A file with an image of one plane, read in strips of rows from the top to the bottom, as often as it is wanted, so that
 * it never is in memory as a whole.
 */
interface ImageStrips {

	/** Pixels from which on an image is not colorized in one piece, if its file can be read in strips. */
	long LARGE = 1 << 24;
	/** Pixels of a strip, more or less. */
	int STRIP_PIXELS = 1 << 20;

	/** Takes the strips of an image. */
	@FunctionalInterface
	interface Receiver {

		/**
		 * Takes the next strip.
		 *
		 * @param strip rows of the image that look, and are calibrated, as in {@link ImageFiles#read} of the whole file
		 * @param top which row of the image is the first of the strip
		 * @throws IOException if it cannot be used; ends the reading
		 */
		void accept(ImagePlus strip, int top) throws IOException;
	}

	/** Pixels of a row. */
	int width();

	/** Rows of the image. */
	int height();

	/**
	 * Reads the image.
	 *
	 * @param receiver takes the strips from the top to the bottom
	 * @throws IOException with a clause that says what is wrong with the file, or the receiver's
	 */
	void read(Receiver receiver) throws IOException;

	/** How many pixels the image has. */
	default long pixels() {
		return (long) width() * height();
	}

	/** How many rows of so many pixels are a strip. */
	static int rows(final int width, final int stripPixels) {
		return Math.max(1, stripPixels / width);
	}

	/**
	 * Opens a file.
	 *
	 * @param file the file; its content decides, not its name
	 * @param large pixels from which on an image is read in strips
	 * @param stripPixels pixels of a strip, more or less
	 * @return the strips; none if the image is smaller, or can only be read as a whole, or not at all
	 * @throws IOException if the file cannot be read
	 */
	static Optional<ImageStrips> of(final Path file, final long large, final int stripPixels) throws IOException {
		return TiffDirectory.recognizes(ImageFiles.head(file))
				? TiffStrips.of(file, large, stripPixels)
				: PhotoStrips.of(file, large).map(photo -> of(photo, file.getFileName().toString(), stripPixels));
	}

	private static ImageStrips of(final PhotoStrips photo, final String name, final int stripPixels) {
		return new ImageStrips() {

			@Override
			public int width() {
				return photo.width();
			}

			@Override
			public int height() {
				return photo.height();
			}

			@Override
			public void read(final Receiver receiver) throws IOException {
				photo.read(rows(width(), stripPixels), new PhotoStrips.Receiver() {

					private int top;

					@Override
					public void accept(final BufferedImage strip) throws IOException {
						final ImagePlus image = ImageFiles.wrap(strip);
						image.setTitle(name);
						receiver.accept(image, top);
						top += strip.getHeight();
					}
				});
			}
		};
	}
}
