/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The live preview: shows on an image how it would look in color, and decodes again when a slider moves.
 */
package sc.fiji.colorize.imagej.preview;
