/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;

import sc.fiji.colorize.network.BranchedNetwork;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.network.RebalancedCrossEntropy;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.Batches.Batch;

/** Training steps on batches of random values, to check and benchmark a device. */
public final class TrialTraining implements AutoCloseable {

	private static final double LEARNING_RATE = 1e-4;

	private final Model model;
	private final Trainer trainer;
	private final ResumableAdam adam;
	private final TrainingStep step;
	private long steps;

	/**
	 * The result of several steps on one batch.
	 *
	 * @param first loss before the first step
	 * @param last loss before the last step
	 * @param seconds mean time per step, without the first two
	 */
	public record Steps(double first, double last, double seconds) {
	}

	/**
	 * @param model model with an initialized network, which {@link #close} closes
	 * @param parameters parameters of the network by published name
	 * @param options options with the crop of the first stage and the weight decay
	 * @param devices devices that share the batches
	 * @param beforePart called with the number of photos before each part of a batch
	 */
	TrialTraining(final Model model, final Map<String, Parameter> parameters, final TrainOptions options,
			final Device[] devices, final IntConsumer beforePart, final TrainListener listener) {
		this.model = model;
		adam = ResumableAdam.of(model.getNDManager(), parameters, options.weightDecay());
		trainer = model.newTrainer(new DefaultTrainingConfig(new RebalancedCrossEntropy()).optOptimizer(adam)
				.optDevices(new Device[] {devices[0]}));
		final int crop = options.schedule().get(0).crop();
		trainer.initialize(new Shape(1, 1, crop, crop));
		step = new TrainingStep(trainer, adam, devices, listener, beforePart);
	}

	/** Adds a network with random values to a model, as in a new training. */
	static BranchedNetwork addNetwork(final Model model, final TrainOptions options) {
		final BranchedNetwork network = new BranchedNetwork(options.width());
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1.0 / ColorBins.COUNT);
		network.initialize(model.getNDManager(), even, options.seed());
		network.setMixedPrecision(options.precision().on(model.getNDManager().getDevice()) == Precision.BFLOAT16);
		model.setBlock(network);
		return network;
	}

	/** A batch with random lightness and colors. */
	static Batch batch(final int crop, final int count, final Random random) {
		final int neighbors = TrainOptions.defaults().neighbors();
		final Batch batch = new Batch(count, crop, neighbors);
		for (int i = 0; i < batch.lightness().length; i++) {
			batch.lightness()[i] = 100 * random.nextFloat();
		}
		Arrays.setAll(batch.bins(), i -> random.nextInt(ColorBins.COUNT));
		Arrays.fill(batch.shares(), 1f / neighbors);
		for (int i = 0; i < batch.weights().length; i++) {
			batch.weights()[i] = 0.1f + 5 * random.nextFloat();
		}
		return batch;
	}

	/**
	 * Repeats steps on one batch.
	 *
	 * @param device the device
	 * @param width width multiplier of the network
	 * @param mixed whether to compute in bfloat16
	 * @param crop side of the crops in pixels
	 * @param photos number of photos in the batch
	 * @param count number of steps, at least 3
	 * @return losses and time
	 * @throws IllegalStateException if the training diverges or a single photo does not fit into memory
	 */
	public static Steps run(final Device device, final double width, final boolean mixed, final int crop,
			final int photos, final int count) {
		final TrainOptions options = TrainOptions.defaults().width(width)
				.precision(mixed ? Precision.BFLOAT16 : Precision.FLOAT32)
				.schedule(List.of(new TrainOptions.Stage(crop, photos, 1)));
		final Batch batch = batch(crop, photos, new Random(1));
		final Model model = Model.newInstance("colorizer", device, TorchEngine.NAME);
		try (TrialTraining training = new TrialTraining(model, addNetwork(model, options).parameters(), options,
				new Device[] {device}, photosAtOnce -> { }, TrainListener.NONE)) {
			final double first = training.step(batch);
			double last = training.step(batch);
			final long start = System.nanoTime();
			for (int i = 2; i < count; i++) {
				last = training.step(batch);
			}
			return new Steps(first, last, (System.nanoTime() - start) / 1e9 / (count - 2));
		}
	}

	/** Runs one step and returns the loss before it. */
	double step(final Batch batch) {
		return step.run(batch, LEARNING_RATE, ++steps);
	}

	Trainer trainer() {
		return trainer;
	}

	ResumableAdam adam() {
		return adam;
	}

	@Override
	public void close() {
		trainer.close();
		model.close();
	}
}
