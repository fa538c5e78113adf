/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;

import org.junit.jupiter.api.Test;

import sc.fiji.colorize.photo.RgbPhoto;

/** The comparison of upsamplings in small: on a rendered landscape. */
@Slow
class UpsamplingComparisonTest {

	@Test
	void edgeAwareUpsamplingBeatsBilinearAtEdges() {
		final UpsamplingComparison comparison = new UpsamplingComparison(
				RgbPhoto.of(SampleLandscape.render(192, 128, SampleLandscape.SAMPLE_SEED)));
		Map.of(4, 0.9, 8, 0.9, 16, 0.95).forEach((scale, most) -> {
			final double[] errors = comparison.measure(scale).atEdges();
			assertTrue(errors[1] < most * errors[0], scale + ": " + errors[1] + " against " + errors[0]);
		});
	}
}
