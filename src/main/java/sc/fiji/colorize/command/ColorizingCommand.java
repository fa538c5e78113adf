/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import org.scijava.plugin.Parameter;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Upsampling;

/** A command that colorizes: the parameters that all of them have, except the model, which only some remember. */
abstract class ColorizingCommand extends EngineCommand {

	@Parameter(required = false, persist = false, label = "Temperature", min = "0", max = "1", stepSize = "0.01",
			style = "slider,format:0.00", description = "From vivid and patchy (0) to smooth and dull (1).")
	private Double temperature = ColorizeOptions.defaults().temperature();

	@Parameter(required = false, persist = false, label = "Saturation", min = "0", max = "5", stepSize = "0.05",
			style = "slider,soft:2,format:0.00",
			description = "Factor on the colorfulness, up to 5; 0 is gray.")
	private Double saturation = ColorizeOptions.defaults().saturation();

	@Parameter(required = false, persist = false, label = "Network size", min = "0", max = "2048", stepSize = "8",
			style = "group:Advanced", description = "Pixels on a side of what the network sees, a multiple of 8; 0 is the"
					+ " model's own size. Larger sees finer detail, smaller sees the whole.")
	private Integer size = ColorizeOptions.defaults().size();

	@Parameter(required = false, persist = false, label = "Device", style = "device,group:Advanced",
			description = "Where the network runs; auto is the first GPU that works, else the CPU.")
	private String device = ColorizeOptions.defaults().device();

	@Parameter(required = false, persist = false, label = "Smoothing along the stack", min = "0", max = "1",
			stepSize = "0.05", style = "slider,group:Advanced,format:0.00",
			description = "Reduces flicker in a time series: 0 colors each slice by itself, 0.8 is even.")
	private Double smoothing = ColorizeOptions.defaults().smoothing();

	@Parameter(required = false, persist = false, label = "Upsampling", style = "group:Advanced",
			choices = {"edge-aware", "bilinear"},
			description = "How colors are enlarged to the size of the image: up to its edges, or regardless of them.")
	private String upsampling = ColorizeOptions.defaults().upsampling().label();

	final ColorizeOptions options(final String model) {
		final ColorizeOptions defaults = ColorizeOptions.defaults();
		return new ColorizeOptions(model, device, defaults.precision(), temperature, saturation, size, smoothing,
				Upsampling.of(upsampling), defaults.reference());
	}
}
