/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * Propagation of color hints over the grid of a color distribution, by kriging (Gaussian processes).
 * <p>
 * The likeness of two cells is
 *
 * <pre>
 * k(i, j) = exp(-(walk(i, j) + H(i, j) / 0.3 + |L(i) - L(j)| / 60) / reach)
 * </pre>
 *
 * with the cost of the cheapest walk between them, which edges make expensive ({@link StepCosts}), the squared Hellinger
 * distance H of their predicted distributions, in [0, 1], and their mean lightness L*. It is 0 where the exponential is
 * below 0.005.
 * <p>
 * From the cells with hints, two functions are interpolated with this covariance: how much a hint counts, t, which is 1 at
 * a color and 0 at a hint that keeps the prediction, and t times the color. Far from all hints, both are 0. With the
 * covariance matrix K of the cells with hints and their values v, the interpolant is
 *
 * <pre>
 * v(i) = k(i, hints) (K + 0.05)^-1 v
 * </pre>
 *
 * So neighboring hints count once, a hint blocks those behind it, and colors between hints blend. To suppress weak effects,
 * t is replaced by {@code (t - 0.2) / 0.8}, or 0 where that is negative. The new logits of bin q are
 *
 * <pre>
 * (1 - t) z(q) - |q - color|^2 t / (2 (t 5^2 + (1 - t) 18^2))
 * </pre>
 */
public final class HintPropagation {

	/** The default reach. */
	public static final double REACH = 1;
	/** The smallest reach. */
	public static final double MIN_REACH = 0.1;
	/** The largest reach. */
	public static final double MAX_REACH = 10;

	/** Samples of lightness along each side of a cell. */
	private static final int SAMPLES = EdgeAwareUpsampling.SAMPLES;
	/** The squared Hellinger distance equivalent to a cost of 1. */
	private static final float HELLINGER = 0.3f;
	/** The difference in lightness equivalent to a cost of 1. */
	private static final float LIGHTNESS = 60;
	/** Hints do not affect cells with a smaller likeness. */
	private static final float LEAST = 0.005f;
	/** The variance of the hints' errors relative to the variance of the interpolated function. */
	private static final float NUGGET = 0.05f;
	private static final float SMALLEST_PIVOT = 1e-3f;
	/** The smallest t that has an effect. */
	private static final float LEAST_TRUST = 0.2f;
	private static final float NEAR_SIGMA = 5;
	private static final float FAR_SIGMA = 18;

	private final float[] logits;
	private final int width;
	private final int height;
	private final int n;
	private final float reach;
	private final StepCosts costs;
	/** The mean lightness of each cell. */
	private final float[] meanLightness;
	/** Square roots of the probabilities, {@code (n, 313)}. */
	private final float[] roots;

	private HintPropagation(final float[] logits, final float[] lightness, final int width, final int height,
			final double reach) {
		this.logits = logits;
		this.width = width;
		this.height = height;
		this.reach = (float) reach;
		n = width * height;
		costs = new StepCosts(lightness, width, height);
		meanLightness = meanLightness(lightness);
		roots = roots();
	}

	/**
	 * Applies hints to a distribution.
	 *
	 * @param logits {@code (313, height, width)}, row by row; not changed
	 * @param lightness {@code (4 height, 4 width)}, row by row: L* in [0, 100]
	 * @param width cells in a row
	 * @param height rows
	 * @param cells the cell of each hint, {@code y width + x}, in any order
	 * @param a a* of each hint; NaN for a hint that keeps the prediction
	 * @param b b* of each hint
	 * @param reach how far hints reach: a factor on the lengths, 0.1 to 10; 1 is the default
	 * @return the new logits, {@code (313, height, width)}
	 * @throws IllegalArgumentException if the reach is outside its range
	 */
	public static float[] apply(final float[] logits, final float[] lightness, final int width, final int height,
			final int[] cells, final float[] a, final float[] b, final double reach) {
		requireReach(reach);
		final HintSeeds seeds = HintSeeds.of(cells, a, b, width, height);
		return seeds.count() == 0 ? logits.clone()
				: new HintPropagation(logits, lightness, width, height, reach).apply(seeds);
	}

	/**
	 * Makes sure that a reach is in its range.
	 *
	 * @param reach how far hints reach
	 * @throws IllegalArgumentException if it is not from 0.1 to 10
	 */
	public static void requireReach(final double reach) {
		if (!(reach >= MIN_REACH && reach <= MAX_REACH)) {
			throw new IllegalArgumentException(
					"The reach must be from " + MIN_REACH + " to " + MAX_REACH + " but is " + reach + ".");
		}
	}

	private float[] apply(final HintSeeds seeds) {
		final int count = seeds.count();
		final Likeness[] likeness = new Likeness[count];
		Rows.forEach(count, () -> {
			final CheapestWalks walks = new CheapestWalks(costs, width, height, (float) -Math.log(LEAST) * reach);
			return i -> likeness[i] = likeness(seeds.cell()[i], walks);
		});
		final float[][] values = seeds.values();
		solve(covariance(seeds, likeness), values);
		final float[] trust = new float[n];
		final float[] a = new float[n];
		final float[] b = new float[n];
		for (int i = 0; i < count; i++) {
			for (int k = 0; k < likeness[i].cells().length; k++) {
				final int cell = likeness[i].cells()[k];
				trust[cell] += likeness[i].values()[k] * values[0][i];
				a[cell] += likeness[i].values()[k] * values[1][i];
				b[cell] += likeness[i].values()[k] * values[2][i];
			}
		}
		return mixed(trust, a, b);
	}

