/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

/**
 * The sRGB transfer function (IEC 61966-2-1) between display values and linear light, both in [0, 1].
 * <p>
 * {@code decode}: {@code c / 12.92} up to 0.04045, else {@code ((c + 0.055) / 1.055)^2.4}. {@code encode} is its
 * inverse. Arguments outside [0, 1] are clamped. Both are within 1e-7 of the exact function.
 */
public final class Srgb {

	private static final float FOOT_END = 0.04045f;
	private static final float LINEAR_FOOT_END = 0.0031308f;

	private static final BinadeTable DECODE = new BinadeTable(Srgb::decodeAboveFoot, -5, 0);
	private static final BinadeTable ENCODE = new BinadeTable(Srgb::encodeAboveFoot, -9, 0);
	private static final float[] DECODED_8_BIT = new float[256];

	static {
		for (int i = 0; i < 256; i++) {
			final double value = i / 255.0;
			DECODED_8_BIT[i] = (float) (value > FOOT_END ? decodeAboveFoot(value) : value / 12.92);
		}
	}

	private Srgb() {
	}

	private static double decodeAboveFoot(final double value) {
		return Math.pow((value + 0.055) / 1.055, 2.4);
	}

	private static double encodeAboveFoot(final double linear) {
		return 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
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
		return value > FOOT_END ? (float) DECODE.apply(value) : value / 12.92f;
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
		return linear > LINEAR_FOOT_END ? (float) ENCODE.apply(linear) : 12.92f * linear;
	}
}
