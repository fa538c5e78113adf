/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipFile;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.network.BranchedNetwork;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.torch.TorchEngine;

@Slow
class ColorizerTrainerTest {

	/** Records all calls. */
	private static final class Notes implements TrainListener {

		private final List<Progress> steps = new ArrayList<>();
		private final List<EpochSummary> epochs = new ArrayList<>();
		private final List<String> messages = new ArrayList<>();

		@Override
		public void message(final String sentence) {
			messages.add(sentence);
		}

		@Override
		public void stepped(final Progress progress) {
			steps.add(progress);
		}

		@Override
		public void epochDone(final EpochSummary epoch, final Optional<BufferedImage> chart,
				final BufferedImage contactSheet) {
			assertTrue(chart.orElseThrow().getWidth() > 100 && contactSheet.getWidth() > 100);
			epochs.add(epoch);
		}

		private double meanLoss(final int from, final int to) {
			return steps.subList(from, to).stream().mapToDouble(Progress::loss).average().orElseThrow();
		}
	}

	@TempDir
	private static Path photos;
	@TempDir
	private Path folder;

	@BeforeAll
	static void writePhotos() throws IOException {
		TinyTraining.photos(photos);
	}

	/** The output of a run. */
	private Path run(final String name) {
		return folder.resolve(name + ".zip");
	}

	private static Path checkpoint(final Path model) {
		return RunFolder.of(model).checkpoint();
	}

	/** Starts a run, or resumes it if there is a checkpoint. */
	private static boolean train(final Path photos, final Path model, final TrainOptions options,
			final TrainListener listener, final BooleanSupplier canceled) throws IOException, InterruptedException {
		return new ColorizerTrainer(photos, model, options, listener, canceled).run(true);
	}

	private static byte[] entry(final Path run, final String name) throws IOException {
		try (ZipFile zip = new ZipFile(checkpoint(run).toFile())) {
			return zip.getInputStream(zip.getEntry(name)).readAllBytes();
		}
	}

	@Test
	void lossDecreases() throws IOException, InterruptedException {
		final Path twoKinds = TinyTraining.twoKinds(folder.resolve("photos"));
		final Notes notes = new Notes();
		final TrainOptions options = TinyTraining.options(20, 5e-3);
		assertTrue(train(twoKinds, run("a"), options, notes, () -> false));
		final int steps = 20 * TinyTraining.STEPS_PER_EPOCH;
		assertEquals(steps, notes.steps.size());
		final double before = notes.meanLoss(0, 4);
		final double after = notes.meanLoss(steps - 4, steps);
		assertTrue(after < 0.85 * before, "loss " + before + " to " + after);
		assertEquals(20, notes.epochs.size());
		assertTrue(notes.epochs.get(19).validationLoss() < notes.epochs.get(0).validationLoss());
	}

	@Test
	void progressReachesEnd() throws IOException, InterruptedException {
		final Notes notes = new Notes();
		assertTrue(train(photos, run("a"), TinyTraining.options(), notes, () -> false));
		assertEquals("11 photos for training, 1 for validation, 0 skipped.", notes.messages.get(0));
		for (int i = 0; i < notes.steps.size(); i++) {
			final TrainListener.Progress progress = notes.steps.get(i);
			assertEquals(i + 1, progress.step());
			assertEquals(8, progress.steps());
			assertEquals(i / TinyTraining.STEPS_PER_EPOCH + 1, progress.epoch());
			assertEquals(4, progress.epochs());
			assertTrue(progress.photosPerSecond() > 0);
			assertEquals(i + 1 < Pace.WARM_UP + Pace.ENOUGH, Double.isNaN(progress.secondsLeft()), "step " + (i + 1));
		}
		final TrainListener.EpochSummary last = notes.epochs.get(3);
		assertEquals(4, last.epoch());
		assertEquals(8, last.step());
		assertEquals(32, last.photosSeen());
		assertTrue(last.aucRaw() > 0 && last.aucRaw() <= 100, "AuC " + last.aucRaw());
		assertTrue(last.trueChroma() > 5, "chroma " + last.trueChroma());
	}

	@ParameterizedTest
	@EnumSource
	void resumedRunEndsWithSameWeights(final Precision precision)
			throws IOException, InterruptedException {
		final TrainOptions options = TinyTraining.options().precision(precision).aging(0.5);
		assertTrue(train(photos, run("whole"), options, TrainListener.NONE, () -> false));

		// Once within an epoch and once between two epochs.
		final Notes first = new Notes();
		assertFalse(train(photos, run("parts"), options, first, () -> first.steps.size() >= 3));
		assertEquals(3, first.steps.size());
		final Notes second = new Notes();
		assertFalse(train(photos, run("parts"), options, second, () -> second.steps.size() >= 3));
		assertTrue(second.messages.contains("Resuming at epoch 2, step 3."), second.messages.toString());
		assertEquals(4, second.steps.get(0).step());
		final Notes third = new Notes();
		assertTrue(train(photos, run("parts"), options, third, () -> false));
		assertEquals(8, third.steps.get(third.steps.size() - 1).step());

		for (final String part : new String[] {"weights.safetensors", "optimizer.safetensors"}) {
			assertArrayEquals(entry(run("whole"), part), entry(run("parts"), part), part);
		}
	}

	@Test
	void weightsDependOnSeed() throws IOException, InterruptedException {
		final TrainOptions o = TinyTraining.options(1, 1e-3);
		final byte[][] weights = new byte[3][];
		for (int i = 0; i < 3; i++) {
			final TrainOptions options = o.seed(i / 2);
			assertTrue(train(photos, run("r" + i), options, TrainListener.NONE, () -> false));
			weights[i] = entry(run("r" + i), "weights.safetensors");
		}
		assertArrayEquals(weights[0], weights[1]);
		assertFalse(Arrays.equals(weights[0], weights[2]));
	}

