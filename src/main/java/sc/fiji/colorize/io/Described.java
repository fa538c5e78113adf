/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

/** An exception that describes its failure in parts. Its message is {@link Failure#sentence()}. */
public interface Described {

	/** {@return subject, problem and remedy of the failure} */
	Failure failure();
}
