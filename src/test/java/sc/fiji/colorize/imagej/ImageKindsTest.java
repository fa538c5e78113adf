/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Consumer;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.Calibration;
import ij.plugin.FileInfoVirtualStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.MedianCut;
import net.imglib2.Cursor;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;

/**
 * Colorizes images of all kinds that ImageJ has, through a TIFF file, and compares what came out with the table in
 * {@code docs/image-kinds.md}. With {@code -DwriteDocs=true} it writes the table instead.
 */
class ImageKindsTest {

	private static final Path PAGE = Path.of("docs/image-kinds.md");
	private static final String BEGIN = "<!-- The table is written by ImageKindsTest. -->\n";
	private static final String END = "<!-- End of the table. -->\n";
	private static final int WIDTH = 40;
	private static final int HEIGHT = 30;
	/** Rounding to 256 steps moves the lightness by as much. */
	private static final double ROUNDING = 0.6;

	@TempDir
	private static Path folder;

	private final List<Kind> kinds = new ArrayList<>();

	/**
	 * An image and what is special about it.
	 *
	 * @param name in words
	 * @param image the image
	 */
	private record Kind(String name, ImagePlus image) {
	}

	@Test
	void kindsGiveTheResultsInTheTable() throws IOException {
		plainTypes();
		stacks();
		tables();
		values();
		shapes();
		company();
		assertTrue(kinds.size() >= 40, kinds.size() + " kinds");
		final StringBuilder table = new StringBuilder(
				"| | Image | Size, C x Z x T | Result | C x Z x T | Display range | Kept |\n|-:|-|-|-|-|-|-|\n");
		try (Colorizer engine = Colorizer.open(TinyModel.options().opening())) {
			int number = 0;
			for (final Kind kind : kinds) {
				table.append("| ").append(++number).append(" | ").append(row(engine, kind)).append(" |\n");
			}
		}
		final String page = Files.readString(PAGE);
		final int begin = page.indexOf(BEGIN) + BEGIN.length();
		final int end = page.indexOf(END);
		if (Boolean.getBoolean("writeDocs")) {
			Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
		}
		else {
			assertEquals(page.substring(begin, end), table.toString(),
					"The page is out of date: run the test with -DwriteDocs=true and read what has changed.");
		}
	}

	private String row(final Colorizer engine, final Kind kind) throws IOException {
		final ImagePlus image = kind.image();
		final ImagePlus colored = new ImageColorizer(engine, TinyModel.options().size(32)).colorize(image,
				fraction -> { }, () -> false);
		assertTrue(colored.getInfoProperty().contains("Colorized: colors are predicted, not recorded"), kind.name());
		assertLightness(kind, colored);
		final Path file = folder.resolve("result.tif");
		ImageFiles.write(colored, file);
		final ImagePlus result = ImageFiles.read(file);
		assertEquals(colored.getStackSize(), result.getStackSize(), kind.name());
		final String range = result.getBitDepth() == 24 ? ""
				: number(result.getDisplayRangeMin()) + " to " + number(result.getDisplayRangeMax());
		return String.join(" | ", kind.name(), image.getWidth() + "x" + image.getHeight() + ", " + dimensions(image),
				type(result), dimensions(result), range, kept(image, result, kind.name()));
	}

	private static String type(final ImagePlus image) {
		return image.getBitDepth() == 24 ? "RGB" : image.getBitDepth() + "-bit composite";
	}

	private static String dimensions(final ImagePlus image) {
		return image.getNChannels() + " x " + image.getNSlices() + " x " + image.getNFrames();
	}

	private static String number(final double value) {
		return value == Math.rint(value) ? String.valueOf((long) value)
				: String.format(Locale.ROOT, "%.3g", value);
	}

