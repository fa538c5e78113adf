/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.Serializable;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.batch.BatchOptions;

/**
 * Inputs, output and options of a run on a cluster.
 *
 * @param inputs the image files
 * @param output the folder of the results
 * @param report the folder of the report
 * @param hints the file with color hints for the only input; empty: none
 * @param hintsFolder folder of color hints for the inputs of the same name; empty: none
 * @param reach how far the hints reach, see {@link sc.fiji.colorize.ColorHints}
 * @param options temperature, saturation, network size and smoothing; the model is {@code default}, or a zip on the
 *        machine of the driver
 * @param batch selects the files of folders and the content of the results
 */
public record ClusterRequest(ClusterInputs inputs, String output, String report, String hints, String hintsFolder,
		double reach, ColorizeOptions options, BatchOptions batch) implements Serializable {
}
