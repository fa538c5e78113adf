/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.google.gson.GsonBuilder;

/** The measurements and checks of a run, for the screen and as JSON. Each row is also printed at once on standard error. */
final class CheckTable {

	private static final String OK = "ok";
	private static final String FAILED = "FAILED";

	/** One row; the limit and the outcome of a measurement are empty. */
	private record Row(String check, String value, String limit, String outcome) {
	}

	private final List<Row> rows = new ArrayList<>();

	/** Adds a measurement. */
	void report(final String check, final String format, final Object... values) {
		add(new Row(check, String.format(Locale.ROOT, format, values), "", ""));
	}

	/** Adds a check. */
	void require(final String check, final boolean good, final String value, final String limit) {
		add(new Row(check, value, limit, good ? OK : FAILED));
	}

	private void add(final Row row) {
		rows.add(row);
		System.err.println(row.check() + ": " + row.value() + (row.outcome().isEmpty() ? "" : ", " + row.outcome()));
	}

	/** The number of checks. */
	int count() {
		return (int) rows.stream().filter(row -> !row.outcome().isEmpty()).count();
	}

	/** The names of the failed checks. */
	List<String> failed() {
		return rows.stream().filter(row -> row.outcome().equals(FAILED)).map(Row::check).toList();
	}

	/** Prints all rows in columns. */
	void print() {
		final int[] widths = {0, 0, 0};
		for (final Row row : rows) {
			widths[0] = Math.max(widths[0], row.check().length());
			widths[1] = Math.max(widths[1], row.value().length());
			widths[2] = Math.max(widths[2], row.limit().length());
		}
		for (final Row row : rows) {
			System.out.println(String.format(Locale.ROOT,
					"%-" + widths[0] + "s  %-" + widths[1] + "s  %-" + (widths[2] + 1) + "s %s", row.check(),
					row.value(), row.limit(), row.outcome()).stripTrailing());
		}
	}

	/** Writes all rows as JSON. */
	void write(final Path json, final String device, final boolean quick) throws IOException {
		final Map<String, Object> all = new LinkedHashMap<>();
		all.put("device", device);
		all.put("quick", quick);
		all.put("passed", failed().isEmpty());
		all.put("rows", rows);
		Files.writeString(json, new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all) + "\n");
	}
}
