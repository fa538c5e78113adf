/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

/** An exception that describes its failure in parts. Its message is {@link Failure#sentence()}. */
public interface Described {

	/**
	 * The description of the failure.
	 *
	 * @return subject, problem and remedy
	 */
	Failure failure();
}
