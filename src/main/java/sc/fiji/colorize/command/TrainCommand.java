/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import ij.IJ;
import ij.ImagePlus;
import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.command.Command;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.task.Task;
import org.scijava.task.TaskService;

import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.train.ColorizerTrainer;
import sc.fiji.colorize.train.TrainListener;
import sc.fiji.colorize.train.TrainOptions;

/** {@code Plugins > Colorize > Train Colorizer...}: learns colours from a folder of photos. */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Train Colorizer...", weight = 3)},
		description = "Trains a colorizer on your own colour photos.")
public class TrainCommand extends EngineCommand {

	private static final long TELL_EVERY = 300_000_000L;

	@Parameter
	private TaskService tasks;

	@Parameter(label = "Folder of colour photos", style = "directory")
	private File inputFolder;

	@Parameter(label = "Model to make (.zip)", style = "save")
	private File outputModel;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String advice = "Up to " + TrainOptions.FEW_PHOTOS
			+ " photos: go on from the model 'default', with a learning rate of about 0.0003.";

	@Parameter(required = false, initializer = "forgetVanished", label = "Go on from model",
			description = "default for the bundled model, another name, the path of a model zip, or empty to begin from"
					+ " random values, which takes thousands of photos")
	private String from = TrainOptions.defaults().from();

	@Parameter(required = false, persist = false, label = "Width", min = "0", max = "2", stepSize = "0.125",
			description = "factor on the network's channels; 1 is the paper's, 0 that of the model to go on from, else 0.5")
	private Double width = TrainOptions.defaults().width();

	@Parameter(required = false, persist = false, label = "Schedule",
			description = "stages CROPxBATCHxEPOCHS, small pictures first")
	private String schedule = (String) TrainOptions.defaults().toMap().get("schedule");

	@Parameter(required = false, persist = false, label = "Learning rate", min = "0.000001", max = "1",
			stepSize = "0.0001", style = "format:0.000000", description = "use about 0.0003 to go on from a model")
	private Double learningRate = TrainOptions.defaults().learningRate();

	@Parameter(required = false, persist = false, label = "Lambda", min = "0", max = "1", stepSize = "0.1",
			description = "rebalancing of rare colours, from 0 (full) to 1 (none)")
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

	@Parameter(required = false, persist = false, label = "Aged pictures", min = "0", max = "1", stepSize = "0.1",
			description = "share of the pictures that are faded, blurred and grained like old prints")
	private Double aging = TrainOptions.defaults().aging();

	@Parameter(required = false, persist = false, label = "Seed")
	private Long seed = TrainOptions.defaults().seed();

	@Parameter(required = false, persist = false, label = "Resume an earlier run",
			description = "go on with the run that makes this model, if there is one")
	private Boolean resume = false;

	@Parameter(type = ItemIO.OUTPUT)
	private File model;

	private void forgetVanished() {
		ModelChoice.forgetVanished(context(), getClass(), "from", "", status::showStatus);
	}

	@Override
	void compute() throws IOException, InterruptedException {
		final Task task = tasks.createTask("Train Colorizer");
		task.start();
		try {
			final boolean complete = new ColorizerTrainer(inputFolder.toPath(), outputModel.toPath(), options(),
					new Reporter(task), () -> isCanceled() || task.isCanceled()).run(Boolean.TRUE.equals(resume));
			if (complete) {
				model = outputModel;
			}
			else {
				cancel("The training was stopped; run it again with 'Resume an earlier run' to go on.");
			}
		}
		finally {
			task.finish();
		}
	}

	private TrainOptions options() {
		final TrainOptions defaults = TrainOptions.defaults();
		return defaults.from(Objects.requireNonNullElse(from, defaults.from()))
				.width(Objects.requireNonNullElse(width, defaults.width()))
				.schedule(schedule == null ? defaults.schedule() : TrainOptions.parseSchedule(schedule))
				.learningRate(Objects.requireNonNullElse(learningRate, defaults.learningRate()))
				.lambda(Objects.requireNonNullElse(lambda, defaults.lambda()))
				.validationPhotos(Objects.requireNonNullElse(validation, defaults.validationPhotos()))
				.device(Objects.requireNonNullElse(device, defaults.device()))
				.seed(Objects.requireNonNullElse(seed, defaults.seed()))
				.precision(precision == null ? defaults.precision() : TrainOptions.Precision.parse(precision))
				.aging(Objects.requireNonNullElse(aging, defaults.aging()));
	}

	/** Shows the progress in the status bar and, where there are windows, the chart and the pictures. */
	private final class Reporter implements TrainListener {

		private final Task task;
		private final ImagePlus chartWindow = new ImagePlus();
		private final ImagePlus sheetWindow = new ImagePlus();
		private long lastTold;

		Reporter(final Task task) {
			this.task = task;
		}

		private boolean time() {
			final boolean now = System.nanoTime() - lastTold > TELL_EVERY;
			lastTold = now ? System.nanoTime() : lastTold;
			return now;
		}

		private void tell(final String text, final long done, final long all) {
			task.setProgressMaximum(all);
			task.setProgressValue(done);
			task.setStatusMessage(text);
			status.showStatus((int) (1000 * done / Math.max(1, all)), 1000, text);
		}

		@Override
		public void scanned(final int photo, final int photos) {
			if (time()) {
				tell("Looking at photo " + photo + " of " + photos, photo, photos);
			}
		}

		@Override
		public void message(final String sentence) {
			log.info(sentence);
		}

		@Override
		public void stepped(final Progress p) {
			if (time()) {
				tell(String.format(Locale.ROOT, "Epoch %d of %d, loss %.3f, %.0f images/s%s", p.epoch(), p.epochs(),
						p.loss(), p.photosPerSecond(),
						Double.isNaN(p.secondsLeft()) ? "" : ", " + BatchReport.duration(p.secondsLeft()) + " left"),
						p.step(), p.steps());
			}
		}

		@Override
		public void epochDone(final EpochSummary e, final Optional<BufferedImage> chart, final BufferedImage contactSheet) {
			log.info(String.format(Locale.ROOT,
					"Epoch %d: validation loss %.3f, AuC %.2f raw, %.2f rebalanced, chroma %.1f of %.1f", e.epoch(),
					e.validationLoss(), e.aucRaw(), e.aucRebalanced(), e.chroma(), e.trueChroma()));
			if (!GraphicsEnvironment.isHeadless()) {
				chart.ifPresent(drawn -> show(chartWindow, "Training", drawn));
				show(sheetWindow, "Validation photos: gray, predicted, true", contactSheet);
			}
		}

		@Override
		public void finished(final String summary) {
			log.info(summary);
			if (!GraphicsEnvironment.isHeadless()) {
				IJ.log(summary);
			}
		}

		private void show(final ImagePlus window, final String title, final BufferedImage picture) {
			window.setImage(picture);
			window.setTitle(title);
			if (!window.isVisible()) {
				window.show();
			}
		}
	}
}
