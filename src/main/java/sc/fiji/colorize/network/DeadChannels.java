/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;

/**
 * Makes a trained network safe against its dead channels. A channel that no photo has made fire for some hundred steps
 * has a running variance of 0; a later photo that makes it fire after all would have that channel multiplied by
 * {@code 1 / sqrt(1e-5)}, far beyond all others, and its colours with it.
 */
public final class DeadChannels {

	/** A channel is dead if its variance is below this share of its layer's median. */
	private static final float DEAD = 1e-6f;

	private DeadChannels() {
	}

	/**
	 * Gives dead channels the median running variance of their layer's living ones. Training does not use these values,
	 * only prediction does.
	 *
	 * @param network the network, changed
	 * @return the number of dead channels
	 */
	public static int calm(final ColorizationNetwork network) {
		int dead = 0;
		for (final Parameter parameter : network.stateDict().values()) {
			if (parameter.getType() == Parameter.Type.RUNNING_VAR) {
				dead += calm(parameter.getArray());
			}
		}
		return dead;
	}

	private static int calm(final NDArray runningVariance) {
		final float[] variance = runningVariance.toFloatArray();
		final float[] living = variance.clone();
		Arrays.sort(living);
		// Half of the channels and more may be dead: the median is that of the channels above rounding.
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
			try (NDArray calmed = runningVariance.getManager().create(variance)) {
				overwrite(runningVariance, calmed);
			}
		}
		return dead;
	}

	/** Overwrites an array. DJL's copyTo does that in a way that PyTorch warns about on standard error. */
	static void overwrite(final NDArray array, final NDArray values) {
		// Shares the memory, and asks for no gradient, with which PyTorch would refuse to be overwritten.
		try (NDArray shared = array.stopGradient()) {
			shared.set(new NDIndex("..."), values);
		}
	}
}
