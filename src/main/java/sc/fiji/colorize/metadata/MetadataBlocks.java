/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

import sc.fiji.colorize.metadata.ImageMetadata.Text;
import sc.fiji.colorize.metadata.Resolution.Unit;

/** The metadata blocks of a file, parsed as far as a result needs them. Unreadable blocks are dropped and listed. */
final class MetadataBlocks {

	/** Maximum size of a block in bytes; larger blocks are dropped. */
	static final int MAX_SIZE = 1 << 24;
	static final String EXIF = "the EXIF metadata";
	static final String IPTC = "the IPTC metadata";
	static final String XMP = "the XMP metadata";
	/** Photoshop stores the resolution as a fixed-point number. */
	private static final double FIXED = 1 << 16;

	/** The first directory of the EXIF block or TIFF file, with the directories below it; may be null. */
	TiffDirectory exif;
	/** Photoshop image resources by their ids, including the IPTC data. */
	final SortedMap<Integer, byte[]> resources = new TreeMap<>();
	/** May be null. */
	XMPMeta xmp;
	final List<Text> texts = new ArrayList<>();
	final Set<String> leftOut = new LinkedHashSet<>();
	/** The container's resolution, where it differs from EXIF. */
	Resolution density;

	@FunctionalInterface
	interface Block {

		void read() throws IOException, XMPException;
	}

	/** Drops unreadable blocks. Deeply nested XML overflows the parser's stack. */
	void attempt(final String what, final Block block) {
		try {
			block.read();
		}
		catch (final IOException | XMPException | RuntimeException | StackOverflowError e) {
			leftOut.add(what + " (damaged)");
		}
	}

	boolean isTooLarge(final String what, final long size) {
		if (size > MAX_SIZE) {
			leftOut.add(what + " (" + (size >> 20) + " MB, too large)");
		}
		return size > MAX_SIZE;
	}

	/** Adds the first directory of a TIFF file, and the blocks that it contains. */
	void addTiff(final SeekableByteChannel tiff) throws IOException {
		readDirectory(tiff);
		addResources(exif.bytes(TiffTags.PHOTOSHOP));
		final byte[] iptc = exif.bytes(TiffTags.IPTC);
		if (iptc.length > 0) {
			// Some programs write IPTC as LONG, with numbers in the byte order of the file; IPTC data begins with its own
			// marker.
			resources.put(PhotoshopResources.IPTC, iptc[0] == Iptc.MARKER ? iptc
					: exif.in(ByteOrder.BIG_ENDIAN).bytes(TiffTags.IPTC));
		}
		addXmp(exif.bytes(TiffTags.XMP));
		List.of(TiffTags.PHOTOSHOP, TiffTags.IPTC, TiffTags.XMP).forEach(exif::remove);
	}

	void addExif(final byte[] bytes) {
		if (bytes.length > 0) {
			attempt(EXIF, () -> readDirectory(new SeekableInMemoryByteChannel(bytes)));
		}
	}

	/** Skips the next directory, which is the thumbnail. */
	private void readDirectory(final SeekableByteChannel tiff) throws IOException {
		exif = TiffReader.readFirst(tiff, (tag, bytes) -> {
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
			attempt(what, () -> TiffReader.readChild(tiff, parent, tag, (other, bytes) -> !isTooLarge(EXIF, bytes)));
		}
	}

	void addResources(final byte[] bytes) {
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
					addExif(value);
				}
				else if (id == PhotoshopResources.XMP && xmp == null) {
					addXmp(value);
				}
			});
		});
	}

	void addXmp(final byte[] packet) {
		if (packet.length > 0) {
			attempt(XMP, () -> xmp = Xmp.parse(packet));
		}
	}

	/** The resolution of the upright image; null if unknown. */
	Resolution resolution() {
		final Resolution stored = storedResolution();
		return stored == null || orientation() < TiffTags.FIRST_QUARTER ? stored : stored.turned();
	}

	/** The resolution of EXIF or TIFF if it has a unit or is the only one. */
	private Resolution storedResolution() {
		if (exif == null || !exif.has(TiffTags.X_RESOLUTION) || !exif.has(TiffTags.Y_RESOLUTION)) {
			return density;
		}
		final int unit = (int) exif.number(TiffTags.RESOLUTION_UNIT, 1 + Unit.INCH.ordinal());
		final Resolution found = Resolution.of(exif.fraction(TiffTags.X_RESOLUTION), exif.fraction(TiffTags.Y_RESOLUTION),
				unit < 1 || unit > Unit.values().length ? Unit.NONE : Unit.values()[unit - 1]).orElse(null);
		// Without a unit, equal numbers are meaningless.
		return found == null || found.unit() == Unit.NONE && (density != null || found.x() == found.y()) ? density : found;
	}

	boolean isUpright() {
		return orientation() == TiffTags.UPRIGHT;
	}

	private int orientation() {
		final long orientation = exif == null ? 0 : exif.number(TiffTags.ORIENTATION, TiffTags.UPRIGHT);
		return orientation < TiffTags.UPRIGHT || orientation > TiffTags.LAST_ORIENTATION ? TiffTags.UPRIGHT
				: (int) orientation;
	}
}
