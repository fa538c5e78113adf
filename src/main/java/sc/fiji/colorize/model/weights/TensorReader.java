/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Creates arrays from the numbers in a stream. Besides the arrays, it needs memory for the largest block of numbers. Not
 * thread-safe.
 */
public final class TensorReader {

	/** Largest tensor in bytes; the whole model of the largest width is smaller. */
	static final long MAX_BYTES = 600_000_000;
	private static final int CHUNK = 1 << 16;

	private final NDManager manager;
	private final byte[] chunk = new byte[CHUNK];
	private ByteBuffer staged = ByteBuffer.allocateDirect(0);
	private NumberFormat format;

	/**
	 * Creates a reader.
	 *
	 * @param manager owner of the arrays
	 */
	public TensorReader(final NDManager manager) {
		this.manager = manager;
	}

	/**
	 * Reads a block of numbers for {@link #array}.
	 *
	 * @throws EOFException if the stream ends early
	 */
	void stage(final InputStream in, final NumberFormat numbers, final long count) throws IOException {
		if (count > MAX_BYTES / Float.BYTES) {
			throw new IOException("it claims a tensor of " + count + " numbers, which is too large");
		}
		// DJL cannot pass bfloat16 to PyTorch.
		final boolean widened = numbers == NumberFormat.BFLOAT16;
		format = widened ? NumberFormat.FLOAT32 : numbers;
		final int capacity = (int) count * format.bytes();
		if (staged.capacity() < capacity) {
			staged = ByteBuffer.allocateDirect(capacity);
		}
		staged.clear();
		for (int left = (int) count * numbers.bytes(); left > 0; left -= CHUNK) {
			final int wanted = Math.min(left, CHUNK);
			if (in.readNBytes(chunk, 0, wanted) < wanted) {
				throw new EOFException();
			}
			if (widened) {
				for (int i = 0; i < wanted; i += Short.BYTES) {
					staged.putShort((short) 0).put(chunk[i]).put(chunk[i + 1]);
				}
			}
			else {
				staged.put(chunk, 0, wanted);
			}
		}
	}

	/** The first numbers of the block as a float32 array. */
	NDArray array(final Shape shape) {
		return copy(staged, 0, shape);
	}

	/**
	 * A view of the block as a float32 array.
	 *
	 * @param offset index of the first number
	 * @param shape shape of the array
	 * @param strides stride of each axis, in numbers
	 */
	NDArray array(final long offset, final Shape shape, final long[] strides) {
		if (isContiguous(shape, strides)) {
			return copy(staged, (int) offset, shape);
		}
		final int bytes = format.bytes();
		final ByteBuffer gathered = ByteBuffer.allocateDirect((int) shape.size() * bytes);
		final long[] index = new long[strides.length];
		long position = offset;
		for (int i = 0; i < shape.size(); i++) {
			gathered.put(i * bytes, staged, (int) position * bytes, bytes);
			for (int axis = strides.length - 1; axis >= 0; axis--) {
				position += strides[axis];
				if (++index[axis] < shape.get(axis)) {
					break;
				}
				position -= index[axis] * strides[axis];
				index[axis] = 0;
			}
		}
		return copy(gathered, 0, shape);
	}

	private static boolean isContiguous(final Shape shape, final long[] strides) {
		long expected = 1;
		for (int axis = strides.length - 1; axis >= 0; axis--) {
			if (shape.get(axis) != 1 && strides[axis] != expected) {
				return false;
			}
			expected *= shape.get(axis);
		}
		return true;
	}

	private NDArray copy(final ByteBuffer numbers, final int offset, final Shape shape) {
		// PyTorch reads little-endian numbers: all of its processors store them so.
		final ByteBuffer slice = numbers.slice(offset * format.bytes(), (int) shape.size() * format.bytes())
				.order(ByteOrder.nativeOrder());
		// The array shares the memory of the buffer, which is reused.
		try (NDArray shared = manager.create(slice, shape, format.type())) {
			return format == NumberFormat.FLOAT32 ? shared.duplicate() : shared.toType(DataType.FLOAT32, true);
		}
	}
}
