/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * File handling without images: atomic files, CSV, checksums, resumable downloads, described errors, and an executor that
 * returns its results in order.
 */
package sc.fiji.colorize.io;
