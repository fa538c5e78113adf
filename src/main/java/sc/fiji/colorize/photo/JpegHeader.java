/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

import javax.imageio.stream.ImageInputStream;

/**
 * The coding of a JPEG file, read up to its first scan. (ITU-T T.81, annex B.)
 *
 * @param frame the frame marker, 0xc0 to 0xcf or 0xf7; 0 if there is none before the first scan
 * @param bits bits per sample
 * @param width width in pixels
 * @param height height in pixels
 * @param ids the ids of the components
 * @param adobe whether Adobe's segment identifies the components
 * @param oneScan whether a single scan has all components, from top to bottom
 */
record JpegHeader(int frame, int bits, int width, int height, int[] ids, boolean adobe, boolean oneScan) {

	private static final int MARKER = 0xff;
	private static final int SCAN = 0xda;
	private static final int ADOBE = 0xee;
	private static final int LOSSLESS = 0xc3;
	private static final int JPEG_LS = 0xf7;
	private static final Set<Integer> BASELINE = Set.of(0xc0, 0xc1);
	private static final int PROGRESSIVE = 0xc2;
	private static final int RGB_COMPONENTS = 3;
	private static final int[] USUAL_IDS = {1, 2, 3};
	private static final Map<Integer, String> UNSUPPORTED = Map.of(0xc5, "hierarchical", 0xc6, "hierarchical", 0xc7,
			"hierarchical", 0xc9, "arithmetic-coded", 0xca, "arithmetic-coded", 0xcb, "arithmetic-coded", 0xcd,
			"hierarchical", 0xce, "hierarchical", 0xcf, "hierarchical");

	static JpegHeader read(final ImageInputStream stream) throws IOException {
		stream.seek(2);
		int frame = 0;
		int bits = Byte.SIZE;
		int width = 0;
		int height = 0;
		int[] ids = {};
		boolean adobe = false;
		while (true) {
			int marker = stream.readUnsignedByte();
			while (marker == MARKER) {
				marker = stream.readUnsignedByte();
			}
			final long begin = stream.getStreamPosition();
			final int length = stream.readUnsignedShort();
			if (marker == SCAN) {
				final boolean all = stream.readUnsignedByte() == ids.length;
				return new JpegHeader(frame, bits, width, height, ids, adobe, all && BASELINE.contains(frame));
			}
			if (marker == ADOBE) {
				final byte[] name = new byte["Adobe".length()];
				stream.readFully(name);
				adobe |= Arrays.equals(name, new byte[] {'A', 'd', 'o', 'b', 'e'});
			}
			if (BASELINE.contains(marker) || marker == PROGRESSIVE || marker == LOSSLESS || marker == JPEG_LS
					|| UNSUPPORTED.containsKey(marker)) {
				frame = marker;
				bits = stream.readUnsignedByte();
				height = stream.readUnsignedShort();
				width = stream.readUnsignedShort();
				ids = new int[stream.readUnsignedByte()];
				for (int i = 0; i < ids.length; i++) {
					ids[i] = stream.readUnsignedByte();
					// Sampling and table.
					stream.skipBytes(2);
				}
			}
			stream.seek(begin + length);
		}
	}

	/** Rejects codings that no reader supports. */
	void requireSupported() throws IOException {
		final String kind = frame == JPEG_LS ? "JPEG-LS" : UNSUPPORTED.containsKey(frame) ? UNSUPPORTED.get(frame) + " JPEG"
				: frame != LOSSLESS && bits != Byte.SIZE ? bits + "-bit JPEG" : "";
		if (!kind.isEmpty()) {
			throw new UnsupportedImageException("the image is a " + kind + ", which cannot be read");
		}
	}

	/** Whether the JDK's reader interprets the components correctly. */
	boolean isOrdinary() {
		return (BASELINE.contains(frame) || frame == PROGRESSIVE) && bits == Byte.SIZE
				&& (ids.length == 1 || ids.length == RGB_COMPONENTS && (adobe || Arrays.equals(ids, USUAL_IDS)));
	}
}
