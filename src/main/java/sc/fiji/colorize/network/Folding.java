/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Map;

import sc.fiji.colorize.network.BranchedNetwork.Branch;
import sc.fiji.colorize.network.BranchedNetwork.Layer;

/** Folds the branches of a layer and their batch normalizations into one kernel and one bias. */
final class Folding {

	private Folding() {
	}

	/**
	 * Folds one layer.
	 *
	 * @param layer a layer with branches
	 * @param values values of its parameters by name
	 * @return the kernel and the bias under their published names
	 */
	static Map<String, float[]> fold(final Layer layer, final Map<String, float[]> values) {
		final int size = layer.branches().get(0).kernel();
		final int taps = size * size;
		final double[] kernel = new double[layer.in() * layer.out() * taps];
		final double[] bias = new double[layer.out()];
		for (final Branch branch : layer.branches()) {
			final float[] weight = values.get(branch.name() + ".weight");
			final float[] shift = values.get(branch.name() + ".bias");
			final float[] mean = values.get(branch.name() + ".running_mean");
			final float[] variance = values.get(branch.name() + ".running_var");
			final float[] own = values.get(branch.name() + ".kernel");
			for (int o = 0; o < layer.out(); o++) {
				final double scale = weight[o] / Math.sqrt(variance[o] + BranchedNetwork.EPSILON);
				bias[o] += shift[o] - scale * mean[o];
				if (branch.kernel() == 0) {
					kernel[(o * layer.in() + o) * taps + taps / 2] += scale;
					continue;
				}
				for (int i = 0; i < layer.in(); i++) {
					final int at = layer.isTransposed() ? i * layer.out() + o : o * layer.in() + i;
					if (branch.kernel() == 1) {
						kernel[at * taps + taps / 2] += scale * own[at];
						continue;
					}
					for (int t = at * taps; t < (at + 1) * taps; t++) {
						kernel[t] += scale * own[t];
					}
				}
			}
		}
		return Map.of(layer.name() + ".weight", floats(kernel), layer.name() + ".bias", floats(bias));
	}

	private static float[] floats(final double[] values) {
		final float[] floats = new float[values.length];
		for (int i = 0; i < values.length; i++) {
			floats[i] = (float) values[i];
		}
		return floats;
	}
}
