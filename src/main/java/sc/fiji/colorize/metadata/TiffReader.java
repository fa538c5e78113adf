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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the directories of TIFF and BigTIFF files and of EXIF blocks. */
public final class TiffReader {

	private static final int MAX_DIRECTORIES = 1 << 16;
	private static final int MAX_ENTRIES = 1 << 16;
	/** Maximum size of a value in bytes; only strip offsets could be longer. */
	private static final long MAX_VALUES = 1 << 28;

	/** Selects the tags to read: some may be as large as the file. */
	@FunctionalInterface
	interface Selection {

		boolean wants(int tag, long bytes);
	}

	private TiffReader() {
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
	 * {@return the first directory of a file}
	 *
	 * @param channel the file
	 * @throws IOException if the file is damaged
	 */
	public static TiffDirectory readFirst(final SeekableByteChannel channel) throws IOException {
		return readFirst(channel, (tag, bytes) -> true);
	}

	/** Reads only some tags of the first directory: others may be as large as the file. */
	static TiffDirectory readFirst(final SeekableByteChannel channel, final Selection selection) throws IOException {
		return read(channel, 1, selection).get(0);
	}

	private static List<TiffDirectory> read(final SeekableByteChannel channel, final int max, final Selection selection)
			throws IOException {
		final byte[] head = read(channel, 0, TiffFormat.SMALL.head, ByteOrder.nativeOrder()).array();
		final TiffFormat format = TiffFormat.of(head);
		if (format == null) {
			throw new IOException("the content is not a TIFF image");
		}
		final ByteOrder order = TiffFormat.order(head);
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
			final SortedMap<Integer, TiffValue> entries = entries(channel, directory, format, selection);
			next = format.get(directory);
			directories.add(new TiffDirectory(order, format, entries, next));
		}
		while (next != 0 && directories.size() < max);
		return directories;
	}

	/** Reads the entries of a directory and the offset of the next one. */
	private static ByteBuffer directory(final SeekableByteChannel channel, final long position, final ByteOrder order,
			final TiffFormat format) throws IOException {
		final ByteBuffer number = read(channel, position, format.entryCount, order);
		final long count = format == TiffFormat.BIG ? number.getLong() : number.getShort() & 0xffff;
		if (count < 1 || count > MAX_ENTRIES) {
			throw new IOException("the TIFF file is damaged (a directory has " + count + " entries)");
		}
		return read(channel, position + format.entryCount, format.directory((int) count) - format.entryCount, order);
	}

	private static SortedMap<Integer, TiffValue> entries(final SeekableByteChannel channel, final ByteBuffer directory,
			final TiffFormat format, final Selection selection) throws IOException {
		final SortedMap<Integer, TiffValue> entries = new TreeMap<>();
		while (directory.remaining() > format.offset) {
			final int tag = directory.getShort() & 0xffff;
			final int type = directory.getShort() & 0xffff;
			final long count = format.get(directory);
			final int inline = directory.position();
			final long place = format.get(directory);
			final long size = TiffValue.size(type);
			if (!selection.wants(tag, size * count)) {
				continue;
			}
			// Skips unknown types, as the specification requires, and empty values.
			final boolean valid = size > 0 && count > 0 && count <= MAX_VALUES / size;
			final int bytes = (int) (size * count);
			if (valid && bytes <= format.offset) {
				entries.put(tag, new TiffValue(type, count,
						Arrays.copyOfRange(directory.array(), inline, inline + bytes), 0));
			}
			else if (valid && place >= 0 && place <= channel.size() - bytes) {
				entries.put(tag, new TiffValue(type, count, read(channel, place, bytes, directory.order()).array(), place));
			}
			else {
				requireOptional(tag);
			}
		}
		return entries;
	}

	/**
	 * Rejects missing pixel locations and ImageJ data: ImageJ trusts the claimed sizes, allocates that much memory, and
	 * reads value by value.
	 */
	private static void requireOptional(final int tag) throws IOException {
		if (tag == TiffDirectory.STRIP_OFFSETS || tag == TiffDirectory.STRIP_BYTE_COUNTS) {
			throw new IOException("the TIFF file is damaged (it does not contain the location of its pixels)");
		}
		if (tag == TiffDirectory.IMAGEJ_DATA_COUNTS) {
			throw new IOException("the TIFF file is damaged (it claims more ImageJ data than it has)");
		}
	}

	/** Reads part of a file of any format. */
	static ByteBuffer read(final SeekableByteChannel channel, final long position, final int size, final ByteOrder order)
			throws IOException {
		if (position < 0 || size < 0 || position > channel.size() - size) {
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

	/** Reads the directory that a tag points to, and stores it instead of the tag's value. */
	static void readChild(final SeekableByteChannel channel, final TiffDirectory parent, final int tag,
			final Selection selection) throws IOException {
		final long position = parent.number(tag, 0);
		parent.remove(tag);
		final ByteBuffer directory = directory(channel, position, parent.order(), parent.format());
		parent.setChild(tag, new TiffDirectory(parent.order(), parent.format(),
				entries(channel, directory, parent.format(), selection), 0));
	}
}
