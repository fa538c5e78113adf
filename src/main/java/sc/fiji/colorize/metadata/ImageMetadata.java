/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import com.adobe.internal.xmp.XMPMeta;

import sc.fiji.colorize.photo.ImageFormat;

/**
 * The metadata of an image file. EXIF and IPTC are kept as their original bytes.
 *
 * <pre>
 * ImageMetadata metadata = ImageMetadata.read(channel, ImageFormat.JPEG);
 * new ResultMetadata(metadata, provenance).addToTiff(result);
 * </pre>
 *
 * Damaged or oversized parts are dropped and listed in {@link #leftOut()}. Metadata never makes an image fail.
 */
public final class ImageMetadata {

	/** No metadata. */
	public static final ImageMetadata NONE = new ImageMetadata();

	/**
	 * A comment of a JPEG or GIF file, or the text of a PNG chunk.
	 *
	 * @param keyword such as Title; Comment for a comment of a JPEG or GIF file
	 * @param text one or more lines
	 */
	record Text(String keyword, String text) {

		static final String COMMENT = "Comment";
	}

	/**
	 * The first directory of the EXIF block or TIFF file, with its EXIF, GPS and interoperability directories; may be null.
	 */
	private final TiffDirectory exif;
	/** Photoshop image resources by their ids, including the IPTC data. */
	private final SortedMap<Integer, byte[]> resources;
	/** May be null. */
	private final XMPMeta xmp;
	/** May be null. */
	private final Resolution resolution;
	private final List<Text> texts;
	/** EXIF orientation, 1 to 8. */
	private final int orientation;
	private final List<String> leftOut;

	private ImageMetadata() {
		exif = null;
		resources = Collections.emptySortedMap();
		xmp = null;
		resolution = null;
		texts = List.of();
		orientation = TiffTags.UPRIGHT;
		leftOut = List.of();
	}

	private ImageMetadata(final MetadataBlocks blocks) {
		exif = blocks.exif;
		resources = Collections.unmodifiableSortedMap(new TreeMap<>(blocks.resources));
		xmp = blocks.xmp;
		resolution = blocks.resolution();
		texts = List.copyOf(blocks.texts);
		orientation = blocks.orientation();
		leftOut = List.copyOf(blocks.leftOut);
	}

	/**
	 * Reads the metadata of a file.
	 *
	 * @param channel the file
	 * @param format of the file; JPEG, PNG, TIFF, GIF, WebP, PSD and BMP have supported metadata
	 * @return the readable metadata
	 * @throws IOException on a read error; damaged metadata is not an error
	 */
	public static ImageMetadata read(final SeekableByteChannel channel, final ImageFormat format) throws IOException {
		return new ImageMetadata(MetadataReader.read(channel, format));
	}

	/**
	 * Lists the metadata of the file that could not be read.
	 *
	 * @return such as "the EXIF metadata (damaged)"; empty for nearly all files
	 */
	public List<String> leftOut() {
		return leftOut;
	}

	/**
	 * The provenance, if Fiji Colorize made the image.
	 *
	 * @return the last entry of the history that names Fiji Colorize
	 */
	public Optional<Provenance> provenance() {
		return xmp == null ? Optional.empty() : Xmp.provenance(xmp);
	}

	/** A mutable copy; null if there is none. */
	TiffDirectory exif() {
		return exif == null ? null : exif.copy();
	}

	SortedMap<Integer, byte[]> resources() {
		return resources;
	}

	/** A mutable copy; null if there is none. */
	XMPMeta xmp() {
		return xmp == null ? null : (XMPMeta) xmp.clone();
	}

	/** The resolution of the upright image; null if unknown. */
	Resolution resolution() {
		return resolution == null || orientation < TiffTags.FIRST_QUARTER ? resolution : resolution.turned();
	}

	List<Text> texts() {
		return texts;
	}

	boolean isUpright() {
		return orientation == TiffTags.UPRIGHT;
	}
}
