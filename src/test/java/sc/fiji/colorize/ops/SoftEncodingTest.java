/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Random;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Test;

/** {@link SoftEncoding} against golden values, and its two forms against each other. */
class SoftEncodingTest {

	@Test
	void goldenColorsHaveTheirNeighborsInOrder() {
		for (final Map<String, Object> entry : Golden.list("softenc")) {
			final double[] ab = Golden.numbers(entry.get("ab"));
			final double[] expectedBins = Golden.numbers(entry.get("idx"));
			final double[] expectedWeights = Golden.numbers(entry.get("w"));
			final int[] bins = new int[expectedBins.length];
			final float[] weights = new float[bins.length];
			SoftEncoding.encode((float) ab[0], (float) ab[1], Golden.number(entry.get("sigma")), bins, weights);
			for (int i = 0; i < bins.length; i++) {
				assertEquals(expectedBins[i], bins[i], entry.toString());
				assertEquals(expectedWeights[i], weights[i], 2e-6, entry.toString());
			}
			assertEquals(Golden.number(entry.get("argmax")), ColorBins.nearest((float) ab[0], (float) ab[1]));
		}
	}

	@Test
	void weightsSumToOneForDistantColors() {
		final int[] bins = new int[5];
		final float[] weights = new float[5];
		for (final float reach : new float[] {1, 50, 300, 1e4f}) {
			SoftEncoding.encode(reach, -reach / 3, 5, bins, weights);
			float sum = 0;
			for (final float weight : weights) {
				sum += weight;
			}
			assertEquals(1, sum, 1e-6);
		}
	}

	@Test
	void imagesAndPixelsAreEncodedAlike() {
		final int width = 7;
		final int height = 5;
		final Img<FloatType> ab = ArrayImgs.floats(width, height, 2);
		final Random random = new Random(3);
		ab.forEach(value -> value.set(120 * (2 * random.nextFloat() - 1)));
		for (final int k : new int[] {1, 5, 10}) {
			final Img<FloatType> dense = ArrayImgs.floats(width, height, ColorBins.COUNT);
			SoftEncoding.encode(ab, k, null, dense);
			final float[] expected = new float[ColorBins.COUNT * width * height];
			final int[] bins = new int[k];
			final float[] weights = new float[k];
			for (int i = 0; i < width * height; i++) {
				SoftEncoding.encode(ab.getAt(i % width, i / width, 0).get(), ab.getAt(i % width, i / width, 1).get(),
						SoftEncoding.SIGMA, bins, weights);
				for (int n = 0; n < k; n++) {
					expected[bins[n] * width * height + i] = weights[n];
				}
			}
			assertArrayEquals(expected, Rows.floats(dense));
		}
	}

	@Test
	void defaultsAreThoseOfThePaper() {
		final Img<FloatType> ab = ArrayImgs.floats(new float[] {3.2f, -7.9f}, 1, 1, 2);
		final Img<FloatType> byDefault = ArrayImgs.floats(1, 1, ColorBins.COUNT);
		final Img<FloatType> explicit = ArrayImgs.floats(1, 1, ColorBins.COUNT);
		SoftEncoding.encode(ab, null, null, byDefault);
		SoftEncoding.encode(ab, 5, 5.0, explicit);
		assertArrayEquals(Rows.floats(explicit), Rows.floats(byDefault));
		assertEquals(0.497202, byDefault.getAt(0, 0, 119).get(), 2e-6);
	}
}
