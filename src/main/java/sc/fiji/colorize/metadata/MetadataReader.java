/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.InflaterInputStream;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

import sc.fiji.colorize.metadata.ImageMetadata.Text;
import sc.fiji.colorize.metadata.Resolution.Unit;
import sc.fiji.colorize.photo.ImageFormat;

/** Finds the metadata blocks of a file, skipping the pixels, and parses the parts that a result needs. */
final class MetadataReader {

	/** Maximum size of a block in bytes; larger blocks are dropped. */
	private static final int MAX_BLOCK = 1 << 24;
	private static final String EXIF = "the EXIF metadata";
	private static final String IPTC = "the IPTC metadata";
	private static final String XMP = "the XMP metadata";
	private static final String RAW_PROFILE = "Raw profile type ";
	private static final byte[] JPEG_EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
	private static final byte[] JPEG_XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.ISO_8859_1);
	private static final byte[] JPEG_EXTENDED_XMP =
			"http://ns.adobe.com/xmp/extension/\0".getBytes(StandardCharsets.ISO_8859_1);
	private static final byte[] JPEG_PHOTOSHOP = "Photoshop 3.0\0".getBytes(StandardCharsets.ISO_8859_1);
	private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.ISO_8859_1);
	/** Bytes of the checksum, length and offset before each part of extended XMP. */
	private static final int EXTENSION_HEAD = 40;
	private static final int EXTENSION_CHECKSUM = 32;
	/** Photoshop stores the resolution as a fixed-point number. */
	private static final double FIXED = 1 << 16;
	private static final Charset LATIN = StandardCharsets.ISO_8859_1;

	TiffDirectory exif;
	final SortedMap<Integer, byte[]> resources = new TreeMap<>();
	XMPMeta xmp;
	final List<Text> texts = new ArrayList<>();
	final Set<String> leftOut = new LinkedHashSet<>();

	private final SeekableByteChannel channel;
	/** The container's resolution, where it differs from EXIF. */
	private Resolution density;

	MetadataReader(final SeekableByteChannel channel) {
		this.channel = channel;
	}

	/** Reads one block. */
	@FunctionalInterface
	private interface Block {

		void read() throws IOException, XMPException;
	}

	/** Drops unreadable blocks. Deeply nested XML overflows the parser's stack. */
	private void attempt(final String what, final Block block) {
		try {
			block.read();
		}
		catch (final IOException | XMPException | RuntimeException | StackOverflowError e) {
			leftOut.add(what + " (damaged)");
		}
	}

	MetadataReader read(final ImageFormat format) throws IOException {
		attempt("the metadata", () -> {
			switch (format) {
				case JPEG -> readJpeg();
				case PNG -> readPng();
				case TIFF -> readTiff();
				case WEBP -> readWebp();
				case PSD -> readPsd();
				case BMP -> {
					final ByteBuffer head = at(38, 2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
					density = Resolution.ofMeter(head.getInt(), head.getInt()).orElse(null);
				}
				default -> { }
			}
		});
		return this;
	}

	private ByteBuffer at(final long position, final int size) throws IOException {
		if (position < 0 || size < 0 || position > channel.size() - size) {
			throw new EOFException();
		}
		channel.position(position);
		final ByteBuffer buffer = ByteBuffer.allocate(size);
		while (buffer.hasRemaining()) {
			if (channel.read(buffer) < 0) {
				throw new EOFException();
			}
		}
		return buffer.flip();
	}

	/** Reads a block of the file; if it is too large, lists it as left out and returns no bytes. */
	private byte[] block(final String what, final long position, final long size) throws IOException {
		return isTooLarge(what, size) ? new byte[0] : at(position, (int) size).array();
	}

	private boolean isTooLarge(final String what, final long size) {
		if (size > MAX_BLOCK) {
			leftOut.add(what + " (" + (size >> 20) + " MB, too large)");
		}
		return size > MAX_BLOCK;
	}

	// -- Containers --

	private void readJpeg() throws IOException {
		final List<byte[]> photoshop = new ArrayList<>();
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
					texts.add(new Text(Text.COMMENT, text(segment)));
				}
				else if (startsWith(segment, JFIF) && size >= 12) {
					readJfif(ByteBuffer.wrap(segment, JFIF.length + 2, 5));
				}
				else if (startsWith(segment, JPEG_EXIF) && exif == null) {
					readExif(after(segment, JPEG_EXIF));
				}
				else if (startsWith(segment, JPEG_XMP) && xmp == null) {
					readXmp(after(segment, JPEG_XMP));
				}
				else if (startsWith(segment, JPEG_EXTENDED_XMP)) {
					extensions.add(after(segment, JPEG_EXTENDED_XMP));
				}
				else if (startsWith(segment, JPEG_PHOTOSHOP)) {
					photoshop.add(after(segment, JPEG_PHOTOSHOP));
				}
			}
			position += size;
		}
		if (!photoshop.isEmpty()) {
			readResources(join(photoshop));
		}
		if (xmp != null && !extensions.isEmpty()) {
			attempt("the extended XMP metadata", () -> readExtension(extensions));
		}
	}

	private void readJfif(final ByteBuffer head) {
		final int unit = head.get();
		if (unit >= 0 && unit < Unit.values().length) {
			density = Resolution.of(head.getShort() & 0xffff, head.getShort() & 0xffff, Unit.values()[unit])
					.filter(found -> found.unit() != Unit.NONE || found.x() != found.y()).orElse(null);
		}
	}

	/** Assembles the parts of the packet at their offsets. (XMP part 3, section 1.1.3.1.) */
	private void readExtension(final List<byte[]> parts) throws IOException, XMPException {
		final String wanted = Xmp.extension(xmp);
		byte[] whole = new byte[0];
		for (final byte[] part : parts) {
			if (part.length < EXTENSION_HEAD || !new String(part, 0, EXTENSION_CHECKSUM, LATIN).equals(wanted)) {
				continue;
			}
			final ByteBuffer head = ByteBuffer.wrap(part, EXTENSION_CHECKSUM, 2 * Integer.BYTES);
			final long size = head.getInt() & 0xffffffffL;
			final long offset = head.getInt() & 0xffffffffL;
			if (isTooLarge("the extended XMP metadata", size)) {
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
			Xmp.extend(xmp, whole);
		}
	}

	private void readPng() throws IOException {
		long position = 8;
		while (position < channel.size()) {
			final ByteBuffer head = at(position, 2 * Integer.BYTES);
			final long size = head.getInt() & 0xffffffffL;
			final byte[] name = new byte[Integer.BYTES];
			head.get(name);
			final String type = new String(name, LATIN);
			position += 2 * Integer.BYTES;
			switch (type) {
				case "pHYs" -> {
					final ByteBuffer chunk = at(position, 9);
					final double x = chunk.getInt();
					final double y = chunk.getInt();
					density = (chunk.get() == 1 ? Resolution.ofMeter(x, y)
							: Resolution.of(x, y, Unit.NONE).filter(ratio -> x != y)).orElse(null);
				}
				case "eXIf" -> readExif(block(EXIF, position, size));
				case "tEXt", "zTXt", "iTXt" -> {
					final byte[] chunk = block("the text of a " + type + " chunk", position, size);
					attempt("the text of a " + type + " chunk", () -> readText(type, chunk));
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
			readXmp(text);
		}
		else if (keyword.startsWith(RAW_PROFILE)) {
			readProfile(keyword.substring(RAW_PROFILE.length()), new String(text, LATIN));
		}
		else {
			texts.add(new Text(keyword, new String(text, type.equals("iTXt") ? StandardCharsets.UTF_8 : LATIN)));
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

	private byte[] inflate(final byte[] bytes, final int from) throws IOException {
		try (InflaterInputStream in = new InflaterInputStream(
				new ByteArrayInputStream(bytes, from, bytes.length - from))) {
			final byte[] inflated = in.readNBytes(MAX_BLOCK + 1);
			if (inflated.length > MAX_BLOCK) {
				throw new IOException("it is too large");
			}
			return inflated;
		}
	}

	/** Reads a hexadecimal block that follows its name and size, as ImageMagick writes it. */
	private void readProfile(final String type, final String text) {
		final String[] words = text.strip().split("\\s+", 3);
		attempt(type.equals("iptc") || type.equals("8bim") ? IPTC : type.equals("xmp") ? XMP : EXIF, () -> {
			final byte[] bytes = HexFormat.of().parseHex(words[2].replaceAll("\\s", ""));
			switch (type) {
				case "exif", "APP1" -> {
					if (startsWith(bytes, JPEG_XMP)) {
						readXmp(after(bytes, JPEG_XMP));
					}
					else if (exif == null) {
						readExif(startsWith(bytes, JPEG_EXIF) ? after(bytes, JPEG_EXIF) : bytes);
					}
				}
				case "iptc", "8bim" -> readResources(bytes);
				case "xmp" -> readXmp(bytes);
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
				final byte[] bytes = block(EXIF, position, size);
				readExif(startsWith(bytes, JPEG_EXIF) ? after(bytes, JPEG_EXIF) : bytes);
			}
			else if (type.equals("XMP ")) {
				readXmp(block(XMP, position, size));
			}
			position += size + size % 2;
		}
	}

	private void readPsd() throws IOException {
		final int palette = 26;
		final long position = palette + Integer.BYTES + (at(palette, Integer.BYTES).getInt() & 0xffffffffL);
		final long size = at(position, Integer.BYTES).getInt() & 0xffffffffL;
		readResources(block("the metadata of Photoshop", position + Integer.BYTES, size));
	}

	private void readTiff() throws IOException {
		readDirectory(channel);
		final byte[] photoshop = exif.bytes(TiffTags.PHOTOSHOP);
		if (photoshop.length > 0) {
			readResources(photoshop);
		}
		final byte[] iptc = exif.bytes(TiffTags.IPTC);
		if (iptc.length > 0) {
			// Some programs write IPTC as LONG, with numbers in the byte order of the file; IPTC data begins with its own
			// marker.
			resources.put(PhotoshopResources.IPTC, iptc[0] == Iptc.MARKER ? iptc
					: exif.in(ByteOrder.BIG_ENDIAN).bytes(TiffTags.IPTC));
		}
		final byte[] packet = exif.bytes(TiffTags.XMP);
		if (packet.length > 0) {
			readXmp(packet);
		}
		List.of(TiffTags.PHOTOSHOP, TiffTags.IPTC, TiffTags.XMP).forEach(exif::remove);
	}

	// -- Blocks --

	private void readExif(final byte[] bytes) {
		if (bytes.length > 0) {
			attempt(EXIF, () -> readDirectory(new SeekableInMemoryByteChannel(bytes)));
		}
	}

	/** Skips the next directory, which is the thumbnail. */
	private void readDirectory(final SeekableByteChannel tiff) throws IOException {
		exif = TiffDirectory.readFirst(tiff, (tag, bytes) -> {
			final boolean child = tag == TiffDirectory.EXIF || tag == TiffDirectory.GPS;
			final boolean block = tag == TiffTags.XMP || tag == TiffTags.IPTC || tag == TiffTags.PHOTOSHOP;
			return (child || block || tag == TiffTags.ORIENTATION || TiffTags.isDescriptive(tag))
					&& !isTooLarge(tag == TiffTags.XMP ? XMP : block ? IPTC : EXIF, bytes);
		});
		readChild(tiff, exif, TiffDirectory.EXIF, EXIF);
		readChild(tiff, exif, TiffDirectory.GPS, "the GPS position");
		final TiffDirectory child = exif.child(TiffDirectory.EXIF);
		if (child != null) {
			readChild(tiff, child, TiffDirectory.INTEROPERABILITY, EXIF);
		}
	}

	private void readChild(final SeekableByteChannel tiff, final TiffDirectory parent, final int tag, final String what) {
		if (parent.has(tag)) {
			attempt(what, () -> parent.readChild(tiff, tag, (other, bytes) -> !isTooLarge(EXIF, bytes)));
		}
	}

	private void readResources(final byte[] bytes) {
		attempt(IPTC, () -> {
			final SortedMap<Integer, byte[]> found = PhotoshopResources.read(bytes);
			if (found.isEmpty() && bytes.length > 0) {
				throw new IOException("no resources");
			}
			found.forEach((id, value) -> {
				if (PhotoshopResources.isDescriptive(id)) {
					resources.put(id, value);
				}
				else if (id == PhotoshopResources.RESOLUTION && density == null && value.length >= 12) {
					final ByteBuffer numbers = ByteBuffer.wrap(value);
					density = Resolution.of(numbers.getInt() / FIXED, numbers.getInt(8) / FIXED, Unit.INCH).orElse(null);
				}
				else if (id == PhotoshopResources.EXIF && exif == null) {
					readExif(value);
				}
				else if (id == PhotoshopResources.XMP && xmp == null) {
					readXmp(value);
				}
			});
		});
	}

	private void readXmp(final byte[] packet) {
		if (packet.length > 0) {
			attempt(XMP, () -> xmp = Xmp.parse(packet));
		}
	}

	// -- Results --

	/** The resolution of EXIF or TIFF if it has a unit or is the only one. */
	Resolution resolution() {
		if (exif == null || !exif.has(TiffTags.X_RESOLUTION) || !exif.has(TiffTags.Y_RESOLUTION)) {
			return density;
		}
		final int unit = (int) exif.number(TiffTags.RESOLUTION_UNIT, 1 + Unit.INCH.ordinal());
		final Resolution found = Resolution.of(exif.fraction(TiffTags.X_RESOLUTION), exif.fraction(TiffTags.Y_RESOLUTION),
				unit < 1 || unit > Unit.values().length ? Unit.NONE : Unit.values()[unit - 1]).orElse(null);
		// Without a unit, equal numbers are meaningless.
		return found == null || found.unit() == Unit.NONE && (density != null || found.x() == found.y()) ? density : found;
	}

	int orientation() {
		final long orientation = exif == null ? 0 : exif.number(TiffTags.ORIENTATION, TiffTags.UPRIGHT);
		return orientation < TiffTags.UPRIGHT || orientation > TiffTags.LAST_ORIENTATION ? TiffTags.UPRIGHT
				: (int) orientation;
	}

	private static String text(final byte[] bytes) {
		return Iptc.decode(bytes);
	}

	private static boolean startsWith(final byte[] bytes, final byte[] beginning) {
		return bytes.length >= beginning.length
				&& Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
	}

	private static byte[] after(final byte[] bytes, final byte[] beginning) {
		return Arrays.copyOfRange(bytes, beginning.length, bytes.length);
	}

	private static byte[] join(final List<byte[]> parts) {
		final ByteBuffer joined = ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
		parts.forEach(joined::put);
		return joined.array();
	}
}