	/** What both have, as far as the image had something to keep. */
	private static String kept(final ImagePlus image, final ImagePlus result, final String name) {
		final StringJoiner kept = new StringJoiner(", ");
		final Calibration before = image.getCalibration();
		final Calibration after = result.getCalibration();
		if (before.scaled()) {
			assertEquals(before.pixelWidth, after.pixelWidth, 1e-6, name);
			assertEquals(before.pixelDepth, after.pixelDepth, 1e-6, name);
			assertEquals(before.getUnit(), after.getUnit(), name);
			kept.add("scale");
		}
		if (before.frameInterval != 0) {
			assertEquals(before.frameInterval, after.frameInterval, 1e-6, name);
			kept.add("frame interval");
		}
		if (image.getStackSize() > 1 && image.getStack().getSliceLabel(1) != null) {
			final int last = result.getStackSize();
			assertEquals(image.getStack().getSliceLabel(1), result.getStack().getSliceLabel(1), name);
			assertTrue(result.getStack().getSliceLabel(last) != null, name);
			kept.add("labels");
		}
		if (image.getOverlay() != null) {
			assertEquals(image.getOverlay().size(), result.getOverlay().size(), name);
			kept.add("overlay");
		}
		if (image.getInfoProperty() != null) {
			assertTrue(result.getInfoProperty().startsWith(image.getInfoProperty()), name);
			kept.add("Info");
		}
		return kept.toString();
	}

	/** The lightness of the result is that of the image. */
	private static void assertLightness(final Kind kind, final ImagePlus result) {
		final SourcePlanes before = new SourcePlanes(kind.image());
		final SourcePlanes after = new SourcePlanes(result);
		assertEquals(before.count(), after.count(), kind.name());
		// Whole numbers are coarser steps of lightness in a narrow display range.
		final double steps = result.getBitDepth() == 16
				? Math.min(255, result.getDisplayRangeMax() - result.getDisplayRangeMin()) : 255;
		final double rounding = ROUNDING * 255 / Math.max(1, steps);
		for (int plane = 0; plane < before.count(); plane++) {
			final Cursor<FloatType> expected = Views.flatIterable(before.get(plane).lightness()).cursor();
			for (final FloatType actual : Views.flatIterable(after.get(plane).lightness())) {
				assertEquals(expected.next().get(), actual.get(), rounding, kind.name());
			}
		}
	}

	// -- Kinds --

	private void add(final String name, final ImagePlus image) {
		kinds.add(new Kind(name, image));
	}

	private void add(final String name, final ImagePlus image, final Consumer<ImagePlus> change) {
		change.accept(image);
		add(name, image);
	}

	private void plainTypes() {
		for (final int bits : new int[] {8, 16, 32, 24}) {
			add(word(bits), image(bits, 1, 1, 1));
		}
		add("8-bit color", palette());
		add("8-bit color by ImageJ's own conversion", image(24, 1, 1, 1), image -> {
			final ImagePlus converted = new ImagePlus("x", new MedianCut((ColorProcessor) image
					.getProcessor()).convertToByte(64));
			image.setProcessor(converted.getProcessor());
		});
	}

	private void stacks() {
		for (final int bits : new int[] {8, 16, 32, 24}) {
			add(word(bits) + " stack", image(bits, 1, 3, 1));
			add(word(bits) + " time series", image(bits, 1, 1, 3));
			add(word(bits) + " hyperstack", image(bits, 1, 2, 3));
		}
		for (final int bits : new int[] {8, 16, 32}) {
			add(word(bits) + " channels, shown together", composite(bits, 2, 1, 1, CompositeImage.COMPOSITE));
			add(word(bits) + " channels, shown one at a time in color", composite(bits, 2, 1, 1, CompositeImage.COLOR));
			add(word(bits) + " hyperstack of channels", composite(bits, 4, 2, 2, CompositeImage.COMPOSITE));
			add(word(bits) + " channels in gray", composite(bits, 2, 2, 1, CompositeImage.GRAYSCALE));
			add(word(bits) + " red, green and blue", colors(bits, 1));
		}
		add("16-bit red, green and blue, stack", colors(16, 3));
		add("8-bit stack shown at its last slice", image(8, 1, 3, 1), image -> image.setSlice(3));
	}

