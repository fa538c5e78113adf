/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.lang.reflect.Field;
import java.util.Map;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import sc.fiji.colorize.torch.TorchEngine;

/** How many native arrays there are, in whatever manager of DJL. */
public final class NativeArrays {

	private NativeArrays() {
	}

	/** Counts those of all managers that are open. */
	public static int count() {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			return count(manager.getParentManager());
		}
	}

	private static int count(final Object resource) {
		if (resource instanceof NDArray) {
			return 1;
		}
		return resource instanceof BaseNDManager
				? resources(resource).values().stream().mapToInt(NativeArrays::count).sum() : 0;
	}

	private static Map<?, ?> resources(final Object manager) {
		try {
			final Field field = BaseNDManager.class.getDeclaredField("resources");
			field.setAccessible(true);
			return (Map<?, ?>) field.get(manager);
		}
		catch (final ReflectiveOperationException e) {
			throw new AssertionError(e);
		}
	}
}
