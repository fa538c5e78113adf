/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.view.Views;

/**
 * The 313 quantized ab colors of the paper (section 2.1): points of a grid with step 10 that cover the sRGB gamut.
 * <p>
 * They are computed, not stored: the sRGB cube is projected to (a, b), and every grid cell that intersects the convex hull
 * of the projection contributes its four corners. The order is that of the published {@code pts_in_hull}: by a, then by b;
 * the neutral color (0, 0) is bin 120.
 */
public final class ColorBins {

	/** Number of bins. */
	public static final int COUNT = 313;
	/** Distance of neighboring bins in a and in b. */
	public static final int STEP = 10;

	private static final float[] A = new float[COUNT];
	private static final float[] B = new float[COUNT];

	/** The lookup grid extends this many steps from zero in each direction, beyond every bin and sRGB color. */
	private static final int REACH = 13;
	private static final int SIDE = 2 * REACH + 1;
	/** Bin at each grid point, or -1. */
	private static final short[] AT = new short[SIDE * SIDE];
	/** Maximum number of neighbors of {@link #nearest(float, float, int[], float[])}. */
	public static final int MAX_NEIGHBORS = 32;

	static {
		final List<int[]> points = pointsInHull();
		if (points.size() != COUNT) {
			throw new IllegalStateException("The sRGB gamut gave " + points.size() + " ab bins instead of 313.");
		}
		Arrays.fill(AT, (short) -1);
		for (int q = 0; q < COUNT; q++) {
			A[q] = points.get(q)[0];
			B[q] = points.get(q)[1];
			AT[cell(points.get(q)[0] / STEP, points.get(q)[1] / STEP)] = (short) q;
		}
	}

	/** Separate, because decoding needs no neighbors. */
	private static final class Candidates {

		/** For each grid point, the bins that may be among the {@link #MAX_NEIGHBORS} nearest of colors that round to it. */
		private static final short[][] AT_CELL = new short[SIDE * SIDE][];

		static {
			for (int i = -REACH; i <= REACH; i++) {
				for (int j = -REACH; j <= REACH; j++) {
					AT_CELL[cell(i, j)] = candidates(i * STEP, j * STEP);
				}
			}
		}
	}

	private ColorBins() {
	}

	/**
	 * The a* of a bin.
	 *
	 * @param bin 0 to 312
	 * @return a multiple of 10 in [-90, 100]
	 */
	public static float a(final int bin) {
		return A[bin];
	}

	/**
	 * The b* of a bin.
	 *
	 * @param bin 0 to 312
	 * @return a multiple of 10 in [-110, 100]
	 */
	public static float b(final int bin) {
		return B[bin];
	}

	/**
	 * Returns the bin nearest to a color; of equally near bins the first.
	 *
	 * @param a a*
	 * @param b b*
	 * @return 0 to 312
	 */
	public static int nearest(final float a, final float b) {
		final int i = Math.round(a / STEP);
		final int j = Math.round(b / STEP);
		if (onGrid(i) && onGrid(j)) {
			final int bin = AT[cell(i, j)];
			// On the border between two grid cells, the bin of the other cell may have the lower index.
			if (bin >= 0 && Math.abs(a - i * STEP) < STEP / 2f && Math.abs(b - j * STEP) < STEP / 2f) {
				return bin;
			}
		}
		final int[] bins = new int[1];
		nearest(a, b, bins, new float[1]);
		return bins[0];
	}

