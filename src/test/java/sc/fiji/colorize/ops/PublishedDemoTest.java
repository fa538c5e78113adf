/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedDemoTest {

	private static byte[] pattern(final int width, final int height) {
		final byte[] pattern = new byte[width * height];
		for (int i = 0; i < pattern.length; i++) {
			final int x = i % width;
			final int y = i / width;
			pattern[i] = (byte) ((x * x * 7 + y * 13 * x + y * y * 3) / 50);
		}
		return pattern;
	}

	/** Sums that Pillow 9.4 gave for {@code resize((256, 256), resample=3)}. */
	@ParameterizedTest
	@CsvSource({"300, 200, 8319840, 1041470531", "37, 500, 8220408, 1036692190"})
	void resizedInputEqualsPillow(final int width, final int height, final long sum,
			final long weighted) {
		final float[] lightness = new float[256 * 256];
		PublishedDemo.lightness(ArrayImgs.unsignedBytes(pattern(width, height), width, height), 0.0, 255.0,
				ArrayImgs.floats(lightness, 256, 256));
		final float[] table = new float[256];
		for (int v = 0; v < 256; v++) {
			table[v] = Lab.lightness8Bit(v, v, v);
		}
		long actual = 0;
		long actualWeighted = 0;
		for (int i = 0; i < lightness.length; i++) {
			final int value = Arrays.binarySearch(table, lightness[i]);
			assertTrue(value >= 0, "a lightness of no 8-bit value");
			actual += value;
			actualWeighted += (long) value * (i % 251);
		}
		assertEquals(sum, actual);
		assertEquals(weighted, actualWeighted);
	}

	/** scikit-image: lab2rgb of L* 50 with these ab, times 255, cut off. */
	@Test
	void colorsAreClippedAndTruncated() {
		final byte[] gray = new byte[6];
		Arrays.fill(gray, (byte) 119);
		final float[] ab = new float[2 * 64 * 64];
		Arrays.fill(ab, 0, 64 * 64, 100);
		Arrays.fill(ab, 64 * 64, ab.length, 60);
		final Img<UnsignedByteType> rgb = ArrayImgs.unsignedBytes(3, 2, 3);
		PublishedDemo.addColor(ArrayImgs.unsignedBytes(gray, 3, 2), ArrayImgs.floats(ab, 64, 64, 2), 0.0, 255.0, 1.0, rgb);
		final double[] linear = new double[3];
		Lab.toLinear(Lab.lightness8Bit(119, 119, 119), 100, 60, linear);
		for (int c = 0; c < 3; c++) {
			final double exact = 255 * Srgb.encode((float) linear[c]);
			assertEquals((int) exact, rgb.getAt(2, 1, c).get());
		}
		assertTrue(linear[0] > 1 || linear[1] < 0, "outside the gamut");
		// The other way of adding color keeps the lightness there.
		final Img<UnsignedByteType> better = ArrayImgs.unsignedBytes(3, 2, 3);
		ColorTransfer.addColor(ArrayImgs.unsignedBytes(gray, 3, 2), ArrayImgs.floats(ab, 64, 64, 2), 0.0, 255.0, 1.0,
				better);
		assertTrue(Math.abs(lightness(better) - Lab.lightness8Bit(119, 119, 119)) < 0.3);
		assertTrue(Math.abs(lightness(rgb) - Lab.lightness8Bit(119, 119, 119)) > 1);
	}

	private static float lightness(final Img<UnsignedByteType> rgb) {
		return Lab.lightness8Bit(rgb.getAt(0, 0, 0).get(), rgb.getAt(0, 0, 1).get(), rgb.getAt(0, 0, 2).get());
	}
}
