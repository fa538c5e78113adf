/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.io.Durations;
import sc.fiji.colorize.model.WeightsImport;
import sc.fiji.colorize.ops.AnnealedMean;

/** {@code fiji-colorize import WEIGHTS -o MODEL.zip}. */
@Command(name = "import", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Converts published weights to a model: a PyTorch state dict (.pth, zip or older) or safetensors.",
		footer = {"", "No code in the file is run: a pickle that contains more than tensors is rejected.",
				"Example: fiji-colorize import colorization_release_v2-9b330a0b.pth -o eccv16.zip"})
final class ImportSubcommand implements Callable<Integer> {

	/** Seconds of work after which the time left is printed. */
	private static final double REPORT_SECONDS = 3;

	@Spec
	private CommandSpec spec;

	@Parameters(paramLabel = "WEIGHTS", description = "The file of weights.")
	private Path weights;

	@Option(names = {"-o", "--output"}, required = true, paramLabel = "MODEL.zip", description = "The model to create.")
	private Path output;

	@Option(names = "--temperature", paramLabel = "T",
			description = "The temperature at which colorize gives the colors of the weights' own forward pass, so that it"
					+ " means the same for every model: 0.38 for the published network, 1 for one whose forward pass gives"
					+ " the plain mean. Default: ${DEFAULT-VALUE}. Example: 1")
	private double temperature = AnnealedMean.TEMPERATURE;

	@Option(names = "--overwrite",
			description = "Replace an existing model. Default: stop.")
	private boolean overwrite;

	@Override
	public Integer call() throws IOException {
		if (!overwrite && Files.isRegularFile(output)) {
			throw new IllegalArgumentException("The model " + output
					+ " already exists: give --overwrite to replace it, or another name.");
		}
		final PrintWriter err = spec.commandLine().getErr();
		final long start = System.nanoTime();
		final double[] nextReport = {REPORT_SECONDS};
		WeightsImport.run(weights, output, WeightsImport.Options.of(weights).temperature(temperature), fraction -> {
			final double elapsed = (System.nanoTime() - start) / 1e9;
			if (elapsed > nextReport[0] && fraction > 0) {
				nextReport[0] = elapsed + REPORT_SECONDS;
				err.println(Math.round(100 * fraction) + " %" + Durations.left(elapsed / fraction * (1 - fraction)));
			}
		}, () -> false);
		spec.commandLine().getOut().println(weights + " -> " + output);
		return 0;
	}
}
