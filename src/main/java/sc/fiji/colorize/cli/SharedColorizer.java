/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.PredictOptions;
import sc.fiji.colorize.model.MissingModelException;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.ModelStore;

/**
 * Keeps the colorizer of the last options open and lends it to several borrowers at a time. Other options, or a model file
 * that has changed, replace it; it is closed when the last borrower has given it back.
 */
final class SharedColorizer implements AutoCloseable {

	private Shared current;

	/** Lends the colorizer, as {@link RunContext#colorizer}. */
	synchronized RunContext.Loan lend(final OpenOptions options, final Consumer<String> listener) throws IOException {
		final List<Object> key = key(options);
		if (current == null || current.isWorn || !current.key.equals(key)) {
			final Shared next = new Shared(key, options);
			close();
			current = next;
		}
		return current.lend(listener);
	}

	/** The options, and what shows that the model file has changed. */
	private static List<Object> key(final OpenOptions options) throws IOException {
		if (options.model().equals(ModelFile.DEFAULT)) {
			return List.of(options);
		}
		try {
			final Path file = ModelStore.ofUser().resolve(options.model());
			final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
			return List.of(options, file, attributes.lastModifiedTime(), attributes.size());
		}
		catch (final MissingModelException e) {
			// Opening it throws the same.
			return List.of();
		}
	}

	/** Closes the colorizer as soon as nobody uses it. */
	@Override
	public synchronized void close() {
		if (current != null) {
			current.giveBack();
			current = null;
		}
	}

	private final class Shared implements Consumer<String> {

		private final List<Object> key;
		private final Colorizer colorizer;
		private final List<String> whileOpening = new ArrayList<>();
		private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
		private volatile boolean isOpen;
		/** Whether memory ran out, after which the network continues with smaller batches or on the CPU. */
		private volatile boolean isWorn;
		/** The borrowers, and one for being the current one. Guarded by the outer object. */
		private int users = 1;

		Shared(final List<Object> key, final OpenOptions options) throws IOException {
			this.key = key;
			colorizer = Colorizer.open(options, this);
			isOpen = true;
			colorizer.prepare(PredictOptions.defaults());
		}

		@Override
		public void accept(final String sentence) {
			if (isOpen) {
				isWorn = true;
				listeners.forEach(listener -> listener.accept(sentence));
			}
			else {
				whileOpening.add(sentence);
			}
		}

		RunContext.Loan lend(final Consumer<String> listener) {
			whileOpening.forEach(listener);
			listeners.add(listener);
			users++;
			return new RunContext.Loan(colorizer, () -> {
				listeners.remove(listener);
				giveBack();
			});
		}

		void giveBack() {
			synchronized (SharedColorizer.this) {
				users--;
				if (users == 0) {
					colorizer.close();
				}
			}
		}
	}
}
