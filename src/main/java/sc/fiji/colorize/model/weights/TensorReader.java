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
	private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
	private ByteBuffer staged = direct(0);

	/**
	 * Creates a reader.
	 *
	 * @param manager owner of the arrays
	 */
	public TensorReader(final NDManager manager) {
		this.manager = manager;
	}

	private static ByteBuffer direct(final int bytes) {
		return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
	}

	/**
	 * Reads a block of numbers for {@link #array}.
	 *
	 * @throws EOFException if the stream ends early
	 */
	void stage(final InputStream in, final NumberFormat format, final long count) throws IOException {
		if (count > MAX_BYTES / Float.BYTES) {
			throw new IOException("it claims a tensor of " + count + " numbers, which is too large");
		}
		if (staged.capacity() < count * Float.BYTES) {
			staged = direct((int) count * Float.BYTES);
		}
		staged.clear();
		long left = count * format.bytes();
		while (left > 0) {
			final int wanted = (int) Math.min(left, CHUNK);
			if (in.readNBytes(chunk.array(), 0, wanted) < wanted) {
				throw new EOFException();
			}
			chunk.clear().limit(wanted);
			while (chunk.hasRemaining()) {
				staged.putFloat(format.read(chunk));
			}
			left -= wanted;
		}
	}

	/** The first numbers of the block as an array. */
	NDArray array(final Shape shape) {
		return copy(staged, 0, shape);
	}

	/**
	 * A view of the block as an array.
	 *
	 * @param offset index of the first number
	 * @param shape shape of the array
	 * @param strides stride of each axis, in numbers
	 */
	NDArray array(final long offset, final Shape shape, final long[] strides) {
		if (isContiguous(shape, strides)) {
			return copy(staged, (int) offset, shape);
		}
		final ByteBuffer gathered = direct((int) shape.size() * Float.BYTES);
		final long[] index = new long[strides.length];
		long position = offset;
		for (long i = 0; i < shape.size(); i++) {
			gathered.putFloat(staged.getFloat((int) position * Float.BYTES));
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
		final ByteBuffer slice = numbers.slice(offset * Float.BYTES, (int) shape.size() * Float.BYTES)
				.order(ByteOrder.nativeOrder());
		// The array shares the memory of the buffer, which is reused.
		try (NDArray shared = manager.create(slice, shape, DataType.FLOAT32)) {
			return shared.duplicate();
		}
	}
}
