/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

/**
 * Colour errors of many pixels, pooled, and the area under their cumulative curve (AuC), the paper's measure of raw
 * accuracy (section 3.1).
 * <p>
 * The error of a pixel is the Euclidean distance of its predicted from its true ab. The curve CMF(t) is the fraction of
 * pixels whose error is at most t; AuC is its mean over t from 0 to 150, in percent, computed exactly. The rebalanced AuC
 * weighs each pixel by one over the frequency of its true bin, so that every bin that occurs counts the same, however
 * rare.
 * <p>
 * For its bin, the true ab is rounded to whole units. That moves only colours near the border of two bins, but some
 * bins of a set have few pixels, so it shows in the first decimal of the rebalanced AuC. The known figure of gray
 * pictures (59.96 over Kodak24, CBSD68 and McMaster18) comes out only this way; without the rounding it is 60.12.
 */
public final class ErrorCurve {

	/** Largest threshold in ab units. */
	public static final int THRESHOLDS = 150;

	/** The nearest bin of each whole a and b. */
	private static final int REACH = 128;
	private static final short[] BINS = new short[4 * REACH * REACH];

	static {
		for (int i = 0; i < BINS.length; i++) {
			BINS[i] = (short) ColorBins.nearest(i / (2 * REACH) - REACH, i % (2 * REACH) - REACH);
		}
	}

	/** Pixels by true bin and by the first integer threshold that their error does not exceed. */
	private final double[][] counts = new double[ColorBins.COUNT][];
	/** Sums of the errors by true bin, an error above the largest threshold counting as that. */
	private final double[] cappedErrors = new double[ColorBins.COUNT];
	private double squaredErrors;
	private double predictedChroma;
	private double trueChroma;
	private double pixels;

	/**
	 * Counts one pixel. A prediction that is NaN counts as farther off than every threshold, and makes the means NaN.
	 *
	 * @param a predicted a*
	 * @param b predicted b*
	 * @param trueA true a*
	 * @param trueB true b*
	 */
	public void add(final float a, final float b, final float trueA, final float trueB) {
		final double da = a - trueA;
		final double db = b - trueB;
		final double squared = da * da + db * db;
		final int bin = bin(trueA, trueB);
		if (counts[bin] == null) {
			counts[bin] = new double[THRESHOLDS + 2];
		}
		final double distance = Math.sqrt(squared);
		counts[bin][distance <= THRESHOLDS ? (int) Math.ceil(distance) : THRESHOLDS + 1]++;
		squaredErrors += squared;
		predictedChroma += Math.sqrt(a * a + b * b);
		trueChroma += Math.sqrt(trueA * trueA + trueB * trueB);
		pixels++;
		cappedErrors[bin] += squared <= THRESHOLDS * THRESHOLDS ? Math.sqrt(squared) : THRESHOLDS;
	}

	private static int bin(final float a, final float b) {
		final int i = Math.round(a) + REACH;
		final int j = Math.round(b) + REACH;
		final boolean inside = Math.min(i, j) >= 0 && Math.max(i, j) < 2 * REACH;
		return inside ? BINS[2 * REACH * i + j] : ColorBins.nearest(a, b);
	}

	/**
	 * Adds the pixels of another count.
	 *
	 * @param other the other count, unchanged
	 */
	public void add(final ErrorCurve other) {
		add(other, 1);
	}

	/**
	 * Adds the pixels of another count, each as often as a weight says.
	 *
	 * @param other the other count, unchanged
	 * @param weight 0 or more
	 */
	public void add(final ErrorCurve other, final double weight) {
		for (int q = 0; q < counts.length; q++) {
			cappedErrors[q] += weight * other.cappedErrors[q];
			if (other.counts[q] != null) {
				if (counts[q] == null) {
					counts[q] = new double[THRESHOLDS + 2];
				}
				for (int t = 0; t < counts[q].length; t++) {
					counts[q][t] += weight * other.counts[q][t];
				}
			}
		}
		squaredErrors += weight * other.squaredErrors;
		predictedChroma += weight * other.predictedChroma;
		trueChroma += weight * other.trueChroma;
		pixels += weight * other.pixels;
	}

	/**
	 * The number of pixels counted, each as often as its weight says.
	 *
	 * @return 0 or more
	 */
	public long pixels() {
		return Math.round(pixels);
	}

	/**
	 * The cumulative curve with all pixels equal.
	 *
	 * @return CMF(t) in [0, 1] for t = 0 to 150
	 * @throws IllegalStateException if no pixel was counted
	 */
	public double[] raw() {
		final double[] weights = new double[ColorBins.COUNT];
		Arrays.fill(weights, 1);
		return curve(weights);
	}

