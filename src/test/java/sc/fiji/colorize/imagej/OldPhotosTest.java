/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import ij.ImagePlus;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.ops.Lab;

/** The bundled model on genuine old photographs, where a folder of them is at hand. */
@Slow
class OldPhotosTest {

	private static final double LARGEST_DEVIATION = 0.6;
	private static final double MEAN_DEVIATION = 0.2;

	@Test
	void lightnessOfOldPhotosIsKept() throws IOException {
		final Path folder = Path.of(System.getProperty("COLORIZE_SHARED",
				System.getenv().getOrDefault("COLORIZE_SHARED", "../shared"))).resolve("photos/legacy");
		Assumptions.assumeTrue(Files.isDirectory(folder),
				"The photos are not there: set COLORIZE_SHARED to the folder that holds photos/legacy.");
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		final List<Path> photos;
		try (Stream<Path> files = Files.list(folder)) {
			photos = files.filter(ImageFiles::hasImageEnding).sorted().toList();
		}
		assertEquals(30, photos.size());
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu");
		double largest = 0;
		double sum = 0;
		long pixels = 0;
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			for (final Path photo : photos) {
				final ImagePlus image = ImageFiles.read(photo);
				final int[] before = (int[]) image.getProcessor().convertToRGB().getPixels();
				final ImagePlus result = new ImageColorizer(colorizer, options).colorize(image, done -> { }, () -> false);
				final int[] after = (int[]) result.getProcessor().getPixels();
				for (int i = 0; i < before.length; i++) {
					final double deviation = Math.abs(lightness(before[i]) - lightness(after[i]));
					largest = Math.max(largest, deviation);
					sum += deviation;
				}
				pixels += before.length;
			}
		}
		System.out.printf(Locale.ROOT, "L* deviation over %d old photos: largest %.3f, mean %.3f%n", photos.size(),
				largest, sum / pixels);
		assertTrue(largest <= LARGEST_DEVIATION, "largest deviation " + largest);
		assertTrue(sum / pixels <= MEAN_DEVIATION, "mean deviation " + sum / pixels);
	}

	private static float lightness(final int rgb) {
		return Lab.lightness8Bit(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff);
	}
}
