/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.Serializable;
import java.util.List;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.ops.ColorBins;

/**
 * Options of an evaluation. Immutable; each method returns a changed copy.
 *
 * <pre>
 * ColorizeOptions model = ColorizeOptions.defaults().model("mine.zip");
 * EvaluateOptions options = EvaluateOptions.defaults().rows(List.of(model, model.temperature(1)));
 * </pre>
 *
 * @param rows models with their settings, one row each; the report also has the rows <em>gray</em> and <em>constant</em>.
 *        Rows that differ only in temperature, saturation and upsampling share one prediction. May be empty
 * @param prior 313 probabilities of the bins, whose inverse weights the pixels of the rebalanced AuC; empty for the bin
 *        frequencies of the evaluated photos. Probabilities below 1e-6 count as 1e-6, so that a few pixels of colors
 *        without a probability do not dominate
 * @param hints numbers of simulated color hints (true colors at random positions) to combine with each row; 0 for none
 * @param seed seed of the positions of the hints
 * @param threads number of photos in memory at a time, 1 or more; the result does not depend on it
 */
public record EvaluateOptions(List<ColorizeOptions> rows, List<Double> prior, List<Integer> hints, long seed, int threads)
		implements Serializable {

	/** Largest number of simulated hints. */
	public static final int MAX_HINTS = 10_000;

	private static final double SUM_TOLERANCE = 1e-3;

	/** Checks the ranges. */
	public EvaluateOptions {
		rows = rows.stream().distinct().toList();
		prior = List.copyOf(prior);
		if (!prior.isEmpty() && prior.size() != ColorBins.COUNT) {
			throw new IllegalArgumentException(
					"A color prior needs " + ColorBins.COUNT + " probabilities but has " + prior.size() + ".");
		}
		final double sum = prior.stream().mapToDouble(Double::doubleValue).sum();
		if (!prior.isEmpty() && (prior.stream().anyMatch(p -> !(p >= 0)) || Math.abs(sum - 1) > SUM_TOLERANCE)) {
			throw new IllegalArgumentException(
					"The probabilities of a color prior must be 0 or more and sum to 1 but sum to " + sum + ".");
		}
		hints = hints.stream().distinct().toList();
		if (hints.isEmpty() || hints.stream().anyMatch(count -> count < 0 || count > MAX_HINTS)) {
			throw new IllegalArgumentException(
					"The numbers of hints must be from 0 to " + MAX_HINTS + " but are " + hints + ".");
		}
		if (threads < 1) {
			throw new IllegalArgumentException("The number of threads must be 1 or more but is " + threads + ".");
		}
	}

	/**
	 * The defaults: the bundled model with its default settings, the bin frequencies of the photos, no hints, all cores.
	 *
	 * @return the defaults
	 */
	public static EvaluateOptions defaults() {
		return new EvaluateOptions(List.of(ColorizeOptions.defaults()), List.of(), List.of(0), 0,
				Runtime.getRuntime().availableProcessors());
	}

	/** {@return a copy with another models and settings} */
	public EvaluateOptions rows(final List<ColorizeOptions> value) {
		return new EvaluateOptions(value, prior, hints, seed, threads);
	}

	/** {@return a copy with another prior} */
	public EvaluateOptions prior(final List<Double> value) {
		return new EvaluateOptions(rows, value, hints, seed, threads);
	}

	/**
	 * Sets the simulated color hints.
	 *
	 * @param numbers numbers of hints to compare, 0 for none
	 * @param randomSeed seed of their positions
	 * @return a copy
	 */
	public EvaluateOptions hints(final List<Integer> numbers, final long randomSeed) {
		return new EvaluateOptions(rows, prior, numbers, randomSeed, threads);
	}

	/** {@return a copy with another number of threads} */
	public EvaluateOptions threads(final int value) {
		return new EvaluateOptions(rows, prior, hints, seed, value);
	}
}
