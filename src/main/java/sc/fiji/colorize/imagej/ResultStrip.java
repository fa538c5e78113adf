/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

/**
 * A strip of a result.
 *
 * @param rows number of rows
 * @param channels an array of ints (packed RGB), bytes, shorts or floats for each channel
 */
record ResultStrip(int rows, Object[] channels) {
}
