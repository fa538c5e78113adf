/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;

/**
 * Repairs the dead channels of a trained network. A channel that was 0 for some hundred training steps has a running
 * variance of 0. If a photo activates it later, batch normalization multiplies it by {@code 1 / sqrt(1e-5)}, which spoils
 * the colors.
 */
public final class DeadChannels {

	/** A channel is dead if its variance is below this fraction of the median of its layer. */
	private static final float DEAD = 1e-6f;

	private DeadChannels() {
	}

	/**
	 * Sets the running variance of dead channels to the median of the other channels of their layer. Only predictions use
	 * the running variance.
	 *
	 * @param network the network, which is changed
	 * @return the number of dead channels
	 */
	public static int resetRunningVariance(final ColorizationNetwork network) {
		int dead = 0;
		for (final Parameter parameter : network.stateDict().values()) {
			if (parameter.getType() == Parameter.Type.RUNNING_VAR) {
				dead += reset(parameter.getArray());
			}
		}
		return dead;
	}

	private static int reset(final NDArray runningVariance) {
		final float[] variance = runningVariance.toFloatArray();
		final float[] living = variance.clone();
		Arrays.sort(living);
		// Most channels may be dead, so the median excludes variances that are only rounding errors.
		int first = 0;
		while (first < living.length - 1 && living[first] < DEAD * living[living.length - 1]) {
			first++;
		}
		final float median = living[(first + living.length) / 2];
		int dead = 0;
		for (int c = 0; c < variance.length; c++) {
			if (variance[c] < DEAD * median) {
				variance[c] = median;
				dead++;
			}
		}
		if (dead > 0) {
			try (NDArray repaired = runningVariance.getManager().create(variance)) {
				overwrite(runningVariance, repaired);
			}
		}
		return dead;
	}

	/** Overwrites an array. PyTorch prints a warning for DJL's copyTo. */
	static void overwrite(final NDArray array, final NDArray values) {
		// Shares the memory but requires no gradient; PyTorch does not overwrite arrays that require gradients.
		try (NDArray shared = array.stopGradient()) {
			shared.set(new NDIndex("..."), values);
		}
	}
}
