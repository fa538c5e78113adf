/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

import javax.management.JMException;
import javax.management.ObjectName;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ProcessMemory;

class NativeMemoryTest {

	private static final int ARRAYS = 8000;
	/** Four pages. */
	private static final int FLOATS = 4096;
	private static final int KEPT = 8;

	/** The JVM lists the command if it supports it. */
	private static boolean isTrimSupported() throws JMException {
		return Arrays.stream(ManagementFactory.getPlatformMBeanServer()
				.getMBeanInfo(new ObjectName("com.sun.management:type=DiagnosticCommand")).getOperations())
				.anyMatch(operation -> operation.getDescription().contains("trim"));
	}

	@Test
	void trimReturnsFreedMemoryToSystem() throws IOException, JMException {
		final boolean possible = isTrimSupported();
		assertEquals(possible, NativeMemory.trim());
		assumeTrue(possible, "this JVM cannot");
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final NDArray[] arrays = new NDArray[ARRAYS];
			for (int i = 0; i < ARRAYS; i++) {
				arrays[i] = manager.zeros(new Shape(FLOATS));
			}
			// The remaining arrays keep the C library from returning the memory by itself.
			for (int i = 0; i < ARRAYS; i++) {
				if (i % KEPT != 0) {
					arrays[i].close();
				}
			}
			final long before = ProcessMemory.status("VmRSS");
			NativeMemory.trim();
			final long freed = before - ProcessMemory.status("VmRSS");
			assertTrue(freed > ARRAYS * FLOATS * Float.BYTES / 2, freed + " bytes");
		}
	}
}
