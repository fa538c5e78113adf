/*
 * Fiji Colorize: plausible colour for gray images.
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
 * A {@link ColorizationNetwork} whose convolutions run in bfloat16. It rounds the kernels once, to memory of its own.
 */
final class Bfloat16Network {

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
			final NDList arrays = new NDList();
			for (final Parameter parameter : layer.block().getDirectParameters().values()) {
				arrays.add(prepared(parameter.getArray(), layer.relu() || !layer.isConvolution(), manager));
			}
			steps.add(new Step(method(layer), arrays));
		}
	}

	private static String method(final ColorizationNetwork.Layer layer) {
		if (layer.block() instanceof BatchNorm) {
			return "predict_normalized";
		}
		if (!(layer.block() instanceof Conv2d convolution)) {
			return "predict_transposed";
		}
		if (!layer.relu()) {
			return "logits";
		}
		return convolution.getStride().get(0) > 1 ? "predict_strided"
				: convolution.getDilation().get(0) > 1 ? "predict_dilated" : "predict";
	}

	/** A parameter with its channels filled up, a kernel of more than one pixel in bfloat16. */
	private static NDArray prepared(final NDArray values, final boolean hidden, final NDManager manager) {
		try (NDManager scratch = manager.newSubManager()) {
			NDArray array = values.duplicate();
			array.attach(scratch);
			if (array.getShape().dimension() == 4 && !hidden) {
				array = ChannelPadding.fill(array, 1, array).squeeze(new int[] {2, 3});
			}
			else if (array.getShape().dimension() == 4) {
				array = LayerScript.run("typed", LayerScript.filled(array, array, true), new NDList(), true);
			}
			else if (hidden) {
				array = ChannelPadding.fill(array, 0, array);
			}
			array.attach(manager);
			return array;
		}
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
			final NDArray y = LayerScript.run(step.method(), x, step.arrays(), true);
			x.close();
			x = y;
		}
		return x;
	}
}
