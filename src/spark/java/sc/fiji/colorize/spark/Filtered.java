/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * An iterator that looks for the next element.
 *
 * @param <T> type of the elements
 */
abstract class Filtered<T> implements Iterator<T> {

	private Optional<T> found;

	/** Finds the next element; empty at the end. */
	abstract Optional<T> find() throws IOException;

	@Override
	public boolean hasNext() {
		try {
			if (found == null) {
				found = find();
			}
			return found.isPresent();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	@Override
	public T next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		final T element = found.get();
		found = null;
		return element;
	}
}
