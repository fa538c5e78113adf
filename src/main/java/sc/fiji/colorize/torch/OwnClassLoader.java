/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import java.util.function.Supplier;

/**
 * Calls DJL with the class loader of this project as the context class loader, through which DJL finds its engine and its
 * native libraries. In ImageJ 1, the context class loader of some threads, such as AWT's, does not see plugins.
 */
final class OwnClassLoader {

	private OwnClassLoader() {
	}

	/** Calls the supplier and returns its result. */
	static <T> T call(final Supplier<T> supplier) {
		final Thread thread = Thread.currentThread();
		final ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(OwnClassLoader.class.getClassLoader());
		try {
			return supplier.get();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}
}
