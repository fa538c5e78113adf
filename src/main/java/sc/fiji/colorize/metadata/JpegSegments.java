/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPUtils;

/** Metadata segments of a JPEG file. */
final class JpegSegments {

	static final String JFIF = "JFIF\0";
	static final String EXIF = "Exif\0\0";
	static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
	static final String EXTENDED_XMP = "http://ns.adobe.com/xmp/extension/\0";
	static final String PHOTOSHOP = "Photoshop 3.0\0";
	/** Maximum number of bytes of a segment. */
	private static final int MAX = 65533;
	private static final int APP1 = 0xe1;
	private static final int APP13 = 0xed;
	private static final int COMMENT = 0xfe;

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	byte[] bytes() {
		return out.toByteArray();
	}

	/** Adds a segment; returns false if the data is too large for one. */
	private boolean add(final int marker, final String name, final byte[] data) {
		final int size = Short.BYTES + name.length() + data.length;
		if (size > Short.BYTES + MAX) {
			return false;
		}
		out.write(0xff);
		out.write(marker);
		out.write(size >> Byte.SIZE);
		out.write(size);
		out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
		out.writeBytes(data);
		return true;
	}

	/** Adds an EXIF block; returns false if it is too large. */
	boolean addExif(final byte[] block) {
		return add(APP1, EXIF, block);
	}

	void addComment(final String text) {
		final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		add(COMMENT, "", Arrays.copyOf(bytes, Math.min(MAX, bytes.length)));
	}

	/** Adds Photoshop resources, in several segments if necessary. */
	void addPhotoshop(final byte[] resources) {
		final int part = MAX - PHOTOSHOP.length();
		for (int from = 0; from < resources.length; from += part) {
			add(APP13, PHOTOSHOP, Arrays.copyOfRange(resources, from, Math.min(from + part, resources.length)));
		}
	}

	/**
	 * Adds XMP, in several segments if necessary; returns false if the properties cannot be divided. (XMP part 3, section
	 * 1.1.3.1.)
	 */
	boolean addXmp(final XMPMeta xmp) {
		if (add(APP1, XMP, Xmp.write(xmp))) {
			return true;
		}
		final StringBuilder main = new StringBuilder();
		final StringBuilder extended = new StringBuilder();
		final StringBuilder digest = new StringBuilder();
		try {
			XMPUtils.packageForJPEG(xmp, main, extended, digest);
		}
		catch (final XMPException | NoSuchAlgorithmException e) {
			return false;
		}
		if (!add(APP1, XMP, main.toString().getBytes(StandardCharsets.UTF_8))) {
			return false;
		}
		final byte[] extension = extended.toString().getBytes(StandardCharsets.UTF_8);
		final byte[] checksum = digest.toString().getBytes(StandardCharsets.US_ASCII);
		final int part = MAX - EXTENDED_XMP.length() - checksum.length - 2 * Integer.BYTES;
		for (int from = 0; from < extension.length; from += part) {
			final int length = Math.min(part, extension.length - from);
			add(APP1, EXTENDED_XMP, ByteBuffer.allocate(checksum.length + 2 * Integer.BYTES + length).put(checksum)
					.putInt(extension.length).putInt(from).put(extension, from, length).array());
		}
		return true;
	}
}
