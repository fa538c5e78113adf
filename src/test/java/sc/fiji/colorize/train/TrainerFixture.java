/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;

import sc.fiji.colorize.network.BranchedNetwork;
import sc.fiji.colorize.network.RebalancedCrossEntropy;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.Batches.Batch;

/** A network on the CPU with its optimiser, ready for single steps on made-up batches. */
final class TrainerFixture implements AutoCloseable {

	private static final double LEARNING_RATE = 1e-4;

	private final Model model;
	private final Trainer trainer;
	private final TrainingStep learning;
	private final BranchedNetwork network;
	private final ResumableAdam adam;
	private long steps;

	TrainerFixture(final TrainOptions options) {
		this(options, new Device[] {Device.cpu()}, photosAtOnce -> { }, TrainListener.NONE);
	}

	/** With devices to share the batches, which may be the CPU several times, and a hook before each part of one. */
	TrainerFixture(final TrainOptions options, final Device[] devices, final IntConsumer beforePart,
			final TrainListener listener) {
		model = Model.newInstance("colorizer", devices[0], TorchEngine.NAME);
		final NDManager manager = model.getNDManager();
		network = new BranchedNetwork(options.width());
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1.0 / ColorBins.COUNT);
		network.initialize(manager, even, options.seed());
		network.setMixedPrecision(options.precision() == TrainOptions.Precision.BFLOAT16);
		model.setBlock(network);
		final Map<String, String> names = new LinkedHashMap<>();
		network.parameters().forEach((name, parameter) -> names.put(parameter.getId(), name));
		adam = new ResumableAdam(manager, names, options.weightDecay());
		trainer = model.newTrainer(new DefaultTrainingConfig(new RebalancedCrossEntropy()).optOptimizer(adam)
				.optDevices(new Device[] {devices[0]}));
		final int crop = options.schedule().get(0).crop();
		trainer.initialize(new Shape(1, 1, crop, crop));
		learning = new TrainingStep(trainer, adam, devices, listener, beforePart);
	}

	/** Lightness and colours at random. */
	static Batch batch(final int crop, final int count, final Random random) {
		final int places = Batch.places(crop);
		final int neighbors = TrainOptions.defaults().neighbors();
		final Batch batch = new Batch(count, crop, new float[count * crop * crop], new long[count * neighbors * places],
				new float[count * neighbors * places], new float[count * places], new float[count * 2 * places]);
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

	/** One step; the loss before it. */
	double step(final Batch batch) {
		return learning.run(batch, LEARNING_RATE, ++steps);
	}

	/** The gradient that the optimiser gets for a batch, by published name; the moments of the first step tell it. */
	Map<String, float[]> gradients(final Batch batch) {
		if (steps != 0) {
			throw new IllegalStateException("The moments of a later step mix gradients.");
		}
		step(batch);
		final Map<String, float[]> gradients = new LinkedHashMap<>();
		adam.state(Device.cpu()).forEach((name, moment) -> {
			if (name.startsWith("mean.")) {
				gradients.put(name, moment.toFloatArray());
			}
		});
		return gradients;
	}

	/** What validation says of the network. */
	Validation.Result validate(final TrainingPhotos photos, final TrainOptions options) throws IOException {
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1);
		return new Validation(photos, even, options, options.schedule().get(0).crop()).run(trainer::evaluate,
				trainer.getManager());
	}

	/** All parameters' values by published name. */
	Map<String, float[]> values() {
		final Map<String, float[]> values = new LinkedHashMap<>();
		network.parameters().forEach((name, parameter) -> values.put(name, parameter.getArray().toFloatArray()));
		return values;
	}

	@Override
	public void close() {
		trainer.close();
		model.close();
	}
}
