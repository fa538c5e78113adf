/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.SoftEncoding;
import sc.fiji.colorize.photo.PhotoFile;
import sc.fiji.colorize.photo.PhotoFiles;
import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.photo.RgbPhoto;

class TrainingPhotosTest {

	private static final int THREADS = 2;

	@TempDir
	private Path folder;

	@TempDir
	private Path temporary;
	private PhotoCache cache;

	@BeforeEach
	void openCache() throws IOException {
		cache = new PhotoCache(temporary, TinyTraining.options().cacheMegabytes());
	}

	@AfterEach
	void closeCache() throws IOException {
		cache.close();
	}

	private TrainingPhotos scan(final TrainOptions options) throws IOException, InterruptedException {
		return TrainingPhotos.scan(folder, cache, options, THREADS, TrainListener.NONE, () -> false);
	}

	private void write(final String name, final byte[] content) throws IOException {
		Files.createDirectories(folder.resolve(name).getParent());
		Files.write(folder.resolve(name), content);
	}

	private static byte[] png(final long seed) {
		return PhotoFiles.encode(PhotoFiles.colorful(40, 50, seed), "png");
	}

	/** The default options with sampling weights. */
	private static TrainOptions weighted(final Map<String, Double> weights) {
		return TinyTraining.options().sourceWeights(weights);
	}

	@Test
	void skipsUnfitPhotosWithReason() throws IOException, InterruptedException {
		write("a.png", png(1));
		write("b.jpg", PhotoFiles.encode(PhotoFiles.colorful(60, 40, 2), "jpeg"));
		write("copy-of-a.png", png(1));
		write("gray.png", PhotoFiles.encode(PhotoFiles.gray(50, 50, BufferedImage.TYPE_BYTE_GRAY), "png"));
		write("gray-rgb.png", PhotoFiles.encode(PhotoFiles.gray(50, 50, BufferedImage.TYPE_3BYTE_BGR), "png"));
		write("tiny.png", PhotoFiles.encode(PhotoFiles.colorful(31, 100, 3), "png"));
		write("text.png", "no picture".getBytes(StandardCharsets.UTF_8));
		write("empty.jpg", new byte[0]);
		final byte[] jpeg = PhotoFiles.encode(PhotoFiles.colorful(160, 160, 4), "jpeg");
		write("cut.jpg", Arrays.copyOf(jpeg, jpeg.length / 2));
		final List<Integer> scanned = new ArrayList<>();
		final TrainListener listener = new TrainListener() {

			@Override
			public void scanned(final int photo, final int photos) {
				assertEquals(9, photos);
				scanned.add(photo);
			}
		};
		try (TrainingPhotos photos = TrainingPhotos.scan(folder, cache, TinyTraining.options(), THREADS, listener,
				() -> false)) {
			assertEquals(List.of("a.png", "b.jpg"), photos.training().stream().map(Photo::name).toList());
			final Map<String, String> reasons = new LinkedHashMap<>();
			photos.skipped().forEach(s -> reasons.put(s.name(), s.reason()));
			final Map<String, String> expected = new LinkedHashMap<>();
			expected.put("copy-of-a.png", "it is a copy of another photo");
			expected.put("cut.jpg", "the image is cut off before its end");
			expected.put("empty.jpg", "the file is empty");
			expected.put("gray-rgb.png", "it is gray");
			expected.put("gray.png", "it is gray");
			expected.put("text.png", "the content is not an image of a kind that can be read");
			expected.put("tiny.png", "it is only 31 x 100 pixels");
			assertEquals(expected, reasons);
		}
		assertEquals(IntStream.rangeClosed(1, 9).boxed().toList(), scanned);
	}

	@Test
	void rejectsTooFewPhotosWithReason() throws IOException {
		write("a.png", png(1));
		write("tiny.png", PhotoFiles.encode(PhotoFiles.colorful(8, 8, 3), "png"));
		assertEquals("The folder " + folder + " holds 1 photo(s) usable for training of 2 found; at least 2 are needed. "
				+ "tiny.png: it is only 8 x 8 pixels.",
				assertThrows(IOException.class, () -> scan(TinyTraining.options())).getMessage());
	}

