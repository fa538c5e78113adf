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

import java.util.Map;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Test;

/** {@link Lab} and {@link Srgb} against scikit-image's values and against the formulas in double precision. */
class LabTest {

	@Test
	void goldenColorsConvertToLab() {
		final float[] lab = new float[3];
		for (final Map<String, Object> entry : Golden.list("lab")) {
			final double[] rgb = Golden.numbers(entry.get("rgb"));
			Lab.from8Bit((int) rgb[0], (int) rgb[1], (int) rgb[2], lab);
			assertNear(Golden.numbers(entry.get("lab")), lab, 1e-4);
			final float r = Srgb.decode((float) (rgb[0] / 255));
			Lab.fromLinear(r, Srgb.decode((float) (rgb[1] / 255)), Srgb.decode((float) (rgb[2] / 255)), lab);
			assertNear(Golden.numbers(entry.get("lab")), lab, 1e-4);
		}
	}

	@Test
	void goldenColorsConvertFromLab() {
		final double[] linear = new double[3];
		for (final Map<String, Object> entry : Golden.list("lab")) {
			final double[] rgb = Golden.numbers(entry.get("rgb"));
			final double[] lab = Golden.numbers(entry.get("lab"));
			Lab.toLinear((float) lab[0], (float) lab[1], (float) lab[2], linear);
			for (int c = 0; c < 3; c++) {
				assertEquals(rgb[c], 255 * Srgb.encode((float) linear[c]), 2e-3, entry.toString());
			}
		}
	}

	@Test
	void allColorsRoundTrip() {
		final float[] lab = new float[3];
		final double[] linear = new double[3];
		for (int r = 0; r < 256; r += 5) {
			for (int g = 0; g < 256; g += 5) {
				for (int b = 0; b < 256; b += 5) {
					Lab.from8Bit(r, g, b, lab);
					assertTrue(Lab.inGamut(lab[0], lab[1], lab[2], linear));
					assertEquals(r, 255 * Srgb.encode((float) linear[0]), 5e-3);
					assertEquals(g, 255 * Srgb.encode((float) linear[1]), 5e-3);
					assertEquals(b, 255 * Srgb.encode((float) linear[2]), 5e-3);
				}
			}
		}
	}

	@Test
	void labAgreesWithTheFormulasInDoublePrecision() {
		final float[] lab = new float[3];
		for (int r = 0; r < 256; r += 15) {
			for (int g = 0; g < 256; g += 15) {
				for (int b = 0; b < 256; b += 15) {
					Lab.from8Bit(r, g, b, lab);
					assertNear(exactLab(r, g, b), lab, 3e-5);
				}
			}
		}
	}

	@Test
	void linearLightOutsideTheTableIsExact() {
		final float[] lab = new float[3];
		for (final double gray : new double[] {1e-9, 0.001, 0.9999, 1.5, 2.5, 40}) {
			Lab.fromLinear(gray, gray, gray, lab);
			final double f = gray > 0.008856 ? Math.cbrt(gray) : 7.787 * gray + 16.0 / 116;
			assertEquals(116 * f - 16, lab[0], 1e-5 * (1 + Math.abs(lab[0])));
		}
	}

	@Test
	void transferFunctionsAreWithinTheirBound() {
		for (int i = 0; i <= 100_000; i++) {
			final float value = i / 100_000f;
			assertEquals(exactDecode(value), Srgb.decode(value), 1e-7);
			final double encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.pow(value, 1 / 2.4) - 0.055;
			assertEquals(encoded, Srgb.encode(value), 1e-7);
		}
		for (int i = 0; i < 256; i++) {
			assertEquals(exactDecode(i / 255.0), Srgb.decode8Bit(i), 6e-8);
		}
	}

	@Test
	void transferFunctionsClampAndMapNanToBlack() {
		for (final float low : new float[] {-1, -0f, Float.NEGATIVE_INFINITY, Float.NaN}) {
			assertEquals(0, Srgb.decode(low));
			assertEquals(0, Srgb.encode(low));
		}
		for (final float high : new float[] {1, 2, Float.POSITIVE_INFINITY}) {
			assertEquals(1, Srgb.decode(high));
			assertEquals(1, Srgb.encode(high));
		}
	}

