/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Photoshop image resources, which contain the IPTC data of JPEG files and of some TIFF and PNG files. (Adobe Photoshop File
 * Formats Specification, "Image Resources Section".)
 */
final class PhotoshopResources {

	static final int RESOLUTION = 1005;
	static final int IPTC = 1028;
	static final int EXIF = 1058;
	static final int XMP = 1060;

	private static final int SIGNATURE = 0x3842494d;
	/** Bytes of signature, id and size. */
	private static final int HEAD = 12;
	/** Caption, IPTC, copyright flag, URL and IPTC digest. */
	private static final Set<Integer> DESCRIPTIVE = Set.of(1008, IPTC, 1034, 1035, 1061);

	private PhotoshopResources() {
	}

	/** Whether a resource still applies to the result; others describe channels, inks or layers of the original. */
	static boolean isDescriptive(final int id) {
		return DESCRIPTIVE.contains(id);
	}

	/** Reads the resources by their ids, up to the first damaged one. */
	static SortedMap<Integer, byte[]> read(final byte[] bytes) {
		final SortedMap<Integer, byte[]> resources = new TreeMap<>();
		final ByteBuffer buffer = ByteBuffer.wrap(bytes);
		while (buffer.remaining() >= HEAD && buffer.getInt() == SIGNATURE) {
			final int id = buffer.getShort() & 0xffff;
			final int name = buffer.get() & 0xff;
			// The name with its length, and the data, are padded to even sizes.
			final int data = buffer.position() + name + (name + 1) % 2;
			if (data > buffer.limit() - Integer.BYTES) {
				break;
			}
			final int size = buffer.position(data).getInt();
			if (size < 0 || size > buffer.remaining()) {
				break;
			}
			final byte[] value = new byte[size];
			buffer.get(value);
			resources.putIfAbsent(id, value);
			buffer.position(Math.min(buffer.limit(), buffer.position() + size % 2));
		}
		return resources;
	}

	static byte[] write(final SortedMap<Integer, byte[]> resources) {
		final int size = resources.values().stream().mapToInt(value -> HEAD + value.length + value.length % 2).sum();
		final ByteBuffer buffer = ByteBuffer.allocate(size);
		resources.forEach((id, value) -> {
			buffer.putInt(SIGNATURE).putShort(id.shortValue()).putShort((short) 0).putInt(value.length).put(value);
			buffer.position(buffer.position() + value.length % 2);
		});
		return buffer.array();
	}
}
