/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;

import net.imglib2.Dimensions;
import net.imglib2.FinalDimensions;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Util;

import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.FullSizeChroma;

/**
 * How likely each of the 313 colours is at each place of an image: what the network predicts, before a temperature
 * makes one colour of it. Decoding is quick, so a user can try temperatures without running the network again.
 * <p>
 * The places form a grid over the whole image, with fewer places than the image has pixels. Immutable.
 */
public final class ColorDistribution {

	/** The entropy in nats where all colours are equally likely. */
	public static final double MAX_ENTROPY = Math.log(ColorBins.COUNT);

	private static final int RGB = 3;

	private final float[] logits;
	private final float[] lightness;
	private final int width;
	private final int height;
	/** Null without any. */
	private final ColorHints hints;
	/** How the colors get into the image. */
	private final Method method;

	/**
	 * Wraps logits.
	 *
	 * @param logits {@code (313, height, width)}, row by row; not copied, must not change afterwards
	 * @param lightness {@code (4 height, 4 width)}, what the network saw, L* in [0, 100]; not copied either
	 * @param width places in a row
	 * @param height rows
	 * @param method how it was predicted
	 */
	ColorDistribution(final float[] logits, final float[] lightness, final int width, final int height,
			final Method method) {
		this(logits, lightness, width, height, null, method);
	}

	private ColorDistribution(final float[] logits, final float[] lightness, final int width, final int height,
			final ColorHints hints, final Method method) {
		this.logits = logits;
		this.lightness = lightness;
		this.width = width;
		this.height = height;
		this.hints = hints;
		this.method = method;
	}

	/** The same image with other logits. */
	ColorDistribution withLogits(final float[] newLogits) {
		return new ColorDistribution(newLogits, lightness, width, height, hints, method);
	}

	/** What hints make of it: other logits, and their own colors at their own pixels. */
	ColorDistribution withHints(final ColorHints newHints, final float[] newLogits) {
		return new ColorDistribution(newLogits, lightness, width, height, newHints, method);
	}

	/** The hints that were applied, or null. */
	ColorHints hints() {
		return hints;
	}

	/**
	 * Places in a row.
	 *
	 * @return 1 or more
	 */
	public int width() {
		return width;
	}

	/**
	 * Rows of places.
	 *
	 * @return 1 or more
	 */
	public int height() {
		return height;
	}

	/**
	 * The distribution itself.
	 *
	 * @return {@code (x, y, 313)}: logits, that is log-probabilities up to a constant at each place; do not write to it
	 */
	public RandomAccessibleInterval<FloatType> logits() {
		return ArrayImgs.floats(logits, width, height, ColorBins.COUNT);
	}

	/** The logits as they are stored: {@code (313, height, width)}, row by row; not to be written to. */
	float[] values() {
		return logits;
	}

	/** The lightness that the network saw: {@code (4 height, 4 width)}, row by row; not to be written to. */
	float[] lightness() {
		return lightness;
	}

	/**
	 * One colour for each place: the annealed mean (paper, eq. 5).
	 *
	 * @param temperature T in [0, 1]; 0 is the mode, 1 the mean
	 * @return {@code (x, y, 2)}: a* and b*
	 */
	public Img<FloatType> decode(final double temperature) {
		return ArrayImgs.floats(ab(temperature), width, height, 2);
	}

	/** The same: all a*, then all b*, row by row. */
	float[] ab(final double temperature) {
		final float[] ab = new float[2 * width * height];
		AnnealedMean.annealedMean(logits(), temperature, ArrayImgs.floats(ab, width, height, 2));
		return ab;
	}

	/**
	 * One colour for each pixel of the image: decodes and enlarges.
	 *
	 * @param options temperature and upsampling; as in the published demo that is bilinear
	 * @param imageWidth pixels in a row of the image
	 * @param imageHeight rows of the image
	 * @return a* and b* of the image, computed when they are read
	 */
	public FullSizeChroma decode(final DecodeOptions options, final int imageWidth, final int imageHeight) {
		final FullSizeChroma colors = method.enlarge(this, options, imageWidth, imageHeight);
		return hints == null ? colors : hints.over(colors);
	}

