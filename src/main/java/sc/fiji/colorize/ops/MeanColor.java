/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.io.Serializable;

/**
 * The mean a* and b* of many pixels: the constant color with the least squared error, a baseline for colorizers.
 */
public final class MeanColor implements Serializable {

	private static final long serialVersionUID = 1;

	private double sumA;
	private double sumB;
	private double pixels;

	/**
	 * Adds one pixel.
	 *
	 * @param a its a*
	 * @param b its b*
	 */
	public void add(final float a, final float b) {
		sumA += a;
		sumB += b;
		pixels++;
	}

	/**
	 * Adds the pixels of another mean with a weight.
	 *
	 * @param other the other mean, unchanged
	 * @param weight 0 or more
	 */
	public void add(final MeanColor other, final double weight) {
		sumA += weight * other.sumA;
		sumB += weight * other.sumB;
		pixels += weight * other.pixels;
	}

	/** {@return the mean a*; NaN if no pixel was counted} */
	public float a() {
		return (float) (sumA / pixels);
	}

	/** {@return the mean b*; NaN if no pixel was counted} */
	public float b() {
		return (float) (sumB / pixels);
	}
}
