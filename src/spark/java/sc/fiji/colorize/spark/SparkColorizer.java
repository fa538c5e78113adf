/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;

import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/**
 * Colorizes files on a Spark cluster.
 *
 * <pre>
 * try (ClusterSession cluster = new ClusterSession("scans");
 * 		SparkColorizer colorizer = new SparkColorizer(cluster, request, System.out::println)) {
 * 	SparkColorizer.Plan plan = colorizer.plan();
 * 	Map&lt;Outcome, Long&gt; counts = colorizer.run();
 * }
 * </pre>
 *
 * Files that cannot be read or written are reported and do not stop the others. Existing results are skipped, so an
 * interrupted run can be started again.
 */
public final class SparkColorizer implements AutoCloseable {

	/** Folder for incomplete files below the output. The leading dot hides it from listings. */
	static final String TEMPORARY = ".colorize-temporary";
	/** Folders of the report, for programs and for people. */
	private static final String PARQUET = "parquet";
	private static final String CSV = "csv";

	/** A task takes some minutes: short enough to repeat, long enough to make Spark's overhead negligible. */
	private static final int FILES_PER_TASK = 256;
	/** Tasks per core, so that all cores finish at about the same time. */
	private static final int TASKS_PER_CORE = 8;
	private static final int MOST_HINTS = 1000;
	private static final int ROWS_PER_CSV = 1_000_000;
	private static final Column TO_DO = functions.not(functions.col(ClusterPlan.IS_DONE))
			.and(functions.not(functions.col(ClusterPlan.LEFT_OUT)));

	/**
	 * The work to do.
	 *
	 * @param files number of all files
	 * @param toDo number of files without results, excluding unsupported formats
	 * @param bytes size of the files to do, as far as they were listed in folders
	 */
	public record Plan(long files, long toDo, long bytes) {
	}

	private final SparkSession spark;
	private final ClusterRequest request;
	private final Consumer<String> progress;
	private final ClusterFiles files;
	private final Path output;
	private final Path temporary;
	private Dataset<Row> rows;
	private Plan plan;
	private String model;
	private boolean isNew;

	/**
	 * Prepares a run.
	 *
	 * @param cluster not closed here
	 * @param request inputs, output and options
	 * @param progress receives the progress every few seconds
	 * @throws IOException if the output is not a valid name of a folder
	 */
	public SparkColorizer(final ClusterSession cluster, final ClusterRequest request, final Consumer<String> progress)
			throws IOException {
		spark = cluster.spark();
		this.request = request;
		this.progress = progress;
		files = new ClusterFiles(spark.sparkContext().hadoopConfiguration());
		output = files.qualify(request.output());
		temporary = new Path(output, TEMPORARY + "/" + spark.sparkContext().applicationId());
	}

	/**
	 * Lists the work, on the executors.
	 *
	 * @return the work to do
	 * @throws IOException if an input cannot be listed, or the output folder cannot be written
	 * @throws IllegalArgumentException if the hints match no input
	 */
	public Plan plan() throws IOException {
		try {
			isNew = !files.exists(output);
			// Left behind by a run that was killed.
			files.delete(temporary.getParent());
			files.createFolder(temporary);
			model = ExecutorModel.share(request.options().model(), temporary, files);
		}
		catch (final IOException e) {
			throw new DescribedException("The folder " + output, "cannot be written (" + Failure.reason(e) + ")", "", e);
		}
		describe("Listing " + String.join(", ", request.inputs().paths().isEmpty()
				? request.inputs().lists() : request.inputs().paths()));
		final ClusterPlan planner = new ClusterPlan(request, files);
		rows = planner.make(spark, temporary);
		final Row counts = rows.agg(functions.count(functions.lit(1)), functions.count(functions.when(TO_DO, 1)),
				functions.sum(functions.when(TO_DO, functions.col(ClusterListing.BYTES)))).first();
		plan = new Plan(counts.getLong(0), counts.getLong(1), counts.isNullAt(2) ? 0 : counts.getLong(2));
		if (!request.hintsFolder().isEmpty()) {
			planner.unusedHints(spark, rows, MOST_HINTS)
					.forEach(file -> progress.accept("The hints " + file + " are not used: no input has that name."));
		}
		return plan;
	}

	/**
	 * Lists some of the files to do, to check the plan.
	 *
	 * @param most maximum number of files
	 * @return input and result of each; the result may lack its extension
	 */
	public List<Map.Entry<String, String>> examples(final int most) {
		return rows.filter(TO_DO).select(ClusterListing.INPUT, ClusterPlan.OUTPUT).takeAsList(most).stream()
				.map(row -> Map.entry(row.getString(0), row.getString(1))).toList();
	}

