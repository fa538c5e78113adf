/*
 * Fiji Colorize: plausible colour for gray images.
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
 * Turns a distribution over the 313 bins into one colour: the annealed mean of the paper (eq. 5), and the
 * distribution's entropy.
 * <p>
 * With the distribution given as logits {@code z} (log-probabilities up to a constant at each place), the colour is
 * the mean of the bins under {@code softmax(z / T)}. T = 1 is the mean of the distribution, smooth and dull; T near 0
 * is its mode, vivid and patchy; T = 0 is the mode itself (of equal ones the first). The paper chooses 0.38.
 * <p>
 * The largest logit is subtracted first, so no finite input overflows. Logits of negative infinity count as probability
 * 0, and where all are negative infinity the distribution counts as uniform. Where a logit is NaN or positive infinity
 * the result is NaN (but at T = 0 NaN logits are passed over).
 * <p>
 * Weights are computed in float to 2e-7 relative and summed row by row of the grid of bins, so a* and b* are within 1e-4
 * of their exact values. Memory besides the arguments is 60 kB, whatever the number of places.
 */
public final class AnnealedMean {

	/** The paper's temperature. */
	public static final double TEMPERATURE = 0.38;

	/** Places worked on at a time: enough for long inner loops, few enough that the scratch arrays stay in the cache. */
	private static final int CHUNK = 1024;

