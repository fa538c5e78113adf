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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.ResultsTable;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;

class BatchRunnerTest extends BatchFixture {

	private final List<String> messages = new ArrayList<>();

	private Map<Outcome, Integer> run(final List<Path> inputs, final boolean overwrite, final boolean uncertainty)
			throws IOException {
		messages.clear();
		return run(inputs, BatchOptions.defaults().overwrite(overwrite).uncertainty(uncertainty),
				(result, progress) -> messages.add(result.message()), () -> false).counts();
	}

	@Test
	void damagedFilesDoNotStopTheOthers() throws IOException {
		final Path text = Files.writeString(in.resolve("b.png"), "text");
		final Path empty = Files.createFile(in.resolve("c.png"));
		final List<Path> inputs = List.of(photo("a.png"), text, empty, in.resolve("none.png"), photo("a.jpg"),
				photo("d.png"));
		assertEquals(Map.of(Outcome.DONE, 2, Outcome.FAILED, 4), run(inputs, false, false));
		assertEquals(List.of(out.resolve("a-colorized.png").toString(),
				text + ": the content is not an image of a kind that can be read.", empty + ": the file is empty.",
				in.resolve("none.png") + ": there is no such file.",
				in.resolve("a.jpg") + ": its result would have the same name as that of " + in.resolve("a.png") + ".",
				out.resolve("d-colorized.png").toString()), messages);
		try (var files = Files.list(out)) {
			assertEquals(2, files.count());
		}
	}

