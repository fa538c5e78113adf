/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Photo files: found in folder trees and in tar and zip archives, and decoded upright into plain RGB, with a
 * sentence for each defect. Shared by training, evaluation and the reading of images to colorize.
 */
package sc.fiji.colorize.photo;
