/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.util.Optional;

import sc.fiji.colorize.ops.ErrorCurve;

/** Receives the progress of a training run, on the thread that trains. All methods do nothing by default. */
public interface TrainListener {

	/** A listener that ignores everything. */
	TrainListener NONE = new TrainListener() {
	};

	/**
	 * Called after a photo was inspected, before the training.
	 *
	 * @param photo number of the photo, from 1
	 * @param photos number of photos
	 */
	default void scanned(final int photo, final int photos) {
	}

	/**
	 * Called with a message for the user.
	 *
	 * @param sentence one sentence
	 */
	default void message(final String sentence) {
	}

	/**
	 * Called after a step.
	 *
	 * @param progress position and speed of the run
	 */
	default void stepped(final Progress progress) {
	}

	/**
	 * Called after an epoch and its validation.
	 *
	 * @param epoch metrics of the epoch
	 * @param chart chart of all epochs; empty if Java finds no fonts
	 * @param contactSheet some validation photos: gray, predicted, true
	 */
	default void epochDone(final EpochSummary epoch, final Optional<BufferedImage> chart, final BufferedImage contactSheet) {
	}

	/**
	 * Called at the end of the schedule.
	 *
	 * @param summary path and assessment of the model, in a few sentences
	 */
	default void finished(final String summary) {
	}

	/**
	 * Position and speed of a run.
	 *
	 * @param epoch number of the epoch, from 1
	 * @param epochs number of epochs
	 * @param step number of the step in the run, from 1
	 * @param steps number of steps in the run; an estimate if sampling weights are not integers
	 * @param loss rebalanced cross-entropy of this step in nats
	 * @param photosPerSecond speed of the last steps
	 * @param secondsLeft estimated time left in seconds; NaN during the first steps
	 */
	record Progress(int epoch, int epochs, long step, long steps, double loss, double photosPerSecond,
			double secondsLeft) {
	}

	/**
	 * The metrics of an epoch.
	 *
	 * @param epoch number of the epoch, from 1
	 * @param step number of steps so far
	 * @param photosSeen number of photos so far, with repetitions
	 * @param crop side of the training crops in pixels
	 * @param trainingLoss mean rebalanced cross-entropy of the training photos in nats
	 * @param validationLoss mean rebalanced cross-entropy of the validation photos in nats
	 * @param aucRaw raw AuC of the validation photos in percent, at the network size of the card
	 * @param aucRebalanced rebalanced AuC of the validation photos in percent
	 * @param chroma mean chroma of the predicted colors
	 * @param trueChroma mean chroma of the truth
	 * @param minutes training time so far in minutes
	 */
	record EpochSummary(int epoch, long step, long photosSeen, int crop, double trainingLoss, double validationLoss,
			double aucRaw, double aucRebalanced, double chroma, double trueChroma, double minutes) {

		/** The metrics after a validation. */
		static EpochSummary of(final int epoch, final long step, final long photosSeen, final int crop,
				final double trainingLoss, final Validation.Result result, final double minutes) {
			final ErrorCurve errors = result.errors();
			return new EpochSummary(epoch, step, photosSeen, crop, trainingLoss, result.loss(), errors.aucRaw(),
					errors.aucRebalanced(), errors.meanChroma(), errors.meanTrueChroma(), minutes);
		}
	}
}
