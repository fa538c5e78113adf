/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.photo.PhotoFiles;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * Training from a starting model, and its assessment. The photos have one color, so a network that predicts that color
 * cannot improve, and one that predicts another color must.
 */
@Slow
class FineTuningTest {

	private static final Color COLOR = new Color(0xc0, 0x60, 0x30);
	private static final Color OTHER_COLOR = new Color(0x30, 0x60, 0xc0);
	/** A learning rate that changes nothing. */
	private static final double NO_RATE = 1e-9;

	private static final class Notes implements TrainListener {

		private final List<String> messages = new ArrayList<>();
		private int steps;
		private String summary = "";

		@Override
		public void message(final String sentence) {
			messages.add(sentence);
		}

		@Override
		public void stepped(final Progress progress) {
			steps++;
		}

		@Override
		public void finished(final String sentences) {
			summary = sentences;
		}

		private boolean heard(final String part) {
			return messages.stream().anyMatch(message -> message.contains(part));
		}
	}

	@TempDir
	private static Path photos;
	@TempDir
	private Path folder;

	@BeforeAll
	static void writePhotos() throws IOException {
		for (int i = 0; i < TinyTraining.PHOTOS; i++) {
			final BufferedImage photo = new BufferedImage(48 + i, 48, BufferedImage.TYPE_3BYTE_BGR);
			for (int p = 0; p < photo.getWidth() * photo.getHeight(); p++) {
				photo.setRGB(p % photo.getWidth(), p / photo.getWidth(), COLOR.getRGB());
			}
			Files.write(photos.resolve(i + ".png"), PhotoFiles.encode(photo, "png"));
		}
	}

