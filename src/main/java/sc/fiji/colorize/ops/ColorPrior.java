/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * The color prior: the frequency of the 313 bins in photos, smoothed by the Gaussian of the soft encoding, that is, the mean
 * soft encoding of all pixels. Also the rebalancing weights derived from it (paper, section 2.2).
 */
public final class ColorPrior {

	/** The paper's weight of the uniform distribution in the rebalancing weights. */
	public static final double LAMBDA = 0.5;

	private final double[] sums = new double[ColorBins.COUNT];
	private final int[] bins;
	private final float[] weights;
	private final double sigma;
	private long pixels;

	/**
	 * Starts an empty count.
	 *
	 * @param neighbors k of the soft encoding, 1 to 32
	 * @param sigma width of its Gaussian in ab units, above 0
	 * @throws IllegalArgumentException if k or sigma is out of range
	 */
	public ColorPrior(final int neighbors, final double sigma) {
		SoftEncoding.require(neighbors, sigma);
		bins = new int[neighbors];
		weights = new float[neighbors];
		this.sigma = sigma;
	}

	/**
	 * Counts one pixel.
	 *
	 * @param a a*
	 * @param b b*
	 */
	public void add(final float a, final float b) {
		SoftEncoding.encode(a, b, sigma, bins, weights);
		for (int i = 0; i < bins.length; i++) {
			sums[bins[i]] += weights[i];
		}
		pixels++;
	}

	/** {@return the number of counted pixels} */
	public long pixels() {
		return pixels;
	}

	/**
	 * The prior of the counted pixels.
	 *
	 * @return 313 probabilities that sum to 1
	 * @throws IllegalStateException if no pixel was counted
	 */
	public double[] probabilities() {
		if (pixels == 0) {
			throw new IllegalStateException("A color prior needs at least one pixel.");
		}
		return Arrays.stream(sums).map(sum -> sum / pixels).toArray();
	}

	// -- Ops --

	/**
	 * The smoothed color prior of an image.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param neighbors k of the soft encoding, 1 to 32; 5 if null
	 * @param sigma width of its Gaussian in ab units, above 0; 5 if null
	 * @return 313 probabilities that sum to 1
	 * @throws IllegalArgumentException if there are not two channels, or k or sigma is out of range
	 * @throws IllegalStateException if the image has no pixels
	 * @implNote op names='colorize.colorPrior', type=Function
	 */
	public static <T extends RealType<T>> double[] of(final RandomAccessibleInterval<T> ab,
			@Nullable final Integer neighbors, @Nullable final Double sigma) {
		Rows.requireChannels(ab, 2, "ab");
		final ColorPrior total = new ColorPrior(neighbors == null ? SoftEncoding.NEIGHBORS : neighbors,
				sigma == null ? SoftEncoding.SIGMA : sigma);
		final int height = Rows.size(ab, 1);
		// One partial sum per row, added in order: the result does not depend on the number of threads.
		final double[][] rows = new double[height][];
		Rows.forEach(height, () -> {
			final float[] a = new float[Rows.size(ab, 0)];
			final float[] b = new float[a.length];
			final Rows.RowReader reader = Rows.reader(ab);
			return y -> {
				reader.read(y, 0, a, 0);
				reader.read(y, 1, b, 0);
				final ColorPrior row = new ColorPrior(total.bins.length, total.sigma);
				for (int x = 0; x < a.length; x++) {
					row.add(a[x], b[x]);
				}
				rows[y] = row.sums;
			};
		});
		for (final double[] row : rows) {
			Arrays.setAll(total.sums, q -> total.sums[q] + row[q]);
		}
		total.pixels = ab.dimension(0) * height;
		return total.probabilities();
	}

	/**
	 * Rebalancing weights (paper, eq. 4): proportional to 1 / ((1 - lambda) prior + lambda / 313), scaled so
	 * that their mean under the prior is 1. lambda = 1 gives weight 1 to every bin: no rebalancing.
	 *
	 * @param prior 313 probabilities
	 * @param lambda weight of the uniform distribution, in [0, 1]; 0.5 if null
	 * @return 313 weights; infinite for a bin of probability 0 when lambda is 0
	 * @throws IllegalArgumentException if the prior is not 313 probabilities or lambda is outside [0, 1]
	 * @implNote op names='colorize.rebalancingWeights', type=Function
	 */
	public static double[] rebalancingWeights(final double[] prior, @Nullable final Double lambda) {
		final double uniformShare = lambda == null ? LAMBDA : lambda;
		requireProbabilities(prior);
		if (!(uniformShare >= 0 && uniformShare <= 1)) {
			throw new IllegalArgumentException("lambda must be from 0 to 1 but is " + uniformShare + ".");
		}
		final double[] weights = new double[ColorBins.COUNT];
		double mean = 0;
		for (int q = 0; q < weights.length; q++) {
			weights[q] = 1 / ((1 - uniformShare) * prior[q] + uniformShare / ColorBins.COUNT);
			mean += prior[q] > 0 ? prior[q] * weights[q] : 0;
		}
		for (int q = 0; q < weights.length; q++) {
			weights[q] /= mean;
		}
		return weights;
	}

	/**
	 * Entropy of a prior, which measures how varied the colors are.
	 *
	 * @param prior 313 probabilities
	 * @return entropy in nats, 0 to ln 313 = 5.746
	 * @throws IllegalArgumentException if the prior is not 313 probabilities
	 * @implNote op names='colorize.priorEntropy', type=Function
	 */
	public static double entropy(final double[] prior) {
		requireProbabilities(prior);
		return -Arrays.stream(prior).filter(p -> p > 0).map(p -> p * Math.log(p)).sum();
	}

	static void requireProbabilities(final double[] prior) {
		if (prior.length != ColorBins.COUNT) {
			throw new IllegalArgumentException(
					"A color prior needs " + ColorBins.COUNT + " probabilities but has " + prior.length + ".");
		}
		if (!(Arrays.stream(prior).min().getAsDouble() >= 0 && Arrays.stream(prior).sum() > 0)) {
			throw new IllegalArgumentException("A color prior needs probabilities of 0 or more, and not only zeros.");
		}
	}
}
