/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.network.BranchedNetwork;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;

/** A model so small that tests are quick: random values, but scaled so that its colors vary over a picture. */
public final class TinyModel {

	/** Factor on the channels of the published network. */
	public static final double WIDTH = 1 / 16.0;
	/** The network size that its card names. */
	public static final int SIZE = 64;

	private static final String LAST_LAYER = "model8.6.weight";
	/** Steps after which the running statistics are those of the picture. */
	private static final int STATISTICS_STEPS = 60;
	/** Makes the logits vary by about 3. */
	private static final float STRENGTH = 60;
	private static Path file;

	private TinyModel() {
	}

	/** A file that lives as long as the JVM. */
	public static synchronized Path file() {
		if (file == null) {
			try {
				final Path folder = Files.createTempDirectory("tiny-model");
				folder.toFile().deleteOnExit();
				file = folder.resolve("tiny.zip");
				save(file, true, 1);
				file.toFile().deleteOnExit();
			}
			catch (final IOException e) {
				throw new UncheckedIOException(e);
			}
		}
		return file;
	}

	/** The default options with this model, on the CPU. */
	public static ColorizeOptions options() {
		return ColorizeOptions.defaults().model(file().toString()).device("cpu");
	}

	/** A card with something in every field. */
	public static ModelCard card() {
		return card(WIDTH);
	}

	private static ModelCard card(final double width) {
		return new ModelCard("Tiny", "A model for tests.", "# Tiny\n\nOnly for tests: \u00e4\u00f6\u00fc.\n",
				width, SIZE, 1,
				Map.of("epochs", 0, "data", List.of("none", "at all"), "hours", 0.5),
				Map.of("rebalanced AuC", 60.25, "photos", 3), "", ModelCard.Origin.OURS);
	}

	/** Writes such a model. */
	public static void save(final Path target, final boolean half, final long seed) throws IOException {
		save(target, WIDTH, half, seed);
	}

	/** Writes such a model of another width. */
	public static void save(final Path target, final double width, final boolean half, final long seed)
			throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			ModelFile.save(target, card(width), network(manager, width, seed), half);
		}
	}

	/** A network of the manager. */
	public static ColorizationNetwork network(final NDManager manager, final long seed) {
		return network(manager, WIDTH, seed);
	}

	private static ColorizationNetwork network(final NDManager manager, final double width, final long seed) {
		final float[] picture = new float[SIZE * SIZE];
		for (int i = 0; i < picture.length; i++) {
			final int x = i % SIZE;
			final int y = i / SIZE;
			picture[i] = (float) (50 + 0.5 * (y - SIZE / 2) + 25 * Math.sin(0.15 * x) * Math.cos(0.11 * y));
		}
		final double[] constant = new double[ColorBins.COUNT];
		Arrays.fill(constant, 1);
		try (NDManager scratch = manager.newSubManager()) {
			final BranchedNetwork branches = new BranchedNetwork(width);
			branches.initialize(scratch, constant, seed);
			final NDList input = new NDList(scratch.create(picture, new Shape(1, 1, SIZE, SIZE)));
			for (int i = 0; i < STATISTICS_STEPS; i++) {
				try (NDManager step = scratch.newSubManager()) {
					input.singletonOrThrow().attach(step);
					branches.forward(new ParameterStore(step, false), input, true);
					input.singletonOrThrow().attach(scratch);
				}
			}
			final ColorizationNetwork network = branches.fold(manager);
			network.stateDict().get(LAST_LAYER).getArray().muli(STRENGTH);
			return network;
		}
	}

	/** A gray picture of any size with areas, edges and some noise, 0 to 255. */
	public static byte[] picture(final int width, final int height, final long seed) {
		final Random random = new Random(seed);
		final double phase = 6 * random.nextDouble();
		final byte[] pixels = new byte[width * height];
		for (int i = 0; i < pixels.length; i++) {
			final double x = i % width / (double) width;
			final double y = i / width / (double) height;
			final double value = 128 + 80 * Math.sin(7 * x + phase) * Math.cos(5 * y - phase) + (x > y ? 40 : -30)
					+ 12 * random.nextGaussian();
			pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
		}
		return pixels;
	}
}
