/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import sc.fiji.colorize.ProcessMemory;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.image.ImageKinds;

/**
 * Colorizes many small images of every kind in one run of the command line in this JVM, which is to be one of its own, and
 * watches its memory after every twentieth part of them. The first fifth warms up.
 * <p>
 * Arguments: a folder to work in, and how many images. Prints the memory at each stop, and in the last line how that at
 * the end compares with that after the warm-up.
 */
public final class BatchSoak {

	private static final int STOPS = 20;
	private static final int WARM = STOPS / 5;
	private static final int SIZES = 5;

	private BatchSoak() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments folder and count
	 * @throws IOException if the folder cannot be used
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path folder = Files.createDirectories(Path.of(arguments[0]));
		final int count = Integer.parseInt(arguments[1]);
		final Path in = makeImages(folder.resolve("in"), count);
		final List<ProcessMemory> stops = new ArrayList<>();
		final PrintStream console = System.out;
		final int step = Math.max(1, count / STOPS);
		System.setOut(new PrintStream(new LineCounter(lines -> {
			if (lines % step == 0 && lines <= count) {
				stops.add(ProcessMemory.now());
				console.println("after " + lines + " images: " + stops.get(stops.size() - 1));
			}
		}), true, StandardCharsets.UTF_8));
		final int exit = FijiColorize.run("colorize", in.toString(), "-o", folder.resolve("out").toString(), "--model",
				TinyModel.file().toString(), "--device", "cpu", "--size", "32", "--uncertainty");
		System.setOut(console);
		final ProcessMemory warm = stops.get(WARM - 1);
		final ProcessMemory end = stops.get(stops.size() - 1);
		System.out.printf("%d images, exit code %d, from the warm-up to the end: heap %+.1f %%, resident %+.1f %%,"
				+ " native arrays %+d, files %+d, threads %+d%n", count, exit, percent(warm.heap(), end.heap()),
				percent(warm.resident(), end.resident()), end.arrays() - warm.arrays(), end.files() - warm.files(),
				end.threads() - warm.threads());
		System.exit(exit);
	}

	private static double percent(final long before, final long after) {
		return before == 0 ? 0 : 100.0 * (after - before) / before;
	}

	/** Images of every kind and of some sizes. */
	private static Path makeImages(final Path folder, final int count) throws IOException {
		Files.createDirectories(folder);
		final List<Map.Entry<String, byte[]>> files = new ArrayList<>();
		for (int i = 1; i <= SIZES; i++) {
			files.addAll(ImageKinds.files(32 * i, 24 * i).entrySet());
		}
		for (int i = 0; i < count; i++) {
			final Map.Entry<String, byte[]> file = files.get(i * 7 % files.size());
			Files.write(folder.resolve(i + "-" + file.getKey()), file.getValue());
		}
		return folder;
	}

	/** Hears of each line. */
	private interface LineListener {

		void line(int count) throws IOException;
	}

	/** Counts lines instead of printing them. */
	private static final class LineCounter extends OutputStream {

		private final LineListener listener;
		private int lines;

		LineCounter(final LineListener listener) {
			this.listener = listener;
		}

		@Override
		public void write(final int b) throws IOException {
			if (b == '\n') {
				listener.line(++lines);
			}
		}
	}
}
