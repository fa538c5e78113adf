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
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import javax.imageio.ImageIO;

import sc.fiji.colorize.train.TrainListener.EpochSummary;

/**
 * The files of a run, in a folder beside the model that it makes: {@code NAME.zip} has {@code NAME-training/}. Each is
 * written under another name first and then put in place.
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

	/** Makes the folder. */
	void create() throws IOException {
		try {
			Files.createDirectories(folder);
		}
		catch (final IOException e) {
			throw new IOException("The folder " + folder + " for the files of the training cannot be made (" + e + ").",
					e);
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
	void writeSkipped(final List<TrainingPhotos.Skipped> skipped) throws IOException {
		final StringBuilder csv = new StringBuilder("photo,reason\n");
		for (final TrainingPhotos.Skipped photo : skipped) {
			csv.append(quote(photo.name())).append(',').append(quote(photo.reason())).append('\n');
		}
		write("skipped.csv", csv.toString().getBytes(StandardCharsets.UTF_8));
	}

	/** Writes the figures of all epochs; what was not measured stays empty. */
	void writeLog(final List<EpochSummary> epochs) throws IOException {
		final StringBuilder csv = new StringBuilder("epoch,step,photosSeen,crop,trainingLoss,validationLoss,aucRaw,"
				+ "aucRebalanced,chroma,trueChroma,minutes\n");
		for (final EpochSummary e : epochs) {
			csv.append(String.format(Locale.ROOT, "%d,%d,%d,%d,%.4f,%.4f,%.2f,%.2f,%.2f,%.2f,%.1f%n", e.epoch(), e.step(),
					e.photosSeen(), e.crop(), e.trainingLoss(), e.validationLoss(), e.aucRaw(), e.aucRebalanced(),
					e.chroma(), e.trueChroma(), e.minutes()).replace("NaN", ""));
		}
		write("log.csv", csv.toString().getBytes(StandardCharsets.UTF_8));
	}

	/** Writes a picture. */
	void writePicture(final String name, final BufferedImage picture) throws IOException {
		replace(folder.resolve(name), out -> ImageIO.write(picture, "png", out));
	}

	private void write(final String name, final byte[] content) throws IOException {
		replace(folder.resolve(name), out -> out.write(content));
	}

	/** What goes into a file. */
	interface Content {

		void writeTo(OutputStream out) throws IOException;
	}

	/**
	 * Writes a file under another name and then puts it in place; when that fails, an older file stays and nothing half
	 * written is left.
	 *
	 * @throws IOException with a sentence that says what to do
	 */
	static void replace(final Path file, final Content content) throws IOException {
		final Path temporary = file.resolveSibling(file.getFileName() + ".part");
		try {
			try (OutputStream out = Files.newOutputStream(temporary)) {
				content.writeTo(out);
			}
			Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (final IOException e) {
			// Not Files.delete, whose own failure would hide the reason; and never a folder that has the name.
			if (Files.isRegularFile(temporary)) {
				temporary.toFile().delete();
			}
			throw notWritten(file, e);
		}
	}

	/** The sentence for a file of a run that could not be written. */
	static IOException notWritten(final Path file, final IOException e) {
		final String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason()
				: String.valueOf(e.getMessage());
		return new IOException("The file " + file + " could not be written (" + reason
				+ "): make room on the disk and resume; what was saved before is kept.", e);
	}

	private static String quote(final String text) {
		return '"' + text.replace("\"", "\"\"") + '"';
	}
}
