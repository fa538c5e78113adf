/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.spark.ClusterPlan.Planned;

/**
 * Colorizes files on a Spark cluster.
 *
 * <pre>
 * try (ClusterSession cluster = new ClusterSession("scans");
 * 		SparkColorizer colorizer = new SparkColorizer(cluster, request, System.out::println)) {
 * 	SparkColorizer.Plan plan = colorizer.plan();
 * 	ClusterReport report = colorizer.run();
 * }
 * </pre>
 *
 * Files that cannot be read or written are reported and do not stop the others. Existing results are skipped, so an
 * interrupted run can be started again.
 */
public final class SparkColorizer implements AutoCloseable {

	/**
	 * The work to do.
	 *
	 * @param files number of all files
	 * @param toDo number of files without results, excluding unsupported formats
	 * @param bytes size of the files to do, as far as they were listed in folders
	 */
	public record Plan(long files, long toDo, long bytes) {
	}

	private final JavaSparkContext context;
	private final ClusterRequest request;
	private final Consumer<String> progress;
	private final ClusterFiles files;
	private final ClusterOutput output;
	private ClusterRows<Planned> rows;
	private Plan plan;
	private String model;

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
		context = cluster.context();
		this.request = request;
		this.progress = progress;
		files = new ClusterFiles(context.hadoopConfiguration());
		output = new ClusterOutput(context.sc(), files, request.output());
	}

	/**
	 * Lists the work, on the executors.
	 *
	 * @return the work to do
	 * @throws IOException if an input cannot be listed, or the output folder cannot be written
	 * @throws IllegalArgumentException if the hints match no input
	 */
	public Plan plan() throws IOException {
		model = output.prepare(List.of(request.options().model())).get(request.options().model());
		describe("Listing " + String.join(", ", request.inputs().paths().isEmpty()
				? request.inputs().lists() : request.inputs().paths()));
		final ClusterPlan planner = new ClusterPlan(request, files, output);
		final LongAccumulator toDo = context.sc().longAccumulator();
		final LongAccumulator bytes = context.sc().longAccumulator();
		rows = planner.make(context, output.temporary(), toDo, bytes);
		plan = new Plan(rows.count(), toDo.value(), bytes.value());
		if (!request.hintsFolder().isEmpty()) {
			planner.unusedHints(rows.read())
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
		return rows.read().filter(Planned::isToDo).take(most).stream()
				.map(file -> Map.entry(file.input(), file.output())).toList();
	}

	/**
	 * Colorizes some of the files without writing results, to estimate the total time.
	 *
	 * @param most maximum number of files
	 * @return seconds per file on one core; NaN if none could be colorized
	 */
	public double secondsPerFile(final int most) {
		describe("Trying " + most + " files");
		final List<Planned> some = rows.read().filter(Planned::isToDo).takeOrdered(most, Planned.SHUFFLED);
		// The first file of each executor also opens the model.
		final List<Double> seconds = context.parallelize(some, cores())
				.mapPartitions(worker(false, context.sc().longAccumulator(), context.sc().longAccumulator())::work)
				.filter(row -> row.outcome() == Outcome.DONE).map(ClusterReport.Row::seconds).collect().stream().sorted()
				.toList();
		return seconds.isEmpty() ? Double.NaN : seconds.get(seconds.size() / 2);
	}

	/**
	 * The number of tasks that run in parallel.
	 *
	 * @return tasks
	 */
	public int cores() {
		return ClusterTasks.cores(context.sc());
	}

	/**
	 * Runs the work. Call it after {@link #plan()}.
	 *
	 * @return the outcomes
	 * @throws IOException if the report cannot be written
	 */
	public ClusterReport run() throws IOException {
		describe("Colorizing " + plan.toDo() + " files into " + output.folder());
		final ClusterRows<ClusterReport.Row> done;
		try (ClusterProgress watch = new ClusterProgress(context.sc(), plan.toDo(), progress)) {
			done = ClusterRows.keep(ClusterTasks.distribute(rows.read(), plan.toDo(), Planned::output, Planned.BY_OUTPUT)
					.mapPartitions(worker(true, watch.done(), watch.failed())::work), output.temporary(), files);
		}
		describe("Writing the report");
		return ClusterReport.write(done, files.qualify(request.report()), files);
	}

	private FileWorker worker(final boolean keepsResults, final LongAccumulator done, final LongAccumulator failed) {
		return new FileWorker(request, files, model, output.temporary(), keepsResults, done, failed);
	}

	private void describe(final String job) {
		context.sc().setJobGroup("colorize", job, true);
	}

	/** Deletes incomplete files. */
	@Override
	public void close() throws IOException {
		output.close();
	}
}
