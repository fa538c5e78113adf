/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.DisplayRange;
import sc.fiji.colorize.ops.PackedRgb;

/**
 * The planes of an ImageJ image that are colorized separately, in ImageJ's order of slices and frames. Red, green and blue
 * channels form one plane; other channels that are displayed together form one plane of the displayed colors; all other
 * channels have planes of their own.
 */
public final class SourcePlanes {

	private static final int RGB_CHANNELS = 3;

	/** The role of the channels of an image. */
	private enum Channels {
		RGB, SHOWN_TOGETHER, SEPARATE
	}

	private final ImagePlus image;
	private final Channels channels;

	/**
	 * Creates the planes of an image.
	 *
	 * @param image the image
	 * @throws IllegalArgumentException if there is none
	 */
	public SourcePlanes(final ImagePlus image) {
		if (image == null || image.getProcessor() == null) {
			throw new IllegalArgumentException("There is no image to colorize: open one first.");
		}
		this.image = image;
		if (Composites.isColor(image)) {
			channels = Channels.RGB;
		}
		else {
			channels = image.getNChannels() > 1 && image instanceof CompositeImage composite
					&& composite.getMode() == CompositeImage.COMPOSITE ? Channels.SHOWN_TOGETHER : Channels.SEPARATE;
		}
	}

	ImagePlus image() {
		return image;
	}

	int count() {
		return image.getStackSize() / (channels == Channels.SEPARATE ? 1 : image.getNChannels());
	}

	/** Number of channels that are colorized separately, which are the channels of an RGB result. */
	int channels() {
		return channels == Channels.SEPARATE ? image.getNChannels() : 1;
	}

	/** Number of time series: consecutive planes belong to different ones. Without frames, the slices are one series. */
	int series() {
		return channels() * (image.getNFrames() > 1 ? image.getNSlices() : 1);
	}

	/** {@return the index of the current plane, from 0} */
	public int current() {
		return (image.getCurrentSlice() - 1) / (channels == Channels.SEPARATE ? 1 : image.getNChannels());
	}

	/** {@return the lightness of the current plane {@code (x, y)}: L* in [0, 100], computed lazily} */
	public RandomAccessibleInterval<FloatType> lightness() {
		return get(current()).lightness();
	}

	/** Bits per value of a plane: 8, 16 or 32. */
	int depth() {
		return channels == Channels.SHOWN_TOGETHER || image.getBitDepth() == 24 ? Byte.SIZE : image.getBitDepth();
	}

	/** The first index in the stack, from 1, that belongs to a plane. */
	int index(final int plane) {
		return plane * (channels == Channels.SEPARATE ? 1 : image.getNChannels()) + 1;
	}

	/** The slice label of a plane for a channel of the result, or null. Reads no pixels. */
	String label(final int plane, final int channel) {
		return image.getStack().getSliceLabel(switch (channels) {
			case RGB -> RGB_CHANNELS * plane + Math.min(channel, RGB_CHANNELS - 1) + 1;
			case SHOWN_TOGETHER -> plane * image.getNChannels() + 1;
			case SEPARATE -> plane + 1;
		});
	}

	SourcePlane<?> get(final int plane) {
		return switch (channels) {
			case RGB -> rgb(plane);
			case SHOWN_TOGETHER -> together(plane);
			case SEPARATE -> separate(plane);
		};
	}

	private SourcePlane<?> separate(final int plane) {
		final ImageProcessor pixels = image.getStack().getProcessor(plane + 1);
		final LUT lut = image instanceof CompositeImage composite
				? composite.getChannelLut(plane % image.getNChannels() + 1) : null;
		final double min = lut == null ? image.getDisplayRangeMin() : lut.min;
		final double max = lut == null ? image.getDisplayRangeMax() : lut.max;
		final boolean inverted = lut == null ? image.isInvertedLut() : isInverted(lut);
		if (pixels instanceof ShortProcessor || pixels instanceof FloatProcessor) {
			return gray(inverted ? invert(pixels, min, max) : pixels.getPixels(), new DisplayRange(min, max));
		}
		if (pixels instanceof ByteProcessor && !isPalette(image)) {
			return gray(displayed((byte[]) pixels.getPixels(), min, max, inverted), DisplayRange.UNSIGNED_8_BIT);
		}
		return packed((int[]) pixels.convertToRGB().getPixels());
	}

