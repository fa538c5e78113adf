/*
 * Fiji Colorize: plausible color for gray images.
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

import sc.fiji.colorize.network.NetworkBenchmark;

/**
 * Alternates between the benchmarks of a part of the project and their Python references, and prints the medians side by
 * side. {@code dev/bench/speed} starts it.
 */
public final class ReferenceComparison {

	private static final int ROUNDS = 5;
	private static final Pattern TIMING = Pattern.compile("\\{\"name\": \"([^\"]+)\", \"seconds\": ([^,]+),.*");

	/**
	 * A benchmark and its reference.
	 *
	 * @param benchmark class and method
	 * @param yardstick prefix of the name of a Python timing
	 */
	private record Row(String benchmark, String yardstick) {
	}

	private static final List<Row> OPS = List.of(new Row("AnnealedMeanBenchmark.kernel", "annealed-mean"),
			new Row("AnnealedMeanBenchmark.op", "annealed-mean"), new Row("LabBenchmark.eightBit", "rgb2lab-lab2rgb"),
			new Row("LabBenchmark.floating", "rgb2lab-lab2rgb"));
	private static final List<Row> NETWORK = List.of(
			new Row("NetworkBenchmark.one 1 float32", "network-width1-batch1-subpixel"),
			new Row("NetworkBenchmark.one 1 float32", "network-width1-batch1-published"),
			new Row("NetworkBenchmark.one 1 auto", "network-width1-batch1-published"),
			new Row("NetworkBenchmark.one 0.5 auto", "network-width0.5-batch1-published"),
			new Row("NetworkBenchmark.eight 1 float32", "network-width1-batch8-published"),
			new Row("NetworkBenchmark.eight 1 auto", "network-width1-batch8-published"),
			new Row("NetworkBenchmark.convolution 1 float32", "none"));

	private ReferenceComparison() {
	}

	/**
	 * Runs the comparison.
	 *
	 * @param arguments ops or network; then the Python interpreter and the reference script; none to skip Python
	 * @throws Exception if a benchmark or the script fails
	 */
	public static void main(final String[] arguments) throws Exception {
		final boolean network = arguments[0].equals("network");
		final List<Row> rows = network ? NETWORK : OPS;
		final List<String> python = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
		final Map<String, List<Double>> ours = new LinkedHashMap<>();
		final Map<String, List<Double>> reference = new LinkedHashMap<>();
		final Path folder = Files.createTempDirectory("fiji-colorize-benchmark");
		final List<Path> files =
				List.of(folder.resolve("logits.npy"), folder.resolve("bins.npy"), folder.resolve("photo.npy"));
		try {
			if (!network) {
				BenchmarkData.writeLogits(files.get(0));
				BenchmarkData.writeBins(files.get(1));
				BenchmarkData.writePhoto(files.get(2));
				python.addAll(List.of("--logits", files.get(0).toString(), "--bins", files.get(1).toString(), "--image",
						files.get(2).toString()));
			}
			for (int round = 0; round < ROUNDS; round++) {
				System.out.println("Round " + (round + 1) + " of " + ROUNDS + " ...");
				runJava(rows, ours);
				if (arguments.length > 1 && network) {
					runPython(python, reference, "--no-arrays", "--network", "1", "--batch", "1");
					runPython(python, reference, "--no-arrays", "--network", "0.5", "--batch", "1");
					runPython(python, reference, "--no-arrays", "--network", "1", "--batch",
							String.valueOf(NetworkBenchmark.BATCH), "--repeats", "1");
				}
				else if (arguments.length > 1) {
					runPython(python, reference);
				}
			}
		}
		finally {
			for (final Path file : files) {
				Files.deleteIfExists(file);
			}
			Files.delete(folder);
		}
		print(rows, ours, reference);
		if (network) {
			final double convolution = NetworkBenchmark.CONVOLUTION_OPERATIONS
							/ median(ours.get("NetworkBenchmark.convolution 1 float32"));
			System.out.printf(Locale.ROOT, "Share of the rate of a large plain convolution (%.0f GFLOP/s): %.2f alone, %.2f"
					+ " in a batch%n", convolution / 1e6,
					NetworkBenchmark.operations() / median(ours.get("NetworkBenchmark.one 1 float32")) / convolution,
					NetworkBenchmark.BATCH * NetworkBenchmark.operations()
							/ median(ours.get("NetworkBenchmark.eight 1 float32"))
							/ convolution);
		}
	}

	/** Runs all benchmarks once and adds their medians. */
	private static void runJava(final List<Row> rows, final Map<String, List<Double>> milliseconds)
			throws RunnerException {
		final OptionsBuilder options = new OptionsBuilder();
		rows.forEach(row -> options.include(Pattern.quote(row.benchmark().split(" ")[0])));
		options.verbosity(VerboseMode.SILENT).shouldFailOnError(true);
		for (final RunResult run : new Runner(options.build()).run()) {
			final String name = run.getParams().getBenchmark();
			final String parameter = run.getParams().getParam("network");
			final String shortName = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1)
					+ (parameter == null ? "" : " " + parameter);
			final List<Double> times = new ArrayList<>();
			for (final BenchmarkResult fork : run.getBenchmarkResults()) {
				for (final IterationResult iteration : fork.getIterationResults()) {
					times.add(iteration.getPrimaryResult().getScore());
				}
			}
			milliseconds.computeIfAbsent(shortName, key -> new ArrayList<>()).add(median(times));
		}
	}

	/** Runs the reference script once and adds its medians. */
	private static void runPython(final List<String> program, final Map<String, List<Double>> milliseconds,
			final String... options) throws IOException, InterruptedException {
		final List<String> command = new ArrayList<>(program);
		command.addAll(List.of(options));
		final Process process = BenchmarkData.python(command).start();
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

	private static void print(final List<Row> rows, final Map<String, List<Double>> ours,
			final Map<String, List<Double>> reference) {
		System.out.printf("%n%-30s %12s %14s %10s  %s%n", "name", "ours ms", "reference ms", "ratio", "reference");
		for (final Row row : rows) {
			final List<Double> mine = ours.get(row.benchmark());
			final Optional<Map.Entry<String, List<Double>>> yardstick = reference.entrySet().stream()
					.filter(entry -> entry.getKey().startsWith(row.yardstick())).findFirst();
			final List<Double> theirs = yardstick.map(Map.Entry::getValue).orElse(List.of());
			final List<Double> ratios = new ArrayList<>();
			for (int round = 0; round < theirs.size(); round++) {
				ratios.add(mine.get(round) / theirs.get(round));
			}
			System.out.printf(Locale.ROOT, "%-30s %12.2f %14s %10s  %s%n", row.benchmark(), median(mine),
					theirs.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f", median(theirs)),
					ratios.isEmpty() ? "-" : String.format(Locale.ROOT, "%.3f", median(ratios)),
					yardstick.map(Map.Entry::getKey).orElse("-"));
		}
		System.out.println("ratio: ours / reference, the median of the rounds; below 1 ours is faster.");
	}

	private static double median(final List<Double> values) {
		final double[] sorted = values.stream().mapToDouble(value -> value).toArray();
		Arrays.sort(sorted);
		return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
	}
}
