/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import ij.measure.Calibration;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;

/**
 * Colorizes ImageJ images, each plane by itself; with the option {@code smoothing} the colours of a plane also depend on
 * those before it.
 * <ul>
 * <li>8-bit gray and RGB (of which only the lightness counts) give RGB;
 * <li>16-bit and 32-bit give a composite of red, green and blue channels of the same type, with the display range of
 * the original, which is also what is taken for black and white. In 16-bit and 32-bit colour only the lightness counts
 * too.
 * </ul>
 * Lookup tables other than inverting ones are for display only and play no part, except a palette: a table that jumps
 * from colour to colour. Calibration, slices, frames, labels, overlay, properties and Info are kept; the Info says that
 * the colours are predicted, and by what.
 */
public final class ImageColorizer {

	private static final int CHANNELS = 3;
	/** A dot and up to five letters or digits, not only digits. */
	private static final Pattern ENDING = Pattern.compile("(?<=.)\\.(?=\\d*[A-Za-z])[A-Za-z0-9]{1,5}$");

	/**
	 * A result and how sure it is.
	 *
	 * @param image the colour image
	 * @param uncertainty 32-bit, of the same size, one plane for each of the original: entropy in nats of the colour
	 *        distribution at each pixel, 0 (certain) to 5.746 (any colour)
	 */
	public record Result(ImagePlus image, ImagePlus uncertainty) {
	}

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
	 * @return the title without its ending (such as .jpg), and "-colorized"
	 */
	public static String resultTitle(final String title) {
		return withoutEnding(title) + "-colorized";
	}

	static String withoutEnding(final String title) {
		return ENDING.matcher(title).replaceFirst("");
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
	 * @throws IllegalStateException if the network cannot run
	 */
	public ImagePlus colorize(final ImagePlus image, final DoubleConsumer progress, final BooleanSupplier canceled) {
		return finish(image, colorizePlanes(image, progress, canceled, distribution -> { }));
	}

	/**
	 * Colorizes all planes of an image and tells how uncertain their colours are.
	 *
	 * @param image the image, unchanged
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane
	 * @return two new images, not shown
	 * @throws IllegalArgumentException with a sentence if there is no image or it has channels that are no colours
	 * @throws CancellationException if cancelled
	 * @throws IllegalStateException if the network cannot run
	 */
	public Result colorizeWithUncertainty(final ImagePlus image, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		final List<float[]> planes = new ArrayList<>();
		final ImageStack colored = colorizePlanes(image, progress, canceled, distribution -> planes
				.add(Uncertainty.enlarge(distribution.entropy(), image.getWidth(), image.getHeight())));
		final ImageStack stack = new ImageStack(image.getWidth(), image.getHeight());
		planes.forEach(plane -> stack.addSlice(null, plane));
		final ImagePlus uncertainty = new ImagePlus(withoutEnding(image.getTitle()) + Uncertainty.SUFFIX, stack);
		uncertainty.setDisplayRange(0, Uncertainty.MAX);
		uncertainty.setDimensions(1, image.getNSlices(), image.getNFrames());
		uncertainty.setOpenAsHyperStack(image.getNSlices() > 1 && image.getNFrames() > 1);
		uncertainty.setCalibration(image.getCalibration().copy());
		uncertainty.getCalibration().setFunction(Calibration.NONE, null, "nat");
		uncertainty.setProperty("Info", provenance());
		return new Result(finish(image, colored), uncertainty);
	}

	private ImageStack colorizePlanes(final ImagePlus image, final DoubleConsumer progress,
			final BooleanSupplier canceled, final Consumer<ColorDistribution> distributions) {
		if (image == null || image.getProcessor() == null) {
			throw new IllegalArgumentException("There is no image to colorize: open one first.");
		}
		final boolean color = Composites.isColor(image);
		if (image.getNChannels() > 1 && !color) {
			throw new IllegalArgumentException("The image '" + image.getTitle() + "' has " + image.getNChannels()
					+ " channels: split them or convert it to RGB first.");
		}
		final int planes = image.getStackSize() / (color ? CHANNELS : 1);
		final FilmSmoothing film = new FilmSmoothing(options.smoothing(), image);
		final ImageStack result = new ImageStack(image.getWidth(), image.getHeight());
		for (int plane = 0; plane < planes; plane++) {
			if (canceled.getAsBoolean()) {
				throw new CancellationException("The colorization was cancelled.");
			}
			final UnaryOperator<ColorDistribution> smoothing = film.at(plane);
			distributions.accept(color ? colorizeComposite((CompositeImage) image, plane, smoothing, result)
					: colorizePlane(image, plane, smoothing, result));
			progress.accept((plane + 1.0) / planes);
		}
		return result;
	}

	private ColorDistribution colorizePlane(final ImagePlus image, final int plane,
			final UnaryOperator<ColorDistribution> smoothing, final ImageStack result) {
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
			final ColorDistribution distribution = colorize(ArrayImgs.unsignedShorts(values, width, height), min, max,
					smoothing, Views.stack(ArrayImgs.unsignedShorts(rgb[0], width, height),
							ArrayImgs.unsignedShorts(rgb[1], width, height),
							ArrayImgs.unsignedShorts(rgb[2], width, height)));
			addChannels(result, label, (Object[]) rgb);
			return distribution;
		}
		if (pixels instanceof FloatProcessor floats) {
			final float[] values = inverted ? invert(floats, min, max) : (float[]) floats.getPixels();
			final float[][] rgb = new float[CHANNELS][width * height];
			final ColorDistribution distribution = colorize(ArrayImgs.floats(values, width, height), min, max,
					smoothing, planar(rgb, width, height));
			addChannels(result, label, (Object[]) rgb);
			return distribution;
		}
		if (pixels instanceof ByteProcessor && !isPalette(image)) {
			final int[] rgb = new int[width * height];
			result.addSlice(label, new ColorProcessor(width, height, rgb));
			return colorize(ArrayImgs.unsignedBytes(displayed((byte[]) pixels.getPixels(), min, max, inverted), width,
					height), 0, 255, smoothing, RgbPixels.channels(rgb, width, height));
		}
		return colorizeRgb((int[]) pixels.convertToRGB().getPixels(), label, smoothing, result);
	}

