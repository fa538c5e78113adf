/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.util.List;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import sc.fiji.colorize.spark.ClusterInputs;

/** The input files of runs on a cluster. */
final class ClusterInputOptions {

	@Parameters(arity = "0..*", paramLabel = "INPUT", description = "Image files, folders of images, or globs.")
	private List<String> inputs = List.of();

	@Option(names = "--list", paramLabel = "FILE",
			description = "A list of image files: .txt with a URI in each line, .csv with a header, or Parquet."
					+ " Default: none. Example: scans.parquet")
	private List<String> lists = List.of();

	@Option(names = "--column", paramLabel = "NAME", defaultValue = "uri",
			description = "The column of URIs in CSV and Parquet lists. Default: ${DEFAULT-VALUE}. Example: path")
	private String column;

	@Option(names = "--base", paramLabel = "FOLDER", defaultValue = "",
			description = "Listed files below this folder keep their subfolders. Default: only the file names count."
					+ " Example: s3a://archive/scans")
	private String base;

	ClusterInputs value(final String pattern, final boolean recursive) {
		return new ClusterInputs(inputs, lists, column, base, pattern, recursive);
	}
}
