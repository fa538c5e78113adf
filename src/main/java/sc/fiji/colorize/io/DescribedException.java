/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.IOException;

/**
 * A file that cannot be used, described in parts.
 *
 * <pre>
 * throw new DescribedException("The table " + file, "cannot be written (" + Failure.reason(e) + ")", "", e);
 * </pre>
 */
public final class DescribedException extends IOException implements Described {

	private static final long serialVersionUID = 1;

	private final Failure failure;

	/**
	 * Describes what went wrong.
	 *
	 * @param subject what it is about, as a sentence begins with it
	 * @param problem what is wrong with it
	 * @param remedy what to do about it, in the imperative; empty if that is obvious
	 * @param cause may be null
	 */
	public DescribedException(final String subject, final String problem, final String remedy, final Throwable cause) {
		this(new Failure(subject, problem, remedy), cause);
	}

	private DescribedException(final Failure failure, final Throwable cause) {
		super(failure.sentence(), cause);
		this.failure = failure;
	}

	@Override
	public Failure failure() {
		return failure;
	}
}
