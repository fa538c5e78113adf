/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.Undo;
import ij.WindowManager;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.plugin.FileInfoVirtualStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.metadata.ResultMetadata;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.ops.Lab;

class ImageColorizerTest {

	private static final int WIDTH = 40;
	private static final int HEIGHT = 30;
	private static final int N = WIDTH * HEIGHT;

	@AutoClose
	private static Colorizer engine;
	private static ImageColorizer colorizer;

	@BeforeAll
	static void open() throws IOException {
		engine = Colorizer.open(TinyModel.options().opening().precision(Precision.FLOAT32));
		colorizer = new ImageColorizer(engine, TinyModel.options().size(32));
	}

	private static ImagePlus colorize(final ImagePlus image) {
		return colorizer.colorize(image, fraction -> { }, () -> false);
	}

	// -- Eight bits --

	@Test
	void grayBecomesRgbOfEqualLightness() {
		final ImagePlus image = new ImagePlus("old photo.jpg", bytes(1));
		final ImagePlus result = colorize(image);
		assertEquals(ImagePlus.COLOR_RGB, result.getType());
		assertEquals("old photo-colorized", result.getTitle());
		assertLightness((byte[]) bytes(1).getPixels(), result);
		assertTrue(isColored(result));
		assertArrayEquals((byte[]) bytes(1).getPixels(), (byte[]) image.getProcessor().getPixels(), "the input stays");
	}

