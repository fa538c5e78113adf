/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import sc.fiji.colorize.ColorHints;
import sc.fiji.colorize.Hint;
import sc.fiji.colorize.ops.HintPropagation;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.photo.RgbPhoto;

/**
 * Simulated user hints: the true mean colors of patches at random positions, as in Zhang et al., <em>Real-Time User-Guided
 * Image Colorization with Learned Deep Priors</em> (2017). The hints of a photo depend only on the seed and its name, and a
 * larger set contains the smaller ones.
 */
final class SimulatedHints {

	/** Side of a patch in pixels. */
	static final int PATCH = 7;

	private SimulatedHints() {
	}

	static ColorHints of(final RgbPhoto photo, final String name, final int count, final long seed) {
		final Random random = new Random(31 * seed + name.hashCode());
		final int width = Math.min(PATCH, photo.width());
		final int height = Math.min(PATCH, photo.height());
		final List<Hint> hints = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			final int left = random.nextInt(photo.width() - width + 1);
			final int top = random.nextInt(photo.height() - height + 1);
			double a = 0;
			double b = 0;
			final float[] lab = new float[3];
			for (int y = top; y < top + height; y++) {
				for (int x = left; x < left + width; x++) {
					final int k = 3 * (y * photo.width() + x);
					Lab.from8Bit(photo.rgb()[k] & 0xff, photo.rgb()[k + 1] & 0xff, photo.rgb()[k + 2] & 0xff, lab);
					a += lab[1] / (width * height);
					b += lab[2] / (width * height);
				}
			}
			hints.add(Hint.color(Hint.rectangle(left, top, width, height), a, b));
		}
		return ColorHints.of(photo.width(), photo.height(), hints, HintPropagation.REACH);
	}
}
