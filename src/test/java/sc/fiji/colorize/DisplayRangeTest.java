/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.imglib2.img.array.ArrayImgs;
import org.junit.jupiter.api.Test;

class DisplayRangeTest {

	@Test
	void smallUnsignedTypesShowAllTheirValues() {
		assertEquals(DisplayRange.UNSIGNED_8_BIT, DisplayRange.of(ArrayImgs.unsignedBytes(new byte[] {7, 9}, 2, 1)));
		assertEquals(DisplayRange.UNSIGNED_16_BIT, DisplayRange.of(ArrayImgs.unsignedShorts(new short[] {7, 9}, 2, 1)));
		assertEquals(new DisplayRange(0, 4095), DisplayRange.of(ArrayImgs.unsigned12Bits(2, 1)));
		assertEquals(new DisplayRange(0, 1), DisplayRange.of(ArrayImgs.bits(2, 1)));
	}

	@Test
	void otherTypesShowTheValuesThatOccur() {
		assertEquals(new DisplayRange(-3, 8), DisplayRange.of(ArrayImgs.shorts(new short[] {8, -3, 0}, 3, 1)));
		assertEquals(new DisplayRange(5, 70_000), DisplayRange.of(ArrayImgs.unsignedInts(new int[] {70_000, 5}, 2, 1)));
		assertEquals(new DisplayRange(-0.5, 2.25), DisplayRange.of(ArrayImgs.doubles(new double[] {2.25, -0.5}, 2, 1)));
	}

	@Test
	void missingValuesAreIgnored() {
		assertEquals(new DisplayRange(-1, 4), DisplayRange.of(ArrayImgs.floats(new float[] {Float.NaN, 4, 1e30f, -1,
			Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -Float.MAX_VALUE}, 7, 1)));
		assertEquals(new DisplayRange(0, 0), DisplayRange.of(ArrayImgs.floats(new float[] {Float.NaN}, 1, 1)));
	}
}
