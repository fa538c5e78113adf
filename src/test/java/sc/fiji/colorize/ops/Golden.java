/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.Yaml;

/** The facts in this package's test resources; the README beside them says where they come from. */
final class Golden {

	private Golden() {
	}

	/** The published bins and prior: {@code [313]{a, b, probability}}. */
	static double[][] binsAndPrior() {
		return text("bins-and-prior.csv").lines().skip(1).map(line -> {
			final String[] cells = line.split(",");
			return new double[] {Double.parseDouble(cells[0]), Double.parseDouble(cells[1]), Double.parseDouble(cells[2])};
		}).toArray(double[][]::new);
	}

	/** The published prior: 313 probabilities. */
	static double[] prior() {
		final double[][] table = binsAndPrior();
		final double[] prior = new double[table.length];
		for (int q = 0; q < prior.length; q++) {
			prior[q] = table[q][2];
		}
		return prior;
	}

	/** A list in the file of golden values; JSON is YAML. */
	static List<Map<String, Object>> list(final String name) {
		return new Yaml().<Map<String, List<Map<String, Object>>>>load(text("golden.json")).get(name);
	}

	/** An object in the file of golden values. */
	static Map<String, Map<String, Object>> map(final String name) {
		return new Yaml().<Map<String, Map<String, Map<String, Object>>>>load(text("golden.json")).get(name);
	}

	/** A list of numbers in an entry. */
	static double[] numbers(final Object list) {
		return ((List<?>) list).stream().mapToDouble(number -> ((Number) number).doubleValue()).toArray();
	}

	/** A number in an entry. */
	static double number(final Object number) {
		return ((Number) number).doubleValue();
	}

	private static String text(final String name) {
		try (InputStream in = Golden.class.getResourceAsStream(name)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}
}
