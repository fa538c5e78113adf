/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks of this package and the Python yardsticks on the same data, by turns, and prints the medians side
 * by side. {@code scripts/benchmark} starts it.
 */
public final class ReferenceComparison {

	private static final int ROUNDS = 2;
	private static final Pattern TIMING = Pattern.compile("\\{\"name\": \"([^\"]+)\", \"seconds\": ([^,]+),.*");
	/** Each benchmark and the start of the name of its yardstick. */
	private static final Map<String, String> YARDSTICKS = new LinkedHashMap<>();

	static {
		YARDSTICKS.put("AnnealedMeanBenchmark.kernel", "annealed-mean");
		YARDSTICKS.put("AnnealedMeanBenchmark.op", "annealed-mean");
		YARDSTICKS.put("LabBenchmark.eightBit", "rgb2lab-lab2rgb");
		YARDSTICKS.put("LabBenchmark.floating", "rgb2lab-lab2rgb");
	}

	private ReferenceComparison() {
	}

	/**
	 * Runs and prints.
	 *
	 * @param arguments the Python interpreter and the script of the yardsticks, or nothing to leave Python out
	 * @throws Exception if a benchmark or the script fails
	 */
	public static void main(final String[] arguments) throws Exception {
		final Map<String, List<Double>> ours = new LinkedHashMap<>();
		final Map<String, List<Double>> reference = new LinkedHashMap<>();
		final Path folder = Files.createTempDirectory("fiji-colorize-benchmark");
		final List<Path> files =
				List.of(folder.resolve("logits.npy"), folder.resolve("bins.npy"), folder.resolve("photo.npy"));
		try {
			BenchmarkData.writeLogits(files.get(0));
			BenchmarkData.writeBins(files.get(1));
			BenchmarkData.writePhoto(files.get(2));
			for (int round = 0; round < ROUNDS; round++) {
				System.out.println("Round " + (round + 1) + " of " + ROUNDS + " ...");
				runJava(ours);
				if (arguments.length == 2) {
					runPython(arguments, files, reference);
				}
			}
		}
		finally {
			for (final Path file : files) {
				Files.deleteIfExists(file);
			}
			Files.delete(folder);
		}
		print(ours, reference);
	}

	private static void runJava(final Map<String, List<Double>> milliseconds) throws RunnerException {
		final OptionsBuilder options = new OptionsBuilder();
		YARDSTICKS.keySet().forEach(name -> options.include(Pattern.quote(name)));
		options.verbosity(VerboseMode.SILENT).shouldFailOnError(true);
		for (final RunResult run : new Runner(options.build()).run()) {
			final String name = run.getParams().getBenchmark();
			final String shortName = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
			for (final BenchmarkResult fork : run.getBenchmarkResults()) {
				for (final IterationResult iteration : fork.getIterationResults()) {
					milliseconds.computeIfAbsent(shortName, key -> new ArrayList<>())
							.add(iteration.getPrimaryResult().getScore());
				}
			}
		}
	}

	private static void runPython(final String[] arguments, final List<Path> files,
			final Map<String, List<Double>> milliseconds) throws IOException, InterruptedException {
		final Process process = new ProcessBuilder(arguments[0], arguments[1], "--logits", files.get(0).toString(),
				"--bins", files.get(1).toString(), "--image", files.get(2).toString())
						.redirectError(ProcessBuilder.Redirect.INHERIT).start();
		try (BufferedReader lines = process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				final Matcher timing = TIMING.matcher(line);
				if (timing.matches()) {
					milliseconds.computeIfAbsent(timing.group(1), key -> new ArrayList<>())
							.add(1000 * Double.parseDouble(timing.group(2)));
				}
			}
		}
		if (process.waitFor() != 0) {
			throw new IOException("The Python timings failed; see their message above.");
		}
	}

	private static void print(final Map<String, List<Double>> ours, final Map<String, List<Double>> reference) {
		System.out.printf("%n%-30s %12s %14s %12s%n", "name", "ours ms", "reference ms", "ratio");
		YARDSTICKS.forEach((name, yardstick) -> {
			final double mine = median(ours.get(name));
			final double theirs = reference.entrySet().stream().filter(entry -> entry.getKey().startsWith(yardstick))
					.mapToDouble(entry -> median(entry.getValue())).findFirst().orElse(Double.NaN);
			System.out.printf("%-30s %12.2f %14s %12s%n", name, mine,
					Double.isNaN(theirs) ? "-" : String.format("%.2f", theirs),
					Double.isNaN(theirs) ? "-" : String.format("%.1f x", theirs / mine));
		});
		System.out.println("ratio: reference / ours; above 1 ours is faster. References: "
				+ (reference.isEmpty() ? "none" : String.join(", ", reference.keySet())));
	}

	private static double median(final List<Double> values) {
		final double[] sorted = values.stream().mapToDouble(value -> value).toArray();
		Arrays.sort(sorted);
		return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
	}
}
