/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The mathematics of colorization on ImgLib2 images and plain arrays: sRGB and CIE Lab, the 313 ab bins, soft
 * encoding, colour prior and rebalancing weights, annealed mean, chroma upsampling, gamut reduction and metrics.
 * <p>
 * Every formula stands once, as a kernel on plain arrays; the methods that take images gather rows, call the kernel in
 * parallel and scatter the result. The latter are declared as SciJava Ops in their Javadoc ({@code @implNote op}) and
 * need no Ops framework to be called. Images have the channel (or bin) as their last dimension: {@code (x, y, c)}.
 * Nothing here knows of networks, files or user interfaces.
 */
package sc.fiji.colorize.ops;
