/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import ai.djl.Device;

import sc.fiji.colorize.train.Batches.Batch;

/** Training steps on a device, for a check of it. */
public final class DeviceTraining {

	/**
	 * What some steps on one batch have given.
	 *
	 * @param first loss before the first step
	 * @param last loss before the last step
	 * @param seconds of a step in the middle
	 * @param messages what the user was told
	 */
	public record Steps(double first, double last, double seconds, List<String> messages) {
	}

	private DeviceTraining() {
	}

	/**
	 * Takes steps on one batch, over and over.
	 *
	 * @param device where
	 * @param width of the network
	 * @param mixed whether in bfloat16
	 * @param crop side of the pictures
	 * @param photos in the batch
	 * @param steps how many, at least 3
	 */
	public static Steps run(final Device device, final double width, final boolean mixed, final int crop,
			final int photos, final int steps) {
		final List<String> messages = new ArrayList<>();
		final TrainOptions options = TrainOptions.defaults().width(width)
				.precision(mixed ? TrainOptions.Precision.BFLOAT16 : TrainOptions.Precision.FLOAT32)
				.schedule(List.of(new TrainOptions.Stage(crop, photos, 1)));
		final Batch batch = TrainerFixture.batch(crop, photos, new Random(1));
		try (TrainerFixture fixture = new TrainerFixture(options, new Device[] {device}, atOnce -> { },
				new TrainListener() {

					@Override
					public void message(final String sentence) {
						messages.add(sentence);
					}
				})) {
			final double first = fixture.step(batch);
			double last = fixture.step(batch);
			final long start = System.nanoTime();
			for (int i = 2; i < steps; i++) {
				last = fixture.step(batch);
			}
			return new Steps(first, last, (System.nanoTime() - start) / 1e9 / (steps - 2), messages);
		}
	}
}
