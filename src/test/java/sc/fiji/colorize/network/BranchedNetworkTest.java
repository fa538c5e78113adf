/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;

class BranchedNetworkTest {

	private static final int SIDE = 32;

	private NDManager manager;
	private NDArray lightness;

	@BeforeEach
	void open() {
		manager = TorchEngine.newManager(Device.cpu());
		lightness = NetworkFixture.lightness(manager, 4, SIDE, SIDE, 7);
	}

	@AfterEach
	void close() {
		manager.close();
	}

	/** A network with random values in all parameters and logits of usual magnitude. */
	private BranchedNetwork network(final double width) {
		final BranchedNetwork network = new BranchedNetwork(width);
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1);
		network.initialize(manager, even, 3);
		final Map<String, float[]> values = new HashMap<>();
		final Random random = new Random(5);
		network.parameters().forEach((name, parameter) -> {
			final float[] value = parameter.getArray().toFloatArray();
			for (int i = 0; i < value.length; i++) {
				value[i] = switch (parameter.getType()) {
					case GAMMA -> 0.5f + random.nextFloat();
					case BETA, RUNNING_MEAN -> 0.3f * (float) random.nextGaussian();
					case RUNNING_VAR -> 0.5f + random.nextFloat();
					default -> name.startsWith("model8.6") ? 30 * value[i] : value[i];
				};
			}
			values.put(name, value);
		});
		final BranchedNetwork filled = new BranchedNetwork(width);
		filled.initialize(values, manager);
		return filled;
	}

	private float[] learned(final BranchedNetwork network) {
		try (NDManager scratch = manager.newSubManager()) {
			final NDArray x = lightness.duplicate();
			x.attach(scratch);
			return network.forward(new ParameterStore(scratch, false), new NDList(x), true).singletonOrThrow()
					.toFloatArray();
		}
	}

	/**
	 * The sum of the branches, computed with DJL's operations.
	 *
	 * @param batchStatistics whether to normalize by the statistics of the input, as in training
	 */
	private NDArray reference(final BranchedNetwork network, final boolean batchStatistics) {
		NDArray x = ColorizationNetwork.normalize(lightness);
		for (final BranchedNetwork.Layer layer : network.layers()) {
			final Map<String, Parameter> parameters = network.parameters();
			if (layer.method().equals("logits")) {
				x = convolve(x, values(parameters, layer.name() + ".weight"), 1, 1)
						.add(values(parameters, layer.name() + ".bias").reshape(1, -1, 1, 1));
				continue;
			}
			if (layer.branches().isEmpty()) {
				x = normalize(x, parameters, layer.name(), batchStatistics);
				continue;
			}
			final boolean strided = layer.method().startsWith("strided");
			final int dilation = layer.method().startsWith("dilated") ? 2 : 1;
			NDArray sum = null;
			for (final BranchedNetwork.Branch branch : layer.branches()) {
				final NDArray y;
				if (branch.kernel() == 0) {
					y = x;
				}
				else if (layer.isTransposed()) {
					y = transpose(x, values(parameters, branch.name() + ".kernel"));
				}
				else {
					y = convolve(x, values(parameters, branch.name() + ".kernel"), strided ? 2 : 1, dilation);
				}
				final NDArray normalized = normalize(y, parameters, branch.name(), batchStatistics);
				sum = sum == null ? normalized : sum.add(normalized);
			}
			x = sum.maximum(0);
		}
		return x;
	}

	private NDArray values(final Map<String, Parameter> parameters, final String name) {
		final NDArray array = parameters.get(name).getArray();
		return manager.create(array.toFloatArray(), array.getShape());
	}

	private static NDArray convolve(final NDArray x, final NDArray kernel, final int stride, final int dilation) {
		final long padding = kernel.getShape().get(2) / 2 * dilation;
		final NDArray filled = ChannelPadding.pad(ChannelPadding.padInputs(kernel, x), 0, x);
		return Conv2d.conv2d(ChannelPadding.padInputs(x, x), filled, null, new Shape(stride, stride),
				new Shape(padding, padding), new Shape(dilation, dilation), 1).singletonOrThrow()
				.get(new NDIndex(":, :{}", kernel.getShape().get(0)));
	}

	/** A transposed convolution by its definition: each input pixel adds its value times the kernel to 4x4 output pixels. */
	private NDArray transpose(final NDArray x, final NDArray kernel) {
		final int n = (int) x.getShape().get(0);
		final int in = (int) x.getShape().get(1);
		final int out = (int) kernel.getShape().get(1);
		final int h = (int) x.getShape().get(2);
		final int w = (int) x.getShape().get(3);
		final float[] from = x.toFloatArray();
		final float[] taps = kernel.toFloatArray();
		final float[] to = new float[n * out * 4 * h * w];
		for (int b = 0; b < n; b++) {
			for (int i = 0; i < in; i++) {
				for (int o = 0; o < out; o++) {
					for (int p = 0; p < h * w * 16; p++) {
						final int y = 2 * (p / 16 / w) - 1 + p % 16 / 4;
						final int z = 2 * (p / 16 % w) - 1 + p % 4;
						if (y >= 0 && y < 2 * h && z >= 0 && z < 2 * w) {
							to[((b * out + o) * 2 * h + y) * 2 * w + z] +=
									from[(b * in + i) * h * w + p / 16] * taps[(i * out + o) * 16 + p % 16];
						}
					}
				}
			}
		}
		return manager.create(to, new Shape(n, out, 2L * h, 2L * w));
	}

	private NDArray normalize(final NDArray x, final Map<String, Parameter> parameters, final String name,
			final boolean batchStatistics) {
		final NDArray mean = batchStatistics ? mean(x)
				: values(parameters, name + ".running_mean").reshape(1, -1, 1, 1);
		final NDArray variance = batchStatistics ? mean(x.sub(mean).square())
				: values(parameters, name + ".running_var").reshape(1, -1, 1, 1);
		return x.sub(mean).div(variance.add(1e-5).sqrt())
				.mul(values(parameters, name + ".weight").reshape(1, -1, 1, 1))
				.add(values(parameters, name + ".bias").reshape(1, -1, 1, 1));
	}

	private static NDArray mean(final NDArray x) {
		return x.transpose(1, 0, 2, 3).reshape(x.getShape().get(1), -1).mean(new int[] {1}).reshape(1, -1, 1, 1);
	}

	private static double largest(final float[] values) {
		double largest = 0;
		for (final float value : values) {
			largest = Math.max(largest, Math.abs(value));
		}
		return largest;
	}

	/** The widths include some with channels that are not multiples of 16, and one with a single channel. */
	@ParameterizedTest
	@ValueSource(doubles = {1 / 64.0, 1 / 16.0, 0.1, 0.25, 0.375})
	void foldedNetworkEqualsBranches(final double width) {
		final BranchedNetwork network = network(width);
		final float[] expected = reference(network, false).toFloatArray();
		assertTrue(largest(expected) > 1, "The logits are too small: " + largest(expected));
		final ColorizationNetwork folded = network.fold(manager);
		assertEquals(ColorizationNetwork.shapes(width).keySet(), folded.stateDict().keySet());
		folded.stateDict().forEach((name, parameter) -> assertEquals(ColorizationNetwork.shapes(width).get(name),
				parameter.getArray().getShape(), name));
		assertEquals(0, NetworkFixture.maxDifference(expected, folded.predict(lightness).toFloatArray()),
				1e-4 * Math.max(1, largest(expected) / 10));
		// The network predicts the same between two training steps.
		assertArrayEquals(folded.predict(lightness).toFloatArray(),
				network.forward(new ParameterStore(manager, false), new NDList(lightness), false).singletonOrThrow()
						.toFloatArray(),
				1e-4f);
	}

	@ParameterizedTest
	@CsvSource({"0.015625, false", "0.1, false", "0.25, false", "0.23125, false", "0.1, true"})
	void trainingUsesStatisticsOfBatch(final double width, final boolean mixed) {
		final BranchedNetwork network = network(width);
		network.setMixedPrecision(mixed);
		final float[] expected = reference(network, true).toFloatArray();
		final float[] actual = learned(network);
		double error = 0;
		double square = 0;
		for (int i = 0; i < expected.length; i++) {
			error += Math.pow(actual[i] - expected[i], 2);
			square += Math.pow(expected[i], 2);
		}
		// bfloat16 has 8 significant bits, and the error grows over 23 layers.
		assertEquals(0, Math.sqrt(error / square), mixed ? 0.15 : 1e-4);
	}

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void predictionConvergesToTrainingOutput(final boolean mixed) {
		final BranchedNetwork network = network(1 / 16.0);
		network.setMixedPrecision(mixed);
		// Each step moves the running statistics by a tenth of the difference.
		for (int i = 0; i < 70; i++) {
			learned(network);
		}
		final float[] learned = reference(network, true).toFloatArray();
		final float[] predicted = network.fold(manager).predict(lightness).toFloatArray();
		double error = 0;
		double square = 0;
		for (int i = 0; i < learned.length; i++) {
			error += Math.pow(predicted[i] - learned[i], 2);
			square += Math.pow(learned[i], 2);
		}
		// The running variance is the sample variance, which is larger for few pixels.
		assertEquals(0, Math.sqrt(error / square), mixed ? 0.15 : 0.05);
	}

	@Test
	void branchesDependOnShape() {
		final Map<String, List<String>> branches = new HashMap<>();
		for (final BranchedNetwork.Layer layer : new BranchedNetwork(0.25).layers()) {
			branches.put(layer.name(), layer.branches().stream()
					.map(branch -> branch.name().substring(layer.name().length() + 1)).toList());
		}
		assertEquals(List.of("3x3", "1x1"), branches.get("model1.0"));
		assertEquals(List.of("3x3", "1x1"), branches.get("model1.2"));
		assertEquals(List.of("3x3", "1x1", "identity"), branches.get("model3.2"));
		assertEquals(List.of("3x3", "1x1", "identity"), branches.get("model5.0"));
		assertEquals(List.of("4x4"), branches.get("model8.0"));
		assertEquals(List.of(), branches.get("model8.6"));
		assertEquals(List.of(), branches.get("model4.6"));
	}

	@Test
	void valuesDependOnSeed() {
		final List<float[]> kernels = new ArrayList<>();
		final double[] constant = new double[ColorBins.COUNT];
		Arrays.fill(constant, 1);
		for (final long seed : new long[] {3, 3, 4}) {
			final BranchedNetwork network = new BranchedNetwork(1 / 16.0);
			network.initialize(manager, constant, seed);
			kernels.add(network.parameters().get("model5.2.3x3.kernel").getArray().toFloatArray());
		}
		assertArrayEquals(kernels.get(0), kernels.get(1));
		assertFalse(Arrays.equals(kernels.get(0), kernels.get(2)));
	}

	@Test
	void initialPredictionIsNearlyConstant() {
		final double[] constant = new double[ColorBins.COUNT];
		for (int q = 0; q < constant.length; q++) {
			constant[q] = q % 7;
		}
		final double sum = Arrays.stream(constant).sum();
		final BranchedNetwork network = new BranchedNetwork(0.25);
		network.initialize(manager, constant, 1);
		final float[] logits = learned(network);
		final int cells = SIDE * SIDE / 16;
		for (int i = 0; i < logits.length; i++) {
			final double expected = Math.log(constant[i / cells % constant.length] / sum + 1e-6);
			assertEquals(expected, logits[i], 1, "cell " + i);
		}
	}

	@Test
	void trainingAndPredictingLeakNoArrays() {
		final BranchedNetwork network = network(0.1);
		learned(network);
		final int before = manager.getManagedArrays().size();
		for (int i = 0; i < 3; i++) {
			learned(network);
			try (NDManager scratch = manager.newSubManager()) {
				final NDArray x = lightness.duplicate();
				x.attach(scratch);
				network.forward(new ParameterStore(scratch, false), new NDList(x), false);
			}
		}
		learned(network);
		assertEquals(before, manager.getManagedArrays().size());
	}
}
