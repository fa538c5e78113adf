/*
 * Fiji Colorize: plausible colour for gray images.
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.batch.BatchRunner.Job;
import sc.fiji.colorize.batch.BatchRunner.Outcome;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.OutputType;

class BatchRunnerTest {

	@AutoClose
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

	private static List<Job> plan(final List<Path> inputs, final Path output) throws IOException {
		return BatchRunner.plan(inputs, output, BatchOptions.defaults());
	}

	@Test
	void oneFileGoesToAFileOrIntoAFolder() throws IOException {
		final Path photo = photo("a.png");
		assertEquals(List.of(new Job(photo, folder.resolve("b.tif"), true)),
				plan(List.of(photo), folder.resolve("b.tif")));
		assertEquals(List.of(new Job(photo, out.resolve("a-colorized"), false)),
				plan(List.of(photo), out));
		final Path dotted = Files.createDirectory(folder.resolve("results.png"));
		assertEquals(List.of(new Job(photo, dotted.resolve("a-colorized"), false)),
				plan(List.of(photo), dotted));
	}

	@Test
	void severalFilesNeedAFolder() throws IOException {
		final List<Path> photos = List.of(photo("a.png"), photo("b.png"));
		assertEquals(2, plan(photos, out).size());
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
		final List<Job> jobs = plan(List.of(in), out);
		assertEquals(List.of(out.resolve("b-colorized"), out.resolve("sub/a-colorized"),
				out.resolve("sub/deep/c-colorized")), jobs.stream().map(Job::output).toList());
	}

	@Test
	void resultsOfAnEarlierRunAreNoInputs() throws IOException {
		photo("a.png");
		photo("results/a-colorized.png");
		assertEquals(List.of("a.png>a-colorized"), names(plan(List.of(in), in.resolve("results"))));
		photo("a-colorized.png");
		photo("a-uncertainty.tif");
		photo("b-colorized.png");
		Files.delete(in.resolve("results/a-colorized.png"));
		assertEquals(List.of("a.png>a-colorized", "b-colorized.png>b-colorized-colorized"),
				names(plan(List.of(in), in)));
		assertEquals(1, plan(List.of(in.resolve("a-colorized.png")), in).size(), "unless it is named");
	}

	@Test
	void onlyWhatIsAskedForIsTakenFromAFolder() throws IOException {
		photo("Scan1.TIF");
		photo("scan2.png");
		photo("photo.png");
		photo("2024/scan3.png");
		photo("2024/may/scan4.png");
		final BatchOptions all = BatchOptions.defaults();
		final Map<BatchOptions, List<String>> expected = Map.of(
				all.pattern("scan*"), List.of("scan3.png", "scan4.png", "Scan1.TIF", "scan2.png"),
				all.pattern("SCAN*.{tif,jpg}"), List.of("Scan1.TIF"),
				all.pattern("2024/*"), List.of("scan3.png"),
				all.pattern("2024/**"), List.of("scan3.png", "scan4.png"),
				all.recursive(false), List.of("Scan1.TIF", "photo.png", "scan2.png"),
				all.recursive(false).pattern("scan?.png"), List.of("scan2.png"),
				all.pattern("*.gif"), List.of());
		for (final Map.Entry<BatchOptions, List<String>> entry : expected.entrySet()) {
			assertEquals(entry.getValue().stream().sorted().toList(),
					BatchRunner.plan(List.of(in), out, entry.getKey()).stream()
							.map(job -> job.input().getFileName().toString()).sorted().toList(),
					entry.getKey().toString());
		}
		assertEquals(1, BatchRunner.plan(List.of(in.resolve("photo.png")), out, all.pattern("scan*")).size(),
				"a file that is named needs no pattern");
	}

	@Test
	void theTypeOfTheResultsCanBeChosen() throws IOException {
		final Path photo = photo("a.png");
		final BatchOptions tif = BatchOptions.defaults().type("tif");
		assertEquals(List.of(new Job(photo, out.resolve("a-colorized.tif"), true)),
				BatchRunner.plan(List.of(in), out, tif));
		assertEquals("1 colorized, 0 skipped, 0 failed.", run(List.of(in), tif).summary());
		assertEquals(24, ImageFiles.read(out.resolve("a-colorized.tif")).getBitDepth());
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(in), BatchOptions.defaults().type("jpg")).counts());
		assertTrue(Files.exists(out.resolve("a-colorized.jpg")));
		// Results of any type are no inputs.
		photo("a-colorized.jpg");
		assertEquals(1, BatchRunner.plan(List.of(in), in, tif).size());
		assertEquals(out.resolve("a-uncertainty.tif"), BatchRunner.plan(List.of(photo), out, tif).get(0).uncertainty());
		final IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
				() -> BatchRunner.plan(List.of(photo), folder.resolve("b.png"), tif));
		assertEquals("The name of the output " + folder.resolve("b.png") + " tells its type: leave out the type tif.",
				e.getMessage());
	}

	@Test
	void whatOnlyTiffHoldsIsTiff() throws IOException {
		final Path photo = photo("a.png");
		final BatchOptions lab = BatchOptions.defaults().outputType(OutputType.LAB);
		assertEquals(List.of(new Job(photo, out.resolve("a-colorized.tif"), true)),
				BatchRunner.plan(List.of(in), out, lab));
		final BatchOptions entropy = BatchOptions.defaults().outputType(OutputType.UNCERTAINTY);
		assertEquals(List.of(new Job(photo, out.resolve("a-uncertainty.tif"), true)),
				BatchRunner.plan(List.of(in), out, entropy));
		// Results of one kind are no inputs of another.
		photo("a-colorized.png");
		photo("a-uncertainty.tif");
		assertEquals(1, BatchRunner.plan(List.of(in), in, lab).size());
		assertEquals(1, BatchRunner.plan(List.of(in), in, entropy).size());
		// A result that is there in another type is no Lab stack.
		ImageFiles.write(ImageFiles.read(photo), Files.createDirectory(out).resolve("a-colorized.png"));
		assertEquals("1 colorized, 0 skipped, 0 failed.", run(List.of(photo), lab).summary());
		assertEquals(3, ImageFiles.read(out.resolve("a-colorized.tif")).getStackSize());
	}

	@Test
	void wrongOptionsAreToldInASentence() {
		final BatchOptions all = BatchOptions.defaults();
		assertEquals("A PNG file cannot hold the output ab channels: choose the type auto or tif.",
				assertThrows(IllegalArgumentException.class, () -> all.type("png").outputType(OutputType.AB)).getMessage());
		assertEquals("png", all.outputType(OutputType.RGB).type("png").type());
		assertEquals("The type must be auto, png, jpg or tif but is 'gif'.",
				assertThrows(IllegalArgumentException.class, () -> all.type("gif")).getMessage());
		assertEquals("The pattern '*.{tif' makes no sense: write it like scan*.tif or *.{png,jpg}, or leave it empty for "
				+ "all images.", assertThrows(IllegalArgumentException.class, () -> all.pattern("*.{tif")).getMessage());
		assertThrows(IllegalArgumentException.class, () -> all.pattern(null));
	}

	@Test
	void aLinkThatGoesRoundIsFollowedOnce() throws IOException {
		photo("sub/a.png");
		Files.createSymbolicLink(in.resolve("sub/loop"), in);
		assertEquals(List.of("a.png>a-colorized"), names(plan(List.of(in), out)));
	}

	@Test
	void shardsShareTheWork() throws IOException {
		final List<Path> photos = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			photos.add(in.resolve("p" + i + ".png"));
		}
		photos.add(in.resolve("p1.jpg"));
		final List<Job> jobs = plan(photos, out);
		assertEquals(List.of("p0.png>p0-colorized", "p3.png>p3-colorized", "p6.png>p6-colorized"),
				names(BatchRunner.shard(jobs, 1, 3)));
		assertEquals(List.of("p1.png>p1-colorized", "p4.png>p4-colorized", "p1.jpg>p1-colorized"),
				names(BatchRunner.shard(jobs, 2, 3)), "rivals for one name stay together");
		assertEquals(jobs, BatchRunner.shard(jobs, 1, 1));
		assertEquals(List.of(), BatchRunner.shard(jobs, 20, 20));
		for (final int index : new int[] {0, 4, -1}) {
			assertThrows(IllegalArgumentException.class, () -> BatchRunner.shard(jobs, index, 3));
		}
	}

	private static void assertRefused(final List<Path> inputs, final Path output, final String part) {
		final IllegalArgumentException e =
				assertThrows(IllegalArgumentException.class, () -> plan(inputs, output));
		assertTrue(e.getMessage().contains(part), e.getMessage());
	}

	// -- Run --

	private final List<String> messages = new ArrayList<>();

	private Map<Outcome, Integer> run(final List<Path> inputs, final boolean overwrite, final boolean uncertainty)
			throws IOException {
		messages.clear();
		return run(inputs, BatchOptions.defaults().overwrite(overwrite).uncertainty(uncertainty)).counts();
	}

	private BatchReport run(final List<Path> inputs, final BatchOptions batch) throws IOException {
		return new BatchRunner(colorizer, options, batch).run(BatchRunner.plan(inputs, out, batch),
				(result, progress) -> messages.add(result.message()), () -> false);
	}

	@Test
	void badFilesInBetweenDoNotStopTheOthers() throws IOException {
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
		final List<Job> jobs = plan(List.of(photo("a.png"), photo("b.png"), photo("c.png")), out);
		final BatchReport report = new BatchRunner(colorizer, options, BatchOptions.defaults()).run(jobs,
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
	void filesOfAllSizesAreToldOfInTheirOrder() throws IOException {
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
	void theProgressOfAStackIsToldSliceBySliceWithTheTimeLeft() throws IOException {
		final ImageStack stack = new ImageStack(20, 15);
		for (int z = 0; z < 4; z++) {
			stack.addSlice(new ByteProcessor(20, 15, TinyModel.picture(20, 15, z)));
		}
		ImageFiles.write(new ImagePlus("x", stack), in.resolve("b.tif"));
		photo("a.png");
		run(List.of(in.resolve("a.png")), BatchOptions.defaults());
		final List<BatchRunner.Progress> all = new ArrayList<>();
		final BatchRunner.Listener listener = new BatchRunner.Listener() {

			@Override
			public void fileDone(final BatchRunner.Result result, final BatchRunner.Progress progress) {
				all.add(progress);
			}

			@Override
			public void working(final Job job, final BatchRunner.Progress progress) {
				all.add(progress);
			}
		};
		new BatchRunner(colorizer, options, BatchOptions.defaults())
				.run(plan(List.of(in), out), listener, () -> false);
		assertEquals(List.of("0 0.0", "1 0.0", "1 0.0", "1 0.25", "1 0.5", "1 0.75", "1 1.0", "2 0.0"),
				all.stream().map(p -> p.done() + " " + p.fraction()).toList());
		assertEquals("time left unknown", all.get(2).timeLeft(), "what was skipped tells nothing");
		assertTrue(all.get(3).secondsLeft() > 0);
		assertEquals(0, all.get(7).secondsLeft());
		assertEquals("1:05 min left", new BatchRunner.Progress(1, 2, 0, 65.2).timeLeft());
		assertEquals("14:21 h left", new BatchRunner.Progress(1, 2, 0, 51_701).timeLeft());
		assertEquals("59 s left", new BatchRunner.Progress(1, 2, 0, 59.4).timeLeft());
	}

	@Test
	void theTableHasARowForEachFile() throws IOException {
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
