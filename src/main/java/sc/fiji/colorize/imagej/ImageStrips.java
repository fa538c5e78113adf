/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;

import ij.ImagePlus;

/**
 * The image of a file, of one plane, read in strips of rows from top to bottom, as often as it is wanted, so that it never
 * is in memory as a whole.
 */
final class ImageStrips {

	/** Pixels from which on an image is not colorized in one piece, if its file can be read in strips. */
	static final long LARGE = 1 << 24;
	/** Pixels of a strip, more or less. */
	static final int STRIP_PIXELS = 1 << 20;

	/** Takes the strips of an image. */
	@FunctionalInterface
	interface Receiver {

		/**
		 * Takes the next strip.
		 *
		 * @param strip rows of the image that look, and are calibrated, as in {@link ImageFile#read} of the whole file
		 * @param top which row of the image is the first of the strip
		 * @throws IOException if it cannot be used; ends the reading
		 */
		void accept(ImagePlus strip, int top) throws IOException;
	}

	/** Decodes all strips. */
	@FunctionalInterface
	interface Source {

		/** Gives the strips from top to bottom, with any display range unless the file says it. */
		void read(Receiver receiver) throws IOException;
	}

	private final int width;
	private final int height;
	private final String title;
	private final boolean ofImageJ;
	private final Source source;
	private ValueRange range;

	/** Takes what is known of a file; in ImageJ's own files the range that occurs is shown unless they say another. */
	ImageStrips(final int width, final int height, final String title, final boolean ofImageJ, final Source source) {
		this.width = width;
		this.height = height;
		this.title = title;
		this.ofImageJ = ofImageJ;
		this.source = source;
	}

	/** Pixels of a row. */
	int width() {
		return width;
	}

	/** Rows of the image. */
	int height() {
		return height;
	}

	/** How many pixels the image has. */
	long pixels() {
		return (long) width * height;
	}

	/** How many rows of so many pixels are a strip. */
	static int rows(final int width, final int stripPixels) {
		return Math.max(1, stripPixels / width);
	}

	/**
	 * Reads the image.
	 *
	 * @param receiver takes the strips from top to bottom
	 * @throws IOException with a clause that says what is wrong with the file, or the receiver's
	 */
	void read(final Receiver receiver) throws IOException {
		if (range == null) {
			range = range();
		}
		source.read((strip, top) -> {
			strip.setTitle(title);
			if (ValueRange.isNeeded(strip) && !isRangeKnown(strip)) {
				range.applyTo(strip);
			}
			receiver.accept(strip, top);
		});
	}

	/** Whether ImageJ found it in its own file. */
	private boolean isRangeKnown(final ImagePlus strip) {
		return ofImageJ && String.valueOf(strip.getOriginalFileInfo().description).contains("\nmin=");
	}

	private ValueRange range() throws IOException {
		final ValueRange[] values = {ValueRange.NONE};
		final ImagePlus[] last = new ImagePlus[1];
		final IOException enough = new IOException("enough is known");
		try {
			source.read((strip, top) -> {
				last[0] = strip;
				values[0] = values[0].and(ValueRange.occurring(strip));
				if (!ValueRange.isNeeded(strip) || isRangeKnown(strip) || !ofImageJ && values[0].isFull(strip)) {
					throw enough;
				}
			});
		}
		catch (final IOException e) {
			if (e != enough) {
				throw e;
			}
		}
		return ofImageJ ? values[0] : values[0].shown(last[0]);
	}
}
