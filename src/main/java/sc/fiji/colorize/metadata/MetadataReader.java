/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.InflaterInputStream;

import com.adobe.internal.xmp.XMPException;

import sc.fiji.colorize.metadata.ImageMetadata.Text;
import sc.fiji.colorize.metadata.Resolution.Unit;
import sc.fiji.colorize.photo.ImageFormat;

/** Finds the metadata blocks of a file of any format, skipping the pixels. */
final class MetadataReader {

	private static final String RAW_PROFILE = "Raw profile type ";
	/** Bytes of the checksum, length and offset before each part of extended XMP. */
	private static final int EXTENSION_HEAD = 40;
	private static final int EXTENSION_CHECKSUM = 32;
	private static final Charset LATIN = StandardCharsets.ISO_8859_1;
	/** Bytes of a GIF file before its color table. */
	private static final int GIF_HEAD = 13;
	/** Bytes that follow an XMP packet in a GIF file, so that decoders can skip it. (XMP part 3, section 1.1.2.) */
	private static final int GIF_TRAILER = 257;

	private final SeekableByteChannel channel;
	private final MetadataBlocks blocks = new MetadataBlocks();

	private MetadataReader(final SeekableByteChannel channel) {
		this.channel = channel;
	}

	static MetadataBlocks read(final SeekableByteChannel channel, final ImageFormat format) {
		final MetadataReader reader = new MetadataReader(channel);
		reader.blocks.attempt("the metadata", () -> reader.read(format));
		return reader.blocks;
	}

