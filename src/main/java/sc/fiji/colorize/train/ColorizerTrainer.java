/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;
import sc.fiji.colorize.network.BranchedNetwork;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.network.RebalancedCrossEntropy;
import sc.fiji.colorize.network.Unfolding;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.torch.NoGradient;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.TrainListener.EpochSummary;
import sc.fiji.colorize.train.TrainListener.Progress;

/**
 * Trains a colorizer on the photos of a folder.
 * <p>
 * The result is a model zip, which is written after the first epoch and replaced after each epoch with a better validation.
 * A folder next to it contains the latest model, a checkpoint, the log, a chart and a contact sheet. A run that was stopped
 * or killed resumes from its checkpoint and ends with the same weights as an uninterrupted run, on the same machine with the
 * same number of threads.
 */
public final class ColorizerTrainer {

	/** Number of photos for the statistics of the branches of a starting model. */
	private static final int UNFOLDING_PHOTOS = 128;
	/** Number of threads that decode photos. */
	private static final int THREADS = Runtime.getRuntime().availableProcessors();

	private final Path photoRoot;
	private final Path output;
	private final RunFolder folder;
	private final TrainOptions options;
	private final TrainListener listener;
	private final BooleanSupplier canceled;
	private final IntConsumer beforePart;

	private TrainingPhotos photos;
	private double[] rebalancing;
	private BranchedNetwork network;
	private ResumableAdam adam;
	private Device[] devices;
	private RunState state = new RunState();
	private Validation validation;
	private final Pace pace = new Pace();

	/**
	 * Prepares a run.
	 *
	 * @param photoRoot folder or archive of color photos
	 * @param output the model zip to write; the other files of the run go to a folder next to it
	 * @param options the settings
	 * @param listener receives the progress
	 * @param canceled polled between steps; true saves a checkpoint and ends the run
	 */
	public ColorizerTrainer(final Path photoRoot, final Path output, final TrainOptions options,
			final TrainListener listener, final BooleanSupplier canceled) {
		this(photoRoot, output, options, listener, canceled, photosAtOnce -> { });
	}

	/** With a hook in which tests throw out-of-memory errors. */
	ColorizerTrainer(final Path photoRoot, final Path output, final TrainOptions options, final TrainListener listener,
			final BooleanSupplier canceled, final IntConsumer beforePart) {
		this.photoRoot = photoRoot;
		this.output = output;
		this.folder = RunFolder.of(output);
		this.options = options;
		this.listener = listener;
		this.canceled = canceled;
		this.beforePart = beforePart;
	}

	/**
	 * Whether a run can be resumed.
	 *
	 * @param output the model zip of the run
	 * @return true if the run has a checkpoint
	 */
	public static boolean canResume(final Path output) {
		return Files.exists(RunFolder.of(output).checkpoint());
	}

	/**
	 * Trains to the end of the schedule. Messages of exceptions are sentences.
	 *
	 * @param resume whether to resume from the checkpoint of an earlier run
	 * @return true if the schedule was completed, false if the run was canceled
	 * @throws IOException if photos, model or checkpoint cannot be read or written, or if there is a checkpoint and
	 *         {@code resume} is false
	 * @throws IllegalArgumentException if the output is a folder or the device does not exist
	 * @throws IllegalStateException if the training diverges or a single photo does not fit into memory
	 */
	public boolean run(final boolean resume) throws IOException, InterruptedException {
		if (!resume && canResume(output)) {
			throw new IOException("There is an unfinished or finished training in " + folder.path()
					+ ": resume it, or choose another output, or delete that folder.");
		}
		if (Files.isDirectory(output)) {
			throw new IllegalArgumentException(
					"The model to make must be a file, such as my-model.zip, but " + output + " is a folder.");
		}
		devices = Arrays.stream(options.device().split(",")).map(word -> TorchEngine.device(word, listener::message))
				.toArray(Device[]::new);
		// A resumed run has its weights in the checkpoint.
		try (OpenModel parent = options.from().isEmpty() || canResume(output) ? null
				: ModelFile.open(options.from(), devices[0])) {
			if (parent != null) {
				Unfolding.requireNotNarrower(parent.card().width(), width(parent.card().width()));
			}
			folder.create();
			AtomicFile.deleteLeftovers(output);
			return run(parent);
		}
	}

