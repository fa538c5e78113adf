/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.view.Views;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;

/**
 * Colorizes ImageJ images, each plane by itself.
 * <ul>
 * <li>8-bit gray and RGB (of which only the lightness counts) give RGB;
 * <li>16-bit and 32-bit give a composite of red, green and blue channels of the same type, with the display range of the
 * original, which is also what is taken for black and white.
 * </ul>
 * Lookup tables other than inverting ones are for display only and play no part. Calibration, slices, frames, overlay
 * and Info are kept; the Info says that the colours are predicted, and by what.
 */
public final class ImageColorizer {

	private static final int CHANNELS = 3;

	private final Colorizer colorizer;
	private final ColorizeOptions options;

	/**
	 * Prepares the colorization.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation and network size
	 */
	public ImageColorizer(final Colorizer colorizer, final ColorizeOptions options) {
		this.colorizer = colorizer;
		this.options = options;
	}

	/**
	 * The title of a result.
	 *
	 * @param title title of the original, or a file's name
	 * @return the title without its ending, and "-colorized"
	 */
	public static String resultTitle(final String title) {
		final int dot = title.lastIndexOf('.');
		return (dot > 0 ? title.substring(0, dot) : title) + "-colorized";
	}

	/**
	 * Colorizes all planes of an image.
	 *
	 * @param image the image, unchanged
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane
	 * @return a new image, not shown
	 * @throws IllegalArgumentException with a sentence if there is no image or it has channels that are no colours
	 * @throws CancellationException if cancelled
	 */
	public ImagePlus colorize(final ImagePlus image, final DoubleConsumer progress, final BooleanSupplier canceled) {
		if (image == null || image.getProcessor() == null) {
			throw new IllegalArgumentException("There is no image to colorize: open one first.");
		}
		final boolean color = Composites.isColor(image);
		if (image.getNChannels() > 1 && !color) {
			throw new IllegalArgumentException("The image '" + image.getTitle() + "' has " + image.getNChannels()
					+ " channels: split them or convert it to RGB first.");
		}
		final int planes = image.getStackSize() / (color ? CHANNELS : 1);
		final ImageStack result = new ImageStack(image.getWidth(), image.getHeight());
		for (int plane = 0; plane < planes; plane++) {
			if (canceled.getAsBoolean()) {
				throw new CancellationException("The colorization was cancelled.");
			}
			if (color) {
				colorizeComposite(image, plane, result);
			}
			else {
				colorizePlane(image, plane, result);
			}
			progress.accept((plane + 1.0) / planes);
		}
		return finish(image, result);
	}

	private void colorizePlane(final ImagePlus image, final int plane, final ImageStack result) {
		final String label = image.getStack().getSliceLabel(plane + 1);
		final ImageProcessor pixels = image.getStack().getProcessor(plane + 1);
		final boolean inverted = image.isInvertedLut();
		final double min = image.getDisplayRangeMin();
		final double max = image.getDisplayRangeMax();
		final int width = image.getWidth();
		final int height = image.getHeight();
		if (pixels instanceof ShortProcessor shorts) {
			final short[] values = inverted ? invert(shorts, min, max) : (short[]) shorts.getPixels();
			final short[][] rgb = new short[CHANNELS][width * height];
			colorize(ArrayImgs.unsignedShorts(values, width, height), min, max,
					Views.stack(ArrayImgs.unsignedShorts(rgb[0], width, height),
							ArrayImgs.unsignedShorts(rgb[1], width, height),
							ArrayImgs.unsignedShorts(rgb[2], width, height)));
			addChannels(result, label, (Object[]) rgb);
		}
		else if (pixels instanceof FloatProcessor floats) {
			final float[] values = inverted ? invert(floats, min, max) : (float[]) floats.getPixels();
			final float[][] rgb = new float[CHANNELS][width * height];
			colorize(ArrayImgs.floats(values, width, height), min, max,
					Views.stack(ArrayImgs.floats(rgb[0], width, height), ArrayImgs.floats(rgb[1], width, height),
							ArrayImgs.floats(rgb[2], width, height)));
			addChannels(result, label, (Object[]) rgb);
		}
		else {
			final int[] rgb = new int[width * height];
			if (pixels instanceof ByteProcessor && image.getType() == ImagePlus.GRAY8) {
				colorize(ArrayImgs.unsignedBytes(displayed((byte[]) pixels.getPixels(), min, max, inverted), width,
						height), 0, 255, RgbPixels.channels(rgb, width, height));
			}
			else {
				final int[] colors = (int[]) pixels.convertToRGB().getPixels();
				colorize(RgbPixels.channels(colors, width, height), 0, 255, RgbPixels.channels(rgb, width, height));
			}
			result.addSlice(label, new ColorProcessor(width, height, rgb));
		}
	}

