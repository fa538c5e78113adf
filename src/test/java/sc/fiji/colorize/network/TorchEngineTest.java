/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchEngineTest {

	@Test
	void wordsNameDevices() {
		assertEquals(Device.cpu(), TorchEngine.device(" CPU "));
		final boolean gpu = TorchEngine.get().getGpuCount() > 0;
		assertEquals(gpu ? Device.gpu() : Device.cpu(), TorchEngine.device("auto"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "cuda", "gpu:", "gpu:-1", "gpu:1000", "cpu:0"})
	void otherWordsAreRefused(final String word) {
		final Exception e = assertThrows(IllegalArgumentException.class, () -> TorchEngine.device(word));
		assertEquals("The device must be auto, cpu, gpu or gpu:N but is '" + word + "'.", e.getMessage());
	}

	@Test
	void aGpuThatIsNotThereIsNamed() {
		final Exception e = assertThrows(IllegalArgumentException.class, () -> TorchEngine.device("gpu:999"));
		assertTrue(e.getMessage().startsWith("There is no device 'gpu:999'"), e.getMessage());
	}
}
