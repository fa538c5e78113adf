/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The mathematics of colorization on ImgLib2 images and plain arrays: sRGB and CIE Lab, the 313 ab bins, soft
 * encoding, color prior and rebalancing weights, annealed mean, chroma upsampling, gamut reduction and metrics.
 * <p>
 * Each formula is implemented once, as a kernel on plain arrays. The methods for images gather rows, call the kernel in
 * parallel and scatter the result. They are declared as SciJava Ops in their Javadoc ({@code @implNote op}) and can be
 * called without an Ops framework. The last dimension of an image is the channel (or bin): {@code (x, y, c)}. The package
 * does not depend on networks, files or user interfaces.
 */
package sc.fiji.colorize.ops;
