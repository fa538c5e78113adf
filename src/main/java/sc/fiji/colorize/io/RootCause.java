/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

/** Describes an unexpected exception by its root cause, for users who see no stack trace. */
public final class RootCause {

	private RootCause() {
	}

	/**
	 * Finds the root cause of an exception.
	 *
	 * @param failure the exception
	 * @return the last cause in its chain, or the exception itself if it has none
	 */
	public static Throwable of(final Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return root;
	}

	/**
	 * The reason that the root cause gives.
	 *
	 * @param failure the exception
	 * @return a clause, see {@link Failure#reason}
	 */
	public static String reason(final Throwable failure) {
		return Failure.reason(of(failure));
	}

	/**
	 * Describes the root cause.
	 *
	 * @param subject subject of the sentence, such as "The preview"
	 * @param failure the exception
	 * @return one sentence with the class of the root cause and the first line of its message
	 */
	public static String sentence(final String subject, final Throwable failure) {
		final Throwable root = of(failure);
		final String message = root.getMessage() == null ? "" : root.getMessage().strip().split("\\R", 2)[0];
		return subject + " failed (" + root.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message)
				+ "); please report this.";
	}
}
