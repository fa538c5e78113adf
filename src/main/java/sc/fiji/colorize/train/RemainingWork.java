/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

/**
 * The amount of work in a schedule.
 *
 * @param options options with the schedule
 * @param epochLength number of photos in an epoch; may be fractional because of sampling weights
 */
record RemainingWork(TrainOptions options, double epochLength) {

	/** The number of steps of the whole run. */
	long steps() {
		return options.schedule().stream()
				.mapToLong(stage -> stage.epochs() * Math.max(1, (long) (epochLength / stage.batch()))).sum();
	}

	/** The number of input pixels after a step, to which the time left is proportional. */
	double pixelsLeft(final int epoch, final int stepInEpoch) {
		double pixels = 0;
		for (int e = epoch; e < options.epochs(); e++) {
			final TrainOptions.Stage stage = options.stage(e);
			final double seen = e == epoch ? (double) stepInEpoch * stage.batch() : 0;
			pixels += Math.max(0, epochLength - seen) * stage.crop() * stage.crop();
		}
		return pixels;
	}
}
