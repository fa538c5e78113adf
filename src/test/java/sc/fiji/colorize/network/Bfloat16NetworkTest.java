/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.torch.TorchEngine;

class Bfloat16NetworkTest {

	/** Values with biases and with statistics other than those of a new network. */
	private static ColorizationNetwork network(final double width, final NDManager manager) {
		final Random random = new Random(3);
		final Map<String, NDArray> values = new HashMap<>();
		ColorizationNetwork.shapes(width).forEach((name, shape) -> {
			final float[] array = new float[(int) shape.size()];
			final boolean kernel = shape.dimension() == 4;
			final long inputs = name.equals("model8.0.weight") ? 4 * shape.get(0) : shape.size() / shape.get(0);
			for (int i = 0; i < array.length; i++) {
				array[i] = kernel ? (float) (random.nextGaussian() * Math.sqrt(2.0 / inputs)) : 0.5f + random.nextFloat();
			}
			values.put(name, manager.create(array, shape));
		});
		final ColorizationNetwork network = new ColorizationNetwork(width);
		network.initialize(manager, values);
		network.freezeParameters(true);
		return network;
	}

	private static NDArray lightness(final NDManager manager, final int batch) {
		final Random random = new Random(5);
		final float[] values = new float[batch * 32 * 48];
		for (int i = 0; i < values.length; i++) {
			values[i] = 100 * random.nextFloat();
		}
		return manager.create(values, new Shape(batch, 1, 32, 48));
	}

	/** Numbers of channels that are multiples of 16, and that are not. */
	@ParameterizedTest
	@ValueSource(doubles = {0.02, 1.5 / 16, 3.7 / 16, 0.25})
	void logitsAreThoseOfFloat32WithinTheRounding(final double width) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = network(width, manager);
			final NDArray expected = network.predict(lightness(manager, 1));
			final NDArray actual = new Bfloat16Network(network, manager).predict(lightness(manager, 1));
			assertEquals(expected.getShape(), actual.getShape());
			assertEquals(DataType.FLOAT32, actual.getDataType());
			final double size = rms(expected.sub(expected.mean()));
			// Numbers of 8 bits are off by up to 0.002, and errors add up over 23 layers.
			assertEquals(0, rms(actual.sub(expected)) / size, 0.05);
			assertTrue(rms(actual.sub(expected)) > 0, "The network ran in float32.");
		}
	}

	private static double rms(final NDArray array) {
		return Math.sqrt(array.square().mean().getFloat());
	}

	@Test
	void imagesOfABatchGiveTheirOwnLogits() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Bfloat16Network network = new Bfloat16Network(network(0.1, manager), manager);
			final NDArray both = lightness(manager, 2);
			final float[] together = network.predict(both.duplicate()).get(1).toFloatArray();
			final float[] alone = network.predict(both.get("1:2")).toFloatArray();
			assertArrayEquals(alone, together, 0.05f * (float) rms(manager.create(alone)));
		}
	}

	@Test
	void predictionsLeaveNoArraysBehind() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Bfloat16Network network = new Bfloat16Network(network(0.02, manager), manager);
			final int before = manager.getManagedArrays().size();
			try (NDManager scratch = manager.newSubManager()) {
				network.predict(lightness(scratch, 1));
			}
			assertEquals(before, manager.getManagedArrays().size());
		}
	}
}
