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
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.Upsampling;
import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.batch.BatchPlan;
import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.batch.BatchRunner;
import sc.fiji.colorize.batch.HintFiles;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.ops.HintPropagation;

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

	@Option(names = "--smoothing", paramLabel = "W", defaultValue = "0.0",
			description = "Evens out the colours along stacks: weight of the slices before, from 0 (each by itself) to 1."
					+ " Default: ${DEFAULT-VALUE}. Example: 0.8")
	private double smoothing;

	@Option(names = "--upsampling", paramLabel = "WORD", defaultValue = "edge-aware",
			description = "How colours are enlarged to the image's size: edge-aware, along the edges of the image, or"
					+ " bilinear. Default: ${DEFAULT-VALUE}. Example: bilinear")
	private String upsampling;

	@Option(names = "--reference",
			description = "Follow the published demo to the letter: the network sees 256x256 pixels whatever the aspect,"
					+ " the colours are enlarged bilinearly, and those that sRGB has not are clipped. For comparison."
					+ " Default: do not.")
	private boolean reference;

	@Option(names = "--hints", paramLabel = "FILE",
			description = "Color hints for one input file: a transparent PNG of the image's size with strokes of color, or"
					+ " ImageJ selections with colors (.zip, .roi). Default: none. Example: strokes.png")
	private Path hints;

	@Option(names = "--hints-folder", paramLabel = "FOLDER",
			description = "Color hints for the inputs with the same name, as NAME.png, NAME.zip or NAME.roi."
					+ " Default: none. Example: hints/")
	private Path hintsFolder;

	@Option(names = "--reach", paramLabel = "R", defaultValue = "1.0",
			description = "How far the colors of hints spread, 0.1 to 10. Default: ${DEFAULT-VALUE}. Example: 0.5")
	private double reach;

	@Option(names = "--device", paramLabel = "DEVICE", defaultValue = "auto",
			description = "auto, cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}. Example: gpu:1")
	private String device;

	@Option(names = "--pattern", paramLabel = "GLOB", defaultValue = "",
			description = "Of folders only the images whose names match; with a slash, whose paths in the folder do."
					+ " Default: all images. Example: 'scan*.{png,jpg}'")
	private String pattern;

	@Option(names = "--recursive", arity = "0", negatable = true, defaultValue = "true",
			fallbackValue = "true",
			description = "Look into subfolders of folders, or do not. Default: do.")
	private boolean recursive;

	@Option(names = "--type", paramLabel = "TYPE", defaultValue = "auto",
			description = "Of the results in a folder: png, jpg, tif, or auto for PNG where it can hold the result, else"
					+ " TIFF. Default: ${DEFAULT-VALUE}. Example: tif")
	private String type;

	@Option(names = "--output-type", paramLabel = "WORD", defaultValue = "automatic",
			description = "What the results are: automatic (RGB of 8-bit images, 16-bit RGB of 16-bit ones), RGB, composite,"
					+ " 'ab channels', 'Lab stack' or uncertainty, the last four as TIFF. Default: ${DEFAULT-VALUE}."
					+ " Example: 'Lab stack'")
	private String outputType;

	@Option(names = "--overwrite",
			description = "Replace results that are already there. Default: in a folder skip them; if OUTPUT is a file,"
					+ " stop.")
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
			description = "Write what became of each input, as JSON or, if the name ends so, as .csv."
					+ " Default: no report. Example: report.json")
	private Path report;

	@Override
	public Integer call() throws IOException {
		final ColorizeOptions options = new ColorizeOptions(model, device, temperature, saturation, size,
				smoothing, Upsampling.of(upsampling), reference);
		final BatchOptions batch = BatchOptions.defaults().pattern(pattern).recursive(recursive).type(type)
				.overwrite(overwrite).uncertainty(uncertainty).outputType(OutputType.of(outputType));
		final BatchPlan all = BatchPlan.of(inputs, output, batch);
		final BatchPlan plan = share(all);
		final PrintWriter out = spec.commandLine().getOut();
		if (all.isWithoutImages()) {
			all.jobs().forEach(job -> spec.commandLine().getErr()
					.println(job.input() + ": files of this kind are not read."));
			spec.commandLine().getErr().println("There is no image to colorize in " + inputs.get(0) + ".");
			return FijiColorize.SOME_FAILED;
		}
		requireNew(plan.jobs());
		final HintFiles hintFiles = hintFiles(all);
		if (dryRun) {
			plan.jobs().forEach(job -> out.println(intention(job, batch)));
			return 0;
		}
		if (report != null) {
			requireWritableReport();
		}
		// Interrupted it ends after the slice at hand, with the report on what is done.
		try (Interrupt interrupt = new Interrupt()) {
			final BatchReport results = plan.jobs().isEmpty() ? new BatchReport(List.of(), 0)
					: colorize(plan, options, batch, hintFiles, interrupt);
			if (plan.jobs().size() != 1) {
				out.println(results.summary());
			}
			if (results.count(Outcome.SKIPPED) > 0) {
				out.println("What was skipped already has a result; give --overwrite to replace it.");
			}
			out.flush();
			if (report != null) {
				ColorizeReport.write(results, report);
			}
			return interrupt.isGiven() ? FijiColorize.INTERRUPTED
					: results.count(Outcome.FAILED) > 0 ? FijiColorize.SOME_FAILED : 0;
		}
	}

	/** The hint files for the inputs; hint files that are for none are reported. */
	private HintFiles hintFiles(final BatchPlan plan) throws IOException {
		HintPropagation.requireReach(reach);
		if (hints != null && hintsFolder != null) {
			throw new IllegalArgumentException("The options --hints and --hints-folder exclude each other: give one.");
		}
		if (reference && (hints != null || hintsFolder != null)) {
			throw new IllegalArgumentException(
					"The published demo has no hints: leave out --reference or the hints.");
		}
		if (hints != null) {
			if (plan.jobs().size() != 1) {
				throw new IllegalArgumentException("The hints " + hints + " are for one image but there are "
						+ plan.jobs().size() + " inputs: give --hints-folder.");
			}
			return HintFiles.of(plan.jobs().get(0).input(), hints, reach);
		}
		if (hintsFolder == null) {
			return HintFiles.NONE;
		}
		final HintFiles found = HintFiles.inFolder(hintsFolder, plan, reach);
		found.unused().forEach(file -> spec.commandLine().getErr()
				.println("The hints " + file + " are not used: no input has that name."));
		return found;
	}

	private BatchReport colorize(final BatchPlan plan, final ColorizeOptions options, final BatchOptions batch,
			final HintFiles hintFiles, final Interrupt interrupt) throws IOException {
		final PrintWriter out = spec.commandLine().getOut();
		final PrintWriter err = spec.commandLine().getErr();
		try (Colorizer colorizer = Colorizer.open(options.opening(), err::println)) {
			return new BatchRunner(colorizer, options, batch, hintFiles).run(plan, (result, progress) -> {
				final PrintWriter writer = result.isWithoutOutput() ? err : out;
				writer.println(result.isWithoutOutput() ? result.message() : progress.line(result));
				writer.flush();
			}, interrupt::isGiven);
		}
	}

	private BatchPlan share(final BatchPlan plan) {
		final Matcher matcher = SHARD.matcher(shard);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("The shard must be i/n, such as 2/8, but is '" + shard + "'.");
		}
		return plan.shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
	}

	/** A result with a name of its own is never skipped: it may come from another image, or other options. */
	private void requireNew(final List<Job> jobs) {
		if (overwrite || jobs.size() != 1 || !jobs.get(0).output().equals(output)) {
			return;
		}
		final Stream<Path> results = uncertainty ? Stream.of(output, jobs.get(0).uncertainty()) : Stream.of(output);
		results.filter(Files::exists).findFirst().ifPresent(file -> {
			throw new IllegalArgumentException("The output " + file
					+ " is already there: give --overwrite to replace it, or another name.");
		});
	}

	private static String intention(final Job job, final BatchOptions batch) {
		if (job.isLeftOut()) {
			return job.input() + ": files of this kind are not read";
		}
		if (!Files.exists(job.input())) {
			return job.input() + ": there is no such file";
		}
		if (job.isDone(batch)) {
			return job.existing().orElse(job.output())
					+ " is already there, would be skipped without --overwrite";
		}
		return job.input() + " -> " + job.output() + (job.endingFixed() ? "" : ".png or .tif")
				+ (batch.uncertainty() ? " and " + job.uncertainty() : "");
	}

	private void requireWritableReport() {
		try {
			AtomicFile.requireWritable(report);
		}
		catch (final IOException e) {
			throw new IllegalArgumentException("The report " + report + " cannot be written (" + Failure.reason(e) + ").",
					e);
		}
	}
}
