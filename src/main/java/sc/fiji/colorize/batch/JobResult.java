/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The result of a job.
 *
 * @param job the job
 * @param outcome its outcome
 * @param output the result file, also if it existed already; none if the job failed
 * @param message where the result is, or a sentence that says what is wrong
 * @param note what of the input is not in the result, such as "without 2 smaller copies"; mostly empty
 * @param seconds how long the job took
 */
public record JobResult(Job job, Outcome outcome, Optional<Path> output, String message, String note, double seconds) {

	static JobResult failed(final Job job, final String problem, final double seconds) {
		return new JobResult(job, Outcome.FAILED, Optional.empty(), job.input() + ": " + problem + ".", "", seconds);
	}

	/**
	 * Why a job fails whose result another input has.
	 *
	 * @param conflictingInput the other input
	 * @return a clause
	 */
	public static String sameName(final Object conflictingInput) {
		return "its result would have the same name as that of " + conflictingInput;
	}

	/**
	 * Whether there is no result, so that the message says why.
	 *
	 * @return true if the job failed or was left out
	 */
	public boolean isWithoutOutput() {
		return outcome == Outcome.FAILED || outcome == Outcome.LEFT_OUT;
	}

	/**
	 * The result in a line, for logs.
	 *
	 * @return such as "a.jpg -> a-colorized.png (without 2 smaller copies)"; the message if there is no result
	 */
	public String line() {
		return switch (outcome) {
			case DONE -> job.input() + " -> " + message + (note.isEmpty() ? "" : " (" + note + ")");
			case SKIPPED -> message + ", skipped";
			default -> message;
		};
	}
}
