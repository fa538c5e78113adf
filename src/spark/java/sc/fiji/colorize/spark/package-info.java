/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Colorizes files on a Spark cluster. The driver and the executors exchange names of files, never pixels: each task reads
 * its files from Hadoop's file systems and writes the results there. All tasks of an executor share one model.
 */
package sc.fiji.colorize.spark;
