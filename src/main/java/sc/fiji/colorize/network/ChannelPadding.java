/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Fills up the channels of convolutions on the CPU to a multiple of 16. PyTorch 2.7.1 computes with blocks of 16
 * channels there, and does not always clear what its blocks have beyond the last channel: where the memory holds a NaN
 * left over from something else, zero times that is NaN, and so is the result. Channels of our own that are 0 leave
 * nothing to clear, and change no result.
 */
final class ChannelPadding {

	private static final int BLOCK = 16;

	private ChannelPadding() {
	}

	/** A convolution of padded arrays. */
	@FunctionalInterface
	interface Convolution {

		NDArray apply(NDArray x, NDArray weight, NDArray bias);
	}

	/**
	 * Runs a convolution on filled up arrays and takes the filling out of its result again.
	 *
	 * @param x {@code (batch, inChannel, height, width)}
	 * @param weight kernels
	 * @param bias {@code (outChannel)}; or null
	 * @param inAxis axis of the input channels in the kernels, 0 or 1; the other is that of the output channels
	 * @param backward whether gradients will be asked for: then the output channels are filled up, too
	 * @param convolution computes the result
	 * @return {@code (batch, outChannel, ...)}
	 */
	static NDArray convolve(final NDArray x, final NDArray weight, final NDArray bias, final int inAxis,
			final boolean backward, final Convolution convolution) {
		final long out = weight.getShape().get(1 - inAxis);
		final NDArray input = weight.getShape().get(inAxis) == 1 ? x : fill(x, 1, x);
		final NDArray inputsFilled = input == x ? weight : fill(weight, inAxis, x);
		final NDArray kernel = backward ? fill(inputsFilled, 1 - inAxis, x) : inputsFilled;
		final NDArray offset = backward && bias != null ? fill(bias, 0, x) : bias;
		final NDArray y = convolution.apply(input, kernel, offset);
		return kernel.getShape().get(1 - inAxis) == out ? y : y.get(new NDIndex(":, :{}", out));
	}

	/**
	 * Appends channels of 0, on the CPU.
	 *
	 * @param array the array
	 * @param axis of the channels
	 * @param x decides the owner of the result
	 * @return the array itself if there is nothing to append
	 */
	static NDArray fill(final NDArray array, final int axis, final NDArray x) {
		final NDManager manager = x.getManager();
		final long missing = (BLOCK - array.getShape().get(axis) % BLOCK) % BLOCK;
		if (missing == 0 || x.getDevice().isGpu()) {
			return array;
		}
		final long[] shape = array.getShape().getShape().clone();
		shape[axis] = missing;
		final NDArray zeros = manager.zeros(new Shape(shape), array.getDataType(), array.getDevice());
		final NDArray filled = NDArrays.concat(new NDList(array, zeros), axis);
		// An operation on a parameter leaves its result with the parameter's manager, where it would stay for good.
		filled.attach(manager);
		return filled;
	}
}
