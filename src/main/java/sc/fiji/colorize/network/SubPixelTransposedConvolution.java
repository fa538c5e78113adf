/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A transposed convolution with kernel 4, stride 2 and padding 1, which doubles height and width.
 * <p>
 * Each output pixel depends on 2x2 input pixels, and the taps of the kernel depend only on the parity of its row and
 * column. So the layer equals a 2x2 convolution to four times as many channels, one set per parity, whose outputs are
 * interleaved (sub-pixel convolution).
 * <ul>
 * <li>data: {@code (batch, inChannel, height, width)}
 * <li>weight: {@code (inChannel, outChannel, 4, 4)}, as in PyTorch's {@code ConvTranspose2d}
 * <li>bias: {@code (outChannel)}
 * <li>out: {@code (batch, outChannel, 2 height, 2 width)}
 * </ul>
 */
public final class SubPixelTransposedConvolution extends AbstractBlock {

	private static final int KERNEL = 4;
	private static final Shape ONE = new Shape(1, 1);

	private final int outChannels;
	private final Parameter weight;
	private final Parameter bias;
	/** The rearranged kernel of frozen weights, and these weights. */
	private NDArray frozenKernel;
	private NDArray frozenWeight;

	/**
	 * Creates the layer. The first input determines the number of input channels.
	 *
	 * @param outChannels number of output channels
	 */
	public SubPixelTransposedConvolution(final int outChannels) {
		this.outChannels = outChannels;
		weight = addParameter(Parameter.builder().setName("weight").setType(Parameter.Type.WEIGHT).build());
		bias = addParameter(Parameter.builder().setName("bias").setType(Parameter.Type.BIAS)
				.optShape(new Shape(outChannels)).build());
	}

	@Override
	protected void prepare(final Shape[] inputShapes) {
		weight.setShape(new Shape(inputShapes[0].get(1), outChannels, KERNEL, KERNEL));
	}

	@Override
	protected NDList forwardInternal(final ParameterStore store, final NDList inputs, final boolean training,
			final PairList<String, Object> params) {
		final NDArray x = inputs.singletonOrThrow();
		final Device device = x.getDevice();
		final NDManager manager = x.getManager();
		final long height = x.getShape().get(2);
		final long width = x.getShape().get(3);

		final NDArray kernel = kernel(store.getValue(weight, device, training), manager);
		final NDArray perParity = Conv2d.conv2d(ChannelPadding.padInputs(x, x), ChannelPadding.padInputs(kernel, x), null,
				ONE, ONE, ONE, 1).singletonOrThrow().reshape(new Shape(-1, 2, 2, outChannels, height + 1, width + 1));
		final NDArray[] rows = new NDArray[2];
		for (int r = 0; r < 2; r++) {
			final NDArray[] columns = new NDArray[2];
			for (int s = 0; s < 2; s++) {
				columns[s] = perParity
						.get(new NDIndex(":, {}, {}, :, {}:{}, {}:{}", r, s, r, r + height, s, s + width));
			}
			rows[r] = NDArrays.stack(new NDList(columns), 4).reshape(new Shape(-1, outChannels, height, 2 * width));
		}
		final NDArray interleaved =
				NDArrays.stack(new NDList(rows), 3).reshape(new Shape(-1, outChannels, 2 * height, 2 * width));
		final NDArray offset = store.getValue(bias, device, training).reshape(1, outChannels, 1, 1);
		offset.attach(manager);
		return new NDList(interleaved.add(offset));
	}

	/** The kernel of the 2x2 convolution; for frozen weights it is computed once. */
	private NDArray kernel(final NDArray taps, final NDManager manager) {
		if (weight.requiresGradient()) {
			return rearranged(taps, manager);
		}
		synchronized (weight) {
			if (frozenWeight != taps) {
				final NDManager owner = taps.getManager();
				try (NDManager scratch = owner.newSubManager()) {
					frozenKernel = rearranged(taps, scratch);
					frozenKernel.attach(owner);
				}
				frozenWeight = taps;
			}
			return frozenKernel;
		}
	}

	private NDArray rearranged(final NDArray taps, final NDManager manager) {
		final long inChannels = taps.getShape().get(0);
		// Tap f of the flipped kernel is tap f / 2 of parity f % 2. DJL attaches results to the manager of the parameter,
		// which would keep them.
		final NDArray flipped = taps.flip(2, 3);
		flipped.attach(manager);
		return flipped.reshape(inChannels, outChannels, 2, 2, 2, 2).transpose(3, 5, 1, 0, 2, 4)
				.reshape(4L * outChannels, inChannels, 2, 2);
	}

	@Override
	public Shape[] getOutputShapes(final Shape[] inputShapes) {
		final Shape in = inputShapes[0];
		return new Shape[] {new Shape(in.get(0), outChannels, 2 * in.get(2), 2 * in.get(3))};
	}
}
