/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Arrays;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ColorBins;

/**
 * Reduces color flicker in a time series: replaces each frame's color distribution by a mean of it and those of previous
 * frames.
 *
 * <pre>
 * DistributionSmoothing smoothing = new DistributionSmoothing(0.8);
 * for (Img&lt;UnsignedByteType&gt; frame : frames) {
 * 	ColorDistribution colors = smoothing.next(colorizer.predict(frame));
 * 	show(colors.colorize(frame, 0.4));
 * }
 * </pre>
 *
 * It averages distributions, not colors: where two frames disagree, the mean has two peaks, from which the temperature
 * selects, while the mean of two colors would be a third, duller color.
 * <p>
 * In each cell, the past has as much weight as the number of averaged frames, up to {@code smoothing / (1 - smoothing)}
 * (0.8: 4 frames), so early frames are averaged evenly and later ones exponentially. The weight is multiplied by a trust
 * that falls from 1 to 0 with the difference in lightness from the mean of the averaged frames. So moving objects keep their
 * color and leave no trail, even slow ones that change little between consecutive frames. Global changes, such as noise or a
 * flickering lamp, do not count as movement. A cut, where most of the image has changed and no longer resembles the past,
 * resets all weights.
 * <p>
 * Holds one distribution and one lightness image, for a time series of any length. Not thread-safe.
 */
public final class DistributionSmoothing {

	/** Difference in lightness L*, beyond that of the whole image, at which the trust is one half. */
	private static final double TOLERANCE = 1.5;
	/** The largest difference in L* that counts as noise if most of the image has it. */
	private static final double MAX_NOISE = 3;
	/** At a cut, the share of trusted cells is below this. Two similar landscapes reach a third by chance. */
	private static final double CUT_TRUST = 0.5;
	/**
	 * At a cut, the correlation of the lightness is also below this. Two such landscapes reach 0.75, the fastest pans 0.9.
	 */
	private static final double CUT_CORRELATION = 0.85;
	/** Side of a grid cell in pixels of the network's input. */
	private static final int SIDE = ColorizationNetwork.OUTPUT_STRIDE;

	private final double limit;
	private int width;
	private int height;
	/** The mean so far: probabilities, {@code (313, height, width)}. */
	private float[] past;
	/** Its weight in each cell, in frames. */
	private float[] evidence;
	/** The mean lightness of these frames, adjusted to the brightness of the latest. */
	private float[] reference;

	/**
	 * Starts a time series.
	 *
	 * @param smoothing weight of previous frames, 0 (none) to 1 (the mean of all frames of the scene so far)
	 * @throws IllegalArgumentException if it is outside [0, 1]
	 */
	public DistributionSmoothing(final double smoothing) {
		// Checks the range where it is defined.
		limit = smoothing / (1 - ColorizeOptions.defaults().smoothing(smoothing).smoothing());
	}

	/**
	 * Smooths the next frame.
	 *
	 * @param frame the network's prediction; a frame of another size starts a new time series
	 * @return the smoothed distribution; the frame itself if it starts a scene
	 */
	public ColorDistribution next(final ColorDistribution frame) {
		if (limit == 0) {
			return frame;
		}
		final float[] present = probabilities(frame);
		boolean first = true;
		if (past == null || frame.width() != width || frame.height() != height) {
			width = frame.width();
			height = frame.height();
			evidence = new float[width * height];
			reference = frame.lightness().clone();
		}
		else {
			final double offset = median(means(frame.lightness(), reference));
			first = forget(trust(frame.lightness(), offset));
			mix(present);
			reference = followed(frame.lightness(), offset);
		}
		past = present;
		for (int i = 0; i < evidence.length; i++) {
			evidence[i] = (float) Math.min(limit, evidence[i] + 1);
		}
		return first ? frame : frame.withLogits(logarithms(present));
	}

	/** Reduces the weights; returns whether all are zero. */
	private boolean forget(final float[] trust) {
		boolean all = true;
		for (int i = 0; i < evidence.length; i++) {
			evidence[i] *= trust[i];
			all &= evidence[i] == 0;
		}
		return all;
	}

