/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import ai.djl.util.Utils;

import sc.fiji.colorize.ChildJvm;

/** Runs a program with windows on a virtual screen, in a JVM of its own. */
final class WindowSession {

	private WindowSession() {
	}

	/**
	 * Runs a program.
	 *
	 * @param folder its home folder
	 * @param program its class; its first argument is the file that it writes
	 * @param arguments the other arguments
	 * @return the lines of the file
	 * @throws IOException if it wrote no file; the message is its standard error
	 */
	static List<String> run(final Path folder, final Class<?> program, final Object... arguments)
			throws IOException, InterruptedException {
		final Path written = folder.resolve("session.txt");
		try (VirtualScreen screen = new VirtualScreen(1280, 960)) {
			final ChildJvm.Ended ended = new ChildJvm()
					.with("-Djava.awt.headless=false", "-DDJL_CACHE_DIR=" + Utils.getCacheDir()).home(folder)
					.env("DISPLAY", screen.display())
					.run(folder, program, Stream.concat(Stream.of(written), Stream.of(arguments)).toArray());
			if (!Files.exists(written)) {
				throw new IOException(String.join("\n", ended.err()));
			}
			return Files.readAllLines(written);
		}
	}
}
