/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.torch.TorchEngine;

@Slow
class UnfoldingTest {

	private static final int SIDE = 48;

	private NDManager manager;
	private NDArray photos;

	@BeforeEach
	void open() {
		manager = TorchEngine.newManager(Device.cpu());
		photos = NetworkFixture.lightness(manager, 16, SIDE, SIDE, 7);
	}

	@AfterEach
	void close() {
		manager.close();
	}

	/** Resembles a long training: kernels of different magnitudes, changed statistics, and some dead channels. */
	private ColorizationNetwork trained() {
		final Random random = new Random(3);
		final Map<String, float[]> values = new HashMap<>();
		ColorizationNetwork.shapes(NetworkFixture.WIDTH).forEach((name, shape) -> {
			final float[] value = new float[(int) shape.size()];
			final double fanIn = name.startsWith("model8.0") ? 4 * shape.get(0)
					: shape.size() / (double) shape.get(0);
			for (int i = 0; i < value.length; i++) {
				final double gaussian = random.nextGaussian();
				value[i] = (float) (shape.dimension() == 4 ? gaussian * Math.sqrt(2 / fanIn)
						* (name.startsWith("model8") ? 1 : 4) : name.endsWith("running_var") ? 1 + random.nextDouble()
								: name.endsWith(".weight") ? 0.5 + random.nextDouble() : 0.3 * gaussian);
			}
			if (name.equals("model4.0.bias") || name.equals("model4.4.bias") || name.equals("model8.2.bias")) {
				value[1] = -1e4f;
			}
			values.put(name, value);
		});
		final ColorizationNetwork network = new ColorizationNetwork(NetworkFixture.WIDTH);
		final Map<String, NDArray> arrays = new HashMap<>();
		ColorizationNetwork.shapes(NetworkFixture.WIDTH)
				.forEach((name, shape) -> arrays.put(name, manager.create(values.get(name), shape)));
		network.initialize(manager, arrays);
		// Running statistics of photos, as after training.
		for (int i = 0; i < 200; i++) {
			learned(new PlainNetwork(network), photos);
		}
		DeadChannels.resetRunningVariance(network);
		return network;
	}

	/** The logits of a training step. */
	private float[] learned(final Block network, final NDArray lightness) {
		try (NDManager scratch = manager.newSubManager()) {
			final NDArray x = lightness.duplicate();
			x.attach(scratch);
			return network.forward(new ParameterStore(scratch, false), new NDList(x), true).singletonOrThrow()
					.toFloatArray();
		}
	}

	/** The relative root mean square difference. */
	private static double error(final float[] expected, final float[] actual) {
		double error = 0;
		double square = 0;
		for (int i = 0; i < expected.length; i++) {
			error += Math.pow(actual[i] - expected[i], 2);
			square += Math.pow(expected[i], 2);
		}
		return Math.sqrt(error / square);
	}

	@ParameterizedTest
	@CsvSource({"0.0625, 1", "0.0625, 0.4", "0.09375, 1", "0.125, 1", "0.23125, 1"})
	void branchesEqualNetwork(final double width, final double temperature) {
		final ColorizationNetwork trained = trained();
		final NDArray others = NetworkFixture.lightness(manager, 16, SIDE, SIDE, 8);
		final float[] learned = manager.create(learned(new PlainNetwork(trained), photos)).mul(temperature).toFloatArray();
		// After the prediction, because a training step changes the running statistics.
		final float[] predicted = trained.predict(others).mul(temperature).toFloatArray();
		final BranchedNetwork branches =
				Unfolding.unfold(trained, temperature, width, manager, photos, 1);

		assertEquals(width, branches.width());
		assertEquals(0, NetworkFixture.maxDifference(predicted, branches.fold(manager).predict(others).toFloatArray()),
				1e-3);
		// A training step normalizes by its batch. On the same photos, only the sample variance makes a difference.
		assertEquals(0, error(learned, learned(branches, photos)), 0.01);
	}

	@Test
	void channelsHaveUsualMagnitude() {
		final BranchedNetwork branches = Unfolding.unfold(trained(), 1, NetworkFixture.WIDTH, manager, photos, 1);
		branches.parameters().forEach((name, parameter) -> {
			double square = 0;
			for (final float value : parameter.getArray().toFloatArray()) {
				assertTrue(Float.isFinite(value), name);
				square += value * value;
			}
			if (name.endsWith(".kernel")) {
				// Random kernels after He et al. have the mean square 2 / inputs.
				final double expected = 2.0 * parameter.getArray().getShape().get(name.contains("4x4") ? 1 : 0)
						* (name.contains("4x4") ? 4 : 1);
				assertEquals(1, square / expected, 0.5, name);
			}
		});
	}

	@Test
	void newChannelsAreActiveButUnread() {
		final BranchedNetwork branches = Unfolding.unfold(trained(), 1, 0.125, manager, photos, 1);
		final NDArray kernel = branches.fold(manager).stateDict().get("model4.2.weight").getArray();
		final int old = (int) (512 * NetworkFixture.WIDTH);
		assertEquals(0, kernel.get(":" + old + ", " + old + ":").abs().sum().getFloat());
		assertTrue(kernel.get(old + ":, :" + old).abs().sum().getFloat() > 1);
		assertTrue(kernel.get(old + ":, " + old + ":").abs().sum().getFloat() > 1);
	}

	@Test
	void trainedNetworkIsUnchanged() {
		final ColorizationNetwork trained = trained();
		final float[] before = trained.predict(photos).toFloatArray();
		Unfolding.unfold(trained, 0.5, 0.125, manager, photos, 1);
		assertArrayEquals(before, trained.predict(photos).toFloatArray());
	}

	@Test
	void rejectsNarrowerWidth() {
		final ColorizationNetwork trained = trained();
		assertThrows(IllegalArgumentException.class,
				() -> Unfolding.unfold(trained, 1, NetworkFixture.WIDTH / 2, manager, photos, 1));
	}
}
