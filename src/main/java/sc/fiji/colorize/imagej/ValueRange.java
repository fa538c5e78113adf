/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.process.LUT;

/**
 * The display range of an image whose file does not contain one.
 * <ul>
 * <li>8 bits: the full range.
 * <li>16 bits: the full range, as in other programs; but the range of the values if all are below 4096, as from many
 * microscope cameras.
 * <li>32 bits: the range of the values, without NaN, infinity and the huge numbers that mark missing values.
 * </ul>
 *
 * @param min displayed as black
 * @param max displayed as white
 */
record ValueRange(double min, double max) {

	/** The range of no values. */
	static final ValueRange NONE = new ValueRange(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
	private static final int SHORT = 65535;
	private static final int FEW = 4096;
	/** Numbers of at least this magnitude mark missing values. */
	private static final double HUGE = 1e30;

	/** Whether the display range depends on the values of an image. */
	static boolean isNeeded(final ImagePlus image) {
		return image.getBitDepth() == Short.SIZE || image.getBitDepth() == Float.SIZE;
	}

	/** The range of the values of all planes. */
	static ValueRange of(final ImagePlus image) {
		return occurring(image).shown(image);
	}

	/** The smallest and the largest value. */
	static ValueRange occurring(final ImagePlus image) {
		ValueRange range = NONE;
		for (int plane = 1; isNeeded(image) && plane <= image.getStackSize(); plane++) {
			final Object pixels = image.getStack().getPixels(plane);
			range = range.and(pixels instanceof short[] shorts ? occurring(shorts) : occurring((float[]) pixels));
		}
		return range;
	}

	private static ValueRange occurring(final short... values) {
		int min = SHORT;
		int max = 0;
		for (final short value : values) {
			min = Math.min(min, value & SHORT);
			max = Math.max(max, value & SHORT);
		}
		return new ValueRange(min, max);
	}

	private static ValueRange occurring(final float... values) {
		float min = Float.POSITIVE_INFINITY;
		float max = Float.NEGATIVE_INFINITY;
		for (final float value : values) {
			if (Math.abs(value) < HUGE) {
				min = Math.min(min, value);
				max = Math.max(max, value);
			}
		}
		return new ValueRange(min, max);
	}

	/** The union of both ranges. */
	ValueRange and(final ValueRange other) {
		return new ValueRange(Math.min(min, other.min), Math.max(max, other.max));
	}

	/** Whether an image with these values displays the full range of its type. */
	boolean isFull(final ImagePlus image) {
		return image.getBitDepth() == Short.SIZE && (max >= FEW || Composites.isColor(image));
	}

	/** The display range of an image with these values. */
	ValueRange shown(final ImagePlus image) {
		return switch (image.getBitDepth()) {
			case Short.SIZE -> isFull(image) ? new ValueRange(0, SHORT) : this;
			case Float.SIZE -> min > max ? new ValueRange(0, 0) : this;
			default -> new ValueRange(0, 255);
		};
	}

	void applyTo(final ImagePlus image) {
		if (image instanceof CompositeImage composite) {
			for (int c = 1; c <= image.getNChannels(); c++) {
				final LUT lut = composite.getChannelLut(c);
				lut.min = min;
				lut.max = max;
				composite.setChannelLut(lut, c);
			}
		}
		if (isNeeded(image)) {
			image.setDisplayRange(min, max);
		}
	}
}
