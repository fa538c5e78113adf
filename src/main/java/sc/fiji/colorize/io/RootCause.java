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
	 * {@return the last cause in the chain of an exception, or the exception itself if it has none}
	 *
	 * @param failure the exception
	 */
	public static Throwable of(final Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return root;
	}

	/**
	 * Throws the cause of an exception that only wraps it, such as that of another thread, if the cause is unchecked;
	 * otherwise returns it for the caller to throw.
	 *
	 * @param <X> the checked exceptions that the cause can be
	 * @param wrapper has a cause
	 * @return the cause
	 */
	@SuppressWarnings("unchecked")
	public static <X extends Exception> X unwrapped(final Exception wrapper) {
		if (wrapper.getCause() instanceof Error error) {
			throw error;
		}
		if (wrapper.getCause() instanceof RuntimeException exception) {
			throw exception;
		}
		return (X) wrapper.getCause();
	}

	/**
	 * {@return the reason that the root cause gives, a clause as in {@link Failure#reason}}
	 *
	 * @param failure the exception
	 */
	public static String reason(final Throwable failure) {
		return Failure.reason(of(failure));
	}

	/**
	 * {@return one sentence with the class of the root cause and the first line of its message}
	 *
	 * @param subject subject of the sentence, such as "The preview"
	 * @param failure the exception
	 */
	public static String sentence(final String subject, final Throwable failure) {
		final Throwable root = of(failure);
		final String message = root.getMessage() == null ? "" : root.getMessage().strip().split("\\R", 2)[0];
		return subject + " failed (" + root.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message)
				+ "); please report this.";
	}
}
