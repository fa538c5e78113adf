/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.util.ImgUtil;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;

class PackedRgbTest {

	private static final int WIDTH = 7;
	private static final int HEIGHT = 3;

	private static int[] randomPixels() {
		return new Random(1).ints(WIDTH * HEIGHT).toArray();
	}

	/** The same pixels pixel by pixel: a view of any other kind. */
	private static RandomAccessibleInterval<UnsignedByteType> slow(final RandomAccessibleInterval<UnsignedByteType> image) {
		return Views.interval(image, image);
	}

	@Test
	void rowsEqualThePixels() {
		final int[] pixels = randomPixels();
		final PackedRgb image = new PackedRgb(pixels, WIDTH, HEIGHT);
		final float[] row = new float[WIDTH + 1];
		for (int y = 0; y < HEIGHT; y++) {
			for (int c = 0; c < 3; c++) {
				Rows.reader(image).read(y, c, row, 1);
				for (int x = 0; x < WIDTH; x++) {
					final int expected = pixels[y * WIDTH + x] >> 16 - 8 * c & 0xff;
					assertEquals(expected, row[x + 1]);
					assertEquals(expected, image.getAt(x, y, c).get());
				}
			}
		}
	}

	@Test
	void rowsAreWrittenAsPixelsAre() {
		final float[] row = {-3, 0.4f, 0.5f, 127.6f, 254.7f, 300, Float.NaN};
		final int[] byRow = randomPixels();
		final int[] byPixel = randomPixels();
		for (int c = 0; c < 3; c++) {
			Rows.writer(new PackedRgb(byRow, WIDTH, HEIGHT)).write(1, c, row, 0);
			Rows.writer(slow(new PackedRgb(byPixel, WIDTH, HEIGHT))).write(1, c, row, 0);
		}
		assertArrayEquals(byPixel, byRow);
		assertEquals(0x80ff, byRow[WIDTH + 3] & 0xff00 | byRow[WIDTH + 5] & 0xff);
		assertEquals(randomPixels()[WIDTH] >>> 24, byRow[WIDTH] >>> 24);
	}

	@Test
	void stacksOfArraysAreReadAndWrittenByRows() {
		final byte[][] channels = new byte[3][WIDTH * HEIGHT];
		final RandomAccessibleInterval<UnsignedByteType> stack =
				Views.stack(ArrayImgs.unsignedBytes(channels[0], WIDTH, HEIGHT),
						ArrayImgs.unsignedBytes(channels[1], WIDTH, HEIGHT),
						ArrayImgs.unsignedBytes(channels[2], WIDTH, HEIGHT));
		final PackedRgb image = new PackedRgb(randomPixels(), WIDTH, HEIGHT);
		ImgUtil.copy(image, stack);
		final RandomAccessibleInterval<UnsignedByteType> copy = ArrayImgs.unsignedBytes(WIDTH, HEIGHT, 3);
		Rows.transform(stack, copy, () -> (in, out, n) -> System.arraycopy(in, 0, out, 0, out.length));
		assertArrayEquals(Rows.plane(image, 1), Rows.plane(copy, 1));
		Rows.transform(slow(stack), stack, () -> (in, out, n) -> {
			for (int x = 0; x < n; x++) {
				out[2][x] = 255 - in[0][x];
			}
		});
		for (int i = 0; i < WIDTH * HEIGHT; i++) {
			assertEquals((byte) ~(randomPixels()[i] >> 16), channels[2][i]);
		}
	}
}
