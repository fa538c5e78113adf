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

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link EdgeAwareUpsampling} promises, on random pictures and on two areas with an edge between them. */
class EdgeAwareUpsamplingTest {

	private static final int SIDE = 8;
	private static final int FULL = 128;

	@ParameterizedTest
	@CsvSource({"1, 1, 9, 7", "1, 5, 3, 60", "7, 1, 40, 1", "6, 5, 5, 6", "8, 8, 64, 64", "9, 7, 301, 211"})
	void constantsStayConstant(final int width, final int height, final int outputWidth, final int outputHeight) {
		final float[] constant = new float[width * height];
		Arrays.fill(constant, -17.5f);
		final float[] enlarged =
				enlarge(constant, width, height, random(1, 16 * width * height, 0, 100), outputWidth, outputHeight);
		for (final float value : enlarged) {
			assertEquals(-17.5f, value, 1e-4);
		}
		assertArrayEquals(new float[enlarged.length], enlarge(new float[width * height], width, height,
				random(1, 16 * width * height, 0, 100), outputWidth, outputHeight), "no color stays no color");
	}

	@ParameterizedTest
	@CsvSource({"1, 1", "2, 9", "9, 2", "16, 16", "33, 20"})
	void resultStaysInTheRangeOfTheSmallImage(final int width, final int height) {
		final float[] small = random(2, width * height, -80, 90);
		float min = Float.POSITIVE_INFINITY;
		float max = Float.NEGATIVE_INFINITY;
		for (final float value : small) {
			min = Math.min(min, value);
			max = Math.max(max, value);
		}
		// Lightness beyond its range, as a filter's overshoot, is taken for its ends.
		for (final float value : enlarge(small, width, height, random(3, 16 * width * height, -10, 110), 203, 97)) {
			assertTrue(value >= min - 1e-4 && value <= max + 1e-4, value + " is not in [" + min + ", " + max + "]");
		}
	}

	@Test
	void aMirroredPictureGivesMirroredColors() {
		final int width = 9;
		final int height = 7;
		final float[] small = random(4, width * height, -50, 50);
		final float[] lightness = random(5, 16 * width * height, 0, 100);
		final float[] expected = enlarge(small, width, height, lightness, 100, 90);
		final float[] mirrored = mirror(
				enlarge(mirror(small, width), width, height, mirror(lightness, 4 * width), 100, 90, true), 100);
		assertArrayEquals(expected, mirrored, 1e-3f);
	}

	/** It is done in bands of rows, which must not show. */
	@Test
	void distantPixelsHaveNoInfluence() {
		final int width = 6;
		final int height = 90;
		final int cut = 10;
		final int far = 6;
		final float[] small = random(11, width * height, -40, 40);
		// The range of a channel is that of the whole.
		small[50 * width] = -41;
		small[50 * width + 1] = 41;
		final float[] lightness = random(12, 16 * width * height, 0, 100);
		final float[] whole = enlargeEvenly(small, lightness, width, height);
		final float[] part = enlargeEvenly(Arrays.copyOfRange(small, cut * width, height * width),
				Arrays.copyOfRange(lightness, 16 * cut * width, 16 * height * width), width, height - cut);
		final int row = 16 * width;
		assertArrayEquals(Arrays.copyOfRange(whole, (cut + far) * row, whole.length),
				Arrays.copyOfRange(part, far * row, part.length));
	}

	/** By four, with the lightness that the places have. */
	private static float[] enlargeEvenly(final float[] small, final float[] lightness, final int width, final int height) {
		final float[] enlarged = new float[2 * lightness.length];
		new EdgeAwareUpsampling(small, small, width, height, lightness, 4 * width, 4 * height).enlarge(
				ArrayImgs.floats(lightness, 4 * width, 4 * height), ArrayImgs.floats(enlarged, 4 * width, 4 * height, 2));
		return Arrays.copyOf(enlarged, lightness.length);
	}

	private static float[] mirror(final float[] plane, final int width) {
		final float[] mirrored = new float[plane.length];
		for (int i = 0; i < plane.length; i++) {
			mirrored[i] = plane[i / width * width + width - 1 - i % width];
		}
		return mirrored;
	}

	/** More than half of what bilinear enlargement smears is put right. */
	@ParameterizedTest
	@CsvSource({"60", "66", "70", "77"})
	void lightnessEdgesBecomeColorEdges(final int border) {
		final float[] truth = new float[FULL * FULL];
		final float[] lightness = new float[FULL * FULL];
		for (int i = 0; i < truth.length; i++) {
			// A slanted border.
			final boolean left = i % FULL + i / FULL / 8 < border;
			truth[i] = left ? -20 : 40;
			lightness[i] = left ? 75 : 30;
		}
		final RandomAccessibleInterval<FloatType> small = averaged(truth);
		final float[] edgeAware = new float[2 * FULL * FULL];
		EdgeAwareUpsampling.upsample(small, ArrayImgs.floats(lightness, FULL, FULL),
				ArrayImgs.floats(edgeAware, FULL, FULL, 2));
		final float[] bilinear = new float[2 * FULL * FULL];
		ChromaUpsampling.upsample(small, ArrayImgs.floats(bilinear, FULL, FULL, 2));
		assertTrue(error(edgeAware, truth) < 0.5 * error(bilinear, truth),
				error(edgeAware, truth) + " against " + error(bilinear, truth));
	}

