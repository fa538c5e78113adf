/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The live preview of an image in color, and the editor of color hints.
 */
package sc.fiji.colorize.imagej.preview;
