/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import picocli.CommandLine.Option;

import sc.fiji.colorize.DecodeOptions;

/** The option {@code --saturation} of several commands. */
final class SaturationOption {

	@Option(names = "--saturation", paramLabel = "S",
			description = "Factor on the colorfulness, 0 to 5. Default: ${DEFAULT-VALUE}. Example: 1.3")
	private double value = DecodeOptions.defaults().saturation();

	double value() {
		return value;
	}
}
