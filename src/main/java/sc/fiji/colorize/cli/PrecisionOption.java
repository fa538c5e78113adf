/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import picocli.CommandLine.Option;

import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.network.Precision;

/** The option {@code --precision} of several commands. */
public final class PrecisionOption {

	@Option(names = "--precision", paramLabel = "TYPE",
			description = "float32, bfloat16 (twice as fast on processors made for it; 8-bit results rarely differ by more"
					+ " than 2 levels), or auto for the faster one. Default: ${DEFAULT-VALUE}. Example: float32")
	private String value = OpenOptions.defaults().precision().toString();

	/**
	 * Returns the value.
	 *
	 * @return the given precision, or the default
	 * @throws IllegalArgumentException if there is no such precision
	 */
	public Precision value() {
		return Precision.parse(value);
	}
}
