/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.IOException;

/**
 * Reads something.
 *
 * @param <T> type of the result
 */
@FunctionalInterface
public interface Reading<T> {

	/**
	 * Reads.
	 *
	 * @return the result
	 * @throws IOException if it cannot be read
	 */
	T read() throws IOException;
}
