/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import sc.fiji.colorize.photo.SkippedPhoto;

/** Hears of the progress of an evaluation, on the thread that runs it. All methods do nothing by default. */
public interface EvaluateListener {

	/** A listener that ignores everything. */
	EvaluateListener NONE = new EvaluateListener() {
	};

	/**
	 * Something that the user should know, such as that the CPU takes over from the GPU.
	 *
	 * @param sentence a sentence
	 */
	default void message(final String sentence) {
	}

	/**
	 * A photo was looked at before the scoring.
	 *
	 * @param photo counted from 1
	 * @param photos how many there are
	 */
	default void scanned(final int photo, final int photos) {
	}

	/**
	 * A photo is left out.
	 *
	 * @param skipped its name and the reason
	 */
	default void skipped(final SkippedPhoto skipped) {
	}

	/**
	 * A photo was scored.
	 *
	 * @param photo counted from 1
	 * @param photos how many are to be scored
	 * @param secondsLeft estimated from the photos scored so far
	 */
	default void scored(final int photo, final int photos, final double secondsLeft) {
	}
}
