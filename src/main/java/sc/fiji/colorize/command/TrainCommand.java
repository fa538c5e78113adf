/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import ij.IJ;
import ij.macro.Interpreter;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.module.ModuleItem;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.io.Durations;
import sc.fiji.colorize.train.ColorizerTrainer;
import sc.fiji.colorize.train.TrainListener;
import sc.fiji.colorize.train.TrainOptions;

/** {@code Plugins > Colorize > Train Colorizer...}: trains a model on a folder of photos. */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Train Colorizer...", weight = 3)},
		description = "Trains a colorizer on your own color photos.")
public class TrainCommand extends TrainingCommand {

	private static final String CUSTOM = "custom";
	private static final double FINE_TUNING_RATE = 0.0001;

	@Parameter(label = "Color photos", style = "directory",
			description = "A folder of color photos, with subfolders, to learn from.")
	private File inputFolder;

	@Parameter(label = "Model to make", style = "save", description = "A .zip file, first written after the first epoch.")
	private File outputModel;

	@Parameter(required = false, label = "Start from", style = "model,initial:default",
			callback = "applyThoroughness",
			description = "default for the bundled model, another name, or the path of a model zip. Empty begins from random"
					+ " values, which takes thousands of photos.")
	private String from = TrainOptions.defaults().from();

	@Parameter(required = false, persist = false, label = "Thoroughness", style = "initial:normal",
			choices = {"quick", "normal", "thorough", CUSTOM}, callback = "applyThoroughness",
			description = "Sets the schedule and the learning rate to suit the model to start from; custom takes those under"
					+ " Advanced.")
	private String thoroughness = CUSTOM;

	@Parameter(required = false, persist = false, label = "Resume an earlier run",
			description = "Goes on with the run that makes this model, if there is one.")
	private Boolean resume = false;

	@Parameter(type = ItemIO.OUTPUT)
	private File model;

	private void applyThoroughness() {
		final Thoroughness wanted = Thoroughness.of(thoroughness);
		if (wanted != Thoroughness.CUSTOM) {
			final boolean fineTuning = !from.isBlank();
			schedule = fineTuning ? wanted.fineTuning : wanted.fromScratch;
			learningRate = fineTuning ? FINE_TUNING_RATE : TrainOptions.defaults().learningRate();
		}
	}

	private void custom() {
		thoroughness = CUSTOM;
	}

	@Override
	String helpPage() {
		return "training.md";
	}

	@Override
	List<String> choices(final ModuleItem<?> item) {
		final List<String> choices = new ArrayList<>(super.choices(item));
		if (item.getName().equals("from")) {
			choices.add("");
		}
		else if (item.getName().equals("device")) {
			final List<String> gpus = choices.stream().filter(word -> word.startsWith("gpu:")).toList();
			if (gpus.size() > 1) {
				choices.add(String.join(",", gpus));
			}
		}
		return choices;
	}

	@Override
	void compute() throws IOException, InterruptedException {
		applyThoroughness();
		final boolean windows = !GraphicsEnvironment.isHeadless() && !Interpreter.isBatchMode();
		final TrainingWindow window = windows ? TrainingWindow.open("Training of " + outputModel.getName()) : null;
		// ImageJ reports failures.
		String end = "";
		try (TaskProgress progress = new TaskProgress(this, "Train Colorizer")) {
			final Reporter reporter = new Reporter(progress, window);
			final boolean complete = new ColorizerTrainer(inputFolder.toPath(), outputModel.toPath(), options(from),
					reporter, () -> progress.wantsStop() || window != null && window.isStopped()).run(resume);
			end = complete ? reporter.summary : stopped(reporter.epochs > 0 || resume);
			if (complete || window != null && window.isStopped() && outputModel.isFile()) {
				model = outputModel;
				log.info(end);
			}
			else {
				cancel(end);
			}
		}
		finally {
			if (window != null) {
				window.end(end);
			}
		}
	}

	private String stopped(final boolean hasModel) {
		return (hasModel && outputModel.isFile() ? "The training was stopped. The best model so far is " + outputModel + "."
				: "The training was stopped before its first epoch was done, so there is no model yet.")
				+ " Run it again with 'Resume an earlier run' to continue.";
	}

	/** Replaces the schedule and the learning rate with one choice. */
	private enum Thoroughness {
		QUICK("112x16x1", "64x32x10"),
		NORMAL("112x16x2", "64x32x20,112x16x5"),
		THOROUGH("112x16x5", "64x32x40,112x16x10"),
		CUSTOM("", "");

		private final String fineTuning;
		private final String fromScratch;

		Thoroughness(final String fineTuning, final String fromScratch) {
			this.fineTuning = fineTuning;
			this.fromScratch = fromScratch;
		}

		static Thoroughness of(final String word) {
			return Arrays.stream(values()).filter(value -> value.name().equalsIgnoreCase(word.strip())).findFirst()
					.orElseThrow(() -> new IllegalArgumentException(
							"The thoroughness must be quick, normal, thorough or custom but is '" + word + "'."));
		}
	}

	/** Shows progress in the status bar and, unless headless, in a window. */
	private final class Reporter implements TrainListener {

		private final TaskProgress progress;
		private final TrainingWindow window;
		private int epochs;
		private String summary = "";

		Reporter(final TaskProgress progress, final TrainingWindow window) {
			this.progress = progress;
			this.window = window;
		}

		private void show(final String text, final long done, final long all) {
			progress.show(text, done, all);
			if (window != null) {
				window.progress(text, done, all);
			}
		}

		@Override
		public void scanned(final int photo, final int photos) {
			if (progress.isDue()) {
				show("Inspecting photo " + photo + " of " + photos, photo, photos);
			}
		}

		@Override
		public void message(final String sentence) {
			log.info(sentence);
		}

		@Override
		public void stepped(final Progress p) {
			if (progress.isDue()) {
				show(String.format(Locale.ROOT, "Epoch %d of %d, loss %.3f, %.0f images/s%s", p.epoch(), p.epochs(),
						p.loss(), p.photosPerSecond(), Durations.left(p.secondsLeft())), p.step(), p.steps());
			}
		}

		@Override
		public void epochDone(final EpochSummary e, final Optional<BufferedImage> chart, final BufferedImage contactSheet) {
			epochs++;
			log.info(String.format(Locale.ROOT,
					"Epoch %d: validation loss %.3f, AuC %.2f raw, %.2f rebalanced, chroma %.1f of %.1f", e.epoch(),
					e.validationLoss(), e.aucRaw(), e.aucRebalanced(), e.chroma(), e.trueChroma()));
			if (window != null) {
				window.show(chart, contactSheet);
			}
		}

		@Override
		public void finished(final String text) {
			summary = text;
			if (window != null) {
				IJ.log(text);
			}
		}
	}
}
