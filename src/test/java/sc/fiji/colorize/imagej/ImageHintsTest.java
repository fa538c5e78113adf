/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import javax.imageio.ImageIO;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.Undo;
import ij.WindowManager;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.gui.TextRoi;
import ij.io.FileSaver;
import ij.io.Opener;
import ij.io.RoiEncoder;
import ij.process.ByteProcessor;
import ij.process.ShortProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;

class ImageHintsTest {

	private static final int WIDTH = 60;
	private static final int HEIGHT = 40;
	private static final ColorizeOptions OPTIONS = TinyModel.options().size(32);
	private static Colorizer colorizer;

	@TempDir
	private Path folder;

	@BeforeAll
	static void open() throws IOException {
		colorizer = Colorizer.open(OPTIONS.opening());
	}

	@AfterAll
	static void close() {
		colorizer.close();
	}

	private static ImagePlus photo(final Roi... overlay) {
		return withOverlay(new ImagePlus("old photo.png",
				new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1))), overlay);
	}

	private static ImagePlus withOverlay(final ImagePlus image, final Roi... overlay) {
		final Overlay all = new Overlay();
		for (final Roi roi : overlay) {
			all.add(roi);
		}
		image.setOverlay(all);
		return image;
	}

	private static Roi filled(final Roi roi, final Color color) {
		roi.setFillColor(color);
		return roi;
	}

	private static Roi stroked(final Roi roi, final Color color, final double width) {
		roi.setStrokeColor(color);
		roi.setStrokeWidth(width);
		return roi;
	}

	private static ImagePlus colorize(final ImagePlus image, final ImageHints hints) {
		return new ImageColorizer(colorizer, OPTIONS).hints(hints).colorize(image, fraction -> { }, () -> false);
	}

	private static ImagePlus colorizeByOverlay(final ImagePlus image) throws IOException {
		return colorize(image, ImageHints.of(ImageHints.OVERLAY, image, 1));
	}

	private static int[] rgb(final ImagePlus image, final int slice) {
		return (int[]) image.getStack().getPixels(slice);
	}

	private static boolean isGray(final int rgb) {
		return (rgb >> 16 & 0xff) == (rgb & 0xff) && (rgb >> 8 & 0xff) == (rgb & 0xff);
	}

	private static String refusal(final Executable action) {
		final Exception e = assertThrows(Exception.class, action);
		assertTrue(e instanceof IOException || e instanceof IllegalArgumentException, e.toString());
		return e.getMessage();
	}

	private Path zip(final String name, final Roi... selections) throws IOException {
		final Path file = folder.resolve(name);
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
			for (int i = 0; i < selections.length; i++) {
				zip.putNextEntry(new ZipEntry(i + ".roi"));
				zip.write(encoded(selections[i]));
			}
		}
		return file;
	}

	private static byte[] encoded(final Roi roi) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (OutputStream out = bytes) {
			new RoiEncoder(out).write(roi);
		}
		return bytes.toByteArray();
	}

	private Path png(final String name, final int width, final int height, final int type, final Color stroke)
			throws IOException {
		final BufferedImage image = new BufferedImage(width, height, type);
		final Graphics2D graphics = image.createGraphics();
		if (stroke != null) {
			graphics.setColor(stroke);
			graphics.fillRect(10, 10, 8, 6);
		}
		graphics.dispose();
		ImageIO.write(image, "png", folder.resolve(name).toFile());
		return folder.resolve(name);
	}

	// -- What is a hint --

	@Test
	void overlayZipRoiAndPngGiveTheSameHint() throws IOException {
		final Roi roi = filled(new Roi(10, 10, 8, 6), Color.RED);
		final int[] expected = rgb(colorizeByOverlay(photo(roi)), 1);
		assertFalse(Arrays.equals(expected, rgb(colorize(photo(), ImageHints.NONE), 1)));
		final Path single = Files.write(folder.resolve("a.roi"), encoded(roi));
		for (final Path file : new Path[] {zip("a.zip", roi), single,
			png("a.png", WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB, Color.RED)}) {
			assertArrayEquals(expected, rgb(colorize(photo(), ImageHints.of(file.toString(), photo(), 1)), 1),
					file.toString());
		}
	}

	@Test
	void areasLinesAndPointsCoverTheirPixels() throws IOException {
		final ImagePlus result = colorizeByOverlay(photo(filled(new OvalRoi(4, 4, 9, 9), Color.GRAY),
				stroked(new Line(30, 5, 50, 5), Color.GRAY, 3), stroked(new PointRoi(20, 30), Color.GRAY, 1)));
		final int[] pixels = rgb(result, 1);
		for (final int[] place : new int[][] {{8, 8}, {40, 4}, {40, 5}, {40, 6}, {20, 30}}) {
			assertTrue(isGray(pixels[place[1] * WIDTH + place[0]]), Arrays.toString(place));
		}
	}

	@Test
	void fillColorPrecedesStrokeColor() throws IOException {
		final Roi both = stroked(new Roi(10, 10, 8, 6), Color.RED, 1);
		both.setFillColor(Color.BLUE);
		assertArrayEquals(rgb(colorizeByOverlay(photo(filled(new Roi(10, 10, 8, 6), Color.BLUE))), 1),
				rgb(colorizeByOverlay(photo(both)), 1));
	}

	@Test
	void selectionsWithoutColorAreNoHints() throws IOException {
		final Roi hint = filled(new Roi(10, 10, 8, 6), Color.RED);
		final Roi text = stroked(new TextRoi(30, 20, "caption"), Color.GREEN, 1);
		assertArrayEquals(rgb(colorizeByOverlay(photo(hint)), 1),
				rgb(colorizeByOverlay(photo(new Roi(30, 5, 9, 9), hint, text)), 1));
	}

	@Test
	void selectionNamedKeepKeepsThePrediction() throws IOException {
		final Roi keep = new Roi(5, 5, 30, 30);
		keep.setName("keep");
		assertArrayEquals(rgb(colorize(photo(), ImageHints.NONE), 1), rgb(colorizeByOverlay(photo(keep)), 1));
	}

	// -- Kinds of images --

	@Test
	void hintWithAPositionIsForItsSlice() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 3; i++) {
			stack.addSlice(photo().getProcessor().duplicate());
		}
		final Roi hint = filled(new Roi(10, 10, 8, 6), Color.RED);
		hint.setPosition(2);
		final ImagePlus result = colorizeByOverlay(withOverlay(new ImagePlus("film", stack), hint));
		final int[] plain = rgb(colorize(photo(), ImageHints.NONE), 1);
		assertArrayEquals(plain, rgb(result, 1));
		assertArrayEquals(rgb(colorizeByOverlay(photo(filled(new Roi(10, 10, 8, 6), Color.RED))), 1), rgb(result, 2));
		assertArrayEquals(plain, rgb(result, 3));
	}

	@Test
	void sixteenBitImagesTakeHints() throws IOException {
		final ShortProcessor pixels = new ShortProcessor(WIDTH, HEIGHT);
		final byte[] picture = TinyModel.picture(WIDTH, HEIGHT, 1);
		for (int i = 0; i < picture.length; i++) {
			pixels.set(i, 200 * (picture[i] & 0xff));
		}
		final ImagePlus result = colorizeByOverlay(withOverlay(new ImagePlus("deep", pixels),
				filled(new Roi(10, 10, 8, 6), Color.GRAY)));
		assertEquals(3, result.getNChannels());
		final int i = 12 * WIDTH + 12;
		for (int c = 1; c <= 3; c++) {
			assertEquals(pixels.get(i), result.getStack().getProcessor(c).get(i));
		}
	}

	@Test
	void hintsApplyInPlace() throws IOException {
		final ImagePlus image = photo(filled(new Roi(10, 10, 8, 6), Color.RED));
		final int[] expected = rgb(colorizeByOverlay(image), 1);
		new ImageColorizer(colorizer, OPTIONS).hints(ImageHints.of(ImageHints.OVERLAY, image, 1))
				.colorizeInPlace(image, true, fraction -> { }, () -> false);
		assertArrayEquals(expected, rgb(image, 1));
	}

	/** Four slices of the same photo, with a red hint from the second one on and a gray one from the fourth on. */
	private static ImagePlus film(final boolean frames) {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 4; i++) {
			stack.addSlice(photo().getProcessor().duplicate());
		}
		final Roi second = filled(new Roi(10, 10, 8, 6), Color.RED);
		final Roi fourth = filled(new Roi(30, 20, 8, 6), Color.GRAY);
		final ImagePlus image = new ImagePlus("film", stack);
		if (frames) {
			image.setDimensions(1, 1, 4);
			second.setPosition(0, 0, 2);
			fourth.setPosition(0, 0, 4);
		}
		else {
			second.setPosition(2);
			fourth.setPosition(4);
		}
		return withOverlay(image, second, fourth);
	}

	@ParameterizedTest
	@ValueSource(booleans = {true, false})
	void hintHoldsUntilALaterFrameHasHints(final boolean frames) throws IOException {
		final ImagePlus image = film(frames);
		final ImageColorizer smoothing = new ImageColorizer(colorizer, OPTIONS.smoothing(0.5));
		final ImagePlus plain = smoothing.colorize(image, fraction -> { }, () -> false);
		final ImagePlus result = smoothing.hints(ImageHints.of(ImageHints.OVERLAY, image, 1))
				.colorize(image, fraction -> { }, () -> false);
		final int red = 12 * WIDTH + 12;
		final int gray = 22 * WIDTH + 32;
		assertArrayEquals(rgb(plain, 1), rgb(result, 1));
		assertFalse(rgb(plain, 2)[red] == rgb(result, 2)[red], "the hint changes nothing");
		assertArrayEquals(rgb(result, 2), rgb(result, 3));
		assertFalse(isGray(rgb(result, 3)[gray]));
		assertTrue(isGray(rgb(result, 4)[gray]));
		assertFalse(rgb(result, 4)[red] == rgb(result, 3)[red], "the first hint still holds");
	}

	@Test
	void hintOfAZSliceHoldsAlongTime() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 6; i++) {
			stack.addSlice(photo().getProcessor().duplicate());
		}
		final ImagePlus image = new ImagePlus("films", stack);
		image.setDimensions(1, 2, 3);
		final Roi hint = filled(new Roi(10, 10, 8, 6), Color.GRAY);
		hint.setPosition(0, 2, 2);
		final ImagePlus result = new ImageColorizer(colorizer, OPTIONS.smoothing(0.5))
				.hints(ImageHints.of(ImageHints.OVERLAY, withOverlay(image, hint), 1))
				.colorize(image, fraction -> { }, () -> false);
		final List<Integer> hinted = new ArrayList<>();
		for (int slice = 1; slice <= 6; slice++) {
			if (isGray(rgb(result, slice)[12 * WIDTH + 12])) {
				hinted.add(slice);
			}
		}
		assertEquals(List.of(4, 6), hinted);
	}

	@Test
	void compositesTakeHints() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		stack.addSlice(photo().getProcessor().duplicate());
		stack.addSlice(photo().getProcessor().duplicate());
		final CompositeImage image = new CompositeImage(new ImagePlus("two channels", stack), CompositeImage.COMPOSITE);
		withOverlay(image, filled(new Roi(10, 10, 8, 6), Color.GRAY));
		final int i = 12 * WIDTH + 12;
		assertFalse(isGray(rgb(colorize(image, ImageHints.NONE), 1)[i]));
		assertTrue(isGray(rgb(colorizeByOverlay(image), 1)[i]));
	}

	@Test
	void outsideTheSelectionAHintChangesNothing() throws IOException {
		final ImagePlus image = photo(filled(new Roi(10, 10, 8, 6), Color.RED));
		final int[] all = rgb(colorizeByOverlay(image), 1);
		final Roi part = new OvalRoi(5, 5, 20, 15);
		image.setRoi(part);
		final int[] selected = rgb(colorizeByOverlay(image), 1);
		for (int i = 0; i < all.length; i++) {
			if (part.contains(i % WIDTH, i / WIDTH)) {
				assertEquals(all[i], selected[i]);
			}
			else {
				assertTrue(isGray(selected[i]));
			}
		}
	}

	@Test
	void colorInPlaceWithHintsCanBeUndone() throws IOException {
		final ImagePlus image = photo(filled(new Roi(10, 10, 8, 6), Color.RED));
		final byte[] before = ((byte[]) image.getProcessor().getPixels()).clone();
		WindowManager.setTempCurrentImage(image);
		try {
			new ImageColorizer(colorizer, OPTIONS).hints(ImageHints.of(ImageHints.OVERLAY, image, 1))
					.colorizeInPlace(image, true, fraction -> { }, () -> false);
			Undo.undo();
			assertArrayEquals(before, (byte[]) image.getProcessor().getPixels());
		}
		finally {
			WindowManager.setTempCurrentImage(null);
		}
	}

	@Test
	void hintsAreSavedWithTheResultAndOpenedAgain() throws IOException {
		final Roi keep = new Roi(40, 5, 9, 9);
		keep.setName("keep");
		final ImagePlus result = colorizeByOverlay(photo(filled(new Roi(10, 10, 8, 6), Color.RED),
				stroked(new Line(30, 25, 50, 30), Color.GRAY, 3), keep));
		final Path file = folder.resolve("result.tif");
		assertTrue(new FileSaver(result).saveAsTiff(file.toString()));
		final ImagePlus opened = new Opener().openImage(file.toString());
		assertTrue(opened.getInfoProperty().contains("Colorized with hints: the overlay of 'old photo.png', reach: 1.0"));
		final ImagePlus again = photo();
		again.setOverlay(opened.getOverlay());
		assertArrayEquals(rgb(result, 1), rgb(colorizeByOverlay(again), 1));
	}

	@Test
	void infoNamesTheHints() throws IOException {
		final ImagePlus image = photo(filled(new Roi(10, 10, 8, 6), Color.RED));
		assertTrue(((String) colorizeByOverlay(image).getProperty("Info"))
				.contains("Colorized with hints: the overlay of 'old photo.png', reach: 1.0\n"));
		assertFalse(((String) colorize(image, ImageHints.NONE).getProperty("Info")).contains("hints"));
	}

	/** Results must not depend on where the file lies. */
	@Test
	void theSourceOfHintsIsTheNameOfTheFileWithoutFolders() throws IOException {
		final Path file = folder.resolve("strokes.roi");
		Files.write(file, RoiEncoder.saveAsByteArray(filled(new Roi(10, 10, 8, 6), Color.RED)));
		assertEquals("the hint file strokes.roi, reach: 1.0", ImageHints.read(file, 1).toString());
	}

	@Test
	void emptyTextIsNoHints() throws IOException {
		assertSame(ImageHints.NONE, ImageHints.of(" ", photo(), 1));
		assertSame(ImageHints.NONE, ImageHints.of(null, photo(), 1));
	}

	// -- Bad input --

	@Test
	void problemsAreReported() throws IOException {
		assertEquals("The overlay of 'old photo.png' holds no hint: add a selection with a fill or stroke color to it.",
				refusal(() -> colorizeByOverlay(photo(new Roi(1, 1, 5, 5)))));
		assertEquals("The overlay of 'old photo.png' has a hint at (70, 10), outside the image of 60x40 pixels:"
				+ " move or delete it.",
				refusal(() -> colorizeByOverlay(photo(filled(new Roi(70, 10, 5, 5), Color.RED)))));
		final Path missing = folder.resolve("missing.png");
		assertEquals("The hint file " + missing + " cannot be read (there is no such file).",
				refusal(() -> ImageHints.read(missing, 1)));
		final Path empty = zip("empty.zip");
		assertEquals("The hint file " + empty + " holds no hint: it needs a selection with a fill or stroke color.",
				refusal(() -> ImageHints.read(empty, 1)));
		final Path noRoi = Files.writeString(folder.resolve("no.roi"), "nothing");
		assertEquals("The hint file " + noRoi + " cannot be read (no.roi is no ImageJ selection).",
				refusal(() -> ImageHints.read(noRoi, 1)));
		final Path noPng = Files.writeString(folder.resolve("no.png"), "nothing");
		assertEquals("The hint file " + noPng + " cannot be read (it is no PNG image).",
				refusal(() -> ImageHints.read(noPng, 1)));
		final Path opaque = png("opaque.png", WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB, Color.RED);
		assertEquals("The hint file " + opaque + " cannot be read (its ground is not transparent).",
				refusal(() -> ImageHints.read(opaque, 1)));
		final Path blank = png("blank.png", WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB, null);
		assertEquals("The hint file " + blank + " holds no hint: paint strokes of color on the transparent image.",
				refusal(() -> ImageHints.read(blank, 1)));
		final Path text = folder.resolve("hints.txt");
		assertEquals("The hint file " + text + " must be a transparent PNG image or ImageJ selections: let its name end in"
				+ " .png, .zip or .roi.", refusal(() -> ImageHints.read(text, 1)));
		final Path small = png("small.png", 30, 20, BufferedImage.TYPE_INT_ARGB, Color.RED);
		assertEquals("The hint file " + small + " has 30x20 pixels but the image has 60x40: make it the size of the image.",
				refusal(() -> colorize(photo(), ImageHints.read(small, 1))));
		assertEquals("The published demo has no hints: leave out the reference or the hints.",
				refusal(() -> new ImageColorizer(colorizer, OPTIONS.size(0).reference(true))
						.hints(ImageHints.of(ImageHints.OVERLAY, photo(filled(new Roi(1, 1, 5, 5), Color.RED)), 1))));
	}
}
