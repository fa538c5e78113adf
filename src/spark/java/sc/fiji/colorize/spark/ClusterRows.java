/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Rows in files that all executors can read. They are never in the memory of the driver, and an executor that is lost does
 * not change them. Only files of tasks that succeeded count, each once.
 *
 * @param <T> a serializable type
 */
final class ClusterRows<T> {

	private static final int ROWS_PER_FILE = 10_000;
	/** A stream of objects remembers all objects since its last reset. */
	private static final int ROWS_PER_RESET = 100;

	/** A file with rows. */
	private record Part(String file, int rows) implements Serializable {
	}

	private final JavaSparkContext context;
	private final ClusterFiles files;
	private final List<Part> parts;

	private ClusterRows(final JavaSparkContext context, final ClusterFiles files, final List<Part> parts) {
		this.context = context;
		this.files = files;
		this.parts = parts;
	}

	/**
	 * Computes rows once, and keeps them.
	 *
	 * @param rows the rows
	 * @param folder an existing folder that all executors can access
	 * @param files writes into the folder
	 * @return the same rows, unordered
	 */
	static <T> ClusterRows<T> keep(final JavaRDD<T> rows, final Path folder, final ClusterFiles files) {
		return new ClusterRows<>(JavaSparkContext.fromSparkContext(rows.context()), files,
				rows.mapPartitions(part -> write(part, folder, files).iterator()).collect());
	}

	/** Keeps rows of the driver. */
	static <T> ClusterRows<T> keep(final JavaSparkContext context, final Iterator<T> rows, final Path folder,
			final ClusterFiles files) throws IOException {
		return new ClusterRows<>(context, files, write(rows, folder, files));
	}

	private static List<Part> write(final Iterator<?> rows, final Path folder, final ClusterFiles files)
			throws IOException {
		final List<Part> parts = new ArrayList<>();
		while (rows.hasNext()) {
			final Path file = new Path(folder, UUID.randomUUID().toString());
			final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
			try (ObjectOutputStream out = new ObjectOutputStream(new BufferedOutputStream(
					new DeflaterOutputStream(files.create(file), deflater)))) {
				int count = 0;
				while (count < ROWS_PER_FILE && rows.hasNext()) {
					out.writeObject(rows.next());
					count++;
					if (count % ROWS_PER_RESET == 0) {
						out.reset();
					}
				}
				parts.add(new Part(file.toString(), count));
			}
			finally {
				deflater.end();
			}
		}
		return parts;
	}

	/** Number of rows. */
	long count() {
		return parts.stream().mapToLong(Part::rows).sum();
	}

	/** The rows as a data set of Spark, with a partition for each file. */
	JavaRDD<T> read() {
		final ClusterFiles system = files;
		return context.parallelize(parts, Math.max(1, parts.size())).flatMap(part -> read(part, system));
	}

	private static <T> Iterator<T> read(final Part part, final ClusterFiles files) throws IOException {
		final ObjectInputStream in = new ObjectInputStream(new BufferedInputStream(
				new InflaterInputStream(files.open(new Path(part.file())))));
		TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> {
			try {
				in.close();
			}
			catch (final IOException e) {
				throw new UncheckedIOException(e);
			}
		});
		return new Filtered<>() {

			private int count;

			@Override
			@SuppressWarnings("unchecked")
			Optional<T> find() throws IOException {
				if (count == part.rows()) {
					in.close();
					return Optional.empty();
				}
				count++;
				try {
					return Optional.of((T) in.readObject());
				}
				catch (final ClassNotFoundException e) {
					throw new IOException(e);
				}
			}
		};
	}
}
