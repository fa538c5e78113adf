/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.torch.TorchEngine;

class BatchPredictionTest {

	private static final int WIDTH = 16;
	private static final int HEIGHT = 24;
	private static final int CELLS = WIDTH * HEIGHT / 16;
	private static final String FULL = "CUDA out of memory. Tried to allocate 2.00 GiB";

	/** Records the attempts and limits the number of pixels on the GPU and on the CPU. */
	private static final class Memory implements ObjIntConsumer<Device> {

		private final List<String> tried = new ArrayList<>();
		private final int pixels;
		private final long gpu;
		private final long cpu;

		Memory(final int pixels, final long gpu, final long cpu) {
			this.pixels = pixels;
			this.gpu = gpu;
			this.cpu = cpu;
		}

		@Override
		public void accept(final Device device, final int images) {
			tried.add(device.getDeviceType() + " " + images);
			if ((long) images * pixels > (device.isGpu() ? gpu : cpu)) {
				throw new EngineException(FULL);
			}
		}
	}

	private final List<String> messages = new ArrayList<>();
	private NDManager manager;
	private ColorizationNetwork network;

	@BeforeEach
	void load() throws IOException {
		manager = TorchEngine.newManager(Device.cpu());
		network = NetworkFixture.network(manager);
		network.freezeParameters(true);
	}

	@AfterEach
	void free() {
		manager.close();
	}

	/** Predicts on the CPU, which it takes for a GPU. */
	private BatchPrediction gpu(final ObjIntConsumer<Device> beforeTry) {
		return new BatchPrediction(network, manager, Device.gpu(), Precision.FLOAT32, messages::add, beforeTry);
	}

	private static float[][] images(final int count) {
		final float[][] images = new float[count][];
		for (int i = 0; i < count; i++) {
			images[i] = NetworkFixture.gaussian(WIDTH * HEIGHT, 50, 10, i);
		}
		return images;
	}

	private float[][] oneByOne(final float[][] images) {
		final float[][] logits = new float[images.length][];
		try (BatchPrediction prediction = new BatchPrediction(network, manager, Precision.FLOAT32, messages::add)) {
			for (int i = 0; i < images.length; i++) {
				logits[i] = prediction.predict(new float[][] {images[i]}, WIDTH, HEIGHT, 1)[0];
			}
		}
		return logits;
	}

	private void assertSameDistributions(final float[][] images, final float[][] logits) {
		final float[][] expected = oneByOne(images);
		for (int i = 0; i < images.length; i++) {
			assertEquals(313 * CELLS, logits[i].length);
			assertTrue(NetworkFixture.maxDifference(expected[i], logits[i]) < 2 * NetworkFixture.TOLERANCE, "image " + i);
		}
	}

	@Test
	void batchEqualsSingleImages() {
		final float[][] images = images(5);
		final Memory memory = new Memory(WIDTH * HEIGHT, Long.MAX_VALUE, Long.MAX_VALUE);
		try (BatchPrediction prediction = gpu(memory)) {
			assertSameDistributions(images, prediction.predict(images, WIDTH, HEIGHT, 1));
		}
		assertEquals(List.of("gpu 5"), memory.tried);
		assertEquals(List.of(), messages);
	}

	@Test
	void scaleMultipliesLogits() {
		final float[][] images = images(2);
		try (BatchPrediction prediction = gpu((device, count) -> { })) {
			final float[] logits = prediction.predict(images, WIDTH, HEIGHT, 1)[1];
			final float[] scaled = prediction.predict(images, WIDTH, HEIGHT, 2)[1];
			for (int i = 0; i < logits.length; i++) {
				logits[i] *= 2;
			}
			assertArrayEquals(logits, scaled, 1e-6f);
		}
	}

	@Test
	void halvesBatchUntilItFits() {
		final float[][] images = images(12);
		final Memory memory = new Memory(WIDTH * HEIGHT, 3 * WIDTH * HEIGHT, Long.MAX_VALUE);
		try (BatchPrediction prediction = gpu(memory)) {
			assertSameDistributions(images, prediction.predict(images, WIDTH, HEIGHT, 1));
			assertEquals(List.of("gpu 12", "gpu 6", "gpu 3", "gpu 3", "gpu 3", "gpu 3"), memory.tried);
			assertEquals(2, messages.size());
			assertTrue(messages.get(0).startsWith("The memory is not enough for 12 images of 16x24"), messages.get(0));
			assertTrue(messages.get(0).contains("continuing with 6"), messages.get(0));
			assertTrue(messages.get(1).contains("continuing with 3"), messages.get(1));
			memory.tried.clear();
			prediction.predict(images(5), WIDTH, HEIGHT, 1);
			assertEquals(List.of("gpu 3", "gpu 2"), memory.tried);
			assertEquals(2, messages.size());
		}
	}

	@Test
	void keepsResultsBeforeOutOfMemory() {
		final float[][] images = images(8);
		final List<String> tried = new ArrayList<>();
		// Memory for four images at first, and for two after the first four.
		final Memory first = new Memory(WIDTH * HEIGHT, 4 * WIDTH * HEIGHT, Long.MAX_VALUE);
		try (BatchPrediction prediction = gpu((device, count) -> {
			tried.add(device.getDeviceType() + " " + count);
			if (tried.size() == 3) {
				throw new EngineException(FULL);
			}
			first.accept(device, count);
		})) {
			assertSameDistributions(images, prediction.predict(images, WIDTH, HEIGHT, 1));
		}
		assertEquals(List.of("gpu 8", "gpu 4", "gpu 4", "gpu 2", "gpu 2"), tried);
	}

