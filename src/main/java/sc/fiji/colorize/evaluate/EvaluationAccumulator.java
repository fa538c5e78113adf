/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.Serializable;
import java.util.Arrays;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.ops.ErrorCurve;

/** Accumulates the metrics of one row over pixels and photos. */
final class EvaluationAccumulator implements Serializable {

	private static final long serialVersionUID = 1;

	private static final double MAX_ERROR = 255 * 255;

	/** Sums over the opponent colors of 8-bit pixels, for the colorfulness. */
	static final class ColorfulnessStatistics {

		private long pixels;
		private long redGreen;
		private long redGreenSquared;
		/** Twice yellow minus blue, an integer. */
		private long yellowBlue;
		private long yellowBlueSquared;

		void add(final int r, final int g, final int b) {
			final long rg = r - g;
			final long yb = r + g - 2L * b;
			pixels++;
			redGreen += rg;
			redGreenSquared += rg * rg;
			yellowBlue += yb;
			yellowBlueSquared += yb * yb;
		}

		/** M3 of Hasler and Suesstrunk (2003). */
		double colorfulness() {
			final double n = pixels;
			final double meanRg = redGreen / n;
			final double meanYb = yellowBlue / n / 2;
			final double variance = redGreenSquared / n - meanRg * meanRg + yellowBlueSquared / n / 4 - meanYb * meanYb;
			return Math.sqrt(Math.max(0, variance)) + 0.3 * Math.hypot(meanRg, meanYb);
		}
	}

	private final ErrorCurve errors = new ErrorCurve();
	private long squaredRgb;
	private int photos;
	private double colorfulness;
	private double trueColorfulness;
	private double crossEntropy;
	private long cells;

	/** Adds the color of one pixel. */
	void addColor(final float a, final float b, final float trueA, final float trueB) {
		errors.add(a, b, trueA, trueB);
	}

	/** Adds the difference of one 8-bit value. */
	void addDifference(final int difference) {
		squaredRgb += (long) difference * difference;
	}

	/** Adds the colorfulness of one photo. */
	void addPhoto(final ColorfulnessStatistics result, final ColorfulnessStatistics truth) {
		photos++;
		colorfulness += result.colorfulness();
		trueColorfulness += truth.colorfulness();
	}

	/** Adds the summed cross-entropy of a number of grid cells. */
	void addCrossEntropy(final double nats, final long count) {
		crossEntropy += nats;
		cells += count;
	}

	void add(final EvaluationAccumulator other) {
		errors.add(other.errors);
		squaredRgb += other.squaredRgb;
		photos += other.photos;
		colorfulness += other.colorfulness;
		trueColorfulness += other.trueColorfulness;
		crossEntropy += other.crossEntropy;
		cells += other.cells;
	}

	double aucRaw() {
		return errors.aucRaw();
	}

	private Double psnr() {
		return squaredRgb == 0 ? null : 10 * Math.log10(MAX_ERROR * 3.0 * errors.pixels() / squaredRgb);
	}

	private Double meanCrossEntropy() {
		return cells == 0 ? null : crossEntropy / cells;
	}

	/** The metrics of a row, rebalanced by a prior, or by the bin frequencies of the accumulated pixels if it is null. */
	EvaluationRow row(final EvaluatedConfig config, final double[] prior, final int skipped) {
		final double[] rebalanced = prior == null ? errors.rebalanced() : errors.rebalanced(prior);
		final ColorizeOptions options = config.options();
		final boolean model = options != null;
		return new EvaluationRow(config.name(), model ? options.model() : null, model ? options.size() : null,
				model ? options.temperature() : null, model ? options.saturation() : null,
				model ? options.upsampling().label() : null, errors.aucRaw(),
				prior == null ? errors.aucRebalanced() : errors.aucRebalanced(prior), errors.rmse(), psnr(),
				errors.meanChroma(), errors.meanTrueChroma(), colorfulness / photos, trueColorfulness / photos,
				meanCrossEntropy(), photos, skipped, Arrays.stream(errors.raw()).boxed().toList(),
				Arrays.stream(rebalanced).boxed().toList());
	}

	/** The metrics of one photo in a row. */
	Report.ImageScore image(final String photo, final String row, final int width, final int height) {
		return new Report.ImageScore(photo, row, width, height, aucRaw(), errors.rmse(), psnr(),
				errors.meanChroma(), errors.meanTrueChroma(), colorfulness / photos, trueColorfulness / photos,
				meanCrossEntropy());
	}
}
