/*
 * Fiji Colorize: plausible color for gray images.
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
 * Pads the channels of convolutions on the CPU with zeros to a multiple of 16. PyTorch 2.7.1 computes in blocks of 16
 * channels and does not always clear the rest of the last block; a NaN left in that memory then reaches the result.
 */
final class ChannelPadding {

	private static final int BLOCK = 16;

	private ChannelPadding() {
	}

	/**
	 * Pads the input channels of a convolution. A single channel is not padded, because PyTorch uses no blocks then.
	 *
	 * @param array the input {@code (batch, inChannel, height, width)} or the kernels {@code (outChannel, inChannel, ...)}
	 * @param x its manager owns the result
	 * @return the padded array, or the array itself if it needs no padding or is on a GPU
	 */
	static NDArray padInputs(final NDArray array, final NDArray x) {
		return array.getShape().get(1) == 1 ? array : pad(array, 1, x);
	}

	/**
	 * Pads an axis with zeros.
	 *
	 * @param array the array
	 * @param axis axis of the channels
	 * @param x its manager owns the result
	 * @return the padded array, or the array itself if it needs no padding or is on a GPU
	 */
	static NDArray pad(final NDArray array, final int axis, final NDArray x) {
		final NDManager manager = x.getManager();
		final long missing = (BLOCK - array.getShape().get(axis) % BLOCK) % BLOCK;
		if (missing == 0 || x.getDevice().isGpu()) {
			return array;
		}
		final long[] shape = array.getShape().getShape().clone();
		shape[axis] = missing;
		final NDArray zeros = manager.zeros(new Shape(shape), array.getDataType(), array.getDevice());
		final NDArray padded = NDArrays.concat(new NDList(array, zeros), axis);
		// DJL attaches results to the manager of the parameter, which would keep them.
		padded.attach(manager);
		return padded;
	}
}
