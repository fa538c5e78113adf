/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.OpenOptions;

/** What a run of {@code colorize} takes from its surroundings: a process of its own, or the {@link Server}. */
interface RunContext {

	/** A process of its own. */
	RunContext OWN_PROCESS = new RunContext() {

		@Override
		public Path folder() {
			return Path.of("");
		}

		@Override
		public Cancellation cancellation() {
			return new Interrupt();
		}

		@Override
		public Loan colorizer(final OpenOptions options, final Consumer<String> listener) throws IOException {
			final Colorizer colorizer = Colorizer.open(options, listener);
			return new Loan(colorizer, colorizer::close);
		}
	};

	/** {@return the folder of relative paths; empty for that of the process} */
	Path folder();

	/** {@return whether the user stops the run, to be closed when its results are saved} */
	Cancellation cancellation();

	/**
	 * Lends an open colorizer.
	 *
	 * @param options model, device, threads and precision
	 * @param listener receives the messages of the colorizer until the loan is closed
	 * @return to be closed by the caller
	 * @throws IOException if the model cannot be read
	 */
	Loan colorizer(OpenOptions options, Consumer<String> listener) throws IOException;

	/** Whether the user stops a run. */
	interface Cancellation extends AutoCloseable {

		/** {@return whether the run must stop} */
		boolean isGiven();

		/** Marks the work as finished. */
		@Override
		default void close() {
			// Nothing waits for the end of the work.
		}
	}

	/**
	 * A colorizer on loan.
	 *
	 * @param colorizer not closed by the borrower
	 * @param end called once, when it is given back
	 */
	record Loan(Colorizer colorizer, Runnable end) implements AutoCloseable {

		@Override
		public void close() {
			end.run();
		}
	}
}
