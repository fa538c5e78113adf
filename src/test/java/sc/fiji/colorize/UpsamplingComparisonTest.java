/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import sc.fiji.colorize.photo.RgbPhoto;

/** The comparison of upsamplings in small: on a rendered landscape. */
class UpsamplingComparisonTest {

	@Test
	void edgesAreRestoredBetterThanBilinearly() {
		final UpsamplingComparison comparison = new UpsamplingComparison(
				RgbPhoto.of(SampleLandscape.render(480, 320, SampleLandscape.SAMPLE_SEED)));
		for (final int scale : UpsamplingComparison.SCALES) {
			final double[] errors = comparison.measure(scale).atEdges();
			final double most = scale == 8 ? 0.9 : scale == 16 ? 0.88 : 1;
			assertTrue(errors[1] < most * errors[0], scale + ": " + errors[1] + " against " + errors[0]);
		}
	}
}
