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
import java.util.Random;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Test;

/** {@link Resampling} against Pillow's values and a plain implementation. */
class ResamplingTest {

	/** Computed with Pillow 9.4: Image.fromarray(x, "F").resize((3, 2), BICUBIC) of the 7 x 5 image (37 i) mod 101. */
	@Test
	void shrinkingAgreesWithPillow() {
		assertArrayEquals(new float[] {48.9749f, 43.6516f, 53.6242f, 46.8353f, 55.0236f, 51.8468f},
				resample(pattern(), 7, 5, 3, 2), 2e-3f);
	}

	/** As above, the first and the last row of the image resized to 11 x 9. */
	@Test
	void enlargingAgreesWithPillow() {
		final float[] large = resample(pattern(), 7, 5, 11, 9);
		final float[] first = {-7.2411f, 8.3361f, 36.6038f, 73.4967f, 55.0251f, 5.3605f, 29.8015f, 64.2194f, 88.3516f,
				47.2995f, 10.2824f};
		final float[] last = {19.239f, 39.2416f, 71.7223f, 102.6487f, 81.478f, 32.4186f, 64.9015f, 63.4594f, 8.3224f,
				23.2444f, 45.0202f};
		for (int x = 0; x < 11; x++) {
			assertEquals(first[x], large[x], 2e-3);
			assertEquals(last[x], large[8 * 11 + x], 2e-3);
		}
	}

	private static float[] pattern() {
		final float[] values = new float[35];
		for (int i = 0; i < values.length; i++) {
			values[i] = 37 * i % 101;
		}
		return values;
	}

	@Test
	void theSameSizeIsIdentity() {
		final float[] image = random(13 * 11);
		assertArrayEquals(image, resample(image, 13, 11, 13, 11), 1e-5f);
	}

	@Test
	void constantsStayConstant() {
		final float[] image = new float[9 * 7];
		Arrays.fill(image, 77);
		for (final int[] size : new int[][] {{1, 1}, {2, 3}, {9, 7}, {40, 31}}) {
			for (final float value : resample(image, 9, 7, size[0], size[1])) {
				assertEquals(77, value, 1e-4);
			}
		}
	}

	@Test
	void singlePixelsEnlargeAndShrinkToTheMean() {
		assertArrayEquals(new float[] {5, 5, 5, 5, 5, 5}, resample(new float[] {5}, 1, 1, 3, 2), 1e-6f);
		assertArrayEquals(new float[] {3}, resample(new float[] {2, 4}, 2, 1, 1, 1), 1e-6f);
		assertEquals(1, new Resampling.Axis(5, 1).outputSize());
	}

	@Test
	void anyRatioAgreesWithTheFilter() {
		final int[][] sizes = {{31, 23, 8, 8}, {8, 8, 31, 23}, {100, 3, 7, 9}, {1, 50, 4, 13}, {256, 1, 17, 1}};
		for (final int[] s : sizes) {
			final float[] image = random(s[0] * s[1]);
			final float[] resized = resample(image, s[0], s[1], s[2], s[3]);
			for (int y = 0; y < s[3]; y++) {
				for (int x = 0; x < s[2]; x++) {
					assertEquals(plain(image, s, x, y), resized[y * s[2] + x], 2e-4);
				}
			}
		}
	}

	/** Every pixel of the image weighed by the stretched filter, without separating the axes. */
	private static double plain(final float[] image, final int[] s, final int x, final int y) {
		double sum = 0;
		double weights = 0;
		for (int iy = 0; iy < s[1]; iy++) {
			for (int ix = 0; ix < s[0]; ix++) {
				final double weight = weight(ix, x, s[0], s[2]) * weight(iy, y, s[1], s[3]);
				sum += weight * image[iy * s[0] + ix];
				weights += weight;
			}
		}
		return sum / weights;
	}

	private static double weight(final int input, final int output, final int size, final int outputSize) {
		final double scale = size / (double) outputSize;
		final double d = Math.abs(input + 0.5 - (output + 0.5) * scale) / Math.max(1, scale);
		if (d >= 2) {
			return 0;
		}
		return d < 1 ? 1.5 * d * d * d - 2.5 * d * d + 1 : -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2;
	}

	@Test
	void partOfAnAxisIsResizedAlone() {
		final float[] line = random(40);
		final Resampling.Axis part = new Resampling.Axis(40, 10, 30, 20);
		final float[] out = new float[20];
		part.resample(line, 0, 1, out, 0, 1);
		for (int i = 0; i < 20; i++) {
			assertEquals(line[10 + i], out[i], 1e-5);
		}
	}

	@Test
	void everyChannelIsResized() {
		final Img<FloatType> image = ArrayImgs.floats(random(3 * 20), 5, 4, 3);
		final Img<FloatType> resized = ArrayImgs.floats(3, 7, 3);
		Resampling.resample(image, resized);
		for (int c = 0; c < 3; c++) {
			final float[] alone = resample(Rows.plane(image, c), 5, 4, 3, 7);
			assertArrayEquals(alone, Rows.plane(resized, c));
		}
	}

	@Test
	void stripsGiveIdenticalResults() {
		final int[][] sizes = {{31, 2500, 8, 24}, {8, 8, 31, 23}, {100, 3, 7, 9}, {1, 50, 4, 13}, {256, 1, 17, 1}};
		for (final int[] s : sizes) {
			final float[] image = random(s[0] * s[1]);
			final float[] separable = separable(image, s);
			assertArrayEquals(separable, resample(image, s[0], s[1], s[2], s[3]), 0);
			for (final int rows : new int[] {1, 3, 7, 64, 5000}) {
				final Resampling.Strips strips = new Resampling.Strips(s[0], s[1], s[2], s[3]);
				for (int top = 0; top < s[1]; top += rows) {
					final int n = Math.min(rows, s[1] - top);
					strips.add(ArrayImgs.floats(Arrays.copyOfRange(image, top * s[0], (top + n) * s[0]), s[0], n), 0);
				}
				assertArrayEquals(separable, strips.resized(), 0);
			}
		}
	}

	/** All rows first, then all columns. */
	private static float[] separable(final float[] image, final int[] s) {
		final Resampling.Axis horizontal = new Resampling.Axis(s[0], s[2]);
		final Resampling.Axis vertical = new Resampling.Axis(s[1], s[3]);
		final float[] narrowed = new float[s[1] * s[2]];
		for (int y = 0; y < s[1]; y++) {
			horizontal.resample(image, y * s[0], 1, narrowed, y * s[2], 1);
		}
		final float[] resized = new float[s[2] * s[3]];
		for (int x = 0; x < s[2]; x++) {
			vertical.resample(narrowed, x, s[2], resized, x, s[2]);
		}
		return resized;
	}

	@Test
	void stripsMustCoverAllRows() {
		final Resampling.Strips strips = new Resampling.Strips(5, 4, 2, 2);
		strips.add(ArrayImgs.floats(5, 3), 0);
		assertThrows(IllegalStateException.class, strips::resized);
		assertThrows(IllegalArgumentException.class, () -> strips.add(ArrayImgs.floats(5, 2), 0));
	}

	private static float[] resample(final float[] image, final int width, final int height, final int outputWidth,
			final int outputHeight) {
		final Img<FloatType> resized = ArrayImgs.floats(outputWidth, outputHeight);
		Resampling.resample(ArrayImgs.floats(image, width, height), resized);
		return Rows.floats(resized);
	}

	private static float[] random(final int n) {
		final Random random = new Random(9);
		final float[] values = new float[n];
		for (int i = 0; i < n; i++) {
			values[i] = 255 * random.nextFloat();
		}
		return values;
	}
}
