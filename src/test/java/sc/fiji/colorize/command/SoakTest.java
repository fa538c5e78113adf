/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;

/** A short session of random work in one ImageJ; {@code dev/verify/soak-imagej} runs a long one. */
@Slow
class SoakTest {

	private static final int COMMANDS = 64;
	/** Measure after which all kinds of commands have been run. */
	private static final int WARM_UP = 3;
	/** What ImageJ itself remembers: the last image of a selection, of the keyboard, of the mouse, the last dialog ... */
	private static final int REMEMBERED = 6;
	private static final int WINDOWS = 10;
	private static final int THREADS = 16;

	@Test
	void closedImagesAreGarbageCollected(@TempDir final Path folder) throws IOException, InterruptedException {
		assumeTrue(VirtualScreen.isPossible(), "Xvfb is not installed");
		final String log = SoakInImageJ1.run(folder, TinyModel.file(), COMMANDS);
		assertTrue(log.contains("After warm-up and at the end"), log);
		final List<List<String>> table = log.lines().filter(line -> line.matches("[\\d.\\t]+"))
				.map(line -> Arrays.asList(line.split("\t"))).toList();
		final List<String> end = table.get(table.size() - 1);
		assertEquals(COMMANDS, value(end, "commands"), log);
		for (final String nothing : List.of("images", "temporary files")) {
			assertEquals(0, value(end, nothing), nothing + "\n" + log);
		}
		assertTrue(value(end, "images in memory") <= REMEMBERED, log);
		assertTrue(value(end, "windows") <= WINDOWS, log);
		assertTrue(value(end, "threads") <= THREADS, log);
		assertTrue(value(end, "heap MB") < 1.1 * value(table.get(WARM_UP), "heap MB"), log);
	}

	private static double value(final List<String> row, final String column) {
		return Double.parseDouble(row.get(SoakInImageJ1.COLUMNS.indexOf(column)));
	}
}
