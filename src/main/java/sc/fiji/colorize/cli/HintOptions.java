/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import picocli.CommandLine.Option;

import sc.fiji.colorize.ops.HintPropagation;

/** The options of color hints, shared by runs on one machine and on a cluster. */
final class HintOptions {

	@Option(names = "--hints", paramLabel = "FILE", defaultValue = "",
			description = "Color hints for one input file: a transparent PNG of the image's size with strokes of color, or"
					+ " ImageJ selections with colors (.zip, .roi). Default: none. Example: strokes.png")
	private String hints;

	@Option(names = "--hints-folder", paramLabel = "FOLDER", defaultValue = "",
			description = "Color hints for the inputs with the same name, as NAME.png, NAME.zip or NAME.roi."
					+ " Default: none. Example: hints/")
	private String hintsFolder;

	@Option(names = "--reach", paramLabel = "R",
			description = "How far the colors of hints spread, 0.1 to 10. Default: ${DEFAULT-VALUE}. Example: 0.5")
	private double reach = HintPropagation.REACH;

	/** The file; empty if none was given. */
	String file() {
		return hints;
	}

	/** The folder; empty if none was given. */
	String folder() {
		return hintsFolder;
	}

	double reach() {
		return reach;
	}

	/** Checks the options against each other. */
	void check(final boolean reference) {
		HintPropagation.requireReach(reach);
		if (!hints.isEmpty() && !hintsFolder.isEmpty()) {
			throw new IllegalArgumentException("The options --hints and --hints-folder exclude each other: give one.");
		}
		if (reference && !(hints + hintsFolder).isEmpty()) {
			throw new IllegalArgumentException("The published demo has no hints: leave out --reference or the hints.");
		}
	}

	/** Checks that a hint file has one input. */
	void checkInputs(final long inputs) {
		if (!hints.isEmpty() && inputs != 1) {
			throw new IllegalArgumentException("The hints " + hints + " are for one image but there are " + inputs
					+ " inputs: give --hints-folder.");
		}
	}
}
