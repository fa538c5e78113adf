/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;

/** {@link ColorBins} against the published bins and against brute force. */
class ColorBinsTest {

	@Test
	void binsEqualThePublishedOnesInOrder() {
		final double[][] published = Golden.binsAndPrior();
		assertEquals(313, published.length);
		assertEquals(313, ColorBins.COUNT);
		for (int q = 0; q < 313; q++) {
			assertEquals(published[q][0], ColorBins.a(q), "a of bin " + q);
			assertEquals(published[q][1], ColorBins.b(q), "b of bin " + q);
		}
		assertEquals(0, ColorBins.a(120));
		assertEquals(0, ColorBins.b(120));
		assertEquals(90, ColorBins.a(300));
		assertEquals(50, ColorBins.b(300));
	}

	@Test
	void opReturnsAPixelPerBin() {
		final Img<FloatType> ab = ArrayImgs.floats(313, 1, 2);
		ColorBins.colorBins(ab);
		final Img<UnsignedShortType> bins = ArrayImgs.unsignedShorts(313, 1);
		ColorBins.quantize(ab, bins);
		for (int q = 0; q < 313; q++) {
			assertEquals(q, bins.getAt(q, 0).get());
			assertEquals(ColorBins.a(q), ab.getAt(q, 0, 0).get());
			assertEquals(ColorBins.b(q), ab.getAt(q, 0, 1).get());
		}
		final Img<FloatType> around = ArrayImgs.floats(315, 3, 4);
		ColorBins.colorBins(Views.interval(around, new long[] {1, 1, 1}, new long[] {313, 1, 2}));
		assertEquals(ColorBins.b(312), around.getAt(313, 1, 2).get());
	}

	/**
	 * The bins come from a coarse grid on the cube's surface. No color of the full cube may need another bin, and the
	 * hull of all colors may reach no farther in any direction than that of the grid.
	 */
	@Test
	void hullOfTheCoarseSurfaceEqualsThatOfTheCube() {
		final boolean[][] corner = new boolean[30][30];
		for (int q = 0; q < ColorBins.COUNT; q++) {
			corner[(int) ColorBins.a(q) / 10 + 15][(int) ColorBins.b(q) / 10 + 15] = true;
		}
		final int directions = 360;
		final double[] full = new double[directions];
		final double[] coarse = new double[directions];
		final double[] cosines = IntStream.range(0, directions).mapToDouble(i -> Math.cos(Math.toRadians(i))).toArray();
		final double[] sines = IntStream.range(0, directions).mapToDouble(i -> Math.sin(Math.toRadians(i))).toArray();
		final float[] lab = new float[3];
		for (int rgb = 0; rgb < 1 << 24; rgb++) {
			final int r = rgb >> 16;
			final int g = rgb >> 8 & 0xff;
			final int b = rgb & 0xff;
			Lab.from8Bit(r, g, b, lab);
			final int i = (int) Math.floor(lab[1] / 10) + 15;
			final int j = (int) Math.floor(lab[2] / 10) + 15;
			assertTrue(isCell(corner, i, j));
			// A color amid the cells is far from the hull's edge.
			if (isCell(corner, i - 1, j - 1) && isCell(corner, i - 1, j + 1) && isCell(corner, i + 1, j - 1)
					&& isCell(corner, i + 1, j + 1)) {
				continue;
			}
			final boolean onGrid = (extreme(r) || extreme(g) || extreme(b)) && r % 3 == 0 && g % 3 == 0 && b % 3 == 0;
			for (int d = 0; d < directions; d++) {
				final double reach = lab[1] * cosines[d] + lab[2] * sines[d];
				full[d] = Math.max(full[d], reach);
				coarse[d] = onGrid ? Math.max(coarse[d], reach) : coarse[d];
			}
		}
		assertArrayEquals(full, coarse, 0.02);
	}

