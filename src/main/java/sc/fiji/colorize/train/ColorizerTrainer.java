/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.network.DataDependentInitialization;
import sc.fiji.colorize.network.RebalancedCrossEntropy;
import sc.fiji.colorize.network.TorchEngine;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.ops.ErrorCurve;
import sc.fiji.colorize.photo.PhotoFolder.Photo;

/**
 * Trains a colorization network on the photos of a folder.
 * <p>
 * A run has a folder of its own with its checkpoint; started again with the same folder and settings, it goes on where
 * it stopped and ends with the same weights as a run that was never interrupted (on the same machine with the same
 * number of threads).
 */
public final class ColorizerTrainer {

	private static final String CHECKPOINT = "checkpoint.zip";
	private static final int INITIALIZATION_PHOTOS = 32;
	private static final double FINAL_RATE = 0.01;
	private static final int VALIDATION_BATCH = 16;

	private final Path photoRoot;
	private final Path runFolder;
	private final TrainOptions options;
	private final TrainListener listener;
	private final BooleanSupplier canceled;

	private TrainingPhotos photos;
	private double[] rebalancing;
	private ColorizationNetwork network;
	private ResumableAdam adam;
	private Device[] devices;

	/** Where the run stands; all of it goes into the checkpoint. */
	private int epoch;
	private int stepInEpoch;
	private long step;
	private long photosSeen;
	private double seconds;
	private double lossSum;

	/**
	 * Prepares a run.
	 *
	 * @param photoRoot folder (or archive) of colour photos
	 * @param runFolder folder of the run's files; made if it is not there
	 * @param options the settings
	 * @param listener hears of the progress
	 * @param canceled is asked between steps; when it says true, a checkpoint is saved and the run ends
	 */
	public ColorizerTrainer(final Path photoRoot, final Path runFolder, final TrainOptions options,
			final TrainListener listener, final BooleanSupplier canceled) {
		this.photoRoot = photoRoot;
		this.runFolder = runFolder;
		this.options = options;
		this.listener = listener;
		this.canceled = canceled;
	}

	/**
	 * Trains, or goes on training, to the end of the schedule.
	 *
	 * @return true if the schedule was completed, false if the run was cancelled
	 * @throws IOException if photos or the checkpoint cannot be read or written
	 */
	public boolean run() throws IOException, InterruptedException {
		Files.createDirectories(runFolder);
		final ExecutorService executor = Executors.newFixedThreadPool(
				Math.max(1, Runtime.getRuntime().availableProcessors()), runnable -> {
					final Thread thread = new Thread(runnable, "photo decoder");
					thread.setDaemon(true);
					return thread;
				});
		try (TrainingPhotos scanned = TrainingPhotos.scan(photoRoot, options, executor, listener, canceled)) {
			photos = scanned;
			if (canceled.getAsBoolean()) {
				return false;
			}
			listener.message(photos.training().size() + " photos to learn from, " + photos.validation().size()
					+ " for validation, " + photos.skipped().size() + " left out.");
			if (photos.epochLength() == 0) {
				throw new IOException("All photos of " + photoRoot + " lie in groups of weight 0.");
			}
			rebalancing = rebalancing(photos.prior(), options.lambda());
			return train(executor);
		}
		finally {
			executor.shutdownNow();
		}
	}

	/** The weights of the bins; without a uniform share, a bin that no photo has gets the weight of the rarest. */
	private static double[] rebalancing(final double[] prior, final double lambda) {
		final double[] weights = ColorPrior.rebalancingWeights(prior, lambda);
		final double largest = Arrays.stream(weights).filter(Double::isFinite).max().orElseThrow();
		Arrays.setAll(weights, q -> Math.min(weights[q], largest));
		return weights;
	}

