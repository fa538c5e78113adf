/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.torch.TorchEngine;

class ResumableAdamTest {

	private static final Map<String, String> NAMES = Map.of("id", "layer.weight");
	private static final float[][] GRADIENTS = {{0.5f, -2, 0}, {0.1f, -1, 3}, {-0.7f, 4, 1e-3f}, {0.2f, 1, -1}};

	private static void step(final ResumableAdam adam, final NDArray weight, final int number, final double rate) {
		adam.beginStep(rate, number + 1);
		adam.update("id", weight, weight.getManager().create(GRADIENTS[number]));
	}

	@Test
	void stepsEqualPaper() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ResumableAdam adam = new ResumableAdam(manager, NAMES, 0);
			final NDArray weight = manager.create(new float[] {1, 2, 3});
			final double[] expected = {1, 2, 3};
			final double[] mean = new double[3];
			final double[] variance = new double[3];
			for (int t = 0; t < GRADIENTS.length; t++) {
				final double rate = 0.1 / (t + 1);
				step(adam, weight, t, rate);
				for (int i = 0; i < 3; i++) {
					mean[i] = 0.9 * mean[i] + 0.1 * GRADIENTS[t][i];
					variance[i] = 0.99 * variance[i] + 0.01 * GRADIENTS[t][i] * GRADIENTS[t][i];
					expected[i] -= rate * mean[i] / (1 - Math.pow(0.9, t + 1))
							/ (Math.sqrt(variance[i] / (1 - Math.pow(0.99, t + 1))) + 1e-8);
				}
				for (int i = 0; i < 3; i++) {
					assertEquals(expected[i], weight.toFloatArray()[i], 2e-6, "step " + (t + 1));
				}
			}
		}
	}

	@Test
	void onlyKernelsDecay() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			for (final Shape shape : new Shape[] {new Shape(3, 1, 1, 1), new Shape(3)}) {
				final NDArray plain = manager.create(new float[] {1, 2, 3}, shape);
				final NDArray decaying = plain.duplicate();
				for (final NDArray weight : List.of(plain, decaying)) {
					final ResumableAdam adam = new ResumableAdam(manager, NAMES, weight == plain ? 0 : 0.5);
					adam.beginStep(0.1, 1);
					adam.update("id", weight, manager.create(GRADIENTS[0], shape));
				}
				for (int i = 0; i < 3; i++) {
					final double decay = shape.dimension() == 4 ? 0.1 * 0.5 * (i + 1) : 0;
					assertEquals(plain.toFloatArray()[i] - decay, decaying.toFloatArray()[i], 1e-6);
				}
			}
		}
	}

	@Test
	void restoredStateContinuesExactly() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ResumableAdam whole = new ResumableAdam(manager, NAMES, 0);
			final NDArray weight = manager.create(new float[] {1, 2, 3});
			step(whole, weight, 0, 0.1);
			step(whole, weight, 1, 0.1);
			final Map<String, NDArray> state = new HashMap<>();
			whole.state(Device.cpu()).forEach((name, array) -> state.put(name, array.duplicate()));
			assertEquals(Set.of("mean.layer.weight", "variance.layer.weight"), state.keySet());
			final NDArray copy = weight.duplicate();
			step(whole, weight, 2, 0.1);
			step(whole, weight, 3, 0.1);

			final ResumableAdam resumed = new ResumableAdam(manager, NAMES, 0);
			resumed.restore(state, new Device[] {Device.cpu()});
			// The arrays of the checkpoint are closed after the restore.
			state.values().forEach(array -> array.muli(Float.NaN));
			step(resumed, copy, 2, 0.1);
			step(resumed, copy, 3, 0.1);
			assertArrayEquals(weight.toFloatArray(), copy.toFloatArray());
		}
	}
}
