/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of one pickle. Rejects pickles that are larger than a state dict needs, and reads no length before it is
 * checked. Messages of exceptions are clauses.
 */
final class PickleInput {

	/** Largest pickle in bytes; state dicts need some ten kilobytes. */
	static final int MAX_PICKLE = 4_000_000;

	private final InputStream in;
	private int budget = MAX_PICKLE;

	PickleInput(final InputStream in) {
		this.in = in;
	}

	private byte[] take(final long length) throws IOException {
		if (length < 0 || length > budget) {
			throw new IOException("its pickle is damaged, or larger than " + MAX_PICKLE + " bytes");
		}
		budget -= (int) length;
		final byte[] bytes = in.readNBytes((int) length);
		if (bytes.length < length) {
			throw new IOException("its pickle is cut off");
		}
		return bytes;
	}

	/** The next bytes, little-endian. */
	ByteBuffer bytes(final int length) throws IOException {
		return ByteBuffer.wrap(take(length)).order(ByteOrder.LITTLE_ENDIAN);
	}

	int unsignedByte() throws IOException {
		return Byte.toUnsignedInt(take(1)[0]);
	}

	/** The next signed little-endian integer of a number of bytes: a Long, or a BigInteger if it does not fit. */
	Object integer(final int length) throws IOException {
		final byte[] bytes = take(length);
		for (int i = 0; i < length / 2; i++) {
			final byte swapped = bytes[i];
			bytes[i] = bytes[length - 1 - i];
			bytes[length - 1 - i] = swapped;
		}
		final BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
		return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
	}

	/** The next text in UTF-8 of a number of bytes. */
	String text(final long length) throws IOException {
		return new String(take(length), StandardCharsets.UTF_8);
	}

	/** The text up to the next line feed. */
	String line() throws IOException {
		final StringBuilder line = new StringBuilder();
		for (int c = unsignedByte(); c != '\n'; c = unsignedByte()) {
			line.append((char) c);
		}
		return line.toString();
	}
}
