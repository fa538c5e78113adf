/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/** Writes the directories of TIFF and BigTIFF files and of EXIF blocks. */
public final class TiffWriter {

	private final ByteOrder order;
	private final TiffFormat format;
	/** A value that stays at its offset; null if none does. */
	private final TiffValue kept;

	private TiffWriter(final ByteOrder order, final TiffFormat format, final TiffValue kept) {
		this.order = order;
		this.format = format;
		this.kept = kept;
	}

	/**
	 * Formats the beginning of a file: its header, and the directories with all of their values. Its length does not depend
	 * on the values of numbers.
	 *
	 * @param directories all in the same byte order
	 * @param big whether for a BigTIFF file
	 * @return the bytes
	 */
	public static byte[] write(final List<TiffDirectory> directories, final boolean big) {
		final TiffFormat format = big ? TiffFormat.BIG : TiffFormat.SMALL;
		final TiffWriter writer = new TiffWriter(directories.get(0).order(), format, null);
		final ByteBuffer file = writer.allocate(format.head + writer.size(directories));
		format.putHead(file, format.head);
		writer.put(directories, file, 0, 0);
		return file.array();
	}

	/**
	 * Formats directories of one file with all values and child directories, to be appended to it.
	 *
	 * @param start offset of the first one in the file, an even number
	 * @param following offset of the directory after the last one; 0 if there is none
	 */
	static byte[] append(final List<TiffDirectory> directories, final long start, final long following) {
		final TiffDirectory first = directories.get(0);
		final TiffWriter writer = new TiffWriter(first.order(), first.format(), null);
		final ByteBuffer bytes = writer.allocate(writer.size(directories));
		writer.put(directories, bytes, start, following);
		return bytes.array();
	}

	/** Sets the offset of the first directory in the header of a file. */
	static void setFirst(final SeekableByteChannel channel, final TiffDirectory directory, final long first)
			throws IOException {
		final ByteBuffer head = ByteBuffer.allocate(directory.format().head).order(directory.order());
		directory.format().putHead(head, first);
		channel.position(0);
		channel.write(head.flip());
	}

	/** Formats an EXIF block: a TIFF file without pixels. A maker note that is not movable stays at its offset. */
	static byte[] writeBlock(final TiffDirectory directory) {
		final TiffValue note = MakerNote.of(directory).filter(found -> !MakerNote.isMovable(found)).orElse(null);
		final int head = TiffFormat.SMALL.head;
		final int end = note == null ? head : Math.toIntExact(note.place() + note.bytes().length);
		final int start = end + end % 2;
		final TiffWriter writer = new TiffWriter(directory.order(), TiffFormat.SMALL, note);
		final ByteBuffer block = writer.allocate(start + writer.size(directory));
		TiffFormat.SMALL.putHead(block, start);
		if (note != null) {
			block.put((int) note.place(), note.bytes());
		}
		writer.put(directory, block.position(start), 0, 0);
		return block.array();
	}

	private ByteBuffer allocate(final int size) {
		return ByteBuffer.allocate(size).order(order);
	}

	private int size(final List<TiffDirectory> directories) {
		return directories.stream().mapToInt(this::size).sum();
	}

	/** Bytes of a directory, its values and its child directories, without the value that stays at its offset. */
	private int size(final TiffDirectory directory) {
		int size = format.directory(directory.tags().size());
		for (final int tag : directory.tags()) {
			final TiffDirectory child = directory.child(tag);
			final TiffValue value = directory.value(tag);
			size += child != null ? size(child) : value == kept ? 0 : value.in(format, order).outside(format);
		}
		return size;
	}

	/** Writes at the position of a buffer that starts at some offset of a file. */
	private void put(final List<TiffDirectory> directories, final ByteBuffer file, final long base, final long following) {
		for (int i = 0; i < directories.size(); i++) {
			final TiffDirectory directory = directories.get(i);
			final long end = base + file.position() + size(directory);
			put(directory, file, base, i == directories.size() - 1 ? following : end);
		}
	}

	private void put(final TiffDirectory directory, final ByteBuffer file, final long base, final long following) {
		final int begin = file.position();
		final int count = directory.tags().size();
		int place = begin + format.directory(count);
		if (format == TiffFormat.BIG) {
			file.putLong(count);
		}
		else {
			file.putShort((short) count);
		}
		for (final int tag : directory.tags()) {
			final TiffDirectory child = directory.child(tag);
			final TiffValue stored = directory.value(tag);
			final TiffValue value = child == null ? stored.in(format, order) : null;
			file.putShort((short) tag).putShort((short) (child == null ? value.type()
					: format == TiffFormat.BIG ? TiffDirectory.LONG8 : TiffDirectory.LONG));
			format.put(file, child == null ? value.count() : 1);
			final int after = file.position() + format.offset;
			if (child != null) {
				format.put(file, base + place);
				put(child, file.position(place), base, 0);
				place = file.position();
			}
			else if (stored == kept) {
				format.put(file, stored.place());
			}
			else if (value.bytes().length <= format.offset) {
				file.put(value.bytes());
			}
			else {
				format.put(file, base + place);
				file.put(place, value.bytes());
				place += value.outside(format);
			}
			file.position(after);
		}
		format.put(file, following);
		file.position(place);
	}
}
