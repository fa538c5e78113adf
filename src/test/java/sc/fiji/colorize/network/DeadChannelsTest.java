/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.torch.TorchEngine;

class DeadChannelsTest {

	@Test
	void onlyDeadChannelsGetMedianVariance() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = new ColorizationNetwork(1 / 16.0);
			network.initialize(manager, Map.of("model1.4.running_var", manager.create(new float[] {5.6e-45f, 3, 40, 8})));
			final NDArray variance = network.stateDict().get("model1.4.running_var").getArray();
			assertEquals(1, DeadChannels.resetRunningVariance(network));
			assertArrayEquals(new float[] {8, 3, 40, 8}, variance.toFloatArray());
			assertEquals(0, DeadChannels.resetRunningVariance(network));
		}
	}

	@Test
	void medianExcludesDeadChannels() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = new ColorizationNetwork(1 / 16.0);
			network.initialize(manager, Map.of("model1.4.running_var", manager.create(new float[] {0, 0, 0, 1e4f})));
			assertEquals(3, DeadChannels.resetRunningVariance(network));
			assertArrayEquals(new float[] {1e4f, 1e4f, 1e4f, 1e4f},
					network.stateDict().get("model1.4.running_var").getArray().toFloatArray());
		}
	}
}
