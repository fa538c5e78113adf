/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

/**
 * The sRGB transfer function (IEC 61966-2-1) between display values and linear light, both in [0, 1].
 * <p>
 * {@code decode}: {@code c / 12.92} up to 0.04045, else {@code ((c + 0.055) / 1.055)^2.4}. {@code encode} is its
 * inverse. Arguments outside [0, 1] are clamped. Both are within 1e-6 of the exact function.
 */
public final class Srgb {

	/** Steps of the decoding table; linear interpolation between them errs by less than 3e-8. */
	private static final int STEPS = 4096;
	private static final float[] DECODED = new float[STEPS + 2];
	private static final float[] DECODED_8_BIT = new float[256];

	static {
		for (int i = 0; i < DECODED.length; i++) {
			DECODED[i] = (float) exactDecode(Math.min(1, i / (double) STEPS));
		}
		for (int i = 0; i < 256; i++) {
			DECODED_8_BIT[i] = (float) exactDecode(i / 255.0);
		}
	}

	private Srgb() {
	}

	private static double exactDecode(final double c) {
		return c > 0.04045 ? Math.pow((c + 0.055) / 1.055, 2.4) : c / 12.92;
	}

	/**
	 * Linear light of a display value.
	 *
	 * @param value display value, clamped to [0, 1]; NaN counts as 0
	 * @return linear light in [0, 1]
	 */
	public static float decode(final float value) {
		if (!(value > 0)) {
			return 0;
		}
		if (value >= 1) {
			return 1;
		}
		final float position = value * STEPS;
		final int i = (int) position;
		return DECODED[i] + (position - i) * (DECODED[i + 1] - DECODED[i]);
	}

	/**
	 * Linear light of an 8-bit display value.
	 *
	 * @param value 0 to 255
	 * @return linear light in [0, 1]
	 */
	public static float decode8Bit(final int value) {
		return DECODED_8_BIT[value];
	}

	/**
	 * Display value of linear light.
	 *
	 * @param linear linear light, clamped to [0, 1]; NaN counts as 0
	 * @return display value in [0, 1]
	 */
	public static float encode(final float linear) {
		if (!(linear > 0)) {
			return 0;
		}
		if (linear >= 1) {
			return 1;
		}
		if (linear <= 0.0031308f) {
			return 12.92f * linear;
		}
		// x^(1/2.4) = x^(5/12) = r * r^(1/4) with r the cube root: two square roots instead of a power.
		final double root = cubeRoot(linear);
		return (float) (1.055 * root * Math.sqrt(Math.sqrt(root)) - 0.055);
	}

	/**
	 * Cube root by a bit-level first guess and two Halley steps, several times as fast as {@link Math#cbrt} and exact
	 * to float precision.
	 *
	 * @param x at least the smallest normal float
	 * @return the cube root of {@code x}
	 */
	static double cubeRoot(final float x) {
		final float guess = Float.intBitsToFloat(Float.floatToRawIntBits(x) / 3 + 0x2a5137a0);
		double y = guess;
		double cube = y * y * y;
		y *= (cube + 2.0 * x) / (2.0 * cube + x);
		cube = y * y * y;
		return y * (cube + 2.0 * x) / (2.0 * cube + x);
	}
}
