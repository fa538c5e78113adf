/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Float tensors as NumPy {@code .npy} files, version 1.0, the format of test tensors of bioimage.io. */
final class Npy {

	private static final int PREFIX = 10;
	private static final int ALIGNMENT = 64;

	private static final Pattern HEADER =
			Pattern.compile("\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(([0-9, ]+)\\), }\\s*");

	/** Values in C order and their shape. */
	record Tensor(float[] values, long[] shape) {
	}

	private Npy() {
	}

	/**
	 * Reads a file that {@link #encode} wrote.
	 *
	 * @throws IOException if the format is wrong; the message is a clause
	 */
	static Tensor decode(final byte[] file) throws IOException {
		final ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
		final int header = file.length < PREFIX ? -1 : Short.toUnsignedInt(buffer.getShort(PREFIX - Short.BYTES));
		final Matcher matcher = HEADER.matcher(header < 0 || header > file.length - PREFIX ? ""
				: new String(file, PREFIX, header, StandardCharsets.US_ASCII));
		if (!matcher.matches()) {
			throw new IOException("its test tensors are not float32 .npy files");
		}
		final long[] shape = Arrays.stream(matcher.group(1).split(",")).map(String::trim).filter(s -> !s.isEmpty())
				.mapToLong(Long::parseLong).toArray();
		final float[] values = new float[(file.length - PREFIX - header) / Float.BYTES];
		buffer.position(PREFIX + header).asFloatBuffer().get(values);
		if (Arrays.stream(shape).mapToObj(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply)
				.equals(BigInteger.valueOf(values.length))) {
			return new Tensor(values, shape);
		}
		throw new IOException("the size of a test tensor differs from its header");
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
		buffer.asFloatBuffer().put(values);
		return buffer.array();
	}
}
