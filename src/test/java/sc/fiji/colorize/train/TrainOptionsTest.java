/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainOptionsTest {

	private static TrainOptions with(final double width, final double rate, final double lambda, final int neighbors) {
		return TrainOptions.defaults().width(width).learningRate(rate).lambda(lambda).neighbors(neighbors);
	}

	private static String refusal(final double width, final double rate, final double lambda, final int neighbors) {
		return assertThrows(IllegalArgumentException.class, () -> with(width, rate, lambda, neighbors)).getMessage();
	}

	@Test
	void namesSettingOutOfRange() {
		assertEquals("The width must be from 0 (automatic) to 2 but is -0.1.", refusal(-0.1, 1e-3, 0.5, 5));
		assertEquals("The learning rate must be above 0 and at most 1 but is 1.1.", refusal(1, 1.1, 0.5, 5));
		assertEquals("The lambda must be from 0 to 1 but is -0.1.", refusal(1, 1e-3, -0.1, 5));
		assertEquals("The number of neighbors must be from 1 to 32 but is 33.", refusal(1, 1e-3, 0.5, 33));
		assertEquals("The width must be from 0 (automatic) to 2 but is NaN.", refusal(Double.NaN, 1e-3, 0.5, 5));
	}

	@Test
	void learningRateRisesThenFallsToOnePercent() {
		final TrainOptions options = TrainOptions.defaults().learningRate(1e-3).warmupSteps(100);
		assertEquals(1e-5, options.learningRate(0, 10_000), 1e-9);
		assertEquals(1e-3, options.learningRate(99, 10_000), 1e-6);
		assertEquals(0.505e-3, options.learningRate(5_000, 10_000), 1e-9);
		assertEquals(1e-5, options.learningRate(10_000, 10_000), 1e-9);
	}

	@Test
	void shortRunWarmsUpForTenthOfSteps() {
		final TrainOptions options = TrainOptions.defaults().learningRate(1e-3).warmupSteps(300);
		assertEquals(1e-3 / 6, options.learningRate(0, 65), 1e-9);
		assertEquals(1e-3, options.learningRate(5, 65), 2e-5);
		assertEquals(1e-3, options.learningRate(0, 5), 1e-9);
	}

	@Test
	void parsesStage() {
		assertEquals(new TrainOptions.Stage(64, 32, 20), TrainOptions.Stage.parse(" 64x32x20 "));
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "64", "64x32", "64x32x20x1", "axbxc", "64x-1x2", "999999x1x1"})
	void rejectsInvalidStage(final String text) {
		assertEquals("A stage is written CROPxBATCHxEPOCHS, such as 64x32x20, but not '" + text + "'.",
				assertThrows(IllegalArgumentException.class, () -> TrainOptions.Stage.parse(text)).getMessage());
	}

	@ParameterizedTest
	@ValueSource(strings = {"0x1x1", "60x1x1", "64x0x1", "64x1x0"})
	void rejectsStageOutOfRange(final String text) {
		assertThrows(IllegalArgumentException.class, () -> TrainOptions.Stage.parse(text));
	}

	@Test
	void parsesWeights() {
		assertEquals(Map.of("a/b", 0.5, "c=d", 2.0), TrainOptions.parseWeights("a/b=0.5, c=d=2"));
		assertEquals(Map.of(), TrainOptions.parseWeights(" "));
		assertEquals("Weights are written FOLDER=NUMBER,..., such as houses=0.3, but not 'houses'.",
				assertThrows(IllegalArgumentException.class, () -> TrainOptions.parseWeights("houses")).getMessage());
	}

	@Test
	void optionsAreImmutable() {
		final TrainOptions o = TrainOptions.defaults();
		final List<TrainOptions.Stage> schedule = new ArrayList<>(o.schedule());
		final Map<String, Double> weights = new HashMap<>(Map.of("a", 1.0));
		final TrainOptions options = o.schedule(schedule).sourceWeights(weights);
		schedule.clear();
		weights.clear();
		assertEquals(o.schedule(), options.schedule());
		assertEquals(Map.of("a", 1.0), options.sourceWeights());
		assertThrows(UnsupportedOperationException.class, () -> options.schedule().clear());
		assertThrows(UnsupportedOperationException.class, () -> options.sourceWeights().clear());
	}
}
