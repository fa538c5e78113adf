/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;

import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

import sc.fiji.colorize.imagej.KnownPictures.Known;
import sc.fiji.colorize.imagej.KnownPictures.Picture;
import sc.fiji.colorize.metadata.TiffDirectory;
import sc.fiji.colorize.metadata.TiffReader;
import sc.fiji.colorize.metadata.TiffWriter;

/** TIFF files of every kind of samples, compression, orientation and layout, written from the specification. */
final class KnownTiffs {

	private static final int NONE = 1;
	private static final int DEFLATE = 8;
	private static final int PACK_BITS = 32773;
	private static final int TILE = 16;
	private static final int ROWS_PER_STRIP = 5;
	private static final int UNSIGNED = 1;
	private static final int SIGNED = 2;
	private static final int FLOAT = 3;
	private static final double ALPHA = 0.8;

	/**
	 * What the samples of a file are.
	 *
	 * @param name of the kind
	 * @param photometric interpretation: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 CIELab
	 * @param samples of a pixel, with the extra one
	 * @param extra what the last sample is: -1 none, 0 unspecified, 1 associated alpha, 2 alpha
	 * @param bits of a sample
	 * @param format unsigned, signed or float
	 */
	private record Kind(String name, int photometric, int samples, int extra, int bits, int format) {
	}

	private static final List<Kind> KINDS = List.of(
			new Kind("gray1", 1, 1, -1, 1, UNSIGNED), new Kind("white1", 0, 1, -1, 1, UNSIGNED),
			new Kind("gray2", 1, 1, -1, 2, UNSIGNED), new Kind("gray4", 1, 1, -1, 4, UNSIGNED),
			new Kind("white4", 0, 1, -1, 4, UNSIGNED), new Kind("gray8", 1, 1, -1, 8, UNSIGNED),
			new Kind("white8", 0, 1, -1, 8, UNSIGNED), new Kind("gray10", 1, 1, -1, 10, UNSIGNED),
			new Kind("gray12", 1, 1, -1, 12, UNSIGNED), new Kind("white12", 0, 1, -1, 12, UNSIGNED),
			new Kind("gray14", 1, 1, -1, 14, UNSIGNED), new Kind("gray16", 1, 1, -1, 16, UNSIGNED),
			new Kind("white16", 0, 1, -1, 16, UNSIGNED), new Kind("gray32", 1, 1, -1, 32, UNSIGNED),
			new Kind("signed8", 1, 1, -1, 8, SIGNED), new Kind("signed16", 1, 1, -1, 16, SIGNED),
			new Kind("signed32", 1, 1, -1, 32, SIGNED), new Kind("float16", 1, 1, -1, 16, FLOAT),
			new Kind("float32", 1, 1, -1, 32, FLOAT), new Kind("whitefloat", 0, 1, -1, 32, FLOAT),
			new Kind("float64", 1, 1, -1, 64, FLOAT), new Kind("grayalpha8", 1, 2, 2, 8, UNSIGNED),
			new Kind("grayalpha16", 1, 2, 2, 16, UNSIGNED), new Kind("grayextra8", 1, 2, 0, 8, UNSIGNED),
			new Kind("rgb8", 2, 3, -1, 8, UNSIGNED), new Kind("rgb16", 2, 3, -1, 16, UNSIGNED),
			new Kind("rgbfloat", 2, 3, -1, 32, FLOAT), new Kind("rgbalpha8", 2, 4, 2, 8, UNSIGNED),
			new Kind("rgbassociated8", 2, 4, 1, 8, UNSIGNED), new Kind("rgbalpha16", 2, 4, 2, 16, UNSIGNED),
			new Kind("rgbextra16", 2, 4, 0, 16, UNSIGNED), new Kind("palette1", 3, 1, -1, 1, UNSIGNED),
			new Kind("palette2", 3, 1, -1, 2, UNSIGNED), new Kind("palette4", 3, 1, -1, 4, UNSIGNED),
			new Kind("palette8", 3, 1, -1, 8, UNSIGNED), new Kind("cmyk8", 5, 4, -1, 8, UNSIGNED),
			new Kind("cmyk16", 5, 4, -1, 16, UNSIGNED), new Kind("ycbcr8", 6, 3, -1, 8, UNSIGNED),
			new Kind("lab8", 8, 3, -1, 8, UNSIGNED));

