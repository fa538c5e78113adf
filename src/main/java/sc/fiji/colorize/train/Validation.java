/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.loss.Loss;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.network.RebalancedCrossEntropy;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.ErrorCurve;
import sc.fiji.colorize.ops.MeanColor;
import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.train.Batches.Batch;

/**
 * Evaluates networks on the central squares of the validation photos. The truth is the colors on a grid of
 * {@code size / 4} cells on a side, regardless of the input size of a network. The photos have the sampling weights of
 * their groups, so that the metrics match the training mix.
 */
final class Validation {

	private static final int BATCH = 16;
	/** Largest batch in pixels. */
	private static final int MAX_PIXELS = BATCH * 128 * 128;
	private static final Loss LOSS = new RebalancedCrossEntropy();

	/**
	 * The result of an evaluation.
	 *
	 * @param loss mean rebalanced cross-entropy in nats
	 * @param errors color errors of all cells
	 * @param sheet some of the photos: gray, predicted, true
	 */
	record Result(double loss, ErrorCurve errors, BufferedImage sheet) {
	}

	private final TrainingPhotos photos;
	private final double[] rebalancing;
	private final TrainOptions options;
	private final int size;
	private final List<Photo> chosen;
	/** Computed at first use. */
	private ErrorCurve constant;

	/**
	 * Selects the validation photos, or some training photos if there are none.
	 *
	 * @param photos the data set
	 * @param rebalancing weight of each bin
	 * @param options settings of the run
	 * @param size side of the squares in pixels, a multiple of 8
	 */
	Validation(final TrainingPhotos photos, final double[] rebalancing, final TrainOptions options, final int size) {
		this.photos = photos;
		this.rebalancing = rebalancing;
		this.options = options;
		this.size = size;
		chosen = photos.validation().isEmpty() ? photos.training().stream().filter(photo -> photos.weight(photo) > 0)
				.limit(BATCH).toList() : photos.validation();
	}

	/** The color errors of the mean color, a baseline. */
	ErrorCurve constant() throws IOException {
		if (constant == null) {
			final MeanColor mean = new MeanColor();
			for (int i = 0; i < chosen.size(); i++) {
				final MeanColor ofPhoto = new MeanColor();
				final float[] truth = truth(i);
				for (int p = 0; p < truth.length / 2; p++) {
					ofPhoto.add(truth[p], truth[truth.length / 2 + p]);
				}
				mean.add(ofPhoto, photos.weight(chosen.get(i)));
			}
			final ErrorCurve errors = new ErrorCurve();
			for (int i = 0; i < chosen.size(); i++) {
				final float[] truth = truth(i);
				final float[] a = new float[truth.length / 2];
				final float[] b = new float[truth.length / 2];
				Arrays.fill(a, mean.a());
				Arrays.fill(b, mean.b());
				errors.add(errors(a, b, truth), photos.weight(chosen.get(i)));
			}
			constant = errors;
		}
		return constant;
	}

	private float[] truth(final int photo) throws IOException {
		return batch(chosen.subList(photo, photo + 1), size).ab();
	}

	private Batch batch(final List<Photo> some, final int side) throws IOException {
		return Batches.centered(photos, some, rebalancing, options, side);
	}

	/**
	 * Evaluates a network at the size of the squares.
	 *
	 * @param network maps {@code (batch, 1, height, width)} L* to {@code (batch, 313, height / 4, width / 4)} logits
	 * @param manager parent of the managers of its inputs
	 */
	Result run(final UnaryOperator<NDList> network, final NDManager manager) throws IOException {
		return run(network, manager, size);
	}

