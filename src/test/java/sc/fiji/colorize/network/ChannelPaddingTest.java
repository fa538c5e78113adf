/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;

@Slow
class ChannelPaddingTest {

	/** Leaves freed memory that is full of NaN. */
	private static void dirty(final NDManager manager) {
		try (NDManager scratch = manager.newSubManager()) {
			final List<NDArray> arrays = new ArrayList<>();
			for (int i = 0; i < 300; i++) {
				arrays.add(scratch.full(new Shape(1 + 37L * i), Float.NaN));
			}
			assertFalse(arrays.isEmpty());
		}
	}

	private static NDArray photos(final NDManager manager) {
		final Random random = new Random(5);
		final float[] values = new float[4 * 32 * 32];
		for (int i = 0; i < values.length; i++) {
			values[i] = 100 * random.nextFloat();
		}
		return manager.create(values, new Shape(4, 1, 32, 32));
	}

	private static void assertFinite(final float[] values, final String what) {
		for (final float value : values) {
			assertTrue(Float.isFinite(value), what + " has " + value);
		}
	}

	private static BranchedNetwork network(final double width, final NDManager manager) {
		final BranchedNetwork network = new BranchedNetwork(width);
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1.0 / ColorBins.COUNT);
		network.initialize(manager, even, 1);
		return network;
	}

	/** Widths with numbers of channels that are multiples of 16, and that are not. */
	@ParameterizedTest
	@ValueSource(doubles = {0.25, 1.5 / 16, 3.7 / 16})
	void predictionsIgnoreUninitializedMemory(final double width) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = network(width, manager).fold(manager);
			float[] before = null;
			for (int i = 0; i < 10; i++) {
				dirty(manager);
				try (NDManager scratch = manager.newSubManager()) {
					final float[] logits = network.predict(photos(scratch)).toFloatArray();
					assertFinite(logits, "prediction");
					if (before != null) {
						assertArrayEquals(before, logits, 1e-4f);
					}
					before = logits;
				}
			}
		}
	}

	/** Narrow images are a case of their own in PyTorch. */
	@ParameterizedTest
	@EnumSource(names = {"FLOAT32", "BFLOAT16"})
	void predictionsOfNarrowImagesIgnoreUninitializedMemory(final Precision precision) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = network(0.25, manager).fold(manager);
			network.freezeParameters(true);
			try (BatchPrediction prediction = new BatchPrediction(network, manager, precision, message -> { })) {
				for (int length = 8; length <= 264; length += 32) {
					dirty(manager);
					final float[][] image = {new float[8 * length]};
					assertFinite(prediction.predict(image, 8, length, 1)[0], "8x" + length);
					dirty(manager);
					assertFinite(prediction.predict(image, length, 8, 1)[0], length + "x8");
				}
			}
		}
	}

	@ParameterizedTest
	@CsvSource({"0.09375, false", "0.09375, true", "0.25, false", "0.25, true", "0.375, true"})
	void gradientsIgnoreUninitializedMemory(final double width, final boolean mixed) {
		try (Model model = Model.newInstance("colorizer", Device.cpu(), TorchEngine.NAME)) {
			final BranchedNetwork network = network(width, model.getNDManager());
			network.setMixedPrecision(mixed);
			model.setBlock(network);
			try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
				trainer.initialize(new Shape(1, 1, 32, 32));
				for (int i = 0; i < 5; i++) {
					dirty(model.getNDManager());
					try (NDManager scratch = trainer.getManager().newSubManager();
							GradientCollector collector = trainer.newGradientCollector()) {
						collector.backward(trainer.forward(new NDList(photos(scratch))).singletonOrThrow().square().mean());
					}
					network.parameters().forEach((name, parameter) -> {
						if (parameter.requiresGradient()) {
							assertFinite(parameter.getArray().getGradient().toFloatArray(), name);
						}
						else {
							assertFinite(parameter.getArray().toFloatArray(), name);
						}
					});
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void trainingIgnoresUninitializedMemory(final boolean mixed) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final BranchedNetwork network = network(0.25, manager);
			network.setMixedPrecision(mixed);
			float[] before = null;
			for (int i = 0; i < 10; i++) {
				dirty(manager);
				try (NDManager scratch = manager.newSubManager()) {
					final NDList x = new NDList(photos(scratch));
					final float[] logits = network.forward(new ParameterStore(scratch, false), x, true).singletonOrThrow()
							.toFloatArray();
					assertFinite(logits, "forward pass");
					if (before != null) {
						assertArrayEquals(before, logits, 1e-4f);
					}
					before = logits;
				}
			}
		}
	}

	@Test
	void paddingKeepsResults() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = network(1.5 / 16, manager).fold(manager);
			final ColorizationNetwork.Layer layer = network.layers().get(1);
			final float[] weight = values(layer, "weight");
			final float[] bias = values(layer, "bias");
			final NDArray x = manager.randomNormal(new Shape(1, 6, 8, 8));
			final float[] input = x.toFloatArray();
			final NDArray y = ColorizationNetwork.beforeRelu(layer, new ParameterStore(manager, false), x);

			assertArrayEquals(new long[] {1, 6, 4, 4}, y.getShape().getShape());
			final float[] actual = y.toFloatArray();
			for (int o = 0; o < 6; o++) {
				// Pixel (1, 1) depends on rows and columns 1 to 3.
				double expected = bias[o];
				for (int c = 0; c < 6; c++) {
					for (int t = 0; t < 9; t++) {
						expected += weight[(o * 6 + c) * 9 + t] * input[(c * 8 + 1 + t / 3) * 8 + 1 + t % 3];
					}
				}
				assertArrayEquals(new float[] {(float) expected}, new float[] {actual[o * 16 + 5]}, 1e-4f);
			}
		}
	}

	private static float[] values(final ColorizationNetwork.Layer layer, final String name) {
		final Parameter parameter = layer.block().getDirectParameters().get(name);
		return parameter.getArray().toFloatArray();
	}
}
