/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

	private static final long PRINT_INTERVAL = 10_000_000_000L;

	@Spec
	private CommandSpec spec;

	@Parameters(paramLabel = "FOLDER",
			description = "Folder tree of color photos; tar and zip archives in it are read in place.")
	private Path folder;

	@Mixin
	private EvaluateSettings settings;

	@Option(names = "--out", paramLabel = "REPORTDIR", defaultValue = "evaluation",
			description = "Folder for report.json, images.csv and index.html. Default: ${DEFAULT-VALUE}. Example: report")
	private Path out;

	@Override
	public Integer call() throws IOException, InterruptedException {
		final EvaluateOptions options = settings.options();
		Report.prepare(out);
		final Report report = new ColorizerEvaluation(folder, options, printer(spec.commandLine().getErr()), () -> false)
				.run().orElseThrow();
		report.write(out);
		EvaluateSettings.print(report, out, spec.commandLine().getOut());
		return report.skipped().isEmpty() ? 0 : FijiColorize.SOME_FAILED;
	}

	/** Prints a line every ten seconds, and one for each skipped photo. */
	private static EvaluateListener printer(final PrintWriter err) {
		return new EvaluateListener() {

			private long lastPrinted = System.nanoTime();

			@Override
			public void message(final String sentence) {
				err.println(sentence);
			}

			@Override
			public void skipped(final SkippedPhoto skipped) {
				err.println(skipped.name() + ": " + skipped.reason() + ".");
			}

			@Override
			public void scored(final int photo, final int photos, final double secondsLeft) {
				if (System.nanoTime() - lastPrinted > PRINT_INTERVAL) {
					lastPrinted = System.nanoTime();
					err.println("photo " + photo + " of " + photos + Durations.left(secondsLeft));
				}
			}
		};
	}
}
