/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class RgbPhotoTest {

	@Test
	void shrunkPixelIsTheRoundedMeanOfItsSquare() {
		final RgbPhoto photo = new RgbPhoto(5, 3, new byte[] {
				0, 10, (byte) 255, 1, 20, (byte) 255, 100, 0, 0, 100, 0, 0, 9, 9, 9,
				1, 30, (byte) 255, 1, 40, (byte) 254, 100, 1, 0, 100, 1, 3, 9, 9, 9,
				7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
		final RgbPhoto half = photo.shrink(2);
		assertEquals(2, half.width());
		assertEquals(1, half.height());
		assertArrayEquals(new byte[] {1, 25, (byte) 255, 100, 1, 1}, half.rgb());
	}

	@Test
	void factorOneKeepsThePhoto() {
		final RgbPhoto photo = new RgbPhoto(1, 1, new byte[3]);
		assertSame(photo, photo.shrink(1));
	}
}
