/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ij.ImagePlus;
import ij.gui.Roi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.cli.FijiColorize;

/** Images that do not fit into the memory, on the command line of a JVM with little of it. */
@Slow
class SmallMemoryTest {

	private static final int SIDE = 4100;
	/** The scan alone has 16.8 MB, its result in the memory of ImageJ 67 MB. */
	private static final String HEAP = "-Xmx56m";
	/** Far more than anything takes, so that only a hang fails. */
	private static final int MINUTES = 10;

	@TempDir
	private Path folder;

	/** The compressed pixels of a PNG file; the chunks before them have its metadata. */
	private static byte[] pixels(final Path png) throws IOException {
		final byte[] bytes = Files.readAllBytes(png);
		final int start = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("IDAT");
		assertTrue(start > 0, png.toString());
		return Arrays.copyOfRange(bytes, start, bytes.length);
	}

	@Test
	void scansLargerThanMemoryAreColorized() throws IOException, InterruptedException {
		final List<String> scans = new ArrayList<>();
		for (final String kind : List.of("png", "jpg", "tif")) {
			final Path scan = folder.resolve("scan-" + kind + "." + kind);
			ScanFiles.write(scan, SIDE, SIDE);
			scans.add(scan.toString());
		}
		assertEquals(0, run(scans, "results"));
		assertEquals(0, run(List.of(scans.get(0), "--reference"), "demo"));
		try (Stream<Path> results = Files.list(folder.resolve("results"))) {
			assertEquals(scans.size(), results.count());
		}
		// The PNG and the TIFF file hold the same pixels.
		final Path result = folder.resolve("results/scan-png-colorized.png");
		assertArrayEquals(pixels(result), pixels(folder.resolve("results/scan-tif-colorized.png")));
		final int[] expected;
		try (Colorizer colorizer = Colorizer.open(TinyModel.options().opening())) {
			final ImagePlus whole = new ImageColorizer(colorizer, TinyModel.options())
					.colorize(ImageFiles.read(folder.resolve("scan-png.png")), fraction -> { }, () -> false);
			expected = (int[]) whole.getProcessor().getPixels();
		}
		final int[] actual = (int[]) ImageFiles.read(result).getProcessor().getPixels();
		assertEquals(SIDE * SIDE, actual.length);
		for (int row = 0; row < SIDE; row += 7) {
			assertArrayEquals(opaque(expected, row), opaque(actual, row), "row " + row);
		}
	}

	private static int[] opaque(final int[] colors, final int row) {
		return Arrays.stream(colors, row * SIDE, (row + 1) * SIDE).map(color -> color | 0xff000000).toArray();
	}

	@Test
	void wholeImagesLargerThanMemoryAreRefused() throws IOException, InterruptedException {
		final ImagePlus scan = ScanFiles.image(SIDE, SIDE);
		scan.setRoi(new Roi(0, 0, SIDE, SIDE / 2));
		ImageFiles.write(scan, folder.resolve("scan.tif"));
		assertEquals(1, run(List.of(folder.resolve("scan.tif").toString()), "results"));
		assertTrue(Files.readString(folder.resolve("log.txt"))
				.contains("the memory is not enough for this image; start Java with a larger -Xmx"));
	}

	private int run(final List<String> arguments, final String output) throws IOException, InterruptedException {
		final List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP, "-Djava.awt.headless=true",
				"-Dai.djl.pytorch.num_threads=1", "-Dai.djl.pytorch.num_interop_threads=1", "-cp",
				System.getProperty("java.class.path"), FijiColorize.class.getName(), "colorize"));
		command.addAll(arguments);
		command.addAll(List.of("--model", TinyModel.file().toString(), "--device", "cpu", "-o",
				folder.resolve(output).toString()));
		final Path log = folder.resolve("log.txt");
		final Process process =
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "it hangs");
		}
		finally {
			process.destroyForcibly();
		}
		return process.exitValue();
	}
}