	private void read(final ImageFormat format) throws IOException {
		switch (format) {
			case JPEG -> readJpeg();
			case PNG -> readPng();
			case TIFF -> blocks.addTiff(channel);
			case WEBP -> readWebp();
			case PSD -> readPsd();
			case GIF -> readGif();
			case BMP -> {
				final ByteBuffer head = at(38, 2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
				blocks.density = Resolution.ofMeter(head.getInt(), head.getInt()).orElse(null);
			}
			default -> { }
		}
	}

	private ByteBuffer at(final long position, final int size) throws IOException {
		return TiffReader.read(channel, position, size, ByteOrder.BIG_ENDIAN);
	}

	/** Reads a block of the file; if it is too large, lists it as left out and returns no bytes. */
	private byte[] block(final String what, final long position, final long size) throws IOException {
		return blocks.isTooLarge(what, size) ? new byte[0] : at(position, (int) size).array();
	}

	private void readJpeg() throws IOException {
		final ByteArrayOutputStream photoshop = new ByteArrayOutputStream();
		final List<byte[]> extensions = new ArrayList<>();
		long position = 2;
		while (true) {
			final ByteBuffer marker = at(position, 2 * Short.BYTES);
			final int code = marker.getShort() & 0xffff;
			if (code == 0xffff) {
				position++;
				continue;
			}
			final int size = (marker.getShort() & 0xffff) - Short.BYTES;
			if (code < 0xffc0 || code == 0xffda || size < 0) {
				break;
			}
			position += 2 * Short.BYTES;
			if (code == 0xffe0 || code == 0xffe1 || code == 0xffed || code == 0xfffe) {
				final byte[] segment = at(position, size).array();
				if (code == 0xfffe) {
					blocks.texts.add(new Text(Text.COMMENT, Iptc.decode(segment)));
				}
				else if (startsWith(segment, JpegSegments.JFIF) && size >= 12) {
					readJfif(ByteBuffer.wrap(segment, JpegSegments.JFIF.length() + 2, 5));
				}
				else if (startsWith(segment, JpegSegments.EXIF) && blocks.exif == null) {
					blocks.addExif(after(segment, JpegSegments.EXIF));
				}
				else if (startsWith(segment, JpegSegments.XMP) && blocks.xmp == null) {
					blocks.addXmp(after(segment, JpegSegments.XMP));
				}
				else if (startsWith(segment, JpegSegments.EXTENDED_XMP)) {
					extensions.add(after(segment, JpegSegments.EXTENDED_XMP));
				}
				else if (startsWith(segment, JpegSegments.PHOTOSHOP)) {
					photoshop.writeBytes(after(segment, JpegSegments.PHOTOSHOP));
				}
			}
			position += size;
		}
		blocks.addResources(photoshop.toByteArray());
		if (blocks.xmp != null && !extensions.isEmpty()) {
			blocks.attempt("the extended XMP metadata", () -> readExtension(extensions));
		}
	}

	private void readJfif(final ByteBuffer head) {
		final int unit = head.get();
		if (unit >= 0 && unit < Unit.values().length) {
			blocks.density = Resolution.of(head.getShort() & 0xffff, head.getShort() & 0xffff, Unit.values()[unit])
					.filter(found -> found.unit() != Unit.NONE || found.x() != found.y()).orElse(null);
		}
	}

	/** Assembles the parts of the packet at their offsets. (XMP part 3, section 1.1.3.1.) */
	private void readExtension(final List<byte[]> parts) throws IOException, XMPException {
		final String wanted = Xmp.extension(blocks.xmp);
		byte[] whole = new byte[0];
		for (final byte[] part : parts) {
			if (part.length < EXTENSION_HEAD || !new String(part, 0, EXTENSION_CHECKSUM, LATIN).equals(wanted)) {
				continue;
			}
			final ByteBuffer head = ByteBuffer.wrap(part, EXTENSION_CHECKSUM, 2 * Integer.BYTES);
			final long size = head.getInt() & 0xffffffffL;
			final long offset = head.getInt() & 0xffffffffL;
			if (blocks.isTooLarge("the extended XMP metadata", size)) {
				return;
			}
			if (whole.length == 0) {
				whole = new byte[(int) size];
			}
			if (offset + part.length - EXTENSION_HEAD > whole.length) {
				throw new EOFException();
			}
			System.arraycopy(part, EXTENSION_HEAD, whole, (int) offset, part.length - EXTENSION_HEAD);
		}
		if (whole.length > 0) {
			Xmp.extend(blocks.xmp, whole);
		}
	}

	private void readPng() throws IOException {
		long position = 8;
		while (position < channel.size()) {
			final ByteBuffer head = at(position, 2 * Integer.BYTES);
			final long size = head.getInt() & 0xffffffffL;
			final String type = new String(head.array(), Integer.BYTES, Integer.BYTES, LATIN);
			position += 2 * Integer.BYTES;
			switch (type) {
				case "pHYs" -> {
					final ByteBuffer chunk = at(position, 9);
					final double x = chunk.getInt();
					final double y = chunk.getInt();
					blocks.density = (chunk.get() == 1 ? Resolution.ofMeter(x, y)
							: Resolution.of(x, y, Unit.NONE).filter(ratio -> x != y)).orElse(null);
				}
				case "eXIf" -> blocks.addExif(block(MetadataBlocks.EXIF, position, size));
				case "tEXt", "zTXt", "iTXt" -> {
					final byte[] chunk = block("the text of a " + type + " chunk", position, size);
					blocks.attempt("the text of a " + type + " chunk", () -> readText(type, chunk));
				}
				default -> { }
			}
			position += size + Integer.BYTES;
			if (type.equals("IEND")) {
				break;
			}
		}
	}

	private void readText(final String type, final byte[] chunk) throws IOException {
		final int end = indexOfZero(chunk, 0);
		final String keyword = new String(chunk, 0, end, LATIN);
		final byte[] text;
		if (type.equals("iTXt")) {
			final boolean compressed = chunk[end + 1] != 0;
			final int language = indexOfZero(chunk, end + 3);
			final int begin = indexOfZero(chunk, language + 1) + 1;
			text = compressed ? inflate(chunk, begin) : Arrays.copyOfRange(chunk, begin, chunk.length);
		}
		else {
			text = type.equals("zTXt") ? inflate(chunk, end + 2) : Arrays.copyOfRange(chunk, end + 1, chunk.length);
		}
		if (keyword.equals("XML:com.adobe.xmp")) {
			blocks.addXmp(text);
		}
		else if (keyword.startsWith(RAW_PROFILE)) {
			readProfile(keyword.substring(RAW_PROFILE.length()), new String(text, LATIN));
		}
		else {
			blocks.texts.add(new Text(keyword, new String(text, type.equals("iTXt") ? StandardCharsets.UTF_8 : LATIN)));
		}
	}

	private static int indexOfZero(final byte[] bytes, final int from) throws EOFException {
		for (int i = from; i < bytes.length; i++) {
			if (bytes[i] == 0) {
				return i;
			}
		}
		throw new EOFException();
	}

	private static byte[] inflate(final byte[] bytes, final int from) throws IOException {
		try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from))) {
			final byte[] inflated = in.readNBytes(MetadataBlocks.MAX_SIZE + 1);
			if (inflated.length > MetadataBlocks.MAX_SIZE) {
				throw new IOException("it is too large");
			}
			return inflated;
		}
	}

	/** Reads a hexadecimal block that follows its name and size, as ImageMagick writes it. */
	private void readProfile(final String type, final String text) {
		final String[] words = text.strip().split("\\s+", 3);
		blocks.attempt(type.equals("iptc") || type.equals("8bim") ? MetadataBlocks.IPTC
				: type.equals("xmp") ? MetadataBlocks.XMP : MetadataBlocks.EXIF, () -> {
			final byte[] bytes = HexFormat.of().parseHex(words[2].replaceAll("\\s", ""));
			switch (type) {
				case "exif", "APP1" -> {
					if (startsWith(bytes, JpegSegments.XMP)) {
						blocks.addXmp(after(bytes, JpegSegments.XMP));
					}
					else if (blocks.exif == null) {
						blocks.addExif(startsWith(bytes, JpegSegments.EXIF) ? after(bytes, JpegSegments.EXIF) : bytes);
					}
				}
				case "iptc", "8bim" -> blocks.addResources(bytes);
				case "xmp" -> blocks.addXmp(bytes);
				// Color profiles are dropped: the result is sRGB.
				default -> { }
			}
		});
	}

	private void readWebp() throws IOException {
		long position = 12;
		while (position < channel.size() - 2 * Integer.BYTES) {
			final ByteBuffer head = at(position, 2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
			final String type = new String(head.array(), 0, Integer.BYTES, LATIN);
			final long size = head.getInt(Integer.BYTES) & 0xffffffffL;
			position += 2 * Integer.BYTES;
			if (type.equals("EXIF")) {
				final byte[] bytes = block(MetadataBlocks.EXIF, position, size);
				blocks.addExif(startsWith(bytes, JpegSegments.EXIF) ? after(bytes, JpegSegments.EXIF) : bytes);
			}
			else if (type.equals("XMP ")) {
				blocks.addXmp(block(MetadataBlocks.XMP, position, size));
			}
			position += size + size % 2;
		}
	}

	private void readPsd() throws IOException {
		final int palette = 26;
		final long position = palette + Integer.BYTES + (at(palette, Integer.BYTES).getInt() & 0xffffffffL);
		final long size = at(position, Integer.BYTES).getInt() & 0xffffffffL;
		blocks.addResources(block("the metadata of Photoshop", position + Integer.BYTES, size));
	}

	/** Reads comments and XMP between the frames. (GIF89a, sections 24 and 26.) */
	private void readGif() throws IOException {
		final int table = 10;
		long position = GIF_HEAD + colors(at(table, 1).get());
		for (int kind = at(position, 1).get(); kind == 0x21 || kind == 0x2c; kind = at(position, 1).get()) {
			if (kind == 0x2c) {
				// A frame: its place, its colors and the size of its first codes.
				final int head = 10;
				position = afterParts(position + head + colors(at(position + head - 1, 1).get()) + 1, null);
				continue;
			}
			final int label = at(position + 1, 1).get() & 0xff;
			position += 2;
			final byte[] name = label == 0xff ? at(position, 12).array() : new byte[0];
			final long packet = position + name.length;
			final ByteArrayOutputStream comment = label == 0xfe ? new ByteArrayOutputStream() : null;
			position = afterParts(position, comment);
			if (comment != null) {
				blocks.texts.add(new Text(Text.COMMENT, Iptc.decode(comment.toByteArray())));
			}
			else if (new String(name, LATIN).equals("\u000bXMP DataXMP")) {
				// The packet is not divided into parts; its bytes happen to work as their lengths.
				final long size = position - packet - GIF_TRAILER - 1;
				blocks.addXmp(block(MetadataBlocks.XMP, packet, Math.max(0, size)));
			}
		}
	}

	/** Bytes of a color table. */
	private static int colors(final int flags) {
		return (flags & 0x80) == 0 ? 0 : 3 << 1 + (flags & 7);
	}

	/** Skips the parts of a block, each after its length, up to the empty one; collects their bytes if asked to. */
	private long afterParts(final long from, final ByteArrayOutputStream bytes) throws IOException {
		long position = from;
		for (int size = at(position, 1).get() & 0xff; size > 0; size = at(position, 1).get() & 0xff) {
			if (bytes != null) {
				bytes.writeBytes(at(position + 1, size).array());
			}
			position += 1 + size;
		}
		return position + 1;
	}

	private static boolean startsWith(final byte[] bytes, final String beginning) {
		return new String(bytes, 0, Math.min(bytes.length, beginning.length()), LATIN).equals(beginning);
	}

	private static byte[] after(final byte[] bytes, final String beginning) {
		return Arrays.copyOfRange(bytes, beginning.length(), bytes.length);
	}
}
