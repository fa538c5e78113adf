/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Memory outside of Java's heap that nobody uses any more.
 * <p>
 * On Linux, the C library keeps what PyTorch has freed, in a pool for each of several threads. ImageJ runs every command
 * in a thread of its own, so that in a session of some hundred commands these pools held 150 MB that were free.
 */
public final class NativeMemory {

	private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
	private static final String TRIM = "systemTrimNativeHeap";

	private NativeMemory() {
	}

	/**
	 * Gives the free memory back to the system.
	 *
	 * @return false where the JVM cannot, as elsewhere than on Linux
	 */
	public static boolean giveBack() {
		try {
			ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName(COMMANDS), TRIM, null, null);
			return true;
		}
		catch (final JMException | RuntimeException e) {
			// Then the system gets it back when the process ends.
			return false;
		}
	}

	/** Does so in the background: nobody waits for it. */
	public static void giveBackSoon() {
		CompletableFuture.runAsync(NativeMemory::giveBack);
	}
}