	private boolean run(final OpenModel parent) throws IOException, InterruptedException {
		try (PhotoCache cache = new PhotoCache(folder.path(), options.cacheMegabytes());
				TrainingPhotos scanned = TrainingPhotos.scan(photoRoot, cache, options, THREADS, listener, canceled)) {
			photos = scanned;
			if (canceled.getAsBoolean()) {
				return false;
			}
			folder.writeSkipped(photos.skipped());
			listener.message(photos.training().size() + " photos for training, " + photos.validation().size()
					+ " for validation, " + photos.skipped().size() + " skipped.");
			if (photos.epochLength() == 0) {
				throw new IOException("All photos of " + photoRoot + " are in groups of weight 0.");
			}
			if (options.from().isEmpty() && photos.training().size() < TrainOptions.FEW_PHOTOS) {
				listener.message(photos.training().size() + " photos are few for training from random values, and the"
						+ " colors will be poor: start from a trained model instead, such as 'default'.");
			}
			rebalancing = rebalancing(photos.prior(), options.lambda());
			return train(parent);
		}
	}

	/** The weights of the bins. If lambda is 0, bins that do not occur get the weight of the rarest bin. */
	private static double[] rebalancing(final double[] prior, final double lambda) {
		final double[] weights = ColorPrior.rebalancingWeights(prior, lambda);
		final double largest = Arrays.stream(weights).filter(Double::isFinite).max().orElseThrow();
		Arrays.setAll(weights, q -> Math.min(weights[q], largest));
		return weights;
	}

