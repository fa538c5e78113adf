/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.network.BranchedNetwork.Branch;
import sc.fiji.colorize.network.BranchedNetwork.Layer;

/**
 * Converts a published network to a {@link BranchedNetwork} that computes the same and can be trained further, optionally
 * wider. It is the inverse of {@link BranchedNetwork#fold}.
 * <p>
 * The 3x3 and the 1x1 branch share the central tap of each kernel, and the identity starts with a factor of 0. Some photos
 * pass through the network layer by layer. They supply the statistics of each batch normalization, whose weight and bias
 * are set to undo it. So the first training steps, which normalize by the statistics of their batch, also compute nearly
 * the same. Each channel is divided by its magnitude, which a long training may have made very large or small, and the next
 * kernels are multiplied by it.
 * <p>
 * In a wider network, new channels read all previous channels with random weights. Old channels read new ones with weights
 * of 0, so that the output stays the same (function-preserving widening as in Net2Net).
 */
public final class Unfolding {

	/** Fraction of the batch statistic in a running statistic that starts at 0, after one training step. */
	private static final float FIRST_SHARE = 0.1f;
	/** Share of the 1x1 branch in the central tap. */
	private static final float MIDDLE = 0.5f;

	private final Map<String, float[]> old = new LinkedHashMap<>();
	private final Map<String, Shape> oldShapes;
	private final Map<String, float[]> values = new LinkedHashMap<>();
	private final float temperature;
	private final Random random;
	/** Factors from the new to the old channels of the layer's input, one per old channel. */
	private float[] factors = {1};

	private Unfolding(final ColorizationNetwork trained, final double temperature, final long seed) {
		oldShapes = ColorizationNetwork.shapes(trained.width());
		trained.stateDict().forEach((name, parameter) -> old.put(name, parameter.getArray().toFloatArray()));
		this.temperature = (float) temperature;
		random = new Random(seed);
	}

	/**
	 * Converts a network.
	 *
	 * @param trained the published network, which is not changed
	 * @param temperature factor on its logits
	 * @param width width of the new network, at least that of the trained one
	 * @param manager owner of the new values
	 * @param lightness some photos, {@code (batch, 1, height, width)}, L* in [0, 100]
	 * @param seed seed of the random values
	 * @return the new network
	 * @throws IllegalArgumentException if the width is smaller than that of the trained network
	 */
	public static BranchedNetwork unfold(final ColorizationNetwork trained, final double temperature,
			final double width, final NDManager manager, final NDArray lightness, final long seed) {
		requireNotNarrower(trained.width(), width);
		final BranchedNetwork network = new BranchedNetwork(width);
		final Unfolding unfolding = new Unfolding(trained, temperature, seed);
		unfolding.run(network, lightness);
		network.initialize(unfolding.values, manager);
		return network;
	}

	/**
	 * Checks that a new width is not smaller.
	 *
	 * @param from width of the network
	 * @param to the new width
	 * @throws IllegalArgumentException if the new width is smaller
	 */
	public static void requireNotNarrower(final double from, final double to) {
		if (to < from) {
			throw new IllegalArgumentException("A network of width " + from
					+ " can be made wider but not narrower: give a width of at least that instead of " + to + ".");
		}
	}

	private void run(final BranchedNetwork network, final NDArray lightness) {
		try (NDManager scratch = lightness.getManager().newSubManager()) {
			NDArray x = ColorizationNetwork.normalize(lightness);
			x.attach(scratch);
			for (final Layer layer : network.layers()) {
				final NDArray y;
				if (layer.method().equals("logits")) {
					fillLogits(layer);
					y = x;
				}
				else if (layer.branches().isEmpty()) {
					y = fillNormalization(network, layer, x);
				}
				else {
					y = fillConvolution(network, layer, x);
				}
				if (y != x) {
					x.close();
				}
				x = y;
			}
		}
	}

