/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import javax.imageio.ImageTypeSpecifier;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.PredictOptions;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.metadata.ImageMetadata;
import sc.fiji.colorize.metadata.Provenance;
import sc.fiji.colorize.metadata.ResultMetadata;
import sc.fiji.colorize.metadata.TiffDirectory;

/** {@link StripColorizer} writes what {@link ImageColorizer} makes of the whole image. */
class StripColorizerTest {

	private static final int WIDTH = 97;
	private static final int HEIGHT = 131;
	private static final ColorizeOptions OPTIONS = TinyModel.options().temperature(0.3).saturation(1.4).smoothing(0.5);
	@AutoClose
	private static Colorizer colorizer;

	@TempDir
	private Path folder;

	private final List<ImageFile> open = new ArrayList<>();

	@BeforeAll
	static void open() throws IOException {
		colorizer = Colorizer.open(OPTIONS.opening());
	}

	@ParameterizedTest
	@CsvSource({"gray.png, png, AUTOMATIC", "gray.jpg, png, AUTOMATIC", "gray.tif, png, AUTOMATIC",
		"gray.tif, jpg, AUTOMATIC", "gray.tif, tif, AUTOMATIC", "inverted.tif, png, AUTOMATIC", "deep.tif, tif, AUTOMATIC",
		"plain16.tif, tif, AUTOMATIC", "plain16.tif, png, AUTOMATIC", "tiled.tif, png, AUTOMATIC",
				"color.tif, png, AUTOMATIC", "color16.tif, tif, AUTOMATIC",
		"company.tif, tif, AUTOMATIC", "gray.png, tif, LAB", "deep.tif, tif, AB", "deep.tif, png, RGB",
		"company.tif, tif, UNCERTAINTY", "gray.jpg, tif, COMPOSITE"})
	void tiledEqualsWhole(final String name, final String kind, final OutputType type) throws IOException {
		assertTiledEqualsWhole(name, kind, new ImageColorizer(colorizer, OPTIONS, type));
	}

	@ParameterizedTest
	@CsvSource({"gray.png, png, AUTOMATIC", "deep.tif, tif, AUTOMATIC", "color.tif, png, AUTOMATIC", "gray.png, tif, LAB"})
	void tiledEqualsWholeForThePublishedDemo(final String name, final String kind, final OutputType type)
			throws IOException {
		assertTiledEqualsWhole(name, kind,
				new ImageColorizer(colorizer, OPTIONS.size(PredictOptions.MODEL_SIZE).reference(true), type));
	}

