/*
 * Fiji Colorize: plausible colour for gray images.
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
 * One step of the optimiser. A batch goes through the network in parts, one for each device and no larger than memory
 * allows: the gradients of the parts add up to that of the whole batch. When the memory is not enough, the parts are
 * halved and the step is tried again.
 */
final class TrainingStep {

	private final Trainer trainer;
	private final ResumableAdam adam;
	private final Device[] devices;
	private final TrainListener listener;
	/** Is told the size of each part before it runs; tests make it throw. */
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
	 * Learns from a batch.
	 *
	 * @param batch the batch
	 * @param learningRate of this step
	 * @param number of this step, from 1
	 * @return the rebalanced cross-entropy of the batch before the step, in nats
	 * @throws IllegalStateException if the loss is no number, or a single photo does not fit into memory
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
			listener.message("The memory is not enough for " + tried + " photos at once: going on with " + largestPart
					+ " at once, which changes nothing but the speed and the batch normalisation.");
			clearGradients();
			return run(batch, learningRate, number);
		}
		if (!Double.isFinite(loss)) {
			throw new IllegalStateException("The training diverged at step " + number + " (the loss is " + loss
					+ "): try a smaller learning rate, and go on from the last checkpoint.");
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

	/** Drops what the parts before the failed one have left. */
	private void clearGradients() {
		adam.discard(true);
		try {
			trainer.step();
		}
		catch (final IllegalStateException e) {
			// DJL refuses a first step whose gradients are all zero: memory ran out before there were any to drop.
		}
		finally {
			adam.discard(false);
		}
	}
}
