/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.parallel.Parallelization;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Test;

/** {@link ColorPrior} on the published prior and on small images. */
class ColorPriorTest {

	@Test
	void thePublishedPriorHasThePublishedEntropy() {
		assertEquals(3.4369, ColorPrior.entropy(Golden.prior()), 5e-5);
	}

	@Test
	void entropyOfTheUniformPriorIsTheLogarithmOf313() {
		final double[] uniform = new double[ColorBins.COUNT];
		Arrays.fill(uniform, 1.0 / ColorBins.COUNT);
		assertEquals(Math.log(313), ColorPrior.entropy(uniform), 1e-12);
		assertEquals(0, ColorPrior.entropy(only(7)), 0);
	}

	@Test
	void rebalancingWeightsOfThePublishedPriorAreGolden() {
		final double[] weights = ColorPrior.rebalancingWeights(Golden.prior(), null);
		final Map<String, Object> golden = Golden.map("weights").get("lambda0.5");
		final double[] sorted = weights.clone();
		Arrays.sort(sorted);
		assertEquals(Golden.number(golden.get("min")), sorted[0], 1e-12);
		assertEquals(Golden.number(golden.get("max")), sorted[312], 1e-12);
		assertEquals(Golden.number(golden.get("median")), sorted[156], 1e-12);
		assertEquals(Golden.number(golden.get("mean")), Arrays.stream(weights).average().getAsDouble(), 1e-12);
		assertArrayEquals(Golden.numbers(golden.get("first5")), Arrays.copyOf(weights, 5), 1e-12);
		assertEquals(Golden.number(golden.get("idx120_(0,0)")), weights[120], 1e-12);
		assertEquals(Golden.number(golden.get("idx121_(0,10)")), weights[121], 1e-12);
	}

	@Test
	void lambdaOneDoesNotRebalance() {
		final double[] ones = new double[ColorBins.COUNT];
		Arrays.fill(ones, 1);
		assertArrayEquals(ones, ColorPrior.rebalancingWeights(Golden.prior(), 1.0), 1e-12);
	}

	@Test
	void lambdaZeroIsInverseFrequency() {
		final double[] prior = Golden.prior();
		final double[] weights = ColorPrior.rebalancingWeights(prior, 0.0);
		for (int q = 0; q < weights.length; q++) {
			assertEquals(1 / (313 * prior[q]), weights[q], 1e-9 * weights[q]);
		}
		assertEquals(0.0159, weights[120], 5e-5);
		assertEquals(526_215, Arrays.stream(weights).max().getAsDouble(), 1);
	}

	@Test
	void weightsHaveMeanOneUnderThePrior() {
		final double[] prior = Golden.prior();
		for (final double lambda : new double[] {0, 0.1, 0.5, 0.9, 1}) {
			final double[] weights = ColorPrior.rebalancingWeights(prior, lambda);
			double mean = 0;
			for (int q = 0; q < weights.length; q++) {
				mean += prior[q] * weights[q];
			}
			assertEquals(1, mean, 1e-12);
		}
	}

	@Test
	void emptyBinHasAnInfiniteWeightOnlyAtLambdaZero() {
		assertEquals(Double.POSITIVE_INFINITY, ColorPrior.rebalancingWeights(only(7), 0.0)[8]);
		assertEquals(1, ColorPrior.rebalancingWeights(only(7), 0.0)[7], 1e-12);
		assertEquals(1, ColorPrior.rebalancingWeights(only(7), 0.5)[7], 1e-12);
		assertEquals(0.5 + 0.5 / 313, ColorPrior.rebalancingWeights(only(7), 0.5)[8] * 0.5 / 313, 1e-12);
	}

	@Test
	void priorOfAnImageDoesNotDependOnThreads() {
		final Random random = new Random(4);
		final Img<FloatType> ab = ArrayImgs.floats(13, 9, 2);
		ab.forEach(value -> value.set((float) (25 * random.nextGaussian())));
		final ColorPrior pixels = new ColorPrior(5, 5);
		for (int y = 0; y < 9; y++) {
			for (int x = 0; x < 13; x++) {
				pixels.add(ab.getAt(x, y, 0).get(), ab.getAt(x, y, 1).get());
			}
		}
		final double[] one = Parallelization.runSingleThreaded(() -> ColorPrior.of(ab, null, null));
		final double[] many = Parallelization.runWithNumThreads(5, () -> ColorPrior.of(ab, null, null));
		assertArrayEquals(one, many, 0);
		assertArrayEquals(pixels.probabilities(), one, 1e-12);
		assertEquals(1, Arrays.stream(one).sum(), 1e-6);
		assertEquals(13 * 9, pixels.pixels());
	}

	@Test
	void priorOfOneColorIsItsSoftEncoding() {
		final ColorPrior prior = new ColorPrior(5, 5);
		prior.add(0, 0);
		prior.add(0, 0);
		assertEquals(0.648786, prior.probabilities()[120], 2e-6);
		assertEquals(0.087804, prior.probabilities()[121], 2e-6);
	}

	@Test
	void emptyPriorHasNoProbabilities() {
		assertEquals("A color prior needs at least one pixel.",
				assertThrows(IllegalStateException.class, new ColorPrior(5, 5)::probabilities).getMessage());
	}

	@Test
	void invalidPriorsAreRefused() {
		assertEquals("A color prior needs 313 probabilities but has 2.",
				assertThrows(IllegalArgumentException.class, () -> ColorPrior.entropy(new double[2])).getMessage());
		final double[] negative = only(7);
		negative[3] = -0.1;
		final double[] unknown = only(7);
		unknown[3] = Double.NaN;
		for (final double[] wrong : new double[][] {negative, unknown, new double[ColorBins.COUNT]}) {
			assertEquals("A color prior needs probabilities of 0 or more, and not only zeros.",
					assertThrows(IllegalArgumentException.class, () -> ColorPrior.rebalancingWeights(wrong, 0.5))
							.getMessage());
		}
		assertEquals("lambda must be from 0 to 1 but is 1.5.",
				assertThrows(IllegalArgumentException.class, () -> ColorPrior.rebalancingWeights(only(1), 1.5))
						.getMessage());
	}

	private static double[] only(final int bin) {
		final double[] prior = new double[ColorBins.COUNT];
		prior[bin] = 1;
		return prior;
	}
}
