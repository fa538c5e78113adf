/*
 * Fiji Colorize: plausible colour for gray images.
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
 * Propagation of color hints over the grid of a color distribution.
 * <p>
 * The distance of place x from hint i is
 *
 * <pre>
 * d = (g + H / 0.1 + |dL| / 50) / reach
 * </pre>
 *
 * with H the squared Hellinger distance of the two predicted distributions, in [0, 1], dL the difference in lightness, and
 * g the geodesic distance: the smallest sum, over the steps of a path, of {@code length / 2 + |change of lightness| / 36},
 * where the side of the grid, {@code sqrt(width height)} places, has the length 1. So edges hold a hint back.
 * <p>
 * The color for a place is the mean of the hints with the weights {@code 1 / (d + 0.05)^4} (Shepard, 1968), so that hints
 * reach less far where they are dense. With {@code s = exp(-d)} of the nearest hint, let {@code u = s / (s + 0.06)}. That
 * color counts {@code t = (u - 0.1) / 0.9}, or nothing where that is negative. The new logits of bin q are
 *
 * <pre>
 * (1 - t) z(q) - |q - color|^2 t / (2 (t 5^2 + (1 - t) 18^2))
 * </pre>
 *
 * So a hint that is far away only chooses among the colors that the network finds likely, and a near one decides. A hint
 * that keeps the prediction takes its share of the weights from t. The constants were chosen on photos with simulated
 * hints.
 */
public final class HintPropagation {

	/** The default reach. */
	public static final double REACH = 1;
	/** The smallest reach. */
	public static final double MIN_REACH = 0.1;
	/** The largest reach. */
	public static final double MAX_REACH = 10;
	/** Hints that are propagated one by one; if more places have hints, those of neighboring places are averaged. */
	static final int MAX_SEEDS = 512;

	/** Samples of lightness along each side of a place. */
	private static final int SAMPLES = EdgeAwareUpsampling.SAMPLES;
	/** What of each kind of difference counts 1, at a reach of 1. */
	private static final float PATH = 2;
	private static final float EDGES = 36;
	private static final float HELLINGER = 0.1f;
	private static final float LIGHTNESS = 50;
	private static final float NEAR = 0.05f;
	private static final float HALF_TRUST = 0.06f;
	private static final float NEAR_SIGMA = 5;
	private static final float FAR_SIGMA = 18;
	/** What the nearest hint must count to count at all. */
	private static final float LEAST_TRUST = 0.1f;
	/** Shares of the work, whatever the number of threads, so that the sums do not depend on it. */
	private static final int SHARES = 16;

	private final float[] logits;
	private final int width;
	private final int height;
	private final int n;
	private final float reach;
	private final float[] lightness;
	/** Square roots of the probabilities, {@code (313, n)}. */
	private final float[] roots;

	private HintPropagation(final float[] logits, final float[] lightness, final int width, final int height,
			final double reach) {
		this.logits = logits;
		this.width = width;
		this.height = height;
		this.reach = (float) reach;
		n = width * height;
		this.lightness = means(lightness);
		roots = roots();
	}

	/**
	 * Applies hints to a distribution.
	 *
	 * @param logits {@code (313, height, width)}, row by row; not changed
	 * @param lightness {@code (4 height, 4 width)}, row by row: L* in [0, 100]
	 * @param width places in a row
	 * @param height rows
	 * @param places the place of each hint, {@code y width + x}, in any order
	 * @param a a* of each hint; NaN for a hint that keeps the prediction
	 * @param b b* of each hint
	 * @param reach how far hints reach: a factor on the lengths, 0.1 to 10; 1 is the default
	 * @return the new logits, {@code (313, height, width)}
	 * @throws IllegalArgumentException if the reach is outside its range
	 */
	public static float[] apply(final float[] logits, final float[] lightness, final int width, final int height,
			final int[] places, final float[] a, final float[] b, final double reach) {
		requireReach(reach);
		final Seeds seeds = Seeds.of(places, a, b, width, height);
		return seeds.count() == 0 ? logits.clone()
				: new HintPropagation(logits, lightness, width, height, reach).apply(seeds);
	}

	/**
	 * Makes sure that a reach is in its range.
	 *
	 * @param reach how far hints reach
	 * @throws IllegalArgumentException with a sentence if it is not from 0.1 to 10
	 */
	public static void requireReach(final double reach) {
		if (!(reach >= MIN_REACH && reach <= MAX_REACH)) {
			throw new IllegalArgumentException(
					"The reach must be from " + MIN_REACH + " to " + MAX_REACH + " but is " + reach + ".");
		}
	}

