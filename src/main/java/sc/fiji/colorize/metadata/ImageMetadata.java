/*
 * Fiji Colorize: plausible colour for gray images.
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
 * What an image file says beside its pixels. EXIF and IPTC are kept as the bytes that they are.
 *
 * <pre>
 * ImageMetadata metadata = ImageMetadata.read(channel, ImageFormat.JPEG);
 * new ResultMetadata(metadata, provenance).addToTiff(result);
 * </pre>
 *
 * What is damaged or too large is left out, and {@link #leftOut()} names it: metadata never makes an image fail.
 */
public final class ImageMetadata {

	/** No metadata. */
	public static final ImageMetadata NONE = new ImageMetadata();

	/**
	 * A text that is in a JPEG comment or a chunk of a PNG file.
	 *
	 * @param keyword such as Title; Comment for a JPEG comment
	 * @param text of one or more lines
	 */
	record Text(String keyword, String text) {

		static final String COMMENT = "Comment";
	}

	/** The first directory of the EXIF block or TIFF file, with those of EXIF, GPS and interoperability; may be null. */
	private final TiffDirectory exif;
	/** Resources of Photoshop by their numbers, among them the IPTC data. */
	private final SortedMap<Integer, byte[]> resources;
	/** May be null. */
	private final XMPMeta xmp;
	/** May be null. */
	private final Resolution resolution;
	private final List<Text> texts;
	/** Where the first row and column of the pixels in the file are to be shown, 1 to 8. */
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

	ImageMetadata(final MetadataReader reader) {
		exif = reader.exif;
		resources = Collections.unmodifiableSortedMap(new TreeMap<>(reader.resources));
		xmp = reader.xmp;
		resolution = reader.resolution();
		texts = List.copyOf(reader.texts);
		orientation = reader.orientation();
		leftOut = List.copyOf(reader.leftOut);
	}

	/**
	 * Reads the metadata of a file.
	 *
	 * @param channel the file
	 * @param format of the file; of others than JPEG, PNG, TIFF, WebP, PSD and BMP there is none to read
	 * @return what could be read
	 * @throws IOException if the drive fails; damaged metadata is no error
	 */
	public static ImageMetadata read(final SeekableByteChannel channel, final ImageFormat format) throws IOException {
		return new ImageMetadata(new MetadataReader(channel).read(format));
	}

	/**
	 * What was in the file but is not here.
	 *
	 * @return such as "the EXIF metadata (damaged)"; nothing for nearly all files
	 */
	public List<String> leftOut() {
		return leftOut;
	}

	/**
	 * How the image was made, if Fiji Colorize made it.
	 *
	 * @return the last step of its history that names Fiji Colorize
	 */
	public Optional<Provenance> provenance() {
		return xmp == null ? Optional.empty() : Xmp.provenance(xmp);
	}

	/** A copy that may be changed; null if there is none. */
	TiffDirectory exif() {
		return exif == null ? null : exif.copy();
	}

	SortedMap<Integer, byte[]> resources() {
		return resources;
	}

	/** A copy that may be changed; null if there is none. */
	XMPMeta xmp() {
		return xmp == null ? null : (XMPMeta) xmp.clone();
	}

	/** Of the upright picture; null if it is not known. */
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
