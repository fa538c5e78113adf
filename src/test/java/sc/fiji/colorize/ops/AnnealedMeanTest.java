/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

/** {@link AnnealedMean} against golden values and the formula in double precision. */
class AnnealedMeanTest {

	@Test
	void goldenDistributionDecodesAtEachTemperature() {
		for (final Map<String, Object> entry : Golden.list("annealed")) {
			final double[] expected = Golden.numbers(entry.get("ab"));
			final float[] ab = decode(goldenLogits(), Golden.number(entry.get("T")));
			assertEquals(expected[0], ab[0], 1e-4, entry.toString());
			assertEquals(expected[1], ab[1], 1e-4, entry.toString());
		}
	}

	@Test
	void decodingAtTemperatureOneIsTheMean() {
		final float[] logits = randomLogits(1, 5);
		double sum = 0, a = 0, b = 0;
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final double weight = Math.exp(logits[q]);
			sum += weight;
			a += weight * ColorBins.a(q);
			b += weight * ColorBins.b(q);
		}
		assertArrayEquals(new float[] {(float) (a / sum), (float) (b / sum)}, decode(logits, 1), 1e-4f);
	}

	@Test
	void decodingAtTemperatureZeroIsTheFirstMode() {
		assertArrayEquals(new float[] {0, 0}, decode(goldenLogits(), 0));
		final float[] logits = new float[ColorBins.COUNT];
		logits[300] = 3;
		logits[120] = 3;
		assertArrayEquals(new float[] {0, 0}, decode(logits, 0));
		logits[300] = 4;
		assertArrayEquals(new float[] {90, 50}, decode(logits, 0));
	}

	@Test
	void lowTemperaturesApproachTheMode() {
		for (int seed = 0; seed < 20; seed++) {
			final float[] logits = randomLogits(seed, 4);
			for (final double cold : new double[] {1e-5, 1e-30, Double.MIN_VALUE}) {
				assertArrayEquals(decode(logits, 0), decode(logits, cold), 1e-4f);
			}
		}
	}

	@Test
	void runsOfCellsAgreeWithTheFormula() {
		final Random random = new Random(5);
		final double[] temperatures = {0.01, 0.1, 0.38, 0.7, 1};
		final int[] lengths = {1, 2, 63, 1023, 1024, 1025, 2500};
		for (final int n : lengths) {
			final int offset = random.nextInt(10);
			final int stride = n + random.nextInt(10);
			final float[] logits = new float[offset + ColorBins.COUNT * stride];
			for (int i = 0; i < logits.length; i++) {
				logits[i] = (float) (3 * random.nextGaussian());
			}
			final float[] a = new float[n];
			final float[] b = new float[n];
			final double temperature = temperatures[random.nextInt(temperatures.length)];
			AnnealedMean.decode(logits, offset, stride, temperature, a, b);
			for (int i = 0; i < n; i++) {
				final double[] exact = exact(logits, offset + i, stride, temperature);
				assertEquals(exact[0], a[i], 1e-4);
				assertEquals(exact[1], b[i], 1e-4);
			}
		}
	}

	@Test
	void largeLogitsDoNotOverflow() {
		for (final float size : new float[] {1e4f, -1e4f, 1e30f, -1e30f, 3e38f}) {
			final float[] logits = new float[ColorBins.COUNT];
			Arrays.fill(logits, size / 2);
			logits[300] = size;
			logits[121] = size;
			final float[] expected = size > 0 ? new float[] {45, 30} : null;
			final float[] ab = decode(logits, 0.38);
			assertTrue(Math.abs(ab[0]) <= 100 && Math.abs(ab[1]) <= 110);
			if (expected != null) {
				assertArrayEquals(expected, ab, 1e-4f);
			}
		}
	}

	@Test
	void minusInfinityIsProbabilityZero() {
		final float[] logits = new float[ColorBins.COUNT];
		Arrays.fill(logits, Float.NEGATIVE_INFINITY);
		logits[120] = -20;
		logits[121] = -20;
		assertArrayEquals(new float[] {0, 5}, decode(logits, 0.38), 1e-5f);
		assertEquals(Math.log(2), entropy(logits), 1e-6);
		Arrays.fill(logits, Float.NEGATIVE_INFINITY);
		assertEquals(Math.log(313), entropy(logits), 1e-5);
		assertArrayEquals(decode(new float[ColorBins.COUNT], 1), decode(logits, 1), 1e-4f);
	}

	@Test
	void nanLogitAffectsOnlyItsCell() {
		final float[] logits = new float[2 * ColorBins.COUNT];
		logits[2 * 120] = 3;
		logits[2 * 120 + 1] = Float.NaN;
		final float[] a = new float[2];
		final float[] b = new float[2];
		AnnealedMean.decode(logits, 0, 2, 0.38, a, b);
		assertTrue(Float.isFinite(a[0]) && Float.isFinite(b[0]));
		assertTrue(Float.isNaN(a[1]) && Float.isNaN(b[1]));
	}

	@Test
	void entropyOfKnownDistributionsIsRight() {
		assertEquals(Math.log(313), entropy(new float[ColorBins.COUNT]), 1e-5);
		final float[] logits = new float[ColorBins.COUNT];
		logits[5] = 1000;
		assertEquals(0, entropy(logits), 1e-30);
		final double[] prior = Golden.prior();
		for (int q = 0; q < logits.length; q++) {
			logits[q] = (float) (Math.log(prior[q]) + 17);
		}
		assertEquals(ColorPrior.entropy(prior), entropy(logits), 5e-6);
	}

	@Test
	void powersOfTwoAreWithinTheirBound() {
		final int n = 1000;
		final float[] exponents = new float[n];
		final float[] powers = new float[n];
		final float[] scratch = new float[n];
		for (int start = -125; start < 0; start++) {
			for (int i = 0; i < n; i++) {
				exponents[i] = start + (i + 1) / (float) n;
			}
			AnnealedMean.powersOfTwo(exponents, powers, scratch, n);
			for (int i = 0; i < n; i++) {
				assertEquals(1, powers[i] / Math.pow(2, exponents[i]), 2e-7);
			}
		}
		exponents[0] = 0;
		exponents[1] = -125;
		exponents[2] = Float.NaN;
		AnnealedMean.powersOfTwo(exponents, powers, scratch, 3);
		assertEquals(1, powers[0]);
		assertEquals(0x1p-125f, powers[1]);
		assertTrue(Float.isNaN(powers[2]));
	}

	private static float[] goldenLogits() {
		final float[] logits = new float[ColorBins.COUNT];
		logits[120] = 2;
		logits[121] = 1.5f;
		logits[300] = 1.9f;
		return logits;
	}

	private static float[] randomLogits(final long seed, final double deviation) {
		final Random random = new Random(seed);
		final float[] logits = new float[ColorBins.COUNT];
		for (int q = 0; q < logits.length; q++) {
			logits[q] = (float) (deviation * random.nextGaussian());
		}
		return logits;
	}

	private static float[] decode(final float[] logits, final double temperature) {
		final float[] a = new float[1];
		final float[] b = new float[1];
		AnnealedMean.decode(logits, 0, 1, temperature, a, b);
		return new float[] {a[0], b[0]};
	}

	private static float entropy(final float[] logits) {
		final float[] entropy = new float[1];
		AnnealedMean.entropy(logits, 0, 1, entropy);
		return entropy[0];
	}

	/** The annealed mean of one place in double precision. */
	static double[] exact(final float[] logits, final int offset, final int stride, final double temperature) {
		double largest = Double.NEGATIVE_INFINITY;
		for (int q = 0; q < ColorBins.COUNT; q++) {
			largest = Math.max(largest, logits[offset + q * stride]);
		}
		double sum = 0, a = 0, b = 0;
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final double weight = Math.exp((logits[offset + q * stride] - largest) / temperature);
			sum += weight;
			a += weight * ColorBins.a(q);
			b += weight * ColorBins.b(q);
		}
		return new double[] {a / sum, b / sum};
	}
}
