/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

/**
 * Hints on different cells of a grid.
 *
 * @param cell the cell of each hint
 * @param a a* of each hint; NaN for a hint that keeps the prediction
 * @param b b* of each hint
 */
record HintSeeds(int[] cell, float[] a, float[] b) {

	/** Hints that are propagated one by one; if more cells have hints, those of neighboring cells are averaged. */
	static final int MAX_COUNT = 512;

	int count() {
		return cell.length;
	}

	/** The values to interpolate: 1 for a color or 0 for a hint that keeps the prediction, and this times a* and b*. */
	float[][] values() {
		final float[][] values = new float[3][count()];
		for (int i = 0; i < count(); i++) {
			if (!Float.isNaN(a[i])) {
				values[0][i] = 1;
				values[1][i] = a[i];
				values[2][i] = b[i];
			}
		}
		return values;
	}

	/** Averages the hints of each cell, or of blocks of cells if too many cells have one. */
	static HintSeeds of(final int[] cells, final float[] a, final float[] b, final int width, final int height) {
		HintSeeds seeds = averaged(cells, a, b, width, height, 1);
		for (int block = 2; seeds.count() > MAX_COUNT; block++) {
			seeds = averaged(cells, a, b, width, height, block);
		}
		return seeds;
	}

	private static HintSeeds averaged(final int[] cells, final float[] a, final float[] b, final int width,
			final int height, final int block) {
		final int blocksWide = (width + block - 1) / block;
		final int blocks = blocksWide * ((height + block - 1) / block);
		final double[][] sums = new double[blocks][];
		for (int i = 0; i < cells.length; i++) {
			final int k = cells[i] / width / block * blocksWide + cells[i] % width / block;
			if (sums[k] == null) {
				sums[k] = new double[] {0, 0, 0, cells[i]};
			}
			if (!Float.isNaN(a[i])) {
				if (sums[k][0] == 0) {
					sums[k][3] = cells[i];
				}
				sums[k][0]++;
				sums[k][1] += a[i];
				sums[k][2] += b[i];
			}
		}
		final double[][] found = Arrays.stream(sums).filter(sum -> sum != null).toArray(double[][]::new);
		final HintSeeds seeds = new HintSeeds(new int[found.length], new float[found.length], new float[found.length]);
		for (int k = 0; k < found.length; k++) {
			// Colors take precedence in a cell with both kinds of hints; without colors, 0 / 0 is NaN.
			seeds.cell[k] = (int) found[k][3];
			seeds.a[k] = (float) (found[k][1] / found[k][0]);
			seeds.b[k] = (float) (found[k][2] / found[k][0]);
		}
		return seeds;
	}
}
