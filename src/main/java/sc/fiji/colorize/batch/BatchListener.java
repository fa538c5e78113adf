/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

/** Receives the progress of a batch, on the thread that runs the batch. */
@FunctionalInterface
public interface BatchListener {

	/**
	 * A job ended.
	 *
	 * @param result its result
	 * @param progress of the batch
	 */
	void fileDone(JobResult result, BatchProgress progress);

	/**
	 * A job began, or one of its slices is done.
	 *
	 * @param job the job
	 * @param progress of the batch
	 */
	default void working(final Job job, final BatchProgress progress) {
	}
}
