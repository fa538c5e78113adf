/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Colorizes ImageJ images: converts them to and from ImgLib2, reads and writes image files, and colorizes a large file in
 * strips. This package deals with bit depths, display ranges, stacks, selections and calibration.
 */
package sc.fiji.colorize.imagej;
