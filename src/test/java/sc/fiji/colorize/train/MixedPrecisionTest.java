/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.train.Batches.Batch;
import sc.fiji.colorize.train.TrainOptions.Stage;

/** A training step in bfloat16 equals the step in float32 up to rounding. */
class MixedPrecisionTest {

	private static final Batch BATCH = TrialTraining.batch(32, 4, new Random(2));

	private static TrainerFixture fixture(final Precision precision) {
		return new TrainerFixture(
				TrainOptions.defaults().width(0.125).schedule(List.of(new Stage(32, 4, 1))).precision(precision));
	}

	@Test
	void gradientIsParallelToFloat32() {
		try (TrainerFixture exact = fixture(Precision.FLOAT32); TrainerFixture mixed = fixture(Precision.BFLOAT16)) {
			final Map<String, float[]> expected = exact.gradients(BATCH);
			final Map<String, float[]> actual = mixed.gradients(BATCH);
			assertEquals(expected.keySet(), actual.keySet());
			int equal = 0;
			for (final String name : expected.keySet()) {
				final float[] e = expected.get(name);
				final float[] a = actual.get(name);
				equal += Arrays.equals(e, a) ? 1 : 0;
				// For random input, rounding errors are visible and grow with the number of layers.
				final double least = name.startsWith("mean.model8.6") ? 0.97 : 0.2;
				assertTrue(cosine(e, a) > least, name + ": cosine " + cosine(e, a));
			}
			assertTrue(equal < expected.size() / 2, "bfloat16 must round");
		}
	}

	@Test
	void runningStatisticsEqualFloat32() {
		try (TrainerFixture exact = fixture(Precision.FLOAT32); TrainerFixture mixed = fixture(Precision.BFLOAT16)) {
			final double[] losses = {exact.step(BATCH), mixed.step(BATCH)};
			assertEquals(losses[0], losses[1], 0.02 * losses[0]);
			assertNotEquals(losses[0], losses[1]);
			for (final String name : List.of("model1.4.running_mean", "model7.6.running_var")) {
				final float[] e = exact.values().get(name);
				float largest = 0;
				for (final float value : e) {
					largest = Math.max(largest, Math.abs(value));
				}
				assertArrayEquals(e, mixed.values().get(name), 0.02f * largest, name);
			}
		}
	}

	private static double cosine(final float[] a, final float[] b) {
		double ab = 0;
		double aa = 0;
		double bb = 0;
		for (int i = 0; i < a.length; i++) {
			ab += (double) a[i] * b[i];
			aa += (double) a[i] * a[i];
			bb += (double) b[i] * b[i];
		}
		return ab / Math.sqrt(Math.max(1e-60, aa * bb));
	}
}
