/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import ij.IJ;
import ij.ImageJ;
import ij.WindowManager;
import ij.macro.Interpreter;

import sc.fiji.colorize.ChildJvm;

/**
 * Runs macros in one session of plain ImageJ 1 with its windows. Writes to a file what each has returned, or the error that
 * ended it. Needs a screen.
 */
public final class MacrosInWindows {

	private MacrosInWindows() {
	}

	/**
	 * Runs the macros and ends the JVM.
	 *
	 * @param arguments the file to write, and the macros
	 */
	public static void main(final String[] arguments) {
		int exit = 1;
		try {
			new ImageJ(ImageJ.STANDALONE);
			final List<String> ends = new ArrayList<>();
			for (int i = 1; i < arguments.length; i++) {
				ends.add(run(arguments[i]).replace('\n', ' '));
			}
			Files.write(Path.of(arguments[0]), ends);
			exit = 0;
		}
		catch (final IOException | RuntimeException e) {
			System.err.println("The session broke off: " + e);
		}
		System.exit(exit);
	}

	private static String run(final String macro) {
		final Interpreter interpreter = new Interpreter();
		// Neither ImageJ's dialog with the error nor its window with the variables: nobody would close them.
		IJ.redirectErrorMessages(true);
		interpreter.setIgnoreErrors(true);
		final String returned = interpreter.run(macro, "");
		final String error = interpreter.getErrorMessage();
		WindowManager.closeAllWindows();
		return error == null ? String.valueOf(returned) : "Error: " + error;
	}

	/**
	 * Runs macros on a virtual screen, in a JVM of its own.
	 *
	 * @param folder to work in
	 * @param macros their texts
	 * @return of each what it has returned, or the error that ended it
	 */
	static List<String> run(final Path folder, final String... macros) throws IOException, InterruptedException {
		final Path ends = folder.resolve("ends.txt");
		try (VirtualScreen screen = new VirtualScreen(1280, 800)) {
			final ChildJvm.Ended ended = PlainImageJ.withEngine(folder, MacrosInWindows.class).with("-Xmx512m")
					.env("DISPLAY", screen.display())
					.run(folder, MacrosInWindows.class, Stream.concat(Stream.of(ends), Stream.of(macros)).toArray());
			if (!Files.exists(ends)) {
				throw new IOException(String.join("\n", ended.err()));
			}
		}
		return Files.readAllLines(ends);
	}
}
