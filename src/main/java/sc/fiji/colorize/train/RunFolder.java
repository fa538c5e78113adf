/*
 * Fiji Colorize: plausible colour for gray images.
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

/**
 * The files of a run, in a folder beside the model that it makes: {@code NAME.zip} has {@code NAME-training/}.
 */
final class RunFolder {

	private final Path folder;

	private RunFolder(final Path folder) {
		this.folder = folder;
	}

	/** The folder of the run that makes a model; it need not exist yet. */
	static RunFolder of(final Path model) {
		// The root of a file system has no name.
		final String name = Objects.toString(model.getFileName(), "");
		return new RunFolder(model.resolveSibling(name.replaceFirst("\\.zip$", "") + "-training"));
	}

	/** The folder itself. */
	Path path() {
		return folder;
	}

	/** Makes the folder, without what a killed run has left half written. */
	void create() throws IOException {
		try {
			Files.createDirectories(folder);
			AtomicFile.deleteLeftovers(checkpoint());
			AtomicFile.deleteLeftovers(latestModel());
		}
		catch (final IOException e) {
			throw new DescribedException("The folder " + folder + " for the files of the training",
					"cannot be made (" + Failure.reason(e) + ")", "", e);
		}
	}

	/** Everything to go on from. */
	Path checkpoint() {
		return folder.resolve("checkpoint.zip");
	}

	/** The model after the latest epoch; the best one is the run's result. */
	Path latestModel() {
		return folder.resolve("latest.zip");
	}

	/** Lists the photos left out. */
	void writeSkipped(final List<SkippedPhoto> skipped) throws IOException {
		final Csv csv = new Csv("\n").row("photo", "reason");
		skipped.forEach(photo -> csv.row(photo.name(), photo.reason()));
		write("skipped.csv", csv);
	}

	/** Writes the figures of all epochs; what was not measured stays empty. */
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

	/** Writes a picture. */
	void writePicture(final String name, final BufferedImage picture) throws IOException {
		replace(folder.resolve(name), out -> ImageIO.write(picture, "png", out));
	}

	private void write(final String name, final Csv csv) throws IOException {
		replace(folder.resolve(name), out -> out.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Writes a file; an older one stays until the new one is complete.
	 *
	 * @throws DescribedException with what to do, if it cannot be written
	 */
	static void replace(final Path file, final AtomicFile.Content<OutputStream> content) throws DescribedException {
		try {
			AtomicFile.write(file, content);
		}
		catch (final IOException e) {
			throw notWritten(file, e);
		}
	}

	/** What to do if a file of a run could not be written. */
	static DescribedException notWritten(final Path file, final IOException e) {
		return new DescribedException("The file " + file, "could not be written (" + Failure.reason(e) + ")",
				"make room on the disk and resume; what was saved before is kept", e);
	}
}
