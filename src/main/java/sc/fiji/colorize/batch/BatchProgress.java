/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import sc.fiji.colorize.io.Durations;

/**
 * The progress of a batch.
 *
 * @param done number of finished jobs
 * @param total number of all jobs
 * @param fraction of the current job that is done, 0 to 1
 * @param secondsLeft estimated from the jobs that were not skipped; NaN before the first of them
 */
public record BatchProgress(int done, int total, double fraction, double secondsLeft) {

	/** {@return the time left as text, such as "1:05 min left"} */
	public String timeLeft() {
		return Double.isNaN(secondsLeft) ? "time left unknown" : Durations.format(secondsLeft) + " left";
	}

	/**
	 * Formats the progress and a result on one line, for logs.
	 *
	 * @param result result of the job that just ended
	 * @return such as "[1/12, 1:05 min left] a.jpg -> a-colorized.png"
	 */
	public String line(final JobResult result) {
		return "[" + done + "/" + total + ", " + timeLeft() + "] " + result.line();
	}
}
