/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.evaluate.EvaluationAccumulator.ColorfulnessStatistics;
import sc.fiji.colorize.ops.Chroma;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.FullSizeChroma;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.Resampling;
import sc.fiji.colorize.ops.SoftEncoding;
import sc.fiji.colorize.ops.Srgb;
import sc.fiji.colorize.photo.RgbPhoto;

/** Compares colorized photos with the originals, row by row, without an image of full size. */
final class PhotoScorer {

	private PhotoScorer() {
	}

	/** A view of the pixels of a photo as an image {@code (x, y, 3)}. */
	static RandomAccessibleInterval<UnsignedByteType> image(final RgbPhoto photo) {
		return Views.moveAxis(ArrayImgs.unsignedBytes(photo.rgb(), 3, photo.width(), photo.height()), 0, 2);
	}

	/**
	 * Scores several colorizations of a photo, without their cross-entropy.
	 *
	 * @throws CancellationException if canceled, which is polled after each row of pixels
	 */
	static List<EvaluationAccumulator> score(final RgbPhoto photo, final List<ColorPlane> colors,
			final BooleanSupplier stopped) {
		final int width = photo.width();
		final List<Coloring> colorings = colors.stream().map(plane -> new Coloring(plane, photo)).toList();
		final ColorfulnessStatistics truth = new ColorfulnessStatistics();
		final float[][] lab = new float[width][3];
		final float[] lightness = new float[width];
		for (int y = 0; y < photo.height(); y++) {
			if (stopped.getAsBoolean()) {
				throw new CancellationException();
			}
			final int start = 3 * y * width;
			for (int x = 0; x < width; x++) {
				final int r = photo.rgb()[start + 3 * x] & 0xff;
				final int g = photo.rgb()[start + 3 * x + 1] & 0xff;
				final int b = photo.rgb()[start + 3 * x + 2] & 0xff;
				Lab.from8Bit(r, g, b, lab[x]);
				lightness[x] = lab[x][0];
				truth.add(r, g, b);
			}
			for (final Coloring coloring : colorings) {
				coloring.scoreRow(y, lightness, lab, photo.rgb(), start);
			}
		}
		colorings.forEach(coloring -> coloring.accumulator.addPhoto(coloring.colorfulness, truth));
		return colorings.stream().map(coloring -> coloring.accumulator).toList();
	}

	/** The state of one colorization. */
	private static final class Coloring {

		private final FullSizeChroma.RowReader chroma;
		private final float saturation;
		private final float[] rowA;
		private final float[] rowB;
		private final double[] linear = new double[3];
		private final int[] rgb = new int[3];
		private final ColorfulnessStatistics colorfulness = new ColorfulnessStatistics();
		private final EvaluationAccumulator accumulator = new EvaluationAccumulator();

		Coloring(final ColorPlane plane, final RgbPhoto photo) {
			chroma = plane.chroma().reader();
			saturation = (float) plane.saturation();
			rowA = new float[photo.width()];
			rowB = new float[photo.width()];
		}

		void scoreRow(final int y, final float[] lightness, final float[][] lab, final byte[] truth, final int start) {
			chroma.read(y, lightness, rowA, rowB);
			for (int x = 0; x < rowA.length; x++) {
				final float a = saturation * rowA[x];
				final float b = saturation * rowB[x];
				final float factor = Chroma.fitGamut(lab[x][0], a, b, linear);
				accumulator.addColor(factor * a, factor * b, lab[x][1], lab[x][2]);
				for (int c = 0; c < 3; c++) {
					rgb[c] = (int) Math.rint(255f * Srgb.encode((float) linear[c]));
					accumulator.addDifference(rgb[c] - (truth[start + 3 * x + c] & 0xff));
				}
				colorfulness.add(rgb[0], rgb[1], rgb[2]);
			}
		}
	}

	/**
	 * Adds the cross-entropy of a distribution against the soft-encoded colors of the photo, reduced to the grid of the
	 * distribution.
	 *
	 * @return false if the distribution has NaN values
	 */
	static boolean addCrossEntropy(final RgbPhoto photo, final ColorDistribution distribution,
			final EvaluationAccumulator accumulator) {
		final Img<FloatType> lab = ArrayImgs.floats(distribution.width(), distribution.height(), 3);
		Resampling.resample(image(photo), lab);
		Lab.rgbToLab(lab, lab);
		final int[] bins = new int[SoftEncoding.NEIGHBORS];
		final float[] weights = new float[bins.length];
		final float[] logits = new float[ColorBins.COUNT];
		final RandomAccess<FloatType> truth = lab.randomAccess();
		final RandomAccess<FloatType> prediction = distribution.logits().randomAccess();
		double nats = 0;
		for (int y = 0; y < distribution.height(); y++) {
			for (int x = 0; x < distribution.width(); x++) {
				float largest = Float.NEGATIVE_INFINITY;
				for (int q = 0; q < logits.length; q++) {
					logits[q] = prediction.setPositionAndGet(x, y, q).get();
					largest = Math.max(largest, logits[q]);
				}
				double sum = 0;
				for (final float logit : logits) {
					sum += Math.exp(logit - largest);
				}
				SoftEncoding.encode(truth.setPositionAndGet(x, y, 1).get(), truth.setPositionAndGet(x, y, 2).get(),
						SoftEncoding.SIGMA, bins, weights);
				nats += largest + Math.log(sum);
				for (int i = 0; i < bins.length; i++) {
					nats -= weights[i] * logits[bins[i]];
				}
			}
		}
		accumulator.addCrossEntropy(nats, (long) distribution.width() * distribution.height());
		return !Double.isNaN(nats);
	}
}
