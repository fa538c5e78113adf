/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import sc.fiji.colorize.train.TrainListener.EpochSummary;

/** The position and the metrics of a run: the part of a checkpoint without arrays. */
final class RunState {

	/** Current epoch, from 0. */
	int epoch;
	/** Number of finished steps in the current epoch. */
	int stepInEpoch;
	/** Number of finished steps. */
	long step;
	long photosSeen;
	double seconds;
	/** Sum of the losses of the current epoch. */
	double lossSum;
	/** The best rebalanced AuC of an epoch, in percent. */
	double best;
	final List<EpochSummary> epochs = new ArrayList<>();
	/** Metrics of the starting model as epoch 0; null if there is none. */
	EpochSummary parent;
	/** Network size of the starting model; 0 if there is none. */
	int parentSize;

	void endEpoch() {
		epoch++;
		stepInEpoch = 0;
		lossSum = 0;
	}

	/** The starting model, if there is one, and the finished epochs. */
	List<EpochSummary> rows() {
		final List<EpochSummary> rows = new ArrayList<>(epochs);
		if (parent != null) {
			rows.add(0, parent);
		}
		return rows;
	}

	/** The last epoch with the highest rebalanced AuC, whose model is kept. */
	EpochSummary bestEpoch() {
		return epochs.stream().reduce((best, next) -> next.aucRebalanced() >= best.aucRebalanced() ? next : best)
				.orElseThrow();
	}

	/** Plain values for a YAML file. */
	Map<String, Object> toMap() {
		final Map<String, Object> map = new LinkedHashMap<>();
		map.put("epoch", epoch);
		map.put("stepInEpoch", stepInEpoch);
		map.put("step", step);
		map.put("photosSeen", photosSeen);
		map.put("seconds", seconds);
		map.put("lossSum", lossSum);
		map.put("best", best);
		map.put("epochs", epochs.stream().map(RunState::toList).toList());
		if (parent != null) {
			map.put("parent", toList(parent));
			map.put("parentSize", parentSize);
		}
		return map;
	}

	/** The inverse of {@link #toMap}. */
	static RunState of(final Map<String, Object> map) {
		final RunState state = new RunState();
		state.epoch = number(map, "epoch").intValue();
		state.stepInEpoch = number(map, "stepInEpoch").intValue();
		state.step = number(map, "step").longValue();
		state.photosSeen = number(map, "photosSeen").longValue();
		state.seconds = number(map, "seconds").doubleValue();
		state.lossSum = number(map, "lossSum").doubleValue();
		state.best = number(map, "best").doubleValue();
		for (final Object row : (List<?>) map.get("epochs")) {
			state.epochs.add(summary((List<?>) row));
		}
		if (map.get("parent") instanceof List<?> row) {
			state.parent = summary(row);
			state.parentSize = number(map, "parentSize").intValue();
		}
		return state;
	}

	private static Number number(final Map<String, Object> map, final String key) {
		if (!(map.get(key) instanceof Number number)) {
			throw new IllegalArgumentException("it has no valid '" + key + "'");
		}
		return number;
	}

	private static List<Number> toList(final EpochSummary e) {
		return List.of(e.epoch(), e.step(), e.photosSeen(), e.crop(), e.trainingLoss(), e.validationLoss(), e.aucRaw(),
				e.aucRebalanced(), e.chroma(), e.trueChroma(), e.minutes());
	}

	private static EpochSummary summary(final List<?> row) {
		final double[] v = row.stream().mapToDouble(x -> ((Number) x).doubleValue()).toArray();
		return new EpochSummary((int) v[0], (long) v[1], (long) v[2], (int) v[3], v[4], v[5], v[6], v[7], v[8], v[9],
				v[10]);
	}
}
