/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;

/** A screen of X11 in memory. The X server picks its number, so that any number of screens can run side by side. */
final class VirtualScreen implements AutoCloseable {

	private static final String SERVER = "Xvfb";

	private final Process server;
	private final String display;

	/** Starts one, and waits until it is ready. */
	VirtualScreen(final int width, final int height) throws IOException {
		server = new ProcessBuilder(SERVER, "-displayfd", "1", "-screen", "0", width + "x" + height + "x24", "-nolisten",
				"tcp").redirectError(ProcessBuilder.Redirect.DISCARD).start();
		final BufferedReader reader = server.inputReader();
		final String number = reader.readLine();
		if (number == null) {
			throw new IOException(SERVER + " did not start.");
		}
		display = ":" + number;
	}

	/**
	 * Whether there can be one.
	 *
	 * @return true where Xvfb is installed
	 */
	static boolean isPossible() {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
				.anyMatch(place -> new File(place, SERVER).canExecute());
	}

	/** The value of the environment variable {@code DISPLAY} for programs that are to use it. */
	String display() {
		return display;
	}

	@Override
	public void close() {
		server.destroy();
	}
}
