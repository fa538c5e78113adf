/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.util.ArrayList;
import java.util.List;

/** Runs several command lines of {@code colorize-on-spark} one after the other, separated by the word {@code then}. */
final class SparkCommands {

	static final String THEN = "then";

	private SparkCommands() {
	}

	public static void main(final String[] words) {
		final List<String> line = new ArrayList<>();
		for (final String word : words) {
			if (word.equals(THEN)) {
				System.out.println("exit " + ColorizeOnSpark.run(line.toArray(String[]::new)));
				line.clear();
			}
			else {
				line.add(word);
			}
		}
		System.exit(ColorizeOnSpark.run(line.toArray(String[]::new)));
	}
}
