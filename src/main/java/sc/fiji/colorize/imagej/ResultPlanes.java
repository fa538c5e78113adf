/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.Color;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.Calibration;
import ij.process.LUT;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.DisplayRange;

/** The planes of a result, and the image made of them. */
final class ResultPlanes {

	/** Largest magnitude of a* and b* that is displayed. */
	private static final double MAX_CHROMA = 110;
	private static final double MAX_LIGHTNESS = 100;
	private static final int RGB_CHANNELS = 3;

	private final SourcePlanes planes;
	private final OutputType type;
	private final boolean all;

	/**
	 * Plans a result of all planes of an image, or of a strip of its rows, or of the current plane.
	 *
	 * @throws IllegalArgumentException if the channels of the image cannot become a composite
	 */
	ResultPlanes(final SourcePlanes planes, final OutputType type, final boolean all) {
		this.planes = planes;
		// A single plane is all of the image.
		this.all = all || planes.count() == 1;
		final boolean deep = planes.depth() > Byte.SIZE && planes.channels() == 1;
		this.type = type != OutputType.AUTOMATIC ? type : deep ? OutputType.COMPOSITE : OutputType.RGB;
		if (planes.channels() > 1 && this.all && channels() > 1) {
			throw new IllegalArgumentException("The image '" + planes.image().getTitle() + "' has " + planes.channels()
					+ " channels: split them first, or choose the output type RGB.");
		}
	}

	/** The type of the result, never {@link OutputType#AUTOMATIC}. */
	OutputType type() {
		return type;
	}

	/** The first plane that is colorized. */
	int first() {
		return all ? 0 : planes.current();
	}

	int count() {
		return all ? planes.count() : 1;
	}

	int channels() {
		return switch (type) {
			case AB -> 2;
			case COMPOSITE, LAB -> RGB_CHANNELS;
			default -> 1;
		};
	}

	String label(final int plane, final int channel) {
		return planes.label(first() + plane, channel);
	}

	OutputPlanes decoder(final ColorizeOptions options) {
		final Roi roi = planes.image().getRoi();
		return new OutputPlanes(type, options, roi != null && roi.isArea() ? planes.image().createRoiMask() : null);
	}

	/** Creates an empty stack of the size of the image. */
	ImageStack stack() {
		return new ImageStack(planes.image().getWidth(), planes.image().getHeight());
	}

	/** Adds the channels of a plane to a stack. */
	void add(final ImageStack stack, final int plane, final Object... channels) {
		for (int c = 0; c < channels.length; c++) {
			stack.addSlice(label(plane, c), channels[c]);
		}
	}

	/** Makes an image of the pixels of all channels of all planes, with the properties of the original. */
	ImagePlus finish(final ImageStack stack) {
		final ImagePlus image = planes.image();
		final int slices = all ? image.getNSlices() : 1;
		final int frames = all ? image.getNFrames() : 1;
		final ImagePlus plain = new ImagePlus(ResultTitle.of(image.getTitle(), type), stack);
		final ImagePlus result = switch (type) {
			case COMPOSITE -> {
				final DisplayRange range =
						planes.depth() == Byte.SIZE ? DisplayRange.UNSIGNED_8_BIT : Composites.range(image);
				yield Composites.of(plain, slices, frames, range.black(), range.white());
			}
			case AB, LAB -> lab(plain, channels(), slices, frames);
			default -> plain;
		};
		if (channels() == 1) {
			result.setDimensions(all ? planes.channels() : 1, slices, frames);
			result.setPosition(1, 1, 1);
		}
		if (type == OutputType.UNCERTAINTY) {
			result.setDisplayRange(0, ColorDistribution.MAX_ENTROPY);
		}
		result.setOpenAsHyperStack(all && (image.isHyperStack() && result.getStackSize() > 1
				|| slices > 1 && frames > 1));
		setCalibration(result);
		copyOverlay(result);
		if (image.getPropertiesAsArray() != null) {
			result.setProperties(image.getPropertiesAsArray());
		}
		result.setProperty("Info", image.getProperty("Info"));
		return result;
	}

	private static ImagePlus lab(final ImagePlus planes, final int channels, final int slices, final int frames) {
		planes.setDimensions(channels, slices, frames);
		final CompositeImage result = new CompositeImage(planes, CompositeImage.GRAYSCALE);
		for (int c = 1; c <= channels; c++) {
			final boolean isLightness = channels == RGB_CHANNELS && c == 1;
			final LUT lut = LUT.createLutFromColor(Color.WHITE);
			lut.min = isLightness ? 0 : -MAX_CHROMA;
			lut.max = isLightness ? MAX_LIGHTNESS : MAX_CHROMA;
			result.setChannelLut(lut, c);
		}
		result.setPosition(1, 1, 1);
		result.setDisplayRange(result.getChannelLut(1).min, result.getChannelLut(1).max);
		return result;
	}

	/** Keeps the units of values only for channels that the result still has. */
	private void setCalibration(final ImagePlus result) {
		final Calibration calibration = planes.image().getCalibration().copy();
		if (type == OutputType.UNCERTAINTY) {
			calibration.setFunction(Calibration.NONE, null, "nat");
		}
		else if (type != OutputType.COMPOSITE) {
			calibration.setFunction(Calibration.NONE, null, null);
		}
		result.setCalibration(calibration);
	}

	private void copyOverlay(final ImagePlus result) {
		final ImagePlus image = planes.image();
		if (image.getOverlay() == null) {
			return;
		}
		final Overlay overlay = image.getOverlay().duplicate();
		if (all) {
			result.setOverlay(overlay);
			if (result.getNChannels() != image.getNChannels()) {
				for (final Roi roi : overlay) {
					moveToPlane(roi, image, result);
				}
			}
			return;
		}
		final Overlay kept = image.getOverlay().create();
		for (final Roi roi : overlay) {
			if (ImageHints.isOn(roi, image, image.getCurrentSlice())) {
				roi.setPosition(0);
				kept.add(roi);
			}
		}
		result.setOverlay(kept);
	}

	/** Moves a selection from its slice of the original to the plane that this slice became. */
	private static void moveToPlane(final Roi roi, final ImagePlus image, final ImagePlus result) {
		final boolean byIndex = !roi.hasHyperStackPosition();
		if (byIndex && roi.getPosition() == 0) {
			return;
		}
		final int[] place = byIndex ? image.convertIndexToPosition(roi.getPosition())
				: new int[] {roi.getCPosition(), roi.getZPosition(), roi.getTPosition()};
		if (result.getNChannels() > 1) {
			roi.setPosition(0, place[1], place[2]);
		}
		else if (byIndex) {
			roi.setPosition(result.getStackIndex(1, place[1], place[2]));
		}
	}
}
