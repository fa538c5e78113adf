/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.image.BatchColorizer;
import sc.fiji.colorize.image.BatchColorizer.Job;
import sc.fiji.colorize.image.BatchColorizer.Outcome;

/** {@code fiji-colorize colorize INPUT... -o OUTPUT}. */
@Command(name = "colorize", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Colorizes gray images: files, or all images in folders and their subfolders.",
		footer = {"", "Example: fiji-colorize colorize old-photo.jpg -o old-photo-colorized.png",
				"Example: fiji-colorize colorize scans/ -o colorized/ --temperature 0.3"})
final class ColorizeSubcommand implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Parameters(arity = "1..*", paramLabel = "INPUT", description = "Image files or folders of images.")
	private List<Path> inputs;

	@Option(names = {"-o", "--output"}, required = true, paramLabel = "OUTPUT",
			description = "For one input file: the file to write (.png, .jpg or .tif) or a folder. For several: a folder."
					+ " In a folder a result is NAME-colorized.png, or .tif where PNG cannot hold it.")
	private Path output;

	@Option(names = "--model", paramLabel = "FILE|NAME", defaultValue = "default",
			description = "Model zip, or 'default' for the bundled one. Default: ${DEFAULT-VALUE}. Example: my-model.zip")
	private String model;

	@Option(names = "--temperature", paramLabel = "T", defaultValue = "0.38",
			description = "From 0 (vivid, patchy) to 1 (smooth, dull). Default: ${DEFAULT-VALUE}. Example: 0.2")
	private double temperature;

	@Option(names = "--saturation", paramLabel = "S", defaultValue = "1.0",
			description = "Factor on the colourfulness, 0 to 5. Default: ${DEFAULT-VALUE}. Example: 1.3")
	private double saturation;

	@Option(names = "--size", paramLabel = "N", defaultValue = "0",
			description = "The network sees each image with about N x N pixels, aspect kept; a multiple of 8 from 32 to"
					+ " 2048, 0 for the model's own. Default: ${DEFAULT-VALUE}. Example: 256")
	private int size;

	@Option(names = "--device", paramLabel = "DEVICE", defaultValue = "auto",
			description = "auto, cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}. Example: gpu:1")
	private String device;

	@Option(names = "--overwrite",
			description = "Make results anew that are already there. Default: skip and count them.")
	private boolean overwrite;

	@Override
	public Integer call() throws IOException {
		final ColorizeOptions options = new ColorizeOptions(model, device, temperature, saturation, size);
		final List<Job> jobs = BatchColorizer.plan(inputs, output);
		final PrintWriter out = spec.commandLine().getOut();
		final PrintWriter err = spec.commandLine().getErr();
		if (jobs.isEmpty()) {
			err.println("There is no image to colorize in " + inputs.get(0) + ".");
			return FijiColorize.SOME_FAILED;
		}
		final long start = System.nanoTime();
		final Map<Outcome, Integer> counts;
		try (Colorizer colorizer = Colorizer.open(options)) {
			counts = new BatchColorizer(colorizer, options, overwrite).run(jobs, (job, outcome, message, done, total) -> {
				if (outcome == Outcome.FAILED) {
					err.println(message);
					err.flush();
				}
				else {
					final double elapsed = (System.nanoTime() - start) / 1e9;
					out.println("[" + done + "/" + total + ", " + timeLeft(elapsed, done, total) + "] "
							+ (outcome == Outcome.DONE ? job.input() + " -> " + message : message + ", skipped"));
					out.flush();
				}
			}, () -> false);
		}
		final int failed = counts.getOrDefault(Outcome.FAILED, 0);
		if (jobs.size() > 1) {
			out.println(counts.getOrDefault(Outcome.DONE, 0) + " colorized, " + counts.getOrDefault(Outcome.SKIPPED, 0)
					+ " skipped, " + failed + " failed.");
		}
		return failed > 0 ? FijiColorize.SOME_FAILED : 0;
	}

	private static String timeLeft(final double elapsed, final int done, final int total) {
		return duration(elapsed / done * (total - done)) + " left";
	}

	/** A time as a person would say it. */
	static String duration(final double seconds) {
		final long whole = Math.round(seconds);
		return whole < 60 ? whole + " s" : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
	}
}
