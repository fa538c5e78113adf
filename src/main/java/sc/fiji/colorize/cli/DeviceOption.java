/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import picocli.CommandLine.Option;

import sc.fiji.colorize.OpenOptions;

/** The option {@code --device} of several commands. */
public final class DeviceOption {

	@Option(names = "--device", paramLabel = "DEVICE",
			description = "auto, cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}. Example: gpu:1")
	private String value = OpenOptions.defaults().device();

	/** {@return the given device, or the default} */
	public String value() {
		return value;
	}
}
