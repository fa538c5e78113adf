/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The commands on the pages of the documentation can be pasted as they stand, in the project folder. */
class DocumentedCommandsTest {

	private static final Pattern LAUNCHER = Pattern.compile("(?<![\\w./-])fiji-colorize (?="
			+ String.join("|", FijiColorize.commandLine().getSubcommands().keySet()) + "|--)");
	/** A command in a block of code, without what makes it run in the background, and a comment, behind it. */
	private static final Pattern COMMAND = Pattern.compile("^ *scripts/fiji-colorize (.*?)( &)?(\\s+# .*)?$");

	private static Map<Path, List<String>> pages() throws IOException {
		final Map<Path, List<String>> pages = new TreeMap<>(Map.of(Path.of("README.md"),
				Files.readAllLines(Path.of("README.md"))));
		try (Stream<Path> files = Files.list(Path.of("docs"))) {
			for (final Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
				pages.put(page, Files.readAllLines(page));
			}
		}
		return pages;
	}

	@Test
	void documentedPathOfTheLauncherIsRight() throws IOException {
		final List<String> wrong = new ArrayList<>();
		pages().forEach((page, lines) -> lines.stream().filter(line -> LAUNCHER.matcher(line).find())
				.forEach(line -> wrong.add(page + ": " + line)));
		assertEquals(List.of(), wrong);
	}

	@Test
	void documentedCommandsParse() throws IOException {
		int commands = 0;
		for (final Map.Entry<Path, List<String>> page : pages().entrySet()) {
			for (final String line : page.getValue()) {
				final var command = COMMAND.matcher(line);
				if (command.matches()) {
					commands++;
					assertDoesNotThrow(() -> FijiColorize.commandLine().parseArgs(command.group(1).split(" +")),
							page.getKey() + ": " + line);
				}
			}
		}
		assertTrue(commands > 10, commands + " commands");
	}
}
