/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

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
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a TIFF file says of one of its images: tags and their values, without the pixels. It is read from TIFF and
 * BigTIFF files and written as either. (TIFF 6.0, Adobe 1992, section 2; BigTIFF is the same with offsets and counts of
 * eight bytes, for files beyond 4 GB.)
 */
final class TiffDirectory {

	static final int IMAGE_WIDTH = 256;
	static final int IMAGE_LENGTH = 257;
	static final int BITS_PER_SAMPLE = 258;
	static final int COMPRESSION = 259;
	static final int IMAGE_DESCRIPTION = 270;
	static final int STRIP_OFFSETS = 273;
	static final int SAMPLES_PER_PIXEL = 277;
	static final int ROWS_PER_STRIP = 278;
	static final int STRIP_BYTE_COUNTS = 279;
	static final int PLANAR_CONFIGURATION = 284;
	/** Sizes of labels, lookup tables and the like. */
	static final int IMAGEJ_DATA_COUNTS = 50838;
	static final int TILE_WIDTH = 322;

	/** Types of values: four and eight bytes without sign. */
	static final int LONG = 4;
	static final int LONG8 = 16;

	/** The largest number that an offset of a TIFF file can be. */
	static final long MAX_OFFSET = 0xffffffffL;

	private static final int MAGIC = 42;
	private static final int BIG_MAGIC = 43;
	/** Bytes of the types of values, from 1 on. */
	private static final int[] TYPE_SIZES = {1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
	/** From LONG8, SLONG8 and IFD8 to LONG, SLONG and IFD. */
	private static final int[] SMALL_TYPES = {LONG, 9, 13};
	private static final int MAX_DIRECTORIES = 1 << 16;
	private static final int MAX_ENTRIES = 1 << 16;
	/** Nothing that is said of an image is longer, but where its strips are. */
	private static final long MAX_VALUES = 1 << 28;

	/** Where numbers stand in one of the two kinds of files. */
	private enum Format {

		SMALL(8, Short.BYTES, Integer.BYTES), BIG(16, Long.BYTES, Long.BYTES);

		/** Bytes of the head of the file, of a number of entries, and of an offset. */
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

	/**
	 * Values of a tag.
	 *
	 * @param type of the values
	 * @param count of the values
	 * @param bytes in the order of the file
	 */
	private record Entry(int type, long count, byte[] bytes) {
	}

	private final ByteOrder order;
	private final SortedMap<Integer, Entry> entries;

	private TiffDirectory(final ByteOrder order, final SortedMap<Integer, Entry> entries) {
		this.order = order;
		this.entries = entries;
	}

	TiffDirectory copy() {
		return new TiffDirectory(order, new TreeMap<>(entries));
	}

	ByteOrder order() {
		return order;
	}

	/** Whether a file begins as a TIFF or BigTIFF file does. */
	static boolean recognizes(final byte[] head) {
		return magic(head) == MAGIC || isBig(head);
	}

	/** Whether a file begins as a BigTIFF file does. */
	static boolean isBig(final byte[] head) {
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
	 * Reads all directories of a file. What is wrong in them but for the first is left out, as ImageJ does.
	 *
	 * @throws EOFException if the file ends before the end of its first directory
	 * @throws IOException if it is none, is damaged or cannot be read
	 */
	static List<TiffDirectory> read(final SeekableByteChannel channel) throws IOException {
		return read(channel, MAX_DIRECTORIES);
	}

	/** The first of them. */
	static TiffDirectory readFirst(final SeekableByteChannel channel) throws IOException {
		return read(channel, 1).get(0);
	}

	private static List<TiffDirectory> read(final SeekableByteChannel channel, final int max) throws IOException {
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
				// ImageJ would go round for ever.
				throw new IOException("the TIFF file is damaged (behind a page an earlier one comes again)");
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
			directories.add(new TiffDirectory(order, entries(channel, directory, format)));
			next = format.get(directory);
		}
		while (next != 0 && directories.size() < max);
		return directories;
	}

	/** The entries of a directory, and where the next directory is. */
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
			final Format format) throws IOException {
		final SortedMap<Integer, Entry> entries = new TreeMap<>();
		while (directory.remaining() > format.offset) {
			final int tag = directory.getShort() & 0xffff;
			final int type = directory.getShort() & 0xffff;
			final long count = format.get(directory);
			final int inline = directory.position();
			final long place = format.get(directory);
			final long size = type < 1 || type > TYPE_SIZES.length ? 0 : TYPE_SIZES[type - 1];
			// Types that are not known are left out, as the specification asks, and values that are not there.
			if (size == 0 || count < 1 || count > MAX_VALUES / size) {
				requireOptional(tag);
				continue;
			}
			final int bytes = (int) (size * count);
			if (bytes <= format.offset) {
				entries.put(tag, new Entry(type, count,
						Arrays.copyOfRange(directory.array(), inline, inline + bytes)));
			}
			else if (place >= 0 && place <= channel.size() - bytes) {
				entries.put(tag, new Entry(type, count, read(channel, place, bytes, directory.order()).array()));
			}
			else {
				requireOptional(tag);
			}
		}
		return entries;
	}

	/**
	 * Where the pixels are, and ImageJ's own data, must be there: ImageJ takes what is claimed for true, takes as much
	 * memory as that needs and reads it value by value.
	 */
	private static void requireOptional(final int tag) throws IOException {
		if (tag == STRIP_OFFSETS || tag == STRIP_BYTE_COUNTS) {
			throw new IOException("the TIFF file is damaged (it does not tell where its pixels are)");
		}
		if (tag == IMAGEJ_DATA_COUNTS) {
			throw new IOException("the TIFF file is damaged (it claims more data of ImageJ than it has)");
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

	boolean has(final int tag) {
		return entries.containsKey(tag);
	}

	/** The whole numbers of a tag; none if it is not there. */
	long[] numbers(final int tag) {
		final Entry entry = entries.get(tag);
		if (entry == null) {
			return new long[0];
		}
		final ByteBuffer buffer = ByteBuffer.wrap(entry.bytes()).order(order);
		final long[] numbers = new long[(int) entry.count()];
		for (int i = 0; i < numbers.length; i++) {
			numbers[i] = switch (TYPE_SIZES[entry.type() - 1]) {
				case Byte.BYTES -> buffer.get() & 0xff;
				case Short.BYTES -> buffer.getShort() & 0xffff;
				case Integer.BYTES -> buffer.getInt() & MAX_OFFSET;
				default -> buffer.getLong();
			};
		}
		return numbers;
	}

	/** Whether the value of a tag begins with a text. */
	boolean startsWith(final int tag, final String text) {
		final Entry entry = entries.get(tag);
		return entry != null && new String(entry.bytes(), StandardCharsets.ISO_8859_1).startsWith(text);
	}

	/** The first whole number of a tag, or what it is if the tag is not there. */
	long number(final int tag, final long otherwise) {
		final long[] numbers = numbers(tag);
		return numbers.length == 0 ? otherwise : numbers[0];
	}

	/** Sets the whole numbers of a tag. */
	void set(final int tag, final int type, final long... numbers) {
		final int size = TYPE_SIZES[type - 1];
		final ByteBuffer buffer = ByteBuffer.allocate(numbers.length * size).order(order);
		for (final long number : numbers) {
			switch (size) {
				case Short.BYTES -> buffer.putShort((short) number);
				case Integer.BYTES -> buffer.putInt((int) number);
				default -> buffer.putLong(number);
			}
		}
		entries.put(tag, new Entry(type, numbers.length, buffer.array()));
	}

	/**
	 * The beginning of a file: its head, and the directories, all of the same order of bytes, with all of their values.
	 * Its length does not depend on the values of numbers.
	 */
	static byte[] write(final List<TiffDirectory> directories, final boolean big) {
		final Format format = big ? Format.BIG : Format.SMALL;
		final ByteOrder order = directories.get(0).order;
		int size = format.head;
		for (final TiffDirectory directory : directories) {
			size += directory.size(format);
		}
		final ByteBuffer file = ByteBuffer.allocate(size).order(order);
		file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(file.get(0));
		file.putShort((short) (big ? BIG_MAGIC : MAGIC));
		if (big) {
			file.putShort((short) Long.BYTES).putShort((short) 0);
		}
		format.put(file, format.head);
		for (int i = 0; i < directories.size(); i++) {
			directories.get(i).write(file, format, i == directories.size() - 1);
		}
		return file.array();
	}

	private int size(final Format format) {
		int size = format.directory(entries.size());
		for (final Entry entry : entries.values()) {
			final int bytes = suited(entry, format).bytes().length;
			// Values begin at even places.
			size += bytes <= format.offset ? 0 : bytes + bytes % 2;
		}
		return size;
	}

	private void write(final ByteBuffer file, final Format format, final boolean last) {
		final int end = file.position() + size(format);
		int place = file.position() + format.directory(entries.size());
		if (format == Format.BIG) {
			file.putLong(entries.size());
		}
		else {
			file.putShort((short) entries.size());
		}
		for (final Map.Entry<Integer, Entry> tag : entries.entrySet()) {
			final Entry entry = suited(tag.getValue(), format);
			file.putShort(tag.getKey().shortValue()).putShort((short) entry.type());
			format.put(file, entry.count());
			final int after = file.position() + format.offset;
			if (entry.bytes().length <= format.offset) {
				file.put(entry.bytes());
			}
			else {
				format.put(file, place);
				file.put(place, entry.bytes());
				place += entry.bytes().length + entry.bytes().length % 2;
			}
			file.position(after);
		}
		format.put(file, last ? 0 : end);
		file.position(end);
	}

	/** The same numbers in a type that the format has. */
	private Entry suited(final Entry entry, final Format format) {
		if (format == Format.BIG || entry.type() < LONG8) {
			return entry;
		}
		final ByteBuffer large = ByteBuffer.wrap(entry.bytes()).order(order);
		final ByteBuffer small = ByteBuffer.allocate(entry.bytes().length / 2).order(order);
		while (large.hasRemaining()) {
			small.putInt((int) large.getLong());
		}
		return new Entry(SMALL_TYPES[entry.type() - LONG8], entry.count(), small.array());
	}
}
