/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import sc.fiji.colorize.ColorizeOptions;

/**
 * One thing to compare.
 *
 * @param name tells it from the others
 * @param options the model and its settings, the size being filled in; null for gray and constant
 * @param hints the number of simulated color hints
 */
record Candidate(String name, ColorizeOptions options, int hints) {

	/** One without a model. */
	Candidate(final String name) {
		this(name, null, 0);
	}

	/**
	 * Names the models with their settings.
	 *
	 * @param rows models and settings, with their sizes filled in
	 * @param hints numbers of hints, each of which is tried with each of the rows
	 */
	static List<Candidate> of(final List<ColorizeOptions> rows, final List<Integer> hints) {
		final Set<String> models = new LinkedHashSet<>();
		rows.forEach(row -> models.add(row.model()));
		return rows.stream().distinct().flatMap(row -> hints.stream().map(count -> new Candidate(name(row, models)
				+ (count == 0 ? "" : count == 1 ? ", 1 hint" : ", " + count + " hints"), row, count))).toList();
	}

	private static String name(final ColorizeOptions row, final Set<String> models) {
		final String brief = brief(row.model());
		final boolean unique = models.stream().filter(model -> brief(model).equals(brief)).count() == 1;
		return (unique ? brief : row.model()) + ", " + row.size() + " px, T " + number(row.temperature())
				+ (row.saturation() == 1 ? "" : ", saturation " + number(row.saturation()))
				+ (row.upsampling() == ColorizeOptions.defaults().upsampling() ? "" : ", " + row.upsampling().label());
	}

	/** The name of a model's file without folder and ending. */
	private static String brief(final String model) {
		final String file = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf('\\')) + 1);
		return file.toLowerCase(Locale.ROOT).endsWith(".zip") ? file.substring(0, file.length() - 4) : file;
	}

	private static String number(final double value) {
		return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
	}
}
