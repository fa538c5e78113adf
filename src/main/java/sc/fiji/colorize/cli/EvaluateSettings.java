/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Upsampling;
import sc.fiji.colorize.evaluate.EvaluateOptions;
import sc.fiji.colorize.evaluate.EvaluationRow;
import sc.fiji.colorize.evaluate.Report;

/** What an evaluation compares, shared by runs on one machine and on a cluster. */
final class EvaluateSettings {

	private static final ColorizeOptions DEFAULTS = ColorizeOptions.defaults();

	@Option(names = "--model", paramLabel = "MODEL,...", split = ",",
			description = "Models to compare: names that 'fiji-colorize models' lists, or model zips."
					+ " Default: ${DEFAULT-VALUE}. Example: default,mine.zip")
	private List<String> models = CommaList.of(DEFAULTS.model());

	@Option(names = "--temperature", paramLabel = "T,...", split = ",",
			description = "Temperatures to compare. Default: ${DEFAULT-VALUE}. Example: 0.2,0.38,1")
	private List<Double> temperatures = CommaList.of(DEFAULTS.temperature());

	@Mixin
	private SaturationOption saturation;

	@Option(names = "--size", paramLabel = "N,...", split = ",",
			description = "Network sizes to compare, 0 for the model's own. Default: ${DEFAULT-VALUE}. Example: 128,256")
	private List<Integer> sizes = CommaList.of(DEFAULTS.size());

	@Option(names = "--upsampling", paramLabel = "WORD,...", split = ",",
			description = "Upsampling methods to compare: edge-aware, bilinear. Default: ${DEFAULT-VALUE}."
					+ " Example: edge-aware,bilinear")
	private List<String> upsamplings = CommaList.of(DEFAULTS.upsampling().label());

	@Option(names = "--hints", paramLabel = "N,...", split = ",",
			description = "Numbers of simulated color hints to compare: true colors of patches of 7x7 pixels at random"
					+ " positions. Default: ${DEFAULT-VALUE}. Example: 0,1,10,50")
	private List<Integer> hints = CommaList.of(EvaluateOptions.defaults().hints().get(0));

	@Option(names = "--seed", paramLabel = "SEED",
			description = "Seed of the positions of the hints. Default: ${DEFAULT-VALUE}. Example: 7")
	private long seed = EvaluateOptions.defaults().seed();

	@Mixin
	private EngineOptions engine;

	@Option(names = "--prior", paramLabel = "FILE",
			description = "Color prior for the rebalanced AuC: a text file of 313 probabilities in the order of the"
					+ " bins. Default: the bins of the photos themselves. Example: prior.txt")
	private Path prior;

	/** The options, with the prior of its file. */
	EvaluateOptions options() throws IOException {
		final List<ColorizeOptions> rows = new ArrayList<>();
		for (final String model : models) {
			for (final int size : sizes) {
				for (final double temperature : temperatures) {
					for (final String upsampling : upsamplings) {
						rows.add(DEFAULTS.model(model).device(engine.device()).precision(engine.precision())
								.temperature(temperature).saturation(saturation.value()).size(size)
								.upsampling(Upsampling.of(upsampling)));
					}
				}
			}
		}
		return EvaluateOptions.defaults().rows(rows).prior(readPrior()).hints(hints, seed);
	}

	private List<Double> readPrior() throws IOException {
		if (prior == null) {
			return List.of();
		}
		try (Scanner scanner = new Scanner(prior).useDelimiter("[\\s,;]+")) {
			return scanner.tokens().map(Double::valueOf).toList();
		}
		catch (final NoSuchFileException e) {
			throw new IllegalArgumentException("There is no file " + prior + ".", e);
		}
		catch (final NumberFormatException e) {
			throw new IllegalArgumentException("The color prior " + prior + " holds something that is no number.", e);
		}
	}

	/** Prints the rows of a report that was written into a folder. */
	static void print(final Report report, final Object folder, final PrintWriter printer) {
		final String head = "%-" + report.rows().stream().mapToInt(row -> row.name().length()).max().orElseThrow() + "s";
		printer.printf(Locale.ROOT, head + "  AuC raw  rebalanced   RMSE   PSNR  chroma (true %.1f)%n", "",
				report.rows().get(0).trueChroma());
		for (final EvaluationRow row : report.rows()) {
			printer.printf(Locale.ROOT, head + "  %7.2f  %10.2f  %5.2f  %5.2f  %6.1f%n", row.name(), row.aucRaw(),
					row.aucRebalanced(), row.abRmse(), row.psnr(), row.chroma());
		}
		printer.println(report.rows().get(0).photos() + " photos scored; the report is in " + folder + ".");
	}
}
