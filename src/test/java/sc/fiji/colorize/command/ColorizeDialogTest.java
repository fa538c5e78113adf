/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageFiles;

/** The dialog of {@code Colorize...} in a real ImageJ with windows, on a virtual screen; skipped where there is none. */
@Slow
class ColorizeDialogTest {

	private static final int WIDTH = 320;
	private static final int HEIGHT = 240;

	@TempDir
	private static Path folder;
	private static Path photo;
	private static List<String> report;

	@BeforeAll
	static void session() throws IOException, InterruptedException {
		assumeTrue(VirtualScreen.isPossible(), "Xvfb is not installed");
		photo = folder.resolve("old photo.png");
		ImageFiles.write(new ImagePlus("", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1))),
				photo);
		final String log = DialogInImageJ1.run(folder, photo, TinyModel.file().toString());
		assertTrue(Files.exists(folder.resolve("report.txt")), log);
		report = Files.readAllLines(folder.resolve("report.txt"));
	}

	private static void assertReported(final String line) {
		assertTrue(report.contains(line), line + " is not in " + report);
	}

	@Test
	void dialogAsksOnlyForWhatApplies() {
		final String start = "fields: [model, temperature, saturation, preview, hints, reach, hintList, size, device, ";
		assertReported(start + "upsampling, outputType, uncertainty, inPlace, outputFile, metadata]");
		assertReported("fields for a stack: [model, temperature, saturation, stack, preview, hints, reach, hintList, size,"
				+ " device, smoothing, upsampling, outputType, uncertainty, inPlace, outputFile, metadata]");
	}

	@Test
	void previewMayBeTheFirstActionOfASession() {
		assertReported("first preview has colors: true");
	}

	@Test
	void previewFollowsSliderAndCancelRestoresTheImage() {
		assertReported("preview changes: true");
		assertReported("cancel restores: true");
		assertReported("images after cancel: 1");
		assertReported("old look after OK: true");
	}

	@Test
	void numberOutOfRangeIsReportedAndResetRestoresDefaults() {
		assertReported("problem: Saturation must be from 0.0 to 5.0 but is 9.");
		assertReported("OK with a problem: false");
		assertReported("reset: 0.38 1.0 true");
	}

	@Test
	void resultHasItsNameAndWindowsWereShown() throws IOException {
		assertReported("title: old photo-colorized");
		for (final String name : List.of("menu", "dialog", "advanced", "preview", "hints", "recorder", "stack")) {
			assertTrue(DialogInImageJ1.isDrawn(ImageIO.read(folder.resolve(name + ".png").toFile())), name + " is empty");
		}
	}

	@Test
	void undoRestoresImageColorizedInPlace() {
		assertReported("undo restores: true");
	}

	@Test
	void oneSliceOfAStackCanBeChosen() {
		assertReported("slices: 1");
	}

	@Test
	void hintsAreDrawnMovedRecoloredDeletedAndUndone() {
		assertReported("without a selection: 1");
		assertReported("hints: 4 overlay");
		assertReported("moved keeps its color: true");
		assertReported("undone: true");
		assertReported("recolored: true");
		assertReported("left: 3");
		assertReported("palette: ff10a030");
		assertReported("selection after hints: null");
		assertReported("overlay after hints: 4");
	}

	@Test
	void recordedMacroGivesTheSamePixelsHeadless() throws IOException, InterruptedException {
		final String recorded = Files.readString(folder.resolve("recorded.ijm"));
		for (final String key : List.of("model", "temperature", "saturation", "size", "device", "outputtype",
				"uncertainty", "inplace", "outputfile")) {
			assertTrue(recorded.contains(" " + key + "=") || recorded.contains("\"" + key + "="), recorded);
		}
		assertReplays("result.png", recorded);
	}

	@Test
	void recordedHintsGiveTheSamePixelsHeadless() throws IOException, InterruptedException {
		final String recorded = Files.readString(folder.resolve("hints.ijm"));
		assertEquals(1, recorded.split("run\\(\"Colorize\\.\\.\\.\"", -1).length - 1, recorded);
		assertTrue(recorded.contains(" hints=overlay "), recorded);
		// The image that the color was picked from is not a file.
		assertReplays("hints-result.png", recorded.replace("selectImage(\"palette\");\n", ""));
	}

	private static void assertReplays(final String result, final String recorded)
			throws IOException, InterruptedException {
		final Path home = Files.createDirectory(folder.resolve("home of " + result));
		final Path replayed = home.resolve("replayed.png");
		final Path macro = Files.writeString(home.resolve("macro.ijm"), "open('" + photo + "');\n" + recorded
				+ "selectImage('old photo-colorized');\nOverlay.remove;\nsaveAs('PNG', '" + replayed + "');\n");
		final String log = MacroInImageJ1.run(home, macro.toString(), "");
		assertTrue(Files.exists(replayed), log + recorded);
		final BufferedImage expected = ImageIO.read(folder.resolve(result).toFile());
		final BufferedImage actual = ImageIO.read(replayed.toFile());
		assertEquals(WIDTH, actual.getWidth());
		for (int y = 0; y < HEIGHT; y++) {
			for (int x = 0; x < WIDTH; x++) {
				assertEquals(expected.getRGB(x, y), actual.getRGB(x, y), x + ", " + y);
			}
		}
	}
}