	/**
	 * How the samples are stored.
	 *
	 * @param orientation 1 to 8
	 * @param compression none, deflate or PackBits
	 * @param predictor 1 none, 2 differences, 3 of floats
	 * @param tiled in tiles or in strips
	 * @param planar each sample in a plane of its own
	 * @param fillOrder 2 for the least significant bit first
	 * @param big BigTIFF
	 * @param order of bytes
	 */
	private record Storage(int orientation, int compression, int predictor, boolean tiled, boolean planar, int fillOrder,
			boolean big, ByteOrder order) {

		@Override
		public String toString() {
			return "-o" + orientation + "-c" + compression + (predictor > 1 ? "-p" + predictor : "") + (tiled ? "-tiled"
					: "")
					+ (planar ? "-planar" : "") + (fillOrder > 1 ? "-lsb" : "") + (big ? "-big" : "")
					+ (order == ByteOrder.BIG_ENDIAN ? "-mm" : "");
		}
	}

	private KnownTiffs() {
	}

	static List<Known> all() throws IOException {
		final List<Known> files = new ArrayList<>();
		for (final Kind kind : KINDS) {
			for (final int compression : new int[] {NONE, DEFLATE, PACK_BITS}) {
				for (int orientation = 1; orientation <= 8; orientation++) {
					add(files, kind, new Storage(orientation, compression, 1, false, false, 1, false,
							ByteOrder.LITTLE_ENDIAN));
				}
			}
			add(files, kind, new Storage(1, NONE, 1, false, false, 1, false, ByteOrder.BIG_ENDIAN));
			add(files, kind, new Storage(1, NONE, 1, false, false, 1, true, ByteOrder.LITTLE_ENDIAN));
			add(files, kind, new Storage(1, DEFLATE, 1, true, false, 1, false, ByteOrder.LITTLE_ENDIAN));
			add(files, kind, new Storage(6, NONE, 1, true, false, 1, true, ByteOrder.BIG_ENDIAN));
			if (kind.samples() > 1 && kind.photometric() != 6 && kind.photometric() != 8) {
				add(files, kind, new Storage(1, NONE, 1, false, true, 1, false, ByteOrder.LITTLE_ENDIAN));
				add(files, kind, new Storage(1, DEFLATE, 1, false, true, 1, false, ByteOrder.LITTLE_ENDIAN));
			}
			if (kind.bits() <= 8) {
				add(files, kind, new Storage(1, NONE, 1, false, false, 2, false, ByteOrder.LITTLE_ENDIAN));
			}
			if ((kind.bits() == 8 || kind.bits() == 16) && kind.format() == UNSIGNED && kind.photometric() < 3) {
				add(files, kind, new Storage(1, DEFLATE, 2, false, false, 1, false, ByteOrder.LITTLE_ENDIAN));
			}
			if (kind.bits() == 32 && kind.format() == FLOAT) {
				add(files, kind, new Storage(1, DEFLATE, 3, false, false, 1, false, ByteOrder.LITTLE_ENDIAN));
			}
		}
		return files;
	}

	private static void add(final List<Known> files, final Kind kind, final Storage storage) throws IOException {
		final Picture picture = new Picture(false);
		final boolean refused = storage.tiled()
				&& (kind.bits() > 8 && kind.bits() % 8 != 0 || kind.photometric() == 6);
		files.add(new Known("tiff-" + kind.name() + storage + ".tif", write(kind, storage, picture),
				refused ? List.of() : List.of(seen(kind, picture)), tolerance(kind)));
	}

	private static double tolerance(final Kind kind) {
		return kind.photometric() == 8 || kind.extra() == 1 ? 0.02 : 0.0045;
	}

	/** What a viewer shows, with the precision of the samples. */
	private static Picture seen(final Kind kind, final Picture picture) {
		return picture.map((rgb, x, y) -> {
			final double gray = quantized(rgb[0], kind);
			return switch (kind.photometric()) {
				case 0, 1, 6 -> new double[] {gray, gray, gray};
				case 3 -> new double[] {gray, 1 - gray, 0.2};
				case 8 -> {
					final double light = Math.pow((100 * gray + 16) / 116, 3);
					final double y1 = 100 * gray > 8 ? light : 100 * gray / 903.3;
					final double value = y1 <= 0.0031308 ? 12.92 * y1 : 1.055 * Math.pow(y1, 1 / 2.4) - 0.055;
					yield new double[] {value, value, value};
				}
				default -> new double[] {quantized(rgb[0], kind), quantized(rgb[1], kind), quantized(rgb[2], kind)};
			};
		});
	}

	private static double quantized(final double value, final Kind kind) {
		if (kind.format() == FLOAT) {
			return value;
		}
		final double max = Math.pow(2, kind.bits()) - 1;
		return Math.rint(value * max) / max;
	}

