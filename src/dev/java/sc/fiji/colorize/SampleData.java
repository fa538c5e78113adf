/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

import sc.fiji.colorize.train.TinyTraining;

/** Creates data for the scripts in {@code dev/}. */
public final class SampleData {

	private static final int WIDTH = 1200;
	private static final int HEIGHT = 834;
	/** Largest offset of a crop. */
	private static final int MARGIN = 100;

	private SampleData() {
	}

	/**
	 * Creates one of
	 * <ul>
	 * <li>{@code photos FOLDER COUNT}: gray JPEG photos of one megapixel; 200 take a minute</li>
	 * <li>{@code training-photos FOLDER}: a dozen small color photos</li>
	 * <li>{@code model ZIP WIDTH}: a model with random weights</li>
	 * </ul>
	 *
	 * @param arguments one of the lines above
	 * @throws IOException if a file cannot be written
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path output = Path.of(arguments[1]);
		switch (arguments[0]) {
			case "photos" -> photos(output, Integer.parseInt(arguments[2]));
			case "training-photos" -> TinyTraining.photos(output);
			case "model" -> TinyModel.save(output, Double.parseDouble(arguments[2]), true, 1);
			default -> throw new IllegalArgumentException("There is no sample data '" + arguments[0] + "'.");
		}
	}

	/** Crops of the sample landscape with different offsets and grain. */
	private static void photos(final Path folder, final int count) throws IOException {
		final BufferedImage landscape = SampleLandscape
				.gray(SampleLandscape.render(WIDTH + MARGIN, HEIGHT + MARGIN, SampleLandscape.SAMPLE_SEED));
		final Random random = new Random(count);
		for (int i = 0; i < count; i++) {
			final BufferedImage photo = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
			photo.setData(landscape.getSubimage(random.nextInt(MARGIN), random.nextInt(MARGIN), WIDTH, HEIGHT).getData()
					.createTranslatedChild(0, 0));
			SampleLandscape.age(photo, i);
			SampleLandscape.writeJpeg(photo, folder.resolve(String.format("photo-%03d.jpg", i)));
		}
	}
}