	private void tables() {
		for (final int bits : new int[] {8, 16, 32}) {
			add(word(bits) + ", inverting table", image(bits, 1, 1, 1), image -> image.getProcessor().invertLut());
			add(word(bits) + ", table of one color", image(bits, 1, 1, 1),
					image -> image.setLut(LUT.createLutFromColor(Color.MAGENTA)));
		}
		add("8-bit, two colors", image(8, 1, 1, 1), image -> {
			final byte[] table = new byte[256];
			for (int i = 128; i < 256; i++) {
				table[i] = (byte) 255;
			}
			image.setLut(new LUT(table, table, table));
		});
		add("8-bit stack, inverting table", image(8, 1, 2, 1), image -> image.getProcessor().invertLut());
	}

	private void values() {
		for (final int bits : new int[] {8, 16, 32}) {
			add(word(bits) + ", narrow display range", image(bits, 1, 1, 1), image -> image.setDisplayRange(60, 120));
			add(word(bits) + ", all of one value", image(bits, 1, 1, 1), image -> {
				image.getProcessor().set(77);
				if (bits == 32) {
					image.getProcessor().setColor(77.0);
					image.getProcessor().fill();
				}
				image.resetDisplayRange();
			});
		}
		add("16-bit, whole range", image(16, 1, 1, 1), image -> {
			image.getProcessor().multiply(256);
			image.setDisplayRange(0, 65535);
		});
		add("16-bit, signed by calibration", image(16, 1, 1, 1), image -> {
			image.getProcessor().add(32768);
			image.getCalibration().setSigned16BitCalibration();
			image.setDisplayRange(32768, 33023);
		});
		add("32-bit, NaN and infinity", image(32, 1, 1, 1), image -> {
			image.getProcessor().setf(5, Float.NaN);
			image.getProcessor().setf(6, Float.POSITIVE_INFINITY);
			image.getProcessor().setf(7, Float.NEGATIVE_INFINITY);
			image.setDisplayRange(0, 255);
		});
		add("32-bit, nothing but NaN", image(32, 1, 1, 1), image -> {
			for (int i = 0; i < WIDTH * HEIGHT; i++) {
				image.getProcessor().setf(i, Float.NaN);
			}
			image.resetDisplayRange();
		});
		add("32-bit, negative and tiny", image(32, 1, 1, 1), image -> {
			image.getProcessor().add(-300);
			image.getProcessor().multiply(1e-6);
			image.resetDisplayRange();
		});
		add("RGB with alpha", image(24, 1, 1, 1), image -> {
			final int[] pixels = (int[]) image.getProcessor().getPixels();
			for (int i = 0; i < pixels.length; i++) {
				pixels[i] = pixels[i] & 0xffffff | i % 256 << 24;
			}
		});
		add("8-bit, optical density", image(8, 1, 1, 1), image -> image.getCalibration().setFunction(
				Calibration.STRAIGHT_LINE, new double[] {0, 0.01}, "OD"));
	}

	private void shapes() {
		for (final int bits : new int[] {8, 16, 32, 24}) {
			add(word(bits) + ", one pixel", small(bits, 1, 1));
			add(word(bits) + ", one row", small(bits, 97, 1));
			add(word(bits) + ", one column", small(bits, 1, 97));
		}
		add("8-bit stack of single pixels", new ImagePlus("x", stackOf(small(8, 1, 1), 3)));
	}

