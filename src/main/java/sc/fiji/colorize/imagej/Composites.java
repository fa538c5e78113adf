/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.Color;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.process.LUT;

/** Colour images of more than eight bits in ImageJ's way: three channels with red, green and blue lookup tables. */
final class Composites {

	private static final Color[] CHANNELS = {Color.RED, Color.GREEN, Color.BLUE};

	private Composites() {
	}

	/** Turns a stack of red, green and blue planes, in turn, into a composite with one display range. */
	static ImagePlus of(final ImagePlus planes, final int slices, final int frames, final double min,
			final double max) {
		planes.setDimensions(CHANNELS.length, slices, frames);
		final CompositeImage composite = new CompositeImage(planes, CompositeImage.COMPOSITE);
		for (int c = 0; c < CHANNELS.length; c++) {
			final LUT lut = LUT.createLutFromColor(CHANNELS[c]);
			lut.min = min;
			lut.max = max;
			composite.setChannelLut(lut, c + 1);
		}
		composite.setPosition(1, 1, 1);
		// Else the description in a TIFF file would tell the range of the values, or of some of them.
		composite.setDisplayRange(min, max);
		return composite;
	}

	/** The value that an image shows as black; of channels with different ranges the lowest. */
	static double min(final ImagePlus image) {
		double min = image.getDisplayRangeMin();
		if (image instanceof CompositeImage composite) {
			for (int c = 1; c <= image.getNChannels(); c++) {
				min = Math.min(min, composite.getChannelLut(c).min);
			}
		}
		return min;
	}

	/** The value that an image shows as white; of channels with different ranges the highest. */
	static double max(final ImagePlus image) {
		double max = image.getDisplayRangeMax();
		if (image instanceof CompositeImage composite) {
			for (int c = 1; c <= image.getNChannels(); c++) {
				max = Math.max(max, composite.getChannelLut(c).max);
			}
		}
		return max;
	}

	/** Whether an image is such a composite, of one plane or many. */
	static boolean isColor(final ImagePlus image) {
		if (image.getNChannels() != CHANNELS.length || !(image instanceof CompositeImage composite)) {
			return false;
		}
		for (int c = 0; c < CHANNELS.length; c++) {
			final LUT lut = composite.getChannelLut(c + 1);
			if (lut.getRGB(255) != CHANNELS[c].getRGB()) {
				return false;
			}
		}
		return true;
	}
}