	private boolean train(final OpenModel parent) throws IOException, InterruptedException {
		try (NoGradient none = new NoGradient();
				Model model = Model.newInstance("colorizer", devices[0], TorchEngine.NAME)) {
			final NDManager manager = model.getNDManager();
			if (canResume(output)) {
				restore(manager);
			}
			else {
				network = parent == null ? random(manager) : unfold(parent, manager);
				adam = ResumableAdam.of(manager, network.parameters(), options.weightDecay());
			}
			prepareValidation(parent);
			network.setMixedPrecision(precision() == Precision.BFLOAT16);
			model.setBlock(network);
			try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(new RebalancedCrossEntropy())
					.optOptimizer(adam).optDevices(devices))) {
				final int crop = options.schedule().get(0).crop();
				trainer.initialize(new Shape(1, 1, crop, crop));
				return runSchedule(trainer);
			}
		}
	}

	private Precision precision() {
		return options.precision().on(devices[0]);
	}

	private double width(final double automatic) {
		return options.width() == 0 ? automatic : options.width();
	}

	/** Starts from random values and the best constant prediction. */
	private BranchedNetwork random(final NDManager manager) {
		final double[] constant = photos.prior();
		Arrays.setAll(constant, q -> constant[q] * rebalancing[q]);
		final BranchedNetwork random = new BranchedNetwork(width(TrainOptions.WIDTH));
		random.initialize(manager, constant, options.seed());
		return random;
	}

	/** Starts from the weights of another model, which may be widened. */
	private BranchedNetwork unfold(final OpenModel parent, final NDManager manager) throws IOException {
		final List<Photo> first = Arrays.stream(photos.order(0)).limit(UNFOLDING_PHOTOS)
				.mapToObj(photos.training()::get).toList();
		final int crop = options.schedule().get(0).crop();
		try (NDManager scratch = manager.newSubManager()) {
			// The loss has no temperature, so that of the weights is multiplied into them.
			return Unfolding.unfold(parent.network(), parent.card().temperature(), width(parent.card().width()), manager,
					Batches.centered(photos, first, rebalancing, options, crop).data(scratch).singletonOrThrow(),
					options.seed());
		}
	}

	/** Evaluates and closes the starting model; a resumed run has its metrics in the checkpoint. */
	private void prepareValidation(final OpenModel parent) throws IOException {
		if (parent != null) {
			state.parentSize = parent.card().networkSize();
		}
		validation = new Validation(photos, rebalancing, options, networkSize());
		if (parent != null) {
			final float scale = (float) parent.card().temperature();
			final Validation.Result result = validation.run(
					lightness -> new NDList(parent.network().predict(lightness.singletonOrThrow()).mul(scale)),
					parent.manager(), state.parentSize);
			parent.close();
			state.parent = EpochSummary.of(0, 0, 0, 0, Double.NaN, result, 0);
			listener.message(verdict().parent());
		}
	}

	private Verdict verdict() throws IOException {
		return new Verdict(state, options, photos.validation().size(), validation.constant());
	}

	private void restore(final NDManager manager) throws IOException {
		try (NDManager scratch = manager.newSubManager()) {
			final Checkpoint checkpoint = Checkpoint.load(folder.checkpoint(), scratch);
			checkpoint.requireSettings(options.toMap(), folder.path());
			if (!photos.fingerprint().equals(checkpoint.state().get("photos"))) {
				listener.message("The photos have changed since the checkpoint: continuing with the current photos.");
			}
			state = RunState.of(checkpoint.state());
			network = new BranchedNetwork(((Number) checkpoint.state().get("networkWidth")).doubleValue());
			checkpoint.requireWeights(network.parameters().keySet(), folder.checkpoint());
			network.initialize(manager, checkpoint.weights());
			adam = ResumableAdam.of(manager, network.parameters(), options.weightDecay());
			adam.restore(checkpoint.optimizer(), devices);
		}
		listener.message("Resuming at epoch " + (state.epoch + 1) + ", step " + state.step + ".");
	}

	private boolean runSchedule(final Trainer trainer) throws IOException, InterruptedException {
		final TrainingStep training = new TrainingStep(trainer, adam, devices, listener, beforePart);
		final long steps = options.steps(photos.epochLength());
		long lastSave = System.nanoTime();
		while (state.epoch < options.epochs()) {
			final TrainOptions.Stage stage = options.stage(state.epoch);
			try (Batches batches =
					new Batches(photos, rebalancing, options, stage, state.epoch, state.stepInEpoch, THREADS)) {
				long start = System.nanoTime();
				for (Batches.Batch batch = batches.next(); batch != null; batch = batches.next()) {
					if (canceled.getAsBoolean()) {
						save();
						listener.message("Stopped at step " + state.step + ". The checkpoint is saved; resume to continue.");
						return false;
					}
					final double loss = training.run(batch, options.learningRate(state.step, steps), state.step + 1);
					final long now = System.nanoTime();
					count(batch, loss, (now - start) / 1e9, steps);
					start = now;
					if (now - lastSave > options.checkpointMinutes() * 60e9) {
						save();
						lastSave = System.nanoTime();
						start = lastSave;
					}
				}
			}
			endEpoch(trainer, stage);
			save();
			lastSave = System.nanoTime();
		}
		listener.finished("The model is in " + output + "; its log, chart and pictures are in " + folder.path() + ". "
				+ verdict().summary());
		return true;
	}

	private void count(final Batches.Batch batch, final double loss, final double elapsed, final long steps) {
		state.step++;
		state.stepInEpoch++;
		state.photosSeen += batch.count();
		state.lossSum += loss;
		state.seconds += elapsed;
		final double pixels = (double) batch.crop() * batch.crop();
		pace.add(batch.count() * pixels, elapsed);
		listener.stepped(new Progress(state.epoch + 1, options.epochs(), state.step, steps, loss,
				pace.pixelsPerSecond() / pixels, pace.secondsFor(
						options.pixelsLeft(photos.epochLength(), state.epoch, state.stepInEpoch))));
	}

	private void endEpoch(final Trainer trainer, final TrainOptions.Stage stage) throws IOException {
		final Validation.Result result = validation.run(trainer::evaluate, trainer.getManager());
		final EpochSummary summary = EpochSummary.of(state.epoch + 1, state.step, state.photosSeen, stage.crop(),
				state.lossSum / Math.max(1, state.stepInEpoch), result, state.seconds / 60);
		state.epochs.add(summary);
		state.endEpoch();
		folder.writeLog(state.rows());
		folder.writePicture("contact-sheet.png", result.sheet());
		saveModels(summary);
		final Optional<BufferedImage> chart = LossChart.draw(state.rows());
		if (chart.isPresent()) {
			folder.writePicture("loss.png", chart.get());
		}
		else if (state.epoch == 1) {
			listener.message("There is no chart loss.png, because Java finds no fonts on this computer:"
					+ " install fontconfig and a font. log.csv has the same values.");
		}
		listener.epochDone(summary, chart, result.sheet());
		verdict().warnings().forEach(listener::message);
	}

	private void saveModels(final EpochSummary summary) throws IOException {
		final ModelCard card = TrainingCard.of(output, options.precision(precision()), photos, network.width(),
				networkSize(), state, summary, verdict());
		try (NDManager scratch = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork published = network.fold(scratch);
			RunFolder.describe(folder.latestModel(), () -> ModelFile.save(folder.latestModel(), card, published, true));
			if (summary.aucRebalanced() >= state.best) {
				state.best = summary.aucRebalanced();
				RunFolder.describe(output, () -> ModelFile.save(output, card, published, true));
			}
		}
	}

	/** The network size of the model, at least that of the starting model, even if the crops are smaller. */
	private int networkSize() {
		final int crop = options.schedule().get(options.schedule().size() - 1).crop();
		final int unit = ColorizationNetwork.GRANULARITY;
		return Math.max(state.parentSize, (int) Math.round(Batches.NETWORK_SIZE * crop / unit) * unit);
	}

	private void save() throws IOException {
		final Map<String, NDArray> weights = new LinkedHashMap<>();
		network.parameters().forEach((name, parameter) -> weights.put(name, parameter.getArray()));
		final Map<String, Object> values = state.toMap();
		values.put("networkWidth", network.width());
		values.put("photos", photos.fingerprint());
		values.put("options", options.toMap());
		new Checkpoint(weights, adam.state(devices[0]), values).save(folder.checkpoint());
	}
}
