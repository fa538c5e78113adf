/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * Makes a folder of gray JPEG photos of one megapixel: parts of the sample landscape, each from another place and with its
 * own grain.
 */
public final class BenchmarkPhotos {

	private static final int WIDTH = 1200;
	private static final int HEIGHT = 834;
	/** Room to move the part around. */
	private static final int MARGIN = 100;

	private BenchmarkPhotos() {
	}

	/**
	 * Makes them, which takes a minute.
	 *
	 * @param arguments the folder and the number of photos
	 * @throws IOException if one cannot be written
	 */
	public static void main(final String[] arguments) throws IOException {
		final BufferedImage landscape = SampleLandscape
				.gray(SampleLandscape.render(WIDTH + MARGIN, HEIGHT + MARGIN, SampleLandscape.SAMPLE_SEED));
		final int count = Integer.parseInt(arguments[1]);
		final Random random = new Random(count);
		for (int i = 0; i < count; i++) {
			final BufferedImage photo = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
			photo.setData(landscape.getSubimage(random.nextInt(MARGIN), random.nextInt(MARGIN), WIDTH, HEIGHT).getData()
					.createTranslatedChild(0, 0));
			SampleLandscape.age(photo, i);
			SampleLandscape.writeJpeg(photo, Path.of(arguments[0], String.format("photo-%03d.jpg", i)));
		}
	}
}
