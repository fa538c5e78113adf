/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;

import org.junit.jupiter.api.Test;

/** {@link ChromaUpsampling} against known values and a plain implementation of PyTorch's rule. */
class ChromaUpsamplingTest {

	@Test
	void theSameSizeIsIdentity() {
		final float[] small = random(7 * 5);
		assertArrayEquals(small, enlarge(small, 7, 5, 7, 5));
	}

	@Test
	void constantsStayConstant() {
		for (final float value : enlarge(new float[] {8, 8, 8, 8, 8, 8}, 3, 2, 17, 23)) {
			assertEquals(8, value);
		}
	}

	/** What PyTorch gives for interpolate(scale_factor=2, mode="bilinear", align_corners=False). */
	@Test
	void doublingUsesQuartersAndRepeatsTheBorder() {
		assertArrayEquals(new float[] {0, 1, 3, 4}, enlarge(new float[] {0, 4}, 2, 1, 4, 1));
		assertArrayEquals(new float[] {0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12},
				enlarge(new float[] {0, 4, 8, 12}, 2, 2, 4, 4), 1e-6f);
	}

	@Test
	void singlePixelsAndLinesSpread() {
		assertArrayEquals(new float[] {5, 5, 5, 5, 5, 5}, enlarge(new float[] {5}, 1, 1, 3, 2));
		assertArrayEquals(new float[] {0, 0, 1, 1, 3, 3, 4, 4}, enlarge(new float[] {0, 4}, 1, 2, 2, 4));
		assertArrayEquals(new float[] {2}, enlarge(new float[] {0, 4}, 2, 1, 1, 1));
	}

	@Test
	void anyRatioAgreesWithTheFormula() {
		final int[][] sizes = {{64, 48, 301, 233}, {5, 3, 7, 7}, {3, 9, 8, 4}, {1, 13, 5, 40}, {10, 10, 3, 3}};
		for (final int[] s : sizes) {
			final float[] small = random(s[0] * s[1]);
			final float[] large = enlarge(small, s[0], s[1], s[2], s[3]);
			for (int y = 0; y < s[3]; y++) {
				for (int x = 0; x < s[2]; x++) {
					assertEquals(plain(small, s, x, y), large[y * s[2] + x], 1e-4);
				}
			}
		}
	}

	private static double plain(final float[] small, final int[] s, final int x, final int y) {
		final double px = Math.max(0, (x + 0.5) * s[0] / s[2] - 0.5);
		final double py = Math.max(0, (y + 0.5) * s[1] / s[3] - 0.5);
		double sum = 0;
		for (int dy = 0; dy < 2; dy++) {
			for (int dx = 0; dx < 2; dx++) {
				final int ix = Math.min(s[0] - 1, (int) px + dx);
				final int iy = Math.min(s[1] - 1, (int) py + dy);
				final double shareX = dx == 0 ? 1 - px + (int) px : px - (int) px;
				final double shareY = dy == 0 ? 1 - py + (int) py : py - (int) py;
				sum += shareX * shareY * small[iy * s[0] + ix];
			}
		}
		return sum;
	}

	/** Enlarges a plane as a*, and its negative as b*, which has to come out as the negative. */
	private static float[] enlarge(final float[] small, final int width, final int height, final int outputWidth,
			final int outputHeight) {
		final float[] negative = small.clone();
		for (int i = 0; i < negative.length; i++) {
			negative[i] = -small[i];
		}
		final ChromaUpsampling upsampling =
				new ChromaUpsampling(small, negative, width, height, outputWidth, outputHeight);
		final float[] large = new float[outputWidth * outputHeight];
		final float[] rowA = new float[outputWidth];
		final float[] rowB = new float[outputWidth];
		for (int y = 0; y < outputHeight; y++) {
			upsampling.row(y, rowA, rowB);
			for (int x = 0; x < outputWidth; x++) {
				large[y * outputWidth + x] = rowA[x];
				assertEquals(-rowA[x], rowB[x], 0f);
			}
		}
		return large;
	}

	private static float[] random(final int n) {
		final Random random = new Random(8);
		final float[] values = new float[n];
		for (int i = 0; i < n; i++) {
			values[i] = 200 * random.nextFloat() - 100;
		}
		return values;
	}
}