	private NDArray fillConvolution(final BranchedNetwork network, final Layer layer, final NDArray x) {
		final float[] oldBias = old.get(layer.name() + ".bias");
		final float[][] norms = new float[layer.branches().size()][];
		for (int b = 0; b < norms.length; b++) {
			norms[b] = fillKernel(layer, layer.branches().get(b), oldBias.length);
		}
		final Map<String, float[]> statistics = statistics(network, layer, x);

		// The old output of each channel is the bias plus the sum of norm times branch.
		final double[] mean = new double[layer.out()];
		final double[] variance = new double[layer.out()];
		for (int o = 0; o < oldBias.length; o++) {
			mean[o] = oldBias[o];
			for (int b = 0; b < norms.length; b++) {
				final String name = layer.branches().get(b).name();
				mean[o] += norms[b][o] * statistics.get(name + ".running_mean")[o];
				variance[o] += norms[b][o] * norms[b][o] * statistics.get(name + ".running_var")[o];
			}
		}
		final float[] sizes = new float[oldBias.length];
		for (int o = 0; o < sizes.length; o++) {
			// The ReLU removes negative values.
			final float size = (float) Math.hypot(Math.sqrt(variance[o]), Math.max(0, mean[o]));
			sizes[o] = size > 0 ? size : 1;
		}
		for (int b = 0; b < norms.length; b++) {
			final String name = layer.branches().get(b).name();
			final float[] weight = ones(layer.out());
			final float[] bias = new float[layer.out()];
			for (int o = 0; o < sizes.length; o++) {
				final float factor = norms[b][o] / sizes[o];
				weight[o] = factor * (float) Math.sqrt(statistics.get(name + ".running_var")[o] + BranchedNetwork.EPSILON);
				bias[o] = factor * statistics.get(name + ".running_mean")[o] + (b == 0 ? oldBias[o] / sizes[o] : 0);
			}
			values.put(name + ".weight", weight);
			values.put(name + ".bias", bias);
		}
		final NDArray y = step(network, layer, x);
		values.putAll(statistics);
		factors = sizes;
		return y;
	}

	/**
	 * Sets the kernel of a branch, scaled to the norm of a random kernel in each output channel.
	 *
	 * @return factors from the new to the old output channels
	 */
	private float[] fillKernel(final Layer layer, final Branch branch, final int oldOut) {
		final float[] norms = new float[oldOut];
		if (branch.kernel() == 0) {
			return norms;
		}
		final String name = layer.name() + ".weight";
		final int oldIn = factors.length;
		final int taps = branch.kernel() * branch.kernel();
		final int oldTaps = (int) (oldShapes.get(name).get(2) * oldShapes.get(name).get(3));
		final float[] kernel = BranchedNetwork.random(layer, branch, random);
		final double usual = BranchedNetwork.deviation(layer, branch) * Math.sqrt((double) layer.in() * taps);
		for (int o = 0; o < oldOut; o++) {
			final float[] row = new float[layer.in() * taps];
			double square = 0;
			for (int i = 0; i < oldIn; i++) {
				final int from = (layer.isTransposed() ? i * oldOut + o : o * oldIn + i) * oldTaps;
				for (int t = 0; t < taps; t++) {
					final float value = branch.kernel() == 1 ? MIDDLE * old.get(name)[from + oldTaps / 2]
							: old.get(name)[from + t] * (branch.kernel() == 3 && t == taps / 2 ? 1 - MIDDLE : 1);
					row[i * taps + t] = value * factors[i];
					square += (double) row[i * taps + t] * row[i * taps + t];
				}
			}
			if (square == 0) {
				// The kernel stays random, because zeros cannot be normalized.
				continue;
			}
			norms[o] = (float) (Math.sqrt(square) / usual);
			for (int i = 0; i < layer.in(); i++) {
				final int to = (layer.isTransposed() ? i * layer.out() + o : o * layer.in() + i) * taps;
				for (int t = 0; t < taps; t++) {
					kernel[to + t] = row[i * taps + t] / norms[o];
				}
			}
		}
		values.put(branch.name() + ".kernel", kernel);
		return norms;
	}