	private static final double LOG2_E = 1 / Math.log(2);
	/** The lowest exponent whose power of two, times the square root of a half, is a normal float. */
	private static final float LOWEST_EXPONENT = -125;
	/** Added to a float between -2^22 and 2^22, it leaves the nearest whole number in the lowest bits. */
	private static final float ROUNDER = 0x1.8p23f;

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
		if (temperature == 0) {
			mode(logits, offset, stride, a, b);
			return;
		}
		// Limited, because at a temperature next to 0 infinity times the largest's own difference 0 would be NaN.
		final float scale = (float) Math.min(LOG2_E / temperature, Float.MAX_VALUE);
		final Chunk chunk = new Chunk();
		for (int start = 0; start < a.length; start += CHUNK) {
			final int n = Math.min(CHUNK, a.length - start);
			chunk.mean(logits, offset + start, stride, scale, n);
			for (int i = 0; i < n; i++) {
				a[start + i] = (float) (chunk.sumsA[i] / chunk.sums[i]);
				b[start + i] = (float) (chunk.sumsB[i] / chunk.sums[i]);
			}
		}
	}

	private static void mode(final float[] logits, final int offset, final int stride, final float[] a,
			final float[] b) {
		final float[] largest = new float[a.length];
		final int[] mode = new int[a.length];
		Arrays.fill(largest, Float.NEGATIVE_INFINITY);
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final int start = offset + q * stride;
			for (int i = 0; i < a.length; i++) {
				final float z = logits[start + i];
				if (z > largest[i]) {
					largest[i] = z;
					mode[i] = q;
				}
			}
		}
		for (int i = 0; i < a.length; i++) {
			a[i] = ColorBins.a(mode[i]);
			b[i] = ColorBins.b(mode[i]);
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
		final Chunk chunk = new Chunk();
		for (int start = 0; start < entropy.length; start += CHUNK) {
			final int n = Math.min(CHUNK, entropy.length - start);
			chunk.meanExponent(logits, offset + start, stride, n);
			for (int i = 0; i < n; i++) {
				// ln(sum) minus the mean of the natural exponents; max(0, ...) against rounding.
				final double nats = Math.log(chunk.sums[i]) - chunk.sumsExponent[i] / chunk.sums[i] / LOG2_E;
				entropy[start + i] = (float) Math.max(0, nats);
			}
		}
	}

	/**
	 * Powers of two of floats from -125 to 0, within 2e-7 relative. The exponent is split into the nearest whole number
	 * and a rest in [-0.5, 0.5]; a polynomial of degree 6 gives two to the power of the rest, and the whole number is
	 * added to the exponent bits of that.
	 * <p>
	 * Two loops, because Java 17 makes SIMD instructions of a loop on the bits of floats only if they come from an array
	 * and go to one.
	 *
	 * @param exponents the exponents
	 * @param powers receives the powers; the power of NaN is NaN
	 * @param rounded scratch
	 * @param n number of exponents
	 */
	static void powersOfTwo(final float[] exponents, final float[] powers, final float[] rounded, final int n) {
		for (int i = 0; i < n; i++) {
			final float shifted = exponents[i] + ROUNDER;
			final float x = exponents[i] - (shifted - ROUNDER);
			rounded[i] = shifted;
			powers[i] = (((((0.00015353356f * x + 0.0013398876f) * x + 0.0096184374f) * x + 0.055503325f) * x
					+ 0.24022648f) * x + 0.6931472f) * x + 1;
		}
		for (int i = 0; i < n; i++) {
			powers[i] = Float.intBitsToFloat(
					Float.floatToRawIntBits(powers[i]) + (Float.floatToRawIntBits(rounded[i]) << 23));
		}
	}

	/**
	 * Weighted sums over the bins for a chunk of places. The weight of a bin is {@code 2^(scale (z - largest))}.
	 * <p>
	 * Logits are first copied to an array of their own, because Java 17 makes SIMD instructions only of loops whose
	 * arrays all share one index.
	 */
	private static final class Chunk {

		private final float[] z = new float[CHUNK];
		private final float[] largest = new float[CHUNK];
		private final float[] exponents = new float[CHUNK];
		private final float[] weights = new float[CHUNK];
		private final float[] scratch = new float[CHUNK];
		/** Sums over the bins of one a*, in float for speed: of at most 20 values, so that little is lost. */
		private final float[] row = new float[CHUNK];
		private final float[] rowB = new float[CHUNK];
		private final double[] sums = new double[CHUNK];
		private final double[] sumsA = new double[CHUNK];
		private final double[] sumsB = new double[CHUNK];
		private final double[] sumsExponent = new double[CHUNK];

		/** Sums the weights, and these times a* and b*. */
		void mean(final float[] logits, final int offset, final int stride, final float scale, final int n) {
			findLargest(logits, offset, stride, n);
			Arrays.fill(sums, 0);
			Arrays.fill(sumsA, 0);
			Arrays.fill(sumsB, 0);
			Arrays.fill(row, 0);
			Arrays.fill(rowB, 0);
			for (int q = 0; q < ColorBins.COUNT; q++) {
				weigh(logits, offset + q * stride, scale, n);
				addToRow(ColorBins.b(q), n);
				if (q + 1 == ColorBins.COUNT || ColorBins.a(q + 1) != ColorBins.a(q)) {
					addRow(ColorBins.a(q), n);
				}
			}
		}

		private void addToRow(final float b, final int n) {
			for (int i = 0; i < n; i++) {
				row[i] += weights[i];
				rowB[i] += weights[i] * b;
			}
		}

		private void addRow(final float a, final int n) {
			for (int i = 0; i < n; i++) {
				sums[i] += row[i];
				sumsA[i] += a * row[i];
				sumsB[i] += rowB[i];
			}
			Arrays.fill(row, 0);
			Arrays.fill(rowB, 0);
		}

		/** Sums the weights at temperature 1, and these times their exponents. */
		void meanExponent(final float[] logits, final int offset, final int stride, final int n) {
			findLargest(logits, offset, stride, n);
			Arrays.fill(sums, 0);
			Arrays.fill(sumsExponent, 0);
			for (int q = 0; q < ColorBins.COUNT; q++) {
				weigh(logits, offset + q * stride, (float) LOG2_E, n);
				for (int i = 0; i < n; i++) {
					sums[i] += weights[i];
					sumsExponent[i] += weights[i] * exponents[i];
				}
			}
		}

		private void findLargest(final float[] logits, final int offset, final int stride, final int n) {
			// Not infinity, because infinity less infinity would be NaN.
			Arrays.fill(largest, -Float.MAX_VALUE);
			for (int q = 0; q < ColorBins.COUNT; q++) {
				System.arraycopy(logits, offset + q * stride, z, 0, n);
				for (int i = 0; i < n; i++) {
					largest[i] = Math.max(largest[i], z[i]);
				}
			}
		}

		private void weigh(final float[] logits, final int start, final float scale, final int n) {
			System.arraycopy(logits, start, z, 0, n);
			for (int i = 0; i < n; i++) {
				exponents[i] = Math.max(LOWEST_EXPONENT, scale * (z[i] - largest[i]));
			}
			powersOfTwo(exponents, weights, scratch, n);
		}
	}

	// -- Ops --

	/**
	 * Decodes a distribution.
	 *
	 * @param logits (x, y, 313): logits or log-probabilities
	 * @param temperature T in [0, 1], 0 is the mode; 0.38 if null
	 * @param ab (x, y, 2), receives a* and b*
	 * @throws IllegalArgumentException if the sizes do not fit or the temperature is outside [0, 1]
	 * @implNote op names='colorize.annealedMean', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void annealedMean(
			final RandomAccessibleInterval<T> logits, @Nullable final Double temperature,
			final RandomAccessibleInterval<U> ab) {
		Rows.requireChannels(logits, ColorBins.COUNT, "logits");
		Rows.requireChannels(ab, 2, "ab");
		Rows.requireSamePlane(logits, ab);
		final double t = temperature == null ? TEMPERATURE : temperature;
		if (!(t >= 0 && t <= 1)) {
			throw new IllegalArgumentException("The temperature must be from 0 to 1 but is " + t + ".");
		}
		perBand(logits, ab, (values, offset, stride, out) -> decode(values, offset, stride, t, out[0], out[1]));
	}

	/**
	 * Decodes a distribution into a new image.
	 *
	 * @param logits (x, y, 313): logits or log-probabilities
	 * @param temperature T in [0, 1], 0 is the mode; 0.38 if null
	 * @return (x, y, 2): a* and b*
	 * @throws IllegalArgumentException if there are not 313 channels or the temperature is outside [0, 1]
	 * @implNote op names='colorize.annealedMean', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> annealedMean(final RandomAccessibleInterval<T> logits,
			@Nullable final Double temperature) {
		final Img<FloatType> ab = Rows.floatImage(logits, 2);
		annealedMean(logits, temperature, ab);
		return ab;
	}

	/**
	 * Entropy of a distribution at each place: how uncertain its colour is.
	 *
	 * @param logits (x, y, 313): logits or log-probabilities
	 * @param entropy (x, y), receives nats, 0 to 5.746
	 * @throws IllegalArgumentException if the sizes do not fit
	 * @implNote op names='colorize.distributionEntropy', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void entropy(final RandomAccessibleInterval<T> logits,
			final RandomAccessibleInterval<U> entropy) {
		Rows.requireChannels(logits, ColorBins.COUNT, "logits");
		Rows.requireChannels(entropy, 1, "entropy");
		Rows.requireSamePlane(logits, entropy);
		perBand(logits, entropy, (values, offset, stride, out) -> entropy(values, offset, stride, out[0]));
	}

	/**
	 * Entropy of a distribution at each place, as a new image.
	 *
	 * @param logits (x, y, 313): logits or log-probabilities
	 * @return (x, y): nats, 0 (certain) to 5.746 (any color)
	 * @throws IllegalArgumentException if there are not 313 channels
	 * @implNote op names='colorize.distributionEntropy', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> entropy(final RandomAccessibleInterval<T> logits) {
		final Img<FloatType> entropy = Rows.floatImage(logits, 1);
		entropy(logits, entropy);
		return entropy;
	}

	/** A kernel on a run of places; the outputs' lengths are the number of places. */
	private interface DistributionKernel {

		void apply(float[] logits, int offset, int stride, float[][] out);
	}

	/** Applies a kernel to bands of rows: in place where the image is one float array, else to a copy of each band. */
	private static <T extends RealType<T>, U extends RealType<U>> void perBand(final RandomAccessibleInterval<T> logits,
			final RandomAccessibleInterval<U> result, final DistributionKernel kernel) {
		final int width = Rows.size(logits, 0);
		final int height = Rows.size(logits, 1);
		final int bandHeight = Math.max(1, CHUNK / Math.max(1, width));
		final int channels = Rows.channels(result);
		final float[] direct = Rows.floats(logits);
		Rows.forEach((height + bandHeight - 1) / bandHeight, () -> {
			final Rows.RowReader reader = Rows.reader(logits);
			final Rows.RowWriter writer = Rows.writer(result);
			final float[] copy = direct == null ? new float[ColorBins.COUNT * bandHeight * width] : null;
			return band -> {
				final int first = band * bandHeight;
				final int rows = Math.min(bandHeight, height - first);
				final int n = rows * width;
				final float[][] out = new float[channels][n];
				if (direct != null) {
					kernel.apply(direct, first * width, width * height, out);
				}
				else {
					for (int q = 0; q < ColorBins.COUNT; q++) {
						for (int y = 0; y < rows; y++) {
							reader.read(first + y, q, copy, q * n + y * width);
						}
					}
					kernel.apply(copy, 0, n, out);
				}
				for (int c = 0; c < channels; c++) {
					for (int y = 0; y < rows; y++) {
						writer.write(first + y, c, out[c], y * width);
					}
				}
			};
		});
	}
}
