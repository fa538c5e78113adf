/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sc.fiji.colorize.io.Durations;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.train.ColorizerTrainer;
import sc.fiji.colorize.train.TrainListener;
import sc.fiji.colorize.train.TrainOptions;

/** {@code fiji-colorize train FOLDER -o MODEL.zip}. */
@Command(name = "train", mixinStandardHelpOptions = true, sortOptions = false,
		description = {"Trains a colorizer on color photos.",
				"The model exists after the first epoch and is replaced after each epoch that improves on validation photos."
						+ " A folder beside it holds the checkpoint, the log, a chart and a contact sheet."},
		footer = {"", "Example: fiji-colorize train photos/ -o my-model.zip --from default --schedule 112x16x2"
				+ " --learning-rate 0.0001",
				"Example: fiji-colorize train tens-of-thousands/ -o my-model.zip --width 0.25",
				"Example: fiji-colorize train tens-of-thousands/ -o my-model.zip --width 0.25 --resume"})
final class TrainSubcommand implements Callable<Integer> {

	private static final TrainOptions DEFAULTS = TrainOptions.defaults();
	private static final TrainOptions.Stage FIRST_STAGE = DEFAULTS.schedule().get(0);
	private static final long PRINT_INTERVAL = 10_000_000_000L;

	@Spec
	private CommandSpec spec;

	@Parameters(paramLabel = "FOLDER",
			description = "Folder tree of photos; tar and zip archives in it are read in place.")
	private Path folder;

	@Option(names = {"-o", "--output"}, required = true, paramLabel = "MODEL.zip", description = "The model to create.")
	private Path output;

	@Option(names = "--from", paramLabel = "MODEL",
			description = "Start from a model: a name or a model zip. With less than thousands of photos, use 'default'."
					+ " Default: random values. Example: default")
	private String from = DEFAULTS.from();

	@Option(names = "--width", paramLabel = "W",
			description = "Factor on the network's channels; 1 is the paper's network. A starting model is widened"
					+ " without changing its output. Default: that of the starting model, else 0.5. Example: 0.25")
	private double width = DEFAULTS.width();

	@Option(names = "--schedule", paramLabel = "STAGES",
			description = "Stages CROPxBATCHxEPOCHS, small pictures first. Default: 64x32x20,112x16x5, or what --crop,"
					+ " --batch and --epochs say. Example: 64x32x18,96x24x5,128x16x2")
	private String schedule = "";

	@Option(names = "--crop", paramLabel = "N",
			description = "Side of the pictures, a multiple of 8, for a schedule of one stage. Default: ${DEFAULT-VALUE}."
					+ " Example: 96")
	private int crop = FIRST_STAGE.crop();

	@Option(names = "--batch", paramLabel = "N",
			description = "Photos in a step, for a schedule of one stage. Default: ${DEFAULT-VALUE}. Example: 16")
	private int batch = FIRST_STAGE.batch();

	@Option(names = "--epochs", paramLabel = "N",
			description = "Passes over the photos, for a schedule of one stage. Default: the default schedule."
					+ " Example: 10")
	private int epochs;

	@Option(names = "--learning-rate", paramLabel = "R",
			description = "Largest learning rate of Adam. Default: ${DEFAULT-VALUE}. Example: 0.0001 for fine-tuning")
	private double learningRate = DEFAULTS.learningRate();

	@Option(names = "--warmup", paramLabel = "STEPS",
			description = "Steps over which the learning rate rises, at most a tenth of all. Default: ${DEFAULT-VALUE}. "
					+ "Example: 100")
	private int warmup = DEFAULTS.warmupSteps();

	@Option(names = "--lambda", paramLabel = "L",
			description = "Rebalancing of rare colors, from 0 (full) to 1 (none). Default: ${DEFAULT-VALUE}."
					+ " Example: 0.7")
	private double lambda = DEFAULTS.lambda();

	@Option(names = "--neighbors", paramLabel = "K",
			description = "Bins of the soft encoding. Default: ${DEFAULT-VALUE}. Example: 10")
	private int neighbors = DEFAULTS.neighbors();

	@Option(names = "--temperature", paramLabel = "T",
			description = "Temperature at which validation decodes. Default: ${DEFAULT-VALUE}. Example: 0.5")
	private double temperature = DEFAULTS.temperature();

	@Option(names = "--weights", paramLabel = "FOLDER=W,...",
			description = "How often photos of a subfolder or archive are drawn. Default: all equal."
					+ " Example: houses=0.3,portraits=2")
	private String weights = "";

	@Option(names = "--validation", paramLabel = "N",
			description = "Photos kept apart, at most a tenth of all. Default: ${DEFAULT-VALUE}. Example: 100")
	private int validation = DEFAULTS.validationPhotos();

	@Option(names = "--checkpoint-minutes", paramLabel = "M",
			description = "Minutes between checkpoints. Default: ${DEFAULT-VALUE}. Example: 5")
	private double checkpointMinutes = DEFAULTS.checkpointMinutes();

	@Option(names = "--cache", paramLabel = "MB",
			description = "Disk space for decoded photos during the run, in megabytes, at most half of the free space."
					+ " Default: ${DEFAULT-VALUE}. Example: 4000")
	private int cache = DEFAULTS.cacheMegabytes();