	private float[] apply(final Seeds seeds) {
		final int shares = Math.min(SHARES, seeds.count());
		final Share[] parts = new Share[shares];
		Rows.forEach(shares, () -> {
			final float[] path = new float[n];
			final float[] affinity = new float[n];
			return share -> {
				parts[share] = new Share(n);
				final int end = seeds.count() * (share + 1) / shares;
				for (int i = seeds.count() * share / shares; i < end; i++) {
					distances(seeds.place[i], path, affinity);
					parts[share].add(affinity, seeds.a[i], seeds.b[i]);
				}
			};
		});
		for (int i = 1; i < shares; i++) {
			parts[0].merge(parts[i]);
		}
		return mixed(parts[0]);
	}

	/** Sums over a part of the hints for each place. */
	private static final class Share {

		private final float[] nearest;
		private final float[] weight;
		private final float[] kept;
		private final float[] a;
		private final float[] b;

		Share(final int n) {
			nearest = new float[n];
			Arrays.fill(nearest, Float.POSITIVE_INFINITY);
			weight = new float[n];
			kept = new float[n];
			a = new float[n];
			b = new float[n];
		}

		void add(final float[] distance, final float hintA, final float hintB) {
			final boolean keeps = Float.isNaN(hintA);
			for (int i = 0; i < nearest.length; i++) {
				nearest[i] = Math.min(nearest[i], distance[i]);
				final float square = (distance[i] + NEAR) * (distance[i] + NEAR);
				final float w = 1 / (square * square);
				weight[i] += w;
				if (keeps) {
					kept[i] += w;
				}
				else {
					a[i] += w * hintA;
					b[i] += w * hintB;
				}
			}
		}

		void merge(final Share other) {
			for (int i = 0; i < nearest.length; i++) {
				nearest[i] = Math.min(nearest[i], other.nearest[i]);
				weight[i] += other.weight[i];
				kept[i] += other.kept[i];
				a[i] += other.a[i];
				b[i] += other.b[i];
			}
		}
	}

	private float[] mixed(final Share hints) {
		final float[] trust = new float[n];
		final float[] a = new float[n];
		final float[] b = new float[n];
		final float[] precision = new float[n];
		for (int i = 0; i < n; i++) {
			final float near = (float) Math.exp(-hints.nearest[i]);
			final float colored = hints.weight[i] - hints.kept[i];
			final float t = (near / (near + HALF_TRUST) - LEAST_TRUST) / (1 - LEAST_TRUST) * colored / hints.weight[i];
			if (t > 0) {
				trust[i] = t;
				a[i] = hints.a[i] / colored;
				b[i] = hints.b[i] / colored;
				precision[i] = t / (2 * (t * NEAR_SIGMA * NEAR_SIGMA + (1 - t) * FAR_SIGMA * FAR_SIGMA));
			}
		}
		final float[] mixed = new float[logits.length];
		Rows.forEach(ColorBins.COUNT, () -> q -> {
			for (int i = 0; i < n; i++) {
				final float da = ColorBins.a(q) - a[i];
				final float db = ColorBins.b(q) - b[i];
				final float z = logits[q * n + i];
				mixed[q * n + i] = trust[i] == 0 ? z : (1 - trust[i]) * z - (da * da + db * db) * precision[i];
			}
		});
		return mixed;
	}

	// -- Distances --

