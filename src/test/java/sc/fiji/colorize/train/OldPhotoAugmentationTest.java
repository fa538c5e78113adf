/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

class OldPhotoAugmentationTest {

	private static final int SIDE = 16;

	/** Black on the left, a color on the right. */
	private static float[][] halves(final float red, final float green, final float blue) {
		final float[][] linear = new float[3][SIDE * SIDE];
		for (int i = 0; i < SIDE * SIDE; i++) {
			if (i % SIDE >= SIDE / 2) {
				linear[0][i] = red;
				linear[1][i] = green;
				linear[2][i] = blue;
			}
		}
		return linear;
	}

	/** Mean lightness of the left and the right half over many augmentations. */
	private static double[] means(final float[][] linear) {
		final double[] means = new double[2];
		final int prints = 200;
		for (int seed = 0; seed < prints; seed++) {
			final float[] lightness = new OldPhotoAugmentation(new SplittableRandom(seed)).lightness(linear, SIDE);
			for (int i = 0; i < lightness.length; i++) {
				assertTrue(lightness[i] >= 0 && lightness[i] <= 100);
				means[i % SIDE / (SIDE / 2)] += lightness[i] / lightness.length * 2 / prints;
			}
		}
		return means;
	}

	@Test
	void reducesContrast() {
		final double[] means = means(halves(1, 1, 1));
		assertTrue(means[0] > 8 && means[0] < 20, "black " + means[0]);
		assertTrue(means[1] > 80 && means[1] < 92, "white " + means[1]);
	}

	@Test
	void darkensRed() {
		final double red = means(halves(1, 0, 0))[1];
		final double gray = means(halves(0.2126f, 0.2126f, 0.2126f))[1];
		assertTrue(red < gray - 5, red + " for red, " + gray + " for a gray as light");
	}

	@Test
	void equalRandomNumbersGiveEqualResults() {
		final float[][] linear = halves(0.5f, 0.2f, 0.1f);
		assertArrayEquals(new OldPhotoAugmentation(new SplittableRandom(3)).lightness(linear, SIDE),
				new OldPhotoAugmentation(new SplittableRandom(3)).lightness(linear, SIDE));
	}
}
