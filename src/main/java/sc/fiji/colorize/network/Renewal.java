/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

/**
 * Makes a trained network ready to learn on, wider if wanted, while it goes on saying nearly the same. A long training
 * leaves this network, which normalises only once a block, in a state from which a new one does not start well: its
 * weights have grown layer by layer, so that steps of the usual size upset the last layers, and many channels no longer
 * fire for any photo, so that no gradient will ever reach them.
 * <p>
 * The weights of each channel are divided by the standard deviation of what it computes over some photos, for which the
 * weights that read it make up. Dead channels, and those that a wider network has more, are begun anew: they read the
 * channels before them with random weights, rescaled as in {@link DataDependentInitialization}, and the trained channels
 * after them read them with weights of 0, from which they learn.
 */
public final class Renewal {

	/** Which channels of a layer's output carry on those of the trained network. */
	private record Channels(int count, boolean[] kept) {

		boolean keeps(final int channel) {
			return kept[channel];
		}
	}

	private final ColorizationNetwork trained;
	private final Map<String, float[]> old = new LinkedHashMap<>();
	private final Map<String, Shape> oldShapes;
	private final Random random;

	private Renewal(final ColorizationNetwork trained, final long seed) {
		this.trained = trained;
		oldShapes = ColorizationNetwork.shapes(trained.width());
		trained.stateDict().forEach((name, parameter) -> old.put(name, parameter.getArray().toFloatArray()));
		random = new Random(seed);
	}

	/**
	 * The network to learn on with.
	 *
	 * @param trained the trained network, which must not be used any longer: its running statistics are changed
	 * @param width of the new network, at least that of the trained one
	 * @param manager becomes the owner of the values
	 * @param lightness some photos, {@code (batch, 1, height, width)}, L* in [0, 100]; a channel that fires for none of
	 *        them is dead
	 * @param seed of the random values
	 * @return the new network
	 * @throws IllegalArgumentException if the width is smaller than the network's
	 */
	public static ColorizationNetwork renew(final ColorizationNetwork trained, final double width,
			final NDManager manager, final NDArray lightness, final long seed) {
		requireNotNarrower(trained.width(), width);
		return new Renewal(trained, seed).renew(width, manager, lightness);
	}

	/**
	 * Tells whether a network can be widened to a width.
	 *
	 * @param from its width
	 * @param to the width wanted
	 * @throws IllegalArgumentException if the width wanted is smaller
	 */
	public static void requireNotNarrower(final double from, final double to) {
		if (to < from) {
			throw new IllegalArgumentException("A network of width " + from
					+ " can be made wider but not narrower: give a width of at least that instead of " + to + ".");
		}
	}

	private ColorizationNetwork renew(final double width, final NDManager manager, final NDArray lightness) {
		final ColorizationNetwork network = new ColorizationNetwork(width);
		final Map<String, Shape> shapes = ColorizationNetwork.shapes(width);
		final Map<String, NDArray> empty = new LinkedHashMap<>();
		shapes.forEach((name, shape) -> empty.put(name, manager.zeros(shape)));
		network.initialize(manager, empty);
		final Map<String, boolean[]> firing = firing(lightness);

		try (NDManager scratch = manager.newSubManager()) {
			final ParameterStore store = new ParameterStore(scratch, false);
			NDArray x = ColorizationNetwork.normalize(lightness);
			x.attach(scratch);
			Channels in = new Channels(1, new boolean[] {true});
			float[] deviations = {1};
			float[] constants = {0};
			for (final ColorizationNetwork.Layer layer : network.layers()) {
				if (layer.isConvolution()) {
					final int count = (int) shapes.get(layer.name() + ".bias").get(0);
					// All logits are kept.
					final Channels out = new Channels(count, Arrays.copyOf(firing.get(layer.name()), count));
					fillConvolution(network, layer.name(), in, out, deviations, constants);
					if (layer.relu()) {
						deviations = DataDependentInitialization.standardize(layer, store, x, out.kept());
						constants = new float[firing.get(layer.name()).length];
					}
					in = out;
				}
				else {
					fillNormalization(network, layer.name(), in, deviations, x);
				}
				final NDArray y = ColorizationNetwork.apply(layer, store, x, true).duplicate().stopGradient();
				if (!layer.isConvolution()) {
					// Again, because running it has changed its running statistics.
					fillNormalization(network, layer.name(), in, deviations, x);
					constants = old.get(layer.name() + ".bias");
					Arrays.fill(deviations, 1);
				}
				x.close();
				x = y;
			}
		}
		return network;
	}

