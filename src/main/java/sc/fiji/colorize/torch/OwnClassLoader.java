/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import java.util.function.Supplier;

/**
 * Calls DJL with the class loader that has DJL. DJL looks for its engine, its properties and its native libraries through
 * the context class loader of the current thread. In ImageJ 1 that loader knows no plugins, except in the threads that
 * run them: not in the event thread of AWT, for instance.
 */
final class OwnClassLoader {

	private OwnClassLoader() {
	}

	/** The result of a call that has this project's class loader as its context class loader. */
	static <T> T call(final Supplier<T> work) {
		final Thread thread = Thread.currentThread();
		final ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(OwnClassLoader.class.getClassLoader());
		try {
			return work.get();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}
}
