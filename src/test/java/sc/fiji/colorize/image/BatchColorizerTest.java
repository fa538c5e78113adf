/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.image.BatchColorizer.Job;
import sc.fiji.colorize.image.BatchColorizer.Outcome;

class BatchColorizerTest {

	private static Colorizer colorizer;
	private static ColorizeOptions options;

	@TempDir
	private Path folder;
	private Path in;
	private Path out;

	@BeforeAll
	static void open() throws IOException {
		options = TinyModel.options().size(32);
		colorizer = Colorizer.open(options);
	}

	@AfterAll
	static void close() {
		colorizer.close();
	}

	@BeforeEach
	void makeFolders() throws IOException {
		in = Files.createDirectory(folder.resolve("in"));
		out = folder.resolve("out");
	}

	private Path photo(final String name) throws IOException {
		final Path file = in.resolve(name);
		Files.createDirectories(file.getParent());
		ImageFiles.write(new ImagePlus("x", new ByteProcessor(20, 15, TinyModel.picture(20, 15, name.length()))), file);
		return file;
	}

	private static List<String> names(final List<Job> jobs) {
		return jobs.stream().map(job -> job.input().getFileName() + ">" + job.output().getFileName()).toList();
	}

	// -- Plan --

	@Test
	void oneFileGoesToAFileOrIntoAFolder() throws IOException {
		final Path photo = photo("a.png");
		assertEquals(List.of(new Job(photo, folder.resolve("b.tif"), true)),
				BatchColorizer.plan(List.of(photo), folder.resolve("b.tif")));
		assertEquals(List.of(new Job(photo, out.resolve("a-colorized"), false)),
				BatchColorizer.plan(List.of(photo), out));
		final Path dotted = Files.createDirectory(folder.resolve("results.png"));
		assertEquals(List.of(new Job(photo, dotted.resolve("a-colorized"), false)),
				BatchColorizer.plan(List.of(photo), dotted));
	}

	@Test
	void severalFilesNeedAFolder() throws IOException {
		final List<Path> photos = List.of(photo("a.png"), photo("b.png"));
		assertEquals(2, BatchColorizer.plan(photos, out).size());
		final Path file = Files.createFile(folder.resolve("there"));
		assertRefused(photos, folder.resolve("b.png"),
				"For several inputs the output must be a folder but is the file ");
		assertRefused(photos, file, "For several inputs the output must be a folder but is the file ");
		assertRefused(List.of(in), folder.resolve("b.png"), "For several inputs the output must be a folder");
		assertRefused(List.of(in.resolve("a.png")), file, "must be a folder or end in .png, .jpg or .tif");
		assertRefused(List.of(in.resolve("a.png")), folder.resolve("b.gif"), "must end in .png, .jpg or .tif");
	}

	@Test
	void theInputIsNeverTheOutput() throws IOException {
		final Path photo = photo("a.png");
		assertRefused(List.of(photo), photo, "is the input: give it another name.");
		assertRefused(List.of(photo), in.resolve("../in/a.png"), "is the input: give it another name.");
	}

	@Test
	void foldersKeepTheirTree() throws IOException {
		photo("b.png");
		photo("sub/a.jpg");
		photo("sub/deep/c.tif");
		photo(".hidden.png");
		photo(".thumbnails/d.png");
		Files.writeString(in.resolve("notes.txt"), "no image");
		final List<Job> jobs = BatchColorizer.plan(List.of(in), out);
		assertEquals(List.of(out.resolve("b-colorized"), out.resolve("sub/a-colorized"),
				out.resolve("sub/deep/c-colorized")), jobs.stream().map(Job::output).toList());
	}

	@Test
	void resultsOfAnEarlierRunAreNoInputs() throws IOException {
		photo("a.png");
		photo("results/a-colorized.png");
		assertEquals(List.of("a.png>a-colorized"), names(BatchColorizer.plan(List.of(in), in.resolve("results"))));
		photo("a-colorized.png");
		photo("a-uncertainty.tif");
		photo("b-colorized.png");
		Files.delete(in.resolve("results/a-colorized.png"));
		assertEquals(List.of("a.png>a-colorized", "b-colorized.png>b-colorized-colorized"),
				names(BatchColorizer.plan(List.of(in), in)));
		assertEquals(1, BatchColorizer.plan(List.of(in.resolve("a-colorized.png")), in).size(), "unless it is named");
	}

	@Test
	void aLinkThatGoesRoundIsFollowedOnce() throws IOException {
		photo("sub/a.png");
		Files.createSymbolicLink(in.resolve("sub/loop"), in);
		assertEquals(List.of("a.png>a-colorized"), names(BatchColorizer.plan(List.of(in), out)));
	}

