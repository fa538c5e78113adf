/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;

import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class ExecutorModelTest {

	@Test
	void theDeviceIsTheGpuThatSparkAssigns() {
		assertEquals("gpu:3", ExecutorModel.device(
				Map.of("gpu", new ResourceInformation("gpu", new String[] {"3"})), "auto"));
		assertEquals("gpu:1", ExecutorModel.device(
				Map.of("gpu", new ResourceInformation("gpu", new String[] {"1", "2"})), "cpu"));
	}

	@Test
	void withoutAnAssignedGpuTheDeviceIsTheOneThatTheUserChose() {
		assertEquals("cpu", ExecutorModel.device(Map.of(), "cpu"));
		assertEquals("auto", ExecutorModel.device(
				Map.of("gpu", new ResourceInformation("gpu", new String[0])), "auto"));
		assertEquals("auto", ExecutorModel.device(
				Map.of("fpga", new ResourceInformation("fpga", new String[] {"0"})), "auto"));
	}
}