	/** A model that predicts one color everywhere with a given confidence. */
	private Path parent(final int size, final Color color, final float certainty) throws IOException {
		final Path file = folder.resolve("parent.zip");
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = TinyModel.network(manager, 1);
			final NDArray weight = network.stateDict().get("model8.6.weight").getArray();
			manager.zeros(weight.getShape()).copyTo(weight);
			final float[] lab = new float[3];
			Lab.from8Bit(color.getRed(), color.getGreen(), color.getBlue(), lab);
			final float[] logits = new float[ColorBins.COUNT];
			logits[ColorBins.nearest(lab[1], lab[2])] = certainty;
			manager.create(logits).copyTo(network.stateDict().get("model8.6.bias").getArray());
			ModelFile.save(file, new ModelCard("Parent", "A model for tests.", "", TinyModel.WIDTH, size, 1, Map.of(),
					Map.of(), "", ModelCard.Origin.OURS), network, false);
		}
		return file;
	}

	private Path child() {
		return folder.resolve("child.zip");
	}

	private boolean train(final TrainOptions options, final TrainListener listener, final BooleanSupplier canceled)
			throws IOException, InterruptedException {
		return new ColorizerTrainer(photos, child(), options, listener, canceled).run(true);
	}

	private static ModelCard card(final Path model) throws IOException {
		try (OpenModel open = ModelFile.open(model.toString(), Device.cpu())) {
			return open.card();
		}
	}

	private static TrainOptions options(final Path parent, final int crop, final int epochs, final double rate) {
		return TinyTraining.options().width(0).from(parent.toString()).learningRate(rate)
				.schedule(List.of(new TrainOptions.Stage(crop, 4, epochs)));
	}

	@Test
	void reportsModelNoBetterThanStartingModel() throws IOException, InterruptedException {
		final Path parent = parent(72, COLOR, 30);
		final Notes notes = new Notes();
		assertTrue(train(options(parent, 32, 2, NO_RATE), notes, () -> false));

		assertTrue(notes.messages.get(1).startsWith("The starting model " + parent + " has AuC "),
				notes.messages.toString());
		assertEquals(2,
				notes.messages.stream().filter(message -> message.startsWith("No epoch so far is better than")).count(),
				notes.messages.toString());
		final String verdict = "The model is no better than the starting model " + parent + " (AuC ";
		assertTrue(notes.summary.startsWith("The model is in " + child() + "; its log, chart and pictures are in "
				+ folder.resolve("child-training") + ". Epoch 2 of 2 was the best"), notes.summary);
		assertTrue(notes.summary.contains(verdict), notes.summary);
		assertTrue(card(child()).documentation().contains(verdict), card(child()).documentation());

		final List<String> log = Files.readAllLines(folder.resolve("child-training/log.csv"));
		assertEquals(4, log.size(), log.toString());
		final String[] before = log.get(1).split(",", -1);
		final String[] after = log.get(3).split(",", -1);
		assertEquals(List.of("0", "0", "0", "0", ""), Arrays.asList(before).subList(0, 5));
		assertEquals("2", after[0]);
		assertEquals(Arrays.asList(before).subList(6, 10), Arrays.asList(after).subList(6, 10));
		final Map<?, ?> figures = (Map<?, ?>) card(child()).metrics().get("validation");
		assertEquals(parent.toString(), figures.get("parent"));
		assertEquals(Double.parseDouble(before[7]), (Double) figures.get("parent_auc_rebalanced_percent"), 0.006);
	}

	@Test
	void reportsModelBetterThanStartingModel() throws IOException, InterruptedException {
		final Path parent = parent(40, OTHER_COLOR, 1);
		final Notes notes = new Notes();
		assertTrue(train(options(parent, 32, 20, 0.03), notes, () -> false));
		assertTrue(notes.summary.contains("The model is better than the starting model " + parent + " ("), notes.summary);
	}

	@Test
	void cardKeepsSizeOfStartingModel() throws IOException, InterruptedException {
		assertTrue(train(options(parent(72, COLOR, 30), 32, 1, NO_RATE), TrainListener.NONE, () -> false));
		assertEquals(72, card(child()).networkSize());
		assertEquals(72, card(RunFolder.of(child()).latestModel()).networkSize());
	}

	@Test
	void largerCropsIncreaseSize() throws IOException, InterruptedException {
		final Notes notes = new Notes();
		assertTrue(train(options(parent(32, COLOR, 30), 48, 1, NO_RATE), notes, () -> false));
		assertEquals(56, card(child()).networkSize());
		final Map<?, ?> figures = (Map<?, ?>) card(child()).metrics().get("validation");
		assertEquals(32, figures.get("parent_size"));
		// Both are evaluated on the same cells of the same photos, at different input sizes.
		assertEquals((Double) figures.get("parent_auc_raw_percent"), (Double) figures.get("auc_raw_percent"), 1e-3);
	}

	@Test
	void resumedRunKeepsMetricsOfStartingModel() throws IOException, InterruptedException {
		final Path parent = parent(72, COLOR, 30);
		final TrainOptions options = options(parent, 32, 2, NO_RATE);
		final Notes first = new Notes();
		assertFalse(train(options, first, () -> first.steps >= 3));
		assertEquals("", first.summary);
		Files.delete(parent);
		final Notes second = new Notes();
		assertTrue(train(options, second, () -> false));
		assertFalse(second.heard("The starting model"), second.messages.toString());
		assertTrue(second.summary.contains("The model is no better than the starting model " + parent), second.summary);
		assertEquals(72, card(child()).networkSize());
	}

	@Test
	void suggestsStartingModelForFewPhotos() throws IOException, InterruptedException {
		final Notes fromScratch = new Notes();
		assertTrue(train(TinyTraining.options(1, NO_RATE), fromScratch, () -> false));
		assertTrue(fromScratch.messages.get(1).startsWith("11 photos are few"), fromScratch.messages.get(1));
		assertTrue(fromScratch.messages.get(1).contains("'default'"), fromScratch.messages.get(1));
	}

	@Test
	void opensStartingModelOnce() throws IOException, InterruptedException {
		final Path parent = parent(40, COLOR, 30);
		final TrainListener deleting = new TrainListener() {

			@Override
			public void message(final String sentence) {
				parent.toFile().delete();
			}
		};
		assertTrue(train(options(parent, 32, 1, NO_RATE), deleting, () -> false));
		assertTrue(Files.notExists(parent));
	}

	@Test
	void doesNotSuggestStartingModelIfGiven() throws IOException, InterruptedException {
		final Notes notes = new Notes();
		assertTrue(train(options(parent(40, COLOR, 30), 32, 1, NO_RATE), notes, () -> false));
		assertFalse(notes.heard("photos are few"), notes.messages.toString());
	}

	@Test
	void reportsSingleColor() throws IOException, InterruptedException {
		final Notes notes = new Notes();
		assertTrue(train(options(parent(40, COLOR, 30), 32, 1, NO_RATE), notes, () -> false));
		assertTrue(notes.heard("The model is hardly better than a single color"), notes.messages.toString());
		assertTrue(notes.summary.contains("The model is hardly better than a single color"), notes.summary);
		final Map<?, ?> figures = (Map<?, ?>) card(child()).metrics().get("validation");
		assertEquals(100, (Double) figures.get("constant_auc_rebalanced_percent"), 0.5);
	}
}
