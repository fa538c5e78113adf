/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Metadata chunks of a PNG file. */
final class PngChunks {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	byte[] bytes() {
		return out.toByteArray();
	}

	void add(final String type, final byte... data) {
		final ByteBuffer chunk = ByteBuffer.allocate(data.length + 3 * Integer.BYTES);
		chunk.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
		final CRC32 checksum = new CRC32();
		checksum.update(chunk.array(), Integer.BYTES, Integer.BYTES + data.length);
		out.writeBytes(chunk.putInt((int) checksum.getValue()).array());
	}

	/** Adds uncompressed text of unspecified language. */
	void addText(final String keyword, final byte... utf8) {
		final byte[] name = keyword.getBytes(StandardCharsets.ISO_8859_1);
		add("iTXt", ByteBuffer.allocate(name.length + 5 + utf8.length).put(name).put(new byte[5]).put(utf8).array());
	}

	/** Adds IPTC data in the form of ImageMagick and ExifTool; PNG has no chunk for it. */
	void addIptc(final byte... photoshop) {
		final String lines = HexFormat.of().formatHex(photoshop).replaceAll(".{1,72}", "$0\n");
		final String text = String.format(Locale.ROOT, "\niptc\n%8d\n%s", photoshop.length, lines);
		final ByteArrayOutputStream data = new ByteArrayOutputStream();
		data.writeBytes("Raw profile type iptc\0\0".getBytes(StandardCharsets.ISO_8859_1));
		try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
			deflater.write(text.getBytes(StandardCharsets.ISO_8859_1));
		}
		catch (final IOException e) {
			throw new IllegalStateException("A stream in memory cannot fail.", e);
		}
		add("zTXt", data.toByteArray());
	}
}