	/**
	 * The cumulative curve with all bins that occur equal.
	 *
	 * @return CMF(t) in [0, 1] for t = 0 to 150
	 * @throws IllegalStateException if no pixel was counted
	 */
	public double[] rebalanced() {
		final double[] weights = new double[ColorBins.COUNT];
		for (int q = 0; q < weights.length; q++) {
			weights[q] = counts[q] == null ? 0 : 1 / total(q);
		}
		return curve(weights);
	}

	/**
	 * The cumulative curve with each pixel weighed by one over a given prior at its true bin.
	 *
	 * @param prior 313 probabilities, above 0 at every bin that occurs
	 * @return CMF(t) in [0, 1] for t = 0 to 150
	 * @throws IllegalArgumentException if the prior has not 313 probabilities or is 0 at a bin that occurs
	 * @throws IllegalStateException if no pixel was counted
	 */
	public double[] rebalanced(final double[] prior) {
		ColorPrior.requireProbabilities(prior);
		for (int q = 0; q < prior.length; q++) {
			if (prior[q] == 0 && counts[q] != null) {
				throw new IllegalArgumentException("The colour prior is 0 at bin " + q + " (a " + ColorBins.a(q) + ", b "
						+ ColorBins.b(q) + "), which occurs among the true colours; use a smoothed prior.");
			}
		}
		return curve(ColorPrior.rebalancingWeights(prior, 0.0));
	}

	/**
	 * The exact area under the curve with all pixels equal: one minus the mean of the errors, up to 150, over 150.
	 *
	 * @return percent, within 0.01 of the area under {@link #raw} in practice
	 */
	public double aucRaw() {
		final double[] weights = new double[ColorBins.COUNT];
		Arrays.fill(weights, 1);
		return exactArea(weights);
	}

	/**
	 * The exact area under the curve with all bins that occur equal.
	 *
	 * @return percent
	 */
	public double aucRebalanced() {
		final double[] weights = new double[ColorBins.COUNT];
		for (int q = 0; q < weights.length; q++) {
			weights[q] = counts[q] == null ? 0 : 1 / total(q);
		}
		return exactArea(weights);
	}

	/**
	 * The exact area under the curve with each pixel weighed by one over a given prior at its true bin.
	 *
	 * @param prior 313 probabilities, above 0 at every bin that occurs
	 * @return percent
	 */
	public double aucRebalanced(final double[] prior) {
		return exactArea(ColorPrior.rebalancingWeights(prior, 0.0));
	}

	private double exactArea(final double[] weights) {
		if (pixels == 0) {
			throw new IllegalStateException("An error curve needs at least one pixel.");
		}
		double errors = 0;
		double all = 0;
		for (int q = 0; q < weights.length; q++) {
			if (counts[q] != null) {
				errors += weights[q] * cappedErrors[q];
				all += weights[q] * total(q);
			}
		}
		return 100 * (1 - errors / all / THRESHOLDS);
	}

	/**
	 * Root mean square error over a and b together.
	 *
	 * @return ab units: the root of the mean of (da^2 + db^2) / 2; NaN if no pixel was counted
	 */
	public double rmse() {
		return Math.sqrt(squaredErrors / (2.0 * pixels));
	}

	/**
	 * Mean chroma of the predictions.
	 *
	 * @return ab units; NaN if no pixel was counted
	 */
	public double meanChroma() {
		return predictedChroma / pixels;
	}

	/**
	 * Mean chroma of the truth.
	 *
	 * @return ab units; NaN if no pixel was counted
	 */
	public double meanTrueChroma() {
		return trueChroma / pixels;
	}

	private double total(final int bin) {
		double total = 0;
		if (counts[bin] != null) {
			for (final double count : counts[bin]) {
				total += count;
			}
		}
		return total;
	}

	private double[] curve(final double[] weights) {
		if (pixels == 0) {
			throw new IllegalStateException("An error curve needs at least one pixel.");
		}
		final double[] curve = new double[THRESHOLDS + 1];
		double all = 0;
		for (int q = 0; q < counts.length; q++) {
			if (counts[q] == null) {
				continue;
			}
			all += weights[q] * total(q);
			double below = 0;
			for (int t = 0; t <= THRESHOLDS; t++) {
				below += counts[q][t];
				curve[t] += weights[q] * below;
			}
		}
		for (int t = 0; t < curve.length; t++) {
			curve[t] /= all;
		}
		return curve;
	}
}
