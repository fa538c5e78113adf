/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Upsampling;
import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.imagej.OutputType;

/** The options of the results, shared by runs on one machine and on a cluster. */
final class ColorizeSettings {

	private static final ColorizeOptions DEFAULTS = ColorizeOptions.defaults();
	private static final BatchOptions BATCH_DEFAULTS = BatchOptions.defaults();

	@Option(names = "--model", paramLabel = "FILE|NAME",
			description = "Model zip, or a name that 'fiji-colorize models' lists. Default: ${DEFAULT-VALUE}."
					+ " Example: my-model.zip")
	private String model = DEFAULTS.model();

	@Option(names = "--temperature", paramLabel = "T",
			description = "From 0 (vivid, patchy) to 1 (smooth, dull). Default: ${DEFAULT-VALUE}. Example: 0.2")
	private double temperature = DEFAULTS.temperature();

	@Mixin
	private SaturationOption saturation;

	@Option(names = "--size", paramLabel = "N",
			description = "The network sees each image at about N x N pixels, aspect ratio kept; a multiple of 8 from 32 to"
					+ " 2048, 0 for the model's own. Default: ${DEFAULT-VALUE}. Example: 256")
	private int size = DEFAULTS.size();

	@Option(names = "--smoothing", paramLabel = "W",
			description = "Smooths colors along stacks: weight of the previous slices, from 0 (no smoothing) to 1."
					+ " Default: ${DEFAULT-VALUE}. Example: 0.8")
	private double smoothing = DEFAULTS.smoothing();

	@Option(names = "--upsampling", paramLabel = "WORD",
			description = "How colors are enlarged to the image's size: edge-aware, along the edges of the image, or"
					+ " bilinear. Default: ${DEFAULT-VALUE}. Example: bilinear")
	private String upsampling = DEFAULTS.upsampling().label();

	@Option(names = "--reference",
			description = "Follow the published demo exactly: the network sees 256x256 pixels whatever the aspect ratio,"
					+ " colors are enlarged bilinearly, and colors outside sRGB are clipped. For comparison."
					+ " Default: do not.")
	private boolean reference;

	@Mixin
	private EngineOptions engine;

	@Option(names = "--pattern", paramLabel = "GLOB",
			description = "In folders, only images whose names match; with a slash, whose paths in the folder match."
					+ " Default: all images. Example: 'scan*.{png,jpg}'")
	private String pattern = BATCH_DEFAULTS.pattern();

	@Option(names = "--recursive", arity = "0", negatable = true, defaultValue = "true",
			fallbackValue = "true",
			description = "Include subfolders, or do not. Default: do.")
	private boolean recursive;

	@Option(names = "--type", paramLabel = "TYPE",
			description = "Type of results in a folder: png, jpg, tif, or auto for PNG where it can hold the result, else"
					+ " TIFF. Default: ${DEFAULT-VALUE}. Example: tif")
	private String type = BATCH_DEFAULTS.type();

	@Option(names = "--output-type", paramLabel = "WORD",
			description = "Content of the results: automatic (RGB of 8-bit images, 16-bit RGB of 16-bit ones), RGB,"
					+ " composite, 'ab channels', 'Lab stack' or uncertainty, the last four as TIFF."
					+ " Default: ${DEFAULT-VALUE}. Example: 'Lab stack'")
	private String outputType = BATCH_DEFAULTS.outputType().label();

	@Option(names = "--overwrite",
			description = "Replace existing results. Default: in a folder, skip them; if OUTPUT is a file,"
					+ " stop.")
	private boolean overwrite;

	@Option(names = "--uncertainty",
			description = "Also write NAME-uncertainty.tif: entropy of the color distribution in nats, 32-bit, at the"
					+ " image's size. Default: do not.")
	private boolean uncertainty;

	@Option(names = "--metadata", arity = "0", negatable = true, defaultValue = "true", fallbackValue = "true",
			description = "Copy resolution, date, caption, author, rights and all other EXIF, IPTC and XMP data of an input"
					+ " to its result, or do not. Default: do.")
	private boolean metadata;

	ColorizeOptions options() {
		return new ColorizeOptions(model, engine.device(), engine.precision(), temperature, saturation.value(), size,
				smoothing, Upsampling.of(upsampling), reference);
	}

	BatchOptions batch() {
		return BatchOptions.defaults().pattern(pattern).recursive(recursive).type(type).overwrite(overwrite)
				.uncertainty(uncertainty).outputType(OutputType.of(outputType)).metadata(metadata);
	}
}
