/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory of a TIFF file: tags and their values, without the pixels. {@link TiffReader} reads it from TIFF and
 * BigTIFF files and from EXIF blocks, which have the same structure; {@link TiffWriter} writes it. Values are kept as their
 * original bytes. (TIFF 6.0, Adobe 1992, section 2; BigTIFF has the same structure with 8-byte offsets and counts, for
 * files beyond 4 GB.)
 */
public final class TiffDirectory {

	/** Tag: width in pixels. */
	public static final int IMAGE_WIDTH = 256;
	/** Tag: height in pixels. */
	public static final int IMAGE_LENGTH = 257;
	/** Tag: bits per sample. */
	public static final int BITS_PER_SAMPLE = 258;
	/** Tag: compression; 1 for none. */
	public static final int COMPRESSION = 259;
	/** Tag: description. ImageJ stores dimensions and calibration here. */
	public static final int IMAGE_DESCRIPTION = 270;
	/** Tag: offsets of the strips. */
	public static final int STRIP_OFFSETS = 273;
	/** Tag: samples per pixel. */
	public static final int SAMPLES_PER_PIXEL = 277;
	/** Tag: rows per strip. */
	public static final int ROWS_PER_STRIP = 278;
	/** Tag: bytes per strip. */
	public static final int STRIP_BYTE_COUNTS = 279;
	/** Tag: 1 for interleaved samples, 2 for separate planes. */
	public static final int PLANAR_CONFIGURATION = 284;
	/** Tag: width of a tile in pixels. */
	public static final int TILE_WIDTH = 322;

	/** Value type: unsigned 32-bit. */
	public static final int LONG = 4;
	/** Value type: unsigned 64-bit, only in BigTIFF. */
	public static final int LONG8 = 16;

	/** The largest offset in a TIFF file. */
	public static final long MAX_OFFSET = 0xffffffffL;

	/** Tags that point to the EXIF, GPS and interoperability directories. */
	static final int EXIF = 34665;
	static final int GPS = 34853;
	static final int INTEROPERABILITY = 40965;
	static final int MAKER_NOTE = 37500;

	/** Tag of ImageJ: sizes of labels, lookup tables and other data. */
	static final int IMAGEJ_DATA_COUNTS = 50838;

	private final ByteOrder order;
	private final TiffFormat format;
	private final SortedMap<Integer, TiffValue> entries;
	/** The directories that tags of this one point to. */
	private final SortedMap<Integer, TiffDirectory> children = new TreeMap<>();
	private final long next;

	TiffDirectory(final ByteOrder order, final TiffFormat format, final SortedMap<Integer, TiffValue> entries,
			final long next) {
		this.order = order;
		this.format = format;
		this.entries = entries;
		this.next = next;
	}

	TiffDirectory(final ByteOrder order) {
		this(order, TiffFormat.SMALL, new TreeMap<>(), 0);
	}

	/** {@return a mutable copy} */
	public TiffDirectory copy() {
		return in(order);
	}

	/** A mutable copy in another byte order. */
	TiffDirectory in(final ByteOrder other) {
		final TiffDirectory copy = new TiffDirectory(other, format, new TreeMap<>(entries), next);
		if (other != order) {
			copy.entries.replaceAll((tag, entry) -> entry.swapped());
		}
		children.forEach((tag, child) -> copy.children.put(tag, child.in(other)));
		return copy;
	}

	/** {@return the byte order of the file} */
	public ByteOrder order() {
		return order;
	}

	TiffFormat format() {
		return format;
	}

	/** Offset of the next directory of the file; 0 if there is none. */
	long next() {
		return next;
	}

	/** The directory that a tag points to; null if there is none. */
	TiffDirectory child(final int tag) {
		return children.get(tag);
	}

	void setChild(final int tag, final TiffDirectory child) {
		entries.remove(tag);
		children.put(tag, child);
	}

	/**
	 * {@return whether the directory has a value of a tag}
	 *
	 * @param tag its number
	 */
	public boolean has(final int tag) {
		return entries.containsKey(tag);
	}

