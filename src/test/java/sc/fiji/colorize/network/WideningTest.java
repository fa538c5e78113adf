/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ops.ColorBins;

class WideningTest {

	private static final double WIDTH = 1 / 16.0;

	private static NDArray photos(final NDManager manager) {
		final Random random = new Random(5);
		final float[] values = new float[8 * 32 * 32];
		for (int i = 0; i < values.length; i++) {
			values[i] = (float) (50 + 40 * Math.sin(i / 37.0) + 5 * random.nextGaussian());
		}
		return manager.create(values, new Shape(8, 1, 32, 32));
	}

	private static ColorizationNetwork narrow(final NDManager manager) {
		final ColorizationNetwork network = new ColorizationNetwork(WIDTH);
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1.0 / ColorBins.COUNT);
		DataDependentInitialization.apply(network, manager, photos(manager), even, 1);
		return network;
	}

	@ParameterizedTest
	@ValueSource(doubles = {1.5 / 16, 2 / 16.0, 3.7 / 16})
	void theWiderNetworkSaysNearlyTheSame(final double width) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork narrow = narrow(manager);
			final ColorizationNetwork wide = new ColorizationNetwork(width);
			wide.initialize(manager, Widening.widen(narrow, width, manager, 1));

			final float[] expected = narrow.predict(photos(manager)).toFloatArray();
			final float[] actual = wide.predict(photos(manager)).toFloatArray();
			double error = 0;
			double spread = 0;
			for (int i = 0; i < expected.length; i++) {
				error += Math.pow(actual[i] - expected[i], 2);
				spread += Math.pow(expected[i] - Math.log(1.0 / ColorBins.COUNT), 2);
			}
			assertTrue(error < 0.1 * spread, "error " + error + " of " + spread);
			assertNotEquals(0, error);
		}
	}

	@Test
	void copiesOfAChannelCanBecomeDifferent() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> values = Widening.widen(narrow(manager), 2 * WIDTH, manager, 1);
			final float[] kernel = values.get("model1.2.weight").toFloatArray();
			assertEquals(8 * 8 * 9, kernel.length);
			final float[] original = Arrays.copyOfRange(kernel, 0, 8 * 9);
			final float[] copy = Arrays.copyOfRange(kernel, 4 * 8 * 9, 5 * 8 * 9);
			assertEquals(original[0], copy[0], 0.5 * Math.abs(original[0]));
			assertNotEquals(original[0], copy[0]);
		}
	}

	@Test
	void aNetworkIsNotMadeNarrower() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork narrow = narrow(manager);
			assertThrows(IllegalArgumentException.class, () -> Widening.widen(narrow, WIDTH / 2, manager, 1));
		}
	}
}
