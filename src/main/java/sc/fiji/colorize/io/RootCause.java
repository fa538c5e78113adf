/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

/** Describes a failure that nobody foresaw to users, who see neither the wrappers around it nor its stack trace. */
public final class RootCause {

	private RootCause() {
	}

	/**
	 * Finds what a failure comes from.
	 *
	 * @param failure with or without causes
	 * @return the last of its causes, or itself if it has none
	 */
	public static Throwable of(final Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return root;
	}

	/**
	 * What the root cause says is wrong.
	 *
	 * @param failure with or without causes
	 * @return a clause, as {@link Failure#reason} has it
	 */
	public static String reason(final Throwable failure) {
		return Failure.reason(of(failure));
	}

	/**
	 * Describes the root cause.
	 *
	 * @param subject what failed, such as "The preview"
	 * @param failure with or without causes
	 * @return one sentence with the kind of the root cause and the first line of its message
	 */
	public static String sentence(final String subject, final Throwable failure) {
		final Throwable root = of(failure);
		final String message = root.getMessage() == null ? "" : root.getMessage().strip().split("\\R", 2)[0];
		return subject + " failed (" + root.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message)
				+ "); please report this.";
	}
}
