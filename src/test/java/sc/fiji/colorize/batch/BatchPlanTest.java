/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.OutputType;

class BatchPlanTest extends BatchFixture {

	private static List<String> names(final List<Job> jobs) {
		return jobs.stream().map(job -> job.input().getFileName() + ">" + job.output().getFileName()).toList();
	}

	private static List<Job> jobs(final List<Path> inputs, final Path output) throws IOException {
		return BatchPlan.of(inputs, output, BatchOptions.defaults()).jobs();
	}

	@Test
	void singleInputGoesToAFileOrAFolder() throws IOException {
		final Path photo = photo("a.png");
		assertEquals(List.of(new Job(photo, folder.resolve("b.tif"), true)),
				jobs(List.of(photo), folder.resolve("b.tif")));
		assertEquals(List.of(new Job(photo, out.resolve("a-colorized"), false)),
				jobs(List.of(photo), out));
		final Path dotted = Files.createDirectory(folder.resolve("results.png"));
		assertEquals(List.of(new Job(photo, dotted.resolve("a-colorized"), false)),
				jobs(List.of(photo), dotted));
	}

	@Test
	void severalInputsNeedAFolder() throws IOException {
		final List<Path> photos = List.of(photo("a.png"), photo("b.png"));
		assertEquals(2, jobs(photos, out).size());
		final Path file = Files.createFile(folder.resolve("there"));
		assertRefused(photos, folder.resolve("b.png"),
				"For several inputs the output must be a folder but is the file ");
		assertRefused(photos, file, "For several inputs the output must be a folder but is the file ");
		assertRefused(List.of(in), folder.resolve("b.png"), "For several inputs the output must be a folder");
		assertRefused(List.of(in.resolve("a.png")), file, "must be a folder or end in .png, .jpg or .tif");
		assertRefused(List.of(in.resolve("a.png")), folder.resolve("b.gif"), "must end in .png, .jpg or .tif");
	}

	@Test
	void inputIsNeverTheOutput() throws IOException {
		final Path photo = photo("a.png");
		assertRefused(List.of(photo), photo, "is the input: give it another name.");
		assertRefused(List.of(photo), in.resolve("../in/a.png"), "is the input: give it another name.");
	}

	@Test
	void subfoldersAreKept() throws IOException {
		photo("b.png");
		photo("sub/a.jpg");
		photo("sub/deep/c.tif");
		photo(".hidden.png");
		photo(".thumbnails/d.png");
		Files.writeString(in.resolve("notes.txt"), "no image");
		final List<Job> jobs = jobs(List.of(in), out);
		assertEquals(List.of(out.resolve("b-colorized"), out.resolve("sub/a-colorized"),
				out.resolve("sub/deep/c-colorized")), jobs.stream().map(Job::output).toList());
	}

	@Test
	void earlierResultsAreNoInputs() throws IOException {
		photo("a.png");
		photo("results/a-colorized.png");
		assertEquals(List.of("a.png>a-colorized"), names(jobs(List.of(in), in.resolve("results"))));
		photo("a-colorized.png");
		photo("a-uncertainty.tif");
		photo("b-colorized.png");
		Files.delete(in.resolve("results/a-colorized.png"));
		assertEquals(List.of("a.png>a-colorized", "b-colorized.png>b-colorized-colorized"),
				names(jobs(List.of(in), in)));
		assertEquals(1, jobs(List.of(in.resolve("a-colorized.png")), in).size(), "unless it is named");
	}

