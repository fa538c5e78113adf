/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {

	@Test
	void estimatesTimeLeftAfterWarmUp() {
		final Pace pace = new Pace();
		assertEquals(0, pace.pixelsPerSecond());
		assertTrue(Double.isNaN(pace.secondsFor(1000)));
		for (int step = 1; step < Pace.WARM_UP + Pace.ENOUGH; step++) {
			// The first steps take a minute each, later ones a second.
			pace.add(100, step <= Pace.WARM_UP ? 60 : 1);
			assertTrue(Double.isNaN(pace.secondsFor(1000)), "after step " + step);
			assertEquals(step <= Pace.WARM_UP ? 100.0 / 60 : 100, pace.pixelsPerSecond(), 1e-9);
		}
		pace.add(100, 1);
		assertEquals(10, pace.secondsFor(1000), 1e-9);
	}

	@Test
	void paceDoesNotDependOnCropSize() {
		final Pace pace = new Pace();
		for (int step = 0; step < 20; step++) {
			pace.add(step < 10 ? 100 : 400, step < 10 ? 1 : 4);
		}
		assertEquals(100, pace.pixelsPerSecond(), 1e-9);
		assertEquals(10, pace.secondsFor(1000), 1e-9);
	}

	@Test
	void paceFollowsLastSteps() {
		final Pace pace = new Pace();
		for (int step = 0; step < 20; step++) {
			pace.add(100, 1);
		}
		for (int step = 0; step < 200; step++) {
			pace.add(100, 2);
		}
		assertEquals(50, pace.pixelsPerSecond(), 0.1);
	}
}
