/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.ops.SoftEncoding;
import sc.fiji.colorize.torch.TorchEngine;

class RebalancedCrossEntropyTest {

	private static final int BATCH = 2;
	private static final int HEIGHT = 2;
	private static final int WIDTH = 3;
	private static final int CELLS = HEIGHT * WIDTH;
	private static final int BINS = ColorBins.COUNT;
	private static final int NEIGHBORS = SoftEncoding.NEIGHBORS;

	private final RebalancedCrossEntropy loss = new RebalancedCrossEntropy();
	private NDManager manager;

	/** Soft-encoded true colors, from neutral to the border of the gamut, with their rebalancing weights. */
	private final long[] bins = new long[BATCH * NEIGHBORS * CELLS];
	private final double[] shares = new double[bins.length];
	private final double[] weights = new double[BATCH * CELLS];
	/** The labels as dense distributions, {@code [image][cell][bin]}. */
	private final double[][][] targets = new double[BATCH][CELLS][BINS];
	private final double[] logits = new double[BATCH * BINS * CELLS];

	@BeforeEach
	void makeLabels() {
		manager = TorchEngine.newManager(Device.cpu());
		final double[] prior = new double[BINS];
		for (int q = 0; q < BINS; q++) {
			prior[q] = Math.exp(-Math.hypot(ColorBins.a(q), ColorBins.b(q)) / 15);
		}
		final double sum = Arrays.stream(prior).sum();
		Arrays.setAll(prior, q -> prior[q] / sum);
		final double[] rebalancing = ColorPrior.rebalancingWeights(prior, ColorPrior.LAMBDA);
		final float[] colors = NetworkFixture.gaussian(2 * BATCH * CELLS, 0, 35, 4);
		final int[] near = new int[NEIGHBORS];
		final float[] share = new float[NEIGHBORS];
		for (int n = 0; n < BATCH; n++) {
			for (int p = 0; p < CELLS; p++) {
				final int at = n * CELLS + p;
				SoftEncoding.encode(colors[2 * at], colors[2 * at + 1], SoftEncoding.SIGMA, near, share);
				weights[at] = rebalancing[near[0]];
				for (int k = 0; k < NEIGHBORS; k++) {
					bins[(n * NEIGHBORS + k) * CELLS + p] = near[k];
					shares[(n * NEIGHBORS + k) * CELLS + p] = share[k];
					targets[n][p][near[k]] = share[k];
				}
			}
		}
		final float[] random = NetworkFixture.gaussian(logits.length, 0, 2, 5);
		for (int i = 0; i < logits.length; i++) {
			logits[i] = random[i];
		}
	}

	@AfterEach
	void close() {
		manager.close();
	}

	/** The loss in double precision, for finite differences. */
	private NDList labels() {
		return new NDList(manager.create(bins, new Shape(BATCH, NEIGHBORS, HEIGHT, WIDTH)),
				manager.create(shares, new Shape(BATCH, NEIGHBORS, HEIGHT, WIDTH)),
				manager.create(weights, new Shape(BATCH, 1, HEIGHT, WIDTH)));
	}

	private NDArray predictions(final double[] values) {
		return manager.create(values, new Shape(BATCH, BINS, HEIGHT, WIDTH));
	}

	private double value(final double[] values) {
		return loss.evaluate(labels(), new NDList(predictions(values))).getDouble();
	}

	/** The softmax of the logits of a cell. */
	private double[] probabilities(final int image, final int cell) {
		final double[] p = new double[BINS];
		double sum = 0;
		for (int q = 0; q < BINS; q++) {
			p[q] = Math.exp(logits[(image * BINS + q) * CELLS + cell]);
			sum += p[q];
		}
		for (int q = 0; q < BINS; q++) {
			p[q] /= sum;
		}
		return p;
	}