	/** The samples of a pixel, 0 to 1 of their range. */
	private static double[] samples(final Kind kind, final double[] rgb) {
		final double[] samples = new double[kind.samples()];
		switch (kind.photometric()) {
			case 0 -> samples[0] = 1 - rgb[0];
			case 5 -> {
				for (int c = 0; c < 3; c++) {
					samples[c] = 1 - rgb[c];
				}
			}
			case 6 -> {
				samples[0] = rgb[0];
				samples[1] = 128 / 255.0;
				samples[2] = 128 / 255.0;
			}
			case 2 -> System.arraycopy(rgb, 0, samples, 0, 3);
			default -> samples[0] = rgb[0];
		}
		if (kind.extra() >= 0) {
			samples[kind.samples() - 1] = ALPHA;
			for (int c = 0; kind.extra() == 1 && c < kind.samples() - 1; c++) {
				samples[c] *= ALPHA;
			}
		}
		return samples;
	}

	private static byte[] write(final Kind kind, final Storage storage, final Picture picture) throws IOException {
		final Picture stored = picture.stored(storage.orientation());
		final int partWidth = storage.tiled() ? TILE : stored.width();
		final int partHeight = storage.tiled() ? TILE : ROWS_PER_STRIP;
		final List<byte[]> parts = new ArrayList<>();
		for (int plane = 0; plane < (storage.planar() ? kind.samples() : 1); plane++) {
			for (int top = 0; top < stored.height(); top += partHeight) {
				for (int left = 0; left < stored.width(); left += partWidth) {
					final int rows = storage.tiled() ? TILE : Math.min(partHeight, stored.height() - top);
					final ByteArrayOutputStream part = new ByteArrayOutputStream();
					for (int y = top; y < top + rows; y++) {
						part.write(row(kind, storage, stored, left, y, partWidth, plane));
					}
					parts.add(compress(part.toByteArray(), storage));
				}
			}
		}
		final TiffDirectory directory = directory(storage.order());
		directory.set(TiffDirectory.IMAGE_WIDTH, TiffDirectory.LONG, stored.width());
		directory.set(TiffDirectory.IMAGE_LENGTH, TiffDirectory.LONG, stored.height());
		final long[] bits = new long[kind.samples()];
		final long[] formats = new long[kind.samples()];
		Arrays.fill(bits, kind.bits());
		Arrays.fill(formats, kind.format());
		final int shorts = 3;
		directory.set(TiffDirectory.BITS_PER_SAMPLE, shorts, bits);
		directory.set(TiffDirectory.COMPRESSION, shorts, storage.compression());
		directory.set(262, shorts, kind.photometric());
		directory.set(266, shorts, storage.fillOrder());
		directory.set(274, shorts, storage.orientation());
		directory.set(TiffDirectory.SAMPLES_PER_PIXEL, shorts, kind.samples());
		directory.set(TiffDirectory.PLANAR_CONFIGURATION, shorts, storage.planar() ? 2 : 1);
		directory.set(317, shorts, storage.predictor());
		directory.set(339, shorts, formats);
		if (kind.extra() >= 0) {
			directory.set(338, shorts, kind.extra());
		}
		if (kind.photometric() == 3) {
			directory.set(320, shorts, colors(1 << kind.bits()));
		}
		if (kind.photometric() == 6) {
			directory.set(530, shorts, 1, 1);
		}
		final int offsets = storage.tiled() ? 324 : TiffDirectory.STRIP_OFFSETS;
		final int counts = storage.tiled() ? 325 : TiffDirectory.STRIP_BYTE_COUNTS;
		if (storage.tiled()) {
			directory.set(TiffDirectory.TILE_WIDTH, TiffDirectory.LONG, TILE);
			directory.set(323, TiffDirectory.LONG, TILE);
		}
		else {
			directory.set(TiffDirectory.ROWS_PER_STRIP, TiffDirectory.LONG, ROWS_PER_STRIP);
		}
		directory.set(counts, TiffDirectory.LONG, parts.stream().mapToLong(part -> part.length).toArray());
		directory.set(offsets, TiffDirectory.LONG, new long[parts.size()]);
		final long[] places = new long[parts.size()];
		places[0] = TiffWriter.write(List.of(directory), storage.big()).length;
		for (int i = 1; i < places.length; i++) {
			places[i] = places[i - 1] + parts.get(i - 1).length;
		}
		directory.set(offsets, TiffDirectory.LONG, places);
		final ByteArrayOutputStream file = new ByteArrayOutputStream();
		file.write(TiffWriter.write(List.of(directory), storage.big()));
		for (final byte[] part : parts) {
			file.write(part);
		}
		return file.toByteArray();
	}

	private static TiffDirectory directory(final ByteOrder order) throws IOException {
		final ByteBuffer empty = ByteBuffer.allocate(8 + 2 + 12 + 4).order(order);
		empty.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(empty.get(0)).putShort((short) 42).putInt(8);
		empty.putShort((short) 1).putShort((short) 256).putShort((short) 3).putInt(1);
		return TiffReader.read(new SeekableInMemoryByteChannel(empty.array())).get(0);
	}