	@Test
	void shardsShareTheWork() throws IOException {
		final List<Path> photos = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			photos.add(in.resolve("p" + i + ".png"));
		}
		photos.add(in.resolve("p1.jpg"));
		final List<Job> jobs = BatchColorizer.plan(photos, out);
		assertEquals(List.of("p0.png>p0-colorized", "p3.png>p3-colorized", "p6.png>p6-colorized"),
				names(BatchColorizer.shard(jobs, 1, 3)));
		assertEquals(List.of("p1.png>p1-colorized", "p4.png>p4-colorized", "p1.jpg>p1-colorized"),
				names(BatchColorizer.shard(jobs, 2, 3)), "rivals for one name stay together");
		assertEquals(jobs, BatchColorizer.shard(jobs, 1, 1));
		assertEquals(List.of(), BatchColorizer.shard(jobs, 20, 20));
		for (final int index : new int[] {0, 4, -1}) {
			assertThrows(IllegalArgumentException.class, () -> BatchColorizer.shard(jobs, index, 3));
		}
	}

	private static void assertRefused(final List<Path> inputs, final Path output, final String part) {
		final IllegalArgumentException e =
				assertThrows(IllegalArgumentException.class, () -> BatchColorizer.plan(inputs, output));
		assertTrue(e.getMessage().contains(part), e.getMessage());
	}

	// -- Run --

	private final List<String> messages = new ArrayList<>();

	private Map<Outcome, Integer> run(final List<Path> inputs, final boolean overwrite, final boolean uncertainty)
			throws IOException {
		messages.clear();
		return new BatchColorizer(colorizer, options, overwrite, uncertainty).run(BatchColorizer.plan(inputs, out),
				(job, outcome, message, done, total) -> messages.add(message), () -> false);
	}

	@Test
	void badFilesInBetweenDoNotStopTheOthers() throws IOException {
		final Path text = Files.writeString(in.resolve("b.png"), "text");
		final Path empty = Files.createFile(in.resolve("c.png"));
		final List<Path> inputs = List.of(photo("a.png"), text, empty, in.resolve("none.png"), photo("a.jpg"),
				photo("d.png"));
		assertEquals(Map.of(Outcome.DONE, 2, Outcome.FAILED, 4), run(inputs, false, false));
		assertEquals(List.of(out.resolve("a-colorized.png").toString(),
				text + ": the content is not a JPEG, PNG, GIF, BMP or TIFF image.", empty + ": the file is empty.",
				in.resolve("none.png") + ": there is no such file.",
				in.resolve("a.jpg") + ": its result would have the same name as that of " + in.resolve("a.png") + ".",
				out.resolve("d-colorized.png").toString()), messages);
		try (var files = Files.list(out)) {
			assertEquals(2, files.count());
		}
	}

	@Test
	void whatIsThereIsSkippedOrMadeAnew() throws IOException {
		final Path photo = photo("a.png");
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(photo), false, false));
		final Path result = out.resolve("a-colorized.png");
		final FileTime old = FileTime.fromMillis(1000);
		Files.setLastModifiedTime(result, old);
		assertEquals(Map.of(Outcome.SKIPPED, 1), run(List.of(photo), false, false));
		assertEquals(List.of(result + " is already there"), messages);
		assertEquals(old, Files.getLastModifiedTime(result));
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(photo), true, false));
		assertTrue(Files.getLastModifiedTime(result).compareTo(old) > 0);
	}

	@Test
	void deepImagesBecomeTiff() throws IOException {
		final ImagePlus image = new ImagePlus("x", new ByteProcessor(20, 15, TinyModel.picture(20, 15, 1))
				.convertToShortProcessor());
		ImageFiles.write(image, in.resolve("deep.tif"));
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(in.resolve("deep.tif")), false, false));
		assertEquals(16, ImageFiles.read(out.resolve("deep-colorized.tif")).getBitDepth());
		assertEquals(Map.of(Outcome.SKIPPED, 1), run(List.of(in.resolve("deep.tif")), false, false));
	}

	@Test
	void theUncertaintyIsWrittenBesideTheResult() throws IOException {
		final Path photo = photo("a.png");
		run(List.of(photo), false, false);
		final FileTime old = FileTime.fromMillis(1000);
		Files.setLastModifiedTime(out.resolve("a-colorized.png"), old);
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(photo), false, true), "only the uncertainty was missing");
		assertEquals(old, Files.getLastModifiedTime(out.resolve("a-colorized.png")));
		assertEquals(32, ImageFiles.read(out.resolve("a-uncertainty.tif")).getBitDepth());
		assertEquals(Map.of(Outcome.SKIPPED, 1), run(List.of(photo), false, true));
		final Job fixed = new Job(photo, out.resolve("old-colorized.tif"), true);
		assertEquals(out.resolve("old-uncertainty.tif"), fixed.uncertainty());
		assertEquals(out.resolve("b-uncertainty.tif"), new Job(photo, out.resolve("b.png"), true).uncertainty());
	}

	@Test
	void anOutputFolderThatCannotBeMadeFailsEachFileInASentence() throws IOException {
		out = Files.createFile(folder.resolve("file")).resolve("sub");
		assertEquals(Map.of(Outcome.FAILED, 2), run(List.of(photo("a.png"), photo("b.png")), false, false));
		assertEquals(in.resolve("a.png") + ": the result " + out.resolve("a-colorized")
				+ " cannot be written (a file stands where a folder is needed).", messages.get(0));
	}

	@Test
	void cancellingStopsBetweenFiles() throws IOException {
		final List<Job> jobs = BatchColorizer.plan(List.of(photo("a.png"), photo("b.png"), photo("c.png")), out);
		final Map<Outcome, Integer> counts = new BatchColorizer(colorizer, options, false).run(jobs,
				(job, outcome, message, done, total) -> messages.add(done + "/" + total), () -> messages.size() == 2);
		assertEquals(Map.of(Outcome.DONE, 2), counts);
		assertEquals(List.of("1/3", "2/3"), messages);
		assertFalse(Files.exists(out.resolve("c-colorized.png")));
	}
}
