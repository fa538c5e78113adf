/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.Color;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.process.LUT;

import sc.fiji.colorize.DisplayRange;

/** Color images of more than 8 bits as ImageJ has them: three channels with red, green and blue lookup tables. */
final class Composites {

	private static final Color[] CHANNELS = {Color.RED, Color.GREEN, Color.BLUE};

	private Composites() {
	}

	/** Makes a composite with one display range of a stack of interleaved red, green and blue planes. */
	static ImagePlus of(final ImagePlus planes, final int slices, final int frames, final double min, final double max) {
		planes.setDimensions(CHANNELS.length, slices, frames);
		final CompositeImage composite = new CompositeImage(planes, CompositeImage.COMPOSITE);
		for (int c = 0; c < CHANNELS.length; c++) {
			final LUT lut = LUT.createLutFromColor(CHANNELS[c]);
			lut.min = min;
			lut.max = max;
			composite.setChannelLut(lut, c + 1);
		}
		composite.setPosition(1, 1, 1);
		// Otherwise the description in a TIFF file would contain the range of all or some of the values.
		composite.setDisplayRange(min, max);
		return composite;
	}

	/** The display range of an image; that of all channels if they differ. */
	static DisplayRange range(final ImagePlus image) {
		double min = image.getDisplayRangeMin();
		double max = image.getDisplayRangeMax();
		if (image instanceof CompositeImage composite) {
			for (int c = 1; c <= image.getNChannels(); c++) {
				min = Math.min(min, composite.getChannelLut(c).min);
				max = Math.max(max, composite.getChannelLut(c).max);
			}
		}
		return new DisplayRange(min, max);
	}

	/** Whether an image is such a composite, with one or more planes. */
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
