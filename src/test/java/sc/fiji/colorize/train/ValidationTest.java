/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ErrorCurve;
import sc.fiji.colorize.photo.PhotoFiles;
import sc.fiji.colorize.torch.TorchEngine;

@Slow
class ValidationTest {

	private static final double NONE = 1e-9;

	@TempDir
	private static Path folder;
	private static TrainerFixture network;
	/** Validation photos by group. */
	private static long ofA;
	private static long ofB;

	@BeforeAll
	static void makePhotos() throws IOException, InterruptedException {
		for (int i = 0; i < 60; i++) {
			final Path file = folder.resolve(i % 2 == 0 ? "a" : "b").resolve(i + ".png");
			Files.createDirectories(file.getParent());
			final BufferedImage photo = PhotoFiles.colorful(40 + i, 50, i);
			Files.write(file, PhotoFiles.encode(photo, "png"));
		}
		network = new TrainerFixture(weighted(1, 1));
		try (TrainingPhotos photos = scan(1, 1)) {
			ofA = photos.validation().stream().filter(photo -> photo.group().contains("a")).count();
			ofB = photos.validation().size() - ofA;
		}
	}

	@AfterAll
	static void close() {
		network.close();
	}

	private static TrainOptions weighted(final double a, final double b) {
		return TinyTraining.options().validationPhotos(100).sourceWeights(Map.of("a", a, "b", b));
	}

	private static TrainingPhotos scan(final double a, final double b) throws IOException, InterruptedException {
		return TrainingPhotos.scan(folder, new PhotoCache(folder, 0), weighted(a, b), 1, TrainListener.NONE, () -> false);
	}

	private static Validation.Result validate(final double a, final double b)
			throws IOException, InterruptedException {
		try (TrainingPhotos photos = scan(a, b)) {
			return network.validate(photos, weighted(a, b));
		}
	}

	@Test
	void weightsPhotosBySampling() throws IOException, InterruptedException {
		assertEquals(6, ofA + ofB);
		assertNotEquals(0, ofA * ofB);
		final Validation.Result onlyA = validate(1, NONE);
		final Validation.Result onlyB = validate(NONE, 1);
		final Validation.Result both = validate(0.5, 2);
		final double shareOfA = 0.5 * ofA / (0.5 * ofA + 2 * ofB);

		assertNotEquals(onlyA.loss(), onlyB.loss(), 1e-3);
		assertEquals(shareOfA * onlyA.loss() + (1 - shareOfA) * onlyB.loss(), both.loss(), 1e-6 * both.loss());
		assertEquals(shareOfA * onlyA.errors().meanTrueChroma() + (1 - shareOfA) * onlyB.errors().meanTrueChroma(),
				both.errors().meanTrueChroma(), 1e-4);
		assertEquals(shareOfA * onlyA.errors().aucRaw() + (1 - shareOfA) * onlyB.errors().aucRaw(),
				both.errors().aucRaw(), 1e-4);
	}

	/** A network that predicts one bin for all cells. */
	private static NDList always(final int bin, final NDList lightness) {
		final NDArray seen = lightness.singletonOrThrow();
		final long side = seen.getShape().get(2) / 4;
		final float[] logits = new float[ColorBins.COUNT];
		logits[bin] = 100;
		return new NDList(seen.getManager().create(logits).reshape(1, -1, 1, 1)
				.broadcast(seen.getShape().get(0), ColorBins.COUNT, side, side).duplicate());
	}

	@Test
	void comparesNetworkSizesWithSameTruth() throws IOException, InterruptedException {
		try (TrainingPhotos photos = scan(1, 1); NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final double[] even = new double[ColorBins.COUNT];
			Arrays.fill(even, 1);
			final Validation validation = new Validation(photos, even, weighted(1, 1), 64);
			final Validation.Result same = validation.run(lightness -> always(120, lightness), manager);
			for (final int size : new int[] {32, 200}) {
				final Validation.Result other = validation.run(lightness -> always(120, lightness), manager, size);
				assertEquals(same.errors().aucRaw(), other.errors().aucRaw(), 1e-4);
				assertEquals(same.errors().aucRebalanced(), other.errors().aucRebalanced(), 1e-4);
				assertEquals(same.errors().meanTrueChroma(), other.errors().meanTrueChroma(), 0);
			}
		}
	}

	/** Equals the row "constant" of an evaluation: the single color with the least squared error. */
	@Test
	void constantIsWeightedMeanColor() throws IOException, InterruptedException {
		final double[] even = new double[ColorBins.COUNT];
		Arrays.fill(even, 1);
		try (TrainingPhotos photos = scan(0.5, 2); NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Validation validation = new Validation(photos, even, weighted(0.5, 2), 32);
			final ErrorCurve constant = validation.constant();
			assertSame(constant, validation.constant());
			double least = Double.POSITIVE_INFINITY;
			for (int bin = 0; bin < ColorBins.COUNT; bin++) {
				final int one = bin;
				final ErrorCurve errors = validation.run(lightness -> always(one, lightness), manager).errors();
				least = Math.min(least, errors.rmse());
				assertEquals(errors.meanTrueChroma(), constant.meanTrueChroma(), 1e-6);
			}
			assertTrue(constant.rmse() <= least, constant.rmse() + " and " + least);
			// Bins are 10 apart, so one of them is within 7.1 of the mean.
			assertEquals(least, constant.rmse(), 5);
		}
	}

	@Test
	void excludesPhotosOfWeightZero() throws IOException, InterruptedException {
		try (TrainingPhotos photos = scan(0, 1)) {
			assertEquals(6, photos.validation().stream().filter(photo -> photo.group().contains("b")).count());
			assertEquals(6, photos.validation().size());
		}
	}
}