	@Test
	void lightnessEqualsThatOfLab() {
		final float[] lab = new float[3];
		for (int i = 0; i < 256; i++) {
			Lab.from8Bit(i, i, i, lab);
			assertEquals(lab[0], Lab.lightness8Bit(i, i, i), 1e-5);
			assertEquals(lab[0], Lab.lightness8Bit(i, i, i), 1e-5);
			assertEquals(lab[0], Lab.lightness(i / 255f), 2e-5);
			Lab.from8Bit(i, 255 - i, 77, lab);
			assertEquals(lab[0], Lab.lightness8Bit(i, 255 - i, 77), 1e-5);
			assertEquals(lab[0], Lab.lightnessOfLinear(Srgb.decode8Bit(i), Srgb.decode8Bit(255 - i), Srgb.decode8Bit(77)),
					1e-5);
		}
	}

	@Test
	void grayInvertsLightness() {
		for (int i = 0; i <= 1000; i++) {
			assertEquals(i / 1000f, Lab.gray(Lab.lightness(i / 1000f)), 2e-6);
		}
		assertEquals(0, Lab.gray(0), 1e-7);
		assertEquals(1, Lab.gray(100), 1e-6);
	}

	@Test
	void unrepresentableColorsAreOutOfGamut() {
		final double[] linear = new double[3];
		assertTrue(Lab.inGamut(50, 0, 0, linear));
		assertFalse(Lab.inGamut(50, 100, 0, linear));
		assertFalse(Lab.inGamut(90, 0, -60, linear));
		assertFalse(Lab.inGamut(101, 0, 0, linear));
		assertFalse(Lab.inGamut(Float.NaN, 0, 0, linear));
	}

	@Test
	void imagesConvertLikePixels() {
		final Img<FloatType> rgb = ArrayImgs.floats(new float[] {200, 12.5f, 150, 100, 100, 255}, 2, 1, 3);
		final Img<FloatType> lab = ArrayImgs.floats(2, 1, 3);
		Lab.rgbToLab(rgb, lab);
		final float[] values = Rows.floats(lab);
		final double[] first = exactLab(200, 150, 100);
		final double[] second = exactLab(12.5, 100, 255);
		assertArrayEquals(new float[] {(float) first[0], (float) second[0], (float) first[1], (float) second[1],
				(float) first[2], (float) second[2]}, values, 3e-5f);
		final Img<FloatType> back = ArrayImgs.floats(2, 1, 3);
		Lab.labToRgb(lab, back);
		assertArrayEquals(Rows.floats(rgb), Rows.floats(back), 1e-3f);
	}

	@Test
	void colorsOutsideTheGamutAreClipped() {
		final Img<FloatType> lab = ArrayImgs.floats(new float[] {50, 120, 0}, 1, 1, 3);
		final Img<FloatType> rgb = ArrayImgs.floats(1, 1, 3);
		Lab.labToRgb(lab, rgb);
		assertEquals(255, Rows.floats(rgb)[0]);
		assertEquals(0, Rows.floats(rgb)[1]);
	}

	private static double exactDecode(final double value) {
		return value > 0.04045 ? Math.pow((value + 0.055) / 1.055, 2.4) : value / 12.92;
	}

	/** Lab of an sRGB color in [0, 255], straight from the formulas. */
	static double[] exactLab(final double red, final double green, final double blue) {
		final double r = exactDecode(red / 255);
		final double g = exactDecode(green / 255);
		final double b = exactDecode(blue / 255);
		final double x = exactF((0.412453 * r + 0.357580 * g + 0.180423 * b) / 0.95047);
		final double y = exactF(0.212671 * r + 0.715160 * g + 0.072169 * b);
		final double z = exactF((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883);
		return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
	}

	private static double exactF(final double t) {
		return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
	}

	private static void assertNear(final double[] expected, final float[] actual, final double tolerance) {
		for (int i = 0; i < expected.length; i++) {
			assertEquals(expected[i], actual[i], tolerance);
		}
	}
}
