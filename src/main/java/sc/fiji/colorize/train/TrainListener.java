/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.util.Optional;

import sc.fiji.colorize.ops.ErrorCurve;

/** Hears of the progress of a training run, on the thread that trains. All methods do nothing by default. */
public interface TrainListener {

	/** A listener that ignores everything. */
	TrainListener NONE = new TrainListener() {
	};

	/**
	 * A photo was looked at before the training.
	 *
	 * @param photo counted from 1
	 * @param photos how many there are
	 */
	default void scanned(final int photo, final int photos) {
	}

	/**
	 * Something that the user should know, in one sentence.
	 *
	 * @param sentence the message
	 */
	default void message(final String sentence) {
	}

	/**
	 * A step was done.
	 *
	 * @param progress where the run stands
	 */
	default void stepped(final Progress progress) {
	}

	/**
	 * An epoch was done and validated.
	 *
	 * @param epoch its figures
	 * @param chart the run so far; empty on a computer without fonts
	 * @param contactSheet some validation photos: gray, predicted, true
	 */
	default void epochDone(final EpochSummary epoch, final Optional<BufferedImage> chart, final BufferedImage contactSheet) {
	}

	/**
	 * The schedule was completed.
	 *
	 * @param summary where the model is and what it is worth, in a few sentences
	 */
	default void finished(final String summary) {
	}

	/**
	 * Where a run stands.
	 *
	 * @param epoch counted from 1
	 * @param epochs in the whole run
	 * @param step counted from 1 over the whole run
	 * @param steps in the whole run, an estimate until its last epoch when sampling weights have fractions
	 * @param loss rebalanced cross-entropy of this step in nats
	 * @param photosPerSecond over the last steps
	 * @param secondsLeft estimated from the photos and picture sizes still to come; NaN in the first steps, which are slow
	 */
	record Progress(int epoch, int epochs, long step, long steps, double loss, double photosPerSecond,
			double secondsLeft) {
	}

	/**
	 * The figures of an epoch.
	 *
	 * @param epoch counted from 1
	 * @param step steps done
	 * @param photosSeen photos seen in the whole run
	 * @param crop side of the pictures that were learnt from
	 * @param trainingLoss mean rebalanced cross-entropy in nats
	 * @param validationLoss the same on the validation photos
	 * @param aucRaw percent, on the validation photos at the size that the model's card gives
	 * @param aucRebalanced percent
	 * @param chroma mean chroma of the decoded colours
	 * @param trueChroma mean chroma of the truth
	 * @param minutes time trained in all
	 */
	record EpochSummary(int epoch, long step, long photosSeen, int crop, double trainingLoss, double validationLoss,
			double aucRaw, double aucRebalanced, double chroma, double trueChroma, double minutes) {

		/** The figures of an epoch after its validation. */
		static EpochSummary of(final int epoch, final long step, final long photosSeen, final int crop,
				final double trainingLoss, final Validation.Result result, final double minutes) {
			final ErrorCurve errors = result.errors();
			return new EpochSummary(epoch, step, photosSeen, crop, trainingLoss, result.loss(), errors.aucRaw(),
					errors.aucRebalanced(), errors.meanChroma(), errors.meanTrueChroma(), minutes);
		}
	}
}
