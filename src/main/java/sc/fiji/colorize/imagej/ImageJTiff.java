/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.io.FileInfo;
import ij.io.FileOpener;
import ij.io.TiffDecoder;

import sc.fiji.colorize.metadata.TiffDirectory;
import sc.fiji.colorize.metadata.TiffReader;
import sc.fiji.colorize.metadata.TiffWriter;
import sc.fiji.colorize.photo.PhotoFile;

/**
 * A TIFF or BigTIFF file of ImageJ, or of a program that writes the same form: it has dimensions, calibration, display
 * range, lookup tables, labels and overlay in ImageJ's format, and its planes are contiguous and uncompressed. ImageJ
 * decodes it. Because ImageJ supports neither BigTIFF nor partial reads, it gets a directory in which the requested rows are
 * the whole image.
 */
final class ImageJTiff {

	private static final int UNCOMPRESSED = 1;

	private final SeekableByteChannel channel;
	private final TiffDirectory page;
	private final FileInfo info;
	private final int width;
	private final int height;
	/** Offset of the pixels, and bytes per row. */
	private final long start;
	private final long row;
	private final Set<String> messages = new LinkedHashSet<>();

	private ImageJTiff(final SeekableByteChannel channel, final TiffDirectory page) throws IOException {
		this.channel = channel;
		this.page = page;
		width = (int) page.number(TiffDirectory.IMAGE_WIDTH, 0);
		height = (int) page.number(TiffDirectory.IMAGE_LENGTH, 0);
		start = page.number(TiffDirectory.STRIP_OFFSETS, 0);
		row = width * bits(page) / Byte.SIZE;
		info = info(height);
	}

	/**
	 * Detects a file of ImageJ, among files that begin like a TIFF file.
	 *
	 * @return empty if another program wrote it, or it is too damaged to tell
	 * @throws IOException if the file of ImageJ is damaged; the message is a clause
	 */
	static Optional<ImageJTiff> of(final SeekableByteChannel channel) throws IOException {
		final TiffDirectory first;
		try {
			first = TiffReader.readFirst(channel);
		}
		catch (final IOException e) {
			return Optional.empty();
		}
		if (!first.startsWith(TiffDirectory.IMAGE_DESCRIPTION, "ImageJ=") || !isInOnePiece(first)) {
			return Optional.empty();
		}
		final ImageJTiff file = new ImageJTiff(channel, first);
		return file.info.nImages > 1 || TiffReader.read(channel).size() == 1 ? Optional.of(file) : Optional.empty();
	}

	static long bits(final TiffDirectory page) {
		return page.number(TiffDirectory.BITS_PER_SAMPLE, 1) * page.number(TiffDirectory.SAMPLES_PER_PIXEL, 1);
	}

	private static boolean isInOnePiece(final TiffDirectory page) {
		final long[] offsets = page.numbers(TiffDirectory.STRIP_OFFSETS);
		final long[] sizes = page.numbers(TiffDirectory.STRIP_BYTE_COUNTS);
		if (page.number(TiffDirectory.COMPRESSION, UNCOMPRESSED) > UNCOMPRESSED || page.has(TiffDirectory.TILE_WIDTH)
				|| page.number(TiffDirectory.BITS_PER_SAMPLE, 1) % Byte.SIZE != 0 || offsets.length == 0) {
			return false;
		}
		for (int i = 1; i < offsets.length; i++) {
			if (i > sizes.length || offsets[i] != offsets[i - 1] + sizes[i - 1]) {
				return false;
			}
		}
		return true;
	}

	/** Lets ImageJ describe rows as if they were the whole file. */
	private FileInfo info(final int rows) throws IOException {
		final TiffDirectory part = page.copy();
		part.set(TiffDirectory.IMAGE_LENGTH, TiffDirectory.LONG, rows);
		part.set(TiffDirectory.ROWS_PER_STRIP, TiffDirectory.LONG, rows);
		part.set(TiffDirectory.STRIP_OFFSETS, TiffDirectory.LONG, 0);
		part.set(TiffDirectory.STRIP_BYTE_COUNTS, TiffDirectory.LONG, rows * row);
		final FileInfo[] infos = new TiffDecoder(
				new ByteArrayInputStream(TiffWriter.write(List.of(part), false)), "").getTiffInfo();
		if (infos == null || infos.length == 0) {
			throw new IOException("the TIFF file holds no image");
		}
		return infos[0];
	}

	int width() {
		return width;
	}

	int height() {
		return height;
	}

	int planes() {
		return Math.max(1, info.nImages);
	}

	private void requireComplete() throws IOException {
		// A damaged file may claim more than a long can count.
		final double end = start + (double) planes() * row * height;
		if (width <= 0 || height <= 0 || start <= 0 || end > channel.size()) {
			throw new IOException(PhotoFile.CUT_OFF);
		}
	}

	ImagePlus read() throws IOException {
		requireComplete();
		if ((long) width * height > ImageFiles.MAX_PIXELS) {
			throw new IOException("the image has more pixels than ImageJ can have in memory (" + width + "x" + height + ")");
		}
		return open(info, start);
	}

	/** Reads rows of a file with one plane. */
	ImagePlus read(final int top, final int rows) throws IOException {
		// Checked every time: ImageJ would fill in zeros if the file was truncated meanwhile.
		requireComplete();
		return open(info(rows), start + top * row);
	}

	private ImagePlus open(final FileInfo part, final long position) throws IOException {
		channel.position(position);
		part.inputStream = new FilterInputStream(Channels.newInputStream(channel)) {

			@Override
			public void close() {
				// The file stays open.
			}
		};
		return ImageJCall.run(() -> {
			try {
				final ImagePlus image = composite(new FileOpener(part).openImage(), part);
				if (image == null || image.getProcessor() == null || image.getWidth() == 0) {
					throw new IOException("ImageJ cannot read this kind of TIFF file");
				}
				return image;
			}
			catch (final RuntimeException e) {
				throw new IOException("the TIFF file is damaged (" + e + ")", e);
			}
		}, messages::add);
	}

	Set<String> messages() {
		return messages;
	}

	/** Makes a composite of channels that ImageJ wrote; its file opener returns a plain stack. */
	private static ImagePlus composite(final ImagePlus image, final FileInfo info) {
		if (image == null || image.getNChannels() == 1 || image.isComposite() || image.getBitDepth() == 24
				|| info.description == null || !info.description.contains("mode=")) {
			return image;
		}
		return new CompositeImage(image, info.description.contains("mode=composite") ? CompositeImage.COMPOSITE
				: info.description.contains("mode=gray") ? CompositeImage.GRAYSCALE : CompositeImage.COLOR);
	}
}
