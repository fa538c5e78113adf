/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes float tensors as NumPy {@code .npy} files, version 1.0, the form that bioimage.io asks of test tensors. */
final class Npy {

	private static final int PREFIX = 10;
	private static final int ALIGNMENT = 64;

	private Npy() {
	}

	/** A little-endian, C-ordered float32 file. */
	static byte[] encode(final float[] values, final long... shape) {
		final String sizes = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
		final String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes
				+ (shape.length == 1 ? "," : "") + "), }";
		final int padded = (PREFIX + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - PREFIX;
		final ByteBuffer buffer =
				ByteBuffer.allocate(PREFIX + padded + Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
		buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0);
		buffer.putShort((short) padded);
		buffer.put((header + " ".repeat(padded - header.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII));
		for (final float value : values) {
			buffer.putFloat(value);
		}
		return buffer.array();
	}
}
