/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The training engine: photos of a folder as a data set, the schedule, checkpoints that resume exactly, validation on
 * photos never trained on, and a listener for progress. Knows no user interface.
 */
package sc.fiji.colorize.train;