	/**
	 * Finds the bins nearest to a color, nearest first, equally near ones by index.
	 *
	 * @param a a*
	 * @param b b*
	 * @param bins receives the bins; its length, at most {@link #MAX_NEIGHBORS}, is their number
	 * @param squaredDistances receives their squared Euclidean distances
	 */
	public static void nearest(final float a, final float b, final int[] bins, final float[] squaredDistances) {
		final int k = bins.length;
		if (k < 1 || k > MAX_NEIGHBORS) {
			throw new IllegalArgumentException(
					"The number of neighbors must be from 1 to " + MAX_NEIGHBORS + " but is " + k + ".");
		}
		final int i = Math.round(a / STEP);
		final int j = Math.round(b / STEP);
		final boolean inside = onGrid(i) && onGrid(j);
		final short[] candidates = inside ? Candidates.AT_CELL[cell(i, j)] : null;
		final int count = inside ? candidates.length : COUNT;
		int found = 0;
		for (int c = 0; c < count; c++) {
			final int bin = inside ? candidates[c] : c;
			final float da = a - A[bin];
			final float db = b - B[bin];
			final float distance = da * da + db * db;
			if (found == k && distance >= squaredDistances[k - 1]) {
				continue;
			}
			// Candidates are sorted by index, so a strict comparison keeps that order for equal distances.
			int place = found < k ? found++ : k - 1;
			while (place > 0 && squaredDistances[place - 1] > distance) {
				squaredDistances[place] = squaredDistances[place - 1];
				bins[place] = bins[place - 1];
				place--;
			}
			squaredDistances[place] = distance;
			bins[place] = bin;
		}
	}

	// -- Ops --

	/**
	 * The colors of all bins, one pixel per bin. Fills an image, because the Ops engine does not find ops without
	 * parameters.
	 *
	 * @param ab (313, 1, 2), receives a* and b* of the bins in order
	 * @throws IllegalArgumentException if it has other dimensions
	 * @implNote op names='colorize.colorBins', type=Computer
	 */
	public static <T extends RealType<T>> void colorBins(final RandomAccessibleInterval<T> ab) {
		Rows.requireDimensions(ab, "ab", COUNT, 1, 2);
		final RandomAccess<T> place = Views.zeroMin(ab).randomAccess();
		for (int q = 0; q < COUNT; q++) {
			place.setPosition(q, 0);
			place.setPosition(0, 2);
			place.get().setReal(A[q]);
			place.setPosition(1, 2);
			place.get().setReal(B[q]);
		}
	}

	/**
	 * Quantizes colors to their nearest bins.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param bins (x, y), receives the bins, 0 to 312
	 * @throws IllegalArgumentException if the sizes differ or there are not two channels
	 * @implNote op names='colorize.quantize', type=Computer
	 */
	public static <T extends RealType<T>, I extends IntegerType<I>> void quantize(final RandomAccessibleInterval<T> ab,
			final RandomAccessibleInterval<I> bins) {
		Rows.requireChannels(ab, 2, "ab", bins, 1, "bins");
		Rows.transform(ab, bins, () -> (in, out, n) -> {
			for (int i = 0; i < n; i++) {
				out[0][i] = nearest(in[0][i], in[1][i]);
			}
		});
	}

	/**
	 * Quantizes colors to their nearest bins, in a new image.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @return (x, y): the bins, 0 to 312
	 * @throws IllegalArgumentException if there are not two channels
	 * @implNote op names='colorize.quantize', type=Function
	 */
	public static <T extends RealType<T>> Img<UnsignedShortType> quantize(final RandomAccessibleInterval<T> ab) {
		final Img<UnsignedShortType> bins = Rows.image(new UnsignedShortType(), ab, 1);
		quantize(ab, bins);
		return bins;
	}

	// -- Computing the bins --

	private static boolean onGrid(final int i) {
		return -REACH <= i && i <= REACH;
	}

	private static int cell(final int i, final int j) {
		return (i + REACH) * SIDE + j + REACH;
	}

	/** All bins that may be among the nearest of a color within half a step of a grid point. */
	private static short[] candidates(final int a, final int b) {
		final double[] distances = new double[COUNT];
		for (int q = 0; q < COUNT; q++) {
			distances[q] = Math.hypot(a - A[q], b - B[q]);
		}
		final double[] sorted = distances.clone();
		Arrays.sort(sorted);
		// A color is at most half a diagonal away from the grid point, which limits the change of each distance.
		final double limit = sorted[MAX_NEIGHBORS - 1] + STEP * Math.sqrt(2) + 1e-3;
		final short[] near = new short[COUNT];
		int count = 0;
		for (short q = 0; q < COUNT; q++) {
			if (distances[q] <= limit) {
				near[count++] = q;
			}
		}
		return Arrays.copyOf(near, count);
	}

