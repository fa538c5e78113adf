/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Colorizes many image files: lists the work, runs it on several threads, and reports the outcome of each file.
 */
package sc.fiji.colorize.batch;