	private void company() throws IOException {
		for (final int bits : new int[] {8, 16, 32, 24}) {
			add(word(bits) + " hyperstack with all that goes with it", image(bits, 1, 2, 2), ImageKindsTest::furnish);
		}
		add("16-bit in micrometres", image(16, 1, 1, 1), image -> {
			image.getCalibration().setUnit("um");
			image.getCalibration().pixelWidth = 0.1625;
			image.getCalibration().pixelHeight = 0.1625;
		});
		add("8-bit with a selection", image(8, 1, 1, 1), image -> image.setRoi(new OvalRoi(5, 5, 20, 15)));
		add("32-bit with a selection of a line", image(32, 1, 1, 1), image -> image.setRoi(new Line(1, 1, 9, 9)));
		add("8-bit with a threshold", image(8, 1, 1, 1),
				image -> image.getProcessor().setThreshold(50, 100, ImageProcessor.RED_LUT));
		for (final int bits : new int[] {8, 16, 32, 24}) {
			final Path file = folder.resolve("virtual-" + bits + ".tif");
			ImageFiles.write(image(bits, 1, 3, 2), file);
			add(word(bits) + ", virtual", FileInfoVirtualStack.openVirtual(file.toString()));
		}
	}

	private static void furnish(final ImagePlus image) {
		final Calibration calibration = image.getCalibration();
		calibration.setUnit("mm");
		calibration.pixelWidth = 0.25;
		calibration.pixelHeight = 0.25;
		calibration.pixelDepth = 2;
		calibration.frameInterval = 1.5;
		image.setProperty("Info", "Taken in 1931.");
		final Roi roi = new Roi(2, 3, 10, 10);
		roi.setPosition(1, 2, 1);
		image.setOverlay(new Overlay(roi));
		image.getOverlay().add(new OvalRoi(4, 4, 9, 9));
	}

	private static String word(final int bits) {
		return bits == 24 ? "RGB" : bits + "-bit";
	}

	private static ImageProcessor pixels(final int bits, final int width, final int height, final int seed) {
		final ByteProcessor bytes = new ByteProcessor(width, height, TinyModel.picture(width, height, seed));
		return switch (bits) {
			case 16 -> bytes.convertToShortProcessor(false);
			case 32 -> bytes.convertToFloatProcessor();
			case 24 -> new ColorProcessor(width, height,
					new Random(seed).ints(width * height, 0, 1 << 24).toArray());
			default -> bytes;
		};
	}

	private static ImagePlus small(final int bits, final int width, final int height) {
		return new ImagePlus("small.tif", pixels(bits, width, height, 1));
	}

	private static ImageStack stackOf(final ImagePlus image, final int size) {
		final ImageStack stack = new ImageStack(image.getWidth(), image.getHeight());
		for (int i = 0; i < size; i++) {
			stack.addSlice(image.getProcessor().duplicate());
		}
		return stack;
	}

	private static ImagePlus image(final int bits, final int channels, final int slices, final int frames) {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int i = 0; i < channels * slices * frames; i++) {
			stack.addSlice(channels * slices * frames > 1 ? "plane " + i : null, pixels(bits, WIDTH, HEIGHT, i + 1));
		}
		final ImagePlus image = new ImagePlus("photo.tif", stack);
		image.setDimensions(channels, slices, frames);
		image.setOpenAsHyperStack(slices > 1 && frames > 1 || channels > 1);
		if (bits != 24) {
			image.setDisplayRange(0, 255);
		}
		return image;
	}

	private static ImagePlus composite(final int bits, final int channels, final int slices, final int frames,
			final int mode) {
		final CompositeImage image = new CompositeImage(image(bits, channels, slices, frames), mode);
		for (int c = 1; c <= channels; c++) {
			final LUT lut = LUT.createLutFromColor(c == 1 ? Color.GREEN : c == 2 ? Color.MAGENTA : Color.GRAY);
			lut.min = 10 * c;
			lut.max = 255;
			image.setChannelLut(lut, c);
		}
		return image;
	}

	private static ImagePlus colors(final int bits, final int slices) {
		return Composites.of(image(bits, 3, slices, 1), slices, 1, 0, 255);
	}

	private static ImagePlus palette() {
		final byte[][] palette = new byte[3][256];
		for (int c = 0; c < 3; c++) {
			new Random(c).nextBytes(palette[c]);
		}
		final ImageProcessor pixels = pixels(8, WIDTH, HEIGHT, 1);
		pixels.setColorModel(new LUT(palette[0], palette[1], palette[2]));
		return new ImagePlus("palette.gif", pixels);
	}
}
