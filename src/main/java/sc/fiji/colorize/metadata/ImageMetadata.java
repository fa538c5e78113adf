/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;

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
	public static final ImageMetadata NONE = new ImageMetadata(new MetadataBlocks());

	/**
	 * A comment of a JPEG or GIF file, or the text of a PNG chunk.
	 *
	 * @param keyword such as Title; Comment for a comment of a JPEG or GIF file
	 * @param text one or more lines
	 */
	record Text(String keyword, String text) {

		static final String COMMENT = "Comment";
	}

	final MetadataBlocks blocks;

	private ImageMetadata(final MetadataBlocks blocks) {
		this.blocks = blocks;
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

	/** {@return what could not be read, such as "the EXIF metadata (damaged)"; empty for nearly all files} */
	public List<String> leftOut() {
		return List.copyOf(blocks.leftOut);
	}

	/** {@return the last entry of the history that names Fiji Colorize; empty if another program made the image} */
	public Optional<Provenance> provenance() {
		return blocks.xmp == null ? Optional.empty() : Xmp.provenance(blocks.xmp);
	}
}
