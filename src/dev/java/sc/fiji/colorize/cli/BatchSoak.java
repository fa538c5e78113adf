/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import sc.fiji.colorize.ProcessMemory;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageKinds;

/**
 * Colorizes many small images of all types in twenty runs of the command line in this JVM, and measures its memory after
 * each run. The first fifth of the runs is the warm-up.
 * <p>
 * Arguments: a working folder and the number of images. Prints the memory after each run, and the growth since the warm-up
 * in the last line.
 */
public final class BatchSoak {

	private static final int RUNS = 20;
	private static final int WARM = RUNS / 5;
	private static final int SIZES = 5;

	private BatchSoak() {
	}

	/**
	 * Runs the soak test.
	 *
	 * @param arguments folder and count
	 * @throws IOException if the folder cannot be used
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path folder = Files.createDirectories(Path.of(arguments[0]));
		final int count = Integer.parseInt(arguments[1]) / RUNS * RUNS;
		makeImages(folder, count);
		final List<ProcessMemory> after = new ArrayList<>();
		for (int run = 0; run < RUNS; run++) {
			final Outcome outcome = Outcome.of("colorize", folder.resolve("in" + run), "-o", folder.resolve("out" + run),
					"--model", TinyModel.file(), "--device", "cpu", "--size", 32, "--uncertainty");
			if (outcome.exit() != 0) {
				throw new AssertionError(outcome.out() + String.join("\n", outcome.err()));
			}
			after.add(ProcessMemory.now());
			System.out.println("after " + (run + 1) * (count / RUNS) + " images: " + after.get(run));
		}
		final ProcessMemory warm = after.get(WARM - 1);
		final ProcessMemory end = after.get(RUNS - 1);
		System.out.printf(Locale.ROOT, "%d images, from the warm-up to the end: heap %+.1f %%, resident %+.1f %%,"
				+ " native arrays %+d, files %+d, threads %+d%n", count, percent(warm.heap(), end.heap()),
				percent(warm.resident(), end.resident()), end.arrays() - warm.arrays(), end.files() - warm.files(),
				end.threads() - warm.threads());
		System.exit(0);
	}

	private static double percent(final long before, final long after) {
		return before == 0 ? 0 : 100.0 * (after - before) / before;
	}

	/** Writes images of all types and several sizes to one folder per run. */
	private static void makeImages(final Path folder, final int count) throws IOException {
		final List<Map.Entry<String, byte[]>> files = new ArrayList<>();
		for (int i = 1; i <= SIZES; i++) {
			files.addAll(ImageKinds.files(32 * i, 24 * i).entrySet());
		}
		for (int i = 0; i < count; i++) {
			final Map.Entry<String, byte[]> file = files.get(i * 7 % files.size());
			final Path in = Files.createDirectories(folder.resolve("in" + i / (count / RUNS)));
			Files.write(in.resolve(i + "-" + file.getKey()), file.getValue());
		}
	}
}
