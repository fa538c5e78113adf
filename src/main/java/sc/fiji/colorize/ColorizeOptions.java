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

	/**
	 * The defaults of the parts, without smoothing.
	 *
	 * @return the defaults
	 */
	public static ColorizeOptions defaults() {
		return new ColorizeOptions(OpenOptions.defaults(), PredictOptions.defaults(), DecodeOptions.defaults());
	}

	/**
	 * The options for opening a colorizer.
	 *
	 * @return model, device and precision, and the default number of threads
	 */
	public OpenOptions opening() {
		return OpenOptions.defaults().model(model).device(device).precision(precision);
	}

	/**
	 * The options for predicting.
	 *
	 * @return size and reference
	 */
	public PredictOptions prediction() {
		return new PredictOptions(size, reference);
	}

	/**
	 * The options for decoding.
	 *
	 * @return temperature, saturation and upsampling
	 */
	public DecodeOptions decoding() {
		return new DecodeOptions(temperature, saturation, upsampling);
	}

	/**
	 * Sets the model.
	 *
	 * @param value {@code default}, the name of a model in the store, or the path of a model zip
	 * @return changed copy
	 */
	public ColorizeOptions model(final String value) {
		return new ColorizeOptions(value, device, precision, temperature, saturation, size, smoothing, upsampling,
				reference);
	}

	/**
	 * Sets the device.
	 *
	 * @param value {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
	 * @return changed copy
	 */
	public ColorizeOptions device(final String value) {
		return new ColorizeOptions(model, value, precision, temperature, saturation, size, smoothing, upsampling,
				reference);
	}

	/**
	 * Sets the precision.
	 *
	 * @param value float32, bfloat16, or auto for the faster one
	 * @return changed copy
	 */
	public ColorizeOptions precision(final Precision value) {
		return new ColorizeOptions(model, device, value, temperature, saturation, size, smoothing, upsampling,
				reference);
	}

	/**
	 * Sets the temperature.
	 *
	 * @param value 0 to 1
	 * @return changed copy
	 */
	public ColorizeOptions temperature(final double value) {
		return new ColorizeOptions(model, device, precision, value, saturation, size, smoothing, upsampling,
				reference);
	}

	/**
	 * Sets the saturation.
	 *
	 * @param value 0 to 5
	 * @return changed copy
	 */
	public ColorizeOptions saturation(final double value) {
		return new ColorizeOptions(model, device, precision, temperature, value, size, smoothing, upsampling,
				reference);
	}

	/**
	 * Sets the network size.
	 *
	 * @param value a multiple of 8 from 32 to 2048, or 0 for the model's own
	 * @return changed copy
	 */
	public ColorizeOptions size(final int value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, value, smoothing, upsampling,
				reference);
	}

	/**
	 * Sets the smoothing along stacks.
	 *
	 * @param value 0 (none) to 1
	 * @return changed copy
	 */
	public ColorizeOptions smoothing(final double value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, size, value, upsampling,
				reference);
	}

	/**
	 * Sets the upsampling.
	 *
	 * @param value how the predicted colors are enlarged to the size of the image
	 * @return changed copy
	 */
	public ColorizeOptions upsampling(final Upsampling value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, size, smoothing, value,
				reference);
	}

	/**
	 * Sets whether to reproduce the published demo.
	 *
	 * @param value true to reproduce the demo, false for this project's method
	 * @return changed copy
	 */
	public ColorizeOptions reference(final boolean value) {
		return new ColorizeOptions(model, device, precision, temperature, saturation, size, smoothing, upsampling,
				value);
	}
}
