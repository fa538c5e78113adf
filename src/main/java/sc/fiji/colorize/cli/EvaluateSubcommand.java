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
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Upsampling;
import sc.fiji.colorize.evaluate.ColorizerEvaluation;
import sc.fiji.colorize.evaluate.EvaluateListener;
import sc.fiji.colorize.evaluate.EvaluateOptions;
import sc.fiji.colorize.evaluate.EvaluationRow;
import sc.fiji.colorize.evaluate.Report;
import sc.fiji.colorize.io.Durations;
import sc.fiji.colorize.photo.SkippedPhoto;

/** {@code fiji-colorize evaluate FOLDER}. */
@Command(name = "evaluate", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Removes the color of color photos, colorizes them and scores the results against the originals.",
		footerHeading = "%nMetrics:%n", footer = {EvaluationRow.DEFINITIONS, "",
				"Example: fiji-colorize evaluate photos/ --out report",
				"Example: fiji-colorize evaluate photos/ --out report --model default,mine.zip --temperature 0.2,0.38,1"})
final class EvaluateSubcommand implements Callable<Integer> {

	private static final ColorizeOptions DEFAULTS = ColorizeOptions.defaults();
	private static final long TELL_EVERY = 10_000_000_000L;

	@Spec
	private CommandSpec spec;

	@Parameters(paramLabel = "FOLDER",
			description = "Folder tree of color photos; tar and zip archives in it are read in place.")
	private Path folder;

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
	private DeviceOption device;

	@Mixin
	private PrecisionOption precision;

	@Option(names = "--prior", paramLabel = "FILE",
			description = "Color prior for the rebalanced AuC: a text file of 313 probabilities in the order of the"
					+ " bins. Default: the bins of the photos themselves. Example: prior.txt")
	private Path prior;

	@Option(names = "--out", paramLabel = "REPORTDIR", defaultValue = "evaluation",
			description = "Folder for report.json, images.csv and index.html. Default: ${DEFAULT-VALUE}. Example: report")
	private Path out;

	@Override
	public Integer call() throws IOException, InterruptedException {
		final List<ColorizeOptions> rows = new ArrayList<>();
		for (final String model : models) {
			for (final int size : sizes) {
				for (final double temperature : temperatures) {
					for (final String upsampling : upsamplings) {
						rows.add(DEFAULTS.model(model).device(device.value()).precision(precision.value())
								.temperature(temperature).saturation(saturation.value()).size(size)
								.upsampling(Upsampling.of(upsampling)));
					}
				}
			}
		}
		final EvaluateOptions options = EvaluateOptions.defaults().rows(rows).prior(readPrior()).hints(hints, seed);
		Report.prepare(out);
		final Optional<Report> result = new ColorizerEvaluation(folder, options,
				new Printer(spec.commandLine().getErr()), () -> false).run();
		final Report report = result.orElseThrow();
		report.write(out);
		print(report, spec.commandLine().getOut());
		return report.skipped().isEmpty() ? 0 : FijiColorize.SOME_FAILED;
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

	private void print(final Report report, final PrintWriter printer) {
		int widest = 0;
		for (final EvaluationRow row : report.rows()) {
			widest = Math.max(widest, row.name().length());
		}
		final String head = "%-" + widest + "s";
		printer.printf(Locale.ROOT, head + "  AuC raw  rebalanced   RMSE   PSNR  chroma (true %.1f)%n", "",
				report.rows().get(0).trueChroma());
		for (final EvaluationRow row : report.rows()) {
			printer.printf(Locale.ROOT, head + "  %7.2f  %10.2f  %5.2f  %5.2f  %6.1f%n", row.name(), row.aucRaw(),
					row.aucRebalanced(), row.abRmse(), row.psnr(), row.chroma());
		}
		printer.println(report.rows().get(0).photos() + " photos scored; the report is in " + out + ".");
	}

	/** Prints a line every ten seconds, and one for each skipped photo. */
	private static final class Printer implements EvaluateListener {

		private final PrintWriter printer;
		private long lastTold = System.nanoTime();

		Printer(final PrintWriter printer) {
			this.printer = printer;
		}

		@Override
		public void message(final String sentence) {
			printer.println(sentence);
			printer.flush();
		}

		@Override
		public void skipped(final SkippedPhoto skipped) {
			printer.println(skipped.name() + ": " + skipped.reason() + ".");
			printer.flush();
		}

		@Override
		public void scored(final int photo, final int photos, final double secondsLeft) {
			if (System.nanoTime() - lastTold > TELL_EVERY) {
				lastTold = System.nanoTime();
				printer.println("photo " + photo + " of " + photos + ", " + Durations.format(secondsLeft)
						+ " left");
				printer.flush();
			}
		}
	}
}
