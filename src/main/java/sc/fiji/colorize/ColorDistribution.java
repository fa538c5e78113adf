/*
 * Fiji Colorize: plausible color for gray images.
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
 * The probabilities of the 313 colors in each grid cell of an image: the prediction of the network, before a temperature
 * selects one color per cell. Decoding is fast, so users can try temperatures without running the network again.
 * <p>
 * The grid covers the whole image and has fewer cells than the image has pixels. Immutable.
 */
public final class ColorDistribution {

	/** The entropy of the uniform distribution in nats. */
	public static final double MAX_ENTROPY = Math.log(ColorBins.COUNT);

	private static final int RGB = 3;

	private final float[] logits;
	private final float[] lightness;
	private final int width;
	private final int height;
	/** Null if there are no hints. */
	private final ColorHints hints;
	/** The method of prediction, which also decodes. */
	private final Method method;

	/**
	 * Wraps logits.
	 *
	 * @param logits {@code (313, height, width)}, row by row; not copied, must not change afterwards
	 * @param lightness {@code (4 height, 4 width)}, the input of the network, L* in [0, 100]; not copied either
	 * @param width width of the grid in cells
	 * @param height height of the grid in cells
	 * @param method method of the prediction
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

	/** The distribution with other logits. */
	ColorDistribution withLogits(final float[] newLogits) {
		return new ColorDistribution(newLogits, lightness, width, height, hints, method);
	}

	/** The distribution with hints: other logits, and the hints' own colors at their pixels. */
	ColorDistribution withHints(final ColorHints newHints, final float[] newLogits) {
		return new ColorDistribution(newLogits, lightness, width, height, newHints, method);
	}

	/** The hints that were applied, or null. */
	ColorHints hints() {
		return hints;
	}

	/** {@return the width of the grid in cells, 1 or more} */
	public int width() {
		return width;
	}

	/** {@return the height of the grid in cells, 1 or more} */
	public int height() {
		return height;
	}

	/**
	 * The distribution itself.
	 *
	 * @return {@code (x, y, 313)}: logits, that is log-probabilities up to a constant in each cell; read-only
	 */
	public RandomAccessibleInterval<FloatType> logits() {
		return ArrayImgs.floats(logits, width, height, ColorBins.COUNT);
	}

	/** The logits as stored: {@code (313, height, width)}, row by row; read-only. */
	float[] values() {
		return logits;
	}

	/** The lightness that the network saw: {@code (4 height, 4 width)}, row by row; read-only. */
	float[] lightness() {
		return lightness;
	}

	/**
	 * Decodes one color per cell: the annealed mean (paper, eq. 5).
	 *
	 * @param temperature T in [0, 1]; 0 is the mode, 1 the mean
	 * @return {@code (x, y, 2)}: a* and b*
	 */
	public Img<FloatType> decode(final double temperature) {
		return ArrayImgs.floats(ab(temperature), width, height, 2);
	}

	/** Decodes into an array: all a*, then all b*, row by row. */
	float[] ab(final double temperature) {
		final float[] ab = new float[2 * width * height];
		AnnealedMean.annealedMean(logits(), temperature, ArrayImgs.floats(ab, width, height, 2));
		return ab;
	}

	/**
	 * Decodes one color per pixel: decodes the grid and enlarges it.
	 *
	 * @param options temperature and upsampling; the published demo always upsamples bilinearly
	 * @param imageWidth width of the image in pixels
	 * @param imageHeight height of the image in pixels
	 * @return a* and b* of the image, computed lazily
	 */
	public FullSizeChroma decode(final DecodeOptions options, final int imageWidth, final int imageHeight) {
		final FullSizeChroma colors = method.enlarge(this, options, imageWidth, imageHeight);
		return hints == null ? colors : hints.over(colors);
	}

	/**
	 * Colorizes an image with this distribution, at the default saturation and upsampling.
	 *
	 * @param <T> type of the image and of the result
	 * @param image the image of the prediction, gray {@code (x, y)} or sRGB {@code (x, y, 3)}, with the range {@link
	 *        DisplayRange#of}
	 * @param temperature T in [0, 1], from vivid and patchy (0) to smooth and dull (1)
	 * @return {@code (x, y, 3)}: red, green and blue in the range of the image, with its lightness
	 */
	public <T extends RealType<T>> Img<T> colorize(final RandomAccessibleInterval<T> image, final double temperature) {
		return colorize(image, DisplayRange.of(image), DecodeOptions.defaults().temperature(temperature));
	}

