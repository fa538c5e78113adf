/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sc.fiji.colorize.torch.TorchEngine;

class SubPixelTransposedConvolutionTest {

	private static final int KERNEL = 4;

	@ParameterizedTest
	@CsvSource({"1, 1, 1, 1, 1", "1, 3, 2, 1, 4", "2, 3, 5, 3, 5", "1, 2, 3, 7, 1", "3, 4, 4, 8, 8", "1, 5, 1, 9, 6"})
	void equalsTransposedConvolution(final int batch, final int in, final int out, final int height,
			final int width) {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final float[] x = NetworkFixture.gaussian(batch * in * height * width, 0, 1, 1);
			final float[] weight = NetworkFixture.gaussian(in * out * KERNEL * KERNEL, 0, 1, 2);
			final float[] bias = NetworkFixture.gaussian(out, 0, 1, 3);
			final SubPixelTransposedConvolution layer = new SubPixelTransposedConvolution(out);
			give(layer.getDirectParameters().get("weight"), weight);
			give(layer.getDirectParameters().get("bias"), bias);
			final Shape shape = new Shape(batch, in, height, width);
			layer.initialize(manager, DataType.FLOAT32, shape);
			assertEquals(new Shape(in, out, KERNEL, KERNEL), layer.getDirectParameters().get("weight").getShape());

			final NDArray y = layer.forward(new ParameterStore(manager, false), new NDList(manager.create(x, shape)),
					false).singletonOrThrow();
			assertEquals(new Shape(batch, out, 2L * height, 2L * width), y.getShape());
			assertEquals(y.getShape(), layer.getOutputShapes(new Shape[] {shape})[0]);
			final double difference = NetworkFixture.maxDifference(
					naive(x, weight, bias, new int[] {batch, in, out, height, width}), y.toFloatArray());
			assertTrue(difference < 2e-5, "largest difference " + difference);
		}
	}

	@Test
	void rearrangesFrozenWeightsOnce() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final SubPixelTransposedConvolution layer = new SubPixelTransposedConvolution(3);
			final Parameter weight = layer.getDirectParameters().get("weight");
			give(weight, NetworkFixture.gaussian(2 * 3 * KERNEL * KERNEL, 0, 1, 2));
			final Shape shape = new Shape(1, 2, 3, 3);
			layer.initialize(manager, DataType.FLOAT32, shape);
			final float[] before = forward(layer, manager, shape);
			layer.freezeParameters(true);
			final int arrays = manager.getManagedArrays().size();
			assertArrayEquals(before, forward(layer, manager, shape));
			assertArrayEquals(before, forward(layer, manager, shape));
			assertEquals(arrays + 1, manager.getManagedArrays().size());
			layer.freezeParameters(false);
			weight.getArray().muli(2);
			assertEquals(2 * before[0], forward(layer, manager, shape)[0]);
		}
	}

	private static float[] forward(final SubPixelTransposedConvolution layer, final NDManager manager, final Shape shape) {
		try (NDManager scratch = manager.newSubManager()) {
			return layer.forward(new ParameterStore(scratch, false), new NDList(scratch.ones(shape)), false)
					.singletonOrThrow().toFloatArray();
		}
	}

	private static void give(final Parameter parameter, final float[] values) {
		parameter.setInitializer((owner, shape, type) -> owner.create(values, shape));
	}

	/** Each input pixel adds its value times the kernel at twice its position minus the padding of 1. */
	private static float[] naive(final float[] x, final float[] weight, final float[] bias, final int[] sizes) {
		final int in = sizes[1];
		final int out = sizes[2];
		final int height = sizes[3];
		final int width = sizes[4];
		final double[] sums = new double[sizes[0] * out * 4 * height * width];
		for (int i = 0; i < x.length; i++) {
			final int column = i % width;
			final int row = i / width % height;
			final int channel = i / width / height % in;
			final int image = i / width / height / in;
			for (int o = 0; o < out; o++) {
				for (int k = 0; k < KERNEL * KERNEL; k++) {
					final int outRow = 2 * row - 1 + k / KERNEL;
					final int outColumn = 2 * column - 1 + k % KERNEL;
					if (outRow >= 0 && outRow < 2 * height && outColumn >= 0 && outColumn < 2 * width) {
						sums[((image * out + o) * 2 * height + outRow) * 2 * width + outColumn] +=
								(double) x[i] * weight[(channel * out + o) * KERNEL * KERNEL + k];
					}
				}
			}
		}
		final float[] result = new float[sums.length];
		for (int i = 0; i < sums.length; i++) {
			result[i] = (float) (sums[i] + bias[i / (4 * height * width) % out]);
		}
		return result;
	}
}
