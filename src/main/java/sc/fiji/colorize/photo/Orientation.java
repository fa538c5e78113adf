/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;

/** The orientations of EXIF and TIFF, 1 to 8: the position of the first stored row and column in the upright image. */
final class Orientation {

	/** The orientation of an image that is already upright. */
	static final int UPRIGHT = 1;
	private static final int LAST = 8;
	/** From this value on, width and height are swapped. */
	private static final int FIRST_QUARTER = 5;

	private Orientation() {
	}

	/** The EXIF orientation of a file; upright if there is none or the metadata is damaged. */
	static int ofExif(final InputStream file) {
		try {
			final ExifIFD0Directory exif =
					ImageMetadataReader.readMetadata(file).getFirstDirectoryOfType(ExifIFD0Directory.class);
			return exif != null && exif.containsTag(ExifIFD0Directory.TAG_ORIENTATION)
					? valid(exif.getInt(ExifIFD0Directory.TAG_ORIENTATION)) : UPRIGHT;
		}
		catch (final ImageProcessingException | MetadataException | IOException e) {
			return UPRIGHT;
		}
	}

	/** Replaces invalid values. */
	static int valid(final int orientation) {
		return orientation < UPRIGHT || orientation > LAST ? UPRIGHT : orientation;
	}

	static boolean isQuarter(final int orientation) {
		return orientation >= FIRST_QUARTER;
	}

	static BufferedImage turn(final BufferedImage image, final int orientation) {
		if (orientation == UPRIGHT) {
			return image;
		}
		final int width = image.getWidth();
		final int height = image.getHeight();
		final boolean quarter = isQuarter(orientation);
		final BufferedImage turned = new BufferedImage(image.getColorModel(),
				image.getRaster().createCompatibleWritableRaster(quarter ? height : width, quarter ? width : height),
				image.isAlphaPremultiplied(), null);
		Object pixel = null;
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				pixel = image.getRaster().getDataElements(x, y, pixel);
				final int fromRight = width - 1 - x;
				final int fromBottom = height - 1 - y;
				switch (orientation) {
					case 2 -> turned.getRaster().setDataElements(fromRight, y, pixel);
					case 3 -> turned.getRaster().setDataElements(fromRight, fromBottom, pixel);
					case 4 -> turned.getRaster().setDataElements(x, fromBottom, pixel);
					case 5 -> turned.getRaster().setDataElements(y, x, pixel);
					case 6 -> turned.getRaster().setDataElements(fromBottom, x, pixel);
					case 7 -> turned.getRaster().setDataElements(fromBottom, fromRight, pixel);
					default -> turned.getRaster().setDataElements(y, fromRight, pixel);
				}
			}
		}
		return turned;
	}
}
