/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.io.IOException;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.model.WeightsImport;
import sc.fiji.colorize.ops.AnnealedMean;

/** {@code Plugins > Colorize > Import Colorizer Weights...}: converts a file of published weights to a model. */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"),
				@Menu(label = "Import Colorizer Weights...", weight = 5)},
		description = "Makes a model of weights published for PyTorch.")
public class ImportCommand extends EngineCommand {

	@Parameter(label = "Weights", style = "open",
			description = "A .pth or .safetensors file of this network.")
	private File weights;

	@Parameter(label = "Model to make", style = "save", description = "A .zip file.")
	private File outputModel;

	@Parameter(required = false, persist = false, label = "Temperature of the weights", min = "0.01", max = "1",
			stepSize = "0.01", style = "format:0.00",
			description = "0.38 for the published network, 1 if its forward pass gives the plain mean.")
	private Double temperature = AnnealedMean.TEMPERATURE;

	@Parameter(type = ItemIO.OUTPUT)
	private File model;

	@Override
	String helpPage() {
		return "importing-weights.md";
	}

	@Override
	void compute() throws IOException {
		status.showStatus("Importing " + weights.getName());
		WeightsImport.run(weights.toPath(), outputModel.toPath(),
				WeightsImport.Options.of(weights.toPath()).temperature(temperature), this::showProgress, this::wantsStop);
		model = outputModel;
	}
}
