/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Returns freed native memory to the system.
 * <p>
 * On Linux, the C library keeps memory that PyTorch has freed in one pool per thread. ImageJ runs each command in a new
 * thread; after some hundred commands the pools held 150 MB.
 */
public final class NativeMemory {

	private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
	private static final String TRIM = "systemTrimNativeHeap";

	private NativeMemory() {
	}

	/**
	 * Returns the freed memory to the system.
	 *
	 * @return false if the JVM does not support it, as on Windows and macOS
	 */
	public static boolean trim() {
		try {
			ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName(COMMANDS), TRIM, null, null);
			return true;
		}
		catch (final JMException | RuntimeException e) {
			return false;
		}
	}

	/** Calls {@link #trim} on another thread. */
	public static void trimAsync() {
		CompletableFuture.runAsync(NativeMemory::trim);
	}
}
