/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import sc.fiji.colorize.torch.TorchEngine;

/**
 * Measures networks on images of 256x256 pixels, from an array of lightness to an array of logits, and a large convolution
 * as a reference for the speed of the machine.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class NetworkBenchmark {

	/** Size of the larger batch. */
	public static final int BATCH = 8;
	/** Multiplications and additions of the convolution. */
	public static final double CONVOLUTION_OPERATIONS = 2.0 * 9 * 512 * 512 * 64 * 64;
	private static final int SIZE = 256;

	/** Width and precision; 1 is the published network, 0.5 the width of the bundled model. */
	@Param({"1 float32", "1 auto", "0.5 auto"})
	private String network;

	private NDManager manager;
	private BatchPrediction prediction;
	private NDArray features;
	private NDArray kernel;

	/** Creates the network with values that preserve the scale of the activations. */
	@Setup(Level.Trial)
	public void open() {
		manager = TorchEngine.newManager(Device.cpu());
		final double width = Double.parseDouble(network.split(" ")[0]);
		final Map<String, NDArray> values = new HashMap<>();
		ColorizationNetwork.shapes(width).forEach((name, shape) -> {
			if (shape.dimension() == 4) {
				final long inputs = name.equals("model8.0.weight") ? 4 * shape.get(0) : shape.size() / shape.get(0);
				values.put(name, manager.randomNormal(shape).muli((float) Math.sqrt(2.0 / inputs)));
			}
		});
		final ColorizationNetwork layers = new ColorizationNetwork(width);
		layers.initialize(manager, values);
		layers.freezeParameters(true);
		prediction = new BatchPrediction(layers, manager, Precision.parse(network.split(" ")[1]), message -> { });
		features = manager.randomNormal(new Shape(1, 512, 64, 64));
		kernel = manager.randomNormal(new Shape(512, 512, 3, 3));
	}

	/** Frees the network. */
	@TearDown(Level.Trial)
	public void close() {
		prediction.close();
		manager.close();
	}

	/** Multiplications and additions of the published network per image. */
	public static double operations() {
		double sum = 0;
		for (final Map.Entry<String, Shape> entry : ColorizationNetwork.shapes(1).entrySet()) {
			if (entry.getValue().dimension() == 4) {
				sum += 2.0 * entry.getValue().size() * cells(entry.getKey());
			}
		}
		return sum;
	}

	/** Number of output pixels of a layer: the last layers of blocks 1 to 3 halve the sides, block 8 doubles them. */
	private static double cells(final String weight) {
		final int block = weight.charAt("model".length()) - '0';
		final boolean last = block < 3 ? weight.contains(".2.") : weight.contains(".4.");
		final int stride = block == 8 ? weight.contains(".0.") ? 8 : 4
				: Math.min(8, 1 << block - (last ? 0 : 1));
		return (double) SIZE * SIZE / (stride * stride);
	}

	private float[][] predict(final int batch) {
		final Random random = new Random(batch);
		final float[][] lightness = new float[batch][SIZE * SIZE];
		for (final float[] image : lightness) {
			for (int i = 0; i < image.length; i++) {
				image[i] = 100 * random.nextFloat();
			}
		}
		return prediction.predict(lightness, SIZE, SIZE, 1);
	}

	/** One image. */
	@Benchmark
	public float[][] one() {
		return predict(1);
	}

	/** Eight images. */
	@Benchmark
	@Warmup(iterations = 1)
	@Measurement(iterations = 2)
	public float[][] eight() {
		return predict(BATCH);
	}

	/** The reference convolution. */
	@Benchmark
	public long convolution() {
		try (NDArray result = Conv2d.conv2d(features, kernel, null, new Shape(1, 1), new Shape(1, 1), new Shape(1, 1), 1)
				.singletonOrThrow()) {
			return result.size();
		}
	}
}
