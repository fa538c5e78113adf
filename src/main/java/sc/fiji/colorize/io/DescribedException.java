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
 * DescribedException.run("The table " + file, "cannot be written", () -&gt; AtomicFile.writeText(file, table));
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

	/** Writes something. */
	@FunctionalInterface
	public interface Writing {

		/**
		 * Writes.
		 *
		 * @throws IOException if it cannot be written
		 */
		void write() throws IOException;
	}

	/**
	 * Reads something, and describes an I/O error.
	 *
	 * @param <T> type of the result
	 * @param subject see {@link Failure}
	 * @param problem see {@link Failure}; the reason of the error follows in parentheses
	 * @param reading reads
	 * @return the result
	 * @throws DescribedException if it cannot be read
	 */
	public static <T> T get(final String subject, final String problem, final Reading<T> reading)
			throws DescribedException {
		try {
			return reading.read();
		}
		catch (final IOException e) {
			throw new DescribedException(subject, problem + " (" + Failure.reason(e) + ")", "", e);
		}
	}

	/**
	 * Writes something, and describes an I/O error.
	 *
	 * @param subject see {@link Failure}
	 * @param problem see {@link Failure}; the reason of the error follows in parentheses
	 * @param writing writes
	 * @throws DescribedException if it cannot be written
	 */
	public static void run(final String subject, final String problem, final Writing writing) throws DescribedException {
		get(subject, problem, () -> {
			writing.write();
			return null;
		});
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
