/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.regex.Pattern;

/** Titles and names of results. */
public final class ResultTitle {

	/** A dot and up to five letters or digits, not only digits. */
	private static final Pattern ENDING = Pattern.compile("(?<=.)\\.(?=\\d*[A-Za-z])[A-Za-z0-9]{1,5}$");

	private ResultTitle() {
	}

	/**
	 * {@return the title of a result: that of the original without its ending (such as .jpg), and "-colorized"}
	 *
	 * @param title title of the original, or a file's name
	 */
	public static String of(final String title) {
		return withoutEnding(title) + "-colorized";
	}

	/**
	 * {@return the title of a result of a given type, which ends in "-colorized" or "-uncertainty"}
	 *
	 * @param title title of the original, or a file's name
	 * @param type what the result is
	 */
	public static String of(final String title, final OutputType type) {
		return type == OutputType.UNCERTAINTY ? withoutEnding(title) + "-uncertainty" : of(title);
	}

	/**
	 * {@return a title without an extension such as .jpg; numbers such as in "scan.12" are not extensions}
	 *
	 * @param title title of an image, or a file's name
	 */
	public static String withoutEnding(final String title) {
		return ENDING.matcher(title).replaceFirst("");
	}
}