	/**
	 * Gives an image the colors of this distribution, at the default saturation and upsampling.
	 *
	 * @param <T> type of the image and of the result
	 * @param image the image that the distribution was predicted for, gray {@code (x, y)} or sRGB {@code (x, y, 3)}, with
	 *        the range {@link DisplayRange#of}
	 * @param temperature T in [0, 1]: 0 is vivid and patchy, 1 smooth and dull
	 * @return {@code (x, y, 3)}: red, green and blue on the scale of the image, which keep its lightness
	 */
	public <T extends RealType<T>> Img<T> colorize(final RandomAccessibleInterval<T> image, final double temperature) {
		return colorize(image, DisplayRange.of(image), DecodeOptions.defaults().temperature(temperature));
	}

	/**
	 * Gives an image the colors of this distribution.
	 *
	 * @param <T> type of the image and of the result
	 * @param image the image that the distribution was predicted for, gray {@code (x, y)} or sRGB {@code (x, y, 3)}
	 * @param range the values shown as black and white
	 * @param options temperature, saturation and upsampling
	 * @return {@code (x, y, 3)}: red, green and blue on the scale of the image, which keep its lightness
	 */
	public <T extends RealType<T>> Img<T> colorize(final RandomAccessibleInterval<T> image, final DisplayRange range,
			final DecodeOptions options) {
		final Dimensions size = new FinalDimensions(image.dimension(0), image.dimension(1), RGB);
		final Img<T> rgb = Util.getSuitableImgFactory(size, image.getType()).create(size);
		colorize(image, range, options, rgb);
		return rgb;
	}

	/**
	 * Gives an image the colors of this distribution, in an image that is already there.
	 *
	 * @param <T> type of the image
	 * @param <U> type of the result
	 * @param image the image that the distribution was predicted for, gray {@code (x, y)} or sRGB {@code (x, y, 3)}
	 * @param range the values shown as black and white
	 * @param options temperature, saturation and upsampling
	 * @param rgb {@code (x, y, 3)}, receives red, green and blue on the scale of the image
	 */
	public <T extends RealType<T>, U extends RealType<U>> void colorize(final RandomAccessibleInterval<T> image,
			final DisplayRange range, final DecodeOptions options, final RandomAccessibleInterval<U> rgb) {
		addColor(image, 0, decode(options, (int) image.dimension(0), (int) image.dimension(1)), range,
				options.saturation(), rgb);
	}

	/**
	 * Gives an image, or a strip of its rows, colors that have been decoded.
	 *
	 * @param <T> type of the image
	 * @param <U> type of the result
	 * @param rows gray {@code (x, y)} or sRGB {@code (x, y, 3)}
	 * @param top which row of the image is the first of {@code rows}
	 * @param chroma the colors of the whole image, from {@link #decode(DecodeOptions, int, int)}
	 * @param range the values shown as black and white
	 * @param saturation factor on the colors, 0 or more
	 * @param rgb {@code (x, y, 3)}, receives red, green and blue on the scale of the image
	 * @throws IllegalArgumentException if the sizes do not fit
	 */
	public <T extends RealType<T>, U extends RealType<U>> void addColor(final RandomAccessibleInterval<T> rows,
			final int top, final FullSizeChroma chroma, final DisplayRange range, final double saturation,
			final RandomAccessibleInterval<U> rgb) {
		method.addColor(rows, top, chroma, range, saturation, rgb);
	}

	/**
	 * Gives a picture the colors of this distribution, at the default saturation and upsampling.
	 *
	 * @param image the picture that the distribution was predicted for
	 * @param temperature T in [0, 1]: 0 is vivid and patchy, 1 smooth and dull
	 * @return as {@link Colorizer#colorize(BufferedImage)} gives it
	 */
	public BufferedImage colorize(final BufferedImage image, final double temperature) {
		return colorize(image, DecodeOptions.defaults().temperature(temperature));
	}

	/**
	 * Gives a picture the colors of this distribution.
	 *
	 * @param image the picture that the distribution was predicted for
	 * @param options temperature, saturation and upsampling
	 * @return as {@link Colorizer#colorize(BufferedImage)} gives it
	 */
	public BufferedImage colorize(final BufferedImage image, final DecodeOptions options) {
		return colorize(SampledImage.of(image), options);
	}

	private <T extends RealType<T>> BufferedImage colorize(final SampledImage<T> image, final DecodeOptions options) {
		return SampledImage.toPicture(colorize(image.pixels(), image.range(), options));
	}

	/**
	 * How uncertain the colour of each place is.
	 *
	 * @return {@code (x, y)}: entropy in nats, 0 (certain) to {@link #MAX_ENTROPY}
	 */
	public Img<FloatType> entropy() {
		final Img<FloatType> entropy = ArrayImgs.floats(width, height);
		AnnealedMean.entropy(logits(), entropy);
		return entropy;
	}
}
