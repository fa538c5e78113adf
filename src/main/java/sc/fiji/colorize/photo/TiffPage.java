/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageMetadata;

import sc.fiji.colorize.photo.SrgbImage.Meaning;

/** A page of a TIFF or BigTIFF file. (TIFF 6.0, Adobe 1992, sections 8 and following.) */
final class TiffPage extends PhotoPage {

	private static final int SMALLER_COPY = 1;
	private static final int MASK = 4;
	/** Value of the older tag for a smaller copy. */
	private static final int OLD_SMALLER_COPY = 2;
	private static final int OLD_SUBFILE_TYPE = 255;
	private static final int PLANAR = 2;
	private static final int SIGNED = 2;
	private static final int FLOAT = 3;
	private static final int COMPLEX_INTEGER = 5;
	private static final int WHITE_IS_ZERO = 0;
	private static final int YCBCR = 6;
	private static final int LAB = 8;
	private static final int JPEG = 7;
	private static final int OLD_JPEG = 6;
	private static final int BIG_MAGIC = 43;
	/** Bytes per directory entry. */
	private static final int ENTRY = 12;
	private static final int BIG_ENTRY = 20;

	private static final Set<Integer> COMPRESSIONS = Set.of(0, 1, 2, 3, 4, 5, OLD_JPEG, 7, 8, 32773, 32946, 50013);
	private static final Map<Integer, String> OTHER_COMPRESSIONS = Map.ofEntries(Map.entry(9, "JBIG"),
			Map.entry(10, "JBIG"), Map.entry(32766, "NeXT"), Map.entry(32809, "ThunderScan"), Map.entry(33003, "JPEG 2000"),
			Map.entry(33005, "JPEG 2000"), Map.entry(34661, "JBIG"), Map.entry(34676, "SGI Log"),
			Map.entry(34677, "SGI Log"), Map.entry(34712, "JPEG 2000"), Map.entry(34887, "LERC"), Map.entry(34892,
					"lossy JPEG"),
			Map.entry(34925, "LZMA"), Map.entry(50000, "Zstandard"), Map.entry(50001, "WebP"), Map.entry(50002, "JPEG XL"),
			Map.entry(52546, "JPEG XL"));
	private static final Set<Integer> COLOR_ONLY_OF_INTEGERS = Set.of(6, 8, 9, 10);
	private static final Map<Integer, String> OTHER_COLORS = Map.of(4, "a transparency mask",
			32803, "raw data of a camera", 32844, "LogL color", 32845, "LogLuv color", 34892, "raw data of a camera");

	private final ImageReader reader;
	private final TIFFImageMetadata tags;

	private TiffPage(final PhotoFile file, final ImageReader reader, final int index) throws IOException {
		super(file, index);
		this.reader = reader;
		tags = (TIFFImageMetadata) reader.getImageMetadata(index);
	}

	/** The pages of a file that are images of their own, without thumbnails and masks. */
	static List<TiffPage> list(final PhotoFile file) throws IOException {
		final List<TiffPage> pictures = new ArrayList<>();
		final List<TiffPage> copies = new ArrayList<>();
		requireAllDirectories(file.stream());
		final ImageReader reader = file.restart();
		int masks = 0;
		for (int i = 0; i < reader.getNumImages(true); i++) {
			final TiffPage page = new TiffPage(file, reader, i);
			final int kind = page.number(TIFF.TAG_SUBFILE_TYPE, 0);
			if ((kind & MASK) != 0) {
				masks++;
			}
			else if ((kind & SMALLER_COPY) != 0 || page.number(OLD_SUBFILE_TYPE, 0) == OLD_SMALLER_COPY) {
				copies.add(page);
			}
			else {
				pictures.add(page);
			}
		}
		if (pictures.isEmpty() && !copies.isEmpty()) {
			copies.sort(Comparator.comparingLong(
					page -> -(long) page.number(TIFF.TAG_IMAGE_WIDTH, 0) * page.number(TIFF.TAG_IMAGE_HEIGHT, 0)));
			pictures.add(copies.remove(0));
		}
		file.leaveOut(copies.size(), "smaller copy", "smaller copies");
		file.leaveOut(masks, "mask", "masks");
		return pictures;
	}

