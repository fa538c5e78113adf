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

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.metadata.TiffDirectory;

class ImageStripsTest {

	private static final int WIDTH = 61;
	private static final int HEIGHT = 83;
	private static final ImageTypeSpecifier GRAY =
			ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_BYTE_GRAY);
	private static final ImageTypeSpecifier DEEP =
			ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_USHORT_GRAY);
	private static final ImageTypeSpecifier COLOR =
			ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
	private static final ImageTypeSpecifier DEEP_COLOR = ImageTypeSpecifier.createInterleaved(
			ColorSpace.getInstance(ColorSpace.CS_sRGB), new int[] {0, 1, 2}, DataBuffer.TYPE_USHORT, false, false);
	private static final ImageTypeSpecifier PALETTE =
			ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_BYTE_INDEXED);

	private final List<ImageFile> open = new ArrayList<>();

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource({"png, GRAY", "png, DEEP", "png, COLOR", "png, DEEP_COLOR", "png, PALETTE", "jpg, GRAY", "jpg, COLOR"})
	void stripsOfAPhotoAreItsRows(final String kind, final String type) throws IOException {
		final Path file = folder.resolve("scan." + kind);
		assertTrue(ImageIO.write(ScanFiles.picture(type(type), WIDTH, HEIGHT), kind, file.toFile()));
		assertStripsAreRows(file);
	}

	@ParameterizedTest
	@CsvSource({"'', GRAY", "LZW, GRAY", "ZLib, GRAY", "PackBits, GRAY", "'', DEEP", "LZW, DEEP", "ZLib, DEEP",
		"'', COLOR", "LZW, COLOR", "ZLib, COLOR", "'', DEEP_COLOR", "PackBits, DEEP_COLOR", "'', PALETTE"})
	void stripsOfATiffFileAreItsRows(final String compression, final String type) throws IOException {
		final Path file = folder.resolve("scan.tif");
		ScanFiles.writeTiff(List.of(ScanFiles.picture(type(type), 700, HEIGHT)), compression, file);
		assertTrue(ScanFiles.directories(file).get(0).numbers(TiffDirectory.STRIP_OFFSETS).length > 3);
		assertStripsAreRows(file);
		if (type.equals("GRAY")) {
			final int value = ImageFiles.read(file).getProcessor().get(5);
			ScanFiles.change(file, 262, 0);
			assertEquals(255 - value, ImageFiles.read(file).getProcessor().get(5), "white is zero");
			assertStripsAreRows(file);
		}
	}

	@Test
	void stripsOfAnImageJFileHaveItsMetadata() throws IOException {
		final ImagePlus image = ScanFiles.deep(WIDTH, HEIGHT);
		image.setDisplayRange(1200, 40000);
		image.getCalibration().setUnit("mm");
		image.getCalibration().pixelWidth = 0.25;
		image.setProperty("Info", "Negative 7");
		image.setProp("Roll", "3");
		image.setOverlay(new Roi(3, 4, 20, 60), null, 1, null);
		ImageFiles.write(image, folder.resolve("scan.tif"));
		final ImagePlus strip = assertStripsAreRows(folder.resolve("scan.tif"));
		assertEquals(40000, strip.getDisplayRangeMax());
		assertEquals(0.25, strip.getCalibration().pixelWidth);
		assertEquals("Negative 7", strip.getInfoProperty());
		assertEquals("3", strip.getProp("Roll"));
		assertEquals(1, strip.getOverlay().size());
	}

	@ParameterizedTest
	@ValueSource(strings = {"gray", "deep", "float", "color"})
	void bigTiffIsRead(final String kind) throws IOException {
		final ImagePlus image = switch (kind) {
			case "gray" -> ScanFiles.image(900, 2500);
			case "deep" -> ScanFiles.deep(WIDTH, HEIGHT);
			case "float" -> new ImagePlus("x", ScanFiles.deep(WIDTH, HEIGHT).getProcessor().convertToFloat());
			default -> new ImagePlus("x", ScanFiles.image(WIDTH, HEIGHT).getProcessor().convertToRGB());
		};
		image.setProperty("Info", "Negative 7");
		final Path file = folder.resolve("scan.tif");
		ScanFiles.writeBig(image, file);
		final byte[] head = Files.readAllBytes(file);
		assertEquals(43, head[2] + head[3], "the number of BigTIFF");
		final ImagePlus back = ImageFiles.read(file);
		assertArrayEquals(new Object[] {image.getProcessor().getPixels()}, new Object[] {back.getProcessor().getPixels()});
		assertEquals("Negative 7", back.getInfoProperty());
		assertEquals(image.getDisplayRangeMax(), back.getDisplayRangeMax());
		assertStripsAreRows(file);
	}

	@Test
	void stacksInBigTiffAreRead() throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int c = 0; c < 3; c++) {
			stack.addSlice(null, ScanFiles.deep(WIDTH, HEIGHT).getProcessor());
			stack.getProcessor(c + 1).set(5, c);
		}
		final ImagePlus image = Composites.of(new ImagePlus("x", stack), 1, 1, 50, 3000);
		ScanFiles.writeBig(image, folder.resolve("scan.tif"));
		final ImagePlus back = ImageFiles.read(folder.resolve("scan.tif"));
		assertTrue(Composites.isColor(back));
		assertEquals(50, ((CompositeImage) back).getChannelLut(2).min);
		for (int c = 1; c <= 3; c++) {
			assertArrayEquals((short[]) stack.getPixels(c), (short[]) back.getStack().getPixels(c));
		}
		assertEquals(Optional.empty(), open(folder.resolve("scan.tif"), 7));
	}

	@Test
	void tilesAreReadInStrips() throws IOException {
		final Path file = folder.resolve("tiles.tif");
		ScanFiles.writeTiles(ScanFiles.picture(DEEP_COLOR, WIDTH, HEIGHT), 16, file);
		assertStripsAreRows(file);
	}

	@Test
	void imagesNotStoredByRowsAreReadWhole() throws IOException {
		final BufferedImage picture = ScanFiles.picture(GRAY, WIDTH, HEIGHT);
		for (final String kind : List.of("bmp", "gif")) {
			assertTrue(ImageIO.write(picture, kind, folder.resolve("a." + kind).toFile()));
			assertEquals(Optional.empty(), open(folder.resolve("a." + kind), 7));
		}
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		stack.addSlice(null, new ByteProcessor(WIDTH, HEIGHT));
		stack.addSlice(null, new FloatProcessor(WIDTH, HEIGHT).convertToByte(false));
		ImageFiles.write(new ImagePlus("x", stack), folder.resolve("stack.tif"));
		assertEquals(Optional.empty(), open(folder.resolve("stack.tif"), 7));
		ScanFiles.writeTiff(List.of(picture, picture), "", folder.resolve("pages.tif"));
		assertEquals(Optional.empty(), open(folder.resolve("pages.tif"), 7));
		final ImagePlus selected = ScanFiles.image(WIDTH, HEIGHT);
		selected.setRoi(3, 3, 20, 20);
		ImageFiles.write(selected, folder.resolve("selected.tif"));
		assertEquals(Optional.empty(), open(folder.resolve("selected.tif"), 7));
		Files.write(folder.resolve("text.tif"), new byte[] {'I', 'I', 42, 0, 1, 2, 3});
		assertThrows(IOException.class, () -> ImageFile.open(folder.resolve("text.tif")));
	}

	@Test
	void smallImagesAreReadWhole() throws IOException {
		ScanFiles.write(folder.resolve("scan.png"), WIDTH, HEIGHT);
		ScanFiles.write(folder.resolve("scan.tif"), WIDTH, HEIGHT);
		for (final String name : List.of("scan.png", "scan.tif")) {
			assertTrue(open(folder.resolve(name), WIDTH * HEIGHT, 100).isPresent());
			assertFalse(open(folder.resolve(name), WIDTH * HEIGHT + 1, 100).isPresent());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {"scan.png", "scan.jpg", "scan.tif"})
	void truncatedFileIsRefused(final String name) throws IOException {
		final Path file = folder.resolve(name);
		ScanFiles.write(file, 400, 300);
		final ImageStrips strips = open(file, 17).orElseThrow();
		Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) (0.7 * Files.size(file))));
		final IOException e = assertThrows(IOException.class, () -> strips.read((strip, top) -> { }));
		assertTrue(e.getMessage().matches(".*(cut off|damaged).*"), e.getMessage());
	}

	@ParameterizedTest
	@ValueSource(strings = {"scan.png", "scan.jpg", "scan.tif"})
	void receiverCanStopReading(final String name) throws IOException {
		final Path file = folder.resolve(name);
		ScanFiles.write(file, 400, 300);
		final IOException enough = new IOException("enough");
		final IOException e = assertThrows(IOException.class, () -> open(file, 10).orElseThrow().read((strip, top) -> {
			if (top >= 50) {
				throw enough;
			}
		}));
		assertSame(enough, e);
	}

	@AfterEach
	void close() throws IOException {
		for (final ImageFile file : open) {
			file.close();
		}
	}

	private Optional<ImageStrips> open(final Path file, final int rows) throws IOException {
		return open(file, 1, rows * ImageFiles.read(file).getWidth());
	}

	private Optional<ImageStrips> open(final Path path, final long large, final int stripPixels) throws IOException {
		final ImageFile file = ImageFile.open(path);
		open.add(file);
		return file.strips(large, stripPixels);
	}

	private static ImageTypeSpecifier type(final String name) {
		return switch (name) {
			case "GRAY" -> GRAY;
			case "DEEP" -> DEEP;
			case "COLOR" -> COLOR;
			case "PALETTE" -> PALETTE;
			default -> DEEP_COLOR;
		};
	}

	/** Returns the last strip. */
	private ImagePlus assertStripsAreRows(final Path file) throws IOException {
		final ImagePlus whole = ImageFiles.read(file);
		ImagePlus last = null;
		for (final int rows : new int[] {1, 7, 40, 5000}) {
			last = assertStripsAreRows(file, whole, rows);
		}
		return last;
	}

	private ImagePlus assertStripsAreRows(final Path file, final ImagePlus whole, final int rows)
			throws IOException {
		final ImageStrips strips = open(file, rows).orElseThrow();
		assertEquals(whole.getWidth(), strips.width());
		assertEquals(whole.getHeight(), strips.height());
		final ImagePlus[] last = new ImagePlus[1];
		// As often as it is wanted.
		for (int time = 0; time < 2; time++) {
			final int[] next = new int[1];
			strips.read((strip, top) -> {
				assertEquals(next[0], top);
				next[0] += strip.getHeight();
				assertIsPart(strip, top, whole);
				last[0] = strip;
			});
			assertEquals(whole.getHeight(), next[0]);
		}
		return last[0];
	}

	private static void assertIsPart(final ImagePlus strip, final int top, final ImagePlus whole) {
		assertEquals(whole.getTitle(), strip.getTitle());
		assertEquals(whole.getType(), strip.getType());
		assertEquals(whole.getNChannels(), strip.getNChannels());
		assertEquals(whole.isInvertedLut(), strip.isInvertedLut());
		assertEquals(whole.getDisplayRangeMin(), strip.getDisplayRangeMin());
		assertEquals(whole.getDisplayRangeMax(), strip.getDisplayRangeMax());
		assertEquals(Composites.range(whole), Composites.range(strip));
		assertEquals(whole.getInfoProperty(), strip.getInfoProperty());
		assertTrue(whole.getCalibration().equals(strip.getCalibration()), strip.getCalibration().toString());
		for (int c = 1; c <= whole.getStackSize(); c++) {
			assertEquals(whole.getStack().getSliceLabel(c), strip.getStack().getSliceLabel(c));
			final Object pixels = strip.getStack().getPixels(c);
			final int n = Array.getLength(pixels);
			final Object expected = Array.newInstance(pixels.getClass().getComponentType(), n);
			System.arraycopy(whole.getStack().getPixels(c), top * whole.getWidth(), expected, 0, n);
			assertArrayEquals(new Object[] {expected}, new Object[] {pixels});
		}
	}
}
