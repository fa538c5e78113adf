/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/**
 * Lists the input files as a data set. The executors list the folders, a level of the tree at a time. The list is kept in
 * files: it is never in the memory of the driver.
 */
final class ClusterListing implements Serializable {

	private static final long serialVersionUID = 1;

	/** Columns: position of the input on the command line. */
	static final String ORDER = "order";
	/** The folder whose subfolders count in names; empty for a file. */
	static final String ROOT = "root";
	/** The file. */
	static final String INPUT = "input";
	/** Bytes of the file; null if it was not listed. */
	static final String BYTES = "bytes";

	private static final String IS_FOLDER = "is_folder";
	private static final StructType LISTED = new StructType().add(ORDER, "int").add(ROOT, "string")
			.add(INPUT, "string").add(IS_FOLDER, "boolean").add(BYTES, "long");

	private static final int FOLDERS_PER_TASK = 32;

	/** Selects files of folders by their names. */
	@FunctionalInterface
	interface Names extends Serializable {

		boolean isWanted(String name);
	}

	private final ClusterInputs inputs;
	private final ClusterFiles files;
	private final Names names;
	/** A folder that is not listed, unless it is itself an input. */
	private final Path output;

	ClusterListing(final ClusterInputs inputs, final ClusterFiles files, final Names names, final Path output) {
		this.inputs = inputs;
		this.files = files;
		this.names = names;
		this.output = output;
	}

	/**
	 * Lists the files.
	 *
	 * @param spark the session
	 * @param listing a folder for the list that all executors can access
	 * @return a row for each file, unordered
	 * @throws IOException if an input folder or a list cannot be read
	 */
	Dataset<Row> make(final SparkSession spark, final Path listing) throws IOException {
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
		for (int i = 0; i < inputs.lists().size(); i++) {
			listed = listed.unionByName(list(spark, inputs.lists().get(i), inputs.paths().size() + i));
		}
		return listed.drop(IS_FOLDER);
	}

	/** The inputs with their globs resolved; a missing input becomes a file that fails. */
	private List<Row> roots() throws IOException {
		final List<Row> roots = new ArrayList<>();
		for (int i = 0; i < inputs.paths().size(); i++) {
			final Path input = files.qualify(inputs.paths().get(i));
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
		final String column = name.endsWith(".txt") || name.endsWith(".text") ? "value" : inputs.column();
		if (!List.of(table.columns()).contains(column)) {
			throw new IllegalArgumentException("The list " + list + " has no column '" + column + "' but "
					+ String.join(", ", table.columns()) + ".");
		}
		final Column uri = functions.trim(functions.col("`" + column + "`").cast("string"));
		final String base = inputs.base().isEmpty() ? "" : files.qualify(inputs.base()).toString();
		return table.filter(uri.isNotNull().and(uri.notEqual(""))).select(functions.lit(order).as(ORDER),
				functions.lit(base).as(ROOT), uri.as(INPUT), functions.lit(false).as(IS_FOLDER),
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
		final var filter = BatchOptions.defaults().pattern(inputs.pattern()).filter();
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
							? inputs.recursive() && !isResults(path, root) && !ClusterFiles.isLoop(path)
							: names.isWanted(path.getName())
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

	/** The name of a file in its root folder; its file name if it is not below the folder. */
	static String relative(final String root, final Path path) {
		final String name = path.toString();
		final String folder = root.endsWith("/") ? root : root + "/";
		return !root.isEmpty() && name.startsWith(folder) ? name.substring(folder.length()) : path.getName();
	}

	/** An iterator that looks for the next element. */
	abstract static class Filtered<T> implements Iterator<T> {

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
