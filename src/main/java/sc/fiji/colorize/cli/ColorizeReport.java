/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import com.google.gson.GsonBuilder;

import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.batch.JobResult;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;

/** Writes the outcome of each input for scripts: counts, and one JSON object per file. */
final class ColorizeReport {

	private ColorizeReport() {
	}

	/** Writes the report, as CSV if the file's name ends in .csv. */
	static void write(final BatchReport report, final Path file) throws IOException {
		if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
			report.writeCsv(file);
			return;
		}
		final Map<String, Object> root = new LinkedHashMap<>();
		for (final Outcome outcome : Outcome.values()) {
			root.put(outcome.label(), report.count(outcome));
		}
		root.put("files", report.results().stream().map(ColorizeReport::object).toList());
		DescribedException.run("The report " + file, "cannot be written", () -> AtomicFile.writeText(file,
				new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(root) + "\n"));
	}

	private static Map<String, String> object(final JobResult result) {
		final Map<String, String> object = new LinkedHashMap<>();
		object.put("input", result.job().input().toString());
		object.put("outcome", result.outcome().label());
		if (result.isWithoutOutput()) {
			object.put("message", result.message());
		}
		else {
			object.put("output", result.output().map(Path::toString).orElse(""));
			if (!result.note().isEmpty()) {
				object.put("note", result.note());
			}
		}
		return object;
	}
}
