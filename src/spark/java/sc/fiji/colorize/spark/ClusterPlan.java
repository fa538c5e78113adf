/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

import sc.fiji.colorize.batch.BatchPlan;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/**
 * Lists the work as a data set, under the rules of {@link BatchPlan#of}. The executors list the folders, a level of
 * the tree at a time, and look for results that are there. The plan is kept in files: an executor that is lost does not
 * change it, and it never is in the memory of the driver.
 */
final class ClusterPlan implements Serializable {

	private static final long serialVersionUID = 1;

	/** Columns of the plan: position of the input on the command line. */
	static final String ORDER = "order";
	/** The image file. */
	static final String INPUT = "input";
	/** The result, without an ending if the kind of image decides. */
	static final String OUTPUT = "output";
	/** Whether the output has its ending. */
	static final String ENDING_FIXED = "ending_fixed";
	/** Whether the input is an image of a kind that is not read. */
	static final String LEFT_OUT = "left_out";
	/** Bytes of the input; null if it was not listed. */
	static final String BYTES = "bytes";
	/** The result of an earlier run; null if there is none. */
	static final String EXISTING = "existing";
	/** Whether all requested results exist. */
	static final String IS_DONE = "is_done";

	/** The name of the result without its suffix, and the same of an input that is named as a result. */
	private static final String BASE = "base";
	private static final String RESULT_OF = "result_of";
	private static final String ROOT = "root";
	private static final String IS_FOLDER = "is_folder";

	private static final StructType LISTED = new StructType().add(ORDER, "int").add(ROOT, "string")
			.add(INPUT, "string").add(IS_FOLDER, "boolean").add(BYTES, "long");
	private static final StructType NAMED = new StructType().add(ORDER, "int").add(INPUT, "string")
			.add(OUTPUT, "string").add(ENDING_FIXED, "boolean").add(LEFT_OUT, "boolean").add(BYTES, "long")
			.add(BASE, "string").add(RESULT_OF, "string");
	private static final StructType PLANNED = new StructType().add(ORDER, "int").add(INPUT, "string")
			.add(OUTPUT, "string").add(ENDING_FIXED, "boolean").add(LEFT_OUT, "boolean").add(BYTES, "long")
			.add(EXISTING, "string").add(IS_DONE, "boolean");

	private static final int FOLDERS_PER_TASK = 32;

	private final ClusterRequest request;
	private final ClusterFiles files;
	private final Path output;

	ClusterPlan(final ClusterRequest request, final ClusterFiles files) throws IOException {
		this.request = request;
		this.files = files;
		output = files.qualify(request.output());
	}

	/**
	 * Lists the work.
	 *
	 * @param spark the session
	 * @param temporary a folder for the plan that all executors can access
	 * @return a row for each file, unordered
	 * @throws IOException if an input folder or a list cannot be read
	 */
	Dataset<Row> make(final SparkSession spark, final Path temporary) throws IOException {
		final Path listing = new Path(temporary, "listing");
		int level = 0;
		final List<Row> roots = roots();
		Dataset<Row> folders = spark.createDataFrame(roots, LISTED);
		long count = roots.size();
		while (count > 0) {
			final Path folder = new Path(listing, "level=" + level);
			final int tasks = (int) Math.max(1, Math.min(Short.MAX_VALUE, Math.max(
					Math.min(count, 4L * spark.sparkContext().defaultParallelism()), count / FOLDERS_PER_TASK)));
			folders.repartition(tasks).flatMap((FlatMapFunction<Row, Row>) this::list, Encoders.row(LISTED))
					.write().parquet(folder.toString());
			folders = spark.read().schema(LISTED).parquet(folder.toString()).filter(functions.col(IS_FOLDER));
			count = folders.count();
			level++;
		}
		Dataset<Row> listed = roots.isEmpty() ? folders
				: spark.read().schema(LISTED).option("recursiveFileLookup", true).parquet(listing.toString())
						.filter(functions.not(functions.col(IS_FOLDER)));
		for (int i = 0; i < request.lists().size(); i++) {
			listed = listed.unionByName(list(spark, request.lists().get(i), request.inputs().size() + i));
		}
		final Dataset<Row> named =
				listed.map((MapFunction<Row, Row>) this::name, Encoders.row(NAMED));
		// Results of an earlier run in an input folder are not inputs.
		final Dataset<Row> jobs = named.select(functions.col(BASE).as("job"));
		final Dataset<Row> wanted =
				named.join(jobs, functions.col(RESULT_OF).equalTo(functions.col("job")), "left_anti");
		final Path plan = new Path(temporary, "plan");
		wanted.map((MapFunction<Row, Row>) this::check, Encoders.row(PLANNED)).write().parquet(plan.toString());
		return spark.read().schema(PLANNED).parquet(plan.toString());
	}

