/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.io.IOException;

import sc.fiji.colorize.photo.SrgbImage.Meaning;

/** The image of a PNG file. */
final class PngPage extends PhotoPage {

	private final PngHeader header;

	PngPage(final PhotoFile file) throws IOException {
		super(file, 0);
		header = PngHeader.read(file.stream());
	}

	int frames() {
		return header.frames();
	}

	@Override
	int unit() {
		return header.interlaced() ? 0 : 1;
	}

	@Override
	Meaning meaning() {
		return Meaning.of(header.profile(), header.gamma());
	}
}
