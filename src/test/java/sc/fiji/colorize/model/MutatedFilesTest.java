/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;

/** Damaged and hostile weights files and models. */
@Slow
class MutatedFilesTest {

	private static final int COUNT = 5000;
	/** Long enough that only a hang fails. */
	private static final int MINUTES = 15;
	private static final Pattern SUMMARY =
			Pattern.compile("(\\d+) files, (\\d+) refused, (\\d+) accepted, peak (\\d+) MB before, (\\d+) MB after");

	@TempDir
	private Path folder;

	/** Runs in a JVM with less memory than the bombs need. */
	@Test
	void rejectsFileOrReadsSameValues() throws IOException, InterruptedException {
		final Path work = Files.createDirectories(folder.resolve("one/two/job"));
		final Path log = folder.resolve("log.txt");
		final Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:+UseSerialGC", "-Djava.awt.headless=true", "-Dai.djl.pytorch.num_threads=1",
				"-Dai.djl.pytorch.num_interop_threads=1", "-cp", System.getProperty("java.class.path"),
				MutatedFiles.class.getName(), work.toString(), String.valueOf(COUNT)).directory(work.toFile())
				.redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "it hangs");
		}
		finally {
			process.destroyForcibly();
		}
		final String output = Files.readString(log);
		assertEquals(0, process.exitValue(), output);
		final Matcher summary = SUMMARY.matcher(output);
		assertTrue(summary.find(), output);
		System.out.println(summary.group());
		assertEquals(COUNT, Integer.parseInt(summary.group(1)));
		assertTrue(Integer.parseInt(summary.group(2)) > COUNT / 2, output);
		assertTrue(Integer.parseInt(summary.group(3)) > COUNT / 20, output);
		assertTrue(Integer.parseInt(summary.group(5)) - Integer.parseInt(summary.group(4)) < 1024, output);
		try (Stream<Path> files = Files.walk(folder)) {
			// The last file, and the last model if there is one.
			final List<String> names = files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString())
					.toList();
			assertTrue(Set.of("log.txt", "one/two/job/weights", "one/two/job/model.zip").containsAll(names),
					names.toString());
		}
	}
}
