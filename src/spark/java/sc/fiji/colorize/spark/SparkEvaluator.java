/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.evaluate.EvaluateOptions;
import sc.fiji.colorize.evaluate.EvaluationSums;
import sc.fiji.colorize.evaluate.PhotoEvaluator;
import sc.fiji.colorize.evaluate.Report;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.ops.MeanColor;
import sc.fiji.colorize.photo.PhotoFile;
import sc.fiji.colorize.photo.PhotoFolder;
import sc.fiji.colorize.photo.RgbPhoto;
import sc.fiji.colorize.photo.SkippedPhoto;

/**
 * Evaluates colorizers on color photos, on a Spark cluster. The tasks sum the scores of their photos, and the executors add
 * the sums, so that the driver holds few of them. The metrics are those of
 * {@link sc.fiji.colorize.evaluate.ColorizerEvaluation} up to rounding.
 */
public final class SparkEvaluator implements AutoCloseable {

	private static final int SKIPPED_SHOWN = 1000;
	private static final int ROWS_PER_CSV = 1_000_000;
	/** Levels of the tree in which sums are added. */
	private static final int DEPTH = 3;

	/** A photo after the first pass: its mean color, or the reason why it cannot be scored. */
	private record Scanned(String input, String photo, String reason, float a, float b, long pixels)
			implements Serializable {

		static final Comparator<Scanned> BY_PHOTO = (Comparator<Scanned> & Serializable) (one, two) -> one.photo
				.compareTo(two.photo);

		static Scanned skipped(final String input, final String photo, final String reason) {
			return new Scanned(input, photo, reason, 0, 0, 0);
		}

		boolean isFit() {
			return reason == null;
		}
	}

	/** The sum of the colors of photos, weighted by their pixels. */
	private record ColorSum(double a, double b, long pixels, long photos) implements Serializable {

		static final ColorSum NONE = new ColorSum(0, 0, 0, 0);

		ColorSum add(final Scanned photo) {
			return new ColorSum(a + (double) photo.a() * photo.pixels(), b + (double) photo.b() * photo.pixels(),
					pixels + photo.pixels(), photos + 1);
		}

		ColorSum add(final ColorSum other) {
			return new ColorSum(a + other.a, b + other.b, pixels + other.pixels, photos + other.photos);
		}
	}

	/** The metrics of a photo in one row, or the sums of a task. */
	private record Scored(Report.ImageScore score, EvaluationSums sums) implements Serializable {
	}

	private final JavaSparkContext context;
	private final ClusterInputs inputs;
	private final EvaluateOptions options;
	private final Consumer<String> progress;
	private final ClusterFiles files;
	private final ClusterOutput output;

	/**
	 * Prepares an evaluation.
	 *
	 * @param cluster not closed here
	 * @param inputs the photos
	 * @param options what to compare; the models are on the machine of the driver
	 * @param output folder of the report
	 * @param progress receives the progress every few seconds
	 * @throws IOException if the output is not a valid name of a folder
	 */
	public SparkEvaluator(final ClusterSession cluster, final ClusterInputs inputs, final EvaluateOptions options,
			final String output, final Consumer<String> progress) throws IOException {
		context = cluster.context();
		this.inputs = inputs;
		this.options = options;
		this.progress = progress;
		files = new ClusterFiles(context.hadoopConfiguration());
		this.output = new ClusterOutput(context.sc(), files, output);
	}

	/**
	 * Scores the photos, and writes {@code report.json} and {@code index.html}, as on one machine but without pictures, and
	 * the data sets {@code images} (metrics of each photo) and {@code skipped} as CSV files.
	 *
	 * @return the report, without the metrics of each photo and with the first 1,000 skipped photos
	 * @throws IOException if the photos cannot be listed, no photo can be scored, or the report cannot be written
	 */
	public Report run() throws IOException {
		final Map<String, String> models =
				output.prepare(options.rows().stream().map(ColorizeOptions::model).distinct().toList());
		final ClusterRows<Scanned> scanned = scan();
		final JavaRDD<Scanned> fit = scanned.read().filter(Scanned::isFit);
		final JavaRDD<Scanned> skipped = scanned.read().filter(photo -> !photo.isFit());
		final ColorSum total = fit.aggregate(ColorSum.NONE, ColorSum::add, ColorSum::add);
		final long skippedCount = scanned.count() - total.photos();
		final List<SkippedPhoto> shown = skipped.takeOrdered(SKIPPED_SHOWN, Scanned.BY_PHOTO).stream()
				.map(photo -> new SkippedPhoto(photo.photo(), photo.reason())).toList();
		if (total.photos() == 0) {
			throw new IOException("There is no color photo that can be scored, of " + skippedCount + " found"
					+ shown.stream().limit(1).map(photo -> ": " + photo.name() + ": " + photo.reason()).findFirst()
							.orElse("") + ".");
		}
		final MeanColor mean = new MeanColor();
		mean.add((float) (total.a() / total.pixels()), (float) (total.b() / total.pixels()));
		describe("Scoring " + total.photos() + " photos");
		final ClusterRows<Scored> scored =
				pass(fit, total.photos(), new Photos(files, options, models, mean)::score);
		final EvaluationSums sums = scored.read().map(Scored::sums).filter(sum -> sum != null)
				.treeReduce(EvaluationSums::add, DEPTH);
		describe("Writing the report");
		write(scored.read().map(Scored::score).filter(score -> score != null)
				.mapToPair(score -> new Tuple2<>(score.photo(), score.cells())), scored.count(), "images",
				Report.ImageScore.COLUMNS);
		write(skipped.mapToPair(photo -> new Tuple2<>(photo.photo(), List.of(photo.photo(), photo.reason()))), skippedCount,
				"skipped", List.of("photo", "reason"));
		final List<String> places = inputs.paths().isEmpty() ? inputs.lists() : inputs.paths();
		final Report report = new Report(String.join(", ", places), !options.prior().isEmpty(),
				sums.rows(options.prior(), (int) skippedCount), List.of(), shown, List.of());
		write(report);
		return report;
	}