	/** A copy of the tags of values and child directories, in the order in which they are written. */
	SortedSet<Integer> tags() {
		final SortedSet<Integer> tags = new TreeSet<>(entries.keySet());
		tags.addAll(children.keySet());
		return tags;
	}

	/** The value of a tag; null if it is missing. */
	TiffValue value(final int tag) {
		return entries.get(tag);
	}

	/** The bytes of a tag in the byte order of the file; empty if it is missing. */
	byte[] bytes(final int tag) {
		final TiffValue entry = entries.get(tag);
		return entry == null ? new byte[0] : entry.bytes().clone();
	}

	/** Copies a tag from another directory with the same byte order. */
	void take(final int tag, final TiffDirectory other) {
		final TiffValue entry = other.entries.get(tag);
		if (entry != null) {
			entries.put(tag, entry);
		}
	}

	void remove(final int tag) {
		entries.remove(tag);
		children.remove(tag);
	}

	/** Sets the bytes of a value of any type, such as a zero-terminated text. */
	void setBytes(final int tag, final int type, final byte... bytes) {
		entries.put(tag, new TiffValue(type, bytes.length / TiffValue.size(type), bytes, 0));
	}

	/**
	 * {@return the integers of a tag; empty if the tag is missing}
	 *
	 * @param tag its number
	 */
	public long[] numbers(final int tag) {
		final TiffValue entry = entries.get(tag);
		if (entry == null) {
			return new long[0];
		}
		final ByteBuffer buffer = ByteBuffer.wrap(entry.bytes()).order(order);
		final long[] numbers = new long[(int) entry.count()];
		for (int i = 0; i < numbers.length; i++) {
			numbers[i] = switch (TiffValue.size(entry.type())) {
				case Byte.BYTES -> buffer.get() & 0xff;
				case Short.BYTES -> buffer.getShort() & 0xffff;
				case Integer.BYTES -> buffer.getInt() & MAX_OFFSET;
				default -> buffer.getLong();
			};
		}
		return numbers;
	}

	/**
	 * {@return whether the value of a tag begins with a text; false if the tag is missing}
	 *
	 * @param tag its number
	 * @param text in ASCII
	 */
	public boolean startsWith(final int tag, final String text) {
		final TiffValue entry = entries.get(tag);
		return entry != null && new String(entry.bytes(), StandardCharsets.ISO_8859_1).startsWith(text);
	}

	/**
	 * {@return the first integer of a tag}
	 *
	 * @param tag its number
	 * @param otherwise the value if the tag is missing
	 */
	public long number(final int tag, final long otherwise) {
		final long[] numbers = numbers(tag);
		return numbers.length == 0 ? otherwise : numbers[0];
	}

	/** The first number of a tag, which may be a fraction; 0 if the tag is not there. */
	double fraction(final int tag) {
		final TiffValue entry = entries.get(tag);
		if (entry == null) {
			return 0;
		}
		final ByteBuffer buffer = ByteBuffer.wrap(entry.bytes()).order(order);
		return switch (entry.type()) {
			case TiffValue.RATIONAL -> (buffer.getInt() & MAX_OFFSET) / (double) (buffer.getInt() & MAX_OFFSET);
			case TiffValue.FLOAT -> buffer.getFloat();
			case TiffValue.DOUBLE -> buffer.getDouble();
			default -> number(tag, 0);
		};
	}

	/**
	 * Sets the whole numbers or the fractions of a tag.
	 *
	 * @param tag its number
	 * @param type such as {@link #LONG}
	 * @param numbers one or more; for a fraction its numerator and its denominator
	 */
	public void set(final int tag, final int type, final long... numbers) {
		final int size = TiffValue.numberSize(type);
		final ByteBuffer buffer = ByteBuffer.allocate(numbers.length * size).order(order);
		for (final long number : numbers) {
			switch (size) {
				case Short.BYTES -> buffer.putShort((short) number);
				case Integer.BYTES -> buffer.putInt((int) number);
				default -> buffer.putLong(number);
			}
		}
		setBytes(tag, type, buffer.array());
	}
}
