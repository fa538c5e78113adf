/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

import ai.djl.Device;
import ai.djl.Model;

import sc.fiji.colorize.network.BranchedNetwork;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.Batches.Batch;

/** A network on the CPU with its optimizer, for single steps on synthetic batches. */
final class TrainerFixture implements AutoCloseable {

	private final BranchedNetwork network;
	private final TrialTraining training;
	private boolean stepped;

	TrainerFixture(final TrainOptions options) {
		this(options, new Device[] {Device.cpu()}, photosAtOnce -> { }, TrainListener.NONE);
	}

	/** With devices that share the batches, possibly the CPU several times, and a hook before each part. */
	TrainerFixture(final TrainOptions options, final Device[] devices, final IntConsumer beforePart,
			final TrainListener listener) {
		final Model model = Model.newInstance("colorizer", devices[0], TorchEngine.NAME);
		network = TrialTraining.addNetwork(model, options);
		training = new TrialTraining(model, network.parameters(), options, devices, beforePart, listener);
	}

	/** Runs one step and returns the loss before it. */
	double step(final Batch batch) {
		stepped = true;
		return training.step(batch);
	}

	/** The gradient of a batch by published name, derived from the moments after the first step. */
	Map<String, float[]> gradients(final Batch batch) {
		if (stepped) {
			throw new IllegalStateException("The moments of a later step mix gradients.");
		}
		step(batch);
		final Map<String, float[]> gradients = new LinkedHashMap<>();
		training.adam().state(Device.cpu()).forEach((name, moment) -> {
			if (name.startsWith("mean.")) {
				gradients.put(name, moment.toFloatArray());
			}
		});
		return gradients;
	}

	/** The validation loss of the network. */
	Validation.Result validate(final TrainingPhotos photos, final TrainOptions options) throws IOException {
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1);
		return new Validation(photos, even, options, options.schedule().get(0).crop()).run(training.trainer()::evaluate,
				training.trainer().getManager());
	}

	/** The values of all parameters by published name. */
	Map<String, float[]> values() {
		final Map<String, float[]> values = new LinkedHashMap<>();
		network.parameters().forEach((name, parameter) -> values.put(name, parameter.getArray().toFloatArray()));
		return values;
	}

	@Override
	public void close() {
		training.close();
	}
}