	/** The inputs with their globs resolved; a missing input becomes a file that fails. */
	private List<Row> roots() throws IOException {
		final List<Row> roots = new ArrayList<>();
		for (int i = 0; i < request.inputs().size(); i++) {
			final Path input = files.qualify(request.inputs().get(i));
			final FileStatus[] found;
			try {
				found = files.glob(input);
				for (final FileStatus status : found) {
					if (status.isDirectory()) {
						files.list(status.getPath()).hasNext();
					}
				}
			}
			catch (final IOException e) {
				throw new DescribedException("The input " + input, "cannot be listed (" + Failure.reason(e) + ")", "", e);
			}
			for (final FileStatus status : found) {
				final Path path = status.getPath();
				roots.add(RowFactory.create(i, status.isDirectory() ? path.toString() : "", path.toString(),
						status.isDirectory(), status.getLen()));
			}
			if (found.length == 0) {
				roots.add(RowFactory.create(i, "", input.toString(), false, null));
			}
		}
		return roots;
	}

	/** Reads the files of a list. */
	private Dataset<Row> list(final SparkSession spark, final String list, final int order) throws IOException {
		final String path = files.qualify(list).toString();
		final String name = path.toLowerCase(Locale.ROOT);
		final Dataset<Row> table = name.endsWith(".txt") || name.endsWith(".text") ? spark.read().text(path)
				: name.endsWith(".csv") ? spark.read().option("header", true).csv(path) : spark.read().parquet(path);
		final String column = name.endsWith(".txt") || name.endsWith(".text") ? "value" : request.column();
		if (!List.of(table.columns()).contains(column)) {
			throw new IllegalArgumentException("The list " + list + " has no column '" + column + "' but "
					+ String.join(", ", table.columns()) + ".");
		}
		final Column uri = functions.trim(functions.col("`" + column + "`").cast("string"));
		return table.filter(uri.isNotNull().and(uri.notEqual(""))).select(functions.lit(order).as(ORDER),
				functions.lit(request.base()).as(ROOT), uri.as(INPUT), functions.lit(false).as(IS_FOLDER),
				functions.lit(null).cast("long").as(BYTES));
	}

	/** The content of a folder; a file stands for itself. */
	private Iterator<Row> list(final Row row) {
		return row.getBoolean(3) ? content(row) : List.of(row).iterator();
	}

	private Iterator<Row> content(final Row row) {
		final int order = row.getInt(0);
		final String root = row.getString(1);
		final Path folder = new Path(row.getString(2));
		final var filter = request.batch().filter();
		final RemoteIterator<FileStatus> list;
		try {
			list = files.list(folder);
		}
		catch (final IOException e) {
			// Fails later and is reported.
			return List.of(RowFactory.create(order, root, folder.toString(), false, null)).iterator();
		}
		return new Filtered<>() {

			@Override
			Optional<Row> find() throws IOException {
				while (list.hasNext()) {
					final FileStatus status = list.next();
					final Path path = status.getPath();
					final boolean isHidden = path.getName().startsWith(".");
					final boolean isWanted = status.isDirectory()
							? request.batch().recursive() && !isResults(path, root) && !ClusterFiles.isLoop(path)
							: ImageFiles.isNamedAsImage(Paths.get(path.getName()))
									&& filter.test(Paths.get(relative(root, path)));
					if (!isHidden && isWanted) {
						return Optional.of(RowFactory.create(order, root, path.toString(), status.isDirectory(),
								status.getLen()));
					}
				}
				return Optional.empty();
			}
		};
	}

