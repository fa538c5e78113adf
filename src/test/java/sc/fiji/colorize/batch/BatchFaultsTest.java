/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ColorProcessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.imagej.ImageFile;
import sc.fiji.colorize.imagej.ImageFiles;

/** What goes wrong around a batch: folders that vanish, files that change, two at once, cancelling. */
@Slow
class BatchFaultsTest extends BatchFixture {

	private static final int WIDTH = 40;
	private static final int HEIGHT = 30;
	private static final int WRITES = 60;
	/** More than twice as many as are in work at once, which the number of processors decides. */
	private static final int PHOTOS = 20 + 8 * (Runtime.getRuntime().availableProcessors() + 1);
	private static final int MOMENTS = 25;

	@BeforeEach
	void makePhotos() throws IOException {
		for (int i = 0; i < 6; i++) {
			ImageFiles.write(gray(i), in.resolve("p" + i + (i == 3 ? ".tif" : ".png")));
		}
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 4; i++) {
			stack.addSlice(gray(10 + i).getProcessor());
		}
		ImageFiles.write(new ImagePlus("stack", stack), in.resolve("p6.tif"));
	}

	private void makeMore() throws IOException {
		for (int i = 7; i < PHOTOS; i++) {
			ImageFiles.write(gray(i), in.resolve("q" + i + ".png"));
		}
	}

	private static ImagePlus gray(final long seed) {
		return gray(WIDTH, HEIGHT, seed);
	}

	private BatchReport run(final BatchListener listener, final BooleanSupplier canceled) throws IOException {
		return run(List.of(in), BatchOptions.defaults(), listener, canceled);
	}

	private BatchReport run() throws IOException {
		return run((result, progress) -> { }, () -> false);
	}

	private static Map<String, byte[]> files(final Path folder) throws IOException {
		final Map<String, byte[]> files = new TreeMap<>();
		try (Stream<Path> paths = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
			for (final Path file : paths.toList()) {
				files.put(file.getFileName().toString(), Files.readAllBytes(file));
			}
		}
		return files;
	}

	/** Takes a folder away at one stroke, whatever is being written into it. */
	private void remove(final Path removed) throws IOException {
		Files.move(removed, Files.createTempDirectory(folder, "removed").resolve(removed.getFileName()));
	}

	/** An action that may fail as those on files do. */
	private interface Action {

		void run() throws IOException;
	}

	/** Does something after so many files. */
	private static BatchListener after(final int count, final Action action) {
		return (result, progress) -> {
			if (progress.done() == count) {
				try {
					action.run();
				}
				catch (final IOException e) {
					throw new AssertionError(e);
				}
			}
		};
	}

	// -- Folders and files --

	/** Files that are in work at that moment may fail. */
	@Test
	void removedOutputFolderIsCreatedAgain() throws IOException {
		makeMore();
		final BatchReport report = run(after(2, () -> remove(out)), () -> false);
		final int done = report.count(Outcome.DONE);
		assertTrue(done > PHOTOS / 2, report.summary());
		report.results().stream().filter(result -> result.outcome() != Outcome.DONE).forEach(result -> assertEquals(
				result.job().input() + ": the result " + named(result)
						+ " cannot be written (there is no such folder).", result.message()));
		assertEquals(done - 2, files(out).size());
		assertEquals(PHOTOS - done + 2 + " colorized, " + (done - 2) + " skipped, 0 failed.",
				run().summary(), "the next run makes what is missing");
	}

	private static Path named(final JobResult result) {
		return result.job().output().resolveSibling(result.job().output().getFileName()
				+ (result.job().input().toString().endsWith("p6.tif") ? ".tif" : ".png"));
	}

	/** Puts a file in the folder's place, however often the folder is made again. */
	private void putFile() throws IOException {
		while (!Files.isRegularFile(out)) {
			remove(out);
			try {
				Files.createFile(out);
			}
			catch (final FileAlreadyExistsException e) {
				// The folder was quicker.
			}
		}
	}

	@Test
	void outputFolderReplacedByAFileIsReported() throws IOException {
		makeMore();
		final BatchReport report = run(after(2, this::putFile), () -> false);
		assertEquals(Map.of(Outcome.DONE, 2, Outcome.FAILED, PHOTOS - 2), report.counts());
		for (final JobResult result : report.results().subList(2, PHOTOS)) {
			assertTrue(result.message().startsWith(result.job().input() + ": the result " + result.job().output()),
					result.message());
			assertTrue(result.message().endsWith(" cannot be written (a file stands where a folder is needed)."),
					result.message());
		}
	}

	@Test
	void removedInputFolderIsReportedForEachFile() throws IOException {
		makeMore();
		final BatchReport report = run(after(3, () -> remove(in)), () -> false);
		final int done = report.count(Outcome.DONE);
		assertTrue(done >= 3 && done < PHOTOS, report.summary());
		assertEquals(PHOTOS - done, report.count(Outcome.FAILED));
		final JobResult last = report.results().get(PHOTOS - 1);
		assertEquals(last.job().input() + ": there is no such file.", last.message());
		assertEquals(done, files(out).size());
	}

	/** Elsewhere than on Linux, Java only looks at a folder now and then. */
	@Test
	@EnabledOnOs(OS.LINUX)
	void resultsNeedOneTemporaryFileAndOneRename() throws IOException, InterruptedException {
		Files.createDirectories(out);
		final List<String> appeared = new ArrayList<>();
		final List<String> vanished = new ArrayList<>();
		try (WatchService watch = out.getFileSystem().newWatchService()) {
			out.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
			assertEquals(7, run().count(Outcome.DONE));
			Files.createFile(out.resolve("last"));
			while (!appeared.contains("last")) {
				final WatchKey key = watch.take();
				for (final WatchEvent<?> event : key.pollEvents()) {
					(event.kind() == StandardWatchEventKinds.ENTRY_CREATE ? appeared : vanished)
							.add(event.context().toString());
				}
				key.reset();
			}
		}
		final Set<String> left = files(out).keySet();
		assertEquals(8, left.size());
		final List<String> temporary = appeared.stream().filter(name -> !left.contains(name)).sorted().toList();
		assertEquals(7, temporary.size(), temporary.toString());
		assertTrue(temporary.stream().allMatch(name -> name.matches("\\.p.+\\.part")), temporary.toString());
		assertEquals(temporary, vanished.stream().sorted().toList(), "renamed once");
		assertEquals(15, appeared.size(), appeared.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = {"p0.png", "p3.tif"})
	void fileThatChangesWhileReadingIsRefused(final String name) throws IOException {
		final Path file = in.resolve(name);
		final byte[] whole = Files.readAllBytes(file);
		final Map<String, Action> changes = Map.of(
				"grown", () -> Files.write(file, Arrays.copyOf(whole, whole.length + 1)),
				"cut", () -> Files.write(file, Arrays.copyOf(whole, whole.length / 2)),
				"replaced", () -> Files.move(Files.write(in.resolve("new"), whole), file,
						StandardCopyOption.REPLACE_EXISTING));
		for (final Map.Entry<String, Action> change : changes.entrySet()) {
			for (final boolean before : new boolean[] {true, false}) {
				Files.write(file, whole);
				try (ImageFile open = ImageFile.open(file)) {
					final IOException e = assertThrows(IOException.class, () -> open.whileUnchanged(() -> {
						if (before) {
							change.getValue().run();
						}
						final List<ImagePlus> images = open.read();
						if (!before) {
							change.getValue().run();
						}
						return images;
					}), change.getKey());
					assertEquals("the file changed while it was read: try again when it is complete", e.getMessage());
				}
			}
		}
		Files.write(file, whole);
		try (ImageFile open = ImageFile.open(file)) {
			assertEquals("there is no such file", assertThrows(IOException.class, () -> open.whileUnchanged(() -> {
				Files.delete(file);
				throw new IOException("whatever");
			})).getMessage());
		}
		Files.write(file, whole);
		assertEquals(WIDTH, ImageFiles.read(file).getWidth());
	}

	// -- Two at once --

	@ParameterizedTest
	@ValueSource(strings = {"a.png", "a.tif", "a.jpg"})
	void concurrentWritesLeaveAWholeFile(final String name) throws InterruptedException, ExecutionException {
		final Path file = folder.resolve(name);
		final ExecutorService threads = Executors.newFixedThreadPool(3);
		final List<Future<?>> writers = new ArrayList<>();
		for (int i = 1; i <= 3; i++) {
			final int size = 40 * i;
			final int[] pixels = new Random(i).ints(size * size).toArray();
			writers.add(threads.submit(() -> {
				for (int n = 0; n < WRITES; n++) {
					ImageFiles.write(new ImagePlus("x", new ColorProcessor(size, size, pixels)), file);
				}
				return null;
			}));
		}
		threads.shutdown();
		int read = 0;
		boolean writing = true;
		while (writing || read == 0) {
			writing = !writers.stream().allMatch(Future::isDone);
			try {
				assertEquals(0, ImageFiles.read(file).getWidth() % 40);
				read++;
			}
			catch (final IOException e) {
				assertTrue(e.getMessage().matches("the file changed while it was read.*|there is no such file"),
						e.getMessage());
			}
		}
		for (final Future<?> writer : writers) {
			writer.get();
		}
		assertEquals(List.of(name), Stream.of(folder.toFile().list()).filter(left -> left.contains(name)).toList());
	}

	// -- Cancelling --

	@Test
	void cancelingLeavesOnlyWholeResults() throws IOException {
		final AtomicInteger asked = new AtomicInteger();
		run((result, progress) -> { }, () -> asked.incrementAndGet() < 0);
		final Map<String, byte[]> expected = files(out);
		remove(out);
		assertEquals(7, expected.size());
		for (int moment = 0; moment <= asked.get(); moment += 1 + asked.get() / MOMENTS) {
			final int limit = moment;
			final AtomicInteger count = new AtomicInteger();
			final BatchReport report = run((result, progress) -> { }, () -> count.incrementAndGet() > limit);
			final Map<String, byte[]> left = files(out);
			assertEquals(report.count(Outcome.DONE), left.size(), "canceled at " + moment);
			left.forEach((name, content) -> assertArrayEquals(expected.get(name), content, name));
			run();
			final Map<String, byte[]> complete = files(out);
			assertEquals(expected.keySet(), complete.keySet());
			complete.forEach((name, content) -> assertArrayEquals(expected.get(name), content, name));
			remove(out);
		}
	}
}
