/*
 * Fiji Colorize: plausible colour for gray images.
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

	@Test
	void thePreviewCanBeTheFirstThingInASession() {
		assertTrue(report.contains("first preview has colours: true"), report.toString());
	}

	@Test
	void thePreviewFollowsTheSliderAndCancelBringsTheOldLookBack() {
		assertTrue(report.contains("preview changes: true"), report.toString());
		assertTrue(report.contains("cancel restores: true"), report.toString());
		assertTrue(report.contains("images after cancel: 1"), report.toString());
		assertTrue(report.contains("old look after OK: true"), report.toString());
	}

	@Test
	void theResultIsNamedAndTheWindowsWereSeen() throws IOException {
		assertTrue(report.contains("title: old photo-colorized"), report.toString());
		for (final String name : List.of("menu", "dialog", "preview", "preview-vivid", "result", "recorder",
				"all-slices")) {
			assertTrue(DialogInImageJ1.isDrawn(ImageIO.read(folder.resolve(name + ".png").toFile())), name + " is empty");
		}
	}

	@Test
	void undoBringsAnImageBackThatWasColoredInPlace() {
		assertTrue(report.contains("undo restores: true"), report.toString());
	}

	@Test
	void ofAStackOneSliceCanBeChosen() {
		assertTrue(report.contains("slices: 1"), report.toString());
	}

	@Test
	void theRecordedMacroReplaysHeadlessToTheSamePixels() throws IOException, InterruptedException {
		final String recorded = Files.readString(folder.resolve("recorded.ijm"));
		for (final String key : List.of("model", "temperature", "saturation", "size", "device", "outputtype",
				"uncertainty", "inplace", "outputfile")) {
			assertTrue(recorded.contains(" " + key + "=") || recorded.contains("\"" + key + "="), recorded);
		}
		final Path home = Files.createDirectory(folder.resolve("another home"));
		final Path replayed = home.resolve("replayed.png");
		final Path macro = Files.writeString(home.resolve("macro.ijm"), "open('" + photo + "');\n" + recorded
				+ "selectImage('old photo-colorized');\nsaveAs('PNG', '" + replayed + "');\n");
		final String log = MacroInImageJ1.run(home, macro.toString(), "");
		assertTrue(Files.exists(replayed), log);
		final BufferedImage expected = ImageIO.read(folder.resolve("result.png").toFile());
		final BufferedImage actual = ImageIO.read(replayed.toFile());
		assertEquals(WIDTH, actual.getWidth());
		for (int y = 0; y < HEIGHT; y++) {
			for (int x = 0; x < WIDTH; x++) {
				assertEquals(expected.getRGB(x, y), actual.getRGB(x, y), x + ", " + y);
			}
		}
	}
}
