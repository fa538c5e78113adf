/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

import ij.io.FileInfo;
import ij.io.TiffDecoder;

import sc.fiji.colorize.io.Failure;

/**
 * A TIFF or BigTIFF file of which any rows can be read. ImageJ decodes them: it is told that they are a TIFF file of
 * their own, whose pixels come from the right places of this one. So a part of an image, and a BigTIFF file, which
 * ImageJ does not know, give what ImageJ gives of a TIFF file.
 */
final class TiffFile {

	private static final int UNCOMPRESSED = 1;
	private static final int OLD_JPEG = 6;
	private static final int JPEG = 7;
	private static final int DEFLATE = 8;
	private static final int OLD_DEFLATE = 32946;
	static final String CUT_OFF = "the TIFF file is cut off before its end";

	private final Path file;
	private final List<TiffDirectory> pages;

	/**
	 * A part of the file.
	 *
	 * @param position where it begins
	 * @param size bytes
	 */
	private record Range(long position, long size) {
	}

	/**
	 * Opens a file.
	 *
	 * @throws IOException if it cannot be read, or is no complete TIFF file
	 */
	TiffFile(final Path file) throws IOException {
		this.file = file;
		try (FileChannel channel = FileChannel.open(file)) {
			pages = TiffDirectory.read(channel);
		}
		catch (final EOFException e) {
			// ImageJ would read zeros beyond the end.
			throw new IOException(CUT_OFF, e);
		}
	}

	List<TiffDirectory> pages() {
		return pages;
	}

	/** Rows of which any number from any row on can be read: 1, or as many as were compressed together. */
	static long unit(final TiffDirectory page) {
		return isCompressed(page) ? rowsPerStrip(page) : 1;
	}

	static boolean isCompressed(final TiffDirectory page) {
		// ImageJ takes 0 for 1, too.
		return page.number(TiffDirectory.COMPRESSION, UNCOMPRESSED) > UNCOMPRESSED;
	}

	private static long rowsPerStrip(final TiffDirectory page) {
		final long height = page.number(TiffDirectory.IMAGE_LENGTH, 0);
		return Math.max(1, Math.min(height, page.number(TiffDirectory.ROWS_PER_STRIP, height)));
	}

	/** Bits of a pixel. */
	static long bits(final TiffDirectory page) {
		return page.number(TiffDirectory.BITS_PER_SAMPLE, 1) * page.number(TiffDirectory.SAMPLES_PER_PIXEL, 1);
	}

	/**
	 * All pages as ImageJ wants to be told of them.
	 *
	 * @return one for each page, or one for all of a stack that ImageJ wrote
	 * @throws IOException with a clause that says what is wrong
	 */
	FileInfo[] images() throws IOException {
		final List<FileInfo> images = new ArrayList<>();
		for (final TiffDirectory page : pages) {
			images.add(rows(page, 0, (int) page.number(TiffDirectory.IMAGE_LENGTH, 0)));
		}
		if (images.get(0).nImages <= 1) {
			return images.toArray(FileInfo[]::new);
		}
		// A stack of ImageJ lies behind the first page's strips, or in the pages.
		final FileInfo stack = images.get(0);
		final List<Range> ranges = new ArrayList<>();
		if (images.size() == stack.nImages) {
			for (final TiffDirectory page : pages) {
				ranges.addAll(ranges(page, 0, stack.height));
			}
		}
		else {
			ranges.add(new Range(pages.get(0).number(TiffDirectory.STRIP_OFFSETS, 0),
					(long) stack.width * stack.height * stack.getBytesPerPixel() * stack.nImages));
			requireInside(ranges);
		}
		stack.inputStream = new Ranges(ranges);
		return new FileInfo[] {stack};
	}

	/**
	 * Rows of a page as ImageJ wants to be told of them.
	 *
	 * @param page the page
	 * @param top the first row, a multiple of the page's {@link #unit}
	 * @param rows number of rows, such a multiple, too, or up to the end
	 * @throws IOException with a clause that says what is wrong
	 */
	FileInfo rows(final TiffDirectory page, final int top, final int rows) throws IOException {
		final List<Range> ranges = ranges(page, top, rows);
		requireDecodable(page, ranges);
		final TiffDirectory part = page.copy();
		part.set(TiffDirectory.IMAGE_LENGTH, TiffDirectory.LONG, rows);
		final boolean compressed = isCompressed(page);
		part.set(TiffDirectory.ROWS_PER_STRIP, TiffDirectory.LONG, compressed ? rowsPerStrip(page) : rows);
		// As if there were nothing else in the file.
		final long[] sizes = compressed ? ranges.stream().mapToLong(Range::size).toArray()
				: new long[] {ranges.stream().mapToLong(Range::size).sum()};
		final long[] offsets = new long[sizes.length];
		for (int i = 1; i < offsets.length; i++) {
			offsets[i] = offsets[i - 1] + sizes[i - 1];
		}
		part.set(TiffDirectory.STRIP_OFFSETS, TiffDirectory.LONG, offsets);
		part.set(TiffDirectory.STRIP_BYTE_COUNTS, TiffDirectory.LONG, sizes);
		final FileInfo info = infos(new TiffDecoder(new ByteArrayInputStream(TiffDirectory.write(List.of(part), false)),
				file.getFileName().toString()))[0];
		info.inputStream = new Ranges(ranges);
		return info;
	}