	private static List<int[]> pointsInHull() {
		final List<double[]> hull = hull(gamutSurface());
		final boolean[] corner = new boolean[SIDE * SIDE];
		for (int i = -REACH; i < REACH; i++) {
			final double[] range = rangeInStrip(hull, i * STEP, (i + 1) * STEP);
			if (range == null) {
				continue;
			}
			// The hull is convex, so within a strip of cells it intersects exactly those in its range of b.
			for (int j = (int) Math.floor(range[0] / STEP); j <= (int) Math.floor(range[1] / STEP); j++) {
				corner[cell(i, j)] = true;
				corner[cell(i + 1, j)] = true;
				corner[cell(i, j + 1)] = true;
				corner[cell(i + 1, j + 1)] = true;
			}
		}
		final List<int[]> points = new ArrayList<>();
		for (int i = -REACH; i <= REACH; i++) {
			for (int j = -REACH; j <= REACH; j++) {
				if (corner[cell(i, j)]) {
					points.add(new int[] {i * STEP, j * STEP});
				}
			}
		}
		return points;
	}

	/**
	 * The (a, b) of colors on the faces of the sRGB cube. Their hull is that of the whole cube: for any direction in (a, b),
	 * changing the linear light of some primary moves further, until a face is reached.
	 */
	private static List<double[]> gamutSurface() {
		final int step = 3;
		final List<double[]> points = new ArrayList<>();
		final float[] lab = new float[3];
		for (int face = 0; face < 6; face++) {
			final int fixed = face < 3 ? 0 : 255;
			for (int u = 0; u <= 255; u += step) {
				for (int v = 0; v <= 255; v += step) {
					Lab.from8Bit(face % 3 == 0 ? fixed : u, face % 3 == 1 ? fixed : face % 3 == 0 ? u : v,
							face % 3 == 2 ? fixed : v, lab);
					points.add(new double[] {lab[1], lab[2]});
				}
			}
		}
		return points;
	}

	/** Convex hull by Andrew's monotone chain, counter-clockwise. */
	private static List<double[]> hull(final List<double[]> points) {
		points.sort(Comparator.<double[]>comparingDouble(p -> p[0]).thenComparingDouble(p -> p[1]));
		final List<double[]> hull = halfHull(points);
		Collections.reverse(points);
		final List<double[]> upper = halfHull(points);
		hull.addAll(upper);
		return hull;
	}

	private static List<double[]> halfHull(final List<double[]> sorted) {
		final List<double[]> chain = new ArrayList<>();
		for (final double[] p : sorted) {
			while (chain.size() >= 2) {
				final double[] o = chain.get(chain.size() - 2);
				final double[] q = chain.get(chain.size() - 1);
				if ((q[0] - o[0]) * (p[1] - o[1]) - (q[1] - o[1]) * (p[0] - o[0]) > 0) {
					break;
				}
				chain.remove(chain.size() - 1);
			}
			chain.add(p);
		}
		chain.remove(chain.size() - 1);
		return chain;
	}

	/** The range of b of a convex polygon between two values of a, or null outside the polygon. */
	private static double[] rangeInStrip(final List<double[]> polygon, final double from, final double to) {
		double min = Double.POSITIVE_INFINITY;
		double max = Double.NEGATIVE_INFINITY;
		for (int i = 0; i < polygon.size(); i++) {
			final double[] p = polygon.get(i);
			final double[] q = polygon.get((i + 1) % polygon.size());
			final double low = Math.max(from, Math.min(p[0], q[0]));
			final double high = Math.min(to, Math.max(p[0], q[0]));
			if (low > high) {
				continue;
			}
			for (final double a : new double[] {low, high}) {
				final double b = q[0] == p[0] ? p[1] : p[1] + (q[1] - p[1]) * (a - p[0]) / (q[0] - p[0]);
				min = Math.min(min, b);
				max = Math.max(max, b);
			}
		}
		return min > max ? null : new double[] {min, max};
	}
}