	/**
	 * Evaluates a network at another input size. Its colors are resampled to the cells of the truth; the loss is that of its
	 * own cells.
	 *
	 * @param network maps {@code (batch, 1, height, width)} L* to {@code (batch, 313, height / 4, width / 4)} logits
	 * @param manager parent of the managers of its inputs
	 * @param networkSize side of its inputs in pixels, a multiple of 8
	 */
	Result run(final UnaryOperator<NDList> network, final NDManager manager, final int networkSize) throws IOException {
		final ErrorCurve errors = new ErrorCurve();
		final ValidationSheet sheet = new ValidationSheet(Math.min(ValidationSheet.PHOTOS, chosen.size()));
		double loss = 0;
		double weight = 0;
		final int together = Math.max(1, Math.min(BATCH, MAX_PIXELS / (networkSize * networkSize)));
		for (int i = 0; i < chosen.size(); i += together) {
			final List<Photo> some = chosen.subList(i, Math.min(chosen.size(), i + together));
			final double[] weights = some.stream().mapToDouble(photos::weight).toArray();
			final Batch seen = batch(some, networkSize);
			weigh(seen, weights);
			final Batch truth = networkSize == size ? seen : batch(some, size);
			final float[] logits;
			try (NDManager scratch = manager.newSubManager()) {
				final NDList predictions = network.apply(seen.data(scratch));
				try (NDArray value = LOSS.evaluate(seen.labels(scratch), predictions)) {
					loss += seen.count() * value.getFloat();
				}
				logits = predictions.singletonOrThrow().toFloatArray();
			}
			measure(logits, networkSize, truth, weights, errors, sheet, Math.max(0, ValidationSheet.PHOTOS - i));
			weight += Arrays.stream(weights).sum();
		}
		return new Result(loss / weight, errors, sheet.image());
	}

	/** Multiplies the loss of each photo by its weight. */
	private static void weigh(final Batch batch, final double[] weights) {
		final int cells = Batch.cells(batch.crop());
		for (int k = 0; k < batch.weights().length; k++) {
			batch.weights()[k] *= (float) weights[k / cells];
		}
	}

	private void measure(final float[] logits, final int networkSize, final Batch truth, final double[] weights,
			final ErrorCurve errors, final ValidationSheet sheet, final int sheetRoom) {
		final int networkCells = Batch.cells(networkSize);
		final int cells = Batch.cells(size);
		final float[] a = new float[networkCells];
		final float[] b = new float[networkCells];
		for (int i = 0; i < truth.count(); i++) {
			AnnealedMean.decode(logits, i * (logits.length / truth.count()), networkCells, options.temperature(), a, b);
			final float[] sizedA = new float[cells];
			final float[] sizedB = new float[cells];
			resize(a, b, networkSize / ColorizationNetwork.OUTPUT_STRIDE, sizedA, sizedB);
			final float[] ab = Arrays.copyOfRange(truth.ab(), 2 * i * cells, 2 * (i + 1) * cells);
			errors.add(errors(sizedA, sizedB, ab), weights[i]);
			if (i < sheetRoom) {
				final float[] predicted = Arrays.copyOf(sizedA, 2 * cells);
				System.arraycopy(sizedB, 0, predicted, cells, cells);
				sheet.add(Arrays.copyOfRange(truth.lightness(), i * size * size, (i + 1) * size * size), size, predicted,
						ab);
			}
		}
	}

	/** Resamples colors to the cells of the truth. */
	private void resize(final float[] a, final float[] b, final int side, final float[] sizedA, final float[] sizedB) {
		final int wanted = size / ColorizationNetwork.OUTPUT_STRIDE;
		final ChromaUpsampling resized = new ChromaUpsampling(a, b, side, side, wanted, wanted);
		final float[] rowA = new float[wanted];
		final float[] rowB = new float[wanted];
		for (int y = 0; y < wanted; y++) {
			resized.row(y, rowA, rowB);
			System.arraycopy(rowA, 0, sizedA, y * wanted, wanted);
			System.arraycopy(rowB, 0, sizedB, y * wanted, wanted);
		}
	}

	/** The errors of a photo; the truth is a* of all cells, then b*. */
	private static ErrorCurve errors(final float[] a, final float[] b, final float[] truth) {
		final ErrorCurve errors = new ErrorCurve();
		for (int p = 0; p < a.length; p++) {
			errors.add(a[p], b[p], truth[p], truth[a.length + p]);
		}
		return errors;
	}
}