	@Test
	void valueEqualsHandComputed() {
		// One cell. All logits are 0 except those of bins 7 and 9: the sum of exponentials is 311 + 2 + 5 = 318.
		final float[] z = new float[BINS];
		z[7] = (float) Math.log(2);
		z[9] = (float) Math.log(5);
		final NDList labels = new NDList(manager.create(new long[] {7, 9}, new Shape(1, 2, 1, 1)),
				manager.create(new float[] {0.25f, 0.75f}, new Shape(1, 2, 1, 1)),
				manager.create(new float[] {3}, new Shape(1, 1, 1, 1)));
		final NDList predictions = new NDList(manager.create(z, new Shape(1, BINS, 1, 1)));
		final double entropy = 0.25 * Math.log(318 / 2.0) + 0.75 * Math.log(318 / 5.0);
		assertEquals(entropy, RebalancedCrossEntropy.crossEntropy(labels, predictions).getFloat(), 1e-5);
		assertEquals(3 * entropy, loss.evaluate(labels, predictions).getFloat(), 3e-5);
	}

	@Test
	void constantLogitsCostLogOfBinCount() {
		final NDList labels = labels();
		labels.set(2, labels.get(2).onesLike());
		assertEquals(Math.log(BINS), loss.evaluate(labels, new NDList(predictions(new double[logits.length])))
				.getDouble(), 1e-7);
	}

	@Test
	void valueEqualsDenseTarget() {
		double sum = 0;
		for (int n = 0; n < BATCH; n++) {
			for (int p = 0; p < CELLS; p++) {
				final double[] probabilities = probabilities(n, p);
				for (int q = 0; q < BINS; q++) {
					sum -= weights[n * CELLS + p] * targets[n][p][q] * Math.log(probabilities[q]);
				}
			}
		}
		assertEquals(sum / (BATCH * CELLS), value(logits), 1e-12 * sum);
	}

	@Test
	void valueIgnoresConstantOffsetOfLogits() {
		final double[] shifted = logits.clone();
		for (int i = 0; i < shifted.length; i++) {
			shifted[i] += 40 * (i % CELLS) - 100;
		}
		assertEquals(value(logits), value(shifted), 1e-11);
	}

	private double[] gradient() {
		final NDArray z = predictions(logits);
		z.setRequiresGradient(true);
		try (GradientCollector collector = TorchEngine.get().newGradientCollector()) {
			collector.backward(loss.evaluate(labels(), new NDList(z)));
		}
		return z.getGradient().toDoubleArray();
	}

	@Test
	void gradientIsWeightTimesPredictionMinusTarget() {
		final double[] expected = new double[logits.length];
		for (int n = 0; n < BATCH; n++) {
			for (int p = 0; p < CELLS; p++) {
				final double[] probabilities = probabilities(n, p);
				for (int q = 0; q < BINS; q++) {
					expected[(n * BINS + q) * CELLS + p] = weights[n * CELLS + p]
							* (probabilities[q] - targets[n][p][q]) / (BATCH * CELLS);
				}
			}
		}
		// The float shares sum to 1 only approximately.
		assertArrayEquals(expected, gradient(), 1e-7);
	}

	@Test
	void gradientEqualsFiniteDifferences() {
		final double[] gradient = gradient();
		final double step = 1e-4;
		for (int i = 0; i < logits.length; i += 37) {
			final double[] moved = logits.clone();
			moved[i] += step;
			final double above = value(moved);
			moved[i] -= 2 * step;
			assertEquals((above - value(moved)) / (2 * step), gradient[i], 1e-8, "logit " + i);
		}
		final int trueBin = (int) (bins[0] * CELLS);
		final double[] moved = logits.clone();
		moved[trueBin] += step;
		final double above = value(moved);
		moved[trueBin] -= 2 * step;
		assertEquals((above - value(moved)) / (2 * step), gradient[trueBin], 1e-8, "logit of a true bin");
	}

	@Test
	void allocatesNoDenseTarget() {
		final NDList labels = labels();
		final NDList predictions = new NDList(predictions(logits));
		loss.evaluate(labels, predictions);
		final List<NDArray> dense = manager.getManagedArrays().stream()
				.filter(array -> array.getShape().size() >= (long) BATCH * BINS * CELLS).toList();
		assertEquals(2, dense.size(), "the logits and their log-softmax");
		assertEquals(NEIGHBORS, labels.stream().mapToLong(label -> label.getShape().get(1)).max().orElseThrow());
	}
}
