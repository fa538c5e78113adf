/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.model.weights.Safetensors;

/** A tiny network with the outputs of PyTorch (see make_network_fixture.py), and helpers for the tests of this package. */
final class NetworkFixture {

	static final double WIDTH = 1 / 16.0;

	/**
	 * Tolerance of logits. The fixture was computed in double precision; float32 differs by 6e-5 to 1.1e-4, depending on the
	 * processor.
	 */
	static final double TOLERANCE = 5e-4;

	private NetworkFixture() {
	}

	/** All tensors of the fixture; the manager owns them. */
	static Map<String, NDArray> tensors(final NDManager manager) throws IOException {
		try (InputStream in = Objects.requireNonNull(
				NetworkFixture.class.getResourceAsStream("network-fixture.safetensors"), "the fixture is missing")) {
			return Safetensors.decode(in.readAllBytes(), manager);
		}
	}

	/** The network with the weights of the fixture; the manager owns them. */
	static ColorizationNetwork network(final NDManager manager) throws IOException {
		final ColorizationNetwork network = new ColorizationNetwork(WIDTH);
		network.initialize(manager, tensors(manager));
		return network;
	}

	/** Normally distributed random values. */
	static float[] gaussian(final int count, final double mean, final double deviation, final long seed) {
		final Random random = new Random(seed);
		final float[] values = new float[count];
		for (int i = 0; i < count; i++) {
			values[i] = (float) (mean + deviation * random.nextGaussian());
		}
		return values;
	}

	/** Random smooth lightness, {@code (batch, 1, height, width)}. */
	static NDArray lightness(final NDManager manager, final int batch, final int height, final int width,
			final long seed) {
		final Random random = new Random(seed);
		final float[] values = new float[batch * height * width];
		for (int n = 0; n < batch; n++) {
			final double across = 0.1 + 0.3 * random.nextDouble();
			final double down = 0.1 + 0.3 * random.nextDouble();
			for (int y = 0; y < height; y++) {
				for (int x = 0; x < width; x++) {
					values[(n * height + y) * width + x] = (float) (50 + 40 * Math.sin(across * x) * Math.cos(down * y)
							+ 5 * random.nextDouble());
				}
			}
		}
		return manager.create(values, new Shape(batch, 1, height, width));
	}

	static double maxDifference(final float[] expected, final float[] actual) {
		if (expected.length != actual.length) {
			throw new AssertionError(expected.length + " values expected but there are " + actual.length);
		}
		double max = 0;
		for (int i = 0; i < expected.length; i++) {
			final double difference = Math.abs(expected[i] - actual[i]);
			max = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(max, difference);
		}
		return max;
	}
}
