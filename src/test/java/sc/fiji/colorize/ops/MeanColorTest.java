/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MeanColorTest {

	@Test
	void pixelsAreWeighted() {
		final MeanColor first = new MeanColor();
		first.add(10, -20);
		first.add(20, -40);
		final MeanColor second = new MeanColor();
		second.add(40, 0);
		final MeanColor all = new MeanColor();
		all.add(first, 1);
		all.add(second, 2);
		assertEquals(15, first.a());
		assertEquals(-30, first.b());
		assertEquals((10 + 20 + 2 * 40) / 4f, all.a());
		assertEquals(-60 / 4f, all.b());
	}

	@Test
	void noPixelsHaveNoMean() {
		assertTrue(Float.isNaN(new MeanColor().a()));
	}
}
