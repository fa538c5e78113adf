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

	/**
	 * Fills up the input channels of a convolution, on the CPU; a single one stays alone, because PyTorch has no block of
	 * channels then.
	 *
	 * @param array the input {@code (batch, inChannel, height, width)} or the kernels {@code (outChannel, inChannel, ...)}
	 * @param x decides the owner of the result
	 * @return the array itself if there is nothing to append
	 */
	static NDArray fillInputs(final NDArray array, final NDArray x) {
		return array.getShape().get(1) == 1 ? array : fill(array, 1, x);
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
