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

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

/** {@link ErrorCurve} on cases small enough to do by hand. */
class ErrorCurveTest {

	@Test
	void perfectPredictionHasFullArea() {
		final ErrorCurve errors = new ErrorCurve();
		errors.add(12, -34, 12, -34);
		errors.add(0, 0, 0, 0);
		assertEquals(100, errors.aucRaw(), 1e-9);
		assertEquals(100, errors.aucRebalanced(), 1e-9);
		assertEquals(100, errors.aucRebalanced(Golden.prior()), 1e-9);
		assertEquals(0, errors.rmse());
	}

	@Test
	void curveCountsErrorsUpToEachThreshold() {
		final ErrorCurve errors = new ErrorCurve();
		errors.add(3, 4, 0, 0);
		errors.add(0, 0.5f, 0, 0);
		errors.add(-200, 0, 0, 0);
		errors.add(150, 0, 0, 0);
		final double[] curve = errors.raw();
		assertEquals(151, curve.length);
		assertEquals(0, curve[0]);
		assertEquals(0.25, curve[1]);
		assertEquals(0.25, curve[4]);
		assertEquals(0.5, curve[5]);
		assertEquals(0.5, curve[149]);
		assertEquals(0.75, curve[150]);
		assertEquals(4, errors.pixels());
	}

	@Test
	void areaIsExactBetweenThresholds() {
		final ErrorCurve errors = new ErrorCurve();
		errors.add(0.25f, 0, 0, 0);
		assertEquals(100 * (1 - 0.25 / 150), errors.aucRaw(), 1e-9);
		errors.add(400, 0, 0, 0);
		assertEquals(50 * (1 - 0.25 / 150), errors.aucRaw(), 1e-9);
	}

	@Test
	void areaIsOneMinusTheMeanError() {
		final Random random = new Random(10);
		final ErrorCurve errors = new ErrorCurve();
		double mean = 0;
		for (int i = 0; i < 20_000; i++) {
			final float error = 120 * random.nextFloat();
			errors.add(error, 0, 0, 0);
			mean += error / 20_000;
		}
		assertEquals(100 * (1 - mean / 150), errors.aucRaw(), 1e-6);
		final double[] curve = errors.raw();
		final double trapezoids = Arrays.stream(curve).sum() - (curve[0] + curve[150]) / 2;
		assertEquals(100 * trapezoids / 150, errors.aucRaw(), 0.01);
	}

	@Test
	void rebalancingWeightsOccurringBinsEqually() {
		final ErrorCurve errors = new ErrorCurve();
		for (int i = 0; i < 9; i++) {
			errors.add(0, 0, 0, 0);
		}
		errors.add(0, 0, 60, 0);
		assertEquals(0.9, errors.raw()[10], 1e-12);
		assertEquals(0.5, errors.rebalanced()[10], 1e-12);
		assertEquals(1, errors.rebalanced()[60], 1e-12);
	}

	@Test
	void priorWeightsBinsByInverseProbability() {
		final ErrorCurve errors = new ErrorCurve();
		errors.add(0, 0, 0, 0);
		errors.add(0, 0, 60, 0);
		final double[] prior = new double[ColorBins.COUNT];
		Arrays.fill(prior, 0.2 / 312);
		prior[120] = 0.8;
		final double common = 1 / 0.8;
		final double rare = 312 / 0.2;
		assertEquals(common / (common + rare), errors.rebalanced(prior)[10], 1e-12);
	}

	@Test
	void binsOfPriorZeroMustNotOccur() {
		final ErrorCurve errors = new ErrorCurve();
		errors.add(0, 0, 0, 0);
		final double[] prior = new double[ColorBins.COUNT];
		prior[120] = 1;
		assertEquals(100, errors.aucRebalanced(prior), 1e-9);
		errors.add(0, 0, 0, 10);
		assertEquals(
				"The color prior is 0 at bin 121 (a 0.0, b 10.0), which occurs among the true colors; "
						+ "use a smoothed prior.",
				assertThrows(IllegalArgumentException.class, () -> errors.rebalanced(prior)).getMessage());
	}

	@Test
	void mergedCountsEqualThoseOfAllPixels() {
		final Random random = new Random(11);
		final ErrorCurve first = new ErrorCurve();
		final ErrorCurve second = new ErrorCurve();
		final ErrorCurve pooled = new ErrorCurve();
		for (int i = 0; i < 500; i++) {
			final float[] ab = new float[4];
			for (int c = 0; c < 4; c++) {
				ab[c] = (float) (30 * random.nextGaussian());
			}
			(i % 3 == 0 ? first : second).add(ab[0], ab[1], ab[2], ab[3]);
			pooled.add(ab[0], ab[1], ab[2], ab[3]);
		}
		first.add(second);
		assertArrayEquals(pooled.raw(), first.raw(), 0);
		assertArrayEquals(pooled.rebalanced(), first.rebalanced(), 0);
		assertArrayEquals(pooled.rebalanced(Golden.prior()), first.rebalanced(Golden.prior()), 0);
		assertEquals(pooled.rmse(), first.rmse(), 1e-9);
		assertEquals(pooled.meanChroma(), first.meanChroma(), 1e-9);
		assertEquals(pooled.meanTrueChroma(), first.meanTrueChroma(), 1e-9);
		assertEquals(500, first.pixels());
	}

	@Test
	void meansAgreeWithTheDefinition() {
		final ErrorCurve errors = new ErrorCurve();
		errors.add(3, 4, 0, 0);
		errors.add(0, 0, 6, 8);
		assertEquals(Math.sqrt((25 + 100) / 4.0), errors.rmse(), 1e-9);
		assertEquals(2.5, errors.meanChroma(), 1e-9);
		assertEquals(5, errors.meanTrueChroma(), 1e-9);
	}

	@Test
	void nanPredictionIsAnError() {
		final ErrorCurve errors = new ErrorCurve();
		errors.add(Float.NaN, 0, 0, 0);
		assertEquals(0, errors.aucRaw());
		assertTrue(Double.isNaN(errors.rmse()));
	}

	@Test
	void emptyCurveIsRefused() {
		assertEquals("An error curve needs at least one pixel.",
				assertThrows(IllegalStateException.class, new ErrorCurve()::raw).getMessage());
		assertThrows(IllegalStateException.class, new ErrorCurve()::rebalanced);
		assertThrows(IllegalStateException.class, () -> new ErrorCurve().rebalanced(Golden.prior()));
	}
}