	/** Whether a folder is that of the results, below an input folder. */
	private boolean isResults(final Path folder, final String root) {
		return folder.equals(output) && !root.equals(output.toString());
	}

	private static String relative(final String root, final Path path) {
		final String name = path.toString();
		final String folder = root.endsWith("/") ? root : root + "/";
		return !root.isEmpty() && name.startsWith(folder) ? name.substring(folder.length()) : path.getName();
	}

	/** Adds the name of the result. */
	private Row name(final Row row) {
		final String given = row.getString(2);
		final Path input;
		try {
			input = files.qualify(given);
		}
		catch (final IOException e) {
			return unusable(row.getInt(0), given);
		}
		final boolean listed = !row.getString(1).isEmpty();
		final String root = listed ? qualified(row.getString(1)) : "";
		final var relative = Paths.get(relative(root, input));
		final boolean isFolderListing = listed && row.getInt(0) < request.inputs().size();
		final Job job;
		try {
			job = BatchPlan.job(relative, relative, isFolderListing && !ImageFiles.hasImageEnding(relative),
					request.batch());
		}
		catch (final IllegalArgumentException e) {
			return unusable(row.getInt(0), given);
		}
		return RowFactory.create(row.getInt(0), input.toString(), output + "/" + job.output(),
				job.endingFixed(), job.isLeftOut(),
				row.isNullAt(4) ? null : row.getLong(4),
				output + "/" + withoutEnding(relative.toString()),
				isFolderListing ? resultOf(input) : null);
	}

	/** An invalid file name, which fails later and is reported. */
	private Row unusable(final int order, final String name) {
		return RowFactory.create(order, name, output + "/" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
				false, false, null, "", null);
	}

	private static String withoutEnding(final String relative) {
		final int slash = relative.lastIndexOf('/') + 1;
		return relative.substring(0, slash) + ImageColorizer.withoutEnding(relative.substring(slash));
	}

	private String qualified(final String uri) {
		try {
			return files.qualify(uri).toString();
		}
		catch (final IOException e) {
			return uri;
		}
	}

	/** The input without the suffix of a result, if it is named as one; else null. */
	private static String resultOf(final Path input) {
		final String path = input.toString();
		return Stream.concat(
				ImageFiles.WRITABLE_ENDINGS.stream().map(ending -> ImageColorizer.resultTitle("") + ending),
				Stream.of(new Job(Paths.get("a"), Paths.get("x"), false).uncertainty()
						.getFileName().toString().substring(1)))
				.filter(path::endsWith).findFirst().map(end -> path.substring(0, path.length() - end.length()))
				.orElse(null);
	}

	/** Adds the existing results. */
	private Row check(final Row row) throws IOException {
		final boolean looks = !request.batch().overwrite() && !row.getBoolean(4);
		final Optional<Path> existing = looks ? existing(files, row.getString(2), row.getBoolean(3)) : Optional.empty();
		final boolean isDone = existing.isPresent() && (!request.batch().uncertainty()
				|| files.exists(uncertainty(row.getString(2), row.getBoolean(3))));
		return RowFactory.create(row.getInt(0), row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4),
				row.isNullAt(5) ? null : row.getLong(5), existing.map(Path::toString).orElse(null), isDone);
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

	/** An iterator that looks for the next element. */
	private abstract static class Filtered<T> implements Iterator<T> {

		private Optional<T> found;

		abstract Optional<T> find() throws IOException;

		@Override
		public boolean hasNext() {
			try {
				if (found == null) {
					found = find();
				}
				return found.isPresent();
			}
			catch (final IOException e) {
				throw new UncheckedIOException(e);
			}
		}

		@Override
		public T next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			final T element = found.get();
			found = null;
			return element;
		}
	}
}
