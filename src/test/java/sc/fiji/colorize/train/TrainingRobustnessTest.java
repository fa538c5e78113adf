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

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;
import sc.fiji.colorize.photo.PhotoFiles;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.TrainListener.EpochSummary;

/** Training runs under failures: out of memory, a full disk, broken photos, killed runs; and the choice of models. */
@Slow
class TrainingRobustnessTest {

	private static final class Notes implements TrainListener {

		private final List<Progress> steps = new ArrayList<>();
		private final List<EpochSummary> epochs = new ArrayList<>();
		private final List<String> messages = new ArrayList<>();
		/** Runs after each step. */
		private Runnable afterStep = () -> { };

		@Override
		public void message(final String sentence) {
			messages.add(sentence);
		}

		@Override
		public void stepped(final Progress progress) {
			steps.add(progress);
			afterStep.run();
		}

		@Override
		public void epochDone(final EpochSummary epoch, final Optional<BufferedImage> chart,
				final BufferedImage contactSheet) {
			epochs.add(epoch);
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

	private Path run(final String name) {
		return folder.resolve(name + ".zip");
	}

	private static void train(final Path model, final TrainOptions options, final TrainListener listener)
			throws IOException, InterruptedException {
		assertTrue(new ColorizerTrainer(photos, model, options, listener, () -> false).run(true));
	}

	private static byte[] entry(final Path run, final String name) throws IOException {
		try (ZipFile zip = new ZipFile(RunFolder.of(run).checkpoint().toFile())) {
			return zip.getInputStream(zip.getEntry(name)).readAllBytes();
		}
	}

	private static List<String> partFiles(final Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString())
					.filter(name -> name.endsWith(".part")).toList();
		}
	}

	@Test
	void continuesWithSmallerPartsWhenMemoryIsShort() throws IOException, InterruptedException {
		final List<Integer> parts = new ArrayList<>();
		final IntConsumer roomForTwo = photosAtOnce -> {
			parts.add(photosAtOnce);
			if (photosAtOnce > 2) {
				throw new EngineException("CUDA out of memory.");
			}
		};
		final Notes notes = new Notes();
		assertTrue(new ColorizerTrainer(photos, run("a"), TinyTraining.options(2, 1e-3), notes, () -> false, roomForTwo)
				.run(false));
		assertEquals(List.of(4, 2, 2, 2, 2, 2, 2, 2, 2), parts);
		assertTrue(notes.messages.stream().anyMatch(message -> message.startsWith("The memory is not enough for 4 photos")
				&& message.contains("continuing with 2")), notes.messages.toString());
	}

	/** Simulates a full disk by a folder in place of the file. */
	@ParameterizedTest
	@ValueSource(strings = {"a-training/checkpoint.zip", "a-training/latest.zip", "a-training/log.csv"})
	void fullDiskKeepsSavedFiles(final String failing) throws IOException, InterruptedException {
		final Path model = run("a");
		final Path checkpoint = RunFolder.of(model).checkpoint();
		final TrainOptions options = TinyTraining.options(2, 3e-3);
		final Path obstacle = folder.resolve(failing);
		final Path aside = folder.resolve("aside");
		final Notes notes = new Notes();
		final Map<Path, byte[]> saved = new HashMap<>();
		notes.afterStep = () -> {
			// In the second epoch, when the first is saved.
			if (notes.steps.size() == TinyTraining.STEPS_PER_EPOCH + 1) {
				saved.put(model, read(model));
				saved.put(checkpoint, read(checkpoint));
				assertTrue(obstacle.toFile().renameTo(aside.toFile()));
				assertTrue(obstacle.resolve("in-the-way").toFile().mkdirs());
			}
		};
		final Failure failure = assertThrows(DescribedException.class, () -> train(model, options, notes)).failure();
		assertEquals("The file " + obstacle, failure.subject());
		assertTrue(failure.problem().startsWith("could not be written ("), failure.problem());
		assertTrue(failure.remedy().contains("disk space"), failure.remedy());
		assertEquals(List.of(), partFiles(folder));
		ModelFile.open(model.toString(), Device.cpu()).close();

		Files.delete(obstacle.resolve("in-the-way"));
		Files.delete(obstacle);
		Files.move(aside, obstacle);
		assertArrayEquals(saved.get(checkpoint), read(checkpoint));
		train(model, options, TrainListener.NONE);
		train(run("undisturbed"), options, TrainListener.NONE);
		for (final String part : new String[] {"weights.safetensors", "optimizer.safetensors"}) {
			assertArrayEquals(entry(run("undisturbed"), part), entry(model, part), part);
		}
		assertArrayEquals(weights(run("undisturbed")), weights(model));
	}