	@Test
	void existingResultsAreSkippedOrOverwritten() throws IOException {
		final Path photo = photo("a.png");
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(photo), false, false));
		final Path result = out.resolve("a-colorized.png");
		final FileTime old = FileTime.fromMillis(1000);
		Files.setLastModifiedTime(result, old);
		assertEquals(Map.of(Outcome.SKIPPED, 1), run(List.of(photo), false, false));
		assertEquals(List.of(result + " already exists"), messages);
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
	void uncertaintyIsWrittenNextToTheResult() throws IOException {
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
	void outputFolderThatCannotBeCreatedFailsEachFile() throws IOException {
		out = Files.createFile(folder.resolve("file")).resolve("sub");
		assertEquals(Map.of(Outcome.FAILED, 2), run(List.of(photo("a.png"), photo("b.png")), false, false));
		assertEquals(in.resolve("a.png") + ": the result " + out.resolve("a-colorized")
				+ " cannot be written (a file stands where a folder is needed).", messages.get(0));
	}

	@Test
	void cancelingStopsBetweenFiles() throws IOException {
		final BatchReport report = run(List.of(photo("a.png"), photo("b.png"), photo("c.png")), BatchOptions.defaults(),
				(result, progress) -> messages.add(progress.done() + "/" + progress.total()),
				() -> messages.size() == 2);
		assertEquals(Map.of(Outcome.DONE, 2), report.counts());
		assertEquals("2 colorized, 0 skipped, 0 failed, 1 not reached.", report.summary());
		assertEquals(List.of("1/3", "2/3"), messages);
		try (var files = Files.list(out)) {
			assertEquals(List.of(out.resolve("a-colorized.png"), out.resolve("b-colorized.png")), files.sorted().toList(),
					"what was made ahead is gone, under whatever name");
		}
	}

	/** Without the alpha of ImageJ's pixels, which means nothing. */
	private static int[] colors(final ImagePlus image) {
		return Arrays.stream((int[]) image.getProcessor().getPixels()).map(pixel -> pixel & 0xffffff).toArray();
	}

	@Test
	void filesAreReportedInOrder() throws IOException {
		final List<Path> inputs = new ArrayList<>();
		final List<String> expected = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			final Path file = in.resolve(i + ".png");
			final int side = i % 4 == 0 ? 700 : 10 + i;
			ImageFiles.write(new ImagePlus("x", new ByteProcessor(side, side, TinyModel.picture(side, side, i))), file);
			inputs.add(file);
			expected.add(out.resolve(i + "-colorized.png").toString());
		}
		assertEquals(Map.of(Outcome.DONE, 12), run(inputs, false, false));
		assertEquals(expected, messages);
		for (int i = 0; i < 12; i++) {
			final ImagePlus alone = new ImageColorizer(colorizer, options).colorize(ImageFiles.read(inputs.get(i)),
					fraction -> { }, () -> false);
			assertArrayEquals(colors(alone), colors(ImageFiles.read(Path.of(expected.get(i)))), expected.get(i));
		}
	}

	@Test
	void stackProgressIsReportedPerSliceWithTheTimeLeft() throws IOException {
		final ImageStack stack = new ImageStack(20, 15);
		for (int z = 0; z < 4; z++) {
			stack.addSlice(new ByteProcessor(20, 15, TinyModel.picture(20, 15, z)));
		}
		ImageFiles.write(new ImagePlus("x", stack), in.resolve("b.tif"));
		photo("a.png");
		run(List.of(in.resolve("a.png")), BatchOptions.defaults());
		final List<BatchProgress> all = new ArrayList<>();
		final BatchListener listener = new BatchListener() {

			@Override
			public void fileDone(final JobResult result, final BatchProgress progress) {
				all.add(progress);
			}

			@Override
			public void working(final Job job, final BatchProgress progress) {
				all.add(progress);
			}
		};
		run(List.of(in), BatchOptions.defaults(), listener, () -> false);
		assertEquals(List.of("0 0.0", "1 0.0", "1 0.0", "1 0.25", "1 0.5", "1 0.75", "1 1.0", "2 0.0"),
				all.stream().map(p -> p.done() + " " + p.fraction()).toList());
		assertEquals("time left unknown", all.get(2).timeLeft(), "what was skipped tells nothing");
		assertTrue(all.get(3).secondsLeft() > 0);
		assertEquals(0, all.get(7).secondsLeft());
		assertEquals("1:05 min left", new BatchProgress(1, 2, 0, 65.2).timeLeft());
		assertEquals("14:21 h left", new BatchProgress(1, 2, 0, 51_701).timeLeft());
		assertEquals("59 s left", new BatchProgress(1, 2, 0, 59.4).timeLeft());
	}

	@Test
	void tableHasARowPerFile() throws IOException {
		photo("a, \"b\".png");
		photo("c.png");
		final Path text = Files.writeString(in.resolve("d.png"), "text");
		run(List.of(in.resolve("c.png")), BatchOptions.defaults());
		final BatchReport report = run(List.of(in), BatchOptions.defaults());
		assertEquals("1 colorized, 1 skipped, 1 failed.", report.summary());
		final Path csv = folder.resolve("tables/all.csv");
		report.writeCsv(csv);
		final List<String> lines = Files.readAllLines(csv);
		assertEquals("input,outcome,output,message,seconds", lines.get(0));
		assertTrue(lines.get(1).startsWith("\"" + in + "/a, \"\"b\"\".png\",done,\"" + out), lines.get(1));
		assertTrue(lines.get(2).startsWith(in.resolve("c.png") + ",skipped," + out.resolve("c-colorized.png") + ",,"));
		assertTrue(lines.get(3).startsWith(text + ",failed,," + text + ": the content is not an image "), lines.get(3));
		assertEquals(4, lines.size());
		final ResultsTable table = report.table();
		assertEquals(3, table.size());
		assertEquals("skipped", table.getStringValue("outcome", 1));
		assertTrue(table.getValue("seconds", 0) > 0);
		try (var files = Files.list(csv.getParent())) {
			assertEquals(List.of(csv), files.toList());
		}
		assertTrue(assertThrows(IOException.class, () -> report.writeCsv(text.resolve("x.csv"))).getMessage()
				.endsWith("cannot be written (a file stands where a folder is needed)."));
	}
}
