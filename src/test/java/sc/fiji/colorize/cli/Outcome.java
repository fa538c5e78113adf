/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a command line did.
 *
 * @param exit the exit code
 * @param out what it printed
 * @param err the lines it printed for errors
 */
record Outcome(int exit, String out, List<String> err) {

	/** Runs a command line in this JVM. */
	static Outcome of(final Object... words) {
		final PrintStream out = System.out;
		final PrintStream err = System.err;
		final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
		final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
		System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
		System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
		try {
			final int exit = FijiColorize.run(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
			return new Outcome(exit, outBytes.toString(StandardCharsets.UTF_8),
					errBytes.toString(StandardCharsets.UTF_8).lines().toList());
		}
		finally {
			System.setOut(out);
			System.setErr(err);
		}
	}
}