	@Test
	void eightBitDisplayRangeIsApplied() {
		final ImagePlus narrowed = new ImagePlus("x", bytes(1));
		narrowed.setDisplayRange(50, 200);
		final byte[] shown = (byte[]) bytes(1).getPixels();
		for (int i = 0; i < N; i++) {
			shown[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, ((shown[i] & 0xff) - 50) / 150.0)));
		}
		assertLightness(shown, colorize(narrowed));

		final ImagePlus inverted = new ImagePlus("x", bytes(1));
		inverted.getProcessor().invertLut();
		final byte[] negative = (byte[]) bytes(1).getPixels();
		for (int i = 0; i < N; i++) {
			negative[i] = (byte) (255 - negative[i]);
		}
		assertLightness(negative, colorize(inverted));
	}

	@Test
	void colorLookupTablesAreIgnored() {
		final ImagePlus fire = new ImagePlus("x", bytes(1));
		fire.setLut(LUT.createLutFromColor(Color.RED));
		assertSame(colorize(new ImagePlus("x", bytes(1))), colorize(fire));
	}

	@Test
	void paletteImagesUseTheirColors() {
		final byte[][] palette = new byte[3][256];
		new Random(1).nextBytes(palette[0]);
		new Random(2).nextBytes(palette[1]);
		new Random(3).nextBytes(palette[2]);
		final ByteProcessor pixels = bytes(1);
		pixels.setColorModel(new LUT(palette[0], palette[1], palette[2]));
		final ImagePlus image = new ImagePlus("x", pixels);
		final ImagePlus rgb = new ImagePlus("x", pixels.convertToRGB());
		assertSame(colorize(rgb), colorize(image));
		image.setTypeToColor256();
		assertEquals(ImagePlus.COLOR_256, image.getType());
		assertSame(colorize(rgb), colorize(image));
	}

	@Test
	void onlyTheLightnessOfRgbMatters() {
		final int[] colors = new Random(5).ints(N, 0, 1 << 24).toArray();
		final ImagePlus result = colorize(new ImagePlus("x", new ColorProcessor(WIDTH, HEIGHT, colors)));
		final int[] actual = (int[]) result.getProcessor().getPixels();
		for (int i = 0; i < N; i++) {
			assertEquals(lightness(colors[i]), lightness(actual[i]), 0.6);
		}
	}

	@Test
	void eightBitRgbCompositeBecomesRgb() {
		final ColorProcessor colors = new ColorProcessor(WIDTH, HEIGHT, new Random(5).ints(N, 0, 1 << 24).toArray());
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int c = 1; c <= 3; c++) {
			stack.addSlice(null, colors.getChannel(c));
		}
		final ImagePlus composite = Composites.of(new ImagePlus("x", stack), 1, 1, 0, 255);
		assertSame(colorize(new ImagePlus("x", colors)), colorize(composite));
	}

	// -- Sixteen bits and float --

	@ParameterizedTest
	@CsvSource({"16", "32"})
	void deepImagesBecomeCompositesWithTheirRange(final int bits) {
		final ImagePlus image = deep(bits);
		final ImagePlus result = colorize(image);
		assertTrue(Composites.isColor(result));
		assertEquals(bits, result.getBitDepth());
		assertEquals(3, result.getStackSize());
		for (int c = 1; c <= 3; c++) {
			final LUT lut = ((CompositeImage) result).getChannelLut(c);
			assertEquals(1000, lut.min);
			assertEquals(27000, lut.max);
		}
		assertEquals(CompositeImage.COMPOSITE, ((CompositeImage) result).getMode());
		for (int i = 0; i < N; i++) {
			final float lightness = Lab.lightnessOfLinear(linear(result, 1, i), linear(result, 2, i),
					linear(result, 3, i));
			assertEquals(Lab.lightness((image.getProcessor().getf(i) - 1000) / 26000), lightness, 0.1);
		}
	}

	private static double linear(final ImagePlus image, final int channel, final int i) {
		final double display = (image.getStack().getProcessor(channel).getf(i) - 1000) / 26000;
		return display > 0.04045 ? Math.pow((display + 0.055) / 1.055, 2.4) : Math.max(0, display) / 12.92;
	}

	@Test
	void invertingLookupTablesOfDeepImagesAreApplied() {
		for (final int bits : new int[] {16, 32}) {
			final ImagePlus image = deep(bits);
			image.getProcessor().invertLut();
			final ImagePlus mirrored = deep(bits);
			for (int i = 0; i < N; i++) {
				mirrored.getProcessor().setf(i, 28000 - mirrored.getProcessor().getf(i));
			}
			assertSame(colorize(mirrored), colorize(image));
		}
	}

	@Test
	void nanIsKept() {
		final FloatProcessor pixels = bytes(2).convertToFloatProcessor();
		pixels.setf(7, Float.NaN);
		pixels.setf(8, Float.POSITIVE_INFINITY);
		final ImagePlus image = new ImagePlus("x", pixels);
		image.setDisplayRange(0, 255);
		final ImagePlus result = colorize(image);
		for (int c = 1; c <= 3; c++) {
			final ImageProcessor channel = result.getStack().getProcessor(c);
			for (int i = 0; i < N; i++) {
				assertEquals(i == 7, Float.isNaN(channel.getf(i)));
			}
			assertEquals(Float.POSITIVE_INFINITY, channel.getf(8));
		}
	}

	@Test
	void resultCanBeColorizedAgain() {
		final ImagePlus once = colorize(deep(16));
		final ImagePlus twice = colorize(once);
		assertTrue(Composites.isColor(twice));
		assertEquals("deep-colorized-colorized", twice.getTitle());
		for (int c = 1; c <= 3; c++) {
			for (int i = 0; i < N; i++) {
				assertEquals(once.getStack().getProcessor(c).get(i), twice.getStack().getProcessor(c).get(i), 150);
			}
		}
	}

	// -- Stacks --

	@ParameterizedTest
	@CsvSource({"8, 3, 1", "8, 1, 3", "8, 2, 3", "24, 2, 2", "16, 1, 1", "16, 3, 1", "16, 2, 2", "32, 1, 2"})
	void planesKeepTheirPositionAndLabels(final int bits, final int slices, final int frames) {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < slices * frames; i++) {
			stack.addSlice("plane " + i, switch (bits) {
				case 8 -> bytes(i);
				case 16 -> bytes(i).convertToShortProcessor(false);
				case 24 -> bytes(i).convertToRGB();
				default -> bytes(i).convertToFloatProcessor();
			});
		}
		final ImagePlus image = new ImagePlus("stack.tif", stack);
		image.setDimensions(1, slices, frames);
		image.setOpenAsHyperStack(slices > 1 && frames > 1);
		image.setDisplayRange(0, 255);
		image.getCalibration().setUnit("mm");
		image.getCalibration().pixelWidth = 0.25;
		image.getCalibration().frameInterval = 2.5;
		final List<Double> progress = new ArrayList<>();
		final ImagePlus result = colorizer.colorize(image, progress::add, () -> false);
		final int channels = bits > 8 && bits != 24 ? 3 : 1;
		assertArrayEquals(new int[] {WIDTH, HEIGHT, channels, slices, frames}, result.getDimensions());
		assertEquals(slices * frames, progress.size());
		assertEquals(1.0, progress.get(progress.size() - 1));
		assertEquals(0.25, result.getCalibration().pixelWidth);
		assertEquals("mm", result.getCalibration().getUnit());
		assertEquals(2.5, result.getCalibration().frameInterval);
		for (int i = 0; i < slices * frames; i++) {
			assertEquals("plane " + i, result.getStack().getSliceLabel(channels * i + 1));
			// Each plane is what it gives by itself.
			final ImagePlus alone = new ImagePlus("x", image.getStack().getProcessor(i + 1));
			alone.setDisplayRange(0, 255);
			final ImagePlus expected = colorize(alone);
			for (int c = 0; c < channels; c++) {
				assertSame(expected.getStack().getProcessor(c + 1),
						result.getStack().getProcessor(channels * i + c + 1));
			}
		}
	}

	@Test
	void cancelingStopsWithinAStack() {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 5; i++) {
			stack.addSlice(null, bytes(i));
		}
		final List<Double> progress = new ArrayList<>();
		assertThrows(CancellationException.class, () -> colorizer.colorize(new ImagePlus("x", stack), progress::add,
				() -> progress.size() >= 2));
		assertEquals(2, progress.size());
	}

	@Test
	void unsuitableImagesAreReported() {
		final String none = "There is no image to colorize: open one first.";
		assertEquals(none, assertThrows(IllegalArgumentException.class, () -> colorize(null)).getMessage());
		assertEquals(none, assertThrows(IllegalArgumentException.class, () -> colorize(new ImagePlus())).getMessage());
		final ImageColorizer composite =
				new ImageColorizer(engine, TinyModel.options().size(32), OutputType.COMPOSITE);
		assertEquals("The image 'cells' has 2 channels: split them first, or choose the output type RGB.",
				assertThrows(IllegalArgumentException.class,
						() -> composite.colorize(channels(false), fraction -> { }, () -> false)).getMessage());
	}

	private static ImagePlus channels(final boolean together) {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		stack.addSlice("nuclei", bytes(1));
		stack.addSlice("membranes", bytes(2));
		final ImagePlus channels = new ImagePlus("cells", stack);
		channels.setDimensions(2, 1, 1);
		return together ? new CompositeImage(channels, CompositeImage.COMPOSITE) : channels;
	}

	@Test
	void separateChannelsAreColorizedSeparately() {
		final ImagePlus result = colorize(channels(false));
		assertArrayEquals(new int[] {WIDTH, HEIGHT, 2, 1, 1}, result.getDimensions());
		assertEquals("membranes", result.getStack().getSliceLabel(2));
		assertSame(colorize(new ImagePlus("x", bytes(2))).getProcessor(), result.getStack().getProcessor(2));
	}

	@Test
	void mergedChannelsAreColorizedTogether() {
		final ImagePlus image = channels(true);
		final ImagePlus shown = new ImagePlus("x", new ColorProcessor(image.flatten().getImage()));
		final ImagePlus result = colorize(image);
		assertArrayEquals(new int[] {WIDTH, HEIGHT, 1, 1, 1}, result.getDimensions());
		assertSame(colorize(shown), result);
	}

	// -- What goes with an image --

	@ParameterizedTest
	@CsvSource({"8", "16", "32"})
	void calibrationAndOverlayAreKeptInFiles(final int bits, @TempDir final Path folder) throws IOException {
		final ImagePlus image = bits == 8 ? new ImagePlus("deep.tif", bytes(1)) : deep(bits);
		image.setProperty("Info", "Taken in 1931.");
		image.setOverlay(new Overlay(new Roi(3, 4, 10, 11)));
		image.getCalibration().setUnit("mm");
		image.getCalibration().pixelWidth = 0.5;
		image.setProp("author", "unknown");
		ImageFiles.write(colorize(image), folder.resolve("result.tif"));
		final ImagePlus result = ImageFiles.read(folder.resolve("result.tif"));
		final String info = result.getInfoProperty();
		assertTrue(info.startsWith("Taken in 1931.\n"), info);
		assertTrue(info.contains("Colorized: colors are predicted, not recorded\n"), info);
		assertTrue(info.contains("Colorized with model: Tiny, weights sha256 " + engine.card().weightsSha256()), info);
		assertTrue(info.contains("Colorized at temperature: 0.38, saturation: 1.0"), info);
		assertNotNull(result.getOverlay());
		assertEquals(10, result.getOverlay().get(0).getBounds().width);
		assertEquals(0.5, result.getCalibration().pixelWidth);
		assertEquals("mm", result.getCalibration().getUnit());
		assertEquals("unknown", result.getProp("author"));
	}

	@Test
	void overlaySelectionsStayWithTheirSlice() {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 3; i++) {
			stack.addSlice(null, bytes(i).convertToShortProcessor(false));
		}
		final ImagePlus image = new ImagePlus("x", stack);
		final Roi roi = new Roi(1, 1, 5, 5);
		roi.setPosition(2);
		image.setOverlay(new Overlay(roi));
		image.getOverlay().add(new Roi(2, 2, 3, 3));
		final Overlay overlay = colorize(image).getOverlay();
		assertEquals(2, overlay.get(0).getZPosition());
		assertEquals(0, overlay.get(0).getCPosition());
		assertEquals(0, overlay.get(1).getPosition());
		assertEquals(2, roi.getPosition(), "the original stays");
	}

	@ParameterizedTest
	@CsvSource({"photo.jpg, photo", "a.b.tiff, a.b", "noending, noending", ".hidden, .hidden", "scan 1.5, scan 1.5",
		"v1.2 final, v1.2 final", "x.jp2, x", "'', ''"})
	void titlesLoseTheirExtension(final String title, final String name) {
		assertEquals(name + "-colorized", ResultTitle.of(title));
	}

	// -- Uncertainty --

	@Test
	void uncertaintyIsTheEntropyAtFullSize() {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		stack.addSlice(null, bytes(1));
		stack.addSlice(null, bytes(2));
		final ImageColorizer.Result result = colorizer.colorizeWithUncertainty(new ImagePlus("photo.png", stack), true,
				fraction -> { }, () -> false);
		assertSame(colorize(new ImagePlus("photo.png", stack)), result.image());
		final ImagePlus uncertainty = result.uncertainty();
		assertEquals("photo-uncertainty", uncertainty.getTitle());
		assertEquals(32, uncertainty.getBitDepth());
		assertEquals(2, uncertainty.getNSlices());
		float least = Float.MAX_VALUE;
		float most = 0;
		for (int i = 0; i < N; i++) {
			least = Math.min(least, uncertainty.getProcessor().getf(i));
			most = Math.max(most, uncertainty.getProcessor().getf(i));
		}
		assertTrue(0 <= least && least < most && most <= Math.log(313) + 1e-5, least + " to " + most);
	}

	// -- Other outputs --

	private static ImagePlus colorize(final ImagePlus image, final OutputType type) {
		return new ImageColorizer(engine, TinyModel.options().size(32), type).colorize(image, fraction -> { },
				() -> false);
	}

	@Test
	void labStackIsTheResultInLab() {
		final ImagePlus lab = colorize(deep(32), OutputType.LAB);
		assertArrayEquals(new int[] {WIDTH, HEIGHT, 3, 1, 1}, lab.getDimensions());
		assertEquals(32, lab.getBitDepth());
		final ImagePlus rgb = colorize(deep(32));
		final float[] expected = new float[3];
		for (int i = 0; i < N; i++) {
			Lab.fromLinear(linear(rgb, 1, i), linear(rgb, 2, i), linear(rgb, 3, i), expected);
			for (int c = 0; c < 3; c++) {
				assertEquals(expected[c], lab.getStack().getProcessor(c + 1).getf(i), 0.3);
			}
		}
		final ImagePlus ab = colorize(deep(32), OutputType.AB);
		assertArrayEquals(new int[] {WIDTH, HEIGHT, 2, 1, 1}, ab.getDimensions());
		assertSame(lab.getStack().getProcessor(2), ab.getStack().getProcessor(1));
		assertSame(lab.getStack().getProcessor(3), ab.getStack().getProcessor(2));
	}

	@Test
	void eightBitCompositeEqualsRgb() {
		final ImagePlus composite = colorize(new ImagePlus("x", bytes(1)), OutputType.COMPOSITE);
		assertTrue(Composites.isColor(composite));
		assertEquals(8, composite.getBitDepth());
		final ColorProcessor rgb = (ColorProcessor) colorize(new ImagePlus("x", bytes(1))).getProcessor();
		for (int c = 1; c <= 3; c++) {
			assertArrayEquals(rgb.getChannel(c), (byte[]) composite.getStack().getPixels(c));
		}
	}

	@Test
	void deepImagesCanBecomeRgb() {
		final ImagePlus result = colorize(deep(16), OutputType.RGB);
		final ImagePlus composite = colorize(deep(16));
		for (int i = 0; i < N; i++) {
			final int color = ((int[]) result.getProcessor().getPixels())[i];
			for (int c = 0; c < 3; c++) {
				final double shown = (composite.getStack().getProcessor(c + 1).get(i) - 1000) / 26000.0;
				assertEquals(255 * Math.max(0, Math.min(1, shown)), color >> 16 - 8 * c & 0xff, 0.51);
			}
		}
	}

	@Test
	void uncertaintyCanBeTheOnlyOutput() {
		final ImagePlus image = new ImagePlus("photo.png", bytes(1));
		final ImagePlus alone = colorize(image, OutputType.UNCERTAINTY);
		assertEquals("photo-uncertainty", alone.getTitle());
		assertSame(colorizer.colorizeWithUncertainty(image, true, fraction -> { }, () -> false).uncertainty(), alone);
	}

	// -- Selections, slices, in place --

	@ParameterizedTest
	@CsvSource({"8, AUTOMATIC", "16, AUTOMATIC", "32, AUTOMATIC", "24, AUTOMATIC", "16, RGB", "8, COMPOSITE", "32, LAB"})
	void pixelsOutsideTheSelectionAreKept(final int bits, final OutputType type) {
		final ImagePlus image = switch (bits) {
			case 8 -> new ImagePlus("x", bytes(1));
			case 24 -> new ImagePlus("x", new ColorProcessor(WIDTH, HEIGHT, new Random(5).ints(N, 0, 1 << 24).toArray()));
			default -> deep(bits);
		};
		final ImagePlus all = colorize(image, type);
		final ImagePlus none = new ImageColorizer(engine, TinyModel.options().size(32).saturation(0), type)
				.colorize(image, fraction -> { }, () -> false);
		final Roi roi = new OvalRoi(5, 5, 20, 15);
		image.setRoi(roi);
		final ImagePlus selected = colorize(image, type);
		for (int slice = 1; slice <= all.getStackSize(); slice++) {
			for (int i = 0; i < N; i++) {
				final boolean inside = roi.contains(i % WIDTH, i / WIDTH);
				final float outside = bits == 24 ? image.getProcessor().get(i) & 0xffffff
						: none.getStack().getProcessor(slice).getf(i);
				final ImageProcessor pixels = selected.getStack().getProcessor(slice);
				assertEquals(inside ? all.getStack().getProcessor(slice).getf(i) : outside,
						bits == 24 ? pixels.get(i) & 0xffffff : pixels.getf(i), bits == 32 ? 1e-3 : 0);
			}
		}
	}

	@Test
	void currentSliceCanBeColorizedAlone() {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 6; i++) {
			stack.addSlice("plane " + i, bytes(i).convertToShortProcessor(false));
		}
		final ImagePlus image = new ImagePlus("x", stack);
		image.setDimensions(1, 2, 3);
		image.setOpenAsHyperStack(true);
		image.setDisplayRange(0, 255);
		final Roi here = new Roi(1, 1, 5, 5);
		here.setPosition(0, 2, 2);
		final Roi elsewhere = new Roi(1, 1, 5, 5);
		elsewhere.setPosition(0, 1, 1);
		image.setOverlay(new Overlay(here));
		image.getOverlay().add(elsewhere);
		image.setPosition(1, 2, 2);
		final ImagePlus result = colorizer.colorize(image, false, fraction -> { }, () -> false);
		assertArrayEquals(new int[] {WIDTH, HEIGHT, 3, 1, 1}, result.getDimensions());
		assertEquals("plane 3", result.getStack().getSliceLabel(1));
		assertEquals(1, result.getOverlay().size());
		final ImagePlus all = colorize(image);
		for (int c = 1; c <= 3; c++) {
			assertSame(all.getStack().getProcessor(9 + c), result.getStack().getProcessor(c));
		}
	}

	@ParameterizedTest
	@CsvSource({"8", "24"})
	void colorInPlaceCanBeUndone(final int bits) {
		final ImageProcessor pixels = bits == 8 ? bytes(1) : bytes(1).convertToRGB();
		final ImagePlus image = new ImagePlus("x", pixels);
		final Object before = pixels.getPixelsCopy();
		final ImagePlus expected = colorize(image);
		WindowManager.setTempCurrentImage(image);
		try {
			colorizer.colorizeInPlace(image, true, fraction -> { }, () -> false);
			assertEquals(24, image.getBitDepth());
			assertSame(expected.getProcessor(), image.getProcessor());
			assertTrue(image.getInfoProperty().contains("colors are predicted"));
			assertTrue(image.changes, "ImageJ asks before it is closed");
			Undo.undo();
			assertEquals(bits, image.getBitDepth());
			if (bits == 8) {
				assertArrayEquals((byte[]) before, (byte[]) image.getProcessor().getPixels());
			}
			else {
				assertArrayEquals((int[]) before, (int[]) image.getProcessor().getPixels());
			}
		}
		finally {
			WindowManager.setTempCurrentImage(null);
		}
	}

	@Test
	void unsuitableImagesAreNotChangedInPlace() {
		final ImagePlus deep = deep(16);
		assertEquals("In place the image becomes RGB: choose the output type RGB, or let the result be a new image.",
				assertThrows(IllegalArgumentException.class,
						() -> colorizer.colorizeInPlace(deep, true, fraction -> { }, () -> false)).getMessage());
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		stack.addSlice(bytes(1));
		stack.addSlice(bytes(2));
		final ImagePlus film = new ImagePlus("film", stack);
		assertTrue(assertThrows(IllegalArgumentException.class,
				() -> colorizer.colorizeInPlace(film, false, fraction -> { }, () -> false)).getMessage()
						.startsWith("One slice of a gray stack cannot have color"));
		assertThrows(CancellationException.class,
				() -> colorizer.colorizeInPlace(film, true, fraction -> { }, () -> true));
		assertEquals(8, film.getBitDepth());
		final ImagePlus expected = colorize(film);
		colorizer.colorizeInPlace(film, true, fraction -> { }, () -> false);
		assertSame(expected, film);
	}

	// -- Stacks on disk --

	@ParameterizedTest
	@CsvSource({"8, AUTOMATIC", "16, AUTOMATIC", "32, LAB", "24, RGB", "8, UNCERTAINTY"})
	void virtualStackIsColorizedIntoAFile(final int bits, final OutputType type, @TempDir final Path folder)
			throws IOException {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < 6; i++) {
			stack.addSlice("plane " + i, switch (bits) {
				case 8 -> bytes(i);
				case 16 -> bytes(i).convertToShortProcessor(false);
				case 24 -> bytes(i).convertToRGB();
				default -> bytes(i).convertToFloatProcessor();
			});
		}
		final ImagePlus memory = new ImagePlus("film.tif", stack);
		memory.setDimensions(1, 2, 3);
		memory.setOpenAsHyperStack(true);
		memory.setDisplayRange(0, 255);
		memory.getCalibration().setUnit("mm");
		memory.getCalibration().frameInterval = 3;
		ImageFiles.write(memory, folder.resolve("film.tif"));
		final ImagePlus virtual = FileInfoVirtualStack.openVirtual(folder.resolve("film.tif").toString());
		assertTrue(virtual.getStack().isVirtual());
		final List<Double> progress = new ArrayList<>();
		final Path file = folder.resolve("result.tif");
		final ImageColorizer typed = new ImageColorizer(engine, TinyModel.options().size(32), type);
		final ImagePlus result = typed.colorizeToFile(virtual, true, ResultMetadata.NONE, file, progress::add, () -> false);
		assertEquals(6, progress.size(), "each plane once");
		assertTrue(result.getStack().isVirtual());
		final ImagePlus expected = typed.colorize(memory, fraction -> { }, () -> false);
		for (final ImagePlus actual : List.of(result, ImageFiles.read(file))) {
			assertArrayEquals(expected.getDimensions(), actual.getDimensions());
			assertEquals(3, actual.getCalibration().frameInterval);
			assertEquals(expected.getStack().getSliceLabel(2), actual.getStack().getSliceLabel(2));
			assertTrue(actual.getInfoProperty().contains("colors are predicted"));
			for (int slice = 1; slice <= expected.getStackSize(); slice++) {
				assertSame(bits == 24 || type == OutputType.AUTOMATIC && bits == 8, expected, actual, slice);
			}
		}
		final List<Double> before = new ArrayList<>();
		final Path broken = folder.resolve("broken.tif");
		assertThrows(CancellationException.class,
				() -> typed.colorizeToFile(virtual, true, ResultMetadata.NONE, broken, before::add,
						() -> before.size() == 3));
		assertEquals(List.of("film.tif", "result.tif"), Arrays.stream(folder.toFile().list()).sorted().toList());
	}

	private static void assertSame(final boolean packed, final ImagePlus expected, final ImagePlus actual,
			final int slice) {
		for (int i = 0; i < N; i++) {
			final ImageProcessor e = expected.getStack().getProcessor(slice);
			final ImageProcessor a = actual.getStack().getProcessor(slice);
			// Without the bits of the alpha channel, which a file does not hold.
			assertEquals(packed ? e.get(i) & 0xffffff : e.getf(i), packed ? a.get(i) & 0xffffff : a.getf(i));
		}
	}

	// -- Pictures --

	private static ByteProcessor bytes(final int seed) {
		return new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, seed));
	}

	private static ImagePlus deep(final int bits) {
		final ImageProcessor pixels =
				bits == 16 ? new ShortProcessor(WIDTH, HEIGHT) : new FloatProcessor(WIDTH, HEIGHT);
		for (int i = 0; i < N; i++) {
			pixels.setf(i, 1200 + 100 * bytes(3).get(i) + i % 50);
		}
		final ImagePlus image = new ImagePlus("deep.tif", pixels);
		image.setDisplayRange(1000, 27000);
		return image;
	}

	private static float lightness(final int color) {
		return Lab.lightness8Bit(color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff);
	}

	private static void assertLightness(final byte[] gray, final ImagePlus result) {
		final int[] colors = (int[]) result.getProcessor().getPixels();
		for (int i = 0; i < N; i++) {
			assertEquals(Lab.lightness((gray[i] & 0xff) / 255f), lightness(colors[i]), 0.6);
		}
	}

	private static boolean isColored(final ImagePlus image) {
		for (final int color : (int[]) image.getProcessor().getPixels()) {
			if ((color >> 16 & 0xff) != (color & 0xff)) {
				return true;
			}
		}
		return false;
	}

	private static void assertSame(final ImagePlus expected, final ImagePlus actual) {
		assertEquals(expected.getStackSize(), actual.getStackSize());
		for (int slice = 1; slice <= expected.getStackSize(); slice++) {
			assertSame(expected.getStack().getProcessor(slice), actual.getStack().getProcessor(slice));
		}
	}

	private static void assertSame(final ImageProcessor expected, final ImageProcessor actual) {
		assertEquals(expected.getBitDepth(), actual.getBitDepth());
		for (int i = 0; i < N; i++) {
			assertEquals(expected.getf(i), actual.getf(i));
		}
	}
}