	/** The cells similar to a given one, with their likeness. */
	private record Likeness(int[] cells, float[] values) {
	}

	private Likeness likeness(final int seed, final CheapestWalks walks) {
		final int[] cells = walks.from(seed);
		final float[] values = new float[cells.length];
		for (int k = 0; k < cells.length; k++) {
			final float distance = (walks.length(cells[k]) + hellinger(seed, cells[k]) / HELLINGER
					+ Math.abs(meanLightness[seed] - meanLightness[cells[k]]) / LIGHTNESS) / reach;
			values[k] = Math.max(0, ((float) Math.exp(-distance) - LEAST) / (1 - LEAST));
		}
		return new Likeness(cells, values);
	}

	/** The squared Hellinger distance of two distributions. */
	private float hellinger(final int cell, final int other) {
		if (cell == other) {
			return 0;
		}
		float common = 0;
		for (int q = 0; q < ColorBins.COUNT; q++) {
			common += roots[cell * ColorBins.COUNT + q] * roots[other * ColorBins.COUNT + q];
		}
		return Math.max(0, 1 - common);
	}

	private float[][] covariance(final HintSeeds seeds, final Likeness[] likeness) {
		final int[] seedAt = new int[n];
		Arrays.fill(seedAt, -1);
		for (int i = 0; i < seeds.count(); i++) {
			seedAt[seeds.cell()[i]] = i;
		}
		final float[][] covariance = new float[seeds.count()][seeds.count()];
		for (int i = 0; i < seeds.count(); i++) {
			for (int k = 0; k < likeness[i].cells().length; k++) {
				final int j = seedAt[likeness[i].cells()[k]];
				if (j >= 0) {
					covariance[i][j] = likeness[i].values()[k];
				}
			}
			covariance[i][i] += NUGGET;
		}
		return covariance;
	}

	/**
	 * Solves a symmetric system for several right-hand sides, by Cholesky's method.
	 *
	 * @param matrix walks around obstacles may leave it indefinite; then the nugget is raised until it is not
	 * @param sides the right sides, replaced by the solutions
	 */
	private static void solve(final float[][] matrix, final float[][] sides) {
		float[][] factor = factor(matrix, 0);
		for (float nugget = NUGGET; factor == null; nugget *= 2) {
			factor = factor(matrix, nugget);
		}
		for (final float[] side : sides) {
			for (int i = 0; i < side.length; i++) {
				side[i] = (side[i] - dot(factor[i], side, i)) / factor[i][i];
			}
			for (int i = side.length - 1; i >= 0; i--) {
				side[i] /= factor[i][i];
				for (int k = 0; k < i; k++) {
					side[k] -= factor[i][k] * side[i];
				}
			}
		}
	}

	/** The lower triangle L with L L^T = matrix + nugget, or null if that is not positive definite. */
	private static float[][] factor(final float[][] matrix, final float nugget) {
		final float[][] factor = new float[matrix.length][];
		for (int i = 0; i < matrix.length; i++) {
			factor[i] = Arrays.copyOf(matrix[i], i + 1);
			factor[i][i] += nugget;
			for (int j = 0; j < i; j++) {
				factor[i][j] = (factor[i][j] - dot(factor[i], factor[j], j)) / factor[j][j];
			}
			final float pivot = factor[i][i] - dot(factor[i], factor[i], i);
			if (pivot < SMALLEST_PIVOT) {
				return null;
			}
			factor[i][i] = (float) Math.sqrt(pivot);
		}
		return factor;
	}

	private static float dot(final float[] one, final float[] other, final int length) {
		float sum = 0;
		for (int k = 0; k < length; k++) {
			sum += one[k] * other[k];
		}
		return sum;
	}

	/**
	 * The new logits.
	 *
	 * @param trust how much the hints count
	 * @param a a* of the hints times the trust
	 * @param b b* of the hints times the trust
	 */
	private float[] mixed(final float[] trust, final float[] a, final float[] b) {
		final float[] precision = new float[n];
		for (int i = 0; i < n; i++) {
			final float t = Math.max(0, Math.min(1, trust[i]) - LEAST_TRUST) / (1 - LEAST_TRUST);
			if (t > 0) {
				a[i] /= trust[i];
				b[i] /= trust[i];
				precision[i] = t / (2 * (t * NEAR_SIGMA * NEAR_SIGMA + (1 - t) * FAR_SIGMA * FAR_SIGMA));
			}
			trust[i] = t;
		}
		final float[] mixed = new float[logits.length];
		Rows.forEach(ColorBins.COUNT, () -> q -> {
			for (int i = 0; i < n; i++) {
				final float da = ColorBins.a(q) - a[i];
				final float db = ColorBins.b(q) - b[i];
				mixed[q * n + i] = (1 - trust[i]) * logits[q * n + i] - (da * da + db * db) * precision[i];
			}
		});
		return mixed;
	}