	private boolean train(final ExecutorService executor) throws IOException, InterruptedException {
		devices = new Device[] {TorchEngine.device(options.device())};
		network = new ColorizationNetwork(options.width());
		try (Model model = Model.newInstance("colorizer", devices[0], TorchEngine.NAME)) {
			model.setBlock(network);
			final NDManager manager = model.getNDManager();
			final Path checkpoint = runFolder.resolve(CHECKPOINT);
			final Map<String, String> names = new LinkedHashMap<>();
			network.stateDict().forEach((name, parameter) -> names.put(parameter.getId(), name));
			adam = new ResumableAdam(manager, names);
			if (Files.exists(checkpoint)) {
				restore(checkpoint, manager);
			}
			else {
				initialize(manager);
			}
			try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(new RebalancedCrossEntropy())
					.optOptimizer(adam).optDevices(devices))) {
				final int crop = options.schedule().get(0).crop();
				trainer.initialize(new Shape(1, 1, crop, crop));
				return runSchedule(trainer, executor);
			}
		}
	}

	private void initialize(final NDManager manager) throws IOException {
		final int crop = options.schedule().get(0).crop();
		final int[] order = photos.order(0);
		final List<Photo> first = new ArrayList<>();
		for (int i = 0; i < Math.min(INITIALIZATION_PHOTOS, order.length); i++) {
			first.add(photos.training().get(order[i]));
		}
		final Batches.Batch batch = Batches.centered(photos, first, rebalancing, options, crop);
		final double[] constant = photos.prior();
		for (int q = 0; q < constant.length; q++) {
			constant[q] = Math.max(1e-9, constant[q] * rebalancing[q]);
		}
		try (NDManager scratch = manager.newSubManager()) {
			DataDependentInitialization.apply(network, manager, batch.data(scratch).singletonOrThrow(), constant,
					options.seed());
		}
	}

	/** The stage of an epoch, both counted from 0 over the whole run. */
	private TrainOptions.Stage stage(final int ofEpoch) {
		int passed = 0;
		for (final TrainOptions.Stage stage : options.schedule()) {
			passed += stage.epochs();
			if (ofEpoch < passed) {
				return stage;
			}
		}
		return null;
	}

	private int epochs() {
		return options.schedule().stream().mapToInt(TrainOptions.Stage::epochs).sum();
	}

	private long steps() {
		return options.schedule().stream()
				.mapToLong(stage -> stage.epochs() * Math.max(1, (long) (photos.epochLength() / stage.batch()))).sum();
	}

	/** Network input pixels still to come: the measure of the time left. */
	private double pixelsLeft() {
		double pixels = 0;
		for (int e = epoch; e < epochs(); e++) {
			final TrainOptions.Stage stage = stage(e);
			final double left = photos.epochLength() - (e == epoch ? (double) stepInEpoch * stage.batch() : 0);
			pixels += Math.max(0, left) * stage.crop() * stage.crop();
		}
		return pixels;
	}

	private double learningRate() {
		final double warm = Math.min(1, (step + 1.0) / Math.max(1, options.warmupSteps()));
		final double done = Math.min(1, step / (double) steps());
		final double cosine = FINAL_RATE + (1 - FINAL_RATE) * (1 + Math.cos(Math.PI * done)) / 2;
		return options.learningRate() * warm * cosine;
	}

	private boolean runSchedule(final Trainer trainer, final ExecutorService executor)
			throws IOException, InterruptedException {
		long lastSave = System.nanoTime();
		while (epoch < epochs()) {
			final TrainOptions.Stage stage = stage(epoch);
			try (Batches batches = new Batches(photos, rebalancing, options, stage, epoch, stepInEpoch, executor)) {
				for (Batches.Batch batch = batches.next(); batch != null; batch = batches.next()) {
					if (canceled.getAsBoolean()) {
						save();
						return false;
					}
					trainStep(trainer, batch, stage);
					if (System.nanoTime() - lastSave > options.checkpointMinutes() * 60e9) {
						save();
						lastSave = System.nanoTime();
					}
				}
			}
			endEpoch(trainer, stage);
			save();
			lastSave = System.nanoTime();
		}
		return true;
	}

	private void trainStep(final Trainer trainer, final Batches.Batch batch, final TrainOptions.Stage stage) {
		final long start = System.nanoTime();
		final double loss;
		try (NDManager scratch = trainer.getManager().newSubManager()) {
			final NDArray value;
			try (GradientCollector collector = trainer.newGradientCollector()) {
				final NDList predictions = trainer.forward(batch.data(scratch));
				value = trainer.getLoss().evaluate(batch.labels(scratch), predictions);
				collector.backward(value);
			}
			loss = value.getFloat();
			if (!Double.isFinite(loss)) {
				throw new IllegalStateException("The training diverged at step " + (step + 1)
						+ " (the loss is " + loss + "): try a smaller learning rate.");
			}
			adam.beginStep(learningRate(), step + 1);
			trainer.step();
		}
		step++;
		stepInEpoch++;
		photosSeen += batch.count();
		lossSum += loss;
		final double elapsed = (System.nanoTime() - start) / 1e9;
		seconds += elapsed;
		final double speed = batch.count() / elapsed;
		listener.stepped(new TrainListener.Progress(epoch + 1, epochs(), step, steps(), loss, speed,
				pixelsLeft() / (speed * stage.crop() * stage.crop())));
	}

	private void endEpoch(final Trainer trainer, final TrainOptions.Stage stage) throws IOException {
		final double trainingLoss = lossSum / Math.max(1, stepInEpoch);
		epoch++;
		stepInEpoch = 0;
		lossSum = 0;
		final ErrorCurve errors = new ErrorCurve();
		double loss = 0;
		for (int i = 0; i < photos.validation().size(); i += VALIDATION_BATCH) {
			final int end = Math.min(photos.validation().size(), i + VALIDATION_BATCH);
			final Batches.Batch batch = Batches.centered(photos, photos.validation().subList(i, end), rebalancing,
					options, stage.crop());
			loss += batch.count() * validate(trainer, batch, errors);
		}
		if (!photos.validation().isEmpty()) {
			listener.epochDone(new TrainListener.EpochSummary(epoch, step, photosSeen, stage.crop(), trainingLoss,
					loss / photos.validation().size(), ErrorCurve.area(errors.raw()),
					ErrorCurve.area(errors.rebalanced()), errors.meanChroma(), errors.meanTrueChroma(), seconds / 60));
		}
	}

	private static double validate(final Trainer trainer, final Batches.Batch batch, final ErrorCurve errors) {
		try (NDManager scratch = trainer.getManager().newSubManager()) {
			final NDList predictions = trainer.evaluate(batch.data(scratch));
			final double loss = trainer.getLoss().evaluate(batch.labels(scratch), predictions).getFloat();
			final float[] logits = predictions.singletonOrThrow().toFloatArray();
			final int places = Batches.Batch.places(batch.crop());
			final float[] a = new float[places];
			final float[] b = new float[places];
			for (int i = 0; i < batch.count(); i++) {
				AnnealedMean.decode(logits, i * logits.length / batch.count(), places, AnnealedMean.TEMPERATURE, a, b);
				for (int p = 0; p < places; p++) {
					errors.add(a[p], b[p], batch.ab()[2 * i * places + p], batch.ab()[(2 * i + 1) * places + p]);
				}
			}
			return loss;
		}
	}

	private Map<String, NDArray> weights() {
		final Map<String, NDArray> weights = new LinkedHashMap<>();
		network.stateDict().forEach((name, parameter) -> weights.put(name, parameter.getArray()));
		return weights;
	}

	private void save() throws IOException {
		final Map<String, Object> state = new LinkedHashMap<>();
		state.put("epoch", epoch);
		state.put("stepInEpoch", stepInEpoch);
		state.put("step", step);
		state.put("photosSeen", photosSeen);
		state.put("seconds", seconds);
		state.put("lossSum", lossSum);
		state.put("options", options.toString());
		new Checkpoint(weights(), adam.state(devices[0]), state).save(runFolder.resolve(CHECKPOINT));
	}

	private void restore(final Path file, final NDManager manager) throws IOException {
		try (NDManager scratch = manager.newSubManager()) {
			final Checkpoint checkpoint = Checkpoint.load(file, scratch);
			for (final String name : network.stateDict().keySet()) {
				if (!checkpoint.weights().containsKey(name)) {
					throw new IOException("The checkpoint " + file + " has no values for " + name + ".");
				}
			}
			try {
				network.initialize(manager, checkpoint.weights());
			}
			catch (final IllegalArgumentException e) {
				throw new IOException("The checkpoint " + file + " is of another network: " + e.getMessage(), e);
			}
			adam.restore(checkpoint.optimizer(), devices);
			final Map<String, Object> state = checkpoint.state();
			epoch = ((Number) state.get("epoch")).intValue();
			stepInEpoch = ((Number) state.get("stepInEpoch")).intValue();
			step = ((Number) state.get("step")).longValue();
			photosSeen = ((Number) state.get("photosSeen")).longValue();
			seconds = ((Number) state.get("seconds")).doubleValue();
			lossSum = ((Number) state.get("lossSum")).doubleValue();
		}
		listener.message("Going on at epoch " + (epoch + 1) + ", step " + step + ".");
	}
}
