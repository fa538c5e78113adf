/*
 * Fiji Colorize: plausible color for gray images.
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
 * @param output the result file, even if it existed already; none if the job failed
 * @param message the result's path, or a sentence that says what is wrong
 * @param note parts of the input missing from the result, such as "without 2 smaller copies"; usually empty
 * @param seconds duration of the job
 */
public record JobResult(Job job, Outcome outcome, Optional<Path> output, String message, String note, double seconds) {

	static JobResult failed(final Job job, final String problem, final double seconds) {
		return new JobResult(job, Outcome.FAILED, Optional.empty(), job.input() + ": " + problem + ".", "", seconds);
	}

	/**
	 * Explains why a job fails whose result file belongs to another input.
	 *
	 * @param conflictingInput the other input
	 * @return a clause
	 */
	public static String sameName(final Object conflictingInput) {
		return "its result would have the same name as that of " + conflictingInput;
	}

	/** {@return whether the job failed or was left out, so that there is no result and the message says why} */
	public boolean isWithoutOutput() {
		return outcome == Outcome.FAILED || outcome == Outcome.LEFT_OUT;
	}

	/** {@return a line such as "a.jpg -> a-colorized.png (without 2 smaller copies)"; without a result, the message} */
	public String line() {
		return switch (outcome) {
			case DONE -> job.input() + " -> " + message + (note.isEmpty() ? "" : " (" + note + ")");
			case SKIPPED -> message + ", skipped";
			default -> message;
		};
	}
}
