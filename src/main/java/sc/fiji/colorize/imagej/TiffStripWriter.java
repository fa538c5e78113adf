/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

import ij.ImagePlus;

import sc.fiji.colorize.metadata.TiffDirectory;
import sc.fiji.colorize.metadata.TiffReader;
import sc.fiji.colorize.metadata.TiffWriter;

/**
 * Writes a TIFF file strip by strip, with the same metadata and layout as ImageJ's own TIFF files, except that files beyond
 * 4 GB are BigTIFF.
 */
final class TiffStripWriter {

	/** Approximate bytes per strip of a BigTIFF file: other programs decode strip by strip. */
	private static final long STRIP_BYTES = 1 << 20;

	private final ImagePlus template;
	private final int height;
	private final long limit;

	/**
	 * Creates a writer.
	 *
	 * @param template an image that equals the whole one except for its height and pixels: calibration, channels, Info
	 * @param limit minimum number of bytes of a BigTIFF file
	 */
	TiffStripWriter(final ImagePlus template, final int height, final long limit) {
		this.template = template;
		this.height = height;
		this.limit = limit;
	}

	/** Writes the strips, supplied from top to bottom. */
	void write(final Supplier<ResultStrip> strips, final Path file) throws IOException {
		ImageFiles.writeTiff(template, file);
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			final List<TiffDirectory> pages = TiffReader.read(channel);
			final long row = template.getWidth() * ImageJTiff.bits(pages.get(0)) / Byte.SIZE;
			final long plane = row * height;
			final boolean big = pages.size() * plane >= limit;
			final int head = describe(pages, plane, row, big, 0).length;
			channel.truncate(0);
			channel.write(ByteBuffer.wrap(describe(pages, plane, row, big, head)), 0);
			ByteBuffer bytes = ByteBuffer.allocate(0);
			int rows;
			for (int top = 0; top < height; top += rows) {
				final ResultStrip strip = strips.get();
				rows = strip.rows();
				if (bytes.capacity() < rows * row) {
					bytes = ByteBuffer.allocate(Math.toIntExact(rows * row)).order(pages.get(0).order());
				}
				for (int page = 0; page < pages.size(); page++) {
					bytes.clear();
					if (pages.size() < strip.channels().length) {
						interleave(strip.channels(), bytes);
					}
					else {
						put(strip.channels()[page], bytes);
					}
					bytes.flip();
					for (long position = head + page * plane + top * row; bytes.hasRemaining();) {
						position += channel.write(bytes, position);
					}
				}
			}
		}
	}

	/** The beginning of a file of the given size. */
	private byte[] describe(final List<TiffDirectory> pages, final long plane, final long row, final boolean big,
			final long head) {
		final int rows = big ? (int) Math.max(1, Math.min(height, STRIP_BYTES / row)) : height;
		final int type = big ? TiffDirectory.LONG8 : TiffDirectory.LONG;
		final int strips = (height - 1) / rows + 1;
		for (int page = 0; page < pages.size(); page++) {
			final long start = head + page * plane;
			final TiffDirectory directory = pages.get(page);
			directory.set(TiffDirectory.IMAGE_LENGTH, TiffDirectory.LONG, height);
			directory.set(TiffDirectory.ROWS_PER_STRIP, TiffDirectory.LONG, rows);
			directory.set(TiffDirectory.STRIP_OFFSETS, type,
					LongStream.range(0, strips).map(strip -> start + strip * rows * row).toArray());
			directory.set(TiffDirectory.STRIP_BYTE_COUNTS, type,
					LongStream.range(0, strips).map(strip -> Math.min(rows, height - strip * rows) * row).toArray());
		}
		return TiffWriter.write(pages, big);
	}

	/** Interleaves channels as ImageJ does for 48-bit TIFF files, without other channels. */
	private static void interleave(final Object[] channels, final ByteBuffer bytes) {
		for (int i = 0; i < ((short[]) channels[0]).length; i++) {
			for (final Object channel : channels) {
				bytes.putShort(((short[]) channel)[i]);
			}
		}
	}

	private static void put(final Object channel, final ByteBuffer bytes) {
		if (channel instanceof int[] colors) {
			for (final int color : colors) {
				bytes.put((byte) (color >> 16)).put((byte) (color >> 8)).put((byte) color);
			}
		}
		else if (channel instanceof short[] shorts) {
			bytes.asShortBuffer().put(shorts);
			bytes.position(Short.BYTES * shorts.length);
		}
		else if (channel instanceof float[] floats) {
			bytes.asFloatBuffer().put(floats);
			bytes.position(Float.BYTES * floats.length);
		}
		else {
			bytes.put((byte[]) channel);
		}
	}
}
