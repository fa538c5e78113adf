/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Fiji Colorize: plausible, vivid color for gray images, after Zhang, Isola and Efros, <em>Colorful Image
 * Colorization</em> (ECCV 2016).
 * <p>
 * This package is the API: a {@link sc.fiji.colorize.Colorizer} opens a model and predicts a
 * {@link sc.fiji.colorize.ColorDistribution} from an image's lightness, which gives the image color at any temperature.
 * {@link sc.fiji.colorize.OpenOptions}, {@link sc.fiji.colorize.PredictOptions} and
 * {@link sc.fiji.colorize.DecodeOptions} hold the settings and their defaults.
 */
package sc.fiji.colorize;