	/**
	 * Colorizes some of the files without writing results, to estimate the total time.
	 *
	 * @param most maximum number of files
	 * @return seconds per file on one core; NaN if none could be colorized
	 */
	public double secondsPerFile(final int most) {
		describe("Trying " + most + " files");
		final Dataset<Row> some =
				rows.filter(TO_DO).orderBy(functions.xxhash64(functions.col(ClusterListing.INPUT))).limit(most);
		// The first file of each executor also opens the model.
		final List<Double> seconds = work(some, cores(), false)
				.filter(functions.col("outcome").equalTo(Outcome.DONE.label()))
				.select("seconds").as(Encoders.DOUBLE()).collectAsList().stream().sorted().toList();
		return seconds.isEmpty() ? Double.NaN : seconds.get(seconds.size() / 2);
	}

	/**
	 * The number of tasks that run in parallel.
	 *
	 * @return tasks
	 */
	public int cores() {
		return cores(spark);
	}

	static int cores(final SparkSession spark) {
		return Math.max(1, spark.sparkContext().defaultParallelism()
				/ Integer.parseInt(spark.sparkContext().getConf().get("spark.task.cpus", "1")));
	}

	/** The number of tasks for a number of files. */
	static int tasks(final SparkSession spark, final long count) {
		final long tasks = Math.max(Math.min(count, (long) TASKS_PER_CORE * cores(spark)),
				(count + FILES_PER_TASK - 1) / FILES_PER_TASK);
		return (int) Math.max(1, Math.min(Integer.MAX_VALUE, tasks));
	}

	/**
	 * Runs the work. Call it after {@link #plan()}.
	 *
	 * @return number of files of each outcome
	 * @throws IOException if the report cannot be written
	 */
	public Map<Outcome, Long> run() throws IOException {
		describe("Colorizing " + plan.toDo() + " files into " + output);
		final Path report = new Path(files.qualify(request.report()), PARQUET);
		try (ClusterProgress watch = new ClusterProgress(spark.sparkContext(), plan.toDo(), progress)) {
			work(rows, tasks(spark, plan.toDo()), true, watch.done(), watch.failed()).write()
					.mode(SaveMode.Overwrite).parquet(report.toString());
		}
		describe("Writing the report");
		final Dataset<Row> written = spark.read().schema(FileWorker.REPORT).parquet(report.toString());
		written.repartitionByRange((int) (1 + plan.files() / ROWS_PER_CSV), functions.col("input"))
				.sortWithinPartitions("input").write().mode(SaveMode.Overwrite).option("header", true)
				.csv(new Path(files.qualify(request.report()), CSV).toString());
		final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
		for (final Row row : written.groupBy("outcome").count().collectAsList()) {
			for (final Outcome outcome : Outcome.values()) {
				if (outcome.label().equals(row.getString(0))) {
					counts.put(outcome, row.getLong(1));
				}
			}
		}
		return counts;
	}

	private Dataset<Row> work(final Dataset<Row> work, final int tasks, final boolean keepsResults) {
		final SparkContext context = spark.sparkContext();
		return work(work, tasks, keepsResults, context.longAccumulator(), context.longAccumulator());
	}

	private Dataset<Row> work(final Dataset<Row> work, final int tasks, final boolean keepsResults,
			final LongAccumulator done, final LongAccumulator failed) {
		final FileWorker worker = new FileWorker(request, files, model, temporary, keepsResults, done, failed);
		return work.repartition(tasks, functions.col(ClusterPlan.OUTPUT))
				.sortWithinPartitions(ClusterPlan.OUTPUT, ClusterListing.ORDER, ClusterListing.INPUT)
				.mapPartitions((MapPartitionsFunction<Row, Row>) worker::work, Encoders.row(FileWorker.REPORT));
	}

	/**
	 * Lists the messages of failed and left-out files. Call it after {@link #run()}.
	 *
	 * @param most maximum number of messages
	 * @return sorted by file name
	 * @throws IOException if the name of the report is invalid
	 */
	public List<String> problems(final int most) throws IOException {
		return spark.read().schema(FileWorker.REPORT)
				.parquet(new Path(files.qualify(request.report()), PARQUET).toString())
				.filter(functions.col("outcome").isin(Outcome.FAILED.label(), Outcome.LEFT_OUT.label()))
				.orderBy("input").limit(most).select("message").as(Encoders.STRING()).collectAsList();
	}

	private void describe(final String job) {
		spark.sparkContext().setJobGroup("colorize", job, true);
	}

	/** Deletes incomplete files. */
	@Override
	public void close() throws IOException {
		files.delete(temporary.getParent());
		if (isNew) {
			files.deleteIfEmpty(output);
		}
	}
}
