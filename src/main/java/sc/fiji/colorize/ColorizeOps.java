/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Util;
import net.imglib2.view.Views;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.Nullable;
import sc.fiji.colorize.ops.Resampling;

/**
 * Ops that run the network or smooth a time series, declared as SciJava Ops like those in {@link sc.fiji.colorize.ops}. They
 * give the results of {@link Colorizer} and {@link DistributionSmoothing}.
 */
public final class ColorizeOps {

	private ColorizeOps() {
	}

	/**
	 * Predicts the color distribution of an image. Each call opens the model; to predict many images, pass an opened
	 * Colorizer instead.
	 *
	 * @param lightness (x, y), L* in [0, 100], of any size from 1x1
	 * @param model default for the bundled model, the name of a model in the store, or the path of a model zip; default if
	 *        null
	 * @param size side of a square with the number of pixels that the network sees, a multiple of 8 from 32 to 2048; the
	 *        size in the model card if null
	 * @return (u, v, 313): logits, which are log-probabilities up to a constant in each cell of a grid; the grid covers the
	 *         image, with about a quarter of the size on a side
	 * @throws UncheckedIOException if the model cannot be opened
	 * @throws IllegalStateException if the network cannot run
	 * @implNote op names='colorize.predict', type=Function
	 */
	public static <T extends RealType<T>> RandomAccessibleInterval<FloatType> predict(
			final RandomAccessibleInterval<T> lightness, @Nullable final String model, @Nullable final Integer size) {
		return with(model, colorizer -> predict(lightness, colorizer, size));
	}

	/**
	 * Predicts the color distribution of an image with an opened model.
	 *
	 * @param lightness (x, y), L* in [0, 100], of any size from 1x1
	 * @param colorizer an opened Colorizer, which stays open
	 * @param size side of a square with the number of pixels that the network sees, a multiple of 8 from 32 to 2048; the
	 *        size in the model card if null
	 * @return (u, v, 313): logits, which are log-probabilities up to a constant in each cell of a grid; the grid covers the
	 *         image, with about a quarter of the size on a side
	 * @throws IllegalStateException if the network cannot run
	 * @implNote op names='colorize.predict', type=Function
	 */
	public static <T extends RealType<T>> RandomAccessibleInterval<FloatType> predict(
			final RandomAccessibleInterval<T> lightness, final Colorizer colorizer, @Nullable final Integer size) {
		final PredictOptions defaults = PredictOptions.defaults();
		return colorizer.predictFromLightness(lightness, size == null ? defaults : defaults.size(size)).logits();
	}

	/**
	 * Colorizes an image: predicts its color distribution, decodes it and adds the color to the lightness of the image. Each
	 * call opens the model; to colorize many images, pass an opened Colorizer instead.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), of which only the lightness is used
	 * @param model default for the bundled model, the name of a model in the store, or the path of a model zip; default if
	 *        null
	 * @param temperature T in [0, 1], from vivid and patchy (0) to smooth and dull (1); 0.38 if null
	 * @param saturation factor on the predicted chroma, 0 (gray) to 5; 1 if null
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @return (x, y, 3): red, green and blue in the type and range of the image
	 * @throws UncheckedIOException if the model cannot be opened
	 * @throws IllegalStateException if the network cannot run
	 * @implNote op names='colorize.colorize', type=Function
	 */
	public static <T extends RealType<T>> Img<T> colorize(final RandomAccessibleInterval<T> image,
			@Nullable final String model, @Nullable final Double temperature, @Nullable final Double saturation,
			@Nullable final Double black, @Nullable final Double white) {
		return with(model, colorizer -> colorize(image, colorizer, temperature, saturation, black, white));
	}

