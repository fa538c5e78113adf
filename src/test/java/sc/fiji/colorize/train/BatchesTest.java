/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.photo.RgbPhoto;
import sc.fiji.colorize.torch.TorchEngine;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchesTest {

	private static final int CROP = 32;
	private static final int BATCH = 4;

	private static final int ONE = 1;
	private static final int MANY = 5;

	private TrainingPhotos photos;
	private double[] rebalancing;

	@BeforeAll
	void scan(@TempDir final Path folder) throws IOException, InterruptedException {
		final Path copy = Files.createDirectories(folder.resolve("photos"));
		TinyTraining.photos(copy);
		photos = TrainingPhotos.scan(copy, new PhotoCache(folder, 0), options(0), MANY, TrainListener.NONE, () -> false);
		rebalancing = ColorPrior.rebalancingWeights(photos.prior(), 0.5);
		assertEquals(TinyTraining.PHOTOS, photos.training().size() + photos.validation().size());
	}

	@AfterAll
	void close() throws IOException {
		photos.close();
	}

	private static TrainOptions options(final long seed) {
		return TinyTraining.options().schedule(List.of(new TrainOptions.Stage(CROP, BATCH, 2))).neighbors(7)
				.cacheMegabytes(0).seed(seed);
	}

	private List<Batches.Batch> epoch(final long seed, final int epoch, final int firstStep,
			final int threads) throws IOException, InterruptedException {
		final TrainOptions options = options(seed);
		final List<Batches.Batch> all = new ArrayList<>();
		try (Batches batches = new Batches(photos, rebalancing, options, options.schedule().get(0), epoch, firstStep,
				threads)) {
			for (Batches.Batch batch = batches.next(); batch != null; batch = batches.next()) {
				all.add(batch);
			}
			assertEquals(batches.steps() - firstStep, all.size());
		}
		return all;
	}

	private static void assertSameContent(final List<Batches.Batch> expected, final List<Batches.Batch> actual) {
		assertEquals(expected.size(), actual.size());
		for (int i = 0; i < expected.size(); i++) {
			assertArrayEquals(expected.get(i).lightness(), actual.get(i).lightness());
			assertArrayEquals(expected.get(i).bins(), actual.get(i).bins());
			assertArrayEquals(expected.get(i).shares(), actual.get(i).shares());
			assertArrayEquals(expected.get(i).weights(), actual.get(i).weights());
			assertArrayEquals(expected.get(i).ab(), actual.get(i).ab());
		}
	}

	@Test
	void batchesDoNotDependOnThreads() throws IOException, InterruptedException {
		assertSameContent(epoch(5, 3, 0, ONE), epoch(5, 3, 0, MANY));
	}

	@Test
	void batchesDependOnSeedAndEpoch() throws IOException, InterruptedException {
		final float[] first = epoch(5, 3, 0, ONE).get(0).lightness();
		assertFalse(Arrays.equals(first, epoch(6, 3, 0, ONE).get(0).lightness()));
		assertFalse(Arrays.equals(first, epoch(5, 4, 0, ONE).get(0).lightness()));
	}

	@Test
	void resumesWithinEpoch() throws IOException, InterruptedException {
		final List<Batches.Batch> whole = epoch(5, 3, 0, MANY);
		assertEquals(TinyTraining.STEPS_PER_EPOCH, whole.size());
		assertSameContent(whole.subList(1, whole.size()), epoch(5, 3, 1, MANY));
	}

	/** Colorizing reduces a photo of 150 x 100 pixels to the area of the square; crops are larger by up to 1.15. */
	@Test
	void cropsHaveUsualScaleAndStayWithinPhoto() {
		final SplittableRandom random = new SplittableRandom(1);
		for (final int[] size : new int[][] {{150, 100}, {100, 150}, {100, 100}}) {
			final RgbPhoto photo = new RgbPhoto(size[0], size[1], new byte[3 * size[0] * size[1]]);
			final double asInUse = Math.sqrt(size[0] * size[1]) / Batches.NETWORK_SIZE;
			int whole = 0;
			int larger = 0;
			for (int i = 0; i < 1000; i++) {
				final Batches.Window window = Batches.Window.random(photo, random);
				assertTrue(window.x() >= 0 && window.x() + window.side() <= size[0], window.toString());
				assertTrue(window.y() >= 0 && window.y() + window.side() <= size[1], window.toString());
				assertTrue(window.side() >= Math.min(100, asInUse / 1.34), window.toString());
				whole += window.side() == 100 ? 1 : 0;
				larger += window.side() > asInUse || window.side() == 100 ? 1 : 0;
			}
			assertTrue(whole > 150 && whole < 700, whole + " windows of the whole shorter side");
			assertTrue(larger >= 450 && larger < 700, larger + " windows with things no larger than in use");
		}
	}

	@Test
	void valuesAreInRange() throws IOException, InterruptedException {
		for (final Batches.Batch batch : epoch(1, 0, 0, MANY)) {
			for (final float lightness : batch.lightness()) {
				assertTrue(lightness >= -1 && lightness <= 101, "L* " + lightness);
			}
			final int cells = Batches.Batch.cells(CROP);
			for (int n = 0; n < batch.count(); n++) {
				for (int p = 0; p < cells; p++) {
					double sum = 0;
					for (int k = 0; k < 7; k++) {
						sum += batch.shares()[(n * 7 + k) * cells + p];
					}
					assertEquals(1, sum, 1e-5);
					final int nearest = ColorBins.nearest(batch.ab()[2 * n * cells + p],
							batch.ab()[(2 * n + 1) * cells + p]);
					assertEquals(nearest, batch.bins()[n * 7 * cells + p]);
					assertEquals((float) rebalancing[nearest], batch.weights()[n * cells + p]);
				}
			}
		}
	}

	@Test
	void labelsHaveOneChannelPerNeighbor() throws IOException, InterruptedException {
		final Batches.Batch batch = epoch(1, 0, 0, MANY).get(0);
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final NDArray data = batch.data(manager).singletonOrThrow();
			assertEquals(new Shape(BATCH, 1, CROP, CROP), data.getShape());
			final NDList labels = batch.labels(manager);
			assertEquals(List.of(new Shape(BATCH, 7, 8, 8), new Shape(BATCH, 7, 8, 8), new Shape(BATCH, 1, 8, 8)),
					labels.stream().map(NDArray::getShape).toList());
		}
	}

	@Test
	void centralSquareKeepsColors() throws IOException {
		final RgbPhoto photo = photos.load(photos.training().get(0));
		final Batches.Batch batch = Batches.centered(photos, photos.training().subList(0, 1), rebalancing, options(0),
				CROP);
		final int side = Math.min(photo.width(), photo.height());
		final float[] mean = new float[3];
		final float[] lab = new float[3];
		for (int y = 0; y < side; y++) {
			for (int x = 0; x < side; x++) {
				final int i = 3 * ((y + (photo.height() - side) / 2) * photo.width() + x + (photo.width() - side) / 2);
				Lab.from8Bit(photo.rgb()[i] & 0xff, photo.rgb()[i + 1] & 0xff, photo.rgb()[i + 2] & 0xff, lab);
				for (int c = 0; c < 3; c++) {
					mean[c] += lab[c] / (side * side);
				}
			}
		}
		final int cells = Batches.Batch.cells(CROP);
		assertEquals(mean[0], mean(batch.lightness(), 0, CROP * CROP), 1);
		assertEquals(mean[1], mean(batch.ab(), 0, cells), 3);
		assertEquals(mean[2], mean(batch.ab(), cells, cells), 3);
	}

	private static double mean(final float[] values, final int from, final int count) {
		double sum = 0;
		for (int i = from; i < from + count; i++) {
			sum += values[i];
		}
		return sum / count;
	}
}
