/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.IOException;

/**
 * An I/O error described in parts.
 *
 * <pre>
 * throw new DescribedException("The table " + file, "cannot be written (" + Failure.reason(e) + ")", "", e);
 * </pre>
 */
public final class DescribedException extends IOException implements Described {

	private static final long serialVersionUID = 1;

	private final Failure failure;

	/**
	 * Creates an exception.
	 *
	 * @param subject see {@link Failure}
	 * @param problem see {@link Failure}
	 * @param remedy see {@link Failure}; may be empty
	 * @param cause the cause; may be null
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
