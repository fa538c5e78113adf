/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Imports a file and prints the time and the peak memory of this JVM. Arguments: the weights, the new model. */
public final class ImportMemory {

	private ImportMemory() {
	}

	/**
	 * Runs the import.
	 *
	 * @param arguments weights and model
	 * @throws IOException if the import fails
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path weights = Path.of(arguments[0]);
		final long start = System.nanoTime();
		PublishedWeights.run(weights, Path.of(arguments[1]));
		final double seconds = (System.nanoTime() - start) / 1e9;
		for (final String line : Files.readAllLines(Path.of("/proc/self/status"))) {
			if (line.startsWith("VmHWM")) {
				System.out.printf(Locale.ROOT, "%d bytes imported in %.1f s, peak memory %.1f MB%n", Files.size(weights),
						seconds, Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6);
			}
		}
		System.exit(0);
	}
}