	private static boolean isCell(final boolean[][] corner, final int i, final int j) {
		return corner[i][j] && corner[i + 1][j] && corner[i][j + 1] && corner[i + 1][j + 1];
	}

	private static boolean extreme(final int value) {
		return value == 0 || value == 255;
	}

	@Test
	void nearestBinEqualsBruteForce() {
		final Random random = new Random(1);
		for (int i = 0; i < 200_000; i++) {
			final float reach = i % 4 == 0 ? 1000 : 130;
			assertNearest((random.nextFloat() * 2 - 1) * reach, (random.nextFloat() * 2 - 1) * reach);
		}
	}

	@Test
	void tiesSelectTheFirstBin() {
		for (int a = -250; a <= 250; a += 5) {
			for (int b = -250; b <= 250; b += 5) {
				assertNearest(a, b);
			}
		}
		assertEquals(120, ColorBins.nearest(5, 5));
	}

	private static void assertNearest(final float a, final float b) {
		int best = 0;
		double least = Double.POSITIVE_INFINITY;
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final float da = a - ColorBins.a(q);
			final float db = b - ColorBins.b(q);
			final float distance = da * da + db * db;
			if (distance < least) {
				least = distance;
				best = q;
			}
		}
		final int bin = ColorBins.nearest(a, b);
		// The rule of ties holds exactly where the distances are exact.
		if (a == Math.rint(a) && b == Math.rint(b)) {
			assertEquals(best, bin, "nearest of " + a + ", " + b);
		}
		assertEquals(least, Math.pow(a - ColorBins.a(bin), 2) + Math.pow(b - ColorBins.b(bin), 2), 1e-6 * (1 + least));
	}

	@Test
	void nearestNeighborsEqualBruteForceInOrder() {
		final Random random = new Random(2);
		for (int i = 0; i < 3000; i++) {
			final boolean whole = i % 2 == 0;
			final float reach = i % 5 == 0 ? 600 : 130;
			final float a = whole ? Math.round((random.nextFloat() * 2 - 1) * reach) : (random.nextFloat() * 2 - 1) * reach;
			final float b = whole ? Math.round((random.nextFloat() * 2 - 1) * reach) : (random.nextFloat() * 2 - 1) * reach;
			final int k = 1 + random.nextInt(ColorBins.MAX_NEIGHBORS);
			final int[] bins = new int[k];
			final float[] distances = new float[k];
			ColorBins.nearest(a, b, bins, distances);
			final float[] all = new float[ColorBins.COUNT];
			for (int q = 0; q < all.length; q++) {
				final float da = a - ColorBins.a(q);
				final float db = b - ColorBins.b(q);
				all[q] = da * da + db * db;
			}
			final int[] expected = IntStream.range(0, ColorBins.COUNT).boxed()
					.sorted((p, q) -> Float.compare(all[p], all[q])).limit(k).mapToInt(q -> q).toArray();
			assertArrayEquals(expected, bins, k + " nearest of " + a + ", " + b);
			for (int n = 0; n < k; n++) {
				assertEquals(all[bins[n]], distances[n]);
			}
		}
	}

	@Test
	void hugeColorsHaveABin() {
		final float[] extremes = {-Float.MAX_VALUE, -1e12f, 1e12f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
		for (final float extreme : extremes) {
			final int bin = ColorBins.nearest(extreme, 0);
			assertTrue(bin >= 0 && bin < ColorBins.COUNT);
		}
		assertEquals(-90, ColorBins.a(ColorBins.nearest(-1e6f, 70)));
	}

	@Test
	void numberOfNeighborsIsLimited() {
		for (final int k : new int[] {0, ColorBins.MAX_NEIGHBORS + 1}) {
			assertEquals("The number of neighbors must be from 1 to 32 but is " + k + ".",
					assertThrows(IllegalArgumentException.class, () -> ColorBins.nearest(0, 0, new int[k], new float[k]))
							.getMessage());
		}
	}
}
