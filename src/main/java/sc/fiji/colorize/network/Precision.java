/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import ai.djl.Device;

/** The number format in which the network predicts. */
public enum Precision {

	/** {@link #BFLOAT16} on processors that have instructions for it, otherwise {@link #FLOAT32}. */
	AUTO,
	/** Single precision. */
	FLOAT32,
	/**
	 * Inputs, outputs and kernels of convolutions are rounded to 8 significant bits, sums are float32. On processors with
	 * AVX512-BF16 or AMX, the network takes about half the time; on others it takes longer.
	 */
	BFLOAT16;

	private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
	private static final List<String> FLAGS = List.of("avx512_bf16", "amx_bf16");

	/**
	 * Finds a precision by its name.
	 *
	 * @param name {@code auto}, {@code float32} or {@code bfloat16}
	 * @return the precision
	 * @throws IllegalArgumentException if there is no such precision
	 */
	public static Precision parse(final String name) {
		for (final Precision precision : values()) {
			if (precision.toString().equals(name.trim().toLowerCase(Locale.ROOT))) {
				return precision;
			}
		}
		throw new IllegalArgumentException("The precision must be auto, float32 or bfloat16 but is '" + name + "'.");
	}

	/**
	 * Replaces {@link #AUTO} by the faster precision of a device. The flags of the processor decide, which only Linux
	 * reports; elsewhere, and on a GPU, it is float32.
	 *
	 * @param device the device of the network
	 * @return float32 or bfloat16
	 */
	public Precision on(final Device device) {
		if (this != AUTO) {
			return this;
		}
		return !device.isGpu() && hasBfloat16(PROCESSORS) ? BFLOAT16 : FLOAT32;
	}

	/** Loads what predictions in the faster precision of the CPU need, for a process that only colorizes. */
	public static void preload() {
		if (AUTO.on(Device.cpu()) == BFLOAT16) {
			LayerScript.preload();
		}
	}

	/** Whether the first processor of a file like Linux's {@code /proc/cpuinfo} has instructions for bfloat16. */
	static boolean hasBfloat16(final Path processors) {
		try {
			for (final String line : Files.readAllLines(processors, StandardCharsets.ISO_8859_1)) {
				if (line.startsWith("flags")) {
					return !Collections.disjoint(Arrays.asList(line.split("\\s+")), FLAGS);
				}
			}
		}
		catch (final IOException e) {
			// Not on this system.
		}
		return false;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}
}
