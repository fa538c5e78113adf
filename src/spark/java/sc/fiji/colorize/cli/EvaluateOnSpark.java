/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.evaluate.EvaluateOptions;
import sc.fiji.colorize.evaluate.EvaluationRow;
import sc.fiji.colorize.evaluate.Report;
import sc.fiji.colorize.spark.SparkEvaluator;

/** {@code colorize-on-spark evaluate INPUT... --out FOLDER}. */
@Command(name = "colorize-on-spark " + EvaluateOnSpark.NAME, mixinStandardHelpOptions = true, sortOptions = false,
		versionProvider = FijiColorize.Version.class,
		description = "Removes the color of color photos, colorizes them and scores the results against the originals,"
				+ " on a Spark cluster.",
		footerHeading = "%nMetrics:%n", footer = {EvaluationRow.DEFINITIONS, "",
				"Example: colorize-on-spark evaluate hdfs:///photos --out hdfs:///report"})
final class EvaluateOnSpark implements Callable<Integer> {

	static final String NAME = "evaluate";

	@Spec
	private CommandSpec spec;

	@Mixin
	private ClusterInputOptions inputs;

	@Mixin
	private EvaluateSettings settings;

	@Option(names = "--out", paramLabel = "REPORTDIR", defaultValue = "evaluation",
			description = "Folder for report.json, index.html, and the data sets images and skipped."
					+ " Default: ${DEFAULT-VALUE}. Example: hdfs:///report")
	private String out;

	@Override
	public Integer call() throws Exception {
		final PrintWriter err = spec.commandLine().getErr();
		final EvaluateOptions options = settings.options();
		return ColorizeOnSpark.onCluster(err, cluster -> {
			try (SparkEvaluator evaluator = new SparkEvaluator(cluster, inputs.value("", true), options, out,
					sentence -> ColorizeOnSpark.tell(err, sentence))) {
				final Report report = evaluator.run();
				report.skipped().forEach(photo -> ColorizeOnSpark.tell(err, photo.name() + ": " + photo.reason() + "."));
				EvaluateSettings.print(report, out, spec.commandLine().getOut());
				return report.skipped().isEmpty() ? 0 : FijiColorize.SOME_FAILED;
			}
		});
	}
}
