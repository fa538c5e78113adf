/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Test;

/** {@link Chroma}: saturation and the reduction to the sRGB gamut. */
class ChromaTest {

	private static final int SIDE = 31;

	@Test
	void colorsInsideTheGamutAreKept() {
		final float[] lab = new float[3];
		final double[] linear = new double[3];
		for (int r = 0; r < 256; r += 17) {
			for (int g = 0; g < 256; g += 17) {
				for (int b = 0; b < 256; b += 17) {
					Lab.from8Bit(r, g, b, lab);
					assertEquals(1, Chroma.fitGamut(lab[0], lab[1], lab[2], linear));
					assertEquals(r, 255 * Srgb.encode((float) linear[0]), 5e-3);
				}
			}
		}
	}

	@Test
	void reducedColorIsTheMostVividInGamut() {
		final Random random = new Random(6);
		final double[] linear = new double[3];
		int reduced = 0;
		for (int i = 0; i < 20_000; i++) {
			final float lightness = 100 * random.nextFloat();
			final float a = 250 * random.nextFloat() - 125;
			final float b = 250 * random.nextFloat() - 125;
			final float factor = Chroma.fitGamut(lightness, a, b, linear);
			for (final double component : linear) {
				assertTrue(component >= -1e-4 && component <= 1 + 1e-4);
			}
			final double[] again = new double[3];
			assertTrue(Lab.inGamut(lightness, factor * a, factor * b, again));
			assertArrayEquals(again, linear, 0);
			if (factor < 1) {
				final float more = factor + 1 / 4096f;
				assertFalse(Lab.inGamut(lightness, more * a, more * b, again));
				reduced++;
			}
		}
		assertTrue(reduced > 5000);
	}

	@Test
	void lightnessAndHueAreKept() {
		final Img<FloatType> lab = randomLab();
		final Img<FloatType> fitted = ArrayImgs.floats(SIDE, SIDE, 3);
		Chroma.fitGamut(lab, fitted);
		final double[] linear = new double[3];
		final float[] back = new float[3];
		for (int y = 0; y < SIDE; y++) {
			for (int x = 0; x < SIDE; x++) {
				final float lightness = fitted.getAt(x, y, 0).get();
				final float a = fitted.getAt(x, y, 1).get();
				final float b = fitted.getAt(x, y, 2).get();
				assertEquals(lab.getAt(x, y, 0).get(), lightness);
				assertEquals(0, a * lab.getAt(x, y, 2).get() - b * lab.getAt(x, y, 1).get(), 1e-2, "hue");
				assertTrue(a * lab.getAt(x, y, 1).get() >= 0);
				Lab.toLinear(lightness, a, b, linear);
				Lab.fromLinear(clamp(linear[0]), clamp(linear[1]), clamp(linear[2]), back);
				assertEquals(lightness, back[0], 0.1, "lightness of the color as shown");
			}
		}
	}

	private static double clamp(final double component) {
		return Math.max(0, Math.min(1, component));
	}

	@Test
	void imageCanBeFittedInPlace() {
		final Img<FloatType> lab = randomLab();
		final Img<FloatType> fitted = ArrayImgs.floats(SIDE, SIDE, 3);
		Chroma.fitGamut(lab, fitted);
		Chroma.fitGamut(lab, lab);
		assertArrayEquals(Rows.floats(fitted), Rows.floats(lab));
	}

	@Test
	void saturationScalesChroma() {
		final Img<FloatType> ab = ArrayImgs.floats(new float[] {10, -20, 30, 40}, 2, 1, 2);
		final Img<FloatType> scaled = ArrayImgs.floats(2, 1, 2);
		Chroma.saturate(ab, 1.5, scaled);
		assertArrayEquals(new float[] {15, -30, 45, 60}, Rows.floats(scaled));
		Chroma.saturate(ab, 1.0, scaled);
		assertArrayEquals(Rows.floats(ab), Rows.floats(scaled));
		Chroma.saturate(ab, 0.0, ab);
		assertArrayEquals(new float[4], Rows.floats(ab), 0);
	}

	private static Img<FloatType> randomLab() {
		final Random random = new Random(7);
		final Img<FloatType> lab = ArrayImgs.floats(SIDE, SIDE, 3);
		final float[] values = Rows.floats(lab);
		for (int i = 0; i < values.length; i++) {
			values[i] = i < SIDE * SIDE ? 100 * random.nextFloat() : 240 * random.nextFloat() - 120;
		}
		return lab;
	}
}
