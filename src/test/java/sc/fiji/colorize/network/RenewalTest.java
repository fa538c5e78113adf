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
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.ops.ColorBins;

@Slow
class RenewalTest {

	private static final double WIDTH = 1 / 16.0;

	private static NDArray photos(final NDManager manager) {
		final Random random = new Random(5);
		final float[] values = new float[8 * 32 * 32];
		for (int i = 0; i < values.length; i++) {
			values[i] = (float) (50 + 40 * Math.sin(i / 37.0) + 5 * random.nextGaussian());
		}
		return manager.create(values, new Shape(8, 1, 32, 32));
	}

	/** A network like after a long training: kernels grown layer by layer, a statistic of each kind, no dead channel. */
	private static ColorizationNetwork trained(final NDManager manager) {
		final ColorizationNetwork network = new ColorizationNetwork(WIDTH);
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1.0 / ColorBins.COUNT);
		DataDependentInitialization.apply(network, manager, photos(manager), even, 1);
		network.stateDict().forEach((name, parameter) -> {
			if (parameter.getType() == Parameter.Type.WEIGHT && !name.startsWith("model8")) {
				parameter.getArray().muli(6);
			}
			if (parameter.getType() == Parameter.Type.BETA) {
				parameter.getArray().addi(0.5f);
			}
		});
		for (int i = 0; i < 100; i++) {
			learned(network, manager);
		}
		return network;
	}

	/** The logits as a training step computes them. */
	private static float[] learned(final ColorizationNetwork network, final NDManager manager) {
		try (NDManager scratch = manager.newSubManager()) {
			final ParameterStore store = new ParameterStore(scratch, false);
			return network.forward(store, new NDList(photos(scratch)), true).singletonOrThrow().toFloatArray();
		}
	}

	private static void assertSame(final float[] expected, final float[] actual, final double share) {
		double error = 0;
		double spread = 0;
		for (int i = 0; i < expected.length; i++) {
			error += Math.pow(actual[i] - expected[i], 2);
			spread += Math.pow(expected[i] - Math.log(1.0 / ColorBins.COUNT), 2);
		}
		assertTrue(error < share * spread, "error " + error + " of " + spread);
	}

	@ParameterizedTest
	@ValueSource(doubles = {1 / 16.0, 1.5 / 16, 2 / 16.0, 3.7 / 16})
	void theNewNetworkSaysTheSame(final double width) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork trained = trained(manager);
			final float[] predicted = trained.predict(photos(manager)).toFloatArray();
			final float[] learned = learned(trained, manager);
			final ColorizationNetwork renewed = Renewal.renew(trained, width, manager, photos(manager), 1);

			assertEquals(width, renewed.width());
			assertSame(predicted, renewed.predict(photos(manager)).toFloatArray(), 1e-3);
			assertSame(learned, learned(renewed, manager), 1e-3);
		}
	}

	@Test
	void eachChannelHasTheSameSpread() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork renewed = Renewal.renew(trained(manager), WIDTH, manager, photos(manager), 1);
			final ParameterStore store = new ParameterStore(manager, false);
			NDArray x = ColorizationNetwork.normalize(photos(manager));
			for (final ColorizationNetwork.Layer layer : renewed.layers()) {
				if (layer.isConvolution() && layer.relu()) {
					final NDArray y = layer.block().forward(store, new NDList(x), true).singletonOrThrow();
					final NDArray byChannel = DataDependentInitialization.byChannel(y);
					for (int c = 0; c < byChannel.getShape().get(0); c++) {
						final NDArray channel = byChannel.get(c);
						assertEquals(1, channel.sub(channel.mean()).square().mean().getFloat(), 1e-3, layer.name());
					}
				}
				x = ColorizationNetwork.apply(layer, store, x, true);
			}
		}
	}

	@Test
	void deadChannelsLiveAgainAndAreNotReadYet() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork trained = trained(manager);
			for (final String layer : new String[] {"model4.0", "model4.4", "model8.2"}) {
				final Parameter bias = trained.stateDict().get(layer + ".bias");
				final float[] values = bias.getArray().toFloatArray();
				values[1] = -1e9f;
				bias.getArray().set(values);
			}
			for (int i = 0; i < 100; i++) {
				learned(trained, manager);
			}
			final float[] learned = learned(trained, manager);
			final ColorizationNetwork renewed = Renewal.renew(trained, WIDTH, manager, photos(manager), 1);

			assertNotEquals(-1e9f, renewed.stateDict().get("model4.0.bias").getArray().toFloatArray()[1]);
			final NDArray kernel = renewed.stateDict().get("model4.2.weight").getArray();
			assertEquals(0, kernel.get(":, 1").abs().sum().getFloat());
			assertNotEquals(0, kernel.get(":, 0").abs().sum().getFloat());
			// At the border of a picture the dead channel's constant was missing: only there the two differ.
			assertSame(learned, learned(renewed, manager), 0.1);
		}
	}

	@Test
	void aNetworkIsNotMadeNarrower() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork trained = trained(manager);
			assertThrows(IllegalArgumentException.class,
					() -> Renewal.renew(trained, WIDTH / 2, manager, photos(manager), 1));
		}
	}
}
