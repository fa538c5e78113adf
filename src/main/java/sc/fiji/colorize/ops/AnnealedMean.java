/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * Turns a distribution over the 313 bins into one colour: the annealed mean of the paper (eq. 5), and the
 * distribution's entropy.
 * <p>
 * With the distribution given as logits {@code z} (log-probabilities up to a constant at each place), the colour is
 * the mean of the bins under {@code softmax(z / T)}. T = 1 is the mean of the distribution, smooth and dull; T near 0
 * is its mode, vivid and patchy; T = 0 is the mode itself (of equal ones the first). The paper chooses 0.38.
 * <p>
 * The largest logit is subtracted first, so no input overflows; terms below {@code exp(-40)} of the largest are left
 * out, which float cannot show.
 */
public final class AnnealedMean {

	/** The paper's temperature. */
	public static final double TEMPERATURE = 0.38;

	private static final double NEGLIGIBLE = -40;

	private AnnealedMean() {
	}

	/**
	 * Decodes a run of places of a planar distribution: bin {@code q} of place {@code i} is
	 * {@code logits[offset + q * stride + i]}.
	 *
	 * @param logits the distribution's logits
	 * @param offset index of the first place's first bin
	 * @param stride distance of one bin from the next
	 * @param temperature T in [0, 1]
	 * @param a receives a* of each place; its length is the number of places
	 * @param b receives b* of each place
	 */
	public static void decode(final float[] logits, final int offset, final int stride, final double temperature,
			final float[] a, final float[] b) {
		final int n = a.length;
		final float[] largest = new float[n];
		final int[] mode = new int[n];
		Arrays.fill(largest, Float.NEGATIVE_INFINITY);
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final int start = offset + q * stride;
			for (int i = 0; i < n; i++) {
				final float z = logits[start + i];
				if (z > largest[i]) {
					largest[i] = z;
					mode[i] = q;
				}
			}
		}
		if (temperature == 0) {
			for (int i = 0; i < n; i++) {
				a[i] = ColorBins.a(mode[i]);
				b[i] = ColorBins.b(mode[i]);
			}
			return;
		}
		final double[] sums = new double[n];
		final double[] sumsA = new double[n];
		final double[] sumsB = new double[n];
		final double scale = 1 / temperature;
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final int start = offset + q * stride;
			final double binA = ColorBins.a(q);
			final double binB = ColorBins.b(q);
			for (int i = 0; i < n; i++) {
				final double exponent = (logits[start + i] - largest[i]) * scale;
				if (exponent > NEGLIGIBLE) {
					final double weight = Math.exp(exponent);
					sums[i] += weight;
					sumsA[i] += weight * binA;
					sumsB[i] += weight * binB;
				}
			}
		}
		for (int i = 0; i < n; i++) {
			a[i] = (float) (sumsA[i] / sums[i]);
			b[i] = (float) (sumsB[i] / sums[i]);
		}
	}

	/**
	 * Entropy of the distribution {@code softmax(z)} at a run of places, laid out as for
	 * {@link #decode(float[], int, int, double, float[], float[])}.
	 *
	 * @param logits the distribution's logits
	 * @param offset index of the first place's first bin
	 * @param stride distance of one bin from the next
	 * @param entropy receives the entropy of each place in nats, 0 (certain) to 5.746 (any colour)
	 */
	public static void entropy(final float[] logits, final int offset, final int stride, final float[] entropy) {
		for (int i = 0; i < entropy.length; i++) {
			float largest = Float.NEGATIVE_INFINITY;
			for (int q = 0; q < ColorBins.COUNT; q++) {
				largest = Math.max(largest, logits[offset + q * stride + i]);
			}
			double sum = 0;
			double weighted = 0;
			for (int q = 0; q < ColorBins.COUNT; q++) {
				final double exponent = logits[offset + q * stride + i] - largest;
				if (exponent > NEGLIGIBLE) {
					final double weight = Math.exp(exponent);
					sum += weight;
					weighted += weight * exponent;
				}
			}
			entropy[i] = (float) (Math.log(sum) - weighted / sum);
		}
	}

	// -- Ops --

	/**
	 * Decodes a distribution.
	 *
	 * @param logits {@code (x, y, 313)}: logits or log-probabilities
	 * @param temperature T in [0, 1], 0 is the mode; 0.38 if null (nullable)
	 * @param ab {@code (x, y, 2)}, receives a* and b* (container)
	 * @throws IllegalArgumentException if the sizes do not fit or the temperature is outside [0, 1]
	 * @implNote op names='colorize.annealedMean', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void annealedMean(
			final RandomAccessibleInterval<T> logits, final Double temperature, final RandomAccessibleInterval<U> ab) {
		Rows.requireChannels(logits, ColorBins.COUNT, "logits");
		Rows.requireChannels(ab, 2, "ab");
		Rows.requireSamePlane(logits, ab);
		final double t = temperature == null ? TEMPERATURE : temperature;
		if (!(t >= 0 && t <= 1)) {
			throw new IllegalArgumentException("The temperature must be from 0 to 1 but is " + t + ".");
		}
		perRow(logits, ab, (row, n, out) -> decode(row, 0, n, t, out[0], out[1]));
	}

	/**
	 * Entropy of a distribution at each place: how uncertain its colour is.
	 *
	 * @param logits {@code (x, y, 313)}: logits or log-probabilities
	 * @param entropy {@code (x, y)}, receives nats, 0 to 5.746 (container)
	 * @throws IllegalArgumentException if the sizes do not fit
	 * @implNote op names='colorize.distributionEntropy', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void entropy(final RandomAccessibleInterval<T> logits,
			final RandomAccessibleInterval<U> entropy) {
		Rows.requireChannels(logits, ColorBins.COUNT, "logits");
		Rows.requireChannels(entropy, 1, "entropy");
		Rows.requireSamePlane(logits, entropy);
		perRow(logits, entropy, (row, n, out) -> entropy(row, 0, n, out[0]));
	}

	/** A kernel on one row of a distribution, planar with stride {@code n}. */
	private interface DistributionKernel {

		void apply(float[] logits, int n, float[][] out);
	}

	private static <T extends RealType<T>, U extends RealType<U>> void perRow(final RandomAccessibleInterval<T> logits,
			final RandomAccessibleInterval<U> result, final DistributionKernel kernel) {
		Rows.transform(logits, result, () -> {
			final float[] planar = new float[ColorBins.COUNT * Rows.size(logits, 0)];
			return (in, out, n) -> {
				for (int q = 0; q < ColorBins.COUNT; q++) {
					System.arraycopy(in[q], 0, planar, q * n, n);
				}
				kernel.apply(planar, n, out);
			};
		});
	}
}
