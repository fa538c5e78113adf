/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import net.imagej.patcher.LegacyEnvironment;

/** Runs a macro in a headless ImageJ 1 that has this project's classes among its plugins. */
public final class MacroInImageJ1 {

	private MacroInImageJ1() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments the macro's file
	 * @throws IOException if it cannot be read
	 * @throws ClassNotFoundException if there is no ImageJ 1
	 */
	public static void main(final String[] arguments) throws IOException, ClassNotFoundException {
		final LegacyEnvironment imagej = new LegacyEnvironment(MacroInImageJ1.class.getClassLoader(), true);
		imagej.disableIJ1PluginDirs();
		imagej.addPluginClasspath(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
				.map(File::new).filter(file -> new File(file, "plugins.config").exists()).toArray(File[]::new));
		imagej.runMacro(Files.readString(Path.of(arguments[0])), "");
		System.exit(0);
	}
}