	@Test
	void runsLargeImagesOnCpu() {
		final float[][] images = images(3);
		final Memory memory = new Memory(WIDTH * HEIGHT, WIDTH * HEIGHT - 1, Long.MAX_VALUE);
		try (BatchPrediction prediction = gpu(memory)) {
			assertSameDistributions(images, prediction.predict(images, WIDTH, HEIGHT, 1));
			assertEquals(List.of("gpu 3", "gpu 1", "cpu 1", "cpu 1", "cpu 1"), memory.tried);
			assertTrue(messages.get(1).startsWith("The memory of the GPU is not enough for an image of 16x24"),
					messages.get(1));
			assertEquals(2, messages.size());
		}
	}

	@Test
	void keepsSmallImagesOnGpu() {
		final List<String> tried = new ArrayList<>();
		final int[] pixels = {WIDTH * HEIGHT};
		try (BatchPrediction prediction = gpu((device, count) -> {
			tried.add(device.getDeviceType() + " " + count);
			if (device.isGpu() && count * pixels[0] > 128) {
				throw new EngineException(FULL);
			}
		})) {
			prediction.predict(images(1), WIDTH, HEIGHT, 1);
			pixels[0] = 64;
			final float[] small = NetworkFixture.gaussian(64, 50, 10, 1);
			prediction.predict(new float[][] {small, small}, 8, 8, 1);
		}
		assertEquals(List.of("gpu 1", "cpu 1", "gpu 2"), tried);
	}

	@Test
	void reportsOutOfMemoryOnCpu() {
		final Memory memory = new Memory(WIDTH * HEIGHT, 0, 0);
		try (BatchPrediction prediction = gpu(memory)) {
			final IllegalStateException e = assertThrows(IllegalStateException.class,
					() -> prediction.predict(images(5), WIDTH, HEIGHT, 1));
			assertTrue(e.getMessage().startsWith("The memory is not enough for the network on 16x24"), e.getMessage());
			assertTrue(e.getMessage().contains("smaller size"), e.getMessage());
			assertEquals(List.of("gpu 5", "gpu 2", "gpu 1", "cpu 1"), memory.tried);
		}
	}

	@Test
	void triesEachBatchSizeOnceWithoutGpu() {
		final Memory memory = new Memory(WIDTH * HEIGHT, 0, 0);
		try (BatchPrediction prediction =
				new BatchPrediction(network, manager, Device.cpu(), Precision.FLOAT32, messages::add, memory)) {
			for (int i = 0; i < 2; i++) {
				final String message = assertThrows(IllegalStateException.class,
						() -> prediction.predict(images(4), WIDTH, HEIGHT, 1)).getMessage();
				assertTrue(message.startsWith("The memory is not enough for the network on 16x24"), message);
			}
			// The second call tries one image, because memory may be free by then.
			assertEquals(List.of("cpu 4", "cpu 2", "cpu 1", "cpu 1"), memory.tried);
		}
	}

	@Test
	void doesNotTakeOtherFailuresForOutOfMemory() {
		try (BatchPrediction prediction = gpu((device, count) -> {
			throw new EngineException("CUDA error: an illegal memory access was encountered\nmore");
		})) {
			final String message = assertThrows(IllegalStateException.class,
					() -> prediction.predict(images(2), WIDTH, HEIGHT, 1)).getMessage();
			assertTrue(message.startsWith("The network cannot run on 16x24 pixels (CUDA error: an illegal memory access"),
					message);
		}
		assertEquals(List.of(), messages);
	}

	@Test
	void passesOnHeapExhaustion() {
		final OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
		try (BatchPrediction prediction = gpu((device, count) -> {
			throw heap;
		})) {
			assertSame(heap, assertThrows(OutOfMemoryError.class, () -> prediction.predict(images(1), WIDTH, HEIGHT, 1)));
		}
	}

	@Test
	void reductionLeaksNoArrays() {
		final int before = manager.getManagedArrays().size();
		try (BatchPrediction prediction = gpu(new Memory(WIDTH * HEIGHT, WIDTH * HEIGHT - 1, Long.MAX_VALUE))) {
			prediction.predict(images(6), WIDTH, HEIGHT, 1);
			assertEquals(before, manager.getManagedArrays().size());
		}
	}

	@Test
	void acceptsNoImages() {
		try (BatchPrediction prediction = gpu((device, count) -> {
			throw new AssertionError("prediction without images");
		})) {
			assertEquals(0, prediction.predict(new float[0][], WIDTH, HEIGHT, 1).length);
		}
	}

	@Test
	void severalThreadsRunTheNetworkAtATimeAndGetTheSame() throws Exception {
		final float[][] images = images(2);
		final float[][] alone = oneByOne(images);
		final CyclicBarrier both = new CyclicBarrier(2);
		try (BatchPrediction prediction = new BatchPrediction(network, manager, Device.cpu(), Precision.FLOAT32,
				messages::add, (where, n) -> {
			try {
				both.await(1, TimeUnit.MINUTES);
			}
			catch (final Exception e) {
				throw new AssertionError(e);
			}
		})) {
			prediction.concurrency(2);
			final CompletableFuture<float[][]> other =
					CompletableFuture.supplyAsync(() -> prediction.predict(new float[][] {images[1]}, WIDTH, HEIGHT, 1));
			assertArrayEquals(alone[0], prediction.predict(new float[][] {images[0]}, WIDTH, HEIGHT, 1)[0]);
			assertArrayEquals(alone[1], other.get()[0]);
		}
	}
}
