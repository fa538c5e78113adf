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
 * Decodes a distribution over the 313 bins to one color by the annealed mean of the paper (eq. 5), and computes the entropy
 * of the distribution.
 * <p>
 * For a distribution given as logits {@code z} (log-probabilities up to a constant in each cell), the color is the mean of
 * the bins under {@code softmax(z / T)}. T = 1 is the mean of the distribution, smooth and dull; T near 0 is its mode, vivid
 * and patchy; T = 0 is exactly the mode (the first of equal ones). The paper uses 0.38.
 * <p>
 * The largest logit is subtracted first, so no finite input overflows. Negative infinity is probability 0; if all logits are
 * negative infinity, the distribution is uniform. NaN or positive infinity gives NaN (but T = 0 skips NaN logits).
 * <p>
 * Weights are computed in float to 2e-7 relative and summed row by row of the bin grid, so a* and b* are within 1e-4 of
 * their exact values. Scratch memory is 60 kB for any number of cells.
 */
public final class AnnealedMean {

	/** The paper's temperature. */
	public static final double TEMPERATURE = 0.38;

	/** Number of cells processed together: enough for long inner loops, few enough for the cache. */
	private static final int CHUNK = 1024;

	private static final double LOG2_E = 1 / Math.log(2);
	/** The lowest exponent for which 2^exponent * sqrt(1/2) is a normal float. */
	private static final float LOWEST_EXPONENT = -125;
	/** Added to a float between -2^22 and 2^22, it leaves the nearest integer in the lowest bits. */
	private static final float ROUNDER = 0x1.8p23f;

	private AnnealedMean() {
	}

	/**
	 * Decodes consecutive cells of a planar distribution: bin {@code q} of cell {@code i} is {@code logits[offset + q *
	 * stride + i]}.
	 *
	 * @param logits logits of the distribution
	 * @param offset index of the first bin of the first cell
	 * @param stride stride between bins
	 * @param temperature T in [0, 1]
	 * @param a receives a* of each cell; its length is the number of cells
	 * @param b receives b* of each cell
	 */
	public static void decode(final float[] logits, final int offset, final int stride, final double temperature,
			final float[] a, final float[] b) {
		if (temperature == 0) {
			mode(logits, offset, stride, a, b);
			return;
		}
		// Capped, because near T = 0 infinity times 0, the largest logit's own difference, would be NaN.
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
	 * Computes the entropy of {@code softmax(z)} in consecutive cells, with the layout of {@link #decode(float[], int, int,
	 * double, float[], float[])}.
	 *
	 * @param logits logits of the distribution
	 * @param offset index of the first bin of the first cell
	 * @param stride stride between bins
	 * @param entropy receives the entropy of each cell in nats, 0 (certain) to 5.746 (any color)
	 */
	public static void entropy(final float[] logits, final int offset, final int stride, final float[] entropy) {
		final Chunk chunk = new Chunk();
		for (int start = 0; start < entropy.length; start += CHUNK) {
			final int n = Math.min(CHUNK, entropy.length - start);
			chunk.meanExponent(logits, offset + start, stride, n);
			for (int i = 0; i < n; i++) {
				// ln(sum) minus the mean exponent; max(0, ...) removes rounding errors.
				final double nats = Math.log(chunk.sums[i]) - chunk.sumsExponent[i] / chunk.sums[i] / LOG2_E;
				entropy[start + i] = (float) Math.max(0, nats);
			}
		}
	}

	/**
	 * Computes powers of two for floats from -125 to 0, to 2e-7 relative. The exponent is split into the nearest integer and
	 * a remainder in [-0.5, 0.5]. A polynomial of degree 6 gives the power of the remainder; the integer is added to its
	 * exponent bits.
	 * <p>
	 * There are two loops because Java 17 vectorizes operations on the bits of floats only from array to array.
	 *
	 * @param exponents the exponents
	 * @param powers receives the powers; NaN for NaN
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
	 * Weighted sums over the bins for a chunk of cells. The weight of a bin is {@code 2^(scale (z - largest))}.
	 * <p>
	 * Logits are copied first, because Java 17 vectorizes only loops whose arrays share one index.
	 */
	private static final class Chunk {

		private final float[] z = new float[CHUNK];
		private final float[] largest = new float[CHUNK];
		private final float[] exponents = new float[CHUNK];
		private final float[] weights = new float[CHUNK];
		private final float[] scratch = new float[CHUNK];
		/** Sums over the bins of equal a*, in float for speed: at most 20 values, so the rounding error is small. */
		private final float[] row = new float[CHUNK];
		private final float[] rowB = new float[CHUNK];
		private final double[] sums = new double[CHUNK];
		private final double[] sumsA = new double[CHUNK];
		private final double[] sumsB = new double[CHUNK];
		private final double[] sumsExponent = new double[CHUNK];

		/** Sums the weights, and the weights times a* and b*. */
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

		/** Sums the weights at temperature 1, and the weights times their exponents. */
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
			// Not infinity, because infinity minus infinity is NaN.
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

	/**
	 * Computes {@code softmax(z)}, the probabilities, in all cells of a planar distribution.
	 *
	 * @param logits {@code (313, n)}
	 * @param n number of cells
	 * @return {@code (313, n)}
	 */
	public static float[] probabilities(final float[] logits, final int n) {
		final float[] largest = Arrays.copyOf(logits, n);
		for (int k = n; k < logits.length; k++) {
			largest[k % n] = Math.max(largest[k % n], logits[k]);
		}
		final float[] probabilities = new float[logits.length];
		final float[] sums = new float[n];
		for (int k = 0; k < logits.length; k++) {
			probabilities[k] = (float) Math.exp(logits[k] - largest[k % n]);
			sums[k % n] += probabilities[k];
		}
		for (int k = 0; k < logits.length; k++) {
			probabilities[k] /= sums[k % n];
		}
		return probabilities;
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
		Rows.requireChannels(logits, ColorBins.COUNT, "logits", ab, 2, "ab");
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
	 * Computes the entropy of a distribution in each cell, which measures how uncertain the color is.
	 *
	 * @param logits (x, y, 313): logits or log-probabilities
	 * @param entropy (x, y), receives nats, 0 to 5.746
	 * @throws IllegalArgumentException if the sizes do not match
	 * @implNote op names='colorize.distributionEntropy', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void entropy(final RandomAccessibleInterval<T> logits,
			final RandomAccessibleInterval<U> entropy) {
		Rows.requireChannels(logits, ColorBins.COUNT, "logits", entropy, 1, "entropy");
		perBand(logits, entropy, (values, offset, stride, out) -> entropy(values, offset, stride, out[0]));
	}

	/**
	 * Computes the entropy of a distribution in each cell, as a new image.
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

	/** A kernel for consecutive cells; the length of the outputs is the number of cells. */
	private interface DistributionKernel {

		void apply(float[] logits, int offset, int stride, float[][] out);
	}

	/** Applies a kernel to bands of rows: in place if the image is one float array, else to a copy of each band. */
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
