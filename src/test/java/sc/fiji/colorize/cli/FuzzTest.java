/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.Slow;

/** A small part of what {@code dev/verify/fuzz} does. */
@Slow
class FuzzTest {

	private static final int IMAGES = 500;
	private static final int LINES = 60;
	private static final Pattern SUMMARY = Pattern.compile("(\\d+) images, (\\d+) accepted, (\\d+) refused,"
			+ " (\\d+) command lines, native arrays (\\d+) to (\\d+), files (\\d+) to (\\d+)");

	@TempDir
	private Path folder;

	@Test
	void damagedImagesAndRandomArgumentsNeverCrash() throws IOException, InterruptedException {
		final ChildJvm.Ended ended = new ChildJvm().with("-Xmx512m").run(folder, Fuzz.class, folder.resolve("work"), IMAGES,
				LINES, 1);
		final String output = String.join("\n", ended.out()) + "\n" + String.join("\n", ended.err());
		assertEquals(0, ended.exit(), output);
		final Matcher summary = SUMMARY.matcher(output);
		assertTrue(summary.find(), output);
		System.out.println(summary.group());
		assertEquals(IMAGES, Integer.parseInt(summary.group(1)));
		assertTrue(Integer.parseInt(summary.group(2)) > IMAGES / 5, output);
		assertTrue(Integer.parseInt(summary.group(3)) > IMAGES / 5, output);
		assertEquals(LINES, Integer.parseInt(summary.group(4)));
		assertEquals(summary.group(5), summary.group(6), "native arrays");
		// Those that the garbage collector closes may still be open.
		assertTrue(Integer.parseInt(summary.group(8)) < Integer.parseInt(summary.group(7)) + IMAGES / 20, "open files");
	}
}
