/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The values of a tag.
 *
 * @param type type of the values
 * @param count number of values
 * @param bytes in the byte order of the file
 * @param place offset in the file; 0 if stored in the directory itself, or not read from a file
 */
record TiffValue(int type, long count, byte[] bytes, long place) {

	static final int BYTE = 1;
	static final int ASCII = 2;
	static final int SHORT = 3;
	static final int RATIONAL = 5;
	static final int SIGNED_RATIONAL = 10;
	static final int FLOAT = 11;
	static final int DOUBLE = 12;
	/** UTF-8 text, since EXIF 3.0. */
	private static final int UTF8 = 129;

	/** Bytes per value of each type, from 1. */
	private static final int[] TYPE_SIZES = {1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
	/** Replaces LONG8, SLONG8 and IFD8 by LONG, SLONG and IFD. */
	private static final int[] SMALL_TYPES = {TiffDirectory.LONG, 9, 13};

	/** Bytes per value of a type; 0 for unknown types. */
	static int size(final int type) {
		return type == UTF8 ? 1 : type < 1 || type > TYPE_SIZES.length ? 0 : TYPE_SIZES[type - 1];
	}

	/** Bytes per whole number of a type; a fraction has two. */
	static int numberSize(final int type) {
		return type == RATIONAL || type == SIGNED_RATIONAL ? Integer.BYTES : size(type);
	}

	/** The same values in the other byte order. */
	TiffValue swapped() {
		final int size = numberSize(type);
		final byte[] swapped = new byte[bytes.length];
		for (int i = 0; i < swapped.length; i++) {
			swapped[i] = bytes[i / size * size + size - 1 - i % size];
		}
		return new TiffValue(type, count, swapped, place);
	}

	/** The same values with a type that a format supports. */
	TiffValue in(final TiffFormat format, final ByteOrder order) {
		if (format == TiffFormat.BIG || type < TiffDirectory.LONG8 || type == UTF8) {
			return this;
		}
		final ByteBuffer large = ByteBuffer.wrap(bytes).order(order);
		final ByteBuffer small = ByteBuffer.allocate(bytes.length / 2).order(order);
		while (large.hasRemaining()) {
			small.putInt((int) large.getLong());
		}
		return new TiffValue(SMALL_TYPES[type - TiffDirectory.LONG8], count, small.array(), 0);
	}

	/** Bytes stored outside the directory; values are padded to even offsets. */
	int outside(final TiffFormat format) {
		return bytes.length <= format.offset ? 0 : bytes.length + bytes.length % 2;
	}
}
