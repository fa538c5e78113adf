/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * The paper's loss (eq. 2): cross-entropy between the soft-encoded truth and the predicted distribution, weighted at
 * each place by the rebalancing weight of its true colour.
 * <p>
 * {@code loss = mean over places of w * -sum_i t_i log softmax(z)[bin_i]}, in nats. The truth is given by its k
 * neighbours only; the dense 313-way target never exists.
 * <ul>
 * <li>labels: {@code bins (N, k, H, W)} int64; {@code shares (N, k, H, W)} float32, sum 1 over k; {@code weights
 * (N, 1, H, W)} float32
 * <li>predictions: {@code logits (N, 313, H, W)} float32
 * <li>value: a scalar. The authors' code divides by the batch size alone, a constant factor, and logs the unweighted
 * Kullback-Leibler divergence, which is smaller by the entropy of the targets.
 * </ul>
 */
public final class RebalancedCrossEntropy extends Loss {

	/** Creates the loss. */
	public RebalancedCrossEntropy() {
		super("RebalancedCrossEntropy");
	}

	@Override
	public NDArray evaluate(final NDList labels, final NDList predictions) {
		final NDArray weights = labels.get(2);
		return crossEntropy(labels, predictions).mul(weights).mean();
	}

	/**
	 * The unweighted cross-entropy at each place.
	 *
	 * @param labels bins and shares as for the loss
	 * @param predictions logits as for the loss
	 * @return {@code (N, 1, H, W)}, nats
	 */
	public static NDArray crossEntropy(final NDList labels, final NDList predictions) {
		final NDArray logProbabilities = predictions.singletonOrThrow().logSoftmax(1);
		return logProbabilities.gather(labels.get(0), 1).mul(labels.get(1)).sum(new int[] {1}, true).neg();
	}
}
