/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;

/**
 * A {@link ColorizationNetwork} with its convolutions in bfloat16, all but the first and the last. It rounds the kernels
 * once, to memory of its own. The large values of the first kernels cancel each other, so rounding them would shift the
 * colors of a whole image; the last convolution makes the logits. The biases of the others make up for what the rounding
 * of their kernels adds on average, measured on noise (bias correction; Nagel, van Baalen, Blankevoort and Welling, 2019:
 * Data-Free Quantization Through Weight Equalization and Bias Correction, arXiv 1906.04721).
 */
final class Bfloat16Network {

	/** Pixels on a side of the noise. */
	private static final int NOISE = 64;
	private static final int LARGEST_SQUARE = 32;
	/** Standard deviation of L* for each size of squares. */
	private static final double DEVIATION = 9;
	/** A transposed convolution with stride 2 uses a quarter of its kernel for each pixel. */
	private static final int TAPS = 4;

	/** A method of the {@link LayerScript} and its arguments after the input. */
	private record Step(String method, NDList arrays) {
	}

	private final List<Step> steps = new ArrayList<>();

	/**
	 * Rounds the kernels of a network.
	 *
	 * @param network the network, its values frozen
	 * @param manager owner of the rounded values, on the device of the network
	 */
	Bfloat16Network(final ColorizationNetwork network, final NDManager manager) {
		try (NDManager scratch = manager.newSubManager()) {
			NDArray x = ColorizationNetwork.normalize(noise(scratch));
			for (final ColorizationNetwork.Layer layer : network.layers()) {
				// Kernels are large, so what a layer leaves behind is freed at once.
				try (NDManager once = scratch.newSubManager()) {
					x.attach(once);
					final boolean mixed = !steps.isEmpty() && layer.relu() || !layer.isConvolution();
					final NDList arrays = arrays(layer, mixed, x);
					arrays.attach(manager);
					steps.add(new Step(steps.isEmpty() ? "first" : method(layer), arrays));
					x = ColorizationNetwork.apply(layer, new ParameterStore(once, false), x);
					x.attach(scratch);
				}
			}
		}
	}

	/** The parameters of a layer as its method takes them, owned by the manager of its input. */
	private static NDList arrays(final ColorizationNetwork.Layer layer, final boolean mixed, final NDArray x) {
		final NDList arrays = new NDList();
		for (final Parameter parameter : layer.block().getDirectParameters().values()) {
			arrays.add(filled(parameter.getArray(), layer, mixed, x));
		}
		if (mixed && layer.isConvolution()) {
			final NDArray kernel = arrays.get(0);
			final NDArray rounded = LayerScript.predict("rounded", kernel, new NDList());
			arrays.set(0, rounded);
			arrays.set(1, arrays.get(1).add(lost(kernel, rounded, x, !(layer.block() instanceof Conv2d))));
		}
		return arrays;
	}

	/** Random squares of several sizes: {@code (1, 1, 64, 64)}, L* in [0, 100]. */
	private static NDArray noise(final NDManager manager) {
		final Random random = new Random(1);
		final float[] lightness = new float[NOISE * NOISE];
		for (int square = 1; square <= LARGEST_SQUARE; square *= 2) {
			final int count = NOISE / square;
			final double[] values = random.doubles((long) count * count, -1, 1).toArray();
			for (int i = 0; i < lightness.length; i++) {
				lightness[i] += (float) (Math.sqrt(3) * DEVIATION * values[i / NOISE / square * count + i % NOISE / square]);
			}
		}
		for (int i = 0; i < lightness.length; i++) {
			lightness[i] = Math.max(0, Math.min(100, 50 + lightness[i]));
		}
		return manager.create(lightness, new Shape(1, 1, NOISE, NOISE));
	}

	/** A parameter as the method of its layer takes it, with the channels of hidden layers filled up. */
	private static NDArray filled(final NDArray values, final ColorizationNetwork.Layer layer, final boolean mixed,
			final NDArray x) {
		final NDArray array = values.duplicate();
		array.attach(x.getManager());
		if (layer.isConvolution() && !layer.relu()) {
			return array.getShape().dimension() == 1 ? array
					: ChannelPadding.pad(array, 1, x).reshape(array.getShape().get(0), -1);
		}
		return array.getShape().dimension() == 1 ? ChannelPadding.pad(array, 0, x) : LayerScript.pad(array, x, mixed);
	}

	/** What rounding a kernel takes from each output channel, on average over the pixels of an input. */
	private static NDArray lost(final NDArray kernel, final NDArray rounded, final NDArray x, final boolean transposed) {
		final Shape kernels = kernel.getShape();
		final long positions = kernels.get(2) * kernels.get(3);
		final NDArray error = kernel.sub(LayerScript.predict("exact", rounded, new NDList()));
		final NDArray mean = x.reshape(x.getShape().get(1), -1).mean(new int[] {1}).reshape(1, -1);
		final NDArray inputs = ChannelPadding.pad(mean, 1, x);
		if (transposed) {
			return inputs.matMul(error.reshape(kernels.get(0), -1)).reshape(kernels.get(1), positions).sum(new int[] {1})
					.div(TAPS);
		}
		return error.reshape(kernels.get(0), -1).matMul(inputs.reshape(-1, 1).repeat(1, positions).reshape(-1, 1)).flatten();
	}

	private static String method(final ColorizationNetwork.Layer layer) {
		if (layer.block() instanceof BatchNorm) {
			return "normalization";
		}
		if (!(layer.block() instanceof Conv2d convolution)) {
			return "transposed";
		}
		if (!layer.relu()) {
			return "logits";
		}
		return convolution.getStride().get(0) > 1 ? "strided"
				: convolution.getDilation().get(0) > 1 ? "dilated" : "convolution";
	}

	/**
	 * The distribution of an image.
	 *
	 * @param lightness {@code (batch, 1, height, width)}, L* in [0, 100]
	 * @return {@code (batch, 313, height / 4, width / 4)} float32 logits, owned by the input's manager
	 */
	NDArray predict(final NDArray lightness) {
		NDArray x = ColorizationNetwork.normalize(lightness);
		for (final Step step : steps) {
			final NDArray y = LayerScript.predict(step.method(), x, step.arrays());
			x.close();
			x = y;
		}
		return x;
	}
}