	/** Averages the past and the present by their weights. */
	private void mix(final float[] present) {
		final int n = evidence.length;
		final float[] weights = new float[n];
		for (int i = 0; i < n; i++) {
			weights[i] = evidence[i] / (evidence[i] + 1);
		}
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final int start = q * n;
			for (int i = 0; i < n; i++) {
				present[start + i] += weights[i] * (past[start + i] - present[start + i]);
			}
		}
	}

	/** The mean lightness including the present frame, with the same weights as the colors. */
	private float[] followed(final float[] now, final double offset) {
		final float[] mean = new float[now.length];
		for (int i = 0; i < mean.length; i++) {
			final float frames = evidence[place(i)];
			mean[i] = now[i] + frames / (frames + 1) * (reference[i] + (float) offset - now[i]);
		}
		return mean;
	}

	// -- What has changed --

	/** The trust in the past of each cell, 0 to 1. */
	private float[] trust(final float[] now, final double offset) {
		final float[] difference = new float[width * height];
		for (int i = 0; i < difference.length; i++) {
			difference[i] = (float) difference(now, i, offset);
		}
		final double noise = Math.min(MAX_NOISE, median(difference));
		final float[] trust = new float[difference.length];
		int trusted = 0;
		for (int i = 0; i < trust.length; i++) {
			final double beyond = Math.max(0, difference[i] - noise) / TOLERANCE;
			trust[i] = (float) Math.pow(2, -beyond * beyond);
			trusted += trust[i] > 0.5 ? 1 : 0;
		}
		if (trusted < CUT_TRUST * trust.length && correlation(now) < CUT_CORRELATION) {
			return new float[trust.length];
		}
		return leastOfNeighbors(trust);
	}

	/** The signed mean difference of the pixels of each cell. */
	private float[] means(final float[] now, final float[] before) {
		final float[] means = new float[width * height];
		for (int i = 0; i < now.length; i++) {
			means[place(i)] += (now[i] - before[i]) / (SIDE * SIDE);
		}
		return means;
	}

	private int place(final int pixel) {
		final int row = SIDE * width;
		return pixel / row / SIDE * width + pixel % row / SIDE;
	}

	/** The mean absolute difference of the pixels of a cell, which also detects moving texture. */
	private double difference(final float[] now, final int place, final double offset) {
		final int first = place / width * SIDE * SIDE * width + place % width * SIDE;
		double sum = 0;
		for (int y = 0; y < SIDE; y++) {
			for (int x = 0; x < SIDE; x++) {
				final int pixel = first + y * SIDE * width + x;
				sum += Math.abs(now[pixel] - reference[pixel] - offset);
			}
		}
		return sum / (SIDE * SIDE);
	}

	private static double median(final float[] values) {
		final float[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	/** Correlation of the cells' lightness in both frames, -1 to 1; 0 if one of them is uniform. */
	private double correlation(final float[] now) {
		final float[] none = new float[now.length];
		final float[] a = means(now, none);
		final float[] b = means(reference, none);
		final double meanA = mean(a);
		final double meanB = mean(b);
		double ab = 0;
		double aa = 0;
		double bb = 0;
		for (int i = 0; i < a.length; i++) {
			ab += (a[i] - meanA) * (b[i] - meanB);
			aa += (a[i] - meanA) * (a[i] - meanA);
			bb += (b[i] - meanB) * (b[i] - meanB);
		}
		return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
	}

	private static double mean(final float[] values) {
		double sum = 0;
		for (final float value : values) {
			sum += value;
		}
		return sum / values.length;
	}

	/**
	 * The minimum over neighboring cells: the network's receptive field is larger than a cell, so colors next to a change
	 * may change too.
	 */
	private float[] leastOfNeighbors(final float[] trust) {
		final float[] least = new float[trust.length];
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				float value = 1;
				for (int v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
					for (int u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
						value = Math.min(value, trust[v * width + u]);
					}
				}
				least[y * width + x] = value;
			}
		}
		return least;
	}

	// -- Logits and probabilities --

	private static float[] probabilities(final ColorDistribution distribution) {
		return AnnealedMean.probabilities(distribution.values(), distribution.width() * distribution.height());
	}

	private static float[] logarithms(final float[] probabilities) {
		final float[] logarithms = new float[probabilities.length];
		for (int i = 0; i < logarithms.length; i++) {
			logarithms[i] = (float) Math.log(probabilities[i]);
		}
		return logarithms;
	}
}
