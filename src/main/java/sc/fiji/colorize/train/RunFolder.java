/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import javax.imageio.ImageIO;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Csv;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.photo.SkippedPhoto;
import sc.fiji.colorize.train.TrainListener.EpochSummary;

/** The folder with the files of a run, next to its model: {@code NAME-training/} for {@code NAME.zip}. */
record RunFolder(Path path) {

	/** The folder of the run with a given model; it need not exist. */
	static RunFolder of(final Path model) {
		// The root of a file system has no name.
		final String name = Objects.toString(model.getFileName(), "");
		return new RunFolder(model.resolveSibling(name.replaceFirst("\\.zip$", "") + "-training"));
	}

	/** Creates the folder, and deletes temporary files of killed runs. */
	void create() throws IOException {
		DescribedException.run("The folder " + path + " for the files of the training", "cannot be created", () -> {
			Files.createDirectories(path);
			AtomicFile.deleteLeftovers(checkpoint());
			AtomicFile.deleteLeftovers(latestModel());
		});
	}

	Path checkpoint() {
		return path.resolve("checkpoint.zip");
	}

	/** The model of the latest epoch. */
	Path latestModel() {
		return path.resolve("latest.zip");
	}

	void writeSkipped(final List<SkippedPhoto> skipped) throws IOException {
		final Csv csv = new Csv("\n").row("photo", "reason");
		skipped.forEach(photo -> csv.row(photo.name(), photo.reason()));
		write("skipped.csv", csv);
	}

	/** Writes the metrics of all epochs; unknown values are empty. */
	void writeLog(final List<EpochSummary> epochs) throws IOException {
		final Csv csv = new Csv("\n").row("epoch", "step", "photosSeen", "crop", "trainingLoss", "validationLoss", "aucRaw",
				"aucRebalanced", "chroma", "trueChroma", "minutes");
		for (final EpochSummary e : epochs) {
			csv.row(e.epoch(), e.step(), e.photosSeen(), e.crop(), number(4, e.trainingLoss()),
					number(4, e.validationLoss()), number(2, e.aucRaw()), number(2, e.aucRebalanced()),
					number(2, e.chroma()), number(2, e.trueChroma()), number(1, e.minutes()));
		}
		write("log.csv", csv);
	}

	private static String number(final int digits, final double value) {
		return Double.isNaN(value) ? null : String.format(Locale.ROOT, "%." + digits + "f", value);
	}

	/** Writes a picture as PNG. */
	void writePicture(final String name, final BufferedImage picture) throws IOException {
		replace(path.resolve(name), out -> ImageIO.write(picture, "png", out));
	}

	private void write(final String name, final Csv csv) throws IOException {
		replace(path.resolve(name), out -> out.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
	}

	/** Writes a file atomically. */
	static void replace(final Path file, final AtomicFile.Content<OutputStream> content) throws DescribedException {
		describe(file, () -> AtomicFile.write(file, content));
	}

	/** Writes a file, and describes an error. */
	static void describe(final Path file, final DescribedException.Writing writing) throws DescribedException {
		try {
			writing.write();
		}
		catch (final IOException e) {
			throw new DescribedException("The file " + file, "could not be written (" + Failure.reason(e) + ")",
					"free some disk space and resume; earlier files are kept", e);
		}
	}
}