	private static byte[] read(final Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (final IOException e) {
			throw new AssertionError(e);
		}
	}

	private static float[] weights(final Path model) throws IOException {
		try (OpenModel open = ModelFile.open(model.toString(), Device.cpu())) {
			return open.network().stateDict().get("model8.6.weight").getArray().toFloatArray();
		}
	}

	@Test
	void deletesTemporaryFilesOfKilledRun() throws IOException, InterruptedException {
		final RunFolder files = RunFolder.of(run("a"));
		files.create();
		for (final Path file : List.of(files.checkpoint(), files.latestModel(), run("a"))) {
			AtomicFile.prepare(file, temporary -> Files.writeString(temporary, "half"));
		}
		assertEquals(3, partFiles(folder).size());
		train(run("a"), TinyTraining.options(1, 1e-3), TrainListener.NONE);
		assertEquals(List.of(), partFiles(folder));
	}

	@Test
	void failedWriteKeepsOldFile() throws IOException {
		final Path file = folder.resolve("checkpoint.zip");
		RunFolder.replace(file, out -> out.write(1));
		final String message = assertThrows(IOException.class, () -> RunFolder.replace(file, out -> {
			out.write(new byte[1000]);
			throw new IOException("No space left on device");
		})).getMessage();
		assertTrue(message.startsWith("The file " + file + " could not be written (No space left on device): "), message);
		assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
		assertEquals(List.of(), partFiles(folder));
	}

	@Test
	void skipsAndListsBrokenFiles() throws IOException, InterruptedException {
		final Path mixed = Files.createDirectories(folder.resolve("photos"));
		final byte[] jpeg = PhotoFiles.encode(PhotoFiles.colorful(120, 100, 99), "jpeg");
		for (int i = 0; i < 60; i++) {
			final byte[] good = PhotoFiles.encode(PhotoFiles.colorful(40 + i, 48, i), "jpeg");
			Files.write(mixed.resolve(i + ".jpg"), switch (i) {
				case 7 -> Arrays.copyOf(jpeg, jpeg.length / 2);
				case 23 -> new byte[0];
				case 42 -> "<html>404, \"not found\"</html>".getBytes(StandardCharsets.UTF_8);
				default -> good;
			});
		}
		final Notes notes = new Notes();
		final TrainOptions options = TinyTraining.options(1, 1e-3);
		assertTrue(new ColorizerTrainer(mixed, run("a"), options, notes, () -> false).run(false));
		assertEquals("56 photos for training, 1 for validation, 3 skipped.", notes.messages.get(0));
		assertEquals(14, notes.steps.size());
		assertEquals(List.of("photo,reason", "23.jpg,the file is empty",
				"42.jpg,the content is not an image of a kind that can be read",
				"7.jpg,the image is cut off before its end"),
				Files.readAllLines(folder.resolve("a-training/skipped.csv")));
		ModelFile.open(run("a").toString(), Device.cpu()).close();
	}

	@Test
	void startsFromWeightsOfModel() throws IOException, InterruptedException {
		final Notes source = new Notes();
		train(run("source"), TinyTraining.options(15, 5e-3), source);
		final double reached = source.epochs.get(14).validationLoss();
		// The latest model, because the best may be that of another epoch.
		final String from = RunFolder.of(run("source")).latestModel().toString();
		final Notes tuned = new Notes();
		train(run("tuned"), TinyTraining.options(1, 1e-9).width(0).from(from), tuned);
		assertTrue(Math.abs(reached - tuned.epochs.get(0).validationLoss()) < 0.15,
				reached + " then " + tuned.epochs.get(0).validationLoss());
	}

	@Test
	void startingModelKeepsItsLossAndLearns() throws IOException, InterruptedException {
		final Path twoKinds = TinyTraining.twoKinds(folder.resolve("photos"));
		final Notes source = new Notes();
		new ColorizerTrainer(twoKinds, run("source"), TinyTraining.options(20, 5e-3), source, () -> false).run(false);
		final Notes tuned = new Notes();
		new ColorizerTrainer(twoKinds, run("tuned"), TinyTraining.options(20, 5e-3).width(0)
				.from(RunFolder.of(run("source")).latestModel().toString()), tuned, () -> false).run(false);
		final double before = meanLoss(source, 0, 4);
		final double reached = meanLoss(source, 32, 40);
		final double first = meanLoss(tuned, 0, 4);
		final double last = meanLoss(tuned, 32, 40);
		final String losses = before + " to " + reached + ", then " + first + " to " + last;
		assertTrue(reached < 0.85 * before, losses);
		assertEquals(reached, first, 0.25 * (before - reached), losses);
		assertTrue(last < first, losses);
	}

