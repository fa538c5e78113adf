/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The layouts of TIFF and BigTIFF. */
enum TiffFormat {

	SMALL(42, 8, Short.BYTES, Integer.BYTES), BIG(43, 16, Long.BYTES, Long.BYTES);

	/** The number after the byte order; bytes of the file header, of an entry count, and of an offset. */
	private final int magic;
	final int head;
	final int entryCount;
	final int offset;

	TiffFormat(final int magic, final int head, final int entryCount, final int offset) {
		this.magic = magic;
		this.head = head;
		this.entryCount = entryCount;
		this.offset = offset;
	}

	/** The format of a file that begins with these four or more bytes; null if it is neither. */
	static TiffFormat of(final byte[] head) {
		if (head.length >= Integer.BYTES && head[0] == head[1] && (head[0] == 'I' || head[0] == 'M')) {
			final int number = ByteBuffer.wrap(head).order(order(head)).getShort(Short.BYTES);
			for (final TiffFormat format : values()) {
				if (format.magic == number) {
					return format;
				}
			}
		}
		return null;
	}

	/** The byte order of a file that begins with these bytes. */
	static ByteOrder order(final byte[] head) {
		return head[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
	}

	/** Bytes of a directory. Each entry has a tag, a type, a count, and a value or its offset. */
	int directory(final int entries) {
		return entryCount + entries * (2 * Short.BYTES + 2 * offset) + offset;
	}

	long get(final ByteBuffer buffer) {
		return this == BIG ? buffer.getLong() : buffer.getInt() & TiffDirectory.MAX_OFFSET;
	}

	void put(final ByteBuffer buffer, final long number) {
		if (this == BIG) {
			buffer.putLong(number);
		}
		else {
			buffer.putInt((int) number);
		}
	}

	/** Writes the header of a file. */
	void putHead(final ByteBuffer file, final long first) {
		file.put((byte) (file.order() == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(file.get(0)).putShort((short) magic);
		if (this == BIG) {
			file.putShort((short) Long.BYTES).putShort((short) 0);
		}
		put(file, first);
	}
}
