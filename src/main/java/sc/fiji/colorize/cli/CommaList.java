/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The default of an option with several values. The help shows it as users write it, separated by commas. */
final class CommaList<T> extends ArrayList<T> {

	private static final long serialVersionUID = 1;

	static <T> List<T> of(final T value) {
		final CommaList<T> list = new CommaList<>();
		list.add(value);
		return list;
	}

	@Override
	public String toString() {
		return stream().map(String::valueOf).collect(Collectors.joining(","));
	}
}
