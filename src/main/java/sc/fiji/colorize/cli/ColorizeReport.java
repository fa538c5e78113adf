/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import sc.fiji.colorize.image.BatchColorizer;
import sc.fiji.colorize.image.BatchColorizer.Job;
import sc.fiji.colorize.image.BatchColorizer.Outcome;

/** What became of each input, for scripts: counts, and one JSON object for each file. */
final class ColorizeReport {

	private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
	private final List<String> files = new ArrayList<>();

	/** Notes a file; the message is the result's path or says what is wrong, as a batch listener hears it. */
	void add(final Job job, final Outcome outcome, final String message) {
		counts.merge(outcome, 1, Integer::sum);
		final String detail = switch (outcome) {
			case DONE -> "\"output\": " + quote(message);
			case SKIPPED -> "\"output\": " + quote(BatchColorizer.existing(job).map(Path::toString).orElse(""));
			case FAILED -> "\"message\": " + quote(message);
		};
		files.add("    {\"input\": " + quote(job.input().toString()) + ", \"outcome\": " + quote(name(outcome)) + ", "
				+ detail + "}");
	}

	int count(final Outcome outcome) {
		return counts.getOrDefault(outcome, 0);
	}

	/** Writes the report under a temporary name and renames it. */
	void write(final Path file) throws IOException {
		final StringBuilder json = new StringBuilder("{\n");
		for (final Outcome outcome : Outcome.values()) {
			json.append("  ").append(quote(name(outcome))).append(": ").append(count(outcome)).append(",\n");
		}
		json.append("  \"files\": [\n").append(String.join(",\n", files)).append("\n  ]\n}\n");
		final Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
		try {
			Files.createDirectories(file.toAbsolutePath().getParent());
			Files.writeString(temporary, json);
			Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (final IOException e) {
			temporary.toFile().delete();
			throw new IOException("The report " + file + " cannot be written (" + e + ").", e);
		}
	}

	private static String name(final Outcome outcome) {
		return outcome.name().toLowerCase(Locale.ROOT);
	}

	private static String quote(final String text) {
		final StringBuilder quoted = new StringBuilder("\"");
		for (final char c : text.toCharArray()) {
			if (c == '"' || c == '\\') {
				quoted.append('\\').append(c);
			}
			else if (c < ' ') {
				quoted.append(String.format("\\u%04x", (int) c));
			}
			else {
				quoted.append(c);
			}
		}
		return quoted.append('"').toString();
	}
}
