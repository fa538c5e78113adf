/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.RenderedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import ij.process.ShortProcessor;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.metadata.TiffDirectory;
import sc.fiji.colorize.metadata.TiffReader;
import sc.fiji.colorize.photo.ImageFormat;
import sc.fiji.colorize.photo.StripBuffer;

/** Makes scans of any size for tests: noisy areas, the same on each call. */
public final class ScanFiles {

	/** Side of the picture of which a scan is made, again and again. */
	private static final int PATTERN = 256;
	private static final byte[] PATTERN_PIXELS = TinyModel.picture(PATTERN, PATTERN, 3);

	private ScanFiles() {
	}

	/** The gray value of a pixel: a large shape over a small pattern. */
	static int gray(final int x, final int y, final int width, final int height) {
		final int pattern = PATTERN_PIXELS[y % PATTERN * PATTERN + x % PATTERN] & 0xff;
		final int shape = (int) (x * 255L / width + y * 255L / height) / 2;
		return (2 * shape + pattern) / 3;
	}

	private static byte[] row(final int y, final int width, final int height) {
		final byte[] row = new byte[width];
		for (int x = 0; x < width; x++) {
			row[x] = (byte) gray(x, y, width, height);
		}
		return row;
	}

	/**
	 * Writes an 8-bit gray scan without ever having it in memory.
	 *
	 * @param file ends in .png, .jpg or .tif; beyond 4 GB a BigTIFF file
	 * @param width pixels of a row
	 * @param height rows
	 * @throws IOException if it cannot be written
	 */
	public static void write(final Path file, final int width, final int height) throws IOException {
		if (file.toString().endsWith(".tif")) {
			final ImagePlus look = new ImagePlus("scan", new ByteProcessor(width, 1));
			final int[] next = new int[1];
			new TiffStripWriter(look, height, TiffDirectory.MAX_OFFSET).write(
					() -> new ResultStrip(1, new Object[] {row(next[0]++, width, height)}), file);
			return;
		}
		final ImageTypeSpecifier type = ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_BYTE_GRAY);
		final BufferedImage scan = new StripBuffer(DataBuffer.TYPE_BYTE, width * height) {

			private int next;

			@Override
			protected DataBuffer following(final DataBuffer done) {
				return new DataBufferByte(row(next++, width, height), width);
			}
		}.image(type.getColorModel(), type.getSampleModel(width, height));
		if (!ImageIO.write(scan, file.toString().endsWith("png") ? "png" : "jpg", file.toFile())) {
			throw new IOException("there is no writer for " + file);
		}
	}

	/** A gray image, as {@link #write} writes it. */
	public static ImagePlus image(final int width, final int height) {
		final ByteProcessor pixels = new ByteProcessor(width, height);
		for (int i = 0; i < width * height; i++) {
			pixels.set(i, gray(i % width, i / width, width, height));
		}
		return new ImagePlus("scan.tif", pixels);
	}

	/** The same in 16 bits, from 1000 on. */
	static ImagePlus deep(final int width, final int height) {
		final ShortProcessor pixels = new ShortProcessor(width, height);
		for (int i = 0; i < width * height; i++) {
			pixels.set(i, 1000 + 200 * gray(i % width, i / width, width, height));
		}
		return new ImagePlus("scan.tif", pixels);
	}

	/** A picture of the JDK with the same values; in 16 bits 200 times as large. */
	static BufferedImage picture(final ImageTypeSpecifier type, final int width, final int height) {
		final BufferedImage picture = type.createBufferedImage(width, height);
		final WritableRaster raster = picture.getRaster();
		final boolean deep = raster.getSampleModel().getSampleSize(0) == Short.SIZE;
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				for (int c = 0; c < raster.getNumBands(); c++) {
					final int value = (gray(x, y, width, height) + 40 * c) % 256;
					raster.setSample(x, y, c, deep ? 200 * value : value);
				}
			}
		}
		return picture;
	}

	/** Writes TIFF as other programs do: in several strips. */
	static void writeTiff(final List<RenderedImage> pages, final String compression, final Path file)
			throws IOException {
		final ImageWriter writer = ImageFormat.writer("tif");
		try (var out = ImageIO.createImageOutputStream(file.toFile())) {
			final ImageWriteParam param = writer.getDefaultWriteParam();
			if (!compression.isEmpty()) {
				param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
				param.setCompressionType(compression);
			}
			writer.setOutput(out);
			writer.prepareWriteSequence(null);
			for (final RenderedImage page : pages) {
				writer.writeToSequence(new IIOImage(page, null, null), param);
			}
			writer.endWriteSequence();
		}
		finally {
			writer.dispose();
		}
	}

	/** Writes TIFF in tiles. */
	static void writeTiles(final RenderedImage picture, final int side, final Path file) throws IOException {
		final ImageWriter writer = ImageFormat.writer("tif");
		try (var out = ImageIO.createImageOutputStream(file.toFile())) {
			final ImageWriteParam param = writer.getDefaultWriteParam();
			param.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
			param.setTiling(side, side, 0, 0);
			param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
			param.setCompressionType("Deflate");
			writer.setOutput(out);
			writer.write(null, new IIOImage(picture, null, null), param);
		}
		finally {
			writer.dispose();
		}
	}

	/** Changes a short value of the first directory of a file. */
	static void change(final Path file, final int tag, final int value) throws IOException {
		try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "rw")) {
			final ByteBuffer bytes = ByteBuffer.allocate((int) in.length());
			in.readFully(bytes.array());
			bytes.order(bytes.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
			final int directory = bytes.getInt(4);
			for (int i = 0; i < bytes.getShort(directory); i++) {
				final int entry = directory + 2 + 12 * i;
				if (bytes.getShort(entry) == tag) {
					bytes.putShort(entry + 8, (short) value);
					in.seek(0);
					in.write(bytes.array());
					return;
				}
			}
		}
		throw new IOException("there is no tag " + tag);
	}

	/** The same image as a BigTIFF file of several strips. */
	public static void writeBig(final ImagePlus image, final Path file) throws IOException {
		final Object[] channels = new Object[image.getStackSize()];
		for (int c = 0; c < channels.length; c++) {
			channels[c] = image.getStack().getPixels(c + 1);
		}
		new TiffStripWriter(image, image.getHeight(), 0).write(() -> new ResultStrip(image.getHeight(), channels), file);
	}

	/** What a TIFF file says, but where the pixels are. */
	public static List<TiffDirectory> directories(final Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
			return TiffReader.read(channel);
		}
	}
}
