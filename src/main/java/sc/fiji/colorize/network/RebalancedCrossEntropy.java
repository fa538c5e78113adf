/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * The loss of the paper (eq. 2): the cross-entropy between the soft-encoded truth and the predicted distribution, weighted
 * in each grid cell by the rebalancing weight of the true color.
 * <p>
 * {@code loss = mean over cells of w * -sum_i t_i log softmax(z)[bin_i]}, in nats. The labels contain only the k nearest
 * bins of the truth instead of a dense distribution over 313 bins.
 * <ul>
 * <li>labels: {@code bins (N, k, H, W)} int64; {@code shares (N, k, H, W)} float32, sum 1 over k; {@code weights
 * (N, 1, H, W)} float32
 * <li>predictions: {@code logits (N, 313, H, W)} float32
 * <li>value: a scalar. The authors' code divides only by the batch size, and logs the unweighted Kullback-Leibler
 * divergence, which is smaller by the entropy of the targets.
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
	 * The unweighted cross-entropy of each grid cell.
	 *
	 * @param labels bins and shares, see the class
	 * @param predictions logits, see the class
	 * @return {@code (N, 1, H, W)}, nats
	 */
	public static NDArray crossEntropy(final NDList labels, final NDList predictions) {
		final NDArray logProbabilities = predictions.singletonOrThrow().logSoftmax(1);
		return logProbabilities.gather(labels.get(0), 1).mul(labels.get(1)).sum(new int[] {1}, true).neg();
	}
}