	/**
	 * Colorizes an image with this distribution.
	 *
	 * @param <T> type of the image and of the result
	 * @param image the image of the prediction, gray {@code (x, y)} or sRGB {@code (x, y, 3)}
	 * @param range the values displayed as black and white
	 * @param options temperature, saturation and upsampling
	 * @return {@code (x, y, 3)}: red, green and blue in the range of the image, with its lightness
	 */
	public <T extends RealType<T>> Img<T> colorize(final RandomAccessibleInterval<T> image, final DisplayRange range,
			final DecodeOptions options) {
		final Dimensions size = new FinalDimensions(image.dimension(0), image.dimension(1), RGB);
		final Img<T> rgb = Util.getSuitableImgFactory(size, image.getType()).create(size);
		colorize(image, range, options, rgb);
		return rgb;
	}

	/**
	 * Colorizes an image with this distribution, into an existing image.
	 *
	 * @param <T> type of the image
	 * @param <U> type of the result
	 * @param image the image of the prediction, gray {@code (x, y)} or sRGB {@code (x, y, 3)}
	 * @param range the values displayed as black and white
	 * @param options temperature, saturation and upsampling
	 * @param rgb {@code (x, y, 3)}, receives red, green and blue in the range of the image
	 */
	public <T extends RealType<T>, U extends RealType<U>> void colorize(final RandomAccessibleInterval<T> image,
			final DisplayRange range, final DecodeOptions options, final RandomAccessibleInterval<U> rgb) {
		addColor(image, 0, decode(options, (int) image.dimension(0), (int) image.dimension(1)), range,
				options.saturation(), rgb);
	}

	/**
	 * Adds decoded colors to an image, or to a strip of its rows.
	 *
	 * @param <T> type of the image
	 * @param <U> type of the result
	 * @param rows gray {@code (x, y)} or sRGB {@code (x, y, 3)}
	 * @param top index in the image of the first of {@code rows}
	 * @param chroma the colors of the whole image, from {@link #decode(DecodeOptions, int, int)}
	 * @param range the values displayed as black and white
	 * @param saturation factor on the colors, 0 or more
	 * @param rgb {@code (x, y, 3)}, receives red, green and blue in the range of the image
	 * @throws IllegalArgumentException if the sizes do not match
	 */
	public <T extends RealType<T>, U extends RealType<U>> void addColor(final RandomAccessibleInterval<T> rows,
			final int top, final FullSizeChroma chroma, final DisplayRange range, final double saturation,
			final RandomAccessibleInterval<U> rgb) {
		method.addColor(rows, top, chroma, range, saturation, rgb);
	}

	/**
	 * Colorizes a picture with this distribution, at the default saturation and upsampling.
	 *
	 * @param image the picture of the prediction
	 * @param temperature T in [0, 1], from vivid and patchy (0) to smooth and dull (1)
	 * @return as in {@link Colorizer#colorize(BufferedImage)}
	 */
	public BufferedImage colorize(final BufferedImage image, final double temperature) {
		return colorize(image, DecodeOptions.defaults().temperature(temperature));
	}

	/**
	 * Colorizes a picture with this distribution.
	 *
	 * @param image the picture of the prediction
	 * @param options temperature, saturation and upsampling
	 * @return as in {@link Colorizer#colorize(BufferedImage)}
	 */
	public BufferedImage colorize(final BufferedImage image, final DecodeOptions options) {
		return colorize(SampledImage.of(image), options);
	}

	private <T extends RealType<T>> BufferedImage colorize(final SampledImage<T> image, final DecodeOptions options) {
		return SampledImage.toPicture(colorize(image.pixels(), image.range(), options));
	}

	/**
	 * The uncertainty of the color in each cell.
	 *
	 * @return {@code (x, y)}: entropy in nats, 0 (certain) to {@link #MAX_ENTROPY}
	 */
	public Img<FloatType> entropy() {
		final Img<FloatType> entropy = ArrayImgs.floats(width, height);
		AnnealedMean.entropy(logits(), entropy);
		return entropy;
	}
}
