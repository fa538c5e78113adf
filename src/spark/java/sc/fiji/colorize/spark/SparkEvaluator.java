/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.evaluate.EvaluateOptions;
import sc.fiji.colorize.evaluate.EvaluationSums;
import sc.fiji.colorize.evaluate.PhotoEvaluator;
import sc.fiji.colorize.evaluate.Report;
import sc.fiji.colorize.io.DescribedException;
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
	/** Levels of the tree in which sums are added. */
	private static final int DEPTH = 3;

	private static final String INPUT = ClusterListing.INPUT;
	private static final String PHOTO = "photo";
	private static final String REASON = "reason";
	private static final String SUMS = "sums";
	private static final StructType SCANNED = new StructType().add(INPUT, "string").add(PHOTO, "string")
			.add(REASON, "string").add("a", "float").add("b", "float").add("pixels", "long");
	/** The columns of images.csv, and the sums of a task in a row of its own. */
	private static final StructType SCORED = new StructType().add(PHOTO, "string").add("row", "string")
			.add("width", "int").add("height", "int").add("aucRaw", "double").add("abRmse", "double")
			.add("psnr", "double").add("chroma", "double").add("trueChroma", "double").add("colorfulness", "double")
			.add("trueColorfulness", "double").add("crossEntropy", "double").add(SUMS, "binary");

	private final SparkSession spark;
	private final ClusterInputs inputs;
	private final EvaluateOptions options;
	private final Consumer<String> progress;
	private final ClusterFiles files;
	private final Path output;
	private final Path temporary;

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
		spark = cluster.spark();
		this.inputs = inputs;
		this.options = options;
		this.progress = progress;
		files = new ClusterFiles(spark.sparkContext().hadoopConfiguration());
		this.output = files.qualify(output);
		temporary = new Path(this.output, SparkColorizer.TEMPORARY + "/" + spark.sparkContext().applicationId());
	}

	/**
	 * Scores the photos, and writes {@code report.json} and {@code index.html}, as on one machine but without pictures, and
	 * the data sets {@code images} (metrics of each photo) and {@code skipped} as CSV files.
	 *
	 * @return the report, without the metrics of each photo and with the first 1,000 skipped photos
	 * @throws IOException if the photos cannot be listed, no photo can be scored, or the report cannot be written
	 */
	public Report run() throws IOException {
		final Map<String, String> models = new HashMap<>();
		try {
			files.delete(temporary.getParent());
			files.createFolder(temporary);
			for (final ColorizeOptions row : options.rows()) {
				models.put(row.model(), ExecutorModel.share(row.model(), temporary, files));
			}
		}
		catch (final IOException e) {
			throw new DescribedException("The folder " + output, "cannot be written (" + Failure.reason(e) + ")", "", e);
		}
		final Dataset<Row> scanned = scan();
		final Dataset<Row> fit = scanned.filter(functions.col(REASON).isNull());
		final Dataset<Row> skipped = scanned.filter(functions.col(REASON).isNotNull()).select(PHOTO, REASON);
		final long skippedCount = skipped.count();
		final List<SkippedPhoto> shown = skipped.orderBy(PHOTO).limit(SKIPPED_SHOWN).collectAsList().stream()
				.map(row -> new SkippedPhoto(row.getString(0), row.getString(1))).toList();
		final Row total = fit.agg(functions.sum("pixels"), functions.sum(functions.expr("double(a) * pixels")),
				functions.sum(functions.expr("double(b) * pixels")), functions.count("*")).first();
		if (total.isNullAt(0)) {
			throw new IOException("There is no color photo that can be scored, of " + skippedCount + " found"
					+ shown.stream().limit(1).map(photo -> ": " + photo.name() + ": " + photo.reason()).findFirst()
							.orElse("") + ".");
		}
		final MeanColor mean = new MeanColor();
		mean.add((float) (total.getDouble(1) / total.getLong(0)), (float) (total.getDouble(2) / total.getLong(0)));
		final Dataset<Row> scored = score(fit, total.getLong(3), new Photos(files, options, models, mean));
		final EvaluationSums sums = scored.filter(functions.col(SUMS).isNotNull()).select(SUMS).javaRDD()
				.map(row -> deserialize(row.getAs(0))).treeReduce(EvaluationSums::add, DEPTH);
		describe("Writing the report");
		write(scored.filter(functions.col(SUMS).isNull()).drop(SUMS), "images");
		write(skipped, "skipped");
		final List<String> places = inputs.paths().isEmpty() ? inputs.lists() : inputs.paths();
		final Report report = new Report(String.join(", ", places), !options.prior().isEmpty(),
				sums.rows(options.prior(), (int) skippedCount), List.of(), shown, List.of());
		write(report);
		return report;
	}

	/** Lists and reads the photos; those that cannot be scored have a reason. */
	private Dataset<Row> scan() throws IOException {
		describe("Listing the photos");
		final Dataset<Row> listed = new ClusterListing(inputs, files,
				name -> PhotoFolder.isPhoto(name) || PhotoFolder.isArchive(name), output)
				.make(spark, new Path(temporary, "listing"));
		final long count = listed.count();
		describe("Reading " + count + " photos");
		final ClusterFiles system = files;
		return pass(listed.repartition(SparkColorizer.tasks(spark, count), functions.col(INPUT)), count, "scanned",
				SCANNED, (rows, done) -> {
					final List<Row> result = new ArrayList<>();
					rows.forEachRemaining(row -> {
						TaskContext.get().killTaskIfInterrupted();
						result.add(scan(row, system));
						done.add(1);
					});
					return result.iterator();
				});
	}

	private static Row scan(final Row row, final ClusterFiles files) {
		final String name = row.getAs(INPUT);
		try {
			final Path input = files.qualify(name);
			final String photo = ClusterListing.relative(row.getAs(ClusterListing.ROOT), input);
			try {
				if (PhotoFolder.isArchive(name)) {
					throw new IOException("archives are not read on a cluster");
				}
				final RgbPhoto pixels = RgbPhoto.of(PhotoFile.decode(files.read(input)));
				final MeanColor mean = PhotoEvaluator.meanColor(pixels);
				return RowFactory.create(input.toString(), photo, null, mean.a(), mean.b(),
						(long) pixels.width() * pixels.height());
			}
			catch (final IOException | RuntimeException | OutOfMemoryError e) {
				return RowFactory.create(name, photo, Failure.reason(e), null, null, null);
			}
		}
		catch (final IOException e) {
			return RowFactory.create(name, name, Failure.reason(e), null, null, null);
		}
	}

	private Dataset<Row> score(final Dataset<Row> fit, final long count, final Photos photos) {
		describe("Scoring " + count + " photos");
		return pass(fit.select(INPUT, PHOTO).repartition(SparkColorizer.tasks(spark, count), functions.col(INPUT))
				.sortWithinPartitions(PHOTO), count, "scored", SCORED, photos::score);
	}

	/** A pass over the photos of a partition. */
	@FunctionalInterface
	private interface Pass extends Serializable {

		Iterator<Row> over(Iterator<Row> rows, LongAccumulator done) throws IOException;
	}

	/** Runs a pass once, and keeps its rows in files. */
	private Dataset<Row> pass(final Dataset<Row> rows, final long count, final String name, final StructType schema,
			final Pass pass) {
		final String target = new Path(temporary, name).toString();
		try (ClusterProgress watch = new ClusterProgress(spark.sparkContext(), count, progress)) {
			final LongAccumulator done = watch.done();
			rows.mapPartitions((MapPartitionsFunction<Row, Row>) part -> pass.over(part, done), Encoders.row(schema)).write()
					.parquet(target);
		}
		return spark.read().schema(schema).parquet(target);
	}

	/** Scores photos on an executor. */
	private record Photos(ClusterFiles files, EvaluateOptions options, Map<String, String> models, MeanColor mean)
			implements Serializable {

		Iterator<Row> score(final Iterator<Row> rows, final LongAccumulator done) throws IOException {
			final PhotoEvaluator evaluator = new PhotoEvaluator(options,
					row -> ExecutorModel.open(row, models.get(row.model()), files));
			final List<Row> result = new ArrayList<>();
			EvaluationSums sums = null;
			while (rows.hasNext()) {
				final Row row = rows.next();
				final RgbPhoto pixels = RgbPhoto.of(PhotoFile.decode(files.read(files.qualify(row.getAs(INPUT)))));
				final EvaluationSums photo =
						evaluator.score(pixels, row.getAs(PHOTO), mean, TaskContext.get()::isInterrupted);
				photo.images(row.getAs(PHOTO), pixels.width(), pixels.height()).forEach(image -> result.add(
						RowFactory.create(image.photo(), image.row(), image.width(), image.height(), image.aucRaw(),
								image.abRmse(), image.psnr(), image.chroma(), image.trueChroma(), image.colorfulness(),
								image.trueColorfulness(), image.crossEntropy(), null)));
				sums = sums == null ? photo : sums.add(photo);
				done.add(1);
				TaskContext.get().killTaskIfInterrupted();
			}
			if (sums != null) {
				final Object[] last = new Object[SCORED.length()];
				last[last.length - 1] = serialize(sums);
				result.add(RowFactory.create(last));
			}
			return result.iterator();
		}
	}

	private static byte[] serialize(final EvaluationSums sums) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(sums);
		}
		return bytes.toByteArray();
	}

	private static EvaluationSums deserialize(final byte[] bytes) throws IOException, ClassNotFoundException {
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
			return (EvaluationSums) in.readObject();
		}
	}

	private void write(final Dataset<Row> rows, final String name) {
		rows.orderBy(PHOTO).write().mode(SaveMode.Overwrite)
				.option("header", true).csv(new Path(output, name).toString());
	}

	private void write(final Report report) throws IOException {
		final File folder = Files.createTempDirectory("colorize-").toFile();
		try {
			report.write(folder.toPath());
			for (final String name : List.of(Report.JSON, Report.HTML)) {
				files.put(new File(folder, name), new Path(output, name), temporary, true);
			}
		}
		finally {
			FileUtil.fullyDelete(folder);
		}
	}

	private void describe(final String job) {
		spark.sparkContext().setJobGroup("evaluate", job, true);
	}

	/** Deletes incomplete files. */
	@Override
	public void close() throws IOException {
		files.delete(temporary.getParent());
	}
}
