/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.io.Durations;
import sc.fiji.colorize.spark.ClusterReport;
import sc.fiji.colorize.spark.ClusterRequest;
import sc.fiji.colorize.spark.ClusterSession;
import sc.fiji.colorize.spark.SparkColorizer;

/** {@code colorize-on-spark INPUT... -o OUTPUT}: the driver that {@code spark-submit} starts. */
@Command(name = "colorize-on-spark", mixinStandardHelpOptions = true, sortOptions = false,
		versionProvider = FijiColorize.Version.class,
		description = "Colorizes gray images on a Spark cluster: files, folders and globs on all file systems of Hadoop.",
		footer = {"", "Example: colorize-on-spark hdfs:///scans -o hdfs:///colorized",
				"Example: colorize-on-spark --list s3a://archive/scans.parquet --base s3a://archive/scans"
						+ " -o s3a://archive/colorized",
				"Example: colorize-on-spark evaluate hdfs:///photos --out hdfs:///report; see also evaluate --help",
				"Options of spark-submit stand before --, such as: colorize-on-spark --master yarn -- hdfs:///scans ..."})
public final class ColorizeOnSpark implements Callable<Integer> {

	private static final int EXAMPLES = 10;
	private static final int TRIES_PER_CORE = 4;

	@Spec
	private CommandSpec spec;

	@Mixin
	private ClusterInputOptions inputs;

	@Option(names = {"-o", "--output"}, required = true, paramLabel = "FOLDER",
			description = "Folder of the results. A result is NAME-colorized.png, or .tif where PNG cannot hold it.")
	private String output;

	@Mixin
	private ColorizeSettings settings;

	@Mixin
	private HintOptions hints;

	@Option(names = "--report", paramLabel = "FOLDER",
			description = "Folder of the report on each file, as data sets parquet and csv; replaced if it exists."
					+ " Default: the output with -report added. Example: hdfs:///report")
	private String report;

	@Option(names = "--dry-run",
			description = "Only list the work, and try a few files to estimate the time; write nothing. Default: colorize.")
	private boolean dryRun;

	@Override
	public Integer call() throws Exception {
		final PrintWriter err = spec.commandLine().getErr();
		final ColorizeOptions options = settings.options();
		final BatchOptions batch = settings.batch();
		hints.check(options.reference());
		return onCluster(err, cluster -> {
			final ClusterRequest request = new ClusterRequest(inputs.value(batch.pattern(), batch.recursive()), output,
					report == null ? output.replaceFirst("/+$", "") + "-report" : report, hints.file(), hints.folder(),
					hints.reach(), options, batch);
			try (SparkColorizer colorizer = new SparkColorizer(cluster, request, sentence -> tell(err, sentence))) {
				return colorize(colorizer);
			}
		});
	}

	/** Work on a cluster, which returns the exit code. */
	@FunctionalInterface
	interface Work {

		int on(ClusterSession cluster) throws Exception;
	}

	/** Connects to the cluster, and runs the work until it is done or the user stops it. */
	static int onCluster(final PrintWriter err, final Work work) throws Exception {
		try (ClusterSession cluster = new ClusterSession("Fiji Colorize")) {
			try {
				return work.on(cluster);
			}
			catch (final Exception e) {
				if (cluster.isStopped()) {
					tell(err, "Stopped; start it again to do the rest.");
					return FijiColorize.INTERRUPTED;
				}
				throw ClusterSession.described(e);
			}
		}
	}

	private int colorize(final SparkColorizer colorizer) throws IOException {
		final PrintWriter out = spec.commandLine().getOut();
		final SparkColorizer.Plan plan = colorizer.plan();
		tell(out, String.format(Locale.ROOT, "%d files, %d of them to do (%.1f GB), on %d cores.", plan.files(),
				plan.toDo(), plan.bytes() / 1e9, colorizer.cores()));
		if (plan.files() == 0) {
			tell(spec.commandLine().getErr(), "There is no image to colorize.");
			return FijiColorize.SOME_FAILED;
		}
		hints.checkInputs(plan.files());
		if (dryRun) {
			colorizer.examples(EXAMPLES).forEach(job -> tell(out, job.getKey() + " -> " + job.getValue()
					+ ("auto".equals(settings.batch().type()) ? ".png or .tif" : "")));
			final double seconds = colorizer.secondsPerFile(TRIES_PER_CORE * colorizer.cores());
			if (!Double.isNaN(seconds)) {
				tell(out, String.format(Locale.ROOT, "%.2f s for a file on one core, measured: %s for all.", seconds,
						Durations.format(seconds * plan.toDo() / colorizer.cores())));
			}
			return 0;
		}
		final ClusterReport done = colorizer.run();
		final long failed = done.counts().getOrDefault(Outcome.FAILED, 0L);
		done.problems().forEach(sentence -> tell(spec.commandLine().getErr(), sentence));
		if (failed > done.problems().size()) {
			tell(spec.commandLine().getErr(), "The report names all " + failed + " files that failed.");
		}
		tell(out, BatchReport.summary(done.counts(), plan.files()));
		return failed > 0 ? FijiColorize.SOME_FAILED : 0;
	}

	static void tell(final PrintWriter writer, final String sentence) {
		writer.println(sentence);
		writer.flush();
	}

	/**
	 * Runs the driver.
	 *
	 * @param arguments see {@code --help}
	 */
	public static void main(final String[] arguments) {
		System.exit(run(arguments));
	}

	/** Runs a command line without ending the JVM, and returns the exit code. */
	static int run(final String... arguments) {
		final boolean evaluates = arguments.length > 0 && arguments[0].equals(EvaluateOnSpark.NAME);
		final CommandLine line = new CommandLine(evaluates ? new EvaluateOnSpark() : new ColorizeOnSpark());
		return FijiColorize.run(line, evaluates ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments);
	}
}