	/** The distance of each place from a hint. */
	private void distances(final int seed, final float[] path, final float[] distance) {
		geodesic(seed, path);
		Arrays.fill(distance, 0);
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final float root = roots[q * n + seed];
			for (int i = 0; i < n; i++) {
				distance[i] += root * roots[q * n + i];
			}
		}
		for (int i = 0; i < n; i++) {
			final float hellinger = Math.max(0, 1 - distance[i]);
			final float difference = Math.abs(lightness[i] - lightness[seed]);
			distance[i] = i == seed ? 0 : (path[i] + hellinger / HELLINGER + difference / LIGHTNESS) / reach;
		}
	}

	/** The length of the shortest path from a place to each other, in sweeps over the grid until none is shorter. */
	private void geodesic(final int seed, final float[] path) {
		Arrays.fill(path, Float.POSITIVE_INFINITY);
		path[seed] = 0;
		final float side = (float) (1 / Math.sqrt(n)) / PATH;
		final float diagonal = (float) Math.sqrt(2) * side;
		boolean changed = true;
		for (int step = 1; changed; step = -step) {
			changed = false;
			for (int k = 0; k < n; k++) {
				final int i = step > 0 ? k : n - 1 - k;
				final int x = i % width;
				final int y = i / width - step;
				final float before = path[i];
				if (x - step >= 0 && x - step < width) {
					pass(path, i - step, i, side);
				}
				if (y >= 0 && y < height) {
					final int above = y * width + x;
					pass(path, above, i, side);
					if (x > 0) {
						pass(path, above - 1, i, diagonal);
					}
					if (x + 1 < width) {
						pass(path, above + 1, i, diagonal);
					}
				}
				changed |= path[i] < before;
			}
			// The first sweep may meet nothing, such as from the last place.
			changed |= step > 0;
		}
	}

	private void pass(final float[] path, final int from, final int to, final float length) {
		path[to] = Math.min(path[to],
				path[from] + length + Math.abs(lightness[from] - lightness[to]) / EDGES);
	}

	/** The mean lightness of each place. */
	private float[] means(final float[] samples) {
		final float[] means = new float[n];
		final int row = SAMPLES * width;
		for (int i = 0; i < SAMPLES * SAMPLES * n; i++) {
			means[i / row / SAMPLES * width + i % row / SAMPLES] += samples[i] / (SAMPLES * SAMPLES);
		}
		return means;
	}

	private float[] roots() {
		final float[] largest = new float[n];
		Arrays.fill(largest, -Float.MAX_VALUE);
		for (int k = 0; k < logits.length; k++) {
			largest[k % n] = Math.max(largest[k % n], logits[k]);
		}
		final float[] sums = new float[n];
		final float[] result = new float[logits.length];
		for (int k = 0; k < logits.length; k++) {
			result[k] = (float) Math.exp(logits[k] - largest[k % n]);
			sums[k % n] += result[k];
		}
		for (int k = 0; k < logits.length; k++) {
			result[k] = (float) Math.sqrt(result[k] / sums[k % n]);
		}
		return result;
	}

	/** Hints on different places of the grid. */
	private record Seeds(int[] place, float[] a, float[] b) {

		int count() {
			return place.length;
		}

		/** Averages the hints of each place, or of blocks of places if too many places have one. */
		static Seeds of(final int[] places, final float[] a, final float[] b, final int width, final int height) {
			Seeds seeds = averaged(places, a, b, width, height, 1);
			for (int block = 2; seeds.count() > MAX_SEEDS; block++) {
				seeds = averaged(places, a, b, width, height, block);
			}
			return seeds;
		}

		private static Seeds averaged(final int[] places, final float[] a, final float[] b, final int width,
				final int height, final int block) {
			final int blocksWide = (width + block - 1) / block;
			final int blocks = blocksWide * ((height + block - 1) / block);
			final double[][] sums = new double[blocks][];
			for (int i = 0; i < places.length; i++) {
				final int k = places[i] / width / block * blocksWide + places[i] % width / block;
				if (sums[k] == null) {
					sums[k] = new double[] {0, 0, 0, places[i]};
				}
				if (!Float.isNaN(a[i])) {
					if (sums[k][0] == 0) {
						sums[k][3] = places[i];
					}
					sums[k][0]++;
					sums[k][1] += a[i];
					sums[k][2] += b[i];
				}
			}
			final double[][] found = Arrays.stream(sums).filter(sum -> sum != null).toArray(double[][]::new);
			final Seeds seeds = new Seeds(new int[found.length], new float[found.length], new float[found.length]);
			for (int k = 0; k < found.length; k++) {
				// A place with hints of both kinds takes the color; without any, 0 / 0 is NaN.
				seeds.place[k] = (int) found[k][3];
				seeds.a[k] = (float) (found[k][1] / found[k][0]);
				seeds.b[k] = (float) (found[k][2] / found[k][0]);
			}
			return seeds;
		}
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
		final int[] places = new int[count];
		final float[] a = new float[count];
		final float[] b = new float[count];
		final float[] hint = new float[4];
		final Rows.RowReader reader = Rows.reader(hints);
		for (int i = 0; i < count; i++) {
			reader.read(i, 0, hint, 0);
			if (!(hint[0] >= 0 && hint[0] < width && hint[1] >= 0 && hint[1] < height)) {
				throw new IllegalArgumentException("Hint " + (i + 1) + " lies at (" + hint[0] + ", " + hint[1]
						+ "), outside the grid of " + width + "x" + height + " places.");
			}
			places[i] = (int) hint[1] * width + (int) hint[0];
			a[i] = hint[2];
			b[i] = hint[3];
		}
		final float[] seen = new float[SAMPLES * SAMPLES * width * height];
		Resampling.resample(lightness, ArrayImgs.floats(seen, (long) SAMPLES * width, (long) SAMPLES * height));
		final float[] values = new float[ColorBins.COUNT * width * height];
		for (int q = 0; q < ColorBins.COUNT; q++) {
			System.arraycopy(Rows.plane(logits, q), 0, values, q * width * height, width * height);
		}
		final float[] mixed = apply(values, seen, width, height, places, a, b, reach == null ? REACH : reach);
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
