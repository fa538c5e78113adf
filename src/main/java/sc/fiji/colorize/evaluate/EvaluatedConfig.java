/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

import sc.fiji.colorize.ColorizeOptions;

/**
 * One configuration to evaluate.
 *
 * @param name unique name
 * @param options the model and its settings, with a network size; null for gray and constant
 * @param hints number of simulated color hints
 */
record EvaluatedConfig(String name, ColorizeOptions options, int hints) implements Serializable {

	/** A configuration without a model. */
	EvaluatedConfig(final String name) {
		this(name, null, 0);
	}

	/** The configurations of a report: gray, constant, and the models combined with the numbers of hints. */
	static List<EvaluatedConfig> all(final List<ColorizeOptions> rows, final List<Integer> hints) {
		final List<String> models = rows.stream().map(ColorizeOptions::model).distinct().toList();
		final List<EvaluatedConfig> all = new ArrayList<>(
				List.of(new EvaluatedConfig(EvaluationRow.GRAY), new EvaluatedConfig(EvaluationRow.CONSTANT)));
		for (final ColorizeOptions row : new LinkedHashSet<>(rows)) {
			for (final int count : hints) {
				final String suffix = count == 0 ? "" : count == 1 ? ", 1 hint" : ", " + count + " hints";
				all.add(new EvaluatedConfig(name(row, models) + suffix, row, count));
			}
		}
		return all;
	}

	private static String name(final ColorizeOptions row, final List<String> models) {
		final String brief = brief(row.model());
		final boolean unique = models.stream().filter(model -> brief(model).equals(brief)).count() == 1;
		return (unique ? brief : row.model()) + ", " + row.size() + " px, T " + number(row.temperature())
				+ (row.saturation() == 1 ? "" : ", saturation " + number(row.saturation()))
				+ (row.upsampling() == ColorizeOptions.defaults().upsampling() ? "" : ", " + row.upsampling().label());
	}

	/** The file name of a model without its folder and extension. */
	private static String brief(final String model) {
		final String file = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf('\\')) + 1);
		return file.toLowerCase(Locale.ROOT).endsWith(".zip") ? file.substring(0, file.length() - 4) : file;
	}

	private static String number(final double value) {
		return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
	}
}