	/** What a decoder finds. */
	static FileInfo[] infos(final TiffDecoder decoder) throws IOException {
		final FileInfo[] infos;
		try {
			infos = decoder.getTiffInfo();
		}
		catch (final IOException e) {
			throw new IOException("the TIFF file cannot be read (" + Failure.reason(e) + ")", e);
		}
		if (infos == null || infos.length == 0) {
			throw new IOException("the TIFF file holds no image");
		}
		return infos;
	}

	private List<Range> ranges(final TiffDirectory page, final int top, final int rows) throws IOException {
		final long[] offsets = page.numbers(TiffDirectory.STRIP_OFFSETS);
		final long[] sizes = page.numbers(TiffDirectory.STRIP_BYTE_COUNTS);
		final long rowsPerStrip = rowsPerStrip(page);
		final boolean compressed = isCompressed(page);
		final long row = (page.number(TiffDirectory.IMAGE_WIDTH, 0) * bits(page) + Byte.SIZE - 1) / Byte.SIZE;
		final List<Range> ranges = new ArrayList<>();
		for (long y = top; y < top + (long) rows;) {
			final int strip = (int) (y / rowsPerStrip);
			if (strip >= offsets.length || compressed && strip >= sizes.length) {
				throw new IOException("the TIFF file is damaged (strips are missing)");
			}
			final long end = Math.min(top + (long) rows, (strip + 1) * rowsPerStrip);
			ranges.add(compressed ? new Range(offsets[strip], sizes[strip])
					: new Range(offsets[strip] + (y - strip * rowsPerStrip) * row, (end - y) * row));
			y = end;
		}
		requireInside(ranges);
		return ranges;
	}

	/**
	 * Makes sure that ImageJ can decode a page.
	 *
	 * @throws IOException with a clause that says what is wrong
	 */
	void requireDecodable(final TiffDirectory page) throws IOException {
		final long[] offsets = page.numbers(TiffDirectory.STRIP_OFFSETS);
		final long[] sizes = page.numbers(TiffDirectory.STRIP_BYTE_COUNTS);
		final List<Range> strips = new ArrayList<>();
		for (int i = 0; i < offsets.length && sizes.length > 0; i++) {
			strips.add(new Range(offsets[i], sizes[Math.min(i, sizes.length - 1)]));
		}
		requireDecodable(page, strips);
	}

	/** ImageJ takes JPEG for pixels, and waits for ever for the rest of deflated data that end too early. */
	private void requireDecodable(final TiffDirectory page, final List<Range> strips) throws IOException {
		final long compression = page.number(TiffDirectory.COMPRESSION, UNCOMPRESSED);
		if (compression == OLD_JPEG || compression == JPEG) {
			throw new IOException("the TIFF file is compressed as JPEG, which ImageJ cannot read");
		}
		if (compression != DEFLATE && compression != OLD_DEFLATE) {
			return;
		}
		requireInside(strips);
		final long row = (page.number(TiffDirectory.IMAGE_WIDTH, 0) * bits(page) + Byte.SIZE - 1) / Byte.SIZE;
		final byte[] inflated = new byte[1 << 16];
		for (final Range strip : strips) {
			final Inflater inflater = new Inflater();
			try (InputStream in = new InflaterInputStream(new Ranges(List.of(strip)), inflater)) {
				long left = 2 * row * rowsPerStrip(page) + inflated.length;
				int read = 0;
				while (left >= 0 && read >= 0) {
					read = in.read(inflated);
					left -= read;
				}
				if (!inflater.finished()) {
					throw new ZipException("more or less than the image has");
				}
			}
			catch (final EOFException | ZipException e) {
				throw new IOException("the TIFF file is damaged (its deflated data: " + e.getMessage() + ")", e);
			}
			finally {
				inflater.end();
			}
		}
	}

	private void requireInside(final List<Range> ranges) throws IOException {
		// Anew each time: ImageJ would make zeros of what has been cut off meanwhile.
		final long length = Files.size(file);
		for (final Range range : ranges) {
			if (range.position() < 0 || range.size() < 0 || range.position() + range.size() > length) {
				throw new IOException(CUT_OFF);
			}
		}
	}

	/** Parts of the file one after the other. The file is opened when the first byte is read. */
	private final class Ranges extends InputStream {

		private final List<Range> ranges;
		// Not a channel, which an interrupt of the thread would close.
		private RandomAccessFile in;
		private int next;
		private long left;

		Ranges(final List<Range> ranges) {
			this.ranges = ranges;
		}

		@Override
		public int read() throws IOException {
			final byte[] one = new byte[1];
			return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
		}

		@Override
		public int read(final byte[] bytes, final int offset, final int count) throws IOException {
			while (left == 0) {
				if (next == ranges.size()) {
					return -1;
				}
				if (in == null) {
					in = new RandomAccessFile(file.toFile(), "r");
				}
				in.seek(ranges.get(next).position());
				left = ranges.get(next).size();
				next++;
			}
			final int read = in.read(bytes, offset, (int) Math.min(count, left));
			left -= Math.max(0, read);
			return read;
		}

		@Override
		public void close() throws IOException {
			if (in != null) {
				in.close();
			}
		}
	}
}
