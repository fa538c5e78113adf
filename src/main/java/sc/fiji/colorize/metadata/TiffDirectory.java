/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory of a TIFF file: tags and their values, without the pixels. It is read from TIFF and BigTIFF files and from
 * EXIF blocks, which have the same structure, and written as any of them. Values are kept as their original bytes. (TIFF
 * 6.0, Adobe 1992, section 2; BigTIFF has the same structure with 8-byte offsets and counts, for files beyond 4 GB.)
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

	static final int BYTE = 1;
	static final int ASCII = 2;
	static final int SHORT = 3;
	static final int UNDEFINED = 7;
	private static final int RATIONAL = 5;
	private static final int FLOAT = 11;
	private static final int DOUBLE = 12;
	/** Tags that point to the EXIF, GPS and interoperability directories. */
	static final int EXIF = 34665;
	static final int GPS = 34853;
	static final int INTEROPERABILITY = 40965;
	static final int MAKER_NOTE = 37500;

	/** Tag of ImageJ: sizes of labels, lookup tables and other data. */
	static final int IMAGEJ_DATA_COUNTS = 50838;
	/** Maximum offset at which a maker note is kept; a larger one would waste space. */
	private static final int MAX_NOTE_PLACE = 1 << 14;
	private static final int SIGNED_RATIONAL = 10;
	/** Value type: UTF-8 text, since EXIF 3.0. */
	private static final int UTF8 = 129;

	private static final int MAGIC = 42;
	private static final int BIG_MAGIC = 43;
	/** Bytes per value of each type, from 1. */
	private static final int[] TYPE_SIZES = {1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
	/** Replaces LONG8, SLONG8 and IFD8 by LONG, SLONG and IFD. */
	private static final int[] SMALL_TYPES = {LONG, 9, 13};
	private static final int MAX_DIRECTORIES = 1 << 16;
	private static final int MAX_ENTRIES = 1 << 16;
	/** Maximum size of a value in bytes; only strip offsets could be longer. */
	private static final long MAX_VALUES = 1 << 28;

	/** The layouts of TIFF and BigTIFF. */
	private enum Format {

		SMALL(8, Short.BYTES, Integer.BYTES), BIG(16, Long.BYTES, Long.BYTES);

		/** Bytes of the file header, of an entry count, and of an offset. */
		private final int head;
		private final int entryCount;
		private final int offset;

		Format(final int head, final int entryCount, final int offset) {
			this.head = head;
			this.entryCount = entryCount;
			this.offset = offset;
		}

		int entry() {
			return 2 * Short.BYTES + 2 * offset;
		}

		int directory(final int entries) {
			return entryCount + entries * entry() + offset;
		}

		long get(final ByteBuffer buffer) {
			return this == BIG ? buffer.getLong() : buffer.getInt() & MAX_OFFSET;
		}

		void put(final ByteBuffer buffer, final long number) {
			if (this == BIG) {
				buffer.putLong(number);
			}
			else {
				buffer.putInt((int) number);
			}
		}
	}

	/** Selects the tags to read: some may be as large as the file. */
	@FunctionalInterface
	interface Selection {

		boolean wants(int tag, long bytes);
	}

	/**
	 * The values of a tag.
	 *
	 * @param type type of the values
	 * @param count number of values
	 * @param bytes in the byte order of the file
	 * @param place offset in the file; 0 if stored in the directory itself, or not read from a file
	 */
	private record Entry(int type, long count, byte[] bytes, long place) {
	}

	private final ByteOrder order;
	private final Format format;
	private final SortedMap<Integer, Entry> entries;
	/** The directories that tags of this one point to. */
	private final SortedMap<Integer, TiffDirectory> children;
	private final long next;

	private TiffDirectory(final ByteOrder order, final Format format, final SortedMap<Integer, Entry> entries,
			final SortedMap<Integer, TiffDirectory> children, final long next) {
		this.order = order;
		this.format = format;
		this.entries = entries;
		this.children = children;
		this.next = next;
	}

	TiffDirectory(final ByteOrder order) {
		this(order, Format.SMALL, new TreeMap<>(), new TreeMap<>(), 0);
	}

	/**
	 * Copies the directory.
	 *
	 * @return a mutable copy
	 */
	public TiffDirectory copy() {
		final SortedMap<Integer, TiffDirectory> copies = new TreeMap<>(children);
		copies.replaceAll((tag, child) -> child.copy());
		return new TiffDirectory(order, format, new TreeMap<>(entries), copies, next);
	}

	/** The same directory in another byte order. */
	TiffDirectory in(final ByteOrder other) {
		if (other == order) {
			return copy();
		}
		final SortedMap<Integer, Entry> swapped = new TreeMap<>(entries);
		swapped.replaceAll((tag, entry) -> new Entry(entry.type(), entry.count(), swap(entry), entry.place()));
		final SortedMap<Integer, TiffDirectory> others = new TreeMap<>(children);
		others.replaceAll((tag, child) -> child.in(other));
		return new TiffDirectory(other, format, swapped, others, next);
	}

	private static byte[] swap(final Entry entry) {
		final boolean halves = entry.type() == RATIONAL || entry.type() == SIGNED_RATIONAL;
		final int size = halves ? Integer.BYTES : size(entry.type());
		final byte[] swapped = new byte[entry.bytes().length];
		for (int i = 0; i < swapped.length; i++) {
			swapped[i] = entry.bytes()[i / size * size + size - 1 - i % size];
		}
		return swapped;
	}

	/**
	 * The byte order.
	 *
	 * @return that of the file
	 */
	public ByteOrder order() {
		return order;
	}

	boolean isBig() {
		return format == Format.BIG;
	}

	/** Offset of the next directory of the file; 0 if there is none. */
	long next() {
		return next;
	}

	/** Whether a file begins like a TIFF or BigTIFF file. */
	static boolean recognizes(final byte[] head) {
		return magic(head) == MAGIC || isBig(head);
	}

	/**
	 * Whether a file begins like a BigTIFF file.
	 *
	 * @param head the first four bytes or more
	 * @return true for a BigTIFF file
	 */
	public static boolean isBig(final byte[] head) {
		return magic(head) == BIG_MAGIC;
	}

	private static int magic(final byte[] head) {
		if (head.length < Integer.BYTES || head[0] != head[1] || head[0] != 'I' && head[0] != 'M') {
			return 0;
		}
		return ByteBuffer.wrap(head).order(order(head)).getShort(Short.BYTES);
	}

	private static ByteOrder order(final byte[] head) {
		return head[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
	}

	/**
	 * Reads all directories of a file. Damaged entries outside the first directory are dropped, as in ImageJ.
	 *
	 * @param channel the file
	 * @return one or more directories
	 * @throws EOFException if the file ends within its first directory
	 * @throws IOException if it is not a TIFF file, is damaged or cannot be read
	 */
	public static List<TiffDirectory> read(final SeekableByteChannel channel) throws IOException {
		return read(channel, MAX_DIRECTORIES, (tag, bytes) -> true);
	}

	/**
	 * Reads the first directory of a file.
	 *
	 * @param channel the file
	 * @return the directory
	 * @throws IOException as above
	 */
	public static TiffDirectory readFirst(final SeekableByteChannel channel) throws IOException {
		return readFirst(channel, (tag, bytes) -> true);
	}

	/** Reads only some tags of the first directory: others may be as large as the file. */
	static TiffDirectory readFirst(final SeekableByteChannel channel, final Selection selection) throws IOException {
		return read(channel, 1, selection).get(0);
	}

	/** Reads the directory that a tag points to, and stores it instead of the tag's value. */
	void readChild(final SeekableByteChannel channel, final int tag, final Selection selection) throws IOException {
		final long position = number(tag, 0);
		entries.remove(tag);
		final ByteBuffer directory = directory(channel, position, order, format);
		final SortedMap<Integer, Entry> found = entries(channel, directory, format, selection);
		children.put(tag, new TiffDirectory(order, format, found, new TreeMap<>(), 0));
	}

	/** The directory that a tag points to; null if there is none. */
	TiffDirectory child(final int tag) {
		return children.get(tag);
	}

	void setChild(final int tag, final TiffDirectory child) {
		entries.remove(tag);
		children.put(tag, child);
	}

	private static List<TiffDirectory> read(final SeekableByteChannel channel, final int max, final Selection selection)
			throws IOException {
		final byte[] head = read(channel, 0, Format.SMALL.head, ByteOrder.nativeOrder()).array();
		if (!recognizes(head)) {
			throw new IOException("the content is not a TIFF image");
		}
		final ByteOrder order = order(head);
		final Format format = isBig(head) ? Format.BIG : Format.SMALL;
		long next = format.get(read(channel, format.head - format.offset, format.offset, order));
		final List<TiffDirectory> directories = new ArrayList<>();
		final Set<Long> places = new HashSet<>();
		do {
			if (!places.add(next)) {
				// ImageJ would loop forever.
				throw new IOException("the TIFF file is damaged (a page is followed by an earlier one)");
			}
			final ByteBuffer directory;
			try {
				directory = directory(channel, next, order, format);
			}
			catch (final IOException e) {
				if (directories.isEmpty()) {
					throw e;
				}
				return directories;
			}
			final SortedMap<Integer, Entry> entries = entries(channel, directory, format, selection);
			next = format.get(directory);
			directories.add(new TiffDirectory(order, format, entries, new TreeMap<>(), next));
		}
		while (next != 0 && directories.size() < max);
		return directories;
	}

	/** Reads the entries of a directory and the offset of the next one. */
	private static ByteBuffer directory(final SeekableByteChannel channel, final long position, final ByteOrder order,
			final Format format) throws IOException {
		final ByteBuffer number = read(channel, position, format.entryCount, order);
		final long count = format == Format.BIG ? number.getLong() : number.getShort() & 0xffff;
		if (count < 1 || count > MAX_ENTRIES) {
			throw new IOException("the TIFF file is damaged (a directory has " + count + " entries)");
		}
		return read(channel, position + format.entryCount, format.directory((int) count) - format.entryCount, order);
	}

	private static SortedMap<Integer, Entry> entries(final SeekableByteChannel channel, final ByteBuffer directory,
			final Format format, final Selection selection) throws IOException {
		final SortedMap<Integer, Entry> entries = new TreeMap<>();
		while (directory.remaining() > format.offset) {
			final int tag = directory.getShort() & 0xffff;
			final int type = directory.getShort() & 0xffff;
			final long count = format.get(directory);
			final int inline = directory.position();
			final long place = format.get(directory);
			final long size = size(type);
			if (!selection.wants(tag, size * count)) {
				continue;
			}
			// Skips unknown types, as the specification requires, and empty values.
			if (size == 0 || count < 1 || count > MAX_VALUES / size) {
				requireOptional(tag);
				continue;
			}
			final int bytes = (int) (size * count);
			if (bytes <= format.offset) {
				entries.put(tag, new Entry(type, count,
						Arrays.copyOfRange(directory.array(), inline, inline + bytes), 0));
			}
			else if (place >= 0 && place <= channel.size() - bytes) {
				entries.put(tag, new Entry(type, count, read(channel, place, bytes, directory.order()).array(), place));
			}
			else {
				requireOptional(tag);
			}
		}
		return entries;
	}

	/** Bytes per value of a type; 0 for unknown types. */
	private static int size(final int type) {
		return type == UTF8 ? 1 : type < 1 || type > TYPE_SIZES.length ? 0 : TYPE_SIZES[type - 1];
	}

	/**
	 * Rejects missing pixel locations and ImageJ data: ImageJ trusts the claimed sizes, allocates that much memory, and
	 * reads value by value.
	 */
	private static void requireOptional(final int tag) throws IOException {
		if (tag == STRIP_OFFSETS || tag == STRIP_BYTE_COUNTS) {
			throw new IOException("the TIFF file is damaged (it does not contain the location of its pixels)");
		}
		if (tag == IMAGEJ_DATA_COUNTS) {
			throw new IOException("the TIFF file is damaged (it claims more ImageJ data than it has)");
		}
	}

	private static ByteBuffer read(final SeekableByteChannel channel, final long position, final int size,
			final ByteOrder order) throws IOException {
		if (position < 0 || position > channel.size() - size) {
			throw new EOFException();
		}
		final ByteBuffer buffer = ByteBuffer.allocate(size).order(order);
		channel.position(position);
		while (buffer.hasRemaining()) {
			if (channel.read(buffer) < 0) {
				throw new EOFException();
			}
		}
		return buffer.flip();
	}

	/**
	 * Whether the directory has a tag.
	 *
	 * @param tag its number
	 * @return true if it has a value
	 */
	public boolean has(final int tag) {
		return entries.containsKey(tag);
	}

	Set<Integer> tags() {
		return Set.copyOf(entries.keySet());
	}

	/** The bytes of a tag in the byte order of the file; empty if it is missing. */
	byte[] bytes(final int tag) {
		final Entry entry = entries.get(tag);
		return entry == null ? new byte[0] : entry.bytes().clone();
	}

	/** Copies a tag from another directory with the same byte order. */
	void take(final int tag, final TiffDirectory other) {
		final Entry entry = other.entries.get(tag);
		if (entry != null) {
			entries.put(tag, entry);
		}
	}

	void remove(final int tag) {
		entries.remove(tag);
		children.remove(tag);
	}

	/** Sets a value of type UNDEFINED or BYTE, or a zero-terminated text. */
	void setBytes(final int tag, final int type, final byte... bytes) {
		entries.put(tag, new Entry(type, bytes.length, bytes, 0));
	}

	/**
	 * The integers of a tag.
	 *
	 * @param tag its number
	 * @return empty if the tag is missing
	 */
	public long[] numbers(final int tag) {
		final Entry entry = entries.get(tag);
		if (entry == null) {
			return new long[0];
		}
		final ByteBuffer buffer = ByteBuffer.wrap(entry.bytes()).order(order);
		final long[] numbers = new long[(int) entry.count()];
		for (int i = 0; i < numbers.length; i++) {
			numbers[i] = switch (size(entry.type())) {
				case Byte.BYTES -> buffer.get() & 0xff;
				case Short.BYTES -> buffer.getShort() & 0xffff;
				case Integer.BYTES -> buffer.getInt() & MAX_OFFSET;
				default -> buffer.getLong();
			};
		}
		return numbers;
	}

	/**
	 * Whether the value of a tag begins with a text.
	 *
	 * @param tag its number
	 * @param text in ASCII
	 * @return false if the tag is missing
	 */
	public boolean startsWith(final int tag, final String text) {
		final Entry entry = entries.get(tag);
		return entry != null && new String(entry.bytes(), StandardCharsets.ISO_8859_1).startsWith(text);
	}

	/**
	 * The first integer of a tag.
	 *
	 * @param tag its number
	 * @param otherwise the value if the tag is missing
	 * @return the number
	 */
	public long number(final int tag, final long otherwise) {
		final long[] numbers = numbers(tag);
		return numbers.length == 0 ? otherwise : numbers[0];
	}

	/** The first number of a tag, which may be a fraction; 0 if the tag is not there. */
	double fraction(final int tag) {
		final Entry entry = entries.get(tag);
		if (entry == null) {
			return 0;
		}
		final ByteBuffer buffer = ByteBuffer.wrap(entry.bytes()).order(order);
		return switch (entry.type()) {
			case RATIONAL -> (buffer.getInt() & MAX_OFFSET) / (double) (buffer.getInt() & MAX_OFFSET);
			case FLOAT -> buffer.getFloat();
			case DOUBLE -> buffer.getDouble();
			default -> number(tag, 0);
		};
	}

	/**
	 * Sets the whole numbers of a tag.
	 *
	 * @param tag its number
	 * @param type such as {@link #LONG}
	 * @param numbers one or more
	 */
	public void set(final int tag, final int type, final long... numbers) {
		final int size = size(type);
		final ByteBuffer buffer = ByteBuffer.allocate(numbers.length * size).order(order);
		for (final long number : numbers) {
			switch (size) {
				case Short.BYTES -> buffer.putShort((short) number);
				case Integer.BYTES -> buffer.putInt((int) number);
				default -> buffer.putLong(number);
			}
		}
		entries.put(tag, new Entry(type, numbers.length, buffer.array(), 0));
	}

	/** Sets fractions without signs, each with its numerator and its denominator. */
	void setRational(final int tag, final long... numbers) {
		final ByteBuffer buffer = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(order);
		for (final long number : numbers) {
			buffer.putInt((int) number);
		}
		entries.put(tag, new Entry(RATIONAL, numbers.length / 2, buffer.array(), 0));
	}

	/**
	 * The beginning of a file: its head, and the directories with all of their values. Its length does not depend on the
	 * values of numbers.
	 *
	 * @param directories all of the same order of bytes
	 * @param big whether of a BigTIFF file
	 * @return the bytes
	 */
	public static byte[] write(final List<TiffDirectory> directories, final boolean big) {
		final Format format = big ? Format.BIG : Format.SMALL;
		final ByteOrder order = directories.get(0).order;
		int size = format.head;
		for (final TiffDirectory directory : directories) {
			size += directory.size(format, null);
		}
		final ByteBuffer file = ByteBuffer.allocate(size).order(order);
		writeHead(file, format, format.head);
		for (int i = 0; i < directories.size(); i++) {
			final int end = file.position() + directories.get(i).size(format, null);
			directories.get(i).write(file, format, 0, i == directories.size() - 1 ? 0 : end, null);
		}
		return file.array();
	}

	private static void writeHead(final ByteBuffer file, final Format format, final long first) {
		file.put((byte) (file.order() == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(file.get(0));
		file.putShort((short) (format == Format.BIG ? BIG_MAGIC : MAGIC));
		if (format == Format.BIG) {
			file.putShort((short) Long.BYTES).putShort((short) 0);
		}
		format.put(file, first);
	}

	/**
	 * The directory, with all values and the directories within it, for some place in a file of its order of bytes.
	 *
	 * @param start where it will stand, an even number
	 * @param following where the next directory is; 0 if there is none
	 */
	byte[] write(final boolean big, final long start, final long following) {
		final Format other = big ? Format.BIG : Format.SMALL;
		final ByteBuffer bytes = ByteBuffer.allocate(size(other, null)).order(order);
		write(bytes, other, start, following, null);
		return bytes.array();
	}

	/** Sets the offset of the first directory in a file header. */
	void setFirst(final SeekableByteChannel channel, final long first) throws IOException {
		final ByteBuffer head = ByteBuffer.allocate(format.head).order(order);
		writeHead(head, format, first);
		channel.position(0);
		channel.write(head.flip());
	}

	/**
	 * Writes an EXIF block: a TIFF file without pixels. A maker note keeps its offset if possible, because many contain
	 * offsets from the beginning of the block.
	 */
	byte[] writeBlock() {
		final TiffDirectory exif = children.get(EXIF);
		final Entry note = exif == null ? null : exif.entries.get(MAKER_NOTE);
		final int head = Format.SMALL.head;
		final boolean kept = note != null && note.place() >= head && note.place() <= MAX_NOTE_PLACE;
		final int end = kept ? (int) note.place() + note.bytes().length : head;
		final int start = end + end % 2;
		final ByteBuffer block = ByteBuffer.allocate(start + size(Format.SMALL, kept ? note : null)).order(order);
		writeHead(block, Format.SMALL, start);
		if (kept) {
			block.put((int) note.place(), note.bytes());
		}
		block.position(start);
		write(block, Format.SMALL, 0, 0, kept ? note : null);
		return block.array();
	}

	/** Bytes of the directory, its values and its child directories, without the value at a fixed offset. */
	private int size(final Format other, final Entry kept) {
		int size = other.directory(entries.size() + children.size());
		for (final Entry entry : entries.values()) {
			size += entry == kept ? 0 : outside(suited(entry, other), other);
		}
		for (final TiffDirectory child : children.values()) {
			size += child.size(other, kept);
		}
		return size;
	}

	/** Bytes of a value stored outside the directory; values are padded to even offsets. */
	private static int outside(final Entry entry, final Format format) {
		final int bytes = entry.bytes().length;
		return bytes <= format.offset ? 0 : bytes + bytes % 2;
	}

	/** Writes at the position of a buffer that starts at some offset of a file. */
	private void write(final ByteBuffer file, final Format other, final long base, final long following,
			final Entry kept) {
		final int begin = file.position();
		final int count = entries.size() + children.size();
		int place = begin + other.directory(count);
		if (other == Format.BIG) {
			file.putLong(count);
		}
		else {
			file.putShort((short) count);
		}
		final SortedSet<Integer> tags = new TreeSet<>(entries.keySet());
		tags.addAll(children.keySet());
		for (final int tag : tags) {
			final TiffDirectory child = children.get(tag);
			final Entry entry = child == null ? suited(entries.get(tag), other) : null;
			file.putShort((short) tag).putShort((short) (child == null ? entry.type() : other == Format.BIG ? LONG8 : LONG));
			other.put(file, child == null ? entry.count() : 1);
			final int after = file.position() + other.offset;
			if (child != null) {
				other.put(file, base + place);
				file.position(place);
				child.write(file, other, base, 0, kept);
				place = file.position();
			}
			else if (entry == kept) {
				other.put(file, entry.place());
			}
			else if (entry.bytes().length <= other.offset) {
				file.put(entry.bytes());
			}
			else {
				other.put(file, base + place);
				file.put(place, entry.bytes());
				place += outside(entry, other);
			}
			file.position(after);
		}
		other.put(file, following);
		file.position(begin + size(other, kept));
	}

	/** Converts a value to a type that the format supports. */
	private Entry suited(final Entry entry, final Format other) {
		if (other == Format.BIG || entry.type() < LONG8 || entry.type() == UTF8) {
			return entry;
		}
		final ByteBuffer large = ByteBuffer.wrap(entry.bytes()).order(order);
		final ByteBuffer small = ByteBuffer.allocate(entry.bytes().length / 2).order(order);
		while (large.hasRemaining()) {
			small.putInt((int) large.getLong());
		}
		return new Entry(SMALL_TYPES[entry.type() - LONG8], entry.count(), small.array(), 0);
	}
}
