/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;

import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/** A composed frame of a GIF file. */
final class GifPage extends PhotoPage {

	private final GifFrames frames;

	GifPage(final PhotoFile file, final GifFrames frames, final int frame) {
		super(file, frame);
		this.frames = frames;
	}

	@Override
	ImageReader reader() {
		return frames.reader;
	}

	@Override
	Dimension readSize() {
		return frames.screen.getSize();
	}

	@Override
	int readOrientation() {
		return Orientation.UPRIGHT;
	}

	@Override
	BufferedImage decode(final ImageReader decoder, final ImageReadParam param) throws IOException {
		return frames.read(index);
	}
}
