/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

import sc.fiji.colorize.ops.ColorBins;

/**
 * Gives a network first values with which it learns. From He's random values alone this network, which normalises only
 * once a block, stays at predicting a constant; the paper used a data-dependent initialisation (Kraehenbuehl et al.,
 * 2016) for the same reason.
 * <p>
 * Some photos run through layer by layer. The weights of each convolution are drawn from a normal distribution and then
 * rescaled, and its biases shifted, so that over these photos each output channel has mean 0 and standard deviation 1
 * before its ReLU. The last layer starts at the best constant prediction.
 */
public final class DataDependentInitialization {

	/** Standard deviation of the first logits around the constant prediction. */
	private static final float LOGIT_DEVIATION = 0.3f;
	/** Added to a channel's standard deviation: one that never varies is left alone. */
	private static final float EPSILON = 1e-6f;

	private DataDependentInitialization() {
	}

	/**
	 * Initialises a network that has no values yet.
	 *
	 * @param network the network
	 * @param manager owner of the new parameters
	 * @param lightness some photos, {@code (batch, 1, height, width)}, L* in [0, 100]
	 * @param constant the distribution to start from, 313 positive numbers (for rebalanced training: prior times
	 *        weights)
	 * @param seed of the random numbers
	 */
	public static void apply(final ColorizationNetwork network, final NDManager manager, final NDArray lightness,
			final double[] constant, final long seed) {
		final Random random = new Random(seed);
		final Map<String, Shape> shapes = ColorizationNetwork.shapes(network.width());
		final Map<String, NDArray> weights = new LinkedHashMap<>();
		network.stateDict().forEach((name, parameter) -> {
			if (parameter.getType() == Parameter.Type.WEIGHT) {
				weights.put(name, manager.create(random(shapes.get(name), random), shapes.get(name)));
			}
		});
		network.initialize(manager, weights);

		try (NDManager scratch = manager.newSubManager()) {
			final ParameterStore store = new ParameterStore(scratch, false);
			NDArray x = ColorizationNetwork.normalize(lightness);
			x.attach(scratch);
			for (final ColorizationNetwork.Layer layer : network.layers()) {
				if (layer.isConvolution()) {
					standardize(layer, store, x, null);
				}
				final NDArray y = ColorizationNetwork.apply(layer, store, x, true).duplicate().stopGradient();
				x.close();
				x = y;
			}
		}
		startFrom(network, constant);
	}

	/** He's random weights. */
	static float[] random(final Shape shape, final Random random) {
		final float[] values = new float[(int) shape.size()];
		// For Conv2d (out, in, k, k); the transposed layer is only off by a factor that the rescaling mends.
		final double deviation = Math.sqrt(2.0 * shape.get(0) / shape.size());
		for (int i = 0; i < values.length; i++) {
			values[i] = (float) (deviation * random.nextGaussian());
		}
		return values;
	}

	/**
	 * Makes each output channel of a convolution have standard deviation 1 for the input, and mean 0 as well.
	 *
	 * @param unshifted channels whose mean only shrinks with their deviation, so that they still fire where they did;
	 *        null for none
	 * @return the standard deviation that each channel had
	 */
	static float[] standardize(final ColorizationNetwork.Layer layer, final ParameterStore store, final NDArray x,
			final boolean[] unshifted) {
		try (NDManager scratch = x.getManager().newSubManager()) {
			final NDArray y = ColorizationNetwork.beforeRelu(layer, store, x, true).stopGradient();
			y.attach(scratch);
			final NDArray byChannel = byChannel(y);
			final int[] places = {1};
			final NDArray mean = byChannel.mean(places);
			final NDArray deviation = byChannel.sub(mean.reshape(-1, 1)).square().mean(places).sqrt().add(EPSILON);

			final Parameter weight = layer.block().getDirectParameters().get("weight");
			final Parameter bias = layer.block().getDirectParameters().get("bias");
			final boolean transposed = layer.block() instanceof SubPixelTransposedConvolution;
			final NDArray perFilter = transposed ? deviation.reshape(1, -1, 1, 1) : deviation.reshape(-1, 1, 1, 1);
			set(weight, values(weight, scratch).div(perFilter));
			final float[] shift = mean.toFloatArray();
			for (int c = 0; unshifted != null && c < shift.length; c++) {
				shift[c] = unshifted[c] ? 0 : shift[c];
			}
			set(bias, values(bias, scratch).sub(scratch.create(shift)).div(deviation));
			return deviation.toFloatArray();
		}
	}

	private static void startFrom(final ColorizationNetwork network, final double[] constant) {
		final Map<String, Parameter> parameters = network.stateDict();
		final Parameter weight = parameters.get("model8.6.weight");
		try (NDManager scratch = weight.getArray().getManager().newSubManager()) {
			set(weight, values(weight, scratch).mul(LOGIT_DEVIATION));
		}
		double sum = 0;
		for (final double p : constant) {
			sum += p;
		}
		final float[] logits = new float[ColorBins.COUNT];
		for (int q = 0; q < logits.length; q++) {
			logits[q] = (float) Math.log(constant[q] / sum);
		}
		final Parameter bias = parameters.get("model8.6.bias");
		try (NDArray array = bias.getArray().getManager().create(logits)) {
			set(bias, array);
		}
	}

	/** The values of {@code (batch, channel, height, width)} as {@code (channel, place)}. */
	static NDArray byChannel(final NDArray x) {
		return x.transpose(1, 0, 2, 3).reshape(x.getShape().get(1), -1);
	}

	/** A parameter's values, owned by a manager, as is what is computed from them. */
	static NDArray values(final Parameter parameter, final NDManager manager) {
		final NDArray values = parameter.getArray().stopGradient();
		values.attach(manager);
		return values;
	}

	/** Overwrites a parameter's values in place, so that whoever holds the parameter's array sees them. */
	static void set(final Parameter parameter, final NDArray values) {
		DeadChannels.overwrite(parameter.getArray(), values);
	}
}
