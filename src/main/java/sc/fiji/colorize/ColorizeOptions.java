/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.Serializable;

import sc.fiji.colorize.network.Precision;

/**
 * All settings of a colorization, as collected by a dialog or a command line. {@link OpenOptions}, {@link PredictOptions}
 * and {@link DecodeOptions} define their defaults and ranges. Immutable; each setter returns a changed copy.
 *
 * <pre>
 * ColorizeOptions vivid = ColorizeOptions.defaults().temperature(0.2).saturation(1.2);
 * </pre>
 *
 * @param model see {@link OpenOptions#model()}
 * @param device see {@link OpenOptions#device()}
 * @param precision see {@link OpenOptions#precision()}
 * @param temperature see {@link DecodeOptions#temperature()}
 * @param saturation see {@link DecodeOptions#saturation()}
 * @param size see {@link PredictOptions#size()}
 * @param smoothing of the colors along a stack, 0 (no smoothing) to 1, see {@link DistributionSmoothing}
 * @param upsampling see {@link DecodeOptions#upsampling()}
 * @param reference see {@link PredictOptions#reference()}
 */
public record ColorizeOptions(String model, String device, Precision precision, double temperature, double saturation,
		int size, double smoothing, Upsampling upsampling, boolean reference) implements Serializable {

	/** Checks the ranges. */
	public ColorizeOptions {
		OpenOptions.defaults().model(model).device(device).precision(precision);
		new PredictOptions(size, reference);
		new DecodeOptions(temperature, saturation, upsampling);
		if (!(smoothing >= 0 && smoothing <= 1)) {
			throw new IllegalArgumentException("The smoothing must be from 0 to 1 but is " + smoothing + ".");
		}
	}

	/**
	 * Combines the parts, without smoothing.
	 *
	 * @param opening how to open the colorizer; the number of threads is ignored
	 * @param prediction how the network sees the image
	 * @param decoding how to decode the prediction
	 */
	public ColorizeOptions(final OpenOptions opening, final PredictOptions prediction, final DecodeOptions decoding) {
		this(opening.model(), opening.device(), opening.precision(), decoding.temperature(), decoding.saturation(),
				prediction.size(), 0, decoding.upsampling(), prediction.reference());
	}

	/** {@return the defaults of the parts, without smoothing} */
	public static ColorizeOptions defaults() {
		return new ColorizeOptions(OpenOptions.defaults(), PredictOptions.defaults(), DecodeOptions.defaults());
	}

	/** {@return model, device and precision, with the default number of threads} */
	public OpenOptions opening() {
		return OpenOptions.defaults().model(model).device(device).precision(precision);
	}

	/** {@return size and reference} */
	public PredictOptions prediction() {
		return new PredictOptions(size, reference);
	}

	/** {@return temperature, saturation and upsampling} */
	public DecodeOptions decoding() {
		return new DecodeOptions(temperature, saturation, upsampling);
	}

	/** {@return a copy with another model} */
	public ColorizeOptions model(final String value) {
		return new ColorizeOptions(value, device, precision, temperature, saturation, size, smoothing, upsampling,
				reference);
	}

	/** {@return a copy with another device} */
	public ColorizeOptions device(final String value) {
		return new ColorizeOptions(model, value, precision, temperature, saturation, size, smoothing, upsampling,
				reference);
	}

	/** {@return a copy with another precision} */
	public ColorizeOptions precision(final Precision value) {
		return new ColorizeOptions(model, device, value, temperature, saturation, size, smoothing, upsampling,
				reference);
	}

	/** {@return a copy with another temperature} */
	public ColorizeOptions temperature(final double value) {
		return new ColorizeOptions(model, device, precision, value, saturation, size, smoothing, upsampling,
				reference);
	}

	/** {@return a copy with another saturation} */
	public ColorizeOptions saturation(final double value) {
		return new ColorizeOptions(model, device, precision, temperature, value, size, smoothing, upsampling,
				reference);
	}

	/** {@return a copy with another network size} */
	public ColorizeOptions size(final int value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, value, smoothing, upsampling,
				reference);
	}

	/** {@return a copy with another smoothing along stacks} */
	public ColorizeOptions smoothing(final double value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, size, value, upsampling,
				reference);
	}

	/** {@return a copy with another upsampling} */
	public ColorizeOptions upsampling(final Upsampling value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, size, smoothing, value,
				reference);
	}

	/** {@return a copy that reproduces the published demo, or does not} */
	public ColorizeOptions reference(final boolean value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, size, smoothing, upsampling,
				value);
	}
}
