/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
import sc.fiji.colorize.image.ImageFiles;

/** {@code fiji-colorize colorize INPUT... -o OUTPUT}. */
@Command(name = "colorize", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Colorizes gray images: files, or all images in folders and their subfolders.",
		footer = {"", "Example: fiji-colorize colorize old-photo.jpg -o old-photo-colorized.png",
				"Example: fiji-colorize colorize scans/ -o colorized/ --temperature 0.3",
				"Example: fiji-colorize colorize scans/ -o colorized/ --shard 2/8 --report shard-2.json"})
final class ColorizeSubcommand implements Callable<Integer> {

	private static final Pattern SHARD = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

	@Spec
	private CommandSpec spec;

	@Parameters(arity = "1..*", paramLabel = "INPUT", description = "Image files or folders of images.")
	private List<Path> inputs;

	@Option(names = {"-o", "--output"}, required = true, paramLabel = "OUTPUT",
			description = "For one input file: the file to write (.png, .jpg or .tif) or a folder. For several: a"
					+ " folder. In a folder a result is NAME-colorized.png, or .tif where PNG cannot hold it.")
	private Path output;

	@Option(names = "--model", paramLabel = "FILE|NAME", defaultValue = "default",
			description = "Model zip, or a name that 'fiji-colorize models' lists. Default: ${DEFAULT-VALUE}."
					+ " Example: my-model.zip")
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

	@Option(names = "--reference",
			description = "Follow the published demo to the letter: the network sees 256x256 pixels whatever the aspect,"
					+ " and colours that sRGB has not are clipped. For comparison. Default: do not.")
	private boolean reference;

	@Option(names = "--device", paramLabel = "DEVICE", defaultValue = "auto",
			description = "auto, cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}. Example: gpu:1")
	private String device;

	@Option(names = "--overwrite",
			description = "Make results anew that are already there. Default: skip and count them.")
	private boolean overwrite;

	@Option(names = "--uncertainty",
			description = "Also write NAME-uncertainty.tif: entropy of the colour distribution in nats, 32-bit, at the"
					+ " image's size. Default: do not.")
	private boolean uncertainty;

	@Option(names = "--dry-run", description = "Only print what would be done; write nothing. Default: do it.")
	private boolean dryRun;

	@Option(names = "--shard", paramLabel = "I/N", defaultValue = "1/1",
			description = "Do every N-th input beginning with the I-th, so that N machines share the work."
					+ " Default: ${DEFAULT-VALUE}. Example: 2/8")
	private String shard;

	@Option(names = "--report", paramLabel = "FILE.json",
			description = "Write what became of each input. Default: no report. Example: report.json")
	private Path report;

	@Override
	public Integer call() throws IOException {
		final ColorizeOptions options = new ColorizeOptions(model, device, temperature, saturation, size, reference);
		final List<Job> all = BatchColorizer.plan(inputs, output);
		final List<Job> jobs = share(all);
		final PrintWriter out = spec.commandLine().getOut();
		if (all.isEmpty()) {
			spec.commandLine().getErr().println("There is no image to colorize in " + inputs.get(0) + ".");
			return FijiColorize.SOME_FAILED;
		}
		if (dryRun) {
			jobs.forEach(job -> out.println(intention(job)));
			return 0;
		}
		if (report != null) {
			requireWritableReport();
		}
		final ColorizeReport outcomes = new ColorizeReport();
		if (!jobs.isEmpty()) {
			colorize(jobs, options, outcomes);
		}
		if (jobs.size() != 1) {
			out.println(outcomes.count(Outcome.DONE) + " colorized, " + outcomes.count(Outcome.SKIPPED) + " skipped, "
					+ outcomes.count(Outcome.FAILED) + " failed.");
		}
		if (report != null) {
			outcomes.write(report);
		}
		return outcomes.count(Outcome.FAILED) > 0 ? FijiColorize.SOME_FAILED : 0;
	}

	private void colorize(final List<Job> jobs, final ColorizeOptions options, final ColorizeReport outcomes)
			throws IOException {
		final PrintWriter out = spec.commandLine().getOut();
		final PrintWriter err = spec.commandLine().getErr();
		try (Colorizer colorizer = Colorizer.open(options)) {
			final long start = System.nanoTime();
			new BatchColorizer(colorizer, options, overwrite, uncertainty).run(jobs,
					(job, outcome, message, done, total) -> {
						outcomes.add(job, outcome, message);
						if (outcome == Outcome.FAILED) {
							err.println(message);
							err.flush();
						}
						else {
							final double elapsed = (System.nanoTime() - start) / 1e9;
							out.println("[" + done + "/" + total + ", " + timeLeft(elapsed, done, total) + "] "
									+ (outcome == Outcome.DONE ? job.input() + " -> " + message
											: message + ", skipped"));
							out.flush();
						}
					}, () -> false);
		}
	}

	private List<Job> share(final List<Job> jobs) {
		final Matcher matcher = SHARD.matcher(shard);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("The shard must be i/n, such as 2/8, but is '" + shard + "'.");
		}
		return BatchColorizer.shard(jobs, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
	}

	private String intention(final Job job) {
		if (!Files.exists(job.input())) {
			return job.input() + ": there is no such file";
		}
		final Optional<Path> existing = overwrite ? Optional.empty() : BatchColorizer.existing(job);
		if (existing.isPresent() && (!uncertainty || Files.exists(job.uncertainty()))) {
			return existing.get() + " is already there, would be skipped";
		}
		return job.input() + " -> " + job.output() + (job.endingFixed() ? "" : ".png or .tif")
				+ (uncertainty ? " and " + job.uncertainty() : "");
	}

	private void requireWritableReport() {
		try {
			ImageFiles.requireWritable(report);
		}
		catch (final IOException e) {
			throw new IllegalArgumentException("The report " + report + " cannot be written (" + e.getMessage() + ").",
					e);
		}
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
