/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import picocli.CommandLine.Option;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Upsampling;
import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.imagej.OutputType;

/** The options on what comes out, the same on one machine and on a cluster. */
final class ColorizeSettings {

	@Option(names = "--model", paramLabel = "FILE|NAME", defaultValue = "default",
			description = "Model zip, or a name that 'fiji-colorize models' lists. Default: ${DEFAULT-VALUE}."
					+ " Example: my-model.zip")
	private String model;

	@Option(names = "--temperature", paramLabel = "T", defaultValue = "0.38",
			description = "From 0 (vivid, patchy) to 1 (smooth, dull). Default: ${DEFAULT-VALUE}. Example: 0.2")
	private double temperature;

	@Option(names = "--saturation", paramLabel = "S", defaultValue = "1.0",
			description = "Factor on the colourfulness, 0 to 5. Default: ${DEFAULT-VALUE}. Example: 1.3")
	private double saturation;

	@Option(names = "--size", paramLabel = "N", defaultValue = "0",
			description = "The network sees each image with about N x N pixels, aspect kept; a multiple of 8 from 32 to"
					+ " 2048, 0 for the model's own. Default: ${DEFAULT-VALUE}. Example: 256")
	private int size;

	@Option(names = "--smoothing", paramLabel = "W", defaultValue = "0.0",
			description = "Evens out the colours along stacks: weight of the slices before, from 0 (each by itself) to 1."
					+ " Default: ${DEFAULT-VALUE}. Example: 0.8")
	private double smoothing;

	@Option(names = "--upsampling", paramLabel = "WORD", defaultValue = "edge-aware",
			description = "How colours are enlarged to the image's size: edge-aware, along the edges of the image, or"
					+ " bilinear. Default: ${DEFAULT-VALUE}. Example: bilinear")
	private String upsampling;

	@Option(names = "--reference",
			description = "Follow the published demo to the letter: the network sees 256x256 pixels whatever the aspect,"
					+ " the colours are enlarged bilinearly, and those that sRGB has not are clipped. For comparison."
					+ " Default: do not.")
	private boolean reference;

	@Option(names = "--device", paramLabel = "DEVICE", defaultValue = "auto",
			description = "auto, cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}. Example: gpu:1")
	private String device;

	@Option(names = "--pattern", paramLabel = "GLOB", defaultValue = "",
			description = "Of folders only the images whose names match; with a slash, whose paths in the folder do."
					+ " Default: all images. Example: 'scan*.{png,jpg}'")
	private String pattern;

	@Option(names = "--recursive", arity = "0", negatable = true, defaultValue = "true",
			fallbackValue = "true",
			description = "Look into subfolders of folders, or do not. Default: do.")
	private boolean recursive;

	@Option(names = "--type", paramLabel = "TYPE", defaultValue = "auto",
			description = "Of the results in a folder: png, jpg, tif, or auto for PNG where it can hold the result, else"
					+ " TIFF. Default: ${DEFAULT-VALUE}. Example: tif")
	private String type;

	@Option(names = "--output-type", paramLabel = "WORD", defaultValue = "automatic",
			description = "What the results are: automatic (RGB of 8-bit images, 16-bit RGB of 16-bit ones), RGB, composite,"
					+ " 'ab channels', 'Lab stack' or uncertainty, the last four as TIFF. Default: ${DEFAULT-VALUE}."
					+ " Example: 'Lab stack'")
	private String outputType;

	@Option(names = "--overwrite",
			description = "Replace results that are already there. Default: in a folder skip them; if OUTPUT is a file,"
					+ " stop.")
	private boolean overwrite;

	@Option(names = "--uncertainty",
			description = "Also write NAME-uncertainty.tif: entropy of the colour distribution in nats, 32-bit, at the"
					+ " image's size. Default: do not.")
	private boolean uncertainty;

	ColorizeOptions options() {
		return new ColorizeOptions(model, device, temperature, saturation, size, smoothing, Upsampling.of(upsampling),
				reference);
	}

	BatchOptions batch() {
		return BatchOptions.defaults().pattern(pattern).recursive(recursive).type(type).overwrite(overwrite)
				.uncertainty(uncertainty).outputType(OutputType.of(outputType));
	}
}
