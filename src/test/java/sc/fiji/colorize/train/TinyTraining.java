/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.photo.PhotoFiles;

/** A small training run: 1/16 of the width, crops of 32 pixels, a dozen photos. */
public final class TinyTraining {

	/** Number of photos in the folder. */
	public static final int PHOTOS = 12;
	/** One photo is for validation, and a batch has four. */
	static final int STEPS_PER_EPOCH = 2;

	private TinyTraining() {
	}

	/** Writes colorful photos of different sizes. */
	public static Path photos(final Path folder) throws IOException {
		Files.createDirectories(folder);
		for (int i = 0; i < PHOTOS; i++) {
			final BufferedImage image = PhotoFiles.colorful(48 + 4 * i, 64, i);
			Files.write(folder.resolve("photo" + i + ".png"), PhotoFiles.encode(image, "png"));
		}
		return folder;
	}

	/** Writes dark blue and bright orange photos, which a network learns in a few steps. */
	static Path twoKinds(final Path folder) throws IOException {
		Files.createDirectories(folder);
		final Random random = new Random(1);
		for (int i = 0; i < PHOTOS; i++) {
			final BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_3BYTE_BGR);
			for (int p = 0; p < 48 * 48; p++) {
				final int grain = random.nextInt(10);
				image.setRGB(p % 48, p / 48, (i % 2 == 0 ? 0x202070 : 0xf0a040) + grain * 0x10101);
			}
			Files.write(folder.resolve(i + ".png"), PhotoFiles.encode(image, "png"));
		}
		return folder;
	}

	public static TrainOptions options(final int epochs, final double learningRate) {
		return TrainOptions.defaults().width(1 / 16.0).schedule(List.of(new TrainOptions.Stage(32, 4, epochs)))
				.learningRate(learningRate).warmupSteps(5).validationPhotos(1).cacheMegabytes(10).device("cpu").seed(3)
				.precision(Precision.FLOAT32);
	}

	public static TrainOptions options() {
		return options(4, 3e-3);
	}
}
