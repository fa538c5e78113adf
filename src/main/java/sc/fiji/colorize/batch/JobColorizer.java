/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleConsumer;

import ij.ImagePlus;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFile;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.StripColorizer;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.OrderedExecutor.Monitor;
import sc.fiji.colorize.io.RootCause;
import sc.fiji.colorize.metadata.ImageMetadata;
import sc.fiji.colorize.metadata.Provenance;
import sc.fiji.colorize.metadata.ResultMetadata;

/** Colorizes one input into temporary files. Thread-safe. */
final class JobColorizer {

	private static final double NANOSECONDS = 1e-9;

	private final CompletableFuture<ImageColorizer> colorizer;
	private final BatchOptions options;
	private final HintFiles hints;

	JobColorizer(final CompletableFuture<Colorizer> opening, final ColorizeOptions options, final BatchOptions batch,
			final HintFiles hints) {
		colorizer = opening.thenApply(open -> new ImageColorizer(open, options, batch.outputType()));
		this.options = batch;
		this.hints = hints;
	}

	static double secondsSince(final long nanoTime) {
		return NANOSECONDS * (System.nanoTime() - nanoTime);
	}

	/** Waits for the colorizer. Throws a CompletionException if it cannot be opened. */
	void awaitColorizer() {
		colorizer.join();
	}

	/**
	 * Runs a job. Reports any problem with its input or output in the result.
	 *
	 * @param input its input, not closed here
	 * @param conflictingInput another input with the same result, or null
	 * @throws CancellationException if canceled
	 * @throws OutOfMemoryError so that the caller can retry
	 */
	PreparedResult prepare(final Job job, final JobInput input, final Path conflictingInput, final Monitor monitor) {
		final long start = System.nanoTime();
		if (job.isLeftOut()) {
			return PreparedResult.without(new JobResult(job, Outcome.LEFT_OUT, Optional.empty(),
					job.input() + ": files of this kind are not read.", "", secondsSince(start)));
		}
		if (conflictingInput != null) {
			return PreparedResult.without(JobResult.failed(job, JobResult.sameName(conflictingInput), secondsSince(start)));
		}
		if (job.isDone(options)) {
			final Optional<Path> output = job.existing();
			return PreparedResult.without(new JobResult(job, Outcome.SKIPPED, output,
					output.orElse(job.output()) + " already exists", "", secondsSince(start)));
		}
		final List<AtomicFile> files = new ArrayList<>();
		boolean complete = false;
		try {
			final ImageFile file = input.file();
			// The colorizer may still be opening.
			final List<ImagePlus> images = file.isLarge() ? List.of() : file.read();
			final ImageColorizer hinted = colorizer.join().hints(hints.read(job.input()));
			final ResultMetadata metadata = metadata(job, file, hinted.provenance());
			final Path output = colorize(job, file, images, hinted, metadata, files, monitor);
			final List<String> leftOut = new ArrayList<>(file.leftOut());
			leftOut.addAll(metadata.leftOut());
			final String note = leftOut.isEmpty() ? "" : "without " + String.join(", ", leftOut);
			complete = true;
			return new PreparedResult(new JobResult(job, Outcome.DONE, Optional.of(output), output.toString(), note,
					secondsSince(start)), files);
		}
		catch (final CancellationException e) {
			throw e;
		}
		catch (final IOException | RuntimeException e) {
			if (RootCause.of(e) instanceof OutOfMemoryError error) {
				// Of another thread, so it arrives wrapped.
				throw error;
			}
			return PreparedResult.without(JobResult.failed(job, Failure.reason(e), secondsSince(start)));
		}
		finally {
			if (!complete) {
				files.forEach(AtomicFile::close);
			}
		}
	}

	private ResultMetadata metadata(final Job job, final ImageFile input, final Provenance provenance)
			throws IOException {
		final String name = options.metadata() ? job.input().getFileName().toString() : "";
		return input.whileUnchanged(() -> new ResultMetadata(
				options.metadata() ? input.metadata() : ImageMetadata.NONE, provenance.of(name, input.sha256())));
	}

	/** The images are empty if they are not read yet. */
	private Path colorize(final Job job, final ImageFile input, final List<ImagePlus> read, final ImageColorizer hinted,
			final ResultMetadata metadata, final List<AtomicFile> files, final Monitor monitor) throws IOException {
		final Optional<StripColorizer> strips = hinted.inStrips(input, options.uncertainty() ? 2 : 1,
				monitor::progress, monitor::isCanceled);
		if (strips.isPresent()) {
			return input.whileUnchanged(() -> colorize(strips.get(), job, metadata, files));
		}
		final List<ImagePlus> images = read.isEmpty() ? input.read() : read;
		requireWritable(job);
		final List<ImagePlus> results = new ArrayList<>();
		final List<ImagePlus> uncertainties = new ArrayList<>();
		for (int i = 0; i < images.size(); i++) {
			final int done = i;
			final DoubleConsumer progress = fraction -> monitor.progress((done + fraction) / images.size());
			if (options.uncertainty()) {
				final ImageColorizer.Result both =
						hinted.colorizeWithUncertainty(images.get(i), true, progress, monitor::isCanceled);
				results.add(both.image());
				uncertainties.add(both.uncertainty());
			}
			else {
				results.add(hinted.colorize(images.get(i), progress, monitor::isCanceled));
			}
		}
		return prepare(job, results.size() == 1 && ImageFiles.fitsPng(results.get(0)),
				file -> ImageFiles.prepare(results, input.isOfImageJ(), metadata, file),
				file -> ImageFiles.prepare(uncertainties, input.isOfImageJ(), metadata, file), files);
	}

	private Path colorize(final StripColorizer image, final Job job, final ResultMetadata metadata,
			final List<AtomicFile> files) throws IOException {
		requireWritable(job);
		image.predict();
		return prepare(job, image.fitsPng(), file -> image.prepare(metadata, file),
				file -> image.prepareUncertainty(metadata, file), files);
	}

	private static void requireWritable(final Job job) throws IOException {
		DescribedException.run("The result " + job.output(), "cannot be written",
				() -> AtomicFile.requireWritable(job.output()));
	}

	@FunctionalInterface
	private interface Preparation {

		AtomicFile prepare(Path file) throws IOException;
	}

	/** Writes the files that do not exist yet; returns the result file. */
	private Path prepare(final Job job, final boolean fitsPng, final Preparation image, final Preparation uncertainty,
			final List<AtomicFile> files) throws IOException {
		final Optional<Path> existing = options.overwrite() ? Optional.empty() : job.existing();
		if (options.uncertainty() && (options.overwrite() || !Files.exists(job.uncertainty()))) {
			files.add(prepare(job.uncertainty(), uncertainty));
		}
		// Written last, because a job counts as done once its result exists.
		final Path output = existing.orElse(job.result(fitsPng));
		if (existing.isEmpty()) {
			files.add(prepare(output, image));
		}
		return output;
	}

	private static AtomicFile prepare(final Path file, final Preparation image) throws IOException {
		return DescribedException.get("The result " + file, "cannot be written", () -> {
			AtomicFile.createFolder(file);
			return image.prepare(file);
		});
	}
}
