/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipFile;

import ij.ImagePlus;
import ij.process.ByteProcessor;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;

/** What the examples work on, and what must come out. */
final class ExampleImages {

	static final int WIDTH = 120;
	static final int HEIGHT = 80;

	private ExampleImages() {
	}

	/** Writes a gray image. */
	static Path write(final Path file, final int seed) throws IOException {
		Files.createDirectories(file.getParent());
		ImageFiles.write(new ImagePlus("", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, seed))),
				file);
		return file;
	}

	/** The colors that the library gives an image. */
	static int[] colorized(final Path file, final double temperature) throws IOException {
		final ColorizeOptions options = TinyModel.options().temperature(temperature);
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			return colors(new ImageColorizer(colorizer, options).colorize(ImageFiles.read(file), fraction -> { },
					() -> false));
		}
	}

	/** The colors of an image, without the bits of the alpha channel, which a file does not hold. */
	static int[] colors(final ImagePlus image) {
		return Arrays.stream((int[]) image.getProcessor().getPixels()).map(color -> color & 0xffffff).toArray();
	}

	/** A file in a zip. */
	static byte[] entry(final Path zip, final String name) throws IOException {
		try (ZipFile file = new ZipFile(zip.toFile())) {
			return file.getInputStream(file.getEntry(name)).readAllBytes();
		}
	}

	/** A result is what the library gives. */
	static void assertColorized(final Path input, final double temperature, final Path result) throws IOException {
		final ImagePlus image = ImageFiles.read(result);
		assertEquals(WIDTH, image.getWidth());
		assertArrayEquals(colorized(input, temperature), colors(image), result.toString());
	}
}
