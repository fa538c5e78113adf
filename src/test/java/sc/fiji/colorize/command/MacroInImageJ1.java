/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;

import ai.djl.util.Utils;
import net.imagej.patcher.LegacyEnvironment;

/** Runs macros in a headless ImageJ 1 that has this project's classes among its plugins. */
public final class MacroInImageJ1 {

	private MacroInImageJ1() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments for each macro its file and its argument
	 * @throws IOException if it cannot be read
	 * @throws ClassNotFoundException if there is no ImageJ 1
	 */
	public static void main(final String[] arguments) throws IOException, ClassNotFoundException {
		final LegacyEnvironment imagej = new LegacyEnvironment(MacroInImageJ1.class.getClassLoader(), true);
		imagej.disableIJ1PluginDirs();
		imagej.addPluginClasspath(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
				.map(File::new).filter(MacroInImageJ1::hasPlugins).toArray(File[]::new));
		for (int i = 0; i < arguments.length; i += 2) {
			imagej.runMacro(Files.readString(Path.of(arguments[i])), arguments[i + 1]);
		}
		System.exit(0);
	}

	private static boolean hasPlugins(final File file) {
		if (file.isDirectory()) {
			return new File(file, "plugins.config").exists();
		}
		try (ZipFile jar = new ZipFile(file)) {
			return jar.getEntry("plugins.config") != null;
		}
		catch (final IOException e) {
			return false;
		}
	}

	/**
	 * Runs macros, one after the other, in a JVM of its own, because ImageJ 1 is patched when it is loaded.
	 *
	 * @param home a folder that stands for the user's
	 * @param macros for each its file and what {@code getArgument()} gives there
	 * @return what they printed
	 */
	public static String run(final Path home, final String... macros)
			throws IOException, InterruptedException {
		// The native library that this JVM has unpacked, so that it is not unpacked again, into another home.
		return run(home, System.getProperty("java.class.path"), List.of("-DDJL_CACHE_DIR=" + Utils.getCacheDir()), macros);
	}

	/**
	 * Runs macros, one after the other, in a JVM of its own.
	 *
	 * @param home a folder that stands for the user's
	 * @param classPath with this class, ImageJ 1 and its patcher, and plugins
	 * @param options for Java
	 * @param macros for each its file and what {@code getArgument()} gives there
	 * @return what they printed
	 */
	public static String run(final Path home, final String classPath, final List<String> options,
			final String... macros) throws IOException, InterruptedException {
		final Path log = home.resolve("log.txt");
		// Where it is missing, Java makes it and says so.
		Files.createDirectories(home.resolve(".java/.userPrefs"));
		final List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true",
				"--add-opens=java.base/java.lang=ALL-UNNAMED", "-Dai.djl.pytorch.num_threads=1",
				"-Dai.djl.pytorch.num_interop_threads=1", "-Duser.home=" + home, "-Djava.util.prefs.userRoot=" + home));
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, MacroInImageJ1.class.getName()));
		command.addAll(List.of(macros));
		final Process process =
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		process.waitFor();
		return Files.readString(log);
	}
}
