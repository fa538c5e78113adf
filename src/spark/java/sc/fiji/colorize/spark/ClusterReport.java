/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.apache.hadoop.fs.Path;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import scala.Tuple2;

import sc.fiji.colorize.batch.Outcome;

/**
 * The report of a run in short; all of it is in two data sets with the same rows, of Parquet and of CSV files.
 *
 * @param counts number of files of each outcome
 * @param problems messages of the first 1,000 failed and left-out files, sorted by file name
 */
public record ClusterReport(Map<Outcome, Long> counts, List<String> problems) implements Serializable {

	private static final int ROWS_PER_FILE = 1_000_000;
	private static final long ROW_GROUP_BYTES = 8 << 20;
	private static final int MOST_PROBLEMS = 1000;

	private static final List<String> COLUMNS =
			List.of("input", "outcome", "output", "message", "seconds", "bytes", "executor", "model_sha256");
	private static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
			message report {
				optional binary input (STRING);
				optional binary outcome (STRING);
				optional binary output (STRING);
				optional binary message (STRING);
				optional double seconds;
				optional int64 bytes;
				optional binary executor (STRING);
				optional binary model_sha256 (STRING);
			}""");

	private ClusterReport() {
		this(new EnumMap<>(Outcome.class), new ArrayList<>());
	}

	/**
	 * A file of the report.
	 *
	 * @param input the image file
	 * @param outcome what became of it
	 * @param output the result; empty if there is none
	 * @param message the problem, or what is missing from the result
	 * @param seconds the time it took
	 * @param bytes size of the input; null if unknown
	 * @param executor Spark's name of the executor
	 * @param modelSha256 of the weights; empty where no network ran
	 */
	record Row(String input, Outcome outcome, String output, String message, double seconds, Long bytes, String executor,
			String modelSha256) implements Serializable {

		List<?> cells() {
			return Arrays.asList(input, outcome.label(), output, message, seconds, bytes, executor, modelSha256);
		}
	}

	private void add(final Row row) {
		counts.merge(row.outcome(), 1L, Long::sum);
		if (row.outcome() == Outcome.FAILED || row.outcome() == Outcome.LEFT_OUT) {
			add(row.message());
		}
	}

	private void add(final String problem) {
		if (problems.size() < MOST_PROBLEMS) {
			problems.add(problem);
		}
	}

	private void add(final ClusterReport later) {
		later.counts.forEach((outcome, count) -> counts.merge(outcome, count, Long::sum));
		later.problems.forEach(this::add);
	}

	/** Writes a report, sorted by input, into folders parquet and csv. */
	static ClusterReport write(final ClusterRows<Row> rows, final Path folder, final ClusterFiles files) throws IOException {
		final ClusterReport report = new ClusterReport();
		try (ClusterDataSet csv = ClusterDataSet.csv(files, new Path(folder, "csv"));
				ClusterDataSet parquet = new ClusterDataSet(files, new Path(folder, "parquet"), ".snappy.parquet")) {
			rows.read().mapToPair(row -> new Tuple2<>(row.input(), row))
					.sortByKey(true, (int) (1 + rows.count() / ROWS_PER_FILE)).values()
					.mapPartitionsWithIndex((number, part) -> List.of(write(part, number, csv, parquet)).iterator(), true)
					.collect().forEach(report::add);
			csv.complete();
			parquet.complete();
		}
		return report;
	}

	private static ClusterReport write(final Iterator<Row> rows, final int number, final ClusterDataSet csv,
			final ClusterDataSet parquet) throws IOException {
		final ClusterReport report = new ClusterReport();
		parquet.add(number, parquetFile -> csv.add(number, csvFile -> {
			try (BufferedWriter lines = Files.newBufferedWriter(csvFile.toPath());
					ParquetWriter<Group> groups = ExampleParquetWriter.builder(new LocalOutputFile(parquetFile.toPath()))
							.withConf(new PlainParquetConfiguration()).withType(SCHEMA)
							.withCompressionCodec(CompressionCodecName.SNAPPY).withRowGroupSize(ROW_GROUP_BYTES).build()) {
				lines.write(ClusterDataSet.csv(COLUMNS));
				while (rows.hasNext()) {
					final Row row = rows.next();
					report.add(row);
					lines.write(ClusterDataSet.csv(row.cells()));
					groups.write(group(row.cells()));
				}
			}
		}));
		return report;
	}

	private static Group group(final List<?> cells) {
		final Group group = new SimpleGroup(SCHEMA);
		for (int i = 0; i < cells.size(); i++) {
			if (cells.get(i) instanceof Double number) {
				group.add(i, number);
			}
			else if (cells.get(i) instanceof Long number) {
				group.add(i, number);
			}
			else if (cells.get(i) != null) {
				group.add(i, cells.get(i).toString());
			}
		}
		return group;
	}
}
