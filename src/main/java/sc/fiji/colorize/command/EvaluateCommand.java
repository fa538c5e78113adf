/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import ij.measure.ResultsTable;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.evaluate.ColorizerEvaluation;
import sc.fiji.colorize.evaluate.EvaluateListener;
import sc.fiji.colorize.evaluate.EvaluateOptions;
import sc.fiji.colorize.evaluate.EvaluationRow;
import sc.fiji.colorize.evaluate.Report;

/** {@code Plugins > Colorize > Evaluate Colorizer...}: scores models on colour photos that they see without colour. */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Evaluate Colorizer...", weight = 4)},
		description = "Drops the colour of colour photos, colorizes them and scores the result against the truth.")
public class EvaluateCommand extends EngineCommand {

	@Parameter(label = "Folder of colour photos", style = "directory")
	private File inputFolder;

	@Parameter(label = "Folder for the report", style = "directory")
	private File outputFolder;

	@Parameter(required = false, initializer = "forgetVanished", label = "Models",
			description = "default, other names, or paths of model zips, with commas between")
	private String model = ColorizeOptions.defaults().model();

	@Parameter(required = false, persist = false, label = "Temperatures", description = "with commas between")
	private String temperature = String.valueOf(ColorizeOptions.defaults().temperature());

	@Parameter(required = false, persist = false, label = "Saturation", min = "0", max = "5", stepSize = "0.05")
	private Double saturation = ColorizeOptions.defaults().saturation();

	@Parameter(required = false, persist = false, label = "Network size (0: the model's own)", min = "0", max = "2048",
			stepSize = "8")
	private Integer size = ColorizeOptions.defaults().size();

	@Parameter(required = false, persist = false, label = "Device", description = "auto, cpu, gpu or gpu:N")
	private String device = ColorizeOptions.defaults().device();

	@Parameter(type = ItemIO.OUTPUT)
	private File report;

	private void forgetVanished() {
		ModelChoice.forgetVanished(context(), getClass(), "model", ColorizeOptions.defaults().model(),
				status::showStatus);
	}

	@Override
	void compute() throws IOException, InterruptedException {
		Report.prepare(outputFolder.toPath());
		final EvaluateListener listener = new EvaluateListener() {

			@Override
			public void message(final String sentence) {
				log.warn(sentence);
			}

			@Override
			public void scored(final int photo, final int photos, final double secondsLeft) {
				status.showStatus(photo, photos, "Scored photo " + photo + " of " + photos + ", "
						+ Math.round(secondsLeft) + " s left");
			}
		};
		final Optional<Report> result = new ColorizerEvaluation(inputFolder.toPath(),
				EvaluateOptions.defaults().rows(rows()), listener, this::isCanceled).run();
		if (result.isEmpty()) {
			cancel("The evaluation was cancelled.");
			return;
		}
		result.get().write(outputFolder.toPath());
		report = new File(outputFolder, Report.HTML);
		if (!GraphicsEnvironment.isHeadless()) {
			table(result.get()).show("Evaluation");
		}
	}

	private List<ColorizeOptions> rows() {
		final ColorizeOptions defaults = ColorizeOptions.defaults();
		final String temperatures = Objects.requireNonNullElse(temperature, String.valueOf(defaults.temperature()));
		final List<ColorizeOptions> rows = new ArrayList<>();
		for (final String name : Objects.requireNonNullElse(model, defaults.model()).split(",")) {
			for (final String t : temperatures.split(",")) {
				try {
					rows.add(defaults.model(name.trim()).device(Objects.requireNonNullElse(device, defaults.device()))
							.temperature(Double.parseDouble(t.trim()))
							.saturation(Objects.requireNonNullElse(saturation, defaults.saturation()))
							.size(Objects.requireNonNullElse(size, defaults.size())));
				}
				catch (final NumberFormatException e) {
					throw new IllegalArgumentException("The temperature must be a number but is '" + t.trim() + "'.", e);
				}
			}
		}
		return rows;
	}

	private static ResultsTable table(final Report report) {
		final ResultsTable table = new ResultsTable();
		for (final EvaluationRow row : report.rows()) {
			table.addRow();
			table.addLabel(row.name());
			table.addValue("AuC raw", row.aucRaw());
			table.addValue("AuC rebalanced", row.aucRebalanced());
			table.addValue("RMSE ab", row.abRmse());
			table.addValue("Chroma", row.chroma());
			table.addValue("True chroma", row.trueChroma());
		}
		return table;
	}
}
