/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.Dimension;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;

import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;

import sc.fiji.colorize.photo.SrgbImage.Meaning;

/** The image of a JPEG file. The JDK's reader decodes common files, from top to bottom. */
final class JpegPage extends PhotoPage {

	private static final int INKS = 4;

	private final JpegHeader header;
	private Meaning meaning;

	JpegPage(final PhotoFile file) throws IOException {
		super(file, 0);
		header = JpegHeader.read(file.stream());
	}

	@Override
	void requireSupported() throws IOException {
		header.requireSupported();
	}

	@Override
	Dimension readSize() {
		return new Dimension(header.width(), header.height());
	}

	@Override
	int unit() {
		return header.isOrdinary() && header.oneScan() ? 1 : 0;
	}

	@Override
	ImageReader reader() throws IOException {
		return header.isOrdinary() ? file.restart(ImageFormat.jdkJpegReader(), true) : super.reader();
	}

	@Override
	ImageTypeSpecifier type(final ImageReader decoder) throws IOException {
		// CMYK without an ICC profile is converted to RGB at once.
		final ImageTypeSpecifier raw = header.isOrdinary() ? null : decoder.getRawImageType(0);
		return raw != null && raw.getColorModel().getColorSpace() instanceof ICC_ColorSpace ? raw : super.type(decoder);
	}

	@Override
	BufferedImage decode(final ImageReader decoder, final ImageReadParam param) throws IOException {
		// The reader interprets four components that Adobe's segment does not identify as colors and alpha.
		final boolean inks = header.ids().length == INKS && !header.adobe();
		return inks ? colors(decoder.readRaster(0, null)) : super.decode(decoder, param);
	}

	/** Converts CMYK, stored as transmitted light, to RGB. */
	private static BufferedImage colors(final Raster inks) {
		final BufferedImage image = new BufferedImage(inks.getWidth(), inks.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
		int[] row = null;
		for (int y = 0; y < inks.getHeight(); y++) {
			row = inks.getPixels(0, y, inks.getWidth(), 1, row);
			for (int x = 0; x < inks.getWidth(); x++) {
				for (int c = 0; c < INKS - 1; c++) {
					image.getRaster().setSample(x, y, c, (row[INKS * x + c] * row[INKS * x + INKS - 1] + 127) / 255);
				}
			}
		}
		return image;
	}

	/** The JDK's reader applies color profiles, but ignores gray ones. */
	@Override
	Meaning meaning() throws IOException {
		if (meaning == null) {
			meaning = readMeaning();
		}
		return meaning;
	}

	private Meaning readMeaning() throws IOException {
		if (header.isOrdinary() && header.ids().length == 1) {
			final ColorSpace space = super.reader().getRawImageType(0).getColorModel().getColorSpace();
			if (space instanceof ICC_ColorSpace icc && !space.equals(ColorSpace.getInstance(ColorSpace.CS_GRAY))) {
				return Meaning.of(icc.getProfile(), 0);
			}
		}
		return Meaning.PLAIN;
	}
}
