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
public class Train extends TrainingCommand {

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

	@Parameter(required = false, persist = false, label = "Resume an earlier run",
			description = "Goes on with the run that makes this model, if there is one.")
	private Boolean resume = false;

	@Parameter(type = ItemIO.OUTPUT)
	private File model;

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
		if (new ColorizerTrainer(photos, outputModel.toPath(), options(from), listener, this::wantsStop).run(resume)) {
			model = outputModel;
		}
		else {
			cancel("The training was stopped; run it again with resume to continue.");
		}
	}
}
