/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import ij.ImagePlus;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;

/**
 * Colorizes many image files. A file that cannot be read or written is reported and the others go on; a result that is
 * already there is left alone, so that a broken-off run can be started again.
 */
public final class BatchColorizer {

	private static final String PNG = ".png";
	private static final String TIFF = ".tif";

	/**
	 * One input and where its result goes.
	 *
	 * @param input the image file
	 * @param output the result file; without an ending if the kind of image decides between PNG and TIFF
	 * @param endingFixed whether the output has its ending
	 */
	public record Job(Path input, Path output, boolean endingFixed) {
	}

	/** What became of an input. */
	public enum Outcome {
		/** Colorized and written. */
		DONE,
		/** The result was there already. */
		SKIPPED,
		/** Could not be read, colorized or written. */
		FAILED
	}

	/** Hears of each file. */
	@FunctionalInterface
	public interface Listener {

		/**
		 * A file was dealt with.
		 *
		 * @param job the file
		 * @param outcome what became of it
		 * @param message where the result is, or a sentence that says what is wrong
		 * @param done files dealt with so far
		 * @param total all files
		 */
		void fileDone(Job job, Outcome outcome, String message, int done, int total);
	}

	private final ImageColorizer colorizer;
	private final boolean overwrite;

	/**
	 * Prepares a batch.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation and network size
	 * @param overwrite whether results that are already there are made anew
	 */
	public BatchColorizer(final Colorizer colorizer, final ColorizeOptions options, final boolean overwrite) {
		this.colorizer = new ImageColorizer(colorizer, options);
		this.overwrite = overwrite;
	}

	/**
	 * Lists the work. An input folder stands for the image files in its tree; their results keep the subfolders.
	 *
	 * @param inputs files and folders; a file that does not exist becomes a job that fails
	 * @param output a file if there is one input file, else a folder (which may not exist yet)
	 * @return the jobs in the order of the inputs, folders sorted by name
	 * @throws IllegalArgumentException if the output is a file for several inputs
	 * @throws IOException if a folder cannot be listed
	 */
	public static List<Job> plan(final List<Path> inputs, final Path output) throws IOException {
		final boolean single = inputs.size() == 1 && !Files.isDirectory(inputs.get(0));
		if (single && !Files.isDirectory(output) && ImageFiles.hasImageEnding(output)) {
			return List.of(new Job(inputs.get(0), output, true));
		}
		if (!single && (ImageFiles.hasImageEnding(output) || Files.isRegularFile(output))) {
			throw new IllegalArgumentException(
					"For several inputs the output must be a folder but is the file " + output + ".");
		}
		if (single && Files.isRegularFile(output)) {
			throw new IllegalArgumentException("The output " + output + " must be a folder or end in .png, .jpg or .tif.");
		}
		final List<Job> jobs = new ArrayList<>();
		for (final Path input : inputs) {
			if (Files.isDirectory(input)) {
				try (Stream<Path> tree = Files.walk(input, FileVisitOption.FOLLOW_LINKS)) {
					final Path inside = output.toAbsolutePath().normalize();
					tree.filter(Files::isRegularFile).filter(ImageFiles::hasImageEnding)
							// Results of an earlier run into a folder below the input are no inputs.
							.filter(file -> !file.toAbsolutePath().normalize().startsWith(inside)
									|| input.toAbsolutePath().normalize().startsWith(inside))
							.sorted().forEach(file -> jobs.add(job(file, output.resolve(input.relativize(file)))));
				}
			}
			else {
				jobs.add(job(input, output.resolve(input.getFileName())));
			}
		}
		return jobs;
	}

	private static Job job(final Path input, final Path output) {
		return new Job(input, output.resolveSibling(ImageColorizer.resultTitle(output.getFileName().toString())), false);
	}

	/**
	 * Does the work.
	 *
	 * @param jobs the files
	 * @param listener hears of each file
	 * @param canceled is asked before each file and each slice
	 * @return how many files had each outcome; fewer than there are jobs if cancelled
	 */
	public Map<Outcome, Integer> run(final List<Job> jobs, final Listener listener, final BooleanSupplier canceled) {
		final Map<Outcome, Integer> counts = new HashMap<>();
		final Map<Path, Path> taken = new HashMap<>();
		int done = 0;
		for (final Job job : jobs) {
			if (canceled.getAsBoolean()) {
				break;
			}
			Outcome outcome;
			String message;
			try {
				final Path rival = taken.putIfAbsent(job.output(), job.input());
				if (rival != null) {
					throw new IOException("its result would have the same name as that of " + rival);
				}
				final Path existing = overwrite ? null : existing(job);
				outcome = existing == null ? Outcome.DONE : Outcome.SKIPPED;
				message = existing == null ? colorize(job, canceled).toString() : existing + " is already there";
			}
			catch (final CancellationException e) {
				break;
			}
			catch (final IOException | IllegalArgumentException e) {
				outcome = Outcome.FAILED;
				message = job.input() + ": " + sentence(e);
			}
			catch (final OutOfMemoryError e) {
				outcome = Outcome.FAILED;
				message = job.input() + ": the memory is not enough for this image; start Java with a larger -Xmx.";
			}
			counts.merge(outcome, 1, Integer::sum);
			listener.fileDone(job, outcome, message, ++done, jobs.size());
		}
		return counts;
	}

	private static String sentence(final Exception e) {
		final String text = e.getMessage() == null ? e.toString() : e.getMessage();
		return text.endsWith(".") ? text : text + ".";
	}

	private static Path existing(final Job job) {
		if (job.endingFixed()) {
			return Files.exists(job.output()) ? job.output() : null;
		}
		for (final String ending : new String[] {PNG, TIFF}) {
			final Path file = job.output().resolveSibling(job.output().getFileName() + ending);
			if (Files.exists(file)) {
				return file;
			}
		}
		return null;
	}

	private Path colorize(final Job job, final BooleanSupplier canceled) throws IOException {
		final ImagePlus image = ImageFiles.read(job.input());
		final ImagePlus result = colorizer.colorize(image, fraction -> { }, canceled);
		final Path output = job.endingFixed() ? job.output()
				: job.output().resolveSibling(job.output().getFileName() + (ImageFiles.fitsPng(result) ? PNG : TIFF));
		try {
			final Path folder = output.toAbsolutePath().getParent();
			Files.createDirectories(folder);
			ImageFiles.write(result, output);
		}
		catch (final IOException e) {
			throw new IOException("the result " + output + " cannot be written (" + describe(e) + ")", e);
		}
		return output;
	}

	/** The messages of the JDK's file exceptions are only paths; their class says what is wrong. */
	private static String describe(final IOException e) {
		if (e instanceof java.nio.file.AccessDeniedException) {
			return "permission denied";
		}
		if (e instanceof java.nio.file.FileAlreadyExistsException || e instanceof java.nio.file.NotDirectoryException) {
			return "a file stands where a folder is needed";
		}
		return e instanceof java.nio.file.FileSystemException f && f.getReason() != null ? f.getReason()
				: String.valueOf(e.getMessage());
	}
}
