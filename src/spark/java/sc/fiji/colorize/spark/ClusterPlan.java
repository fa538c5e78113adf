/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

import sc.fiji.colorize.batch.BatchPlan;
import sc.fiji.colorize.batch.HintFiles;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.ResultTitle;

/**
 * Plans the work as a data set, under the rules of {@link BatchPlan#of}. The executors name the results, find the hints and
 * look for existing results. The plan is kept in files: an executor that is lost does not change it, and it is never in the
 * memory of the driver.
 */
final class ClusterPlan implements Serializable {

	private static final long serialVersionUID = 1;

	/** Columns of the plan beside those of the listing: the result, without an ending if the kind of image decides. */
	static final String OUTPUT = "output";
	/** Whether the output has its ending. */
	static final String ENDING_FIXED = "ending_fixed";
	/** Whether the input is an image of a kind that is not read. */
	static final String LEFT_OUT = "left_out";
	/** The file of color hints; null if there is none. */
	static final String HINTS = "hints";
	/** The result of an earlier run; null if there is none. */
	static final String EXISTING = "existing";
	/** Whether all requested results exist. */
	static final String IS_DONE = "is_done";

	/** The file name of the input without its extension, which is that of its hints. */
	private static final String TITLE = "title";
	/** The name of the result without its suffix, and the same of an input that is named as a result. */
	private static final String BASE = "base";
	private static final String RESULT_OF = "result_of";

	private static final StructType NAMED = new StructType().add(ClusterListing.ORDER, "int")
			.add(ClusterListing.INPUT, "string").add(ClusterListing.BYTES, "long").add(OUTPUT, "string")
			.add(ENDING_FIXED, "boolean").add(LEFT_OUT, "boolean").add(TITLE, "string").add(BASE, "string")
			.add(RESULT_OF, "string");
	private static final StructType PLANNED = new StructType().add(ClusterListing.ORDER, "int")
			.add(ClusterListing.INPUT, "string").add(ClusterListing.BYTES, "long").add(OUTPUT, "string")
			.add(ENDING_FIXED, "boolean").add(LEFT_OUT, "boolean").add(HINTS, "string").add(EXISTING, "string")
			.add(IS_DONE, "boolean");
	private static final StructType HINT = new StructType().add(TITLE, "string").add(HINTS, "string");

	private final ClusterRequest request;
	private final ClusterFiles files;
	private final Path output;

	ClusterPlan(final ClusterRequest request, final ClusterFiles files) throws IOException {
		this.request = request;
		this.files = files;
		output = files.qualify(request.output());
	}

	/**
	 * Plans the work.
	 *
	 * @param spark the session
	 * @param temporary a folder for the plan that all executors can access
	 * @return a row for each file, unordered
	 * @throws IOException if an input folder or a list cannot be read
	 */
	Dataset<Row> make(final SparkSession spark, final Path temporary) throws IOException {
		final Dataset<Row> listed = new ClusterListing(request.inputs(), files,
				name -> ImageFiles.isNamedAsImage(Paths.get(name)), output).make(spark, new Path(temporary, "listing"));
		final Dataset<Row> named = listed.map((MapFunction<Row, Row>) this::name, Encoders.row(NAMED));
		// Results of an earlier run in an input folder are not inputs.
		final Dataset<Row> jobs = named.select(functions.col(BASE).as("job"));
		final Dataset<Row> wanted = request.inputs().paths().isEmpty() ? named
				: named.join(jobs, functions.col(RESULT_OF).equalTo(functions.col("job")), "left_anti");
		final Dataset<Row> hinted = request.hintsFolder().isEmpty()
				? wanted.withColumn(HINTS, functions.lit(request.hints().isEmpty() ? null
						: files.qualify(request.hints()).toString()).cast("string"))
				: wanted.join(hints(spark), functions.col(TITLE).equalTo(functions.col("hint_title")), "left");
		final Path plan = new Path(temporary, "plan");
		hinted.map((MapFunction<Row, Row>) this::check, Encoders.row(PLANNED)).write().parquet(plan.toString());
		return spark.read().schema(PLANNED).parquet(plan.toString());
	}

	/** The files of the hints folder; of several for the same input the first by name. */
	private Dataset<Row> hints(final SparkSession spark) throws IOException {
		final Path folder = files.qualify(request.hintsFolder());
		if (!files.isFolder(folder)) {
			throw new IllegalArgumentException("There is no folder " + folder + " with hints.");
		}
		return spark.createDataset(List.of(folder.toString()), Encoders.STRING())
				.flatMap((FlatMapFunction<String, Row>) this::hintFiles, Encoders.row(HINT)).groupBy(TITLE)
				.agg(functions.min(HINTS).as(HINTS)).withColumnRenamed(TITLE, "hint_title");
	}

