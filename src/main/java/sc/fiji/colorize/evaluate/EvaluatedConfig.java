/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

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

	/** The configurations of a report: gray, constant, and the models. */
	static List<EvaluatedConfig> all(final List<ColorizeOptions> rows, final List<Integer> hints) {
		return Stream.concat(Stream.of(EvaluationRow.GRAY, EvaluationRow.CONSTANT).map(EvaluatedConfig::new),
				of(rows, hints).stream()).toList();
	}

	/**
	 * Combines models and numbers of hints, and names the combinations.
	 *
	 * @param rows models and settings, with a network size
	 * @param hints numbers of hints
	 */
	static List<EvaluatedConfig> of(final List<ColorizeOptions> rows, final List<Integer> hints) {
		final Set<String> models = new LinkedHashSet<>();
		rows.forEach(row -> models.add(row.model()));
		return rows.stream().distinct().flatMap(row -> hints.stream().map(count -> new EvaluatedConfig(name(row, models)
				+ (count == 0 ? "" : count == 1 ? ", 1 hint" : ", " + count + " hints"), row, count))).toList();
	}

	private static String name(final ColorizeOptions row, final Set<String> models) {
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
