/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;

import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ErrorCurve;
import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.train.Batches.Batch;

/**
 * Measures the network on the middles of photos that it never learns from, at the resolution of its output. Each photo
 * counts as much as photos of its source are drawn, so that the figures mean the mix that is learnt.
 */
final class Validation {

	private static final int BATCH = 16;

	/**
	 * What came out.
	 *
	 * @param loss mean rebalanced cross-entropy in nats
	 * @param errors colour errors of all places
	 * @param sheet some of the photos: gray, predicted, true
	 */
	record Result(double loss, ErrorCurve errors, BufferedImage sheet) {
	}

	private final TrainingPhotos photos;
	private final double[] rebalancing;
	private final TrainOptions options;

	Validation(final TrainingPhotos photos, final double[] rebalancing, final TrainOptions options) {
		this.photos = photos;
		this.rebalancing = rebalancing;
		this.options = options;
	}

	/** Runs over all validation photos, or over some of the training photos if there are none. */
	Result run(final Trainer trainer, final int crop) throws IOException {
		final List<Photo> chosen = photos.validation().isEmpty() ? photos.training().stream()
				.filter(photo -> photos.weight(photo) > 0).limit(BATCH).toList() : photos.validation();
		final ErrorCurve errors = new ErrorCurve();
		final ContactSheet sheet = new ContactSheet(Math.min(ContactSheet.PHOTOS, chosen.size()));
		double loss = 0;
		double weight = 0;
		for (int i = 0; i < chosen.size(); i += BATCH) {
			final List<Photo> some = chosen.subList(i, Math.min(chosen.size(), i + BATCH));
			final Batch batch = Batches.centered(photos, some, rebalancing, options, crop);
			final double[] weights = some.stream().mapToDouble(photos::weight).toArray();
			weigh(batch, weights);
			final int sheetRoom = Math.max(0, ContactSheet.PHOTOS - i);
			loss += batch.count() * measure(trainer, batch, weights, errors, sheet, sheetRoom);
			weight += Arrays.stream(weights).sum();
		}
		return new Result(loss / weight, errors, sheet.image());
	}

	/** Makes the loss of each photo count as often as its weight says. */
	private static void weigh(final Batch batch, final double[] weights) {
		final int places = Batch.places(batch.crop());
		for (int k = 0; k < batch.weights().length; k++) {
			batch.weights()[k] *= (float) weights[k / places];
		}
	}

	private double measure(final Trainer trainer, final Batch batch, final double[] weights, final ErrorCurve errors,
			final ContactSheet sheet, final int sheetRoom) {
		try (NDManager scratch = trainer.getManager().newSubManager()) {
			final NDList predictions = trainer.evaluate(batch.data(scratch));
			final double loss = trainer.getLoss().evaluate(batch.labels(scratch), predictions).getFloat();
			final float[] logits = predictions.singletonOrThrow().toFloatArray();
			final int places = Batch.places(batch.crop());
			final int pixels = batch.crop() * batch.crop();
			final float[] a = new float[places];
			final float[] b = new float[places];
			for (int i = 0; i < batch.count(); i++) {
				AnnealedMean.decode(logits, i * logits.length / batch.count(), places, options.temperature(), a, b);
				final float[] truth = Arrays.copyOfRange(batch.ab(), 2 * i * places, 2 * (i + 1) * places);
				final ErrorCurve ofPhoto = new ErrorCurve();
				for (int p = 0; p < places; p++) {
					ofPhoto.add(a[p], b[p], truth[p], truth[places + p]);
				}
				errors.add(ofPhoto, weights[i]);
				if (i < sheetRoom) {
					final float[] predicted = Arrays.copyOf(a, 2 * places);
					System.arraycopy(b, 0, predicted, places, places);
					sheet.add(Arrays.copyOfRange(batch.lightness(), i * pixels, (i + 1) * pixels), batch.crop(), predicted,
							truth);
				}
			}
			return loss;
		}
	}
}
