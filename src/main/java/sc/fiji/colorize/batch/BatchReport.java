/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import ij.measure.ResultsTable;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Csv;
import sc.fiji.colorize.io.DescribedException;

/**
 * The results of a batch: counts, a table and a CSV file with the columns input, outcome, output, message and
 * seconds.
 *
 * @param results in the order of processing
 * @param total number of all files; more than results if the batch was canceled
 */
public record BatchReport(List<JobResult> results, int total) {

	/** Name of the CSV file in an output folder. */
	public static final String CSV = "colorize-folder.csv";

	private static final List<String> COLUMNS = List.of("input", "outcome", "output", "message", "seconds");
	private static final int SECONDS = COLUMNS.size() - 1;

	/** Copies the list. */
	public BatchReport {
		results = List.copyOf(results);
	}

	/** {@return the number of files of each outcome, without outcomes that did not occur} */
	public Map<Outcome, Integer> counts() {
		final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
		results.forEach(result -> counts.merge(result.outcome(), 1, Integer::sum));
		return Collections.unmodifiableMap(counts);
	}

	/**
	 * {@return the number of files with an outcome}
	 *
	 * @param outcome the outcome
	 */
	public int count(final Outcome outcome) {
		return counts().getOrDefault(outcome, 0);
	}

	/** {@return a sentence such as "285 colorized, 0 skipped, 15 failed, 2 of other kinds left out."} */
	public String summary() {
		return summary(counts(), total);
	}

	/**
	 * Summarizes a batch in one sentence.
	 *
	 * @param counts number of files of each outcome
	 * @param total number of all files
	 * @return as {@link #summary()}
	 */
	public static String summary(final Map<Outcome, ? extends Number> counts, final long total) {
		final Function<Outcome, Long> count = outcome -> counts.containsKey(outcome) ? counts.get(outcome).longValue() : 0;
		final long leftOut = count.apply(Outcome.LEFT_OUT);
		final long missing = total - counts.values().stream().mapToLong(Number::longValue).sum();
		return count.apply(Outcome.DONE) + " colorized, " + count.apply(Outcome.SKIPPED) + " skipped, "
				+ count.apply(Outcome.FAILED) + " failed"
				+ (leftOut == 0 ? "" : ", " + leftOut + " of other kinds left out")
				+ (missing == 0 ? "" : ", " + missing + " not reached") + ".";
	}

	/** {@return a table for ImageJ with a row for each file} */
	public ResultsTable table() {
		final ResultsTable table = new ResultsTable();
		for (final JobResult result : results) {
			table.addRow();
			final List<String> cells = cells(result);
			for (int c = 0; c < SECONDS; c++) {
				table.addValue(COLUMNS.get(c), cells.get(c));
			}
			table.addValue(COLUMNS.get(SECONDS), result.seconds());
		}
		table.showRowNumbers(true);
		return table;
	}

	/**
	 * Writes the table.
	 *
	 * @param file the file, overwritten
	 * @throws IOException if it cannot be written
	 */
	public void writeCsv(final Path file) throws IOException {
		final Csv csv = new Csv("\n").row(COLUMNS);
		results.forEach(result -> csv.row(cells(result)));
		DescribedException.run("The table " + file, "cannot be written", () -> AtomicFile.writeText(file, csv.toString()));
	}

	private static List<String> cells(final JobResult result) {
		return List.of(result.job().input().toString(), result.outcome().label(),
				result.output().map(Path::toString).orElse(""),
				result.isWithoutOutput() ? result.message() : result.note(),
				String.format(Locale.ROOT, "%.2f", result.seconds()));
	}
}