	/** Checks that all directories are complete: the reader stops silently at the first incomplete one. */
	private static void requireAllDirectories(final ImageInputStream stream) throws IOException {
		stream.setByteOrder(stream.readByte() == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
		stream.readByte();
		final boolean big = stream.readUnsignedShort() == BIG_MAGIC;
		stream.seek(big ? Long.BYTES : Integer.BYTES);
		final Set<Long> places = new HashSet<>();
		for (long next = offset(stream, big); next != 0; next = offset(stream, big)) {
			if (next < 0 || next > stream.length()) {
				throw new EOFException();
			}
			if (!places.add(next)) {
				throw new IIOException("a page is followed by an earlier one");
			}
			stream.seek(next);
			final long entries = big ? stream.readLong() : stream.readUnsignedShort();
			if (entries < 0 || entries > stream.length()) {
				throw new EOFException();
			}
			stream.seek(stream.getStreamPosition() + entries * (big ? BIG_ENTRY : ENTRY));
		}
	}

	private static long offset(final ImageInputStream stream, final boolean big) throws IOException {
		return big ? stream.readLong() : stream.readUnsignedInt();
	}

	private int number(final int tag, final int otherwise) {
		final Entry entry = tags.getTIFFField(tag);
		final Object value = entry == null ? null : entry.getValue();
		if (value instanceof Number number) {
			return number.intValue();
		}
		return value instanceof int[] ints && ints.length > 0 ? ints[0]
				: value instanceof short[] shorts && shorts.length > 0 ? shorts[0]
						: value instanceof long[] longs && longs.length > 0 ? (int) longs[0] : otherwise;
	}

	private int bits() {
		return number(TIFF.TAG_BITS_PER_SAMPLE, 1);
	}

	private int sampleFormat() {
		return number(TIFF.TAG_SAMPLE_FORMAT, 1);
	}

	/** A reader for all pages, which seeks to their positions. */
	@Override
	ImageReader reader() {
		return reader;
	}

	@Override
	int readOrientation() {
		return Orientation.valid(number(TIFF.TAG_ORIENTATION, Orientation.UPRIGHT));
	}

	@Override
	int unit() throws IOException {
		final boolean planar = number(TIFF.TAG_PLANAR_CONFIGURATION, 1) == PLANAR
				&& number(TIFF.TAG_SAMPLES_PER_PIXEL, 1) > 1;
		if (planar || number(TIFF.TAG_COMPRESSION, 1) == OLD_JPEG) {
			return 0;
		}
		// Strips can be decoded row by row, tiles only as a whole.
		return tags.getTIFFField(TIFF.TAG_TILE_WIDTH) == null ? 1 : Math.max(1, number(TIFF.TAG_TILE_HEIGTH, 1));
	}

	@Override
	Meaning meaning() {
		return new Meaning(null, 0, sampleFormat() == SIGNED,
				number(TIFF.TAG_PHOTOMETRIC_INTERPRETATION, 1) == WHITE_IS_ZERO, isLab());
	}

	/** Whether tiles extend beyond the image, and the reader assumes that they are as wide as their visible part. */
	private boolean isMisreadInTiles(final int compression, final int photometric) {
		final int tile = number(TIFF.TAG_TILE_WIDTH, 0);
		return tile > 0 && number(TIFF.TAG_IMAGE_WIDTH, 0) % tile != 0 && (bits() > Byte.SIZE && bits() % Byte.SIZE != 0
				|| photometric == YCBCR && compression != JPEG && compression != OLD_JPEG);
	}

	private boolean isLab() {
		return number(TIFF.TAG_PHOTOMETRIC_INTERPRETATION, 1) == LAB;
	}

	/** Samples as stored. The reader's other types change their order, or ignore that colors are premultiplied by alpha. */
	@Override
	ImageTypeSpecifier type(final ImageReader decoder) throws IOException {
		return decoder.getRawImageType(index);
	}

	@Override
	void requireSupported() throws IOException {
		final int compression = number(TIFF.TAG_COMPRESSION, 1);
		if (!COMPRESSIONS.contains(compression)) {
			throw new UnsupportedImageException("the TIFF file is compressed as "
					+ OTHER_COMPRESSIONS.getOrDefault(compression, "number " + compression) + ", which cannot be read");
		}
		final int photometric = number(TIFF.TAG_PHOTOMETRIC_INTERPRETATION, 1);
		final int format = sampleFormat();
		final String kind = isMisreadInTiles(compression, photometric) ? bits() + "-bit samples in tiles"
				: format >= COMPLEX_INTEGER ? "complex numbers"
				: bits() > Integer.SIZE && format != FLOAT ? bits() + "-bit integers"
						: OTHER_COLORS.containsKey(photometric) ? OTHER_COLORS.get(photometric)
								: COLOR_ONLY_OF_INTEGERS.contains(photometric) && (format != 1 || bits() > Short.SIZE)
										? bits() + "-bit color that is not RGB" : "";
		if (!kind.isEmpty()) {
			throw new UnsupportedImageException("the TIFF file holds " + kind + ", which cannot be read");
		}
	}

	/**
	 * The reader would clip floats to 0 to 1 and convert CIELAB too coarsely; it leaves the samples of a raster unchanged.
	 */
	@Override
	BufferedImage decode(final ImageReader decoder, final ImageReadParam param) throws IOException {
		final ImageTypeSpecifier type = type(decoder);
		final int samples = type.getSampleModel().getDataType();
		if (!isLab() && (samples == DataBuffer.TYPE_BYTE || samples == DataBuffer.TYPE_USHORT
				|| samples == DataBuffer.TYPE_SHORT)) {
			return super.decode(decoder, param);
		}
		return new BufferedImage(type.getColorModel(), (WritableRaster) decoder.readRaster(index, param), false, null);
	}
}
