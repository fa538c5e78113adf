/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.Resampling;

/**
 * Rendered time series with known colors, and the flicker and the error of their predicted colors. The main method prints
 * the numbers of the documentation.
 */
public final class TimeSeries {

	static final int WIDTH = 240;
	static final int HEIGHT = 160;
	/** Size of the network input. */
	static final int SIZE = 128;
	static final int FRAMES = 24;

	private static final double NOISE = 2;
	private static final double LAMP = 1.5;
	private static final int OBJECT = 30;
	/** A cell moves if its true color differs from that of the previous frame by more than this. */
	private static final double MOVING = 5;

	private static final Map<List<Long>, BufferedImage> SCENES = new HashMap<>();

	/**
	 * A frame.
	 *
	 * @param lightness {@code (x, y)}, L*
	 * @param ab {@code (x, y, 2)}, the true colors
	 */
	record Frame(Img<FloatType> lightness, Img<FloatType> ab) {
	}

	/**
	 * The metrics of a time series.
	 *
	 * @param flicker mean distance of a cell's color from that in the previous frame
	 * @param error mean distance from the true color
	 * @param changed mean distance from the color without smoothing
	 * @param movingError mean error of moving cells
	 */
	record Figures(double flicker, double error, double changed, double movingError) {

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "flicker %6.3f, error %6.3f, changed by %6.3f, error where it moves %6.3f",
					flicker, error, changed, movingError);
		}
	}

	private TimeSeries() {
	}

	private static synchronized BufferedImage scene(final int width, final long seed) {
		return SCENES.computeIfAbsent(List.of((long) width, seed),
				key -> SampleLandscape.render(width, HEIGHT, seed));
	}

	/** A static picture with noise and flickering light. */
	static List<Frame> still(final int frames) {
		final BufferedImage scene = scene(WIDTH, 12);
		return IntStream.range(0, frames).mapToObj(t -> frame(scene, 0, t)).toList();
	}

	/** A camera that pans over a landscape. */
	static List<Frame> pan(final int frames, final int step) {
		final BufferedImage scene = scene(WIDTH * 3 / 2, 12);
		return IntStream.range(0, frames).mapToObj(t -> frame(scene, step * t, t)).toList();
	}

	/** Pieces of another landscape that move over a still one. */
	static List<Frame> objects(final int frames) {
		final BufferedImage scene = scene(WIDTH, 12);
		final BufferedImage other = scene(WIDTH, 5);
		final List<Frame> series = new ArrayList<>();
		for (int t = 0; t < frames; t++) {
			final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
			picture.getRaster().setRect(scene.getRaster());
			// Pieces of meadow move over the sky, and pieces of sky over the meadow.
			copy(other, 40, HEIGHT - OBJECT - 4, picture, 10 + 6 * t, 15);
			copy(other, 150, 4, picture, WIDTH - OBJECT - 10 - 6 * t, HEIGHT - 40);
			series.add(frame(picture, 0, t));
		}
		return series;
	}

	private static void copy(final BufferedImage from, final int fromX, final int fromY, final BufferedImage to,
			final int x, final int y) {
		for (int v = 0; v < OBJECT; v++) {
			for (int u = 0; u < OBJECT; u++) {
				if (Math.hypot(u - OBJECT / 2, v - OBJECT / 2) < OBJECT / 2) {
					to.setRGB(x + u, y + v, from.getRGB(fromX + u, fromY + v));
				}
			}
		}
	}

	/** Two successive scenes. */
	static List<Frame> cut(final int framesBefore, final int framesAfter, final long seed) {
		final List<Frame> series = new ArrayList<>(still(framesBefore));
		final BufferedImage scene = scene(WIDTH, seed);
		for (int t = 0; t < framesAfter; t++) {
			series.add(frame(scene, 0, framesBefore + t));
		}
		return series;
	}

	private static Frame frame(final BufferedImage scene, final int left, final int time) {
		final Random random = new Random(time);
		final double lamp = LAMP * random.nextGaussian();
		final int n = WIDTH * HEIGHT;
		final float[] lightness = new float[n];
		final float[] ab = new float[2 * n];
		final float[] lab = new float[3];
		for (int i = 0; i < n; i++) {
			final int color = scene.getRGB(left + i % WIDTH, i / WIDTH);
			Lab.from8Bit(color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff, lab);
			final double value = lab[0] + lamp + NOISE * random.nextGaussian();
			lightness[i] = (float) Math.max(0, Math.min(100, value));
			ab[i] = lab[1];
			ab[n + i] = lab[2];
		}
		return new Frame(ArrayImgs.floats(lightness, WIDTH, HEIGHT), ArrayImgs.floats(ab, WIDTH, HEIGHT, 2));
	}

	/** The predictions of all frames. */
	static List<ColorDistribution> predict(final Colorizer colorizer, final ColorizeOptions options,
			final List<Frame> series) {
		return series.stream()
				.map(frame -> colorizer.predictFromLightness(frame.lightness(), options.prediction())).toList();
	}

	/** The decoded colors {@code (x, y, 2)} of all frames. */
	static List<float[]> colors(final List<ColorDistribution> series, final UnaryOperator<ColorDistribution> smoothing,
			final double temperature) {
		return series.stream().map(smoothing).map(frame -> {
			final float[] ab = new float[2 * frame.width() * frame.height()];
			AnnealedMean.annealedMean(frame.logits(), temperature,
					ArrayImgs.floats(ab, frame.width(), frame.height(), 2));
			return ab;
		}).toList();
	}

	/** The true colors at the size of the prediction. */
	static List<float[]> truth(final List<Frame> series, final ColorDistribution size) {
		return series.stream().map(frame -> {
			final float[] ab = new float[2 * size.width() * size.height()];
			Resampling.resample(frame.ab(), ArrayImgs.floats(ab, size.width(), size.height(), 2));
			return ab;
		}).toList();
	}

	static Figures figures(final List<float[]> colors, final List<float[]> truth, final List<float[]> unsmoothed) {
		return new Figures(mean(1, colors.size(), t -> distance(colors.get(t), colors.get(t - 1))),
				mean(0, colors.size(), t -> distance(colors.get(t), truth.get(t))),
				mean(0, colors.size(), t -> distance(colors.get(t), unsmoothed.get(t))),
				movingError(colors, truth));
	}

	private static double mean(final int from, final int to, final IntToDoubleFunction values) {
		return IntStream.range(from, to).mapToDouble(values).average().orElse(0);
	}

	private static double movingError(final List<float[]> colors, final List<float[]> truth) {
		final int n = truth.get(0).length / 2;
		return IntStream.range(n, colors.size() * n)
				.filter(p -> distance(truth.get(p / n), truth.get(p / n - 1), p % n) > MOVING)
				.mapToDouble(p -> distance(colors.get(p / n), truth.get(p / n), p % n)).average().orElse(0);
	}

	static double distance(final float[] ab, final float[] other) {
		return mean(0, ab.length / 2, i -> distance(ab, other, i));
	}

	private static double distance(final float[] ab, final float[] other, final int place) {
		final int n = ab.length / 2;
		return Math.hypot(ab[place] - other[place], ab[n + place] - other[n + place]);
	}

	/** Prints the metrics of a time series before and after smoothing. */
	record Comparison(Figures truth, Figures before, Figures after, double[] changes) {
	}

	static Comparison compare(final Colorizer colorizer, final ColorizeOptions options, final List<Frame> series) {
		final List<ColorDistribution> predicted = predict(colorizer, options, series);
		final List<float[]> truth = truth(series, predicted.get(0));
		final List<float[]> before = colors(predicted, UnaryOperator.identity(), options.temperature());
		final DistributionSmoothing smoothing = new DistributionSmoothing(options.smoothing());
		final List<float[]> after = colors(predicted, smoothing::next, options.temperature());
		return new Comparison(figures(truth, truth, truth), figures(before, truth, before),
				figures(after, truth, before),
				IntStream.range(0, series.size()).mapToDouble(t -> distance(after.get(t), before.get(t))).toArray());
	}

	/**
	 * Prints the metrics.
	 *
	 * @param arguments the smoothing; default 0.8
	 * @throws IOException if the model cannot be opened
	 */
	public static void main(final String[] arguments) throws IOException {
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu").size(SIZE)
				.smoothing(arguments.length == 0 ? 0.8 : Double.parseDouble(arguments[0]));
		final Map<String, List<Frame>> allSeries = new LinkedHashMap<>();
		allSeries.put("still picture with noise and a flickering lamp", still(FRAMES));
		allSeries.put("objects over a still landscape", objects(FRAMES));
		allSeries.put("pan by 1 pixel a frame", pan(FRAMES, 1));
		allSeries.put("pan by 4 pixels a frame", pan(FRAMES, 4));
		allSeries.put("cut to a similar landscape", cut(FRAMES / 2, FRAMES / 2, 5));
		System.out.println("smoothing " + options.smoothing());
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			allSeries.forEach((name, series) -> {
				final Comparison figures = compare(colorizer, options, series);
				System.out.println(name + "\n  truth  " + figures.truth() + "\n  before " + figures.before()
						+ "\n  after  " + figures.after());
				if (name.startsWith("cut")) {
					System.out.printf(Locale.ROOT, "  first frame after the cut changed by %.3f%n",
							figures.changes()[FRAMES / 2]);
				}
			});
		}
	}
}