	private <T extends RealType<T>> SourcePlane<T> gray(final Object pixels, final DisplayRange range) {
		return new SourcePlane<>(PixelArrays.<T>image(pixels, image.getWidth(), image.getHeight()), range);
	}

	private SourcePlane<?> packed(final int[] rgb) {
		return new SourcePlane<>(new PackedRgb(rgb, image.getWidth(), image.getHeight()), DisplayRange.UNSIGNED_8_BIT);
	}

	private static boolean isInverted(final LUT lut) {
		final ByteProcessor pixel = new ByteProcessor(1, 1);
		pixel.setLut(lut);
		return pixel.isInvertedLut();
	}

	/** Whether the values of an 8-bit image are indices of colors instead of intensities. */
	private static boolean isPalette(final ImagePlus image) {
		// Not the image type, which ImageJ updates only with its menus.
		return image.getProcessor().isColorLut() && !image.getProcessor().isPseudoColorLut();
	}

	private <T extends RealType<T>> SourcePlane<T> rgb(final int plane) {
		final ImageStack stack = image.getStack();
		final Object[] channels = new Object[RGB_CHANNELS];
		for (int c = 0; c < RGB_CHANNELS; c++) {
			channels[c] = stack.getProcessor(RGB_CHANNELS * plane + c + 1).getPixels();
			if (channels[c] instanceof byte[] bytes) {
				final LUT lut = ((CompositeImage) image).getChannelLut(c + 1);
				channels[c] = displayed(bytes, lut.min, lut.max, false);
			}
		}
		return new SourcePlane<>(PixelArrays.<T>stack(channels, image.getWidth(), image.getHeight()),
				image.getBitDepth() == Byte.SIZE ? DisplayRange.UNSIGNED_8_BIT : Composites.range(image));
	}

	/** Adds up the channels in their colors, as ImageJ displays them. */
	private SourcePlane<?> together(final int plane) {
		final CompositeImage composite = (CompositeImage) image;
		final boolean[] active = composite.getActiveChannels();
		final ImageStack stack = image.getStack();
		final int n = image.getWidth() * image.getHeight();
		final int[] sum = new int[n];
		for (int c = 0; c < image.getNChannels(); c++) {
			if (c >= active.length || !active[c]) {
				continue;
			}
			final LUT lut = composite.getChannelLut(c + 1);
			final ImageProcessor pixels = stack.getProcessor(plane * image.getNChannels() + c + 1).duplicate();
			pixels.setLut(lut);
			pixels.setMinAndMax(lut.min, lut.max);
			final int[] colors = (int[]) pixels.convertToRGB().getPixels();
			for (int i = 0; i < n; i++) {
				sum[i] = add(sum[i], colors[i]);
			}
		}
		return packed(sum);
	}

	private static int add(final int color, final int other) {
		int sum = 0;
		for (int shift = 0; shift < 24; shift += Byte.SIZE) {
			sum |= Math.min(255, (color >> shift & 0xff) + (other >> shift & 0xff)) << shift;
		}
		return sum;
	}

	/** Maps 8-bit values to their displayed values: RGB images have no display range that could keep it. */
	private static byte[] displayed(final byte[] values, final double min, final double max, final boolean inverted) {
		if (min == 0 && max == 255 && !inverted) {
			return values;
		}
		final byte[] table = new byte[256];
		for (int v = 0; v < 256; v++) {
			final double shown = max > min ? Math.max(0, Math.min(1, (v - min) / (max - min))) : v > min ? 1 : 0;
			table[v] = (byte) Math.round(255 * (inverted ? 1 - shown : shown));
		}
		final byte[] displayed = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			displayed[i] = table[values[i] & 0xff];
		}
		return displayed;
	}

	/** Mirrors values in their display range, which replaces an inverting lookup table. */
	private static Object invert(final ImageProcessor pixels, final double min, final double max) {
		final boolean integer = pixels instanceof ShortProcessor;
		final ImageProcessor inverted = pixels.createProcessor(pixels.getWidth(), pixels.getHeight());
		for (int i = 0; i < pixels.getPixelCount(); i++) {
			final double value = min + max - pixels.getf(i);
			inverted.setf(i, integer ? Math.max(0, Math.min(65535, Math.round(value))) : (float) value);
		}
		return inverted.getPixels();
	}
}