	private float[] meanLightness(final float[] lightness) {
		final float[] means = new float[n];
		for (int i = 0; i < lightness.length; i++) {
			means[i / (SAMPLES * SAMPLES * width) * width + i / SAMPLES % width] += lightness[i] / (SAMPLES * SAMPLES);
		}
		return means;
	}

	private float[] roots() {
		final float[] probabilities = AnnealedMean.probabilities(logits, n);
		final float[] transposed = new float[probabilities.length];
		for (int k = 0; k < probabilities.length; k++) {
			transposed[k % n * ColorBins.COUNT + k / n] = (float) Math.sqrt(probabilities[k]);
		}
		return transposed;
	}

	// -- Ops --

	/**
	 * Applies color hints to a color distribution.
	 *
	 * @param logits (x, y, 313): logits or log-probabilities
	 * @param lightness (u, v), L* of the same picture in [0, 100], of any size
	 * @param hints (4, n), for each of n hints its x and y on the grid, 0 to below width and height, and its a*
	 *        and b*; a* is NaN for a hint that keeps the prediction
	 * @param reach how far hints reach, 0.1 to 10; 1 if null
	 * @param result (x, y, 313), receives the new logits
	 * @throws IllegalArgumentException if the sizes do not fit, a hint lies outside the grid or the reach outside its range
	 * @implNote op names='colorize.applyHints', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>, H extends RealType<H>, V extends RealType<V>> void
			apply(final RandomAccessibleInterval<T> logits, final RandomAccessibleInterval<U> lightness,
					final RandomAccessibleInterval<H> hints, @Nullable final Double reach,
					final RandomAccessibleInterval<V> result) {
		Rows.requireChannels(logits, ColorBins.COUNT, "logits");
		Rows.requirePixels(logits, "logits");
		Rows.requireChannels(lightness, 1, "lightness");
		Rows.requirePixels(lightness, "lightness");
		Rows.requireDimensions(hints, "hints", 4, hints.dimension(1));
		Rows.requireChannels(result, ColorBins.COUNT, "result");
		Rows.requireSamePlane(logits, result);
		final int width = Rows.size(logits, 0);
		final int height = Rows.size(logits, 1);
		final int count = Rows.size(hints, 1);
		final int[] cells = new int[count];
		final float[] a = new float[count];
		final float[] b = new float[count];
		final float[] hint = new float[4];
		final Rows.RowReader reader = Rows.reader(hints);
		for (int i = 0; i < count; i++) {
			reader.read(i, 0, hint, 0);
			if (!(hint[0] >= 0 && hint[0] < width && hint[1] >= 0 && hint[1] < height)) {
				throw new IllegalArgumentException("Hint " + (i + 1) + " lies at (" + hint[0] + ", " + hint[1]
						+ "), outside the grid of " + width + "x" + height + " cells.");
			}
			cells[i] = (int) hint[1] * width + (int) hint[0];
			a[i] = hint[2];
			b[i] = hint[3];
		}
		final float[] seen = new float[SAMPLES * SAMPLES * width * height];
		Resampling.resample(lightness, ArrayImgs.floats(seen, (long) SAMPLES * width, (long) SAMPLES * height));
		final float[] values = new float[ColorBins.COUNT * width * height];
		for (int q = 0; q < ColorBins.COUNT; q++) {
			System.arraycopy(Rows.plane(logits, q), 0, values, q * width * height, width * height);
		}
		final float[] mixed = apply(values, seen, width, height, cells, a, b, reach == null ? REACH : reach);
		Rows.forEach(height, () -> {
			final Rows.RowWriter writer = Rows.writer(result);
			return y -> {
				for (int q = 0; q < ColorBins.COUNT; q++) {
					writer.write(y, q, mixed, (q * height + y) * width);
				}
			};
		});
	}

	/**
	 * Applies color hints to a color distribution, in a new image.
	 *
	 * @param logits (x, y, 313): logits or log-probabilities
	 * @param lightness (u, v), L* of the same picture in [0, 100], of any size
	 * @param hints (4, n), for each of n hints its x and y on the grid, 0 to below width and height, and its a* and b*;
	 *        a* is NaN for a hint that keeps the prediction
	 * @param reach how far hints reach, 0.1 to 10; 1 if null
	 * @return (x, y, 313): the new logits
	 * @throws IllegalArgumentException if the sizes do not fit, a hint lies outside the grid or the reach outside its range
	 * @implNote op names='colorize.applyHints', type=Function
	 */
	public static <T extends RealType<T>, U extends RealType<U>, H extends RealType<H>> Img<FloatType> apply(
			final RandomAccessibleInterval<T> logits, final RandomAccessibleInterval<U> lightness,
			final RandomAccessibleInterval<H> hints, @Nullable final Double reach) {
		final Img<FloatType> result = Rows.floatImage(logits, ColorBins.COUNT);
		apply(logits, lightness, hints, reach, result);
		return result;
	}
}
