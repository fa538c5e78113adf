/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.InflaterInputStream;

import javax.imageio.stream.ImageInputStream;

/**
 * The header chunks of a PNG file. Ignores damaged chunks that are not needed. (PNG specification, third edition, sections 5
 * and 11.)
 *
 * @param interlaced whether the rows are not stored from top to bottom
 * @param profile the color profile; null if there is none
 * @param gamma the exponent from light to samples; 0 if the samples are sRGB
 * @param frames number of frames of an animation; 1 for an ordinary image
 */
record PngHeader(boolean interlaced, ICC_Profile profile, double gamma, int frames) {

	private static final int SIGNATURE = 8;
	private static final int CRC = 4;
	private static final int MAX_CHUNK = 1 << 24;
	private static final int INTERLACE = 12;
	private static final double GAMMA_UNIT = 1e-5;
	/** Approximate gamma of sRGB; values near it mean the sRGB curve. */
	private static final double SRGB_GAMMA = 1 / 2.2;
	private static final double SRGB_TOLERANCE = 0.01;

	static PngHeader read(final ImageInputStream stream) throws IOException {
		boolean interlaced = false;
		ICC_Profile profile = null;
		boolean standard = false;
		double gamma = 0;
		int frames = 1;
		stream.seek(SIGNATURE);
		while (true) {
			final int length = stream.readInt();
			final byte[] name = new byte[Integer.BYTES];
			stream.readFully(name);
			final String type = new String(name, StandardCharsets.ISO_8859_1);
			final long begin = stream.getStreamPosition();
			if (type.equals("IDAT") || type.equals("IEND") || length < 0) {
				break;
			}
			switch (type) {
				case "IHDR" -> {
					stream.skipBytes(INTERLACE);
					interlaced = stream.readByte() != 0;
				}
				case "sRGB" -> standard = true;
				case "gAMA" -> gamma = GAMMA_UNIT * stream.readInt();
				case "acTL" -> frames = Math.max(1, stream.readInt());
				case "iCCP" -> profile = profile(stream, length);
				default -> { }
			}
			stream.seek(begin + length + CRC);
		}
		final boolean usual = standard || profile != null || gamma <= 0 || Math.abs(gamma - SRGB_GAMMA) < SRGB_TOLERANCE;
		return new PngHeader(interlaced, profile, usual ? 0 : gamma, frames);
	}

	private static ICC_Profile profile(final ImageInputStream stream, final int length) throws IOException {
		if (length > MAX_CHUNK) {
			return null;
		}
		final byte[] chunk = new byte[length];
		stream.readFully(chunk);
		int name = 0;
		while (name < length && chunk[name] != 0) {
			name++;
		}
		// The name is followed by a zero and the compression method.
		final int data = Math.min(length, name + 2);
		try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(chunk, data, length - data))) {
			return ICC_Profile.getInstance(in.readNBytes(MAX_CHUNK));
		}
		catch (final IOException | IllegalArgumentException e) {
			return null;
		}
	}
}
