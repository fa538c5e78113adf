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

/** A small part of what {@code dev/verify/soak} does. */
@Slow
class BatchSoakTest {

	private static final int IMAGES = 600;
	/** The full run is to stay within five; this one still warms up while it is measured. */
	private static final double RESIDENT_PERCENT = 10;
	/** Of some ten megabytes: less than ten kilobytes for each image. */
	private static final double HEAP_PERCENT = 50;
	private static final Pattern SUMMARY = Pattern.compile(IMAGES + " images, from the warm-up to the end:"
			+ " heap ([-+.\\d]+) %, resident ([-+.\\d]+) %, native arrays \\+0, files ([-+]\\d+), threads [-+]\\d+");

	@TempDir
	private Path folder;

	@Test
	void manyImagesInOneProcessLeakNothing() throws IOException, InterruptedException {
		final ChildJvm.Ended ended = new ChildJvm().with("-Xms256m", "-XX:+AlwaysPreTouch").run(folder, BatchSoak.class,
				folder.resolve("work"), IMAGES);
		final String output = String.join("\n", ended.out()) + "\n" + String.join("\n", ended.err());
		final Matcher summary = SUMMARY.matcher(output);
		assertTrue(summary.find(), output);
		System.out.println(summary.group());
		assertEquals(0, ended.exit(), output);
		assertTrue(Double.parseDouble(summary.group(1)) < HEAP_PERCENT, output);
		// Those that the garbage collector closes may still be open.
		assertTrue(Integer.parseInt(summary.group(3)) < IMAGES / 20, output);
		assertTrue(Double.parseDouble(summary.group(2)) < RESIDENT_PERCENT, output);
	}
}
