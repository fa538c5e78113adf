/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The metrics of all rows, summed over photos. The sums of parts of a set can be added in any order. */
public final class EvaluationSums implements Serializable {

	private static final long serialVersionUID = 1;

	private static final double SMALLEST_PROBABILITY = 1e-6;
	private static final int FIRST_MODEL = 2;

	/** Serializable lists. */
	private final ArrayList<EvaluatedConfig> configs;
	private final ArrayList<EvaluationAccumulator> rows;

	EvaluationSums(final List<EvaluatedConfig> configs, final List<EvaluationAccumulator> rows) {
		this.configs = new ArrayList<>(configs);
		this.rows = new ArrayList<>(rows);
	}

	/** No photos. */
	EvaluationSums(final List<EvaluatedConfig> configs) {
		this(configs, configs.stream().map(config -> new EvaluationAccumulator()).toList());
	}

	/**
	 * Adds the photos of other sums.
	 *
	 * @param other sums of the same rows, unchanged
	 * @return these sums
	 */
	public EvaluationSums add(final EvaluationSums other) {
		for (int i = 0; i < rows.size(); i++) {
			rows.get(i).add(other.rows.get(i));
		}
		return this;
	}

	/**
	 * The metrics of each row, if these are the sums of a single photo.
	 *
	 * @param photo its name
	 * @param width its width in pixels
	 * @param height its height in pixels
	 * @return one element per row
	 */
	public List<Report.ImageScore> images(final String photo, final int width, final int height) {
		final List<Report.ImageScore> images = new ArrayList<>();
		for (int i = 0; i < rows.size(); i++) {
			images.add(rows.get(i).image(photo, configs.get(i).name(), width, height));
		}
		return images;
	}

	/** Raw AuC of the first model minus that of gray, in percentage points; 0 without a model. */
	double gain() {
		return configs.size() <= FIRST_MODEL ? 0 : rows.get(FIRST_MODEL).aucRaw() - rows.get(0).aucRaw();
	}

	/**
	 * The metrics of all rows.
	 *
	 * @param prior as in {@link EvaluateOptions#prior()}
	 * @param skipped number of skipped photos
	 * @return gray, constant and the models
	 */
	public List<EvaluationRow> rows(final List<Double> prior, final int skipped) {
		final double[] weights = prior.isEmpty() ? null : raised(prior);
		final List<EvaluationRow> result = new ArrayList<>();
		for (int i = 0; i < rows.size(); i++) {
			result.add(rows.get(i).row(configs.get(i), weights, skipped));
		}
		return result;
	}

	/** The given prior with a lower bound, so that single pixels of rare colors do not dominate. */
	private static double[] raised(final List<Double> prior) {
		final double[] raised = prior.stream().mapToDouble(p -> Math.max(SMALLEST_PROBABILITY, p)).toArray();
		final double sum = Arrays.stream(raised).sum();
		return Arrays.stream(raised).map(p -> p / sum).toArray();
	}
}