	/** Whether the values of an 8-bit image are not brightnesses but numbers of colours. */
	private static boolean isPalette(final ImagePlus image) {
		// Not the type, which ImageJ only corrects when it updates its menus.
		return image.getProcessor().isColorLut() && !image.getProcessor().isPseudoColorLut();
	}

	private ColorDistribution colorizeRgb(final int[] colors, final String label,
			final UnaryOperator<ColorDistribution> smoothing, final ImageStack result) {
		final int width = result.getWidth();
		final int height = result.getHeight();
		final int[] rgb = new int[width * height];
		result.addSlice(label, new ColorProcessor(width, height, rgb));
		return colorize(RgbPixels.channels(colors, width, height), 0, 255, smoothing,
				RgbPixels.channels(rgb, width, height));
	}

	private static RandomAccessibleInterval<FloatType> planar(final float[][] planes, final int width,
			final int height) {
		return Views.stack(Arrays.stream(planes).map(plane -> ArrayImgs.floats(plane, width, height)).toList());
	}

	/** Red, green and blue channels: three planes in; three out, or one of RGB if they have eight bits. */
	private ColorDistribution colorizeComposite(final CompositeImage image, final int plane,
			final UnaryOperator<ColorDistribution> smoothing, final ImageStack result) {
		final ImageStack stack = image.getStack();
		final int first = CHANNELS * plane + 1;
		final int width = image.getWidth();
		final int height = image.getHeight();
		if (image.getBitDepth() == Byte.SIZE) {
			final int[] colors = new int[width * height];
			for (int c = 0; c < CHANNELS; c++) {
				final LUT lut = image.getChannelLut(c + 1);
				final byte[] values = displayed((byte[]) stack.getPixels(first + c), lut.min, lut.max, false);
				for (int i = 0; i < colors.length; i++) {
					colors[i] = colors[i] << Byte.SIZE | values[i] & 0xff;
				}
			}
			return colorizeRgb(colors, stack.getSliceLabel(first), smoothing, result);
		}
		// In float, whatever the depth: ImageJ converts back below.
		final float[][] in = new float[CHANNELS][];
		final float[][] out = new float[CHANNELS][width * height];
		for (int c = 0; c < CHANNELS; c++) {
			in[c] = (float[]) stack.getProcessor(first + c).convertToFloatProcessor().getPixels();
		}
		final ColorDistribution distribution = colorize(planar(in, width, height), Composites.min(image),
				Composites.max(image), smoothing, planar(out, width, height));
		for (int c = 0; c < CHANNELS; c++) {
			final ImageProcessor floats = new FloatProcessor(width, height, out[c]);
			result.addSlice(stack.getSliceLabel(first + c),
					image.getBitDepth() == Short.SIZE ? floats.convertToShortProcessor(false) : floats);
		}
		return distribution;
	}

	private <T extends RealType<T>, U extends RealType<U>> ColorDistribution colorize(
			final RandomAccessibleInterval<T> pixels, final double black, final double white,
			final UnaryOperator<ColorDistribution> smoothing, final RandomAccessibleInterval<U> rgb) {
		return colorizer.colorize(pixels, black, white, options, smoothing, rgb);
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
			result = Composites.of(result, image.getNSlices(), image.getNFrames(), Composites.min(image),
					Composites.max(image));
		}
		result.setOpenAsHyperStack(image.isHyperStack() || image.getNSlices() > 1 && image.getNFrames() > 1);
		result.setCalibration(image.getCalibration().copy());
		if (image.getOverlay() != null) {
			result.setOverlay(image.getOverlay().duplicate());
			if (result.getNChannels() != image.getNChannels()) {
				for (final Roi roi : result.getOverlay()) {
					moveToPlane(roi, image, result);
				}
			}
		}
		if (image.getPropertiesAsArray() != null) {
			result.setProperties(image.getPropertiesAsArray());
		}
		final Object info = image.getProperty("Info");
		result.setProperty("Info", (info == null ? "" : info + "\n") + provenance());
		return result;
	}

	/** A selection of one slice of the original belongs to the plane that this slice has become. */
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

	private String provenance() {
		final String version = ImageColorizer.class.getPackage().getImplementationVersion();
		return "Colorized: colours are predicted, not recorded\n" + "Colorized by: Fiji Colorize "
				+ (version == null ? "" : version) + "\n" + "Colorized with model: " + colorizer.provenance()
				+ "\n" + "Colorized at temperature: " + options.temperature() + ", saturation: "
				+ options.saturation() + (options.smoothing() == 0 ? "" : ", smoothing: " + options.smoothing())
				+ (options.reference() ? ", as the published demo does" : "") + "\n";
	}
}
