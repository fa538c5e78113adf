/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.batch.BatchRunner;
import sc.fiji.colorize.batch.HintFiles;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.batch.JobResult;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.spark.ClusterPlan.Planned;

/**
 * Colorizes the files of a partition of the plan on an executor, and returns a row of the report for each. Files with the
 * same result must be consecutive, in the order of the inputs.
 */
final class FileWorker implements Serializable {

	private static final long serialVersionUID = 1;

	private static final double NANOSECONDS = 1e-9;

	private final ClusterRequest request;
	private final ClusterFiles files;
	/** {@code default}, or the URI of a zip. */
	private final String model;
	/** Folder of incomplete results. */
	private final String temporary;
	private final boolean keepsResults;
	private final LongAccumulator done;
	private final LongAccumulator failed;

	FileWorker(final ClusterRequest request, final ClusterFiles files, final String model, final Path temporary,
			final boolean keepsResults, final LongAccumulator done, final LongAccumulator failed) {
		this.request = request;
		this.files = files;
		this.model = model;
		this.temporary = temporary.toString();
		this.keepsResults = keepsResults;
		this.done = done;
		this.failed = failed;
	}

	/** The outcome of a file. */
	private record Done(Outcome outcome, String output, String message) {

		static Done failed(final String input, final String problem) {
			return new Done(Outcome.FAILED, "", input + ": " + problem + ".");
		}
	}

	/** Processes the files one by one, on demand. */
	Iterator<ClusterReport.Row> work(final Iterator<Planned> planned) {
		final Rivals rivals = new Rivals();
		return new Iterator<>() {

			@Override
			public boolean hasNext() {
				return planned.hasNext();
			}

			@Override
			public ClusterReport.Row next() {
				TaskContext.get().killTaskIfInterrupted();
				return report(planned.next(), rivals);
			}
		};
	}

	/** The input that claimed each result file. */
	private static final class Rivals {

		private String output;
		private String input;

		/** The input that claimed a result; empty if none did. */
		Optional<String> of(final String wanted) {
			return wanted.equals(output) ? Optional.of(input) : Optional.empty();
		}

		void take(final Planned file) {
			output = file.output();
			input = file.input();
		}
	}

	private ClusterReport.Row report(final Planned file, final Rivals rivals) {
		final long start = System.nanoTime();
		Long bytes = file.bytes();
		String sha256 = "";
		Done result;
		try {
			final Optional<String> rival = rivals.of(file.output());
			if (file.isLeftOut()) {
				result = new Done(Outcome.LEFT_OUT, "", file.input() + ": files of this kind are not read.");
			}
			else if (rival.isPresent()) {
				result = Done.failed(file.input(), JobResult.sameName(rival.get()));
			}
			else if (file.isDone()) {
				result = new Done(Outcome.SKIPPED, file.existing(), "");
				rivals.take(file);
			}
			else {
				final Colorizer colorizer = ExecutorModel.open(request.options(), model, files);
				sha256 = colorizer.card().weightsSha256();
				final Path input = files.qualify(file.input());
				result = colorize(file, input, colorizer);
				if (result.outcome() == Outcome.DONE) {
					rivals.take(file);
					bytes = bytes == null ? Long.valueOf(files.size(input)) : bytes;
				}
			}
		}
		catch (final IOException | RuntimeException | OutOfMemoryError e) {
			if (e instanceof CancellationException || TaskContext.get().isInterrupted()) {
				TaskContext.get().killTaskIfInterrupted();
			}
			result = Done.failed(file.input(), Failure.reason(e));
		}
		if (result.outcome() == Outcome.FAILED) {
			failed.add(1);
		}
		else if (result.outcome() == Outcome.DONE) {
			done.add(1);
		}
		return new ClusterReport.Row(file.input(), result.outcome(), result.output(), result.message(),
				NANOSECONDS * (System.nanoTime() - start), bytes, SparkEnv.get().executorId(), sha256);
	}

	/** Colorizes in a local folder and moves the results to their destination. */
	private Done colorize(final Planned file, final Path input, final Colorizer colorizer) throws IOException {
		final boolean overwrite = request.batch().overwrite();
		final Optional<Path> made = overwrite || file.existing() != null ? Optional.empty() : file.findResult(files);
		if (keepsResults && made.isPresent()) {
			return new Done(Outcome.DONE, made.get().toString(), "made by an earlier try of the task");
		}
		final File folder = Files.createTempDirectory(localFolder().toPath(), "colorize-").toFile();
		try {
			final File copy = files.local(input, new File(folder, "input"));
			final HintFiles hints = file.hints() == null ? HintFiles.NONE : HintFiles.of(copy.toPath(),
					files.local(new Path(file.hints()), new File(folder, "hints")).toPath(), request.reach());
			final Path target = new Path(file.output());
			final File results = Files.createDirectory(new File(folder, "results").toPath()).toFile();
			final Job job = new Job(copy.toPath(), new File(results, target.getName()).toPath(), file.endingFixed());
			if (file.existing() != null) {
				// Stands for the existing result, so that only the uncertainty image is computed.
				Files.createFile(new File(results, new Path(file.existing()).getName()).toPath());
			}
			final JobResult result = new BatchRunner(colorizer, request.options(), request.batch(), hints).run(job,
					TaskContext.get()::isInterrupted);
			if (result.outcome() == Outcome.FAILED) {
				return new Done(Outcome.FAILED, "", result.message().replace(copy.toString(), file.input())
						.replace(results.toString(), target.getParent().toString())
						.replace(new File(folder, "hints").toString(), request.hintsFolder()));
			}
			final File output = result.output().orElseThrow().toFile();
			final Path to = new Path(
					file.existing() != null ? file.existing() : target.getParent() + "/" + output.getName());
			if (keepsResults) {
				put(file, job, output, to, overwrite);
			}
			return new Done(Outcome.DONE, to.toString(), result.note());
		}
		finally {
			FileUtil.fullyDelete(folder);
		}
	}

	/** Moves the result last, because a job counts as done once its result exists. */
	private void put(final Planned file, final Job job, final File output, final Path to, final boolean overwrite)
			throws IOException {
		final Path parts = new Path(temporary);
		if (Files.exists(job.uncertainty())) {
			files.put(job.uncertainty().toFile(), file.uncertainty(), parts, overwrite);
		}
		if (file.existing() == null) {
			files.put(output, to, parts, overwrite);
		}
	}

	/** A folder that is deleted with the executor, if Spark provides one. */
	static File localFolder() {
		return Stream.of("SPARK_EXECUTOR_DIRS", "LOCAL_DIRS").map(System::getenv).filter(dirs -> dirs != null)
				.map(dirs -> new File(dirs.split(",|" + File.pathSeparator)[0])).filter(File::isDirectory).findFirst()
				.orElse(new File(System.getProperty("java.io.tmpdir")));
	}
}
