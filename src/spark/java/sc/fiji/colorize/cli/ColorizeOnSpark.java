/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.io.Durations;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.ModelStore;
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
				"Options of spark-submit stand before --, such as: colorize-on-spark --master yarn -- hdfs:///scans ..."})
public final class ColorizeOnSpark implements Callable<Integer> {

	private static final int MOST_PROBLEMS = 1000;
	private static final int EXAMPLES = 10;
	private static final int TRIES_PER_CORE = 4;

	@Spec
	private CommandSpec spec;

	@Parameters(arity = "0..*", paramLabel = "INPUT", description = "Image files, folders of images, or globs.")
	private List<String> inputs = List.of();

	@Option(names = {"-o", "--output"}, required = true, paramLabel = "FOLDER",
			description = "Folder of the results. A result is NAME-colorized.png, or .tif where PNG cannot hold it.")
	private String output;

	@Option(names = "--list", paramLabel = "FILE",
			description = "A list of image files: .txt with a URI in each line, .csv with a header, or Parquet."
					+ " Default: none. Example: scans.parquet")
	private List<String> lists = List.of();

	@Option(names = "--column", paramLabel = "NAME", defaultValue = "uri",
			description = "The column of URIs in CSV and Parquet lists. Default: ${DEFAULT-VALUE}. Example: path")
	private String column;

	@Option(names = "--base", paramLabel = "FOLDER", defaultValue = "",
			description = "Results of listed files below this folder keep their subfolders. Default: they all go into one"
					+ " folder. Example: s3a://archive/scans")
	private String base;

	@Mixin
	private ColorizeSettings settings;

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
		try (ClusterSession cluster = new ClusterSession("Fiji Colorize")) {
			final ClusterRequest request = new ClusterRequest(inputs, lists, column, base, output,
					report == null ? output.replaceFirst("/+$", "") + "-report" : report,
					options.model(modelOf(options)), settings.batch());
			try (SparkColorizer colorizer = new SparkColorizer(cluster, request, sentence -> tell(err, sentence))) {
				return colorize(colorizer);
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
		final Map<Outcome, Long> counts = colorizer.run();
		final long failed = counts.getOrDefault(Outcome.FAILED, 0L);
		final List<String> problems = colorizer.problems(MOST_PROBLEMS);
		problems.forEach(sentence -> tell(spec.commandLine().getErr(), sentence));
		if (failed > problems.size()) {
			tell(spec.commandLine().getErr(), "The report names all " + failed + " files that failed.");
		}
		tell(out, BatchReport.summary(counts, plan.files()));
		return failed > 0 ? FijiColorize.SOME_FAILED : 0;
	}

	/** The bundled model by its name, any other by its zip. */
	private static String modelOf(final ColorizeOptions options) throws IOException {
		return options.model().equals(ModelFile.DEFAULT) ? options.model()
				: ModelStore.ofUser().resolve(options.model()).toAbsolutePath().toString();
	}

	private static void tell(final PrintWriter writer, final String sentence) {
		writer.println(sentence);
		writer.flush();
	}

	/**
	 * Runs the driver.
	 *
	 * @param arguments see {@code --help}
	 */
	public static void main(final String[] arguments) {
		System.exit(FijiColorize.run(new ColorizeOnSpark(), arguments));
	}
}