	private void assertTiledEqualsWhole(final String name, final String kind, final ImageColorizer whole)
			throws IOException {
		final Path scan = scan(name);
		final Path expected = folder.resolve("whole." + kind);
		final ImageColorizer.Result result =
				whole.colorizeWithUncertainty(ImageFiles.read(scan), true, f -> { }, () -> false);
		commit(ImageFiles.prepare(List.of(result.image()), true, ResultMetadata.NONE, expected));
		commit(ImageFiles.prepare(List.of(result.uncertainty()), true, ResultMetadata.NONE, folder.resolve("sure.tif")));
		for (final int rows : new int[] {1, 13, 64}) {
			final Path tiled = folder.resolve("tiled." + kind);
			final List<Double> progress = new ArrayList<>();
			final StripColorizer strips = new StripColorizer(whole, strips(scan, rows), 2, progress::add, () -> false);
			strips.predict();
			assertEquals(ImageFiles.fitsPng(result.image()), strips.fitsPng());
			commit(strips.prepareUncertainty(ResultMetadata.NONE, folder.resolve("tiled-sure.tif")));
			commit(strips.prepare(ResultMetadata.NONE, tiled));
			assertSameTiff(folder.resolve("sure.tif"), folder.resolve("tiled-sure.tif"));
			if (kind.equals("tif")) {
				assertSameTiff(expected, tiled);
			}
			else {
				assertEquals(-1, Files.mismatch(expected, tiled));
			}
			assertEquals(1, progress.get(progress.size() - 1), 1e-9);
			assertEquals(progress.stream().sorted().toList(), progress);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {"png", "jpg", "tif"})
	void stripResultsKeepMetadata(final String kind) throws IOException {
		final Path scan = scan("gray.tif");
		final ResultMetadata metadata = new ResultMetadata(ImageMetadata.NONE,
				new Provenance("Fiji Colorize 1", Map.of("temperature", "0.38")));
		final Path whole = folder.resolve("whole." + kind);
		commit(ImageFiles.prepare(List.of(new ImageColorizer(colorizer, OPTIONS, OutputType.AUTOMATIC)
				.colorize(ImageFiles.read(scan), f -> { }, () -> false)), true, metadata, whole));
		final Path tiled = folder.resolve("tiled." + kind);
		final StripColorizer strips = colorization(strips(scan, 13), () -> false);
		strips.predict();
		commit(strips.prepare(metadata, tiled));
		try (ImageFile file = ImageFile.open(tiled)) {
			assertEquals("Fiji Colorize 1", file.metadata().provenance().orElseThrow().software());
		}
		if (kind.equals("tif")) {
			assertSameTiff(whole, tiled);
		}
		else {
			assertEquals(-1, Files.mismatch(whole, tiled));
		}
	}

	/** Pixels, and all tags but those of the places of pixels. */
	private static void assertSameTiff(final Path expected, final Path actual) throws IOException {
		final ImagePlus whole = ImageFiles.read(expected);
		final ImagePlus tiled = ImageFiles.read(actual);
		assertArrayEquals(whole.getDimensions(), tiled.getDimensions());
		for (int slice = 1; slice <= whole.getStackSize(); slice++) {
			assertArrayEquals(new Object[] {whole.getStack().getPixels(slice)},
					new Object[] {tiled.getStack().getPixels(slice)});
		}
		final List<TiffDirectory> pages = ScanFiles.directories(expected);
		final List<TiffDirectory> others = ScanFiles.directories(actual);
		assertEquals(pages.size(), others.size());
		assertEquals(description(pages), description(others));
		for (int page = 0; page < pages.size(); page++) {
			for (int tag = 0; tag < 1 << Short.SIZE; tag++) {
				assertEquals(pages.get(page).has(tag), others.get(page).has(tag), "tag " + tag);
				if (tag != TiffDirectory.STRIP_OFFSETS) {
					assertArrayEquals(pages.get(page).numbers(tag), others.get(page).numbers(tag), "tag " + tag);
				}
			}
		}
		assertEquals(whole.getInfoProperty(), tiled.getInfoProperty());
		assertTrue(tiled.getInfoProperty().contains("colors are predicted"));
	}

	private static String description(final List<TiffDirectory> pages) {
		final StringBuilder text = new StringBuilder();
		Arrays.stream(pages.get(0).numbers(270)).forEach(letter -> text.append((char) letter));
		return text.toString();
	}

	@ParameterizedTest
	@ValueSource(strings = {"png", "jpg", "tif"})
	void cancelingLeavesNoFile(final String kind) throws IOException {
		final ImageStrips scan = strips(scan("gray.tif"), 10);
		for (final int asked : new int[] {0, 5, 20}) {
			final StripColorizer strips = colorization(scan, after(asked));
			assertThrows(CancellationException.class, () -> {
				strips.predict();
				strips.prepare(ResultMetadata.NONE, folder.resolve("result." + kind));
			});
			assertFiles("gray.tif");
		}
	}

	private static void commit(final AtomicFile file) throws IOException {
		file.commit();
		file.close();
	}

	private static StripColorizer colorization(final ImageStrips scan, final BooleanSupplier canceled) {
		return new StripColorizer(new ImageColorizer(colorizer, OPTIONS), scan, 1, fraction -> { }, canceled);
	}

	private static BooleanSupplier after(final int times) {
		final int[] asked = new int[1];
		return () -> asked[0]++ >= times;
	}

	@ParameterizedTest
	@ValueSource(strings = {"png", "jpg", "tif"})
	void truncatedScanLeavesNoFile(final String kind) throws IOException {
		final Path scan = scan("gray.tif");
		final StripColorizer strips = colorization(strips(scan, 10), () -> false);
		strips.predict();
		Files.write(scan, Arrays.copyOf(Files.readAllBytes(scan), (int) Files.size(scan) / 2));
		final UncheckedIOException e = assertThrows(UncheckedIOException.class,
				() -> strips.prepare(ResultMetadata.NONE, folder.resolve("result." + kind)));
		assertEquals("the image is cut off before its end", Failure.reason(e));
		assertFiles("gray.tif");
	}

	@Test
	void unwritableResultIsRefusedWithAClause() throws IOException {
		final StripColorizer strips = colorization(strips(scan("deep.tif"), 10), () -> false);
		strips.predict();
		assertEquals("a PNG file cannot hold a display range: let the name end in .tif", assertThrows(IOException.class,
				() -> strips.prepare(ResultMetadata.NONE, folder.resolve("result.png"))).getMessage());
		assertEquals("there is no such folder", assertThrows(IOException.class,
				() -> strips.prepare(ResultMetadata.NONE, folder.resolve("none/result.tif"))).getMessage());
		assertFiles("deep.tif");
	}

	@Slow
	@Test
	void otherProgramsReadBigTiff() throws IOException, InterruptedException {
		final Path script = Files.writeString(folder.resolve("read.py"), """
				import sys, tifffile
				with tifffile.TiffFile(sys.argv[1]) as tiff:
					assert tiff.is_bigtiff and len(tiff.pages[0].dataoffsets) == int(sys.argv[2])
					image = tiff.asarray(key=slice(None))
					print(image.shape, image.sum(dtype='int64'), image[..., 5, 7].tolist())
				""");
		assumeTrue(run("-c", "import tifffile") != null, "no /usr/bin/python3 with tifffile");
		final ImagePlus gray = ScanFiles.image(1000, 2500);
		ScanFiles.writeBig(gray, folder.resolve("gray.tif"));
		long sum = 0;
		for (int i = 0; i < 1000 * 2500; i++) {
			sum += gray.getProcessor().get(i);
		}
		assertEquals("(2500, 1000) " + sum + " " + gray.getProcessor().get(7, 5),
				run(script.toString(), folder.resolve("gray.tif").toString(), "3"));
		final ImagePlus deep = ScanFiles.deep(50, 40);
		deep.setStack(Composites.of(new ImagePlus("x", copies(deep)), 1, 1, 0, 60000).getStack());
		ScanFiles.writeBig(Composites.of(deep, 1, 1, 0, 60000), folder.resolve("deep.tif"));
		final String value = String.valueOf(deep.getProcessor().get(7, 5));
		assertTrue(run(script.toString(), folder.resolve("deep.tif").toString(), "1")
				.matches("\\(3, 40, 50\\) \\d+ \\[" + value + ", " + value + ", " + value + "\\]"));
	}

	private static ImageStack copies(final ImagePlus image) {
		final ImageStack stack = new ImageStack(image.getWidth(), image.getHeight());
		for (int c = 0; c < 3; c++) {
			stack.addSlice(null, image.getProcessor().duplicate());
		}
		return stack;
	}

	/** What a Python program prints, or null if it fails. */
	private static String run(final String... arguments) throws IOException, InterruptedException {
		final List<String> command = new ArrayList<>(List.of("/usr/bin/python3"));
		command.addAll(List.of(arguments));
		if (!Files.exists(Path.of(command.get(0)))) {
			return null;
		}
		final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		final String output = new String(process.getInputStream().readAllBytes()).strip();
		return process.waitFor() == 0 ? output : null;
	}

	private void assertFiles(final String... names) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			assertEquals(List.of(names), files.map(file -> file.getFileName().toString()).toList());
		}
	}

	@AfterEach
	void close() throws IOException {
		for (final ImageFile file : open) {
			file.close();
		}
	}

	private ImageStrips strips(final Path path, final int rows) throws IOException {
		final ImageFile file = ImageFile.open(path);
		open.add(file);
		return file.strips(1, rows * WIDTH).orElseThrow();
	}

	private Path scan(final String name) throws IOException {
		final Path file = folder.resolve(name);
		switch (name) {
			case "gray.png", "gray.jpg", "gray.tif" -> ScanFiles.write(file, WIDTH, HEIGHT);
			case "inverted.tif" -> {
				ScanFiles.write(file, WIDTH, HEIGHT);
				ScanFiles.change(file, 262, 0);
			}
			case "deep.tif" -> {
				final ImagePlus image = ScanFiles.deep(WIDTH, HEIGHT);
				image.setDisplayRange(1500, 45000);
				ImageFiles.write(image, file);
			}
			case "plain16.tif" -> write(
					ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_USHORT_GRAY), "LZW", file);
			case "tiled.tif" -> ScanFiles.writeTiles(ScanFiles.picture(
					ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_BYTE_GRAY), WIDTH, HEIGHT), 16, file);
			case "color.tif" -> write(
					ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR), "ZLib", file);
			case "color16.tif" -> write(ImageTypeSpecifier.createInterleaved(ColorSpace.getInstance(ColorSpace.CS_sRGB),
					new int[] {0, 1, 2}, DataBuffer.TYPE_USHORT, false, false), "", file);
			default -> {
				final ImagePlus image = ScanFiles.deep(WIDTH, HEIGHT);
				image.getCalibration().setUnit("mm");
				image.getCalibration().pixelWidth = 0.25;
				image.setProperty("Info", "Negative 7");
				image.setProp("Roll", "3");
				image.getStack().setSliceLabel("left", 1);
				image.setOverlay(new Roi(3, 4, 20, 60), null, 1, null);
				ImageFiles.write(image, file);
			}
		}
		return file;
	}

	private static void write(final ImageTypeSpecifier type, final String compression, final Path file)
			throws IOException {
		ScanFiles.writeTiff(List.of(ScanFiles.picture(type, WIDTH, HEIGHT)), compression, file);
	}
}
