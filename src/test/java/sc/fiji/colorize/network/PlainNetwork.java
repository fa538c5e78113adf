/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Arrays;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import sc.fiji.colorize.ops.ColorBins;

/** The published network, trained without branches. */
public final class PlainNetwork extends AbstractBlock {

	private final ColorizationNetwork network;

	/** Copies the values of a network. */
	PlainNetwork(final ColorizationNetwork network) {
		this.network = addChildBlock("network", network);
	}

	/** A network with random values, ready to train. */
	public static PlainNetwork random(final NDManager manager, final double width) {
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1.0 / ColorBins.COUNT);
		try (NDManager scratch = manager.newSubManager()) {
			final BranchedNetwork branched = new BranchedNetwork(width);
			branched.initialize(scratch, even, 1);
			final ColorizationNetwork network = branched.fold(manager);
			network.freezeParameters(false, parameter -> !parameter.getName().startsWith("running"));
			return new PlainNetwork(network);
		}
	}

	/** The parameters by published name. */
	public Map<String, Parameter> parameters() {
		return network.stateDict();
	}

	@Override
	protected void initializeChildBlocks(final NDManager manager, final DataType dataType, final Shape... inputShapes) {
		network.initialize(manager, dataType, inputShapes);
	}

	@Override
	protected NDList forwardInternal(final ParameterStore store, final NDList inputs, final boolean training,
			final PairList<String, Object> params) {
		NDArray x = ColorizationNetwork.normalize(inputs.singletonOrThrow());
		for (final ColorizationNetwork.Layer layer : network.layers()) {
			final NDArray y = layer.block() instanceof Conv2d convolution ? convolve(convolution, store, x)
					: layer.block().forward(store, new NDList(x), training).singletonOrThrow();
			x = layer.relu() ? Activation.relu(y) : y;
		}
		return new NDList(x);
	}

	/** A convolution with padded channels, as in the branched form. */
	private static NDArray convolve(final Conv2d layer, final ParameterStore store, final NDArray x) {
		final NDArray weight = store.getValue(layer.getDirectParameters().get("weight"), x.getDevice(), true);
		final NDArray bias = store.getValue(layer.getDirectParameters().get("bias"), x.getDevice(), true);
		final NDArray kernel = ChannelPadding.pad(ChannelPadding.padInputs(weight, x), 0, x);
		return Conv2d.conv2d(ChannelPadding.padInputs(x, x), kernel, ChannelPadding.pad(bias, 0, x), layer.getStride(),
				layer.getPadding(), layer.getDilation(), 1).singletonOrThrow()
				.get(new NDIndex(":, :{}", weight.getShape().get(0)));
	}

	@Override
	public Shape[] getOutputShapes(final Shape[] inputShapes) {
		return network.getOutputShapes(inputShapes);
	}
}