	private Iterator<Row> hintFiles(final String folder) throws IOException {
		final RemoteIterator<FileStatus> list = files.list(new Path(folder));
		return new ClusterListing.Filtered<>() {

			@Override
			Optional<Row> find() throws IOException {
				while (list.hasNext()) {
					final Path file = list.next().getPath();
					if (ImageHints.hasEnding(Paths.get(file.getName()))) {
						return Optional.of(RowFactory.create(ResultTitle.withoutEnding(file.getName()), file.toString()));
					}
				}
				return Optional.empty();
			}
		};
	}

	/**
	 * Lists hint files that match no input.
	 *
	 * @param spark the session
	 * @param plan the plan
	 * @param most maximum number of files
	 * @return sorted by name
	 * @throws IllegalArgumentException if there are no hints for any input
	 */
	List<String> unusedHints(final SparkSession spark, final Dataset<Row> plan, final int most) throws IOException {
		final Dataset<Row> used = plan.filter(functions.col(HINTS).isNotNull()).select(functions.col(HINTS).as("used"));
		if (used.isEmpty()) {
			throw HintFiles.noneFor(request.hintsFolder());
		}
		return hints(spark).join(used, functions.col(HINTS).equalTo(functions.col("used")), "left_anti").select(HINTS)
				.orderBy(HINTS).limit(most).as(Encoders.STRING()).collectAsList();
	}

	/** Adds the name of the result. */
	private Row name(final Row row) {
		final int order = row.getAs(ClusterListing.ORDER);
		final String given = row.getAs(ClusterListing.INPUT);
		final String root = row.getAs(ClusterListing.ROOT);
		final Path input;
		try {
			input = files.qualify(given);
		}
		catch (final IOException e) {
			return unusable(order, given);
		}
		final var relative = Paths.get(ClusterListing.relative(root, input));
		final boolean isFolderListing = !root.isEmpty() && order < request.inputs().paths().size();
		final Job job;
		try {
			job = BatchPlan.job(relative, relative, isFolderListing && !ImageFiles.hasImageEnding(relative),
					request.batch());
		}
		catch (final IllegalArgumentException e) {
			return unusable(order, given);
		}
		return RowFactory.create(order, input.toString(), row.getAs(ClusterListing.BYTES), output + "/" + job.output(),
				job.endingFixed(), job.isLeftOut(), ResultTitle.withoutEnding(input.getName()),
				output + "/" + withoutEnding(relative.toString()), isFolderListing ? resultOf(input) : null);
	}

	/** An invalid file name, which fails later and is reported. */
	private Row unusable(final int order, final String name) {
		return RowFactory.create(order, name, null,
				output + "/" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), false, false, "", "", null);
	}

	private static String withoutEnding(final String relative) {
		final int slash = relative.lastIndexOf('/') + 1;
		return relative.substring(0, slash) + ResultTitle.withoutEnding(relative.substring(slash));
	}

	/** The input without the suffix of a result, if it is named as one; else null. */
	private static String resultOf(final Path input) {
		final String path = input.toString();
		return Stream.concat(
				ImageFiles.WRITABLE_ENDINGS.stream().map(ending -> ResultTitle.of("") + ending),
				Stream.of(new Job(Paths.get("a"), Paths.get("x"), false).uncertainty()
						.getFileName().toString().substring(1)))
				.filter(path::endsWith).findFirst().map(end -> path.substring(0, path.length() - end.length()))
				.orElse(null);
	}

	/** Adds the existing results. */
	private Row check(final Row row) throws IOException {
		final String result = row.getAs(OUTPUT);
		final boolean endingFixed = row.getAs(ENDING_FIXED);
		final boolean isLeftOut = row.getAs(LEFT_OUT);
		final Optional<Path> existing = request.batch().overwrite() || isLeftOut ? Optional.empty()
				: existing(files, result, endingFixed);
		final boolean isDone = existing.isPresent() && (!request.batch().uncertainty()
				|| files.exists(uncertainty(result, endingFixed)));
		return RowFactory.create(row.getAs(ClusterListing.ORDER), row.getAs(ClusterListing.INPUT),
				row.getAs(ClusterListing.BYTES), result, endingFixed, isLeftOut, row.getAs(HINTS),
				existing.map(Path::toString).orElse(null), isDone);
	}

	/** The result of a job, if it exists. */
	static Optional<Path> existing(final ClusterFiles files, final String output, final boolean endingFixed)
			throws IOException {
		final Job job = job(output, endingFixed);
		for (final boolean fitsPng : new boolean[] {true, false}) {
			final Path result = beside(output, job.result(fitsPng).toFile());
			if (files.exists(result)) {
				return Optional.of(result);
			}
		}
		return Optional.empty();
	}

	/** The uncertainty image beside a result. */
	static Path uncertainty(final String output, final boolean endingFixed) {
		return beside(output, job(output, endingFixed).uncertainty().toFile());
	}

	/** A job of which only the names are used. */
	private static Job job(final String output, final boolean endingFixed) {
		final var name = Paths.get(new Path(output).getName());
		return new Job(name, name, endingFixed);
	}

	private static Path beside(final String output, final File result) {
		return new Path(new Path(output).getParent() + "/" + result.getName());
	}

}
