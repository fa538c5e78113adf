/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.UnaryOperator;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.torch.TorchEngine;

/**
 * Runs the network on several images at once, as many as the memory allows. When it is not enough, half as many are
 * tried, down to a single one; a single one that does not fit into the memory of the GPU goes through the CPU. All of
 * that gives the same distributions. A smaller network size would not, so it is for the user to choose: where the CPU's
 * memory is not enough either, a sentence says so.
 */
public final class BatchPrediction implements AutoCloseable {

	/** A batch of more would not fit into one buffer of Java. */
	private static final long MOST_PIXELS = 1L << 28;

	private final ColorizationNetwork network;
	private final UnaryOperator<NDArray> predictor;
	private final NDManager manager;
	private final Device device;
	private final Consumer<String> listener;
	/** Is told the device and the number of images before each try; tests make it throw. */
	private final ObjIntConsumer<Device> beforeTry;
	/** As many pixels at once as may fit on the device. */
	private long room = MOST_PIXELS;
	/** For what does not fit on the GPU; made when first needed. */
	private ColorizationNetwork cpuNetwork;
	private NDManager cpuManager;

	/**
	 * Prepares predictions.
	 *
	 * @param network the network, its values frozen
	 * @param manager owner of its values, on the device where it runs; not closed here
	 * @param precision number format of the convolutions; where the CPU replaces a GPU, it is float32
	 * @param listener is told, in a sentence, of each step down
	 */
	public BatchPrediction(final ColorizationNetwork network, final NDManager manager, final Precision precision,
			final Consumer<String> listener) {
		this(network, manager, manager.getDevice(), precision, listener, (where, images) -> { });
	}

	/** With the device as it is to be called, and a hook before each try. */
	BatchPrediction(final ColorizationNetwork network, final NDManager manager, final Device device,
			final Precision precision, final Consumer<String> listener, final ObjIntConsumer<Device> beforeTry) {
		this.network = network;
		predictor = precision.on(device) == Precision.BFLOAT16 ? new Bfloat16Network(network, manager)::predict
				: network::predict;
		this.manager = manager;
		this.device = device;
		this.listener = listener;
		this.beforeTry = beforeTry;
	}

	/**
	 * Predicts colour distributions.
	 *
	 * @param lightness of each image {@code (height, width)}, row by row, L* in [0, 100]
	 * @param width of all images, a multiple of {@link ColorizationNetwork#GRANULARITY}
	 * @param height likewise
	 * @param scale factor on the logits
	 * @return of each image the logits {@code (313, height / 4, width / 4)}, row by row
	 * @throws IllegalStateException with a sentence, if the network cannot run, for want of memory mostly
	 */
	public synchronized float[][] predict(final float[][] lightness, final int width, final int height,
			final float scale) {
		final float[][] logits = new float[lightness.length][];
		final long pixels = (long) width * height;
		int done = 0;
		while (done < lightness.length) {
			final int count = (int) Math.min(lightness.length - done, room / pixels);
			try {
				if (count == 0) {
					forward(onCpu()::predict, cpuManager, Device.cpu(), lightness, done, 1, width, height, scale, logits);
				}
				else {
					forward(predictor, manager, device, lightness, done, count, width, height, scale, logits);
				}
				done += Math.max(1, count);
			}
			catch (final EngineException | OutOfMemoryError e) {
				if (!TorchEngine.isOutOfMemory(e)) {
					if (e instanceof OutOfMemoryError heap) {
						throw heap;
					}
					throw new IllegalStateException("The network cannot run on " + width + "x" + height + " pixels ("
							+ TorchEngine.reason(e) + "): choose a smaller size, or the device cpu.", e);
				}
				if (count == 0 || count == 1 && !device.isGpu()) {
					throw new IllegalStateException("The memory is not enough for the network on " + width + "x" + height
							+ " pixels: choose a smaller size.", e);
				}
				stepDown(count, width, height);
			}
		}
		return logits;
	}

	private void stepDown(final int count, final int width, final int height) {
		final int fewer = count / 2;
		// Of one that is too large, all that are as large go through the CPU from now on.
		room = Math.max(1L * fewer * width * height, 1L * width * height - 1);
		listener.accept(fewer == 0
				? "The memory of the GPU is not enough for an image of " + width + "x" + height
						+ " pixels: images of this size go through the CPU, which is slower."
				: "The memory is not enough for " + count + " images of " + width + "x" + height + " pixels at once: going"
						+ " on with " + fewer + " at once, which changes nothing but the speed.");
	}

	private void forward(final UnaryOperator<NDArray> on, final NDManager owner, final Device where,
			final float[][] lightness, final int first, final int count, final int width, final int height,
			final float scale, final float[][] logits) {
		beforeTry.accept(where, count);
		final int pixels = width * height;
		final float[] together;
		if (count == 1) {
			together = lightness[first];
		}
		else {
			together = new float[count * pixels];
			for (int i = 0; i < count; i++) {
				System.arraycopy(lightness[first + i], 0, together, i * pixels, pixels);
			}
		}
		try (NDManager scratch = owner.newSubManager()) {
			NDArray output = on.apply(scratch.create(together, new Shape(count, 1, height, width)));
			if (scale != 1) {
				output = output.mul(scale);
			}
			for (int i = 0; i < count; i++) {
				try (NDArray one = count == 1 ? output : output.get(i)) {
					logits[first + i] = one.toFloatArray();
				}
			}
		}
	}

	private ColorizationNetwork onCpu() {
		if (cpuNetwork == null) {
			if (cpuManager == null) {
				cpuManager = TorchEngine.newManager(Device.cpu());
			}
			cpuNetwork = network.copy(cpuManager);
		}
		return cpuNetwork;
	}

	/** Frees the copy on the CPU, if there is one. */
	@Override
	public synchronized void close() {
		if (cpuManager != null) {
			cpuManager.close();
		}
	}
}