	@Test
	void folderOptionsSelectFiles() throws IOException {
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
					BatchPlan.of(List.of(in), out, entry.getKey()).jobs().stream()
							.map(job -> job.input().getFileName().toString()).sorted().toList(),
					entry.getKey().toString());
		}
		assertEquals(1, BatchPlan.of(List.of(in.resolve("photo.png")), out, all.pattern("scan*")).jobs().size(),
				"a file that is named needs no pattern");
	}

	@Test
	void resultTypeCanBeSelected() throws IOException {
		final Path photo = photo("a.png");
		final BatchOptions tif = BatchOptions.defaults().type("tif");
		assertEquals(List.of(new Job(photo, out.resolve("a-colorized.tif"), true)),
				BatchPlan.of(List.of(in), out, tif).jobs());
		assertEquals("1 colorized, 0 skipped, 0 failed.", run(List.of(in), tif).summary());
		assertEquals(24, ImageFiles.read(out.resolve("a-colorized.tif")).getBitDepth());
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(in), BatchOptions.defaults().type("jpg")).counts());
		assertTrue(Files.exists(out.resolve("a-colorized.jpg")));
		// Results of any type are no inputs.
		photo("a-colorized.jpg");
		assertEquals(1, BatchPlan.of(List.of(in), in, tif).jobs().size());
		assertEquals(out.resolve("a-uncertainty.tif"), BatchPlan.of(List.of(photo), out, tif).jobs().get(0).uncertainty());
		final IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
				() -> BatchPlan.of(List.of(photo), folder.resolve("b.png"), tif));
		assertEquals("The name of the output " + folder.resolve("b.png") + " determines its type: leave out the type tif.",
				e.getMessage());
	}

	@Test
	void resultsThatNeedTiffAreTiff() throws IOException {
		final Path photo = photo("a.png");
		final BatchOptions lab = BatchOptions.defaults().outputType(OutputType.LAB);
		assertEquals(List.of(new Job(photo, out.resolve("a-colorized.tif"), true)),
				BatchPlan.of(List.of(in), out, lab).jobs());
		final BatchOptions entropy = BatchOptions.defaults().outputType(OutputType.UNCERTAINTY);
		assertEquals(List.of(new Job(photo, out.resolve("a-uncertainty.tif"), true)),
				BatchPlan.of(List.of(in), out, entropy).jobs());
		// Results of one kind are no inputs of another.
		photo("a-colorized.png");
		photo("a-uncertainty.tif");
		assertEquals(1, BatchPlan.of(List.of(in), in, lab).jobs().size());
		assertEquals(1, BatchPlan.of(List.of(in), in, entropy).jobs().size());
		// A result that is there in another type is no Lab stack.
		ImageFiles.write(ImageFiles.read(photo), Files.createDirectory(out).resolve("a-colorized.png"));
		assertEquals("1 colorized, 0 skipped, 0 failed.", run(List.of(photo), lab).summary());
		assertEquals(3, ImageFiles.read(out.resolve("a-colorized.tif")).getStackSize());
	}

	@Test
	void wrongOptionsAreReported() {
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
	void cyclicLinksAreFollowedOnce() throws IOException {
		photo("sub/a.png");
		Files.createSymbolicLink(in.resolve("sub/loop"), in);
		assertEquals(List.of("a.png>a-colorized"), names(jobs(List.of(in), out)));
	}

	@Test
	void shardsAreDisjointAndComplete() throws IOException {
		final List<Path> photos = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			photos.add(in.resolve("p" + i + ".png"));
		}
		photos.add(in.resolve("p1.jpg"));
		final BatchPlan plan = BatchPlan.of(photos, out, BatchOptions.defaults());
		assertEquals(List.of("p0.png>p0-colorized", "p3.png>p3-colorized", "p6.png>p6-colorized"),
				names(plan.shard(1, 3).jobs()));
		assertEquals(List.of("p1.png>p1-colorized", "p4.png>p4-colorized", "p1.jpg>p1-colorized"),
				names(plan.shard(2, 3).jobs()), "rivals for one name stay together");
		assertEquals(plan, plan.shard(1, 1));
		assertEquals(List.of(), plan.shard(20, 20).jobs());
		for (final int index : new int[] {0, 4, -1}) {
			assertThrows(IllegalArgumentException.class, () -> plan.shard(index, 3));
		}
	}

	private static void assertRefused(final List<Path> inputs, final Path output, final String part) {
		final IllegalArgumentException e =
				assertThrows(IllegalArgumentException.class, () -> jobs(inputs, output));
		assertTrue(e.getMessage().contains(part), e.getMessage());
	}
}
