/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.function.IntConsumer;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;

import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.Batches.Batch;

/**
 * Runs optimizer steps. A batch is split into parts, at least one per device, that fit into memory; the gradients of the
 * parts add up to that of the batch. After an out-of-memory error the parts are halved and the step is repeated.
 */
final class TrainingStep {

	private final Trainer trainer;
	private final ResumableAdam adam;
	private final Device[] devices;
	private final TrainListener listener;
	/** Called with the size of each part before it runs; tests let it throw. */
	private final IntConsumer beforePart;
	private int largestPart = Integer.MAX_VALUE;

	TrainingStep(final Trainer trainer, final ResumableAdam adam, final Device[] devices, final TrainListener listener,
			final IntConsumer beforePart) {
		this.trainer = trainer;
		this.adam = adam;
		this.devices = devices;
		this.listener = listener;
		this.beforePart = beforePart;
	}

	/**
	 * Runs one step, numbered from 1.
	 *
	 * @return the rebalanced cross-entropy of the batch before the step, in nats
	 * @throws IllegalStateException if the loss is not finite, or a single photo does not fit into memory
	 */
	double run(final Batch batch, final double learningRate, final long number) {
		final double loss;
		try {
			loss = accumulate(batch);
		}
		catch (final EngineException | OutOfMemoryError e) {
			if (!TorchEngine.isOutOfMemory(e)) {
				throw e;
			}
			final int tried = Math.min(largestPart, perDevice(batch));
			if (tried <= 1) {
				throw new IllegalStateException("The memory is not enough for a single photo of " + batch.crop() + " x "
						+ batch.crop() + " pixels: try a smaller crop or width.", e);
			}
			largestPart = tried / 2;
			listener.message("The memory is not enough for " + tried + " photos at once: continuing with " + largestPart
					+ " at once, which changes only the speed and the batch normalization.");
			clearGradients();
			return run(batch, learningRate, number);
		}
		if (!Double.isFinite(loss)) {
			throw new IllegalStateException("The training diverged at step " + number + " (the loss is " + loss
					+ "): try a smaller learning rate and resume from the last checkpoint.");
		}
		adam.beginStep(learningRate, number);
		trainer.step();
		return loss;
	}

	private int perDevice(final Batch batch) {
		return (batch.count() + devices.length - 1) / devices.length;
	}

	private double accumulate(final Batch batch) {
		final int size = Math.min(largestPart, perDevice(batch));
		double loss = 0;
		int part = 0;
		for (int first = 0; first < batch.count(); first += size) {
			final Batch photos = batch.part(first, Math.min(size, batch.count() - first));
			beforePart.accept(photos.count());
			final Device device = devices[part++ % devices.length];
			try (NDManager scratch = trainer.getManager().newSubManager(device);
					GradientCollector collector = trainer.newGradientCollector()) {
				final NDArray value = trainer.getLoss()
						.evaluate(photos.labels(scratch), trainer.forward(photos.data(scratch)))
						.mul(photos.count() / (float) batch.count());
				collector.backward(value);
				loss += value.getFloat();
			}
		}
		return loss;
	}

	/** Discards the gradients of the parts before the failed one. */
	private void clearGradients() {
		adam.discard(true);
		try {
			trainer.step();
		}
		catch (final IllegalStateException e) {
			// DJL rejects a first step without gradients: there are none to discard.
		}
		finally {
			adam.discard(false);
		}
	}
}
