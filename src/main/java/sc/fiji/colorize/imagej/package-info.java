/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * ImageJ images to and from ImgLib2, image files, and the colorization of whole folders. Bit depths, display ranges,
 * stacks and calibration are this room's business; the colours are not.
 */
package sc.fiji.colorize.imagej;
