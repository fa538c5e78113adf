/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.SplittableRandom;

import sc.fiji.colorize.ops.Lab;

/**
 * Augments photos to resemble old prints: reduced sensitivity to red, faded contrast, another gamma, blur and grain. The
 * result depends only on the random numbers.
 */
final class OldPhotoAugmentation {

	/** Luminance weights of orthochromatic film, which is insensitive to red. */
	private static final float GREEN_OF_ORTHOCHROMATIC = 0.6f;
	private static final float BLUE_OF_ORTHOCHROMATIC = 0.4f;
	/** Luminance weights of linear sRGB. */
	private static final float RED = 0.2126f;
	private static final float GREEN = 0.7152f;
	private static final float BLUE = 0.0722f;

	private static final double DARKEST_BLACK = 25;
	private static final double FAINTEST_WHITE = 75;
	private static final double LARGEST_LOG_GAMMA = 0.4;
	/** Largest weight of a neighbor in the blur along each axis. */
	private static final double LARGEST_BLUR = 0.25;
	/** Largest standard deviation of the grain in units of L*. */
	private static final double LARGEST_GRAIN = 6;

	private final SplittableRandom random;
	private final float red;
	private final float green;
	private final float blue;
	private final double black;
	private final double white;
	private final double gamma;
	private final float blur;
	private final double grain;

	OldPhotoAugmentation(final SplittableRandom random) {
		this.random = random;
		final float blindness = (float) random.nextDouble();
		red = (1 - blindness) * RED;
		green = (1 - blindness) * GREEN + blindness * GREEN_OF_ORTHOCHROMATIC;
		blue = (1 - blindness) * BLUE + blindness * BLUE_OF_ORTHOCHROMATIC;
		black = DARKEST_BLACK * random.nextDouble();
		white = 100 - (100 - FAINTEST_WHITE) * random.nextDouble();
		gamma = Math.exp(LARGEST_LOG_GAMMA * (2 * random.nextDouble() - 1));
		blur = (float) Math.max(0, LARGEST_BLUR * (2 * random.nextDouble() - 1));
		grain = LARGEST_GRAIN * random.nextDouble();
	}

	/**
	 * Computes the lightness of the augmented photo.
	 *
	 * @param linear linear red, green and blue of a square image, row by row
	 * @param side side of the image in pixels
	 * @return L* in [0, 100], row by row
	 */
	float[] lightness(final float[][] linear, final int side) {
		final float[] lightness = new float[side * side];
		for (int i = 0; i < lightness.length; i++) {
			final float y = red * linear[0][i] + green * linear[1][i] + blue * linear[2][i];
			final double l = Math.max(0, Lab.lightnessOfLinear(y, y, y)) / 100;
			lightness[i] = (float) (black + (white - black) * Math.pow(l, gamma));
		}
		if (blur > 0) {
			blur(lightness, side, 1);
			blur(lightness, side, side);
		}
		for (int i = 0; i < lightness.length; i++) {
			lightness[i] = (float) Math.min(100, Math.max(0, lightness[i] + grain * gaussian()));
		}
		return lightness;
	}

	/** Blurs along rows (step 1) or columns (step side). */
	private void blur(final float[] values, final int side, final int step) {
		final int other = step == 1 ? side : 1;
		for (int line = 0; line < side; line++) {
			float before = values[line * other];
			for (int k = 0; k < side; k++) {
				final int i = line * other + k * step;
				final float here = values[i];
				final float after = k + 1 < side ? values[i + step] : here;
				values[i] = here + blur * (before + after - 2 * here);
				before = here;
			}
		}
	}

	/** Approximately normal: the sum of four uniform numbers, scaled to standard deviation 1. */
	private double gaussian() {
		return (random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble() - 2) * Math.sqrt(3);
	}
}
