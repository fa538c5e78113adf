/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import picocli.CommandLine.Option;

import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.network.Precision;

/** The options {@code --device} and {@code --precision} of several commands. */
final class EngineOptions {

	@Option(names = "--device", paramLabel = "DEVICE",
			description = "auto, cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}. Example: gpu:1")
	private String device = OpenOptions.defaults().device();

	@Option(names = "--precision", paramLabel = "TYPE",
			description = "float32, bfloat16 (twice as fast on processors made for it; 8-bit results rarely differ by more"
					+ " than 2 levels), or auto for the faster one. Default: ${DEFAULT-VALUE}. Example: float32")
	private String precision = OpenOptions.defaults().precision().toString();

	String device() {
		return device;
	}

	/** Throws an IllegalArgumentException if there is no such precision. */
	Precision precision() {
		return Precision.parse(precision);
	}
}