	/** Measures the mean and variance of each branch over the photos. */
	private Map<String, float[]> statistics(final BranchedNetwork network, final Layer layer, final NDArray x) {
		final List<String> names = layer.branches().isEmpty() ? List.of(layer.name())
				: layer.branches().stream().map(Branch::name).toList();
		for (final String name : names) {
			values.put(name + ".weight", ones(layer.out()));
			values.put(name + ".bias", new float[layer.out()]);
			values.put(name + ".running_mean", new float[layer.out()]);
			values.put(name + ".running_var", new float[layer.out()]);
		}
		final Map<String, float[]> statistics = new LinkedHashMap<>();
		try (NDManager scratch = x.getManager().newSubManager()) {
			final NDList arrays = arrays(network, layer, scratch);
			BranchedNetwork.run(layer, x, arrays, false).close();
			int at = 0;
			for (final String name : parameters(network, layer)) {
				if (name.contains(".running_")) {
					final float[] sums = arrays.get(at).toFloatArray();
					for (int c = 0; c < sums.length; c++) {
						sums[c] /= FIRST_SHARE;
					}
					statistics.put(name, sums);
				}
				at++;
			}
		}
		values.putAll(statistics);
		return statistics;
	}

	private NDArray step(final BranchedNetwork network, final Layer layer, final NDArray x) {
		try (NDManager scratch = x.getManager().newSubManager()) {
			return BranchedNetwork.run(layer, x, arrays(network, layer, scratch), false);
		}
	}

	private NDList arrays(final BranchedNetwork network, final Layer layer, final NDManager manager) {
		final NDList arrays = new NDList();
		for (final String name : parameters(network, layer)) {
			arrays.add(manager.create(values.get(name), network.parameters().get(name).getShape()));
		}
		return arrays;
	}

	private static List<String> parameters(final BranchedNetwork network, final Layer layer) {
		return network.parameters().keySet().stream().filter(name -> name.startsWith(layer.name() + ".")).toList();
	}

	/** Copies the statistics of old channels and measures those of new ones. */
	private NDArray fillNormalization(final BranchedNetwork network, final Layer layer, final NDArray x) {
		final String name = layer.name();
		final Map<String, float[]> statistics = statistics(network, layer, x);
		final float[] weight = values.get(name + ".weight");
		final float[] mean = statistics.get(name + ".running_mean");
		final float[] variance = statistics.get(name + ".running_var");
		for (int c = 0; c < factors.length; c++) {
			final float oldVariance = old.get(name + ".running_var")[c];
			mean[c] = old.get(name + ".running_mean")[c] / factors[c];
			variance[c] = oldVariance / factors[c] / factors[c];
			weight[c] = (float) (old.get(name + ".weight")[c] * factors[c]
					* Math.sqrt((variance[c] + BranchedNetwork.EPSILON) / (oldVariance + BranchedNetwork.EPSILON)));
		}
		System.arraycopy(old.get(name + ".bias"), 0, values.get(name + ".bias"), 0, factors.length);
		final NDArray y = step(network, layer, x);
		Arrays.fill(factors, 1);
		return y;
	}

	private void fillLogits(final Layer layer) {
		final float[] kernel = new float[layer.in() * layer.out()];
		final float[] bias = old.get(layer.name() + ".bias").clone();
		for (int o = 0; o < layer.out(); o++) {
			bias[o] *= temperature;
			for (int i = 0; i < factors.length; i++) {
				kernel[o * layer.in() + i] =
						temperature * factors[i] * old.get(layer.name() + ".weight")[o * factors.length + i];
			}
		}
		values.put(layer.name() + ".weight", kernel);
		values.put(layer.name() + ".bias", bias);
	}

	private static float[] ones(final int count) {
		final float[] ones = new float[count];
		Arrays.fill(ones, 1);
		return ones;
	}
}