	private static long[] colors(final int size) {
		final long[] colors = new long[3 * size];
		for (int i = 0; i < size; i++) {
			final double part = (double) i / (size - 1);
			// Twice the same byte, which no program rounds.
			colors[i] = 257 * Math.round(255 * part);
			colors[size + i] = 257 * Math.round(255 * (1 - part));
			colors[2 * size + i] = 257 * Math.round(255 * 0.2);
		}
		return colors;
	}

	private static byte[] row(final Kind kind, final Storage storage, final Picture stored, final int left, final int y,
			final int width, final int plane) {
		final int bands = storage.planar() ? 1 : kind.samples();
		final double[] values = new double[bands * width];
		for (int x = 0; x < width; x++) {
			final double[] samples = samples(kind, stored.rgb(Math.min(left + x, stored.width() - 1),
					Math.min(y, stored.height() - 1)));
			for (int b = 0; b < bands; b++) {
				values[bands * x + b] = samples[plane + b];
			}
		}
		if (kind.bits() % Byte.SIZE != 0) {
			return packed(values, kind.bits());
		}
		final long max = kind.bits() == Long.SIZE ? 0 : (1L << kind.bits()) - 1;
		final long[] numbers = new long[values.length];
		for (int i = 0; i < values.length; i++) {
			numbers[i] = switch (kind.format()) {
				case FLOAT -> kind.bits() == 16 ? half(values[i]) : kind.bits() == 32
						? Float.floatToIntBits((float) values[i]) : Double.doubleToLongBits(values[i]);
				case SIGNED -> Math.round(values[i] * max) - (max + 1) / 2;
				default -> kind.photometric() == 8 && i % 3 > 0 ? 0 : Math.round(values[i] * max);
			};
		}
		if (storage.predictor() == 2) {
			for (int i = numbers.length - 1; i >= bands; i--) {
				numbers[i] -= numbers[i - bands];
			}
		}
		final int bytes = kind.bits() / Byte.SIZE;
		if (storage.predictor() == 3) {
			return floatDifferences(numbers, bytes, bands);
		}
		final ByteBuffer row = ByteBuffer.allocate(bytes * numbers.length).order(storage.order());
		for (final long number : numbers) {
			switch (bytes) {
				case 1 -> row.put((byte) number);
				case 2 -> row.putShort((short) number);
				case 4 -> row.putInt((int) number);
				default -> row.putLong(number);
			}
		}
		return row.array();
	}

	private static byte[] packed(final double[] values, final int bits) {
		final byte[] row = new byte[(values.length * bits + 7) / 8];
		for (int i = 0; i < values.length; i++) {
			final long number = Math.round(values[i] * ((1 << bits) - 1));
			for (int bit = 0; bit < bits; bit++) {
				if ((number >> bits - 1 - bit & 1) != 0) {
					final int place = i * bits + bit;
					row[place / 8] |= (byte) (0x80 >> place % 8);
				}
			}
		}
		return row;
	}

	/** The bytes of all numbers in turn, the most significant ones first, as differences. (Adobe, TIFF technical note 3.) */
	private static byte[] floatDifferences(final long[] numbers, final int bytes, final int bands) {
		final byte[] row = new byte[bytes * numbers.length];
		for (int i = 0; i < numbers.length; i++) {
			for (int b = 0; b < bytes; b++) {
				row[b * numbers.length + i] = (byte) (numbers[i] >> 8 * (bytes - 1 - b));
			}
		}
		for (int i = row.length - 1; i >= bands; i--) {
			row[i] -= row[i - bands];
		}
		return row;
	}

	/** Of numbers from 0 to 1. */
	private static int half(final double value) {
		if (value == 0) {
			return 0;
		}
		final int exponent = Math.max(-14, Math.getExponent(value));
		return (exponent + 15 << 10) + (int) Math.round((value / Math.pow(2, exponent) - 1) * 1024);
	}

	private static byte[] compress(final byte[] bytes, final Storage storage) throws IOException {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		switch (storage.compression()) {
			case DEFLATE -> {
				try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
					deflater.write(bytes);
				}
			}
			case PACK_BITS -> packBits(bytes, out);
			default -> out.write(bytes);
		}
		final byte[] compressed = out.toByteArray();
		for (int i = 0; storage.fillOrder() == 2 && i < compressed.length; i++) {
			compressed[i] = (byte) (Integer.reverse(compressed[i]) >>> 24);
		}
		return compressed;
	}

	private static void packBits(final byte[] bytes, final ByteArrayOutputStream out) {
		int i = 0;
		while (i < bytes.length) {
			int same = 1;
			while (i + same < bytes.length && same < 128 && bytes[i + same] == bytes[i]) {
				same++;
			}
			if (same > 1) {
				out.write(1 - same);
				out.write(bytes[i]);
			}
			else {
				out.write(0);
				out.write(bytes[i]);
			}
			i += same;
		}
	}
}
