/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;

import ij.ImagePlus;

/**
 * The image of a file with one plane, read in strips of rows from top to bottom, as often as needed. It is never in memory
 * as a whole.
 */
final class ImageStrips {

	/** Minimum number of pixels of an image that is colorized in strips, if its file can be read in strips. */
	static final long LARGE = 1 << 24;
	/** Approximate number of pixels of a strip. */
	static final int STRIP_PIXELS = 1 << 20;

	@FunctionalInterface
	interface Receiver {

		/**
		 * Receives the next strip, displayed and calibrated as in {@link ImageFile#read} of the whole file, and the index of
		 * its first row in the image. An exception stops the reading.
		 */
		void accept(ImagePlus strip, int top) throws IOException;
	}

	@FunctionalInterface
	interface Source {

		/** Supplies the strips from top to bottom. The display range is set only if the file contains it. */
		void read(Receiver receiver) throws IOException;
	}

	private final int width;
	private final int height;
	private final String title;
	private final boolean ofImageJ;
	private final Source source;
	private ValueRange range;

	/** Describes a file. ImageJ's own files show the range of their values unless they contain another range. */
	ImageStrips(final int width, final int height, final String title, final boolean ofImageJ, final Source source) {
		this.width = width;
		this.height = height;
		this.title = title;
		this.ofImageJ = ofImageJ;
		this.source = source;
	}

	int width() {
		return width;
	}

	int height() {
		return height;
	}

	static int rows(final int width, final int stripPixels) {
		return Math.max(1, stripPixels / width);
	}

	/**
	 * Reads the strips from top to bottom.
	 *
	 * @throws IOException if the file cannot be read, with a clause as message, or the exception of the receiver
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

	/** Whether ImageJ found the display range in its own file. */
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
