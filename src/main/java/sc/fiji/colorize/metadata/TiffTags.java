/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.util.Set;

/** Tags of TIFF files and EXIF blocks. (TIFF 6.0; EXIF 2.32, JEITA CP-3451X; XMP part 3; GeoTIFF 1.1.) */
final class TiffTags {

	static final int ORIENTATION = 274;
	static final int X_RESOLUTION = 282;
	static final int Y_RESOLUTION = 283;
	static final int RESOLUTION_UNIT = 296;
	static final int SOFTWARE = 305;
	/** Position of the color samples of JPEG files; 1 for centered. */
	static final int YCBCR_POSITIONING = 531;
	static final int ARTIST = 315;
	static final int COPYRIGHT = 33432;
	static final int XMP = 700;
	static final int IPTC = 33723;
	static final int PHOTOSHOP = 34377;

	/** Tag of the EXIF directory. */
	static final int COLOR_SPACE = 40961;
	static final int PIXEL_X_DIMENSION = 40962;
	static final int PIXEL_Y_DIMENSION = 40963;
	static final int SUBJECT_AREA = 37396;
	static final int SUBJECT_LOCATION = 41492;
	/** Tags of the EXIF directory for compressed images: components, width and height. */
	static final Set<Integer> ONLY_JPEG = Set.of(37121, PIXEL_X_DIMENSION, PIXEL_Y_DIMENSION);
	/** Tag of the interoperability directory. */
	static final int INTEROPERABILITY_INDEX = 1;

	/** The orientation of an image that is already upright. */
	static final int UPRIGHT = 1;
	/** From this orientation on, width and height are swapped. */
	static final int FIRST_QUARTER = 5;
	static final int LAST_ORIENTATION = 8;

	/** Tags of the image's geographic position. */
	private static final Set<Integer> GEOGRAPHY = Set.of(33550, 33922, 34264, 34735, 34736, 34737);

	/**
	 * Tags of the first directory that also apply to the result: document name, description, make, model, resolution, page
	 * name, software, date, artist, host, rating, copyright, the texts of Windows, and exposure data of TIFF/EP. Others
	 * describe how the pixels are stored.
	 */
	private static final Set<Integer> DESCRIPTIVE = Set.of(269, TiffDirectory.IMAGE_DESCRIPTION, 271, 272, X_RESOLUTION,
			Y_RESOLUTION, 285, RESOLUTION_UNIT, SOFTWARE, 306, ARTIST, 316, 18246, 18249, COPYRIGHT, 33434, 33437, 34850,
			34855, 36867, 37386, 40091, 40092, 40093, 40094, 40095);

	private TiffTags() {
	}

	static boolean isDescriptive(final int tag) {
		return DESCRIPTIVE.contains(tag) || isGeographic(tag);
	}

	static boolean isGeographic(final int tag) {
		return GEOGRAPHY.contains(tag);
	}
}
