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
import java.util.List;
import java.util.Locale;

import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;

import sc.fiji.colorize.io.Csv;

/** A data set: a folder of files that tasks write. It replaces an existing one. */
final class ClusterDataSet implements Serializable, AutoCloseable {

	private static final long serialVersionUID = 1;

	private static final String CSV = ".csv";

	private final ClusterFiles files;
	private final Path folder;
	private final Path temporary;
	private final String ending;

	/**
	 * Creates an empty data set.
	 *
	 * @param files the file systems
	 * @param folder the folder, replaced if it exists
	 * @param ending file name extension of its files
	 */
	ClusterDataSet(final ClusterFiles files, final Path folder, final String ending) throws IOException {
		this.files = files;
		this.folder = folder;
		this.ending = ending;
		// Programs that read data sets ignore names with an underscore.
		temporary = new Path(folder, "_temporary");
		files.delete(folder);
		files.createFolder(temporary);
	}

	/** A table of CSV files. */
	static ClusterDataSet csv(final ClusterFiles files, final Path folder) throws IOException {
		return new ClusterDataSet(files, folder, CSV);
	}

	/** Writes a part of the data set into a local file. */
	@FunctionalInterface
	interface Part {

		void write(File file) throws IOException;
	}

	/** Adds a part, in a task. */
	void add(final int number, final Part part) throws IOException {
		final File local = Files.createTempDirectory(FileWorker.localFolder().toPath(), "colorize-").toFile();
		try {
			final File file = new File(local, String.format(Locale.ROOT, "part-%05d%s", number, ending));
			part.write(file);
			files.put(file, new Path(folder, file.getName()), temporary, true);
		}
		finally {
			FileUtil.fullyDelete(local);
		}
	}

	/** A line of a CSV file. */
	static String csv(final List<?> cells) {
		return new Csv("\n").row(cells).toString();
	}

	/** Marks the data set as complete, as Hadoop does. */
	void complete() throws IOException {
		files.create(new Path(folder, "_SUCCESS")).close();
	}

	/** Deletes incomplete files. */
	@Override
	public void close() throws IOException {
		files.delete(temporary);
	}
}