	/** The channels of each convolution of the trained network that some place of some photo makes fire. */
	private Map<String, boolean[]> firing(final NDArray lightness) {
		final Map<String, boolean[]> firing = new LinkedHashMap<>();
		try (NDManager scratch = lightness.getManager().newSubManager()) {
			final ParameterStore store = new ParameterStore(scratch, false);
			NDArray x = ColorizationNetwork.normalize(lightness);
			x.attach(scratch);
			for (final ColorizationNetwork.Layer layer : trained.layers()) {
				final NDArray y = ColorizationNetwork.apply(layer, store, x, true).duplicate().stopGradient();
				if (layer.isConvolution()) {
					final float[] largest = DataDependentInitialization.byChannel(y).max(new int[] {1}).toFloatArray();
					final boolean[] fires = new boolean[largest.length];
					for (int c = 0; c < fires.length; c++) {
						fires[c] = !layer.relu() || largest[c] > 0;
					}
					firing.put(layer.name(), fires);
				}
				x.close();
				x = y;
			}
		}
		return firing;
	}

	/**
	 * Fills in a convolution.
	 *
	 * @param deviations what the kept channels of the input were divided by
	 * @param constants what each channel of the trained network's input says where it does not fire
	 */
	private void fillConvolution(final ColorizationNetwork network, final String name, final Channels in,
			final Channels out, final float[] deviations, final float[] constants) {
		final Map<String, Parameter> parameters = network.stateDict();
		final Parameter weight = parameters.get(name + ".weight");
		final Shape shape = weight.getArray().getShape();
		final Shape oldShape = oldShapes.get(name + ".weight");
		final float[] before = old.get(name + ".weight");
		final float[] kernel = DataDependentInitialization.random(shape, random);
		final float[] bias = Arrays.copyOf(old.get(name + ".bias"), out.count());
		// The transposed convolution has its input channels first, and an output place reads a quarter of its taps.
		final boolean transposed = name.equals("model8.0");
		final int taps = (int) (shape.get(2) * shape.get(3));
		final int seen = transposed ? 4 : 1;
		for (int o = 0; o < out.count(); o++) {
			if (!out.keeps(o)) {
				bias[o] = 0;
				continue;
			}
			for (int i = 0; i < in.count(); i++) {
				final int at = (transposed ? i * out.count() + o : o * in.count() + i) * taps;
				Arrays.fill(kernel, at, at + taps, 0);
				final int from = (int) (transposed ? i * oldShape.get(1) + o : o * oldShape.get(1) + i) * taps;
				for (int t = 0; t < taps && i < constants.length; t++) {
					if (in.keeps(i)) {
						kernel[at + t] = before[from + t] * deviations[i];
					}
					else {
						bias[o] += before[from + t] * constants[i] / seen;
					}
				}
			}
		}
		set(weight, kernel);
		set(parameters.get(name + ".bias"), bias);
	}

	/** Fills in a batch normalisation; new channels get the statistics of the photos. */
	private void fillNormalization(final ColorizationNetwork network, final String name, final Channels channels,
			final float[] deviations, final NDArray x) {
		final int[] places = {1};
		final float[] mean;
		final float[] variance;
		try (NDManager scratch = x.getManager().newSubManager()) {
			final NDArray byChannel = DataDependentInitialization.byChannel(x);
			byChannel.attach(scratch);
			final NDArray means = byChannel.mean(places);
			mean = means.toFloatArray();
			variance = byChannel.sub(means.reshape(-1, 1)).square().mean(places).toFloatArray();
		}
		final float[] gamma = new float[channels.count()];
		final float[] beta = new float[channels.count()];
		for (int c = 0; c < channels.count(); c++) {
			final boolean kept = channels.keeps(c);
			gamma[c] = kept ? old.get(name + ".weight")[c] : 1;
			beta[c] = kept ? old.get(name + ".bias")[c] : 0;
			if (kept) {
				mean[c] = old.get(name + ".running_mean")[c] / deviations[c];
				variance[c] = old.get(name + ".running_var")[c] / deviations[c] / deviations[c];
			}
		}
		final Map<String, Parameter> parameters = network.stateDict();
		set(parameters.get(name + ".weight"), gamma);
		set(parameters.get(name + ".bias"), beta);
		set(parameters.get(name + ".running_mean"), mean);
		set(parameters.get(name + ".running_var"), variance);
	}

	private static void set(final Parameter parameter, final float[] values) {
		final NDArray array = parameter.getArray();
		try (NDArray copy = array.getManager().create(values, array.getShape())) {
			DataDependentInitialization.set(parameter, copy);
		}
	}
}
