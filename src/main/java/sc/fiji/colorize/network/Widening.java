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

/**
 * Makes a wider network that computes nearly what a narrow one does (Net2WiderNet; Chen, Goodfellow and Shlens, 2016), so
 * that the long first part of a training can run on the fast narrow one. The new channels of a layer are copies of old
 * ones, and what they feed divides its weights by the number of copies. A little noise on the weights lets the copies
 * become different.
 */
public final class Widening {

	/** Standard deviation of the factors on the weights around 1. */
	private static final double NOISE = 0.05;

	private Widening() {
	}

	/**
	 * The values of a wider network.
	 *
	 * @param narrow the trained network
	 * @param width of the wider network, at least that of the narrow one; the same width gives exact copies
	 * @param manager becomes the owner of the values
	 * @param seed of the noise
	 * @return published name to value
	 * @throws IllegalArgumentException if the width is smaller than the network's
	 */
	public static Map<String, NDArray> widen(final ColorizationNetwork narrow, final double width,
			final NDManager manager, final long seed) {
		requireNotNarrower(narrow.width(), width);
		final Map<String, Shape> oldShapes = ColorizationNetwork.shapes(narrow.width());
		final Random random = new Random(seed);
		final Map<String, NDArray> values = new LinkedHashMap<>();
		// The lightness is one channel in both.
		Channels in = new Channels(1, 1);
		Channels out = in;
		for (final Map.Entry<String, Shape> entry : ColorizationNetwork.shapes(width).entrySet()) {
			final String name = entry.getKey();
			final Shape shape = entry.getValue();
			final Shape oldShape = oldShapes.get(name);
			final float[] old = narrow.stateDict().get(name).getArray().toFloatArray();
			final float[] value;
			if (shape.dimension() == 1) {
				value = out.copy(old);
			}
			else {
				// The transposed convolution has its input channels first.
				final boolean transposed = name.equals("model8.0.weight");
				in = out;
				final int axis = transposed ? 1 : 0;
				out = new Channels((int) oldShape.get(axis), (int) shape.get(axis));
				value = transposed ? kernel(old, oldShape, in, out, true) : kernel(old, oldShape, out, in, false);
				for (int i = 0; i < value.length && width > narrow.width(); i++) {
					value[i] *= (float) (1 + NOISE * random.nextGaussian());
				}
			}
			values.put(name, manager.create(value, shape));
		}
		return values;
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

	/** A kernel with both channel axes widened; the weights of copied inputs are shared out. */
	private static float[] kernel(final float[] old, final Shape shape, final Channels first, final Channels second,
			final boolean inputsFirst) {
		final int taps = (int) (shape.get(2) * shape.get(3));
		final float[] value = new float[first.count * second.count * taps];
		for (int f = 0; f < first.count; f++) {
			for (int s = 0; s < second.count; s++) {
				final int copies = inputsFirst ? first.copies(f) : second.copies(s);
				final int from = (first.source(f) * second.old + second.source(s)) * taps;
				for (int t = 0; t < taps; t++) {
					value[(f * second.count + s) * taps + t] = old[from + t] / copies;
				}
			}
		}
		return value;
	}

	/** Which old channel a new one copies. */
	private record Channels(int old, int count) {

		int source(final int channel) {
			return channel % old;
		}

		/** How many channels copy the same as this one. */
		int copies(final int channel) {
			return (count - 1 - source(channel)) / old + 1;
		}

		float[] copy(final float[] values) {
			final float[] copy = Arrays.copyOf(values, count);
			for (int c = old; c < count; c++) {
				copy[c] = values[source(c)];
			}
			return copy;
		}
	}
}
