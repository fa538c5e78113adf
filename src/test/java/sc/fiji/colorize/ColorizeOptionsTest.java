/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.network.Precision;

class ColorizeOptionsTest {

	private static final ColorizeOptions DEFAULTS = ColorizeOptions.defaults();

	@Test
	void defaultsAreThoseOfThePaperAndTheModel() {
		assertEquals(
				new ColorizeOptions("default", "auto", Precision.AUTO, 0.38, 1, 0, 0, Upsampling.EDGE_AWARE, false),
				DEFAULTS);
	}

	@Test
	void eachMethodChangesOneValueOfACopy() {
		final ColorizeOptions all =
				DEFAULTS.model("m.zip").device("gpu:1").precision(Precision.FLOAT32).temperature(0.2)
						.saturation(1.5).smoothing(0.8).size(256).upsampling(Upsampling.BILINEAR).reference(true);
		assertEquals(new ColorizeOptions("m.zip", "gpu:1", Precision.FLOAT32, 0.2, 1.5, 256, 0.8, Upsampling.BILINEAR,
				true), all);
		assertEquals(0.38, DEFAULTS.temperature());
	}

	@Test
	void partsHaveTheSameDefaultsAndValues() {
		assertEquals(OpenOptions.defaults(), DEFAULTS.opening());
		assertEquals(PredictOptions.defaults(), DEFAULTS.prediction());
		assertEquals(DecodeOptions.defaults(), DEFAULTS.decoding());
		final OpenOptions opening = OpenOptions.defaults().model("m.zip").device("gpu:1").precision(Precision.BFLOAT16);
		final PredictOptions prediction = PredictOptions.defaults().size(256).reference(true);
		final DecodeOptions decoding =
				DecodeOptions.defaults().temperature(0.2).saturation(1.5).upsampling(Upsampling.BILINEAR);
		final ColorizeOptions all = new ColorizeOptions(opening, prediction, decoding);
		assertEquals(opening, all.opening());
		assertEquals(prediction, all.prediction());
		assertEquals(decoding, all.decoding());
		assertEquals(0, all.smoothing());
	}

	@Test
	void aNegativeNumberOfThreadsIsRefused() {
		assertEquals(3, OpenOptions.defaults().threads(3).threads());
		assertRefused(() -> OpenOptions.defaults().threads(-1),
				"The number of threads must be 1 or more, or 0 for PyTorch's own, but is -1.");
	}

	@Test
	void referenceUsesTheSizeOfThePublishedDemo() {
		assertEquals(0, DEFAULTS.reference(true).size());
		assertThrows(IllegalArgumentException.class, () -> DEFAULTS.reference(true).size(128));
	}

	@ParameterizedTest
	@ValueSource(doubles = {2, -0.01, 1.0001, Double.NaN, Double.POSITIVE_INFINITY})
	void temperaturesOutsideZeroToOneAreRefused(final double value) {
		assertRefused(() -> DEFAULTS.temperature(value), "The temperature must be from 0 to 1 but is " + value + ".");
	}

	@ParameterizedTest
	@ValueSource(doubles = {-1, 5.01, Double.NaN, Double.NEGATIVE_INFINITY})
	void saturationsOutsideZeroToFiveAreRefused(final double value) {
		assertRefused(() -> DEFAULTS.saturation(value), "The saturation must be from 0 to 5.0 but is " + value + ".");
	}

	@ParameterizedTest
	@ValueSource(doubles = {-0.1, 1.01, Double.NaN})
	void smoothingsOutsideZeroToOneAreRefused(final double value) {
		assertRefused(() -> DEFAULTS.smoothing(value), "The smoothing must be from 0 to 1 but is " + value + ".");
	}

	@ParameterizedTest
	@ValueSource(ints = {100, -8, 8, 24, 2056, 33, Integer.MAX_VALUE, Integer.MIN_VALUE})
	void sizesThatTheNetworkCannotTakeAreRefused(final int value) {
		assertRefused(() -> DEFAULTS.size(value),
				"The size must be a multiple of 8 from 32 to 2048, or 0 for the model's own, but is " + value + ".");
	}

	@Test
	void rangeLimitsAreAllowed() {
		for (final int size : new int[] {0, 32, 2048}) {
			assertEquals(size, DEFAULTS.size(size).size());
		}
		for (final double value : new double[] {0, 1}) {
			assertEquals(value, DEFAULTS.temperature(value).temperature());
			assertEquals(value, DEFAULTS.smoothing(value).smoothing());
		}
		for (final double value : new double[] {0, 5}) {
			assertEquals(value, DEFAULTS.saturation(value).saturation());
		}
	}

	@Test
	void upsamplingsAreFoundByName() {
		for (final Upsampling upsampling : Upsampling.values()) {
			assertEquals(upsampling, DEFAULTS.upsampling(Upsampling.of(upsampling.label())).upsampling());
		}
		assertEquals(Upsampling.EDGE_AWARE, Upsampling.of("Edge-Aware"));
		assertRefused(() -> Upsampling.of("cubic"), "The upsampling must be edge-aware or bilinear but is 'cubic'.");
		assertRefused(() -> DEFAULTS.upsampling(null), "The upsampling must be edge-aware or bilinear but is missing.");
	}

	@Test
	void emptyNamesAreRefused() {
		for (final String name : Arrays.asList("", "  ", null)) {
			assertRefused(() -> DEFAULTS.model(name),
					"The model must be 'default' or the path of a model zip but is empty.");
			assertRefused(() -> DEFAULTS.device(name), "The device must be auto, cpu, gpu or gpu:N but is empty.");
		}
	}

	@Test
	void missingDevicesAreRefusedOnOpening() {
		for (final String name : List.of("cuda", "gpu:", "gpu:-1", "gpu:x", "nonsense", "cpu:0")) {
			assertRefused(() -> Colorizer.open(TinyModel.options().device(name).opening()).close(),
					"The device must be auto, cpu, gpu or gpu:N but is '" + name + "'.");
		}
		final IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
				() -> Colorizer.open(TinyModel.options().device("gpu:99").opening()).close());
		assertTrue(e.getMessage().matches("There is no device 'gpu:99' that works \\(.*\\): choose auto or cpu\\."),
				e.getMessage());
	}

	private static void assertRefused(final Executable call, final String sentence) {
		assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
	}
}
