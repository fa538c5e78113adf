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
import java.util.function.ToLongFunction;

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
		final List<ProcessMemory> warm = after.subList(WARM, 2 * WARM);
		final List<ProcessMemory> end = after.subList(RUNS - WARM, RUNS);
		System.out.printf(Locale.ROOT, "%d images, from the warm-up to the end: heap %+.1f %%, resident %+.1f %%,"
				+ " native arrays %+d, files %+d, threads %+d%n", count, percent(warm, end, ProcessMemory::heap),
				percent(warm, end, ProcessMemory::resident), growth(warm, end, ProcessMemory::arrays),
				growth(warm, end, ProcessMemory::files), growth(warm, end, ProcessMemory::threads));
		System.exit(0);
	}

	/** The median: the heap differs by a tenth from run to run. */
	private static long median(final List<ProcessMemory> runs, final ToLongFunction<ProcessMemory> what) {
		return runs.stream().mapToLong(what).sorted().skip(runs.size() / 2).findFirst().orElse(0);
	}

	private static long growth(final List<ProcessMemory> before, final List<ProcessMemory> after,
			final ToLongFunction<ProcessMemory> what) {
		return median(after, what) - median(before, what);
	}

	private static double percent(final List<ProcessMemory> before, final List<ProcessMemory> after,
			final ToLongFunction<ProcessMemory> what) {
		final long base = median(before, what);
		return base == 0 ? 0 : 100.0 * growth(before, after, what) / base;
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