	private static double meanLoss(final Notes notes, final int from, final int to) {
		return notes.steps.subList(from, to).stream().mapToDouble(TrainListener.Progress::loss).average().orElseThrow();
	}

	@Test
	void widensButRejectsNarrowerWidth() throws IOException, InterruptedException {
		final Notes source = new Notes();
		train(run("source"), TinyTraining.options(15, 5e-3), source);
		final double reached = source.epochs.get(14).validationLoss();
		final String from = RunFolder.of(run("source")).latestModel().toString();
		final Notes widened = new Notes();
		train(run("widened"), TinyTraining.options(1, 1e-9).width(1 / 8.0).from(from), widened);
		assertEquals(reached, widened.epochs.get(0).validationLoss(), 0.25);
		try (OpenModel wide = ModelFile.open(run("widened").toString(), Device.cpu())) {
			assertEquals(1 / 8.0, wide.network().width());
		}
		final String message = assertThrows(IllegalArgumentException.class,
				() -> train(run("narrowed"), TinyTraining.options(1, 1e-9).width(1 / 32.0).from(from), widened))
						.getMessage();
		assertTrue(message.contains("not narrower"), message);
	}

	@Test
	void reportsMissingStartingModel() throws IOException {
		final String missing = folder.resolve("missing.zip").toString();
		final String message = assertThrows(IOException.class,
				() -> train(run("a"), TinyTraining.options().from(missing), TrainListener.NONE)).getMessage();
		assertTrue(message.contains("missing.zip"), message);
		assertFalse(message.contains("\n"), message);
	}

	@Test
	void savesModelOfBestEpoch() throws IOException, InterruptedException {
		final Notes notes = new Notes();
		train(run("a"), TinyTraining.options(4, 3e-3), notes);
		final double best = notes.epochs.stream().mapToDouble(EpochSummary::aucRebalanced).max().orElseThrow();
		assertEquals(best, validation(run("a")));
		assertEquals(notes.epochs.get(3).aucRebalanced(), validation(RunFolder.of(run("a")).latestModel()));
		assertEquals(best, bestSoFar(run("a"), best));
	}

	@Test
	void worseEpochKeepsBestModel() throws IOException, InterruptedException {
		final TrainOptions options = TinyTraining.options(4, 3e-3);
		final Notes first = stoppedAfterTwoEpochs(options);
		final byte[] model = read(run("a"));
		// No later epoch is as good as a perfect one.
		final double reached = first.epochs.stream().mapToDouble(EpochSummary::aucRebalanced).max().orElseThrow();
		assertEquals(reached, bestSoFar(run("a"), 100));
		final Notes second = new Notes();
		train(run("a"), options, second);
		assertEquals(2, second.epochs.size());
		assertTrue(second.epochs.stream().allMatch(epoch -> epoch.aucRebalanced() < 100), second.epochs.toString());
		assertArrayEquals(model, read(run("a")));
		assertEquals(second.epochs.get(1).aucRebalanced(), validation(RunFolder.of(run("a")).latestModel()));
		assertEquals(100, bestSoFar(run("a"), 100));
	}

	@Test
	void betterEpochReplacesBestModel() throws IOException, InterruptedException {
		final TrainOptions options = TinyTraining.options(3, 3e-3);
		stoppedAfterTwoEpochs(options);
		final byte[] model = read(run("a"));
		// Any later epoch is better than the worst one.
		bestSoFar(run("a"), 0);
		final Notes second = new Notes();
		train(run("a"), options, second);
		assertFalse(Arrays.equals(model, read(run("a"))));
		assertEquals(second.epochs.get(0).aucRebalanced(), validation(run("a")));
	}

	private Notes stoppedAfterTwoEpochs(final TrainOptions options) throws IOException, InterruptedException {
		final Notes notes = new Notes();
		assertFalse(new ColorizerTrainer(photos, run("a"), options, notes, () -> notes.epochs.size() == 2).run(false));
		return notes;
	}

	/** Replaces the best score in the checkpoint of a run and returns the old one. */
	private static double bestSoFar(final Path run, final double other) throws IOException {
		final Path file = RunFolder.of(run).checkpoint();
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Checkpoint checkpoint = Checkpoint.load(file, manager);
			final double best = ((Number) checkpoint.state().put("best", other)).doubleValue();
			checkpoint.save(file);
			return best;
		}
	}

	private static double validation(final Path model) throws IOException {
		try (OpenModel open = ModelFile.open(model.toString(), Device.cpu())) {
			final Map<?, ?> validation = (Map<?, ?>) open.card().metrics().get("validation");
			return ((Number) validation.get("auc_rebalanced_percent")).doubleValue();
		}
	}
}
