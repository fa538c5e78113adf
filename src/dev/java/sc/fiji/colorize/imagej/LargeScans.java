/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

import ij.ImagePlus;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;

/** The Java part of the memory benchmark: writes scans, and colorizes one as an ImagePlus. */
public final class LargeScans {

	private LargeScans() {
	}

	/**
	 * Runs one part.
	 *
	 * @param arguments {@code write FILE WIDTH HEIGHT} writes an 8-bit scan, {@code imagej WIDTH HEIGHT} colorizes an
	 *        ImagePlus
	 * @throws IOException if a file cannot be written or the bundled model cannot be opened
	 */
	public static void main(final String[] arguments) throws IOException {
		if (arguments[0].equals("write")) {
			ScanFiles.write(Path.of(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
			return;
		}
		final ImagePlus scan = ScanFiles.image(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu");
		final long start = System.nanoTime();
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			final ImagePlus result = new ImageColorizer(colorizer, options).colorize(scan, fraction -> { }, () -> false);
			System.out.printf(Locale.ROOT, "%dx%d %d-bit -> %d-bit in %.1f s%n", scan.getWidth(), scan.getHeight(),
					scan.getBitDepth(), result.getBitDepth(), (System.nanoTime() - start) / 1e9);
		}
	}
}
