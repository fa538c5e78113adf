/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;

/**
 * A {@link ColorizationNetwork} with its convolutions in bfloat16, all but those of the first block and the last. It rounds
 * the kernels once, to memory of its own. The large values of the first kernels cancel each other, so rounding them would
 * shift the colors of a whole image; the last convolution makes the logits.
 */
final class Bfloat16Network {

	private static final String FIRST_BLOCK = "model1.";

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
		for (final ColorizationNetwork.Layer layer : network.layers()) {
			// Kernels are large, so what a layer leaves behind is freed at once.
			try (NDManager scratch = manager.newSubManager()) {
				final boolean exact = layer.name().startsWith(FIRST_BLOCK);
				final NDList arrays = new NDList();
				for (final Parameter parameter : layer.block().getDirectParameters().values()) {
					arrays.add(filled(parameter.getArray(), layer, exact, scratch));
				}
				arrays.attach(manager);
				steps.add(new Step(method(layer, exact), arrays));
			}
		}
	}

	/** A parameter as the method of its layer takes it, with the channels filled up. */
	private NDArray filled(final NDArray values, final ColorizationNetwork.Layer layer, final boolean exact,
			final NDManager manager) {
		final NDArray array = values.duplicate();
		array.attach(manager);
		if (array.getShape().dimension() == 1) {
			return layer.isConvolution() && !layer.relu() ? array : ChannelPadding.pad(array, 0, array);
		}
		if (!layer.relu()) {
			return ChannelPadding.pad(array, 1, array).reshape(array.getShape().get(0), -1);
		}
		// The lightness has a single channel and is not padded.
		final NDArray kernel = LayerScript.pad(array, array, !steps.isEmpty());
		return LayerScript.predict(exact ? "exact" : "rounded", kernel, new NDList());
	}

	private static String method(final ColorizationNetwork.Layer layer, final boolean exact) {
		if (layer.block() instanceof BatchNorm) {
			return "normalization";
		}
		if (!(layer.block() instanceof Conv2d convolution)) {
			return "transposed";
		}
		if (!layer.relu()) {
			return "logits";
		}
		if (convolution.getStride().get(0) > 1) {
			return exact ? "exact_strided" : "strided";
		}
		return exact ? "exact_convolution" : convolution.getDilation().get(0) > 1 ? "dilated" : "convolution";
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
