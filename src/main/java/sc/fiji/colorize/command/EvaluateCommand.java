/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

/** {@code Plugins > Colorize > Evaluate Colorizer...}: scores models on color photos whose color they do not see. */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Evaluate Colorizer...", weight = 4)},
		description = "Drops the color of color photos, colorizes them and scores the result against the truth.")
public class EvaluateCommand extends EngineCommand {

	@Parameter(label = "Color photos", style = "directory",
			description = "A folder of color photos that the models were not trained on.")
	private File inputFolder;

	@Parameter(label = "Folder for the report", style = "directory",
			description = "For index.html, with a table, curves and pictures.")
	private File outputFolder;

	@Parameter(required = false, label = "Models", style = "models",
			description = "default, other names, or paths of model zips, with commas between.")
	private String model = ColorizeOptions.defaults().model();

	@Parameter(required = false, persist = false, label = "Temperatures",
			description = "From 0 to 1, with commas between. Each model is scored at each temperature.")
	private String temperature = String.valueOf(ColorizeOptions.defaults().temperature());

	@Parameter(required = false, persist = false, label = "Saturation", min = "0", max = "5", stepSize = "0.05",
			style = "slider,soft:2,group:Advanced,format:0.00",
			description = "Factor on the colorfulness, up to 5; 0 is gray.")
	private Double saturation = ColorizeOptions.defaults().saturation();

	@Parameter(required = false, persist = false, label = "Network size", min = "0", max = "2048", stepSize = "8",
			style = "group:Advanced", description = "Pixels on a side of what the network sees, a multiple of 8; 0 is the"
					+ " model's own size.")
	private Integer size = ColorizeOptions.defaults().size();

	@Parameter(required = false, persist = false, label = "Device", style = "device,group:Advanced",
			description = "Where the network runs; auto is the first GPU that works, else the CPU.")
	private String device = ColorizeOptions.defaults().device();

	@Parameter(type = ItemIO.OUTPUT)
	private File report;

	@Override
	String helpPage() {
		return "training.md#evaluation";
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
				EvaluateOptions.defaults().rows(rows()), listener, this::wantsStop).run();
		if (result.isEmpty()) {
			cancel("The evaluation was canceled.");
			return;
		}
		result.get().write(outputFolder.toPath());
		report = new File(outputFolder, Report.HTML);
		if (!GraphicsEnvironment.isHeadless()) {
			table(result.get()).show("Evaluation");
		}
	}

	private List<ColorizeOptions> rows() {
		final ColorizeOptions options = ColorizeOptions.defaults().device(device).saturation(saturation).size(size);
		final List<ColorizeOptions> rows = new ArrayList<>();
		for (final String name : model.split(",")) {
			for (final String t : temperature.split(",")) {
				try {
					rows.add(options.model(name.trim()).temperature(Double.parseDouble(t.trim())));
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
