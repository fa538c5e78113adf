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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;

import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/**
 * Lists the input files. The driver lists a few; the executors list more, a level of the tree at a time, and keep the list
 * in files: it is never in the memory of the driver.
 */
final class ClusterListing implements Serializable {

	private static final long serialVersionUID = 1;

	/** Files and folders that the driver lists, which takes less time than executors need to start. */
	private static final int FEW = 1000;
	private static final int FOLDERS_PER_TASK = 32;
	private static final int TASKS_PER_CORE = 4;

	/**
	 * A listed file or folder.
	 *
	 * @param order position of the input on the command line
	 * @param root the folder whose subfolders count in names; empty for a file
	 * @param input the file
	 * @param isFolder whether it is a folder
	 * @param bytes size of the file; null if it was not listed
	 */
	record Listed(int order, String root, String input, boolean isFolder, Long bytes) implements Serializable {
	}

	/**
	 * The files of all inputs.
	 *
	 * @param files the files, unordered
	 * @param count number of files
	 * @param folders the input folders, with their globs resolved
	 * @param few the same files, if the driver has listed them
	 */
	record Listing(JavaRDD<Listed> files, long count, List<String> folders, Optional<List<Listed>> few) {
	}

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
	 * @param context the cluster
	 * @param folder an existing folder for the list that all executors can access
	 * @return the files
	 * @throws IOException if an input folder or a list cannot be read
	 */
	Listing make(final JavaSparkContext context, final Path folder) throws IOException {
		final List<Listed> roots = roots();
		final List<String> inputFolders = roots.stream().filter(Listed::isFolder).map(Listed::input).toList();
		final Optional<List<Listed>> few = inputs.lists().isEmpty() ? listFew(roots) : Optional.empty();
		if (few.isPresent()) {
			return new Listing(context.parallelize(few.get()), few.get().size(), inputFolders, few);
		}
		JavaRDD<Listed> found = context.emptyRDD();
		long count = 0;
		long level = roots.size();
		JavaRDD<Listed> folders = context.parallelize(roots, tasks(context, level));
		while (level > 0) {
			final LongAccumulator foldersFound = context.sc().longAccumulator();
			final ClusterRows<Listed> content = ClusterRows.keep(folders.flatMap(this::list).map(row -> {
				foldersFound.add(row.isFolder() ? 1 : 0);
				return row;
			}), folder, files);
			level = foldersFound.value();
			count += content.count() - level;
			found = found.union(content.read().filter(row -> !row.isFolder()));
			folders = content.read().filter(Listed::isFolder).repartition(tasks(context, level));
		}
		for (int i = 0; i < inputs.lists().size(); i++) {
			final ClusterRows<Listed> list =
					ClusterRows.keep(list(context, inputs.lists().get(i), inputs.paths().size() + i), folder, files);
			count += list.count();
			found = found.union(list.read());
		}
		return new Listing(found, count, inputFolders, few);
	}

	/** Lists the files on the driver; empty if they are too many. */
	private Optional<List<Listed>> listFew(final List<Listed> roots) throws DescribedException {
		final List<Listed> found = new ArrayList<>();
		final Deque<Listed> folders = new ArrayDeque<>(roots);
		int count = 0;
		while (!folders.isEmpty()) {
			final Listed folder = folders.remove();
			try {
				for (final Iterator<Listed> content = list(folder); content.hasNext();) {
					final Listed row = content.next();
					(row.isFolder() ? folders : found).add(row);
					count++;
					if (count > FEW) {
						return Optional.empty();
					}
				}
			}
			catch (final UncheckedIOException e) {
				throw unlisted(folder.input(), e.getCause());
			}
		}
		return Optional.of(found);
	}

	private static DescribedException unlisted(final Object folder, final IOException e) {
		return new DescribedException("The input " + folder, "cannot be listed (" + Failure.reason(e) + ")", "", e);
	}

	private static int tasks(final JavaSparkContext context, final long folders) {
		return (int) Math.max(1, Math.min(Short.MAX_VALUE, Math.max(
				Math.min(folders, (long) TASKS_PER_CORE * context.defaultParallelism()), folders / FOLDERS_PER_TASK)));
	}

	/** The inputs with their globs resolved; a missing input becomes a file that fails. */
	private List<Listed> roots() throws IOException {
		final List<Listed> roots = new ArrayList<>();
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
				throw unlisted(input, e);
			}
			for (final FileStatus status : found) {
				final Path path = status.getPath();
				roots.add(new Listed(i, status.isDirectory() ? path.toString() : "", path.toString(),
						status.isDirectory(), status.getLen()));
			}
			if (found.length == 0) {
				roots.add(new Listed(i, "", input.toString(), false, null));
			}
		}
		return roots;
	}

	/** Reads the files of a list. */
	private JavaRDD<Listed> list(final JavaSparkContext context, final String list, final int order) throws IOException {
		final String path = files.qualify(list).toString();
		final String name = path.toLowerCase(Locale.ROOT);
		final boolean isText = name.endsWith(".txt") || name.endsWith(".text");
		final DataFrameReader reader = SparkSession.builder().getOrCreate().read();
		final Dataset<Row> table = isText ? reader.text(path)
				: name.endsWith(".csv") ? reader.option("header", true).csv(path) : reader.parquet(path);
		final String column = isText ? "value" : inputs.column();
		if (!List.of(table.columns()).contains(column)) {
			throw new IllegalArgumentException("The list " + list + " has no column '" + column + "' but "
					+ String.join(", ", table.columns()) + ".");
		}
		final String base = inputs.base().isEmpty() ? "" : files.qualify(inputs.base()).toString();
		return table.select(functions.col("`" + column + "`").cast("string")).javaRDD()
				.filter(row -> !row.isNullAt(0) && !row.getString(0).isBlank())
				.map(row -> new Listed(order, base, row.getString(0).strip(), false, null));
	}

	/** The content of a folder; a file stands for itself. */
	private Iterator<Listed> list(final Listed row) {
		if (!row.isFolder()) {
			return List.of(row).iterator();
		}
		final Path folder = new Path(row.input());
		final String root = row.root();
		final var filter = BatchOptions.defaults().pattern(inputs.pattern()).filter();
		final RemoteIterator<FileStatus> list;
		try {
			list = files.list(folder);
		}
		catch (final IOException e) {
			// Fails later and is reported.
			return List.of(new Listed(row.order(), root, row.input(), false, null)).iterator();
		}
		return new Filtered<>() {

			@Override
			Optional<Listed> find() throws IOException {
				while (list.hasNext()) {
					final FileStatus status = list.next();
					final Path path = status.getPath();
					final boolean isHidden = path.getName().startsWith(".");
					final boolean isWanted = status.isDirectory()
							? inputs.recursive() && !isResults(path, root) && !ClusterFiles.isLoop(path)
							: names.isWanted(path.getName())
									&& filter.test(Paths.get(relative(root, path)));
					if (!isHidden && isWanted) {
						return Optional.of(new Listed(row.order(), root, path.toString(), status.isDirectory(),
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
}
