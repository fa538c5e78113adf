/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

/** Names in files. */
public final class Names {

	private static final int LONGEST = 80;

	private Names() {
	}

	/**
	 * Makes a name printable for messages.
	 *
	 * @param name any text
	 * @return at most 80 printable ASCII characters, then "..." if the name is longer; "?" replaces other characters
	 */
	public static String printable(final String name) {
		final String plain = name.replaceAll("[^ -~]", "?").strip();
		return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "..." : plain;
	}
}
