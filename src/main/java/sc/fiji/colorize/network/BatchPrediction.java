/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
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
 * Runs the network on batches of images. After an out-of-memory error it halves the batch, down to one image, and runs
 * single images that do not fit on the GPU on the CPU. The results do not depend on this. The network size would change
 * them, so it is never reduced: if the memory of the CPU is not enough either, an exception asks the user to do so.
 */
public final class BatchPrediction implements AutoCloseable {

	/** Largest batch in pixels; limited by the size of Java's buffers. */
	private static final long MAX_PIXELS = 1L << 28;

	private final ColorizationNetwork network;
	private final Precision precision;
	private final NDManager manager;
	private final Device device;
	private final Consumer<String> listener;
	/** Called with the device and the number of images before each attempt; tests let it throw. */
	private final ObjIntConsumer<Device> beforeTry;
	/** How many threads may run the network at a time. */
	private final Semaphore turns = new Semaphore(1);
	private int mostTurns = 1;
	/** The network in its precision; null until it is needed or prepared. Guarded by this. */
	private CompletableFuture<UnaryOperator<NDArray>> predictor;
	/** Number of pixels that may fit on the device. */
	private volatile long capacity = MAX_PIXELS;
	/** For images that do not fit on the GPU; created when first needed. */
	private ColorizationNetwork cpuNetwork;
	private NDManager cpuManager;

	/**
	 * Prepares predictions.
	 *
	 * @param network the network with frozen parameters
	 * @param manager owner of the parameters, on the device of the network; not closed here
	 * @param precision number format of the convolutions; always float32 where the CPU replaces a GPU
	 * @param listener receives a sentence about each reduction
	 */
	public BatchPrediction(final ColorizationNetwork network, final NDManager manager, final Precision precision,
			final Consumer<String> listener) {
		this(network, manager, manager.getDevice(), precision, listener, (where, images) -> { });
	}

	/** With the device to report and a hook before each attempt. */
	BatchPrediction(final ColorizationNetwork network, final NDManager manager, final Device device,
			final Precision precision, final Consumer<String> listener, final ObjIntConsumer<Device> beforeTry) {
		this.network = network;
		this.precision = precision.on(device);
		this.manager = manager;
		this.device = device;
		this.listener = listener;
		this.beforeTry = beforeTry;
	}

	/**
	 * Lets several threads run the network at a time, each with PyTorch's own threads. Call it before the first
	 * prediction.
	 *
	 * @param threads 1 or more; on a GPU it stays one
	 */
	public void concurrency(final int threads) {
		if (!device.isGpu()) {
			turns.release(threads - mostTurns);
			mostTurns = threads;
		}
	}

	/** Starts to convert the network to its precision in the background, so that the first prediction is faster. */
	public void prepare() {
		prepared();
	}

	private synchronized CompletableFuture<UnaryOperator<NDArray>> prepared() {
		if (predictor == null) {
			predictor = precision == Precision.BFLOAT16
					? CompletableFuture.supplyAsync(() -> new Bfloat16Network(network, manager)::predict,
							task -> new Thread(task, "bfloat16 kernels").start())
					: CompletableFuture.completedFuture(network::predict);
		}
		return predictor;
	}

	/**
	 * Predicts color distributions.
	 *
	 * @param lightness one array {@code (height, width)} per image, row by row, L* in [0, 100]
	 * @param width width of all images, a multiple of {@link ColorizationNetwork#GRANULARITY}
	 * @param height height of all images, a multiple of {@link ColorizationNetwork#GRANULARITY}
	 * @param scale factor on the logits
	 * @return one array {@code (313, height / 4, width / 4)} of logits per image, row by row
	 * @throws IllegalStateException if the network cannot run, mostly for lack of memory; the message is a sentence
	 */
	public float[][] predict(final float[][] lightness, final int width, final int height, final float scale) {
		turns.acquireUninterruptibly();
		try {
			return predictNow(lightness, width, height, scale);
		}
		finally {
			turns.release();
		}
	}

	private float[][] predictNow(final float[][] lightness, final int width, final int height, final float scale) {
		final float[][] logits = new float[lightness.length][];
		final long pixels = (long) width * height;
		int done = 0;
		while (done < lightness.length) {
			final int count = (int) Math.min(lightness.length - done, capacity / pixels);
			try {
				if (count == 0) {
					forward(onCpu()::predict, cpuManager, Device.cpu(), lightness, done, 1, width, height, scale, logits);
				}
				else {
					forward(predictor(width), manager, device, lightness, done, count, width, height, scale, logits);
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

	private synchronized void stepDown(final int count, final int width, final int height) {
		final int fewer = count / 2;
		// Images as large as one that did not fit run on the CPU from now on.
		capacity = Math.max(1L * fewer * width * height, 1L * width * height - 1);
		listener.accept(fewer == 0
				? "The memory of the GPU is not enough for an image of " + width + "x" + height
						+ " pixels: images of this size run on the CPU, which is slower."
				: "The memory is not enough for " + count + " images of " + width + "x" + height + " pixels at once:"
						+ " continuing with " + fewer + " at once, which is slower and gives the same result.");
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

	private UnaryOperator<NDArray> predictor(final int width) {
		if (width == ColorizationNetwork.GRANULARITY) {
			// PyTorch 2.7.1 leaves parts of a strided convolution of bfloat16 unset if its output is one pixel wide.
			return network::predict;
		}
		try {
			return prepared().join();
		}
		catch (final CompletionException e) {
			discardPredictor();
			if (e.getCause() instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) e.getCause();
		}
	}

	private synchronized void discardPredictor() {
		predictor = null;
	}

	private synchronized ColorizationNetwork onCpu() {
		if (cpuNetwork == null) {
			if (cpuManager == null) {
				cpuManager = TorchEngine.newManager(Device.cpu());
			}
			cpuNetwork = network.copy(cpuManager);
		}
		return cpuNetwork;
	}

	/** Waits for a preparation, which must not outlive the network. */
	private synchronized void awaitPreparation() {
		if (predictor != null) {
			predictor.handle((prepared, failure) -> null).join();
		}
	}

	/** Waits for the preparation and frees the copy of the network on the CPU. */
	@Override
	public void close() {
		turns.acquireUninterruptibly(mostTurns);
		try {
			awaitPreparation();
			if (cpuManager != null) {
				cpuManager.close();
			}
		}
		finally {
			turns.release(mostTurns);
		}
	}
}
