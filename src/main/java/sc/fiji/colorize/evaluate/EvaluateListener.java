/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import sc.fiji.colorize.photo.SkippedPhoto;

/** Receives the progress of an evaluation, on the thread that runs it. All methods do nothing by default. */
public interface EvaluateListener {

	/** A listener that ignores everything. */
	EvaluateListener NONE = new EvaluateListener() {
	};

	/**
	 * Called with a message for the user, such as that the CPU replaces the GPU.
	 *
	 * @param sentence one sentence
	 */
	default void message(final String sentence) {
	}

	/**
	 * Called after a photo was inspected, before the scoring.
	 *
	 * @param photo number of the photo, from 1
	 * @param photos number of photos
	 */
	default void scanned(final int photo, final int photos) {
	}

	/**
	 * Called when a photo is skipped.
	 *
	 * @param skipped name and reason
	 */
	default void skipped(final SkippedPhoto skipped) {
	}

	/**
	 * Called after a photo was scored.
	 *
	 * @param photo number of the photo, from 1
	 * @param photos number of photos to score
	 * @param secondsLeft estimated time left in seconds
	 */
	default void scored(final int photo, final int photos, final double secondsLeft) {
	}
}