	@Test
	void resumingFinishedRunDoesNothing() throws IOException, InterruptedException {
		final TrainOptions options = TinyTraining.options(1, 1e-3);
		assertTrue(train(photos, run("a"), options, TrainListener.NONE, () -> false));
		final byte[] weights = entry(run("a"), "weights.safetensors");
		final Notes notes = new Notes();
		assertTrue(train(photos, run("a"), options, notes, () -> false));
		assertEquals(List.of(), notes.steps);
		assertArrayEquals(weights, entry(run("a"), "weights.safetensors"));
	}

	@Test
	void divergenceStopsRunAndKeepsCheckpoint() throws IOException, InterruptedException {
		final Notes notes = new Notes();
		assertFalse(train(photos, run("a"), TinyTraining.options(), notes,
				() -> notes.steps.size() >= 3));
		final Path file = checkpoint(run("a"));
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Checkpoint checkpoint = Checkpoint.load(file, manager);
			final NDArray weight = checkpoint.weights().get("model7.4.3x3.bias");
			weight.set(new NDIndex(0), Float.NaN);
			checkpoint.save(file);
		}
		final byte[] before = Files.readAllBytes(file);
		final String message = assertThrows(IllegalStateException.class,
				() -> train(photos, run("a"), TinyTraining.options(), TrainListener.NONE, () -> false)).getMessage();
		assertTrue(message.startsWith("The training diverged at step 4 (the loss is NaN)"), message);
		assertTrue(message.contains("smaller learning rate"), message);
		assertArrayEquals(before, Files.readAllBytes(file));
	}

	@Test
	void rejectsChangedSettings() throws IOException, InterruptedException {
		final TrainOptions o = TinyTraining.options(1, 1e-3);
		assertTrue(train(photos, run("a"), o, TrainListener.NONE, () -> false));
		final TrainOptions wider = o.width(1 / 8.0);
		final String message = assertThrows(IOException.class,
				() -> train(photos, run("a"), wider, TrainListener.NONE, () -> false))
				.getMessage();
		assertTrue(message.contains("was started with width 0.0625 and cannot continue with 0.125"), message);
	}

	@Test
	void weightsAreFiniteWithoutUniformShare() throws IOException, InterruptedException {
		final TrainOptions o = TinyTraining.options(1, 1e-4);
		final TrainOptions options = o.lambda(0);
		final Notes notes = new Notes();
		assertTrue(train(photos, run("a"), options, notes, () -> false));
		notes.steps.forEach(step -> assertTrue(Double.isFinite(step.loss()), step.toString()));
	}

	@Test
	void rejectsPhotosOfWeightZero() {
		final TrainOptions o = TinyTraining.options(1, 1e-4);
		final TrainOptions options = o.sourceWeights(Map.of("", 0.0));
		assertEquals("All photos of " + photos + " are in groups of weight 0.", assertThrows(IOException.class,
				() -> train(photos, run("a"), options, TrainListener.NONE, () -> false))
				.getMessage());
	}

	@Test
	void cancelBeforeFirstStepLeavesNoFile() throws IOException, InterruptedException {
		assertFalse(
				train(photos, run("a"), TinyTraining.options(), TrainListener.NONE, () -> true));
		assertFalse(Files.exists(checkpoint(run("a"))));
	}

	@Test
	void checkpointRoundTrips() throws IOException {
		final Path file = folder.resolve("checkpoint.zip");
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> weights = Map.of("model1.0.bias", manager.create(new float[] {1, -2.5f}));
			final Map<String, NDArray> moments = Map.of("mean.model1.0.bias", manager.create(new float[] {3e-30f, 4}));
			new Checkpoint(weights, moments, Map.of("epoch", 1)).save(file);
			Files.setLastModifiedTime(file, FileTime.fromMillis(0));
			new Checkpoint(weights, moments, Map.of("epoch", 2, "seconds", 1.5, "step", 1L << 40)).save(file);
			assertNotEquals(0, Files.getLastModifiedTime(file).toMillis());
			try (var files = Files.list(folder)) {
				assertEquals(List.of(file), files.toList());
			}
			final Checkpoint read = Checkpoint.load(file, manager);
			assertArrayEquals(new float[] {1, -2.5f}, read.weights().get("model1.0.bias").toFloatArray());
			assertArrayEquals(new float[] {3e-30f, 4}, read.optimizer().get("mean.model1.0.bias").toFloatArray());
			assertEquals(Map.of("epoch", 2, "seconds", 1.5, "step", 1L << 40), read.state());
		}
	}

	@Test
	void namesDamagedCheckpoint() throws IOException {
		final Path file = Files.write(folder.resolve("checkpoint.zip"), new byte[100]);
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final String message = assertThrows(IOException.class, () -> Checkpoint.load(file, manager)).getMessage();
			assertTrue(message.startsWith("The checkpoint " + file + " cannot be read: "), message);
		}
	}

	@Test
	void checkpointHasAllParameters() throws IOException, InterruptedException {
		assertTrue(train(photos, run("a"), TinyTraining.options(1, 1e-3), TrainListener.NONE,
				() -> false));
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> weights =
					Checkpoint.load(checkpoint(run("a")), manager).weights();
			new BranchedNetwork(1 / 16.0).parameters().forEach(
					(name, parameter) -> assertEquals(parameter.getShape(), weights.get(name).getShape(), name));
		}
	}
}
