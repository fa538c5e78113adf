/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.PublishedDemo;

/**
 * How to colorize: the one place of defaults and ranges. Immutable; each method returns a changed copy.
 *
 * <pre>
 * ColorizeOptions vivid = ColorizeOptions.defaults().temperature(0.2).saturation(1.2);
 * </pre>
 *
 * @param model {@code default} for the bundled model, the name of a model in the store, or the path of a model zip
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param temperature T of the annealed mean, 0 (vivid mode) to 1 (smooth mean)
 * @param saturation factor on the predicted chroma, 0 (gray) to 5
 * @param size side of the square that has as many pixels as the image that the network sees, a multiple of 8 from 32 to
 *        2048; the image keeps its aspect. 0: the size that the model's card names
 * @param smoothing of the colours along a stack, 0 (each slice by itself) to 1, see {@link DistributionSmoothing}
 * @param upsampling how the predicted colours are enlarged to the size of the image
 * @param reference whether to follow the published demo to the letter, see {@link PublishedDemo}: the network sees the
 *        image squashed to 256x256 pixels, the colours are enlarged bilinearly, and those outside the sRGB gamut are
 *        clipped, lightness and all
 */
public record ColorizeOptions(String model, String device, double temperature, double saturation, int size,
		double smoothing, Upsampling upsampling, boolean reference) {

	/** Takes the size from the model's card. */
	public static final int MODEL_SIZE = 0;
	/** Smallest network size. */
	public static final int MIN_SIZE = 32;
	/** Largest network size. */
	public static final int MAX_SIZE = 2048;
	/** Largest saturation. */
	public static final double MAX_SATURATION = 5;

	/** Checks the ranges. */
	public ColorizeOptions {
		if (!(temperature >= 0 && temperature <= 1)) {
			throw new IllegalArgumentException("The temperature must be from 0 to 1 but is " + temperature + ".");
		}
		if (!(saturation >= 0 && saturation <= MAX_SATURATION)) {
			throw new IllegalArgumentException(
					"The saturation must be from 0 to " + MAX_SATURATION + " but is " + saturation + ".");
		}
		if (size != MODEL_SIZE
				&& (size < MIN_SIZE || size > MAX_SIZE || size % ColorizationNetwork.GRANULARITY != 0)) {
			throw new IllegalArgumentException("The size must be a multiple of 8 from " + MIN_SIZE + " to " + MAX_SIZE
					+ ", or 0 for the model's own, but is " + size + ".");
		}
		if (!(smoothing >= 0 && smoothing <= 1)) {
			throw new IllegalArgumentException("The smoothing must be from 0 to 1 but is " + smoothing + ".");
		}
		if (model == null || model.isBlank()) {
			throw new IllegalArgumentException("The model must be 'default' or the path of a model zip but is empty.");
		}
		if (device == null || device.isBlank()) {
			throw new IllegalArgumentException("The device must be auto, cpu, gpu or gpu:N but is empty.");
		}
		if (upsampling == null) {
			throw new IllegalArgumentException(
					"The upsampling must be " + String.join(" or ", Upsampling.labels()) + " but is missing.");
		}
		if (reference && size != MODEL_SIZE && size != PublishedDemo.SIZE) {
			throw new IllegalArgumentException("The published demo looks at 256x256 pixels, so as a reference the size"
					+ " must be 256 or left out but is " + size + ".");
		}
	}

	/**
	 * How an image gets into the network and the colors into the image.
	 *
	 * @return what {@link #reference} chooses
	 */
	public Method method() {
		return reference ? Method.PUBLISHED_DEMO : Method.STANDARD;
	}

	/**
	 * Options without smoothing, with edge-aware upsampling and without following the published demo.
	 *
	 * @param model {@code default} or the path of a model zip
	 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
	 * @param temperature 0 to 1
	 * @param saturation 0 to 5
	 * @param size a multiple of 8 from 32 to 2048, or 0 for the model's own
	 */
	public ColorizeOptions(final String model, final String device, final double temperature, final double saturation,
			final int size) {
		this(model, device, temperature, saturation, size, 0, Upsampling.EDGE_AWARE, false);
	}

	/**
	 * The defaults: the bundled model, its own size, temperature 0.38, saturation 1, no smoothing,
	 * edge-aware upsampling, GPU if there is one.
	 *
	 * @return the defaults
	 */
	public static ColorizeOptions defaults() {
		return new ColorizeOptions(ModelFile.DEFAULT, "auto", AnnealedMean.TEMPERATURE, 1, MODEL_SIZE);
	}

	/**
	 * Another model.
	 *
	 * @param value {@code default}, the name of a model in the store, or the path of a model zip
	 * @return changed copy
	 */
	public ColorizeOptions model(final String value) {
		return new ColorizeOptions(value, device, temperature, saturation, size, smoothing, upsampling, reference);
	}

	/**
	 * Another device.
	 *
	 * @param value {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
	 * @return changed copy
	 */
	public ColorizeOptions device(final String value) {
		return new ColorizeOptions(model, value, temperature, saturation, size, smoothing, upsampling, reference);
	}

	/**
	 * Another temperature.
	 *
	 * @param value 0 to 1
	 * @return changed copy
	 */
	public ColorizeOptions temperature(final double value) {
		return new ColorizeOptions(model, device, value, saturation, size, smoothing, upsampling, reference);
	}

	/**
	 * Another saturation.
	 *
	 * @param value 0 to 5
	 * @return changed copy
	 */
	public ColorizeOptions saturation(final double value) {
		return new ColorizeOptions(model, device, temperature, value, size, smoothing, upsampling, reference);
	}

	/**
	 * Another network size.
	 *
	 * @param value a multiple of 8 from 32 to 2048, or 0 for the model's own
	 * @return changed copy
	 */
	public ColorizeOptions size(final int value) {
		return new ColorizeOptions(model, device, temperature, saturation, value, smoothing, upsampling, reference);
	}

	/**
	 * Another smoothing along stacks.
	 *
	 * @param value 0 (none) to 1
	 * @return changed copy
	 */
	public ColorizeOptions smoothing(final double value) {
		return new ColorizeOptions(model, device, temperature, saturation, size, value, upsampling, reference);
	}

	/**
	 * Another upsampling.
	 *
	 * @param value how the predicted colours are enlarged to the size of the image
	 * @return changed copy
	 */
	public ColorizeOptions upsampling(final Upsampling value) {
		return new ColorizeOptions(model, device, temperature, saturation, size, smoothing, value, reference);
	}

	/**
	 * Whether to follow the published demo.
	 *
	 * @param value true for the pictures of the demo, false for what this project does better
	 * @return changed copy
	 */
	public ColorizeOptions reference(final boolean value) {
		return new ColorizeOptions(model, device, temperature, saturation, size, smoothing, upsampling, value);
	}
}