	@Option(names = "--device", paramLabel = "DEVICE",
			description = "auto, cpu, gpu, gpu:N, or several with commas. Default: ${DEFAULT-VALUE}."
					+ " Example: gpu:0,gpu:1")
	private String device = DEFAULTS.device();

	@Option(names = "--seed", paramLabel = "N",
			description = "Seed of everything random. Default: ${DEFAULT-VALUE}. Example: 7")
	private long seed = DEFAULTS.seed();

	@Option(names = "--precision", paramLabel = "TYPE",
			description = "auto, float32, or bfloat16 for convolutions: up to twice as fast on processors with AVX512-BF16"
					+ " or AMX and on GPUs. Default: ${DEFAULT-VALUE}. Example: bfloat16")
	private String precision = DEFAULTS.precision().toString();

	@Option(names = "--aging", paramLabel = "SHARE",
			description = "Share of the pictures that are faded, blurred and grained like old prints, from 0 to 1."
					+ " Default: ${DEFAULT-VALUE}. Example: 0.3")
	private double aging = DEFAULTS.aging();

	@Option(names = "--weight-decay", paramLabel = "NUMBER",
			description = "By how much of itself, times the learning rate, each kernel shrinks in a step, from 0 to 10."
					+ " Default: ${DEFAULT-VALUE}. Example: 0.1")
	private double weightDecay = DEFAULTS.weightDecay();

	@Option(names = "--resume",
			description = "Resume the run that creates this model, if there is one. Default: start, but never over an"
					+ " earlier run.")
	private boolean resume;

	@Override
	public Integer call() throws IOException, InterruptedException {
		final TrainOptions options = options();
		if (!resume && ColorizerTrainer.canResume(output)) {
			throw new IllegalArgumentException("There is a training of " + output
					+ " already: give --resume to continue it, or another --output.");
		}
		try (Interrupt interrupt = new Interrupt()) {
			final boolean complete = new ColorizerTrainer(folder, output, options,
					new Printer(spec.commandLine().getOut()), interrupt::isGiven).run(resume);
			return complete ? 0 : FijiColorize.INTERRUPTED;
		}
	}

	private TrainOptions options() {
		TrainOptions options = DEFAULTS.from(from).width(width).learningRate(learningRate)
				.warmupSteps(warmup).lambda(lambda).neighbors(neighbors).temperature(temperature)
				.sourceWeights(TrainOptions.parseWeights(weights)).validationPhotos(validation)
				.checkpointMinutes(checkpointMinutes).cacheMegabytes(cache).device(device).seed(seed)
				.precision(Precision.parse(precision)).aging(aging).weightDecay(weightDecay);
		requireOneWay();
		if (!schedule.isEmpty()) {
			options = options.schedule(TrainOptions.parseSchedule(schedule));
		}
		else if (given("--epochs")) {
			options = options.schedule(List.of(new TrainOptions.Stage(crop, batch, epochs)));
		}
		return options;
	}

	/** A schedule is given as a whole or as its one stage; the rest of a partial stage would silently be the default. */
	private void requireOneWay() {
		final boolean part = given("--crop") || given("--batch");
		if (!schedule.isEmpty() && (part || given("--epochs"))) {
			throw new IllegalArgumentException("Give --schedule, or --crop, --batch and --epochs, but not both.");
		}
		if (part && !given("--epochs")) {
			throw new IllegalArgumentException("With --crop or --batch give --epochs too, such as --epochs 10.");
		}
	}

	private boolean given(final String option) {
		return spec.commandLine().getParseResult().hasMatchedOption(option);
	}

	/** Prints a line every ten seconds and one for each epoch. */
	private static final class Printer implements TrainListener {

		private final PrintWriter out;
		private long lastPrinted = System.nanoTime();

		Printer(final PrintWriter out) {
			this.out = out;
		}

		private void print(final String format, final Object... values) {
			out.printf(Locale.ROOT, format + "%n", values);
		}

		private boolean time() {
			final boolean now = System.nanoTime() - lastPrinted > PRINT_INTERVAL;
			lastPrinted = now ? System.nanoTime() : lastPrinted;
			return now;
		}

		@Override
		public void scanned(final int photo, final int photos) {
			if (time()) {
				print("looked at %d of %d photos", photo, photos);
			}
		}

		@Override
		public void message(final String sentence) {
			print("%s", sentence);
		}

		@Override
		public void stepped(final Progress p) {
			if (time()) {
				print("epoch %d/%d, step %d/%d: loss %.3f, %.0f images/s%s", p.epoch(), p.epochs(), p.step(),
						p.steps(), p.loss(), p.photosPerSecond(), Durations.left(p.secondsLeft()));
			}
		}

		@Override
		public void epochDone(final EpochSummary e, final Optional<BufferedImage> chart, final BufferedImage contactSheet) {
			print("epoch %d done: loss %.3f, validation loss %.3f, AuC %.2f raw, %.2f rebalanced, chroma %.1f of %.1f",
					e.epoch(), e.trainingLoss(), e.validationLoss(), e.aucRaw(), e.aucRebalanced(), e.chroma(),
					e.trueChroma());
		}

		@Override
		public void finished(final String summary) {
			print("%s", summary);
		}
	}
}