	/**
	 * Colorizes an image with an opened model: predicts its color distribution, decodes it and adds the color to the
	 * lightness of the image.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), of which only the lightness is used
	 * @param colorizer an opened Colorizer, which stays open
	 * @param temperature T in [0, 1], from vivid and patchy (0) to smooth and dull (1); 0.38 if null
	 * @param saturation factor on the predicted chroma, 0 (gray) to 5; 1 if null
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @return (x, y, 3): red, green and blue in the type and range of the image
	 * @throws IllegalStateException if the network cannot run
	 * @implNote op names='colorize.colorize', type=Function
	 */
	public static <T extends RealType<T>> Img<T> colorize(final RandomAccessibleInterval<T> image,
			final Colorizer colorizer, @Nullable final Double temperature, @Nullable final Double saturation,
			@Nullable final Double black, @Nullable final Double white) {
		final DecodeOptions defaults = DecodeOptions.defaults();
		final DecodeOptions options = defaults.temperature(temperature == null ? defaults.temperature() : temperature)
				.saturation(saturation == null ? defaults.saturation() : saturation);
		final DisplayRange whole = DisplayRange.of(image);
		final DisplayRange range =
				new DisplayRange(black == null ? whole.black() : black, white == null ? whole.white() : white);
		return colorizer.predict(image, range, PredictOptions.defaults()).colorize(image, range, options);
	}

	/**
	 * Smooths the color distributions of a time series to reduce flicker. The result of each frame is a mean of its own
	 * distribution and those of previous frames. Moving objects keep their color, and a cut starts a new scene.
	 *
	 * @param logits (x, y, 313, t): logits or log-probabilities of each frame
	 * @param lightness (u, v, t), L* of the frames in [0, 100], of any size
	 * @param smoothing weight of previous frames, 0 (none) to 1 (the mean of all frames of the scene so far); 0.8 is common
	 * @return (x, y, 313, t): the smoothed logits
	 * @throws IllegalArgumentException if the dimensions do not match or the smoothing is outside [0, 1]
	 * @implNote op names='colorize.smoothAlongTime', type=Function
	 */
	public static <T extends RealType<T>, U extends RealType<U>> Img<FloatType> smoothAlongTime(
			final RandomAccessibleInterval<T> logits, final RandomAccessibleInterval<U> lightness, final Double smoothing) {
		requireSeries(logits, lightness);
		final Img<FloatType> smoothed = PlanarImgs.floats(logits.dimensionsAsLongArray());
		final DistributionSmoothing series = new DistributionSmoothing(smoothing);
		for (long t = 0; t < logits.dimension(3); t++) {
			final ColorDistribution frame = series.next(distribution(Views.hyperSlice(logits, 3, logits.min(3) + t),
					Views.hyperSlice(lightness, 2, lightness.min(2) + t)));
			LoopBuilder.setImages(frame.logits(), Views.hyperSlice(smoothed, 3, t)).multiThreaded()
					.forEachPixel((from, to) -> to.set(from));
		}
		return smoothed;
	}

	private static void requireSeries(final Interval logits, final Interval lightness) {
		if (logits.numDimensions() != 4 || lightness.numDimensions() != 3 || logits.dimension(2) != ColorBins.COUNT
				|| logits.dimension(3) != lightness.dimension(2)) {
			throw new IllegalArgumentException("A time series needs logits of the dimensions (x, y, " + ColorBins.COUNT
					+ ", t) and a lightness of (u, v, t) but has " + Util.printCoordinates(logits.dimensionsAsLongArray())
					+ " and " + Util.printCoordinates(lightness.dimensionsAsLongArray()) + ".");
		}
	}

	private static <T extends RealType<T>, U extends RealType<U>> ColorDistribution distribution(
			final RandomAccessibleInterval<T> logits, final RandomAccessibleInterval<U> lightness) {
		final int width = (int) logits.dimension(0);
		final int height = (int) logits.dimension(1);
		final float[] values = new float[ColorBins.COUNT * width * height];
		LoopBuilder.setImages(logits, ArrayImgs.floats(values, width, height, ColorBins.COUNT)).multiThreaded()
				.forEachPixel((from, to) -> to.set(from.getRealFloat()));
		final int side = ColorizationNetwork.OUTPUT_STRIDE;
		final float[] seen = new float[side * width * side * height];
		Resampling.resample(lightness, ArrayImgs.floats(seen, (long) side * width, (long) side * height));
		return new ColorDistribution(values, seen, width, height, Method.STANDARD);
	}

	private static <R> R with(final String model, final Function<Colorizer, R> work) {
		final OpenOptions defaults = OpenOptions.defaults();
		try (Colorizer colorizer = Colorizer.open(model == null ? defaults : defaults.model(model))) {
			return work.apply(colorizer);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e.getMessage(), e);
		}
	}
}
