/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.torch.TorchEngine;

/** Small models with random or constant predictions. */
final class TestModels {

	private static final double WIDTH = 1 / 16.0;

	private TestModels() {
	}

	/** Saves a model with random weights. */
	static void random(final Path file, final long seed) throws IOException {
		save(file, new Random(seed));
	}

	/** Saves a model that predicts equal probabilities for all bins. */
	static void undecided(final Path file) throws IOException {
		save(file, null);
	}

	private static void save(final Path file, final Random random) throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> values = new LinkedHashMap<>();
			for (final Map.Entry<String, Shape> entry : ColorizationNetwork.shapes(WIDTH).entrySet()) {
				final Shape shape = entry.getValue();
				final boolean kernel = shape.dimension() > 1;
				final float[] numbers = new float[(int) shape.size()];
				final double scale = kernel ? Math.sqrt(3.0 * shape.get(0) / shape.size()) : 0;
				for (int i = 0; i < numbers.length; i++) {
					numbers[i] = entry.getKey().endsWith("running_var") ? 1
							: random == null ? 0 : (float) (scale * random.nextGaussian())
									+ (!kernel && entry.getKey().endsWith("weight") ? 1 : 0);
				}
				values.put(entry.getKey(), manager.create(numbers, shape));
			}
			final ColorizationNetwork network = new ColorizationNetwork(WIDTH);
			network.initialize(manager, values);
			ModelFile.save(file, new ModelCard("test", "A model for tests.", "", WIDTH, 32, 1, Map.of(), Map.of(), "",
					ModelCard.Origin.OURS), network, false);
		}
	}
}
