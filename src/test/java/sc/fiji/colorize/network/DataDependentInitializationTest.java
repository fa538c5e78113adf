/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ops.ColorBins;

class DataDependentInitializationTest {

	private static final int PHOTOS = 8;
	private static final int SIDE = 32;

	private final double[] constant = new double[ColorBins.COUNT];
	private NDManager manager;
	private NDArray lightness;
	private ColorizationNetwork network;

	@BeforeEach
	void initialize() {
		manager = TorchEngine.newManager(Device.cpu());
		lightness = NetworkFixture.lightness(manager, PHOTOS, SIDE, SIDE, 7);
		for (int q = 0; q < constant.length; q++) {
			constant[q] = 0.01 + Math.exp(-Math.hypot(ColorBins.a(q), ColorBins.b(q)) / 20);
		}
		network = initialized(11);
	}

	private ColorizationNetwork initialized(final long seed) {
		final ColorizationNetwork fresh = new ColorizationNetwork(NetworkFixture.WIDTH);
		DataDependentInitialization.apply(fresh, manager, lightness, constant, seed);
		return fresh;
	}

	@AfterEach
	void close() {
		manager.close();
	}

	@Test
	void eachChannelHasMeanZeroAndDeviationOneBeforeItsRelu() {
		final ParameterStore store = new ParameterStore(manager, false);
		NDArray x = ColorizationNetwork.normalize(lightness);
		for (final ColorizationNetwork.Layer layer : network.layers()) {
			if (layer.isConvolution() && !layer.name().equals("model8.6")) {
				final NDArray y = layer.block().forward(store, new NDList(x), true).singletonOrThrow();
				final NDArray byChannel = y.transpose(1, 0, 2, 3).reshape(y.getShape().get(1), -1);
				final NDArray mean = byChannel.mean(new int[] {1});
				final NDArray deviation = byChannel.sub(mean.reshape(-1, 1)).square().mean(new int[] {1}).sqrt();
				final float[] means = mean.toFloatArray();
				assertArrayEquals(new float[means.length], means, 2e-3f, layer.name());
				final float[] ones = new float[means.length];
				Arrays.fill(ones, 1);
				assertArrayEquals(ones, deviation.toFloatArray(), 2e-3f, layer.name());
			}
			x = ColorizationNetwork.apply(layer, store, x, true);
		}
		assertEquals(new Shape(PHOTOS, ColorBins.COUNT, SIDE / 4, SIDE / 4), x.getShape());
	}

	@Test
	void firstLossIsNearThatOfTheConstantPrediction() {
		final int places = SIDE * SIDE / 16;
		final long[] bins = new long[PHOTOS * places];
		for (int i = 0; i < bins.length; i++) {
			bins[i] = i % ColorBins.COUNT;
		}
		final Shape one = new Shape(PHOTOS, 1, SIDE / 4, SIDE / 4);
		final NDArray ones = manager.ones(one);
		final NDList labels = new NDList(manager.create(bins, one), ones, ones);
		final NDList predictions = network.forward(new ParameterStore(manager, false), new NDList(lightness), true);
		final double sum = Arrays.stream(constant).sum();
		final double expected = Arrays.stream(bins).mapToDouble(bin -> -Math.log(constant[(int) bin] / sum)).average()
				.orElseThrow();
		// Logits that deviate by 0.3 raise the logarithm of the sum by half the variance, 0.045.
		assertEquals(expected, new RebalancedCrossEntropy().evaluate(labels, predictions).getFloat(), 0.1);
	}

	@Test
	void predictionsDoDependOnTheInput() {
		final NDArray logits = network.forward(new ParameterStore(manager, false), new NDList(lightness), true)
				.singletonOrThrow();
		final NDArray perBin = logits.transpose(1, 0, 2, 3).reshape(ColorBins.COUNT, -1);
		final float deviation = perBin.sub(perBin.mean(new int[] {1}).reshape(-1, 1)).square().mean().sqrt().getFloat();
		assertEquals(0.3, deviation, 0.02);
	}

	@Test
	void theSameSeedGivesTheSameWeightsAndAnotherOthers() {
		final float[] first = network.stateDict().get("model5.2.weight").getArray().toFloatArray();
		assertArrayEquals(first, initialized(11).stateDict().get("model5.2.weight").getArray().toFloatArray());
		assertFalse(Arrays.equals(first, initialized(12).stateDict().get("model5.2.weight").getArray()
				.toFloatArray()));
	}

	@Test
	void aConstantPictureDoesNotMakeInfiniteWeights() {
		final ColorizationNetwork fresh = new ColorizationNetwork(NetworkFixture.WIDTH);
		DataDependentInitialization.apply(fresh, manager, manager.ones(new Shape(2, 1, SIDE, SIDE)).mul(60),
				constant, 1);
		fresh.stateDict().forEach((name, parameter) -> {
			for (final float value : parameter.getArray().toFloatArray()) {
				assertTrue(Float.isFinite(value), name);
			}
		});
	}

	@Test
	void onlyTheParametersStayWithTheManager() {
		try (NDManager own = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork fresh = new ColorizationNetwork(NetworkFixture.WIDTH);
			final NDArray photos = NetworkFixture.lightness(own, PHOTOS, SIDE, SIDE, 7);
			DataDependentInitialization.apply(fresh, own, photos, constant, 1);
			assertEquals(fresh.stateDict().size() + 1, own.getManagedArrays().size());
		}
	}
}