	/** Lists and reads the photos. */
	private ClusterRows<Scanned> scan() throws IOException {
		describe("Listing the photos");
		final ClusterListing.Listing listing = new ClusterListing(inputs, files,
				name -> PhotoFolder.isPhoto(name) || PhotoFolder.isArchive(name), output.folder())
				.make(context, output.temporary());
		describe("Reading " + listing.count() + " photos");
		final ClusterFiles system = files;
		return pass(listing.files().map(file -> named(file, system)), listing.count(), (photos, done) -> {
			final List<Scanned> result = new ArrayList<>();
			photos.forEachRemaining(photo -> {
				TaskContext.get().killTaskIfInterrupted();
				result.add(photo.isFit() ? scan(photo, system) : photo);
				done.add(1);
			});
			return result.iterator();
		});
	}

	/** A photo before the first pass. */
	private static Scanned named(final ClusterListing.Listed file, final ClusterFiles files) {
		try {
			final Path input = files.qualify(file.input());
			return new Scanned(input.toString(), ClusterListing.relative(file.root(), input), null, 0, 0, 0);
		}
		catch (final IOException e) {
			return Scanned.skipped(file.input(), file.input(), Failure.reason(e));
		}
	}

	private static Scanned scan(final Scanned photo, final ClusterFiles files) {
		try {
			if (PhotoFolder.isArchive(photo.input())) {
				throw new IOException("archives are not read on a cluster");
			}
			final RgbPhoto pixels = RgbPhoto.of(PhotoFile.decode(files.read(files.qualify(photo.input()))));
			final MeanColor mean = PhotoEvaluator.meanColor(pixels);
			return new Scanned(photo.input(), photo.photo(), null, mean.a(), mean.b(),
					(long) pixels.width() * pixels.height());
		}
		catch (final IOException | RuntimeException | OutOfMemoryError e) {
			return Scanned.skipped(photo.input(), photo.photo(), Failure.reason(e));
		}
	}

	/** A pass over the photos of a task. */
	@FunctionalInterface
	private interface Pass<T> extends Serializable {

		Iterator<T> over(Iterator<Scanned> photos, LongAccumulator done) throws IOException;
	}

	/** Runs a pass once, and keeps its rows. */
	private <T> ClusterRows<T> pass(final JavaRDD<Scanned> photos, final long count, final Pass<T> pass) {
		try (ClusterProgress watch = new ClusterProgress(context.sc(), count, progress)) {
			final LongAccumulator done = watch.done();
			return ClusterRows.keep(ClusterTasks.distribute(photos, count, Scanned::input, Scanned.BY_PHOTO)
					.mapPartitions(part -> pass.over(part, done)), output.temporary(), files);
		}
	}

	/** Scores photos on an executor. */
	private record Photos(ClusterFiles files, EvaluateOptions options, Map<String, String> models, MeanColor mean)
			implements Serializable {

		Iterator<Scored> score(final Iterator<Scanned> photos, final LongAccumulator done) throws IOException {
			final PhotoEvaluator evaluator = new PhotoEvaluator(options,
					row -> ExecutorModel.open(row, models.get(row.model()), files));
			final List<Scored> result = new ArrayList<>();
			EvaluationSums sums = null;
			while (photos.hasNext()) {
				final Scanned photo = photos.next();
				final RgbPhoto pixels = RgbPhoto.of(PhotoFile.decode(files.read(files.qualify(photo.input()))));
				final EvaluationSums scores =
						evaluator.score(pixels, photo.photo(), mean, TaskContext.get()::isInterrupted);
				scores.images(photo.photo(), pixels.width(), pixels.height())
						.forEach(score -> result.add(new Scored(score, null)));
				sums = sums == null ? scores : sums.add(scores);
				done.add(1);
				TaskContext.get().killTaskIfInterrupted();
			}
			if (sums != null) {
				result.add(new Scored(null, sums));
			}
			return result.iterator();
		}
	}

	/** Writes a table, sorted by photo. */
	private void write(final JavaPairRDD<String, List<?>> rows, final long count, final String name,
			final List<String> columns) throws IOException {
		try (ClusterDataSet table = ClusterDataSet.csv(files, new Path(output.folder(), name))) {
			rows.sortByKey(true, (int) (1 + count / ROWS_PER_CSV)).values().mapPartitionsWithIndex((number, part) -> {
				table.add(number, file -> {
					try (BufferedWriter lines = Files.newBufferedWriter(file.toPath())) {
						lines.write(ClusterDataSet.csv(columns));
						while (part.hasNext()) {
							lines.write(ClusterDataSet.csv(part.next()));
						}
					}
				});
				return List.of().iterator();
			}, true).count();
			table.complete();
		}
	}

	private void write(final Report report) throws IOException {
		final File folder = Files.createTempDirectory("colorize-").toFile();
		try {
			report.write(folder.toPath());
			for (final String name : List.of(Report.JSON, Report.HTML)) {
				files.put(new File(folder, name), new Path(output.folder(), name),
						output.temporary(), true);
			}
		}
		finally {
			FileUtil.fullyDelete(folder);
		}
	}

	private void describe(final String job) {
		context.sc().setJobGroup("evaluate", job, true);
	}

	/** Deletes incomplete files. */
	@Override
	public void close() throws IOException {
		output.close();
	}
}
