/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The data of a camera's maker. Its format is not public. Most maker notes contain offsets from the beginning of the EXIF
 * block, and have its byte order, so they are valid only at their own offset. (ExifTool, "MakerNotes" tags.)
 */
final class MakerNote {

	/** Beginnings of notes that contain their byte order, and offsets from their own beginning. */
	private static final List<String> MOVABLE =
			List.of("Nikon\0\2", "OLYMPUS\0", "OM SYSTEM\0", "FUJIFILM", "PENTAX \0", "Apple iOS\0");
	/** Maximum offset at which a note is kept: JPEG files cannot have a larger one. */
	private static final int MAX_PLACE = 0xffff;

	private MakerNote() {
	}

	static Optional<TiffValue> of(final TiffDirectory first) {
		final TiffDirectory exif = first.child(TiffDirectory.EXIF);
		return Optional.ofNullable(exif == null ? null : exif.value(TiffDirectory.MAKER_NOTE));
	}

	/** Whether a note is valid at any offset. */
	static boolean isMovable(final TiffValue note) {
		final String text = new String(note.bytes(), StandardCharsets.ISO_8859_1);
		return note.place() == 0 || MOVABLE.stream().anyMatch(text::startsWith);
	}

	/** Whether a note is valid in an EXIF block that begins with other data. */
	static boolean fitsBlock(final TiffValue note) {
		return isMovable(note) || note.place() >= TiffFormat.SMALL.head && note.place() <= MAX_PLACE;
	}

	static void removeFrom(final TiffDirectory first) {
		first.child(TiffDirectory.EXIF).remove(TiffDirectory.MAKER_NOTE);
	}
}
