/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class CsvTest {

	@Test
	void quotesValuesWithSpecialCharacters() {
		assertEquals("a,\"b, c\",\"say \"\"d\"\"\",\"two\nlines\",\"\r\", e \n",
				new Csv("\n").row("a", "b, c", "say \"d\"", "two\nlines", "\r", " e ").toString());
	}

	@Test
	void formatsNumbersAndNull() {
		assertEquals("1,0.5,,,true\r\n", new Csv("\r\n").row(1, 0.5, null, "", true).toString());
	}

	@Test
	void everyRowEndsWithLineEnd() {
		assertEquals("photo,reason\na,b\n", new Csv("\n").row("photo", "reason").row(List.of("a", "b")).toString());
		assertEquals("", new Csv("\n").toString());
	}

	@Test
	void randomTablesRoundTrip() {
		final Random random = new Random(1);
		for (int i = 0; i < 200; i++) {
			final Csv csv = new Csv(i % 2 == 0 ? "\n" : "\r\n");
			final List<List<String>> table = new ArrayList<>();
			for (int r = random.nextInt(4); r >= 0; r--) {
				final List<String> row = new ArrayList<>();
				for (int c = 0; c < 3; c++) {
					final StringBuilder cell = new StringBuilder();
					random.ints(random.nextInt(5), 0, 6).forEach(k -> cell.append(",\"\r\nx ".charAt(k)));
					row.add(cell.toString());
				}
				table.add(row);
				csv.row(row);
			}
			assertEquals(table, read(csv.toString()), csv.toString());
		}
	}

	/** A minimal parser of RFC 4180. */
	private static List<List<String>> read(final String text) {
		final List<List<String>> rows = new ArrayList<>();
		List<String> row = new ArrayList<>();
		StringBuilder cell = new StringBuilder();
		boolean quoted = false;
		for (int i = 0; i < text.length(); i++) {
			final char c = text.charAt(i);
			if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
				cell.append('"');
				i++;
			}
			else if (c == '"') {
				quoted = !quoted;
			}
			else if (quoted || c != ',' && c != '\r' && c != '\n') {
				cell.append(c);
			}
			else if (c != '\r') {
				row.add(cell.toString());
				cell = new StringBuilder();
				if (c == '\n') {
					rows.add(row);
					row = new ArrayList<>();
				}
			}
		}
		return rows;
	}
}
