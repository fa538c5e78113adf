/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;
import java.util.PriorityQueue;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * Propagation of color hints over the grid of a color distribution.
 * <p>
 * A walk of a hint over the grid costs, for each step from a cell to the next in its row or column,
 *
 * <pre>
 * length / 2 + max(0, edge - 0.7 texture - 3) / 3
 * </pre>
 *
 * where the side of the grid, {@code sqrt(width height)} cells, has the length 1, and edge is the largest change of
 * lightness over two samples on the way, in L* (the intervening contour of Leung and Malik, 1998). The texture is the
 * level that 60% of the edges exceed among the next three steps on one side and those beside them, less their common
 * slope, or that on the other side if it is lower. So an edge stops a hint, and neither shading nor repeated edges do.
 * The distance of a cell from a hint is
 *
 * <pre>
 * d = (the cheapest walk + H / 0.15) / reach
 * </pre>
 *
 * with H the squared Hellinger distance of the two predicted distributions, in [0, 1].
 * <p>
 * The color for a cell is the mean of the hints with the weights {@code 1 / (d + 0.05)^4} (Shepard, 1968), so that hints
 * reach less far where they are dense. With the affinity {@code s = exp(-d)} of the nearest hint, that color counts
 * {@code t = (s - 0.1) / (s + 0.1)}, or nothing where that is negative: a small affinity must not decide. The new logits of
 * bin q are
 *
 * <pre>
 * (1 - t) z(q) - |q - color|^2 t / (2 (t 5^2 + (1 - t) 18^2))
 * </pre>
 *
 * A hint that keeps the prediction takes its share of the weights from t.
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
	private static final float EDGES = 3;
	/** Differences in lightness that are no edge. */
	private static final float SMOOTH = 3;
	/** Steps on either side of a step, and beside them, whose edges may be texture. */
	private static final int WINDOW = 3;
	private static final int WINDOW_LINES = 1;
	/** The share of these edges that may be weaker than the texture. */
	private static final float TEXTURE_QUANTILE = 0.4f;
	/** How much of the texture an edge must exceed. */
	private static final float TEXTURE = 0.7f;
	private static final float HELLINGER = 0.15f;
	private static final float NEAR = 0.05f;
	/** The affinity from which a hint counts. */
	private static final float LEAST = 0.1f;
	private static final float NEAR_SIGMA = 5;
	private static final float FAR_SIGMA = 18;
	/** Shares of the work, whatever the number of threads, so that the sums do not depend on it. */
	private static final int SHARES = 16;

	private final float[] logits;
	private final int width;
	private final int height;
	private final int n;
	private final float reach;
	/** The cost of a step from each place to the next in its row and in its column. */
	private final float[] right;
	private final float[] down;
	/** Square roots of the probabilities, {@code (n, 313)}. */
	private final float[] roots;

	private HintPropagation(final float[] logits, final float[] lightness, final int width, final int height,
			final double reach) {
		this.logits = logits;
		this.width = width;
		this.height = height;
		this.reach = (float) reach;
		n = width * height;
		right = steps(lightness, 1, 1, SAMPLES * width);
		down = steps(lightness, width, SAMPLES * width, 1);
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
			final Walk walk = new Walk();
			return share -> {
				parts[share] = new Share(n);
				final int end = seeds.count() * (share + 1) / shares;
				for (int i = seeds.count() * share / shares; i < end; i++) {
					walk.from(seeds.place[i]);
					parts[share].add(walk, seeds.a[i], seeds.b[i]);
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

		void add(final Walk walk, final float hintA, final float hintB) {
			final boolean keeps = Float.isNaN(hintA);
			for (int k = 0; k < walk.reached; k++) {
				final int i = walk.places[k];
				final float distance = walk.distance(i);
				nearest[i] = Math.min(nearest[i], distance);
				final float square = (distance + NEAR) * (distance + NEAR);
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
			final float affinity = (float) Math.exp(-hints.nearest[i]);
			final float colored = hints.weight[i] - hints.kept[i];
			final float t = (affinity - LEAST) / (affinity + LEAST) * (colored / hints.weight[i]);
			// Where no hint reaches, this is NaN.
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
				mixed[q * n + i] = (1 - trust[i]) * logits[q * n + i] - (da * da + db * db) * precision[i];
			}
		});
		return mixed;
	}

	// -- Distances --

	/**
	 * The costs of the steps from each place to the next along an axis: their length, and what the strongest edge on the way
	 * exceeds the texture by.
	 *
	 * @param stride places from one to the next along the axis
	 * @param along samples from one to the next along the axis
	 * @param across samples from one to the next along the other axis
	 */
	private float[] steps(final float[] samples, final int stride, final int along, final int across) {
		final float[] edges = new float[n];
		final float[] slopes = new float[n];
		final float[] profile = new float[2 * SAMPLES];
		for (int i = 0; i < n; i++) {
			if (!hasNext(i, stride)) {
				continue;
			}
			final int start = SAMPLES * SAMPLES * width * (i / width) + SAMPLES * (i % width);
			for (int k = 0; k < profile.length; k++) {
				profile[k] = 0;
				for (int l = 0; l < SAMPLES; l++) {
					profile[k] += samples[start + k * along + l * across] / SAMPLES;
				}
			}
			for (int k = 1; k + 3 < profile.length; k++) {
				edges[i] = Math.max(edges[i], Math.abs(profile[k + 2] - profile[k]));
			}
			for (int k = 0; k < SAMPLES; k++) {
				slopes[i] += (profile[k + SAMPLES] - profile[k]) * 2 / (SAMPLES * SAMPLES);
			}
		}
		final float length = (float) (1 / Math.sqrt(n)) / PATH;
		final float[] costs = new float[n];
		Rows.forEach(height, () -> {
			final Window window = new Window(edges, slopes, stride);
			return y -> {
				for (int i = y * width; i < (y + 1) * width; i++) {
					if (hasNext(i, stride)) {
						costs[i] = length + Math.max(0, edges[i] - SMOOTH - TEXTURE * window.texture(i)) / EDGES;
					}
				}
			};
		});
		return costs;
	}

	private boolean hasNext(final int place, final int stride) {
		return stride == 1 ? place % width < width - 1 : place / width < height - 1;
	}

	/** The edges around a step; for one thread. */
	private final class Window {

		private final float[] edges;
		private final float[] slopes;
		private final int stride;
		private final float[] around = new float[(2 * WINDOW_LINES + 1) * WINDOW];

		Window(final float[] edges, final float[] slopes, final int stride) {
			this.edges = edges;
			this.slopes = slopes;
			this.stride = stride;
		}

		/** How strong the repeated edges on both sides of a step are, in L*. */
		float texture(final int step) {
			final float texture = Math.min(beside(step, -1), beside(step, 1));
			return texture == Float.POSITIVE_INFINITY ? 0 : texture;
		}

		private float beside(final int step, final int direction) {
			final int position = stride == 1 ? step % width : step / width;
			final int line = stride == 1 ? step / width : step % width;
			final int last = (stride == 1 ? width : height) - 2;
			final int lines = stride == 1 ? height : width;
			final int nextLine = stride == 1 ? width : 1;
			int count = 0;
			float slope = 0;
			for (int v = Math.max(0, line - WINDOW_LINES); v <= Math.min(lines - 1, line + WINDOW_LINES); v++) {
				for (int k = 1; k <= WINDOW; k++) {
					final int u = position + k * direction;
					if (u >= 0 && u <= last) {
						final int other = v * nextLine + u * stride;
						around[count++] = edges[other];
						slope += slopes[other];
					}
				}
			}
			if (count == 0) {
				return Float.POSITIVE_INFINITY;
			}
			Arrays.sort(around, 0, count);
			return Math.max(0, around[(int) ((count - 1) * TEXTURE_QUANTILE)] - Math.abs(slope) / count);
		}
	}

	/** The way of one hint over the grid, as far as it counts (Dijkstra, 1959); for one thread. */
	private final class Walk {

		private final float limit = (float) -Math.log(LEAST) * reach;
		private final float[] path = new float[n];
		/** The places whose paths are known, nearest first, then those that are not known yet as a heap. */
		private final PriorityQueue<Long> queue = new PriorityQueue<>();
		private final int[] places = new int[n];
		private int reached;
		private int seed;

		Walk() {
			Arrays.fill(path, Float.POSITIVE_INFINITY);
		}

		void from(final int place) {
			for (int k = 0; k < reached; k++) {
				path[places[k]] = Float.POSITIVE_INFINITY;
			}
			reached = 0;
			seed = place;
			pass(0, place);
			while (!queue.isEmpty()) {
				final long next = queue.poll();
				final int i = (int) next;
				if (Float.intBitsToFloat((int) (next >> 32)) > path[i]) {
					continue;
				}
				places[reached++] = i;
				final int x = i % width;
				if (x > 0) {
					pass(path[i] + right[i - 1], i - 1);
				}
				if (x + 1 < width) {
					pass(path[i] + right[i], i + 1);
				}
				if (i >= width) {
					pass(path[i] + down[i - width], i - width);
				}
				if (i + width < n) {
					pass(path[i] + down[i], i + width);
				}
			}
		}

		private void pass(final float length, final int place) {
			if (length < path[place] && length < limit) {
				path[place] = length;
				// Lengths are not negative, so that their bits sort like numbers.
				queue.add((long) Float.floatToIntBits(length) << 32 | place);
			}
		}

		float distance(final int i) {
			float common = 0;
			for (int q = 0; q < ColorBins.COUNT; q++) {
				common += roots[seed * ColorBins.COUNT + q] * roots[i * ColorBins.COUNT + q];
			}
			return i == seed ? 0 : (path[i] + Math.max(0, 1 - common) / HELLINGER) / reach;
		}
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
		final float[] turned = new float[result.length];
		for (int k = 0; k < result.length; k++) {
			turned[k % n * ColorBins.COUNT + k / n] = result[k];
		}
		return turned;
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
