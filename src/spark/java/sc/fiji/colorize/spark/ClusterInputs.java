/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.Serializable;
import java.util.List;

/**
 * The input files of a run on a cluster.
 *
 * @param paths files, folders and globs, as URIs or paths of the cluster's default file system
 * @param lists text files with one URI per line, CSV files or Parquet data sets with a column of URIs
 * @param column the column of CSV and Parquet lists
 * @param base listed files below this folder keep their names relative to it; empty: only the file names
 * @param pattern as in {@link sc.fiji.colorize.batch.BatchOptions#pattern()}
 * @param recursive whether to include subfolders
 */
public record ClusterInputs(List<String> paths, List<String> lists, String column, String base, String pattern,
		boolean recursive) implements Serializable {

	/** Copies the lists. */
	public ClusterInputs {
		paths = List.copyOf(paths);
		lists = List.copyOf(lists);
		if (paths.isEmpty() && lists.isEmpty()) {
			throw new IllegalArgumentException("There is no input: name files, folders or lists.");
		}
	}
}