	@Test
	void canceledScanEndsWithoutError() throws IOException, InterruptedException {
		TinyTraining.photos(folder);
		final int[] seen = new int[1];
		final TrainListener listener = new TrainListener() {

			@Override
			public void scanned(final int photo, final int photos) {
				seen[0] = photo;
			}
		};
		try (TrainingPhotos photos = TrainingPhotos.scan(folder, cache, TinyTraining.options(), THREADS, listener,
				() -> seen[0] >= 1)) {
			assertEquals(1, photos.training().size());
		}
		assertEquals(1, seen[0]);
	}

	@Test
	void priorWeightsPhotosBySampling() throws IOException, InterruptedException {
		// One color per photo, and sizes that must not matter.
		final int[] colors = {0xc04040, 0x4040c0, 0x40a040};
		final double[] weights = {2, 1, 0};
		final Map<String, Double> byFolder = new LinkedHashMap<>();
		for (int i = 0; i < colors.length; i++) {
			final BufferedImage image = new BufferedImage(40 + 40 * i, 40, BufferedImage.TYPE_INT_RGB);
			for (int p = 0; p < image.getWidth() * 40; p++) {
				image.setRGB(p / 40, p % 40, colors[i]);
			}
			write("photos" + i + "/a.png", PhotoFiles.encode(image, "png"));
			byFolder.put("photos" + i, weights[i]);
		}
		try (TrainingPhotos photos = scan(weighted(byFolder))) {
			final double[] prior = photos.prior();
			for (int i = 0; i < colors.length; i++) {
				final float[] lab = new float[3];
				Lab.from8Bit(colors[i] >> 16, colors[i] >> 8 & 0xff, colors[i] & 0xff, lab);
				final int[] bins = new int[TinyTraining.options().neighbors()];
				SoftEncoding.encode(lab[1], lab[2], SoftEncoding.SIGMA, bins, new float[bins.length]);
				assertEquals(weights[i] / 3, Arrays.stream(bins).mapToDouble(bin -> prior[bin]).sum(), 1e-5);
			}
		}
	}

	@Test
	void priorIsDistributionOfPhotoColors() throws IOException, InterruptedException {
		for (int i = 0; i < 3; i++) {
			final BufferedImage image = new BufferedImage(40 + i, 40, BufferedImage.TYPE_3BYTE_BGR);
			for (int p = 0; p < 40 * (40 + i); p++) {
				image.setRGB(p % (40 + i), p / (40 + i), Color.RED.getRGB());
			}
			write(i + ".png", PhotoFiles.encode(image, "png"));
		}
		try (TrainingPhotos photos = scan(TinyTraining.options())) {
			final double[] prior = photos.prior();
			assertEquals(1, Arrays.stream(prior).sum(), 1e-9);
			// Red is L*a*b* (53.2, 80.1, 67.2).
			final int[] bins = new int[5];
			ColorBins.nearest(80.1f, 67.2f, bins, new float[5]);
			final Set<Integer> expected = Arrays.stream(bins).boxed().collect(Collectors.toSet());
			final Set<Integer> actual = IntStream.range(0, prior.length).filter(q -> prior[q] > 0).boxed()
					.collect(Collectors.toSet());
			assertEquals(expected, actual);
			prior[0] = 7;
			assertEquals(0, photos.prior()[0]);
		}
	}

	@Test
	void splitDependsOnlyOnContent() throws IOException, InterruptedException {
		final byte[][] files = new byte[25][];
		for (int i = 0; i < files.length; i++) {
			files[i] = png(i);
			write("first/" + i + ".png", files[i]);
		}
		final byte[][] kept = new byte[2][];
		for (int round = 0; round < 2; round++) {
			try (TrainingPhotos photos = scan(TinyTraining.options())) {
				assertEquals(1, photos.validation().size());
				assertEquals(24, photos.training().size());
				assertFalse(photos.training().contains(photos.validation().get(0)));
				kept[round] = Files.readAllBytes(folder.resolve(photos.validation().get(0).name()));
			}
			for (int i = 0; i < files.length; i++) {
				Files.delete(folder.resolve("first/" + i + ".png"));
				Files.createDirectories(folder.resolve("second"));
				Files.write(folder.resolve("second/" + (100 - i) + ".png"), files[i]);
				Files.write(folder.resolve("first/" + i + ".png"), new byte[0]);
			}
		}
		assertArrayEquals(kept[0], kept[1]);
	}

