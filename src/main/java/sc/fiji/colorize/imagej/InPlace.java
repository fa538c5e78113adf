/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import ij.ImagePlus;
import ij.ImageStack;
import ij.Undo;
import ij.measure.Calibration;
import ij.process.ColorProcessor;

/** Replaces the pixels of an image by its result. */
final class InPlace {

	private static final int RGB_BITS = 24;

	private InPlace() {
	}

	/** Throws an exception whose message is a sentence if an image cannot hold its result. */
	static void requireRoom(final ImagePlus image, final OutputType type, final boolean all) {
		if (type != OutputType.RGB) {
			throw new IllegalArgumentException("In place the image becomes RGB: choose the output type RGB, or let the"
					+ " result be a new image.");
		}
		if (image.getNChannels() > 1 || image.getStack().isVirtual()) {
			throw new IllegalArgumentException("The image '" + image.getTitle()
					+ "' cannot hold the result in place: let it be a new image.");
		}
		if (!all && image.getBitDepth() != RGB_BITS && image.getStackSize() > 1) {
			throw new IllegalArgumentException("One slice of a gray stack cannot have color: convert the stack to RGB"
					+ " first, or colorize all slices.");
		}
	}

	/** Replaces planes by RGB ones, beginning with the plane {@code first}. Edit &gt; Undo restores a single plane. */
	static void replace(final ImagePlus image, final ImageStack colors, final int first) {
		if (image.getBitDepth() == RGB_BITS) {
			replacePixels(image, colors, first);
		}
		else if (image.getStackSize() == 1) {
			Undo.setup(Undo.TYPE_CONVERSION, image);
			image.setProcessor(null, new ColorProcessor(image.getWidth(), image.getHeight(), (int[]) colors.getPixels(1)));
		}
		else {
			Undo.setup(Undo.NOTHING, image);
			image.setStack(null, colors);
		}
		image.getCalibration().setFunction(Calibration.NONE, null, null);
	}

	private static void replacePixels(final ImagePlus image, final ImageStack colors, final int first) {
		final boolean undoable = colors.getSize() == 1;
		if (undoable) {
			image.getProcessor().snapshot();
		}
		Undo.setup(undoable ? Undo.FILTER : Undo.NOTHING, image);
		for (int i = 0; i < colors.getSize(); i++) {
			final int[] target = (int[]) (undoable ? image.getProcessor().getPixels()
					: image.getStack().getPixels(first + i + 1));
			System.arraycopy(colors.getPixels(i + 1), 0, target, 0, target.length);
		}
	}
}
