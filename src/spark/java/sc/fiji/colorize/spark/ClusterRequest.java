/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.Serializable;
import java.util.List;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.batch.BatchOptions;

/**
 * Inputs, output and options of a run on a cluster.
 *
 * @param inputs files, folders and globs, as URIs or paths of the cluster's default file system
 * @param lists text files with one URI per line, CSV files or Parquet data sets with a column of URIs
 * @param column the column of CSV and Parquet lists
 * @param base the results of listed files below this folder keep their subfolders; empty: all results of lists go into one
 *        folder
 * @param output the folder of the results
 * @param report the folder of the report
 * @param options temperature, saturation, network size and smoothing; the model is {@code default}, or a zip on the
 *        machine of the driver
 * @param batch selects the files of folders and the content of the results
 */
public record ClusterRequest(List<String> inputs, List<String> lists, String column, String base, String output,
		String report, ColorizeOptions options, BatchOptions batch) implements Serializable {

	/** Copies the lists. */
	public ClusterRequest {
		inputs = List.copyOf(inputs);
		lists = List.copyOf(lists);
		if (inputs.isEmpty() && lists.isEmpty()) {
			throw new IllegalArgumentException("There is nothing to colorize: name files, folders or lists.");
		}
	}
}
