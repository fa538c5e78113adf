/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.torch.NativeMemory;
import sc.fiji.colorize.train.ColorizerTrainer;
import sc.fiji.colorize.train.TrainListener;
import sc.fiji.colorize.train.TrainOptions;

/**
 * Trains a colorizer from a script: on a stack of color images, a list of them, or a folder of photos. The menu has {@link
 * TrainCommand}.
 *
 * <pre>
 * #&#64; Img stack
 * #&#64; CommandService commands
 * commands.run("sc.fiji.colorize.command.Train", true, "input", stack, "outputModel", new File("my-model.zip")).get()
 * </pre>
 */
@Plugin(type = Command.class, headless = true, label = "Train a colorizer on ImgLib2 images",
		description = "Trains a colorizer on your own color images.")
public class Train extends ReportingCommand {

	/** sRGB {@code (x, y, 3, ...)}. */
	@Parameter(required = false, persist = false, label = "Stack of color images",
			description = "with red, green and blue along the third dimension")
	private RandomAccessibleInterval<? extends RealType<?>> input;

	/** Each sRGB {@code (x, y, 3)}, of any size, or a stack of them. */
	@Parameter(required = false, persist = false, label = "List of color images",
			description = "of different sizes, with red, green and blue along the third dimension")
	private List<? extends RandomAccessibleInterval<? extends RealType<?>>> images;

	@Parameter(required = false, persist = false, label = "Folder of color photos", style = "directory",
			description = "in place of images")
	private File inputFolder;

	@Parameter(persist = false, label = "Model to make (.zip)", style = "save")
	private File outputModel;

	@Parameter(required = false, persist = false, label = "Start from",
			description = "default for the bundled model, another name, the path of a model zip, or empty to start from"
					+ " random values, which takes thousands of photos")
	private String from = TrainOptions.defaults().from();

	@Parameter(required = false, persist = false, label = "Width", min = "0", max = "2", stepSize = "0.125",
			description = "factor on the channels of the network; 1 is that of the paper; 0 takes that of the model to start"
					+ " from, else 0.5")
	private Double width = TrainOptions.defaults().width();

	@Parameter(required = false, persist = false, label = "Schedule",
			description = "stages CROPxBATCHxEPOCHS, small pictures first")
	private String schedule = (String) TrainOptions.defaults().toMap().get("schedule");

	@Parameter(required = false, persist = false, label = "Learning rate", min = "0.000001", max = "1",
			description = "use about 0.0003 to start from a model")
	private Double learningRate = TrainOptions.defaults().learningRate();

	@Parameter(required = false, persist = false, label = "Lambda", min = "0", max = "1",
			description = "rebalancing of rare colors, from 0 (full) to 1 (none)")
	private Double lambda = TrainOptions.defaults().lambda();

	@Parameter(required = false, persist = false, label = "Validation photos", min = "0",
			description = "photos kept apart, at most a tenth of all")
	private Integer validation = TrainOptions.defaults().validationPhotos();

	@Parameter(required = false, persist = false, label = "Device",
			description = "auto, cpu, gpu, gpu:N, or several with commas")
	private String device = TrainOptions.defaults().device();

	@Parameter(required = false, persist = false, label = "Precision", choices = {"float32", "bfloat16"},
			description = "bfloat16 is faster on processors and GPUs made for it")
	private String precision = TrainOptions.defaults().precision().toString();

	@Parameter(required = false, persist = false, label = "Aged pictures", min = "0", max = "1",
			description = "share of the pictures that are faded, blurred and grained like old prints")
	private Double aging = TrainOptions.defaults().aging();

	@Parameter(required = false, persist = false, label = "Seed")
	private Long seed = TrainOptions.defaults().seed();

	@Parameter(required = false, persist = false, label = "Resume an earlier run",
			description = "continues the run that makes this model, if there is one")
	private Boolean resume = false;

	@Parameter(type = ItemIO.OUTPUT)
	private File model;

	@Override
	void cleanUp() {
		super.cleanUp();
		NativeMemory.trimAsync();
	}

	@Override
	void compute() throws IOException, InterruptedException {
		if (Stream.of(input, images, inputFolder).filter(Objects::nonNull).count() != 1) {
			throw new IllegalArgumentException("Give one of input, images and inputFolder to train on.");
		}
		if (inputFolder != null) {
			train(inputFolder.toPath());
			return;
		}
		try (TrainingImages photos = new TrainingImages(input == null ? images : List.of(input))) {
			train(photos.folder());
		}
	}

	private void train(final Path photos) throws IOException, InterruptedException {
		final TrainListener listener = new TrainListener() {

			@Override
			public void message(final String sentence) {
				log.info(sentence);
			}

			@Override
			public void stepped(final Progress progress) {
				status.showStatus((int) (1000 * progress.step() / Math.max(1, progress.steps())), 1000, "Training");
			}

			@Override
			public void finished(final String summary) {
				log.info(summary);
			}
		};
		if (new ColorizerTrainer(photos, outputModel.toPath(), options(), listener, this::isCanceled)
				.run(Boolean.TRUE.equals(resume))) {
			model = outputModel;
		}
		else {
			cancel("The training was stopped; run it again with resume to continue.");
		}
	}

	private TrainOptions options() {
		return options(from, width, schedule, learningRate, lambda, validation, device, precision, aging, seed);
	}

	/** Makes options of a command's parameters; null selects the default. */
	static TrainOptions options(final String from, final Double width, final String schedule, final Double learningRate,
			final Double lambda, final Integer validation, final String device, final String precision, final Double aging,
			final Long seed) {
		final TrainOptions defaults = TrainOptions.defaults();
		return defaults.from(Objects.requireNonNullElse(from, defaults.from()))
				.width(Objects.requireNonNullElse(width, defaults.width()))
				.schedule(schedule == null ? defaults.schedule() : TrainOptions.parseSchedule(schedule))
				.learningRate(Objects.requireNonNullElse(learningRate, defaults.learningRate()))
				.lambda(Objects.requireNonNullElse(lambda, defaults.lambda()))
				.validationPhotos(Objects.requireNonNullElse(validation, defaults.validationPhotos()))
				.device(Objects.requireNonNullElse(device, defaults.device()))
				.seed(Objects.requireNonNullElse(seed, defaults.seed()))
				.precision(precision == null ? defaults.precision() : Precision.parse(precision))
				.aging(Objects.requireNonNullElse(aging, defaults.aging()));
	}
}
