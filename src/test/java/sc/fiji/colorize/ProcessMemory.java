/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds at a moment.
 *
 * @param heap bytes of Java's heap that are reachable
 * @param resident bytes of memory, native ones included; 0 where the system does not tell
 * @param arrays native arrays
 * @param files open files; 0 where the system does not tell
 * @param threads threads of Java
 */
public record ProcessMemory(long heap, long resident, int arrays, long files, int threads) {

	private static final Path STATUS = Path.of("/proc/self/status");
	private static final Path FILES = Path.of("/proc/self/fd");
	private static final int COLLECTIONS = 3;

	/** This process now, after the garbage is collected. */
	public static ProcessMemory now() throws IOException {
		for (int i = 0; i < COLLECTIONS; i++) {
			System.gc();
		}
		final Runtime runtime = Runtime.getRuntime();
		return new ProcessMemory(runtime.totalMemory() - runtime.freeMemory(), status("VmRSS"), NativeArrays.count(),
				openFiles(), Thread.activeCount());
	}

	/** Bytes that a line of the process's status tells, such as VmHWM for the peak of the resident memory. */
	public static long status(final String name) throws IOException {
		if (Files.exists(STATUS)) {
			for (final String line : Files.readAllLines(STATUS)) {
				if (line.startsWith(name + ":")) {
					return Long.parseLong(line.replaceAll("\\D", "")) << 10;
				}
			}
		}
		return 0;
	}

	private static long openFiles() throws IOException {
		if (!Files.exists(FILES)) {
			return 0;
		}
		try (Stream<Path> files = Files.list(FILES)) {
			return files.count();
		}
	}

	@Override
	public String toString() {
		return String.format("heap %.1f MiB, resident %.1f MiB, %d native arrays, %d files, %d threads", heap / 1048576.0,
				resident / 1048576.0, arrays, files, threads);
	}
}
