/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.ops.SoftEncoding;

/**
 * All settings of a training run, with their defaults and ranges. Immutable; each method returns a changed copy.
 *
 * @param width factor on the network's channels, above 0 and at most 2; 1 is the paper's network
 * @param schedule the stages that follow one another
 * @param learningRate the largest learning rate of Adam, reached after the warm-up
 * @param warmupSteps steps over which the learning rate rises from 0; then it falls along a cosine to 1 percent
 * @param lambda share of the uniform distribution in the rebalancing weights, 0 to 1; 1 switches rebalancing off
 * @param neighbors bins of the soft encoding, 1 to 32; 5 in the paper
 * @param sourceWeights how often photos of a group are drawn relative to others, by a part of the group's path; 1 for
 *        groups that match none
 * @param validationPhotos photos kept apart for validation, at most a tenth of all
 * @param checkpointMinutes minutes between checkpoints
 * @param cacheMegabytes memory for decoded photos; the rest is decoded anew each time
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param seed of everything random
 */
public record TrainOptions(double width, List<Stage> schedule, double learningRate, int warmupSteps, double lambda,
		int neighbors, Map<String, Double> sourceWeights, int validationPhotos, double checkpointMinutes,
		int cacheMegabytes, String device, long seed) {

	/**
	 * A part of the schedule: most of the time on small pictures teaches what has which colour, the end on larger ones
	 * teaches texture and edges.
	 *
	 * @param crop side of the square pictures that the network sees, a multiple of 8
	 * @param batch photos in a step
	 * @param epochs passes over the training photos
	 */
	public record Stage(int crop, int batch, int epochs) {

		/** Checks the ranges. */
		public Stage {
			if (crop < ColorizationNetwork.GRANULARITY || crop % ColorizationNetwork.GRANULARITY != 0) {
				throw new IllegalArgumentException("The crop must be a multiple of 8 but is " + crop + ".");
			}
			if (batch < 1 || epochs < 1) {
				throw new IllegalArgumentException("Batch and epochs must be 1 or more but are " + batch + " and "
						+ epochs + ".");
			}
		}

		/**
		 * Reads {@code CROPxBATCHxEPOCHS}, such as {@code 64x32x20}.
		 *
		 * @param text the words
		 * @return the stage
		 * @throws IllegalArgumentException if the text has another form
		 */
		public static Stage parse(final String text) {
			if (!text.trim().matches("\\d{1,5}x\\d{1,5}x\\d{1,5}")) {
				throw new IllegalArgumentException(
						"A stage is written CROPxBATCHxEPOCHS, such as 64x32x20, but not '" + text + "'.");
			}
			final String[] parts = text.trim().split("x");
			return new Stage(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
		}
	}

	/** Checks the ranges. */
	public TrainOptions {
		require(width > 0 && width <= 2, "width", "above 0 and at most 2", width);
		require(!schedule.isEmpty(), "schedule", "one stage or more", schedule);
		require(learningRate > 0 && learningRate <= 1, "learning rate", "above 0 and at most 1", learningRate);
		require(warmupSteps >= 0, "number of warm-up steps", "0 or more", warmupSteps);
		require(lambda >= 0 && lambda <= 1, "lambda", "from 0 to 1", lambda);
		require(neighbors >= 1 && neighbors <= ColorBins.MAX_NEIGHBORS, "number of neighbours",
				"from 1 to " + ColorBins.MAX_NEIGHBORS, neighbors);
		require(validationPhotos >= 0, "number of validation photos", "0 or more", validationPhotos);
		require(checkpointMinutes > 0, "checkpoint interval", "above 0", checkpointMinutes);
		require(cacheMegabytes >= 0, "cache size", "0 or more", cacheMegabytes);
		schedule = Collections.unmodifiableList(new ArrayList<>(schedule));
		sourceWeights = Collections.unmodifiableMap(new LinkedHashMap<>(sourceWeights));
		sourceWeights.forEach((group, weight) -> require(weight >= 0 && weight <= 100, "weight of " + group,
				"from 0 to 100", weight));
	}

	private static void require(final boolean holds, final String what, final String range, final Object value) {
		if (!holds) {
			throw new IllegalArgumentException("The " + what + " must be " + range + " but is " + value + ".");
		}
	}

	/**
	 * The defaults: half the paper's width, 20 epochs of small pictures and 5 of larger ones.
	 *
	 * @return the defaults
	 */
	public static TrainOptions defaults() {
		return new TrainOptions(0.5, List.of(new Stage(64, 32, 20), new Stage(112, 16, 5)), 1.5e-3, 300,
				ColorPrior.LAMBDA, SoftEncoding.NEIGHBORS, Map.of(), 500, 10, 1000, "auto", 1);
	}
}
