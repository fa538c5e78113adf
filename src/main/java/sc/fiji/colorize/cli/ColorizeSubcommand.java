/*
 * Fiji Colorize: plausible color for gray images.
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.batch.BatchPlan;
import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.batch.BatchRunner;
import sc.fiji.colorize.batch.ContactSheet;
import sc.fiji.colorize.batch.HintFiles;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.RootCause;

/** {@code fiji-colorize colorize INPUT... -o OUTPUT}. */
@Command(name = "colorize", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Colorizes gray images: files, or all images in folders and their subfolders.",
		footer = {"", "Example: fiji-colorize colorize old-photo.jpg -o old-photo-colorized.png",
				"Example: fiji-colorize colorize scans/ -o colorized/ --temperature 0.3",
				"Example: fiji-colorize colorize scans/ -o colorized/ --shard 2/8 --report shard-2.json"})
final class ColorizeSubcommand implements Callable<Integer> {

	private static final Pattern SHARD = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

	private final RunContext context;

	@Spec
	private CommandSpec spec;

	@Parameters(arity = "1..*", paramLabel = "INPUT", description = "Image files or folders of images.")
	private List<Path> inputs;

	@Option(names = {"-o", "--output"}, required = true, paramLabel = "OUTPUT",
			description = "For one input file: the file to write (.png, .jpg or .tif) or a folder. For several: a"
					+ " folder. In a folder a result is NAME-colorized.png, or .tif where PNG cannot hold it.")
	private Path output;

	@Mixin
	private ColorizeSettings settings;

	@Mixin
	private HintOptions hints;

	@Option(names = "--dry-run", description = "Only print what would be done; write nothing. Default: colorize.")
	private boolean dryRun;

	@Option(names = "--shard", paramLabel = "I/N",
			description = "Process every N-th input, starting with the I-th, so that N machines share the work."
					+ " Default: ${DEFAULT-VALUE}. Example: 2/8")
	private String shard = "1/1";

	@Option(names = "--report", paramLabel = "FILE.json",
			description = "Write the outcome of each input, as JSON or, if the name ends in .csv, as CSV."
					+ " Default: no report. Example: report.json")
	private Path report;

	@Option(names = "--contact-sheet", paramLabel = "FILE.html",
			description = "Write all images before and after, side by side, with their names: a page on which the ones to be"
					+ " redone can be ticked or, if the name ends in .jpg, a picture. Default: no sheet."
					+ " Example: sheet.html")
	private Path contactSheet;

	/** In a process of its own. Picocli calls this. */
	ColorizeSubcommand() {
		this(RunContext.OWN_PROCESS);
	}

	ColorizeSubcommand(final RunContext context) {
		this.context = context;
	}

	@Override
	public Integer call() throws IOException {
		final ColorizeOptions options = settings.options();
		final BatchOptions batch = settings.batch();
		if (contactSheet != null) {
			ContactSheet.requireKind(contactSheet);
		}
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
			requireWritable("The report ", report);
		}
		if (contactSheet != null) {
			requireWritable("The contact sheet ", contactSheet);
		}
		// On an interrupt, finishes the current slice and reports the completed files.
		try (RunContext.Cancellation interrupt = context.cancellation()) {
			final BatchReport results = plan.jobs().isEmpty() ? new BatchReport(List.of(), 0)
					: colorize(plan, options, batch, hintFiles, interrupt);
			if (plan.jobs().size() != 1) {
				out.println(results.summary());
			}
			if (results.count(Outcome.SKIPPED) > 0) {
				out.println("What was skipped already has a result; give --overwrite to replace it.");
			}
			if (report != null) {
				ColorizeReport.write(results, report);
			}
			if (contactSheet != null) {
				ContactSheet.write(results, contactSheet);
			}
			return interrupt.isGiven() ? FijiColorize.INTERRUPTED
					: results.count(Outcome.FAILED) > 0 ? FijiColorize.SOME_FAILED : 0;
		}
	}

	/** The hint files of the inputs. Prints hint files that match no input. */
	private HintFiles hintFiles(final BatchPlan plan) throws IOException {
		hints.check(settings.options().reference());
		hints.checkInputs(plan.jobs().size());
		if (!hints.file().isEmpty()) {
			return HintFiles.of(plan.jobs().get(0).input(), context.folder().resolve(hints.file()), hints.reach());
		}
		if (hints.folder().isEmpty()) {
			return HintFiles.NONE;
		}
		final HintFiles found = HintFiles.inFolder(context.folder().resolve(hints.folder()), plan, hints.reach());
		found.unused().forEach(file -> spec.commandLine().getErr()
				.println("The hints " + file + " are not used: no input has that name."));
		return found;
	}

	private BatchReport colorize(final BatchPlan plan, final ColorizeOptions options, final BatchOptions batch,
			final HintFiles hintFiles, final RunContext.Cancellation interrupt) throws IOException {
		final PrintWriter out = spec.commandLine().getOut();
		final PrintWriter err = spec.commandLine().getErr();
		// Meanwhile, the first images are read.
		final CompletableFuture<RunContext.Loan> opening = CompletableFuture.supplyAsync(() -> open(options, err),
				task -> new Thread(task, "colorizer").start());
		try {
			return new BatchRunner(opening.thenApply(RunContext.Loan::colorizer), options, batch, hintFiles).run(plan,
					(result, progress) -> {
						if (result.isWithoutOutput()) {
							err.println(result.message());
						}
						else {
							out.println(progress.line(result));
						}
					}, interrupt::isGiven);
		}
		catch (final CompletionException e) {
			throw RootCause.<IOException>unwrapped(e);
		}
		finally {
			opening.thenAccept(RunContext.Loan::close).exceptionally(failure -> null).join();
		}
	}

	private RunContext.Loan open(final ColorizeOptions options, final PrintWriter err) {
		try {
			return context.colorizer(options.opening(), err::println);
		}
		catch (final IOException e) {
			throw new CompletionException(e);
		}
	}

	private BatchPlan share(final BatchPlan plan) {
		final Matcher matcher = SHARD.matcher(shard);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("The shard must be i/n, such as 2/8, but is '" + shard + "'.");
		}
		return plan.shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
	}

	/** Never skips an output that the user named: it may come from another image or other options. */
	private void requireNew(final List<Job> jobs) {
		if (settings.batch().overwrite() || jobs.size() != 1 || !jobs.get(0).output().equals(output)) {
			return;
		}
		final Stream<Path> results = settings.batch().uncertainty() ? Stream.of(output, jobs.get(0).uncertainty())
				: Stream.of(output);
		results.filter(Files::exists).findFirst().ifPresent(file -> {
			throw new IllegalArgumentException("The output " + file
					+ " already exists: give --overwrite to replace it, or another name.");
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
			return job.existing().orElse(job.output()) + " already exists, would be skipped without --overwrite";
		}
		return job.input() + " -> " + job.output() + (job.endingFixed() ? "" : ".png or .tif")
				+ (batch.uncertainty() ? " and " + job.uncertainty() : "");
	}

	private static void requireWritable(final String what, final Path file) {
		try {
			AtomicFile.requireWritable(file);
		}
		catch (final IOException e) {
			throw new IllegalArgumentException(what + file + " cannot be written (" + Failure.reason(e) + ").", e);
		}
	}
}