	/** A 16-bit or 32-bit colour image: three planes in, three out. */
	private void colorizeComposite(final ImagePlus image, final int plane, final ImageStack result) {
		final ImageStack stack = image.getStack();
		final int first = CHANNELS * plane + 1;
		final int width = image.getWidth();
		final int height = image.getHeight();
		final double min = image.getDisplayRangeMin();
		final double max = image.getDisplayRangeMax();
		// In float, whatever the depth: ImageJ converts back below.
		final float[][] in = new float[CHANNELS][];
		final float[][] out = new float[CHANNELS][width * height];
		for (int c = 0; c < CHANNELS; c++) {
			in[c] = (float[]) stack.getProcessor(first + c).convertToFloatProcessor().getPixels();
		}
		colorize(Views.stack(ArrayImgs.floats(in[0], width, height), ArrayImgs.floats(in[1], width, height),
				ArrayImgs.floats(in[2], width, height)), min, max,
				Views.stack(ArrayImgs.floats(out[0], width, height), ArrayImgs.floats(out[1], width, height),
						ArrayImgs.floats(out[2], width, height)));
		for (int c = 0; c < CHANNELS; c++) {
			final ImageProcessor floats = new FloatProcessor(width, height, out[c]);
			result.addSlice(stack.getSliceLabel(first + c), switch (image.getBitDepth()) {
				case 8 -> floats.convertToByteProcessor(false);
				case 16 -> floats.convertToShortProcessor(false);
				default -> floats;
			});
		}
	}

	private <T extends RealType<T>, U extends RealType<U>> void colorize(final RandomAccessibleInterval<T> pixels,
			final double black, final double white, final RandomAccessibleInterval<U> rgb) {
		colorizer.colorize(pixels, black, white, options, rgb);
	}

	/** 8-bit values as they are shown: RGB images have no display range that could be carried over. */
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

	/** Mirrors values in their display range, so that they look the same without the inverting lookup table. */
	private static short[] invert(final ShortProcessor pixels, final double min, final double max) {
		final short[] inverted = new short[pixels.getPixelCount()];
		for (int i = 0; i < inverted.length; i++) {
			inverted[i] = (short) Math.max(0, Math.min(65535, Math.round(min + max - pixels.get(i))));
		}
		return inverted;
	}

	private static float[] invert(final FloatProcessor pixels, final double min, final double max) {
		final float[] inverted = new float[pixels.getPixelCount()];
		for (int i = 0; i < inverted.length; i++) {
			inverted[i] = (float) (min + max - pixels.getf(i));
		}
		return inverted;
	}

	private static void addChannels(final ImageStack stack, final String label, final Object... channels) {
		for (final Object channel : channels) {
			stack.addSlice(label, channel);
		}
	}

	private ImagePlus finish(final ImagePlus image, final ImageStack stack) {
		ImagePlus result = new ImagePlus(resultTitle(image.getTitle()), stack);
		if (stack.getBitDepth() == 24) {
			result.setDimensions(1, image.getNSlices(), image.getNFrames());
		}
		else {
			result = Composites.of(result, image.getNSlices(), image.getNFrames(), image.getDisplayRangeMin(),
					image.getDisplayRangeMax());
		}
		result.setOpenAsHyperStack(image.isHyperStack() || image.getNSlices() > 1 && image.getNFrames() > 1);
		result.setCalibration(image.getCalibration().copy());
		if (image.getOverlay() != null) {
			result.setOverlay(image.getOverlay().duplicate());
		}
		final Object info = image.getProperty("Info");
		result.setProperty("Info", (info == null ? "" : info + "\n") + provenance());
		return result;
	}

	private String provenance() {
		final String version = ImageColorizer.class.getPackage().getImplementationVersion();
		return "Colorized: colours are predicted, not recorded\n" + "Colorized by: Fiji Colorize "
				+ (version == null ? "" : version) + "\n" + "Colorized with model: " + colorizer.provenance()
				+ "\n" + "Colorized at temperature: " + options.temperature() + ", saturation: " + options.saturation() + "\n";
	}
}
