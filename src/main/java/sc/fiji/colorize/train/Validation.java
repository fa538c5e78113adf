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
	 * @param rebalancing weight of each bin
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
			final int cells = Batch.cells(size);
			final MeanColor mean = new MeanColor();
			for (final Photo photo : chosen) {
				final MeanColor ofPhoto = new MeanColor();
				final float[] truth = batch(List.of(photo), size).ab();
				for (int p = 0; p < cells; p++) {
					ofPhoto.add(truth[p], truth[cells + p]);
				}
				mean.add(ofPhoto, photos.weight(photo));
			}
			final float[] predicted = new float[2 * cells];
			Arrays.fill(predicted, 0, cells, mean.a());
			Arrays.fill(predicted, cells, 2 * cells, mean.b());
			final ErrorCurve errors = new ErrorCurve();
			for (final Photo photo : chosen) {
				errors.add(errors(predicted, batch(List.of(photo), size).ab()), photos.weight(photo));
			}
			constant = errors;
		}
		return constant;
	}

	private Batch batch(final List<Photo> some, final int side) throws IOException {
		return Batches.centered(photos, some, rebalancing, options, side);
	}

	/** Evaluates a network at the size of the squares. */
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
			final float[] predicted = resize(a, b, networkSize / ColorizationNetwork.OUTPUT_STRIDE);
			final float[] ab = Arrays.copyOfRange(truth.ab(), 2 * i * cells, 2 * (i + 1) * cells);
			errors.add(errors(predicted, ab), weights[i]);
			if (i < sheetRoom) {
				sheet.add(Arrays.copyOfRange(truth.lightness(), i * size * size, (i + 1) * size * size), size, predicted,
						ab);
			}
		}
	}

	/** Resamples colors to the cells of the truth; a* of all cells, then b*. */
	private float[] resize(final float[] a, final float[] b, final int side) {
		final int wanted = size / ColorizationNetwork.OUTPUT_STRIDE;
		final ChromaUpsampling resized = new ChromaUpsampling(a, b, side, side, wanted, wanted);
		final float[] rowA = new float[wanted];
		final float[] rowB = new float[wanted];
		final float[] ab = new float[2 * wanted * wanted];
		for (int y = 0; y < wanted; y++) {
			resized.row(y, rowA, rowB);
			System.arraycopy(rowA, 0, ab, y * wanted, wanted);
			System.arraycopy(rowB, 0, ab, (wanted + y) * wanted, wanted);
		}
		return ab;
	}

	/** The errors of a photo; both have a* of all cells, then b*. */
	private static ErrorCurve errors(final float[] predicted, final float[] truth) {
		final ErrorCurve errors = new ErrorCurve();
		final int cells = truth.length / 2;
		for (int p = 0; p < cells; p++) {
			errors.add(predicted[p], predicted[cells + p], truth[p], truth[cells + p]);
		}
		return errors;
	}
}
