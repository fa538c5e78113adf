/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionTest {

	@ParameterizedTest
	@EnumSource
	void isParsedFromItsName(final Precision precision) {
		assertEquals(precision, Precision.parse(" " + precision.name() + " "));
		assertEquals(precision, Precision.parse(precision.toString()));
	}

	@Test
	void rejectsUnknownName() {
		final String message =
				assertThrows(IllegalArgumentException.class, () -> Precision.parse("float16")).getMessage();
		assertTrue(message.contains("'float16'") && message.contains("bfloat16"), message);
	}

	@ParameterizedTest
	@CsvSource({
			"fpu avx512f avx512_bf16 avx512_vnni, true",
			"fpu avx512f amx_bf16 amx_tile, true",
			"fpu avx2 avx512f avx512bw, false",
			"'', false"})
	void findsBfloat16AmongTheFlagsOfLinux(final String flags, final boolean expected, @TempDir final Path folder)
			throws IOException {
		final Path processors = folder.resolve("cpuinfo");
		Files.writeString(processors, "processor\t: 0\nmodel name\t: a processor\nflags\t\t: " + flags + "\nbugs\t: none\n");
		assertEquals(expected, Precision.hasBfloat16(processors));
	}

	@Test
	void isFloat32WhereTheSystemReportsNoFlags(@TempDir final Path folder) {
		assertEquals(false, Precision.hasBfloat16(folder.resolve("cpuinfo")));
	}

	@Test
	void automaticPrecisionOnGpusIsFloat32() {
		assertEquals(Precision.FLOAT32, Precision.AUTO.on(Device.gpu()));
		assertEquals(Precision.BFLOAT16, Precision.BFLOAT16.on(Device.gpu()));
	}
}