	@Test
	void orderIsPermutationThatChangesWithEpoch() throws IOException, InterruptedException {
		TinyTraining.photos(folder);
		try (TrainingPhotos photos = scan(TinyTraining.options())) {
			final int[] sorted = photos.order(0);
			Arrays.sort(sorted);
			assertArrayEquals(IntStream.range(0, photos.training().size()).toArray(), sorted);
			assertArrayEquals(photos.order(0), photos.order(0));
			assertFalse(Arrays.equals(photos.order(0), photos.order(1)));
		}
	}

	@Test
	void weightsDetermineSampling() throws IOException, InterruptedException {
		for (int i = 0; i < 4; i++) {
			write("often/" + i + ".png", png(i));
			write("often/never/" + i + ".png", png(10 + i));
			write("plain/" + i + ".png", png(20 + i));
		}
		try (TrainingPhotos photos = scan(weighted(Map.of("often", 2.5, "often/never", 0.0)))) {
			assertEquals(Map.of("often", 4, "often/never", 4, "plain", 4), adding(photos.trainingByGroup(),
					photos.validation()));
			final Map<String, Integer> drawn = new LinkedHashMap<>();
			final int epochs = 400;
			for (int epoch = 0; epoch < epochs; epoch++) {
				for (final int i : photos.order(epoch)) {
					drawn.merge(photos.training().get(i).group(), 1, Integer::sum);
				}
			}
			assertEquals(Set.of("often", "plain"), new HashSet<>(drawn.keySet()));
			assertEquals(epochs * photos.trainingByGroup().get("plain"), drawn.get("plain"));
			assertEquals(2.5, drawn.get("often") / (double) epochs / photos.trainingByGroup().get("often"), 0.1);
			assertEquals(photos.epochLength(), drawn.values().stream().mapToInt(Integer::intValue).sum()
					/ (double) epochs, 0.3);
		}
	}

	/** The validation photo may be of any group. */
	private static Map<String, Integer> adding(final Map<String, Integer> groups, final List<Photo> more) {
		final Map<String, Integer> sum = new LinkedHashMap<>(groups);
		more.forEach(photo -> sum.merge(photo.group(), 1, Integer::sum));
		return sum;
	}

	@Test
	void decodesPhotoOnceIfCacheHoldsIt() throws IOException, InterruptedException {
		write("a.png", png(1));
		write("b.png", png(2));
		write("copy.png", png(2));
		final RgbPhoto expected = RgbPhoto.of(PhotoFile.decode(png(1)));
		try (TrainingPhotos photos = scan(TinyTraining.options())) {
			Files.delete(folder.resolve("a.png"));
			Files.delete(folder.resolve("b.png"));
			assertEquals(2, photos.training().size());
			assertArrayEquals(expected.rgb(), photos.load(photos.training().get(0)).rgb());
			assertEquals(50, photos.load(photos.training().get(1)).height());
		}
	}

	@Test
	void shrinksLargePhotosWhetherCachedOrNot() throws IOException, InterruptedException {
		write("a.png", PhotoFiles.encode(PhotoFiles.colorful(767, 900, 1), "png"));
		write("b.png", PhotoFiles.encode(PhotoFiles.colorful(1201, 770, 2), "png"));
		final RgbPhoto large = RgbPhoto.of(PhotoFile.decode(Files.readAllBytes(folder.resolve("b.png"))));
		for (final int megabytes : new int[] {0, 100}) {
			try (PhotoCache some = new PhotoCache(temporary, megabytes); TrainingPhotos photos =
					TrainingPhotos.scan(folder, some, TinyTraining.options(), THREADS, TrainListener.NONE, () -> false)) {
				assertEquals(767, photos.load(photos.training().get(0)).width());
				final RgbPhoto shrunk = photos.load(photos.training().get(1));
				assertEquals(600, shrunk.width());
				assertEquals(385, shrunk.height());
				assertArrayEquals(large.shrink(2).rgb(), shrunk.rgb());
			}
		}
	}

	@Test
	void namesPhotoDeletedAfterScan() throws IOException, InterruptedException {
		write("a.png", png(1));
		write("b.png", png(2));
		try (PhotoCache none = new PhotoCache(temporary, 0); TrainingPhotos photos =
				TrainingPhotos.scan(folder, none, TinyTraining.options(), THREADS, TrainListener.NONE, () -> false)) {
			Files.delete(folder.resolve("b.png"));
			final String message =
					assertThrows(IOException.class, () -> photos.load(photos.training().get(1))).getMessage();
			assertTrue(message.startsWith("The photo b.png could be read before but not now: "), message);
		}
	}
}
