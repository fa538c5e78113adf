/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Pools the color errors of many pixels, and computes the area under their cumulative curve (AuC), the paper's measure of
 * raw accuracy (section 3.1).
 * <p>
 * The error of a pixel is the Euclidean distance of its predicted and true ab. The curve CMF(t) is the fraction of pixels
 * with an error of at most t; AuC is its mean over t from 0 to 150, in percent, computed exactly. The rebalanced AuC weights
 * each pixel by the reciprocal frequency of its true bin, so that every bin that occurs has the same weight.
 * <p>
 * To find its bin, the true ab is rounded to integers. That affects only colors near the border of two bins, but some bins
 * have few pixels, so it changes the first decimal of the rebalanced AuC. The published value of gray images (59.96 over
 * Kodak24, CBSD68 and McMaster18) requires it; without rounding it is 60.12.
 */
public final class ErrorCurve implements Serializable {

	private static final long serialVersionUID = 1;

	/** Largest threshold in ab units. */
	public static final int THRESHOLDS = 150;

	/** The lookup table has the nearest bin of each integer a and b up to this. */
	private static final int REACH = 128;
	private static final short[] BINS = new short[4 * REACH * REACH];

	static {
		for (int i = 0; i < BINS.length; i++) {
			BINS[i] = (short) ColorBins.nearest(i / (2 * REACH) - REACH, i % (2 * REACH) - REACH);
		}
	}

	/** Number of pixels by true bin and by the smallest integer threshold that is not below their error. */
	private final double[][] counts = new double[ColorBins.COUNT][];
	/** Sums of the errors by true bin, with errors capped at the largest threshold. */
	private final double[] cappedErrors = new double[ColorBins.COUNT];
	private double squaredErrors;
	private double predictedChroma;
	private double trueChroma;
	private double pixels;

	/**
	 * Adds one pixel. A NaN prediction exceeds every threshold and makes the means NaN.
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
	 * Adds the pixels of another count with a weight.
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

	/** {@return the weighted number of pixels} */
	public long pixels() {
		return Math.round(pixels);
	}

	/**
	 * The cumulative curve with equal weights for all pixels.
	 *
	 * @return CMF(t) in [0, 1] for t = 0 to 150
	 * @throws IllegalStateException if no pixel was counted
	 */
	public double[] raw() {
		return curve(equalPixels());
	}

	/**
	 * The cumulative curve with equal weights for all bins that occur.
	 *
	 * @return CMF(t) in [0, 1] for t = 0 to 150
	 * @throws IllegalStateException if no pixel was counted
	 */
	public double[] rebalanced() {
		return curve(equalBins());
	}

	/**
	 * The cumulative curve with each pixel weighted by the reciprocal of a prior at its true bin.
	 *
	 * @param prior 313 probabilities, above 0 at every bin that occurs
	 * @return CMF(t) in [0, 1] for t = 0 to 150
	 * @throws IllegalArgumentException if the prior does not have 313 probabilities or is 0 at a bin that occurs
	 * @throws IllegalStateException if no pixel was counted
	 */
	public double[] rebalanced(final double[] prior) {
		ColorPrior.requireProbabilities(prior);
		for (int q = 0; q < prior.length; q++) {
			if (prior[q] == 0 && counts[q] != null) {
				throw new IllegalArgumentException("The color prior is 0 at bin " + q + " (a " + ColorBins.a(q) + ", b "
						+ ColorBins.b(q) + "), which occurs among the true colors; use a smoothed prior.");
			}
		}
		return curve(ColorPrior.rebalancingWeights(prior, 0.0));
	}

	/**
	 * The exact area under the curve with equal weights for all pixels: one minus the mean of the errors, capped at 150,
	 * over 150.
	 *
	 * @return percent, within 0.01 of the area under {@link #raw} in practice
	 */
	public double aucRaw() {
		return exactArea(equalPixels());
	}

	/** {@return the exact area under the curve with equal weights for all bins that occur, in percent} */
	public double aucRebalanced() {
		return exactArea(equalBins());
	}

	/**
	 * The exact area under the curve with each pixel weighted by the reciprocal of a prior at its true bin.
	 *
	 * @param prior 313 probabilities, above 0 at every bin that occurs
	 * @return percent
	 */
	public double aucRebalanced(final double[] prior) {
		return exactArea(ColorPrior.rebalancingWeights(prior, 0.0));
	}

	private static double[] equalPixels() {
		final double[] weights = new double[ColorBins.COUNT];
		Arrays.fill(weights, 1);
		return weights;
	}

	private double[] equalBins() {
		final double[] weights = new double[ColorBins.COUNT];
		Arrays.setAll(weights, q -> counts[q] == null ? 0 : 1 / total(q));
		return weights;
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

	/** {@return the mean chroma of the predictions in ab units; NaN if no pixel was counted} */
	public double meanChroma() {
		return predictedChroma / pixels;
	}

	/** {@return the mean chroma of the truth in ab units; NaN if no pixel was counted} */
	public double meanTrueChroma() {
		return trueChroma / pixels;
	}

	/** Number of pixels of a bin that occurs. */
	private double total(final int bin) {
		double total = 0;
		for (final double count : counts[bin]) {
			total += count;
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
