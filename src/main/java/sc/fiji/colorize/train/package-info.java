/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The training engine: the data set, the schedule, exact checkpoints, validation, and a listener for progress. It has no
 * user interface.
 */
package sc.fiji.colorize.train;
