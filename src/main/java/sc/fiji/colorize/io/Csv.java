/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Builds a CSV table according to RFC 4180: values with a comma, a quotation mark or a line break are quoted, and
 * quotation marks in them are doubled.
 *
 * <pre>
 * Csv csv = new Csv("\n").row("photo", "reason");
 * csv.row("a, b.jpg", null); // "a, b.jpg",
 * AtomicFile.writeText(file, csv.toString());
 * </pre>
 */
public final class Csv {

	private final StringBuilder text = new StringBuilder();
	private final String lineEnd;

	/**
	 * Creates an empty table.
	 *
	 * @param lineEnd end of each row: {@code "\n"}, or {@code "\r\n"} as in the RFC
	 */
	public Csv(final String lineEnd) {
		this.lineEnd = lineEnd;
	}

	/**
	 * Adds a row.
	 *
	 * @param values converted with {@link Object#toString}; null is empty
	 * @return this
	 */
	public Csv row(final Object... values) {
		return row(Arrays.asList(values));
	}

	/**
	 * Adds a row.
	 *
	 * @param values converted with {@link Object#toString}; null is empty
	 * @return this
	 */
	public Csv row(final List<?> values) {
		text.append(values.stream().map(Csv::quote).collect(Collectors.joining(","))).append(lineEnd);
		return this;
	}

	private static String quote(final Object value) {
		final String cell = value == null ? "" : value.toString();
		return cell.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0) ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
	}

	/** {@return the table as text: all rows, each with its line end} */
	@Override
	public String toString() {
		return text.toString();
	}
}