	private static RandomAccessibleInterval<FloatType> averaged(final float[] truth) {
		final float[] ab = new float[2 * SIDE * SIDE];
		final int scale = FULL / SIDE;
		for (int i = 0; i < truth.length; i++) {
			ab[i / FULL / scale * SIDE + i % FULL / scale] += truth[i] / (scale * scale);
		}
		return ArrayImgs.floats(ab, SIDE, SIDE, 2);
	}

	private static double error(final float[] actual, final float[] truth) {
		double sum = 0;
		for (int i = 0; i < truth.length; i++) {
			sum += Math.abs(actual[i] - truth[i]);
		}
		return sum / truth.length;
	}

	@Test
	void stripsEqualTheWhole() {
		final int width = 57;
		final int height = 83;
		final Random random = new Random(6);
		final byte[] photo = new byte[3 * width * height];
		random.nextBytes(photo);
		for (final int channels : new int[] {1, 3}) {
			final Img<UnsignedByteType> image = ArrayImgs.unsignedBytes(photo, width, height, 3);
			final RandomAccessibleInterval<UnsignedByteType> source = channels == 3 ? image : Views.hyperSlice(image, 2, 0);
			final FullSizeChroma chroma = new EdgeAwareUpsampling(random(7, 48, -40, 40), random(8, 48, -40, 40), 6, 8,
					random(9, 16 * 48, 0, 100), width, height);
			final byte[] whole = new byte[photo.length];
			ColorTransfer.addColor(source, 0, chroma, 0, 255, 1, ArrayImgs.unsignedBytes(whole, width, height, 3));
			final Img<UnsignedByteType> joined = ArrayImgs.unsignedBytes(width, height, 3);
			for (int top = 0; top < height; top += 20) {
				final int bottom = Math.min(height, top + 20) - 1;
				ColorTransfer.addColor(rows(source, top, bottom), top, chroma, 0, 255, 1, rows(joined, top, bottom));
			}
			final byte[] strips = new byte[photo.length];
			int i = 0;
			for (final UnsignedByteType value : joined) {
				strips[i++] = value.getByte();
			}
			assertArrayEquals(whole, strips);
		}
	}

	private static RandomAccessibleInterval<UnsignedByteType> rows(
			final RandomAccessibleInterval<UnsignedByteType> image, final int top, final int bottom) {
		final long[] min = image.minAsLongArray();
		final long[] max = image.maxAsLongArray();
		min[1] = top;
		max[1] = bottom;
		return Views.zeroMin(Views.interval(image, min, max));
	}

	@Test
	void rowsOutsideTheImageAreRefused() {
		final FullSizeChroma chroma =
				new EdgeAwareUpsampling(new float[4], new float[4], 2, 2, new float[64], 30, 20);
		final Img<FloatType> strip = ArrayImgs.floats(30, 5);
		final Img<FloatType> rgb = ArrayImgs.floats(30, 5, 3);
		assertEquals("The 30x5 pixels from row 16 on do not lie in an image of 30x20 pixels.",
				assertThrows(IllegalArgumentException.class,
						() -> ColorTransfer.addColor(strip, 16, chroma, 0, 1, 1, rgb)).getMessage());
		ColorTransfer.addColor(strip, 15, chroma, 0, 1, 1, rgb);
	}

	/** Enlarges a plane as a*, and its negative as b*, which has to come out as the negative. */
	private static float[] enlarge(final float[] small, final int width, final int height, final float[] lightness,
			final int outputWidth, final int outputHeight) {
		return enlarge(small, width, height, lightness, outputWidth, outputHeight, false);
	}

	private static float[] enlarge(final float[] small, final int width, final int height, final float[] lightness,
			final int outputWidth, final int outputHeight, final boolean mirrored) {
		final float[] negative = small.clone();
		for (int i = 0; i < negative.length; i++) {
			negative[i] = -small[i];
		}
		float[] full = random(10, outputWidth * outputHeight, 0, 100);
		if (mirrored) {
			full = mirror(full, outputWidth);
		}
		final float[] enlarged = new float[2 * outputWidth * outputHeight];
		new EdgeAwareUpsampling(small, negative, width, height, lightness, outputWidth, outputHeight).enlarge(
				ArrayImgs.floats(full, outputWidth, outputHeight), ArrayImgs.floats(enlarged, outputWidth, outputHeight, 2));
		final int n = outputWidth * outputHeight;
		for (int i = 0; i < n; i++) {
			assertEquals(-enlarged[i], enlarged[n + i], 1e-3);
		}
		return Arrays.copyOf(enlarged, n);
	}

	private static float[] random(final long seed, final int n, final float min, final float max) {
		final Random random = new Random(seed);
		final float[] values = new float[n];
		for (int i = 0; i < n; i++) {
			values[i] = min + (max - min) * random.nextFloat();
		}
		return values;
	}
}
