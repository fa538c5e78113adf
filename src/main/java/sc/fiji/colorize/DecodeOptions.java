/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import sc.fiji.colorize.ops.AnnealedMean;

/**
 * How a {@link ColorDistribution} is decoded into color. Immutable; each setter returns a changed copy.
 *
 * <pre>
 * DecodeOptions vivid = DecodeOptions.defaults().temperature(0.2).saturation(1.2);
 * </pre>
 *
 * @param temperature T of the annealed mean, 0 (vivid mode) to 1 (smooth mean)
 * @param saturation factor on the predicted chroma, 0 (gray) to 5
 * @param upsampling how the predicted colors are enlarged to the size of the image
 */
public record DecodeOptions(double temperature, double saturation, Upsampling upsampling) {

	/** Maximum saturation. */
	public static final double MAX_SATURATION = 5;

	/** Checks the ranges. */
	public DecodeOptions {
		if (!(temperature >= 0 && temperature <= 1)) {
			throw new IllegalArgumentException("The temperature must be from 0 to 1 but is " + temperature + ".");
		}
		if (!(saturation >= 0 && saturation <= MAX_SATURATION)) {
			throw new IllegalArgumentException(
					"The saturation must be from 0 to " + MAX_SATURATION + " but is " + saturation + ".");
		}
		if (upsampling == null) {
			throw new IllegalArgumentException(
					"The upsampling must be " + String.join(" or ", Upsampling.labels()) + " but is missing.");
		}
	}

	/** {@return the defaults: temperature 0.38, saturation 1, edge-aware upsampling} */
	public static DecodeOptions defaults() {
		return new DecodeOptions(AnnealedMean.TEMPERATURE, 1, Upsampling.EDGE_AWARE);
	}

	/**
	 * Sets the temperature.
	 *
	 * @param value 0 to 1
	 * @return changed copy
	 */
	public DecodeOptions temperature(final double value) {
		return new DecodeOptions(value, saturation, upsampling);
	}

	/**
	 * Sets the saturation.
	 *
	 * @param value 0 to 5
	 * @return changed copy
	 */
	public DecodeOptions saturation(final double value) {
		return new DecodeOptions(temperature, value, upsampling);
	}

	/**
	 * Sets the upsampling.
	 *
	 * @param value how the predicted colors are enlarged to the size of the image
	 * @return changed copy
	 */
	public DecodeOptions upsampling(final Upsampling value) {
		return new DecodeOptions(temperature, saturation, value);
	}
}
