/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * Encodes a color as weights of its nearest bins (paper, section 2.1): {@code exp(-d^2 / (2 sigma^2))} for the distance
 * {@code d} to each of the k nearest bins, normalized to sum 1; all other bins have weight 0.
 * <p>
 * The paper uses k = 5, the authors' training code 10; sigma is 5 in both.
 */
public final class SoftEncoding {

	/** Number of neighbors in the paper. */
	public static final int NEIGHBORS = 5;
	/** Width of the Gaussian in ab units. */
	public static final double SIGMA = 5;

	private SoftEncoding() {
	}

	/**
	 * Encodes one color.
	 *
	 * @param a a*
	 * @param b b*
	 * @param sigma width of the Gaussian in ab units, above 0
	 * @param bins receives the nearest bins, nearest first; its length is k
	 * @param weights receives their weights, which sum to 1
	 */
	public static void encode(final float a, final float b, final double sigma, final int[] bins,
			final float[] weights) {
		ColorBins.nearest(a, b, bins, weights);
		// Relative to the nearest, so that a color far from every bin does not underflow to 0 / 0.
		final double nearest = weights[0];
		double sum = 0;
		for (int i = 0; i < weights.length; i++) {
			final double weight = Math.exp((nearest - weights[i]) / (2 * sigma * sigma));
			weights[i] = (float) weight;
			sum += weight;
		}
		for (int i = 0; i < weights.length; i++) {
			weights[i] /= sum;
		}
	}

	/**
	 * Encodes an image as a dense distribution.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param neighbors k, 1 to 32; 5 if null
	 * @param sigma width of the Gaussian in ab units, above 0; 5 if null
	 * @param distribution (x, y, 313), receives probabilities that sum to 1 for each pixel
	 * @throws IllegalArgumentException if the sizes do not match, or k or sigma is out of range
	 * @implNote op names='colorize.softEncode', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void encode(final RandomAccessibleInterval<T> ab,
			@Nullable final Integer neighbors, @Nullable final Double sigma,
			final RandomAccessibleInterval<U> distribution) {
		Rows.requireChannels(ab, 2, "ab", distribution, ColorBins.COUNT, "distribution");
		final int k = neighbors == null ? NEIGHBORS : neighbors;
		final double width = sigma == null ? SIGMA : sigma;
		require(k, width);
		Rows.transform(ab, distribution, () -> {
			final int[] near = new int[k];
			final float[] share = new float[k];
			return (in, out, n) -> {
				for (final float[] row : out) {
					Arrays.fill(row, 0);
				}
				for (int x = 0; x < n; x++) {
					encode(in[0][x], in[1][x], width, near, share);
					for (int i = 0; i < k; i++) {
						out[near[i]][x] = share[i];
					}
				}
			};
		});
	}

	/**
	 * Encodes an image as a dense distribution in a new image.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param neighbors k, 1 to 32; 5 if null
	 * @param sigma width of the Gaussian in ab units, above 0; 5 if null
	 * @return (x, y, 313): probabilities that sum to 1 for each pixel
	 * @throws IllegalArgumentException if there are not two channels, or k or sigma is out of range
	 * @implNote op names='colorize.softEncode', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> encode(final RandomAccessibleInterval<T> ab,
			@Nullable final Integer neighbors, @Nullable final Double sigma) {
		final Img<FloatType> distribution = Rows.floatImage(ab, ColorBins.COUNT);
		encode(ab, neighbors, sigma, distribution);
		return distribution;
	}

	static void require(final int neighbors, final double sigma) {
		if (neighbors < 1 || neighbors > ColorBins.MAX_NEIGHBORS) {
			throw new IllegalArgumentException("The number of neighbors must be from 1 to " + ColorBins.MAX_NEIGHBORS
					+ " but is " + neighbors + ".");
		}
		if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
			throw new IllegalArgumentException("sigma must be above 0 and finite but is " + sigma + ".");
		}
	}
}
