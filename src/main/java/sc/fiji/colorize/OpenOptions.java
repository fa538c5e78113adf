/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Objects;

import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.network.Precision;

/**
 * How to open a {@link Colorizer}. Immutable; each setter returns a changed copy.
 *
 * <pre>
 * Colorizer.open(OpenOptions.defaults().model("eccv16").device("cpu"));
 * </pre>
 *
 * @param model {@code default} for the bundled model, the name of a model in the store, or the path of a model zip
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param threads number of threads of the network on the CPU, 0 for PyTorch's default. PyTorch has one number for the whole
 *        process, which also applies to open colorizers
 * @param precision number format of the network; the published demo always uses float32
 */
public record OpenOptions(String model, String device, int threads, Precision precision) {

	/** Checks the ranges. */
	public OpenOptions {
		if (model == null || model.isBlank()) {
			throw new IllegalArgumentException("The model must be 'default' or the path of a model zip but is empty.");
		}
		if (device == null || device.isBlank()) {
			throw new IllegalArgumentException("The device must be auto, cpu, gpu or gpu:N but is empty.");
		}
		Objects.requireNonNull(precision, "precision");
		if (threads < 0) {
			throw new IllegalArgumentException(
					"The number of threads must be 1 or more, or 0 for PyTorch's own, but is " + threads + ".");
		}
	}

	/**
	 * {@return the defaults: the bundled model, the GPU if there is one, PyTorch's number of threads, the faster precision}
	 */
	public static OpenOptions defaults() {
		return new OpenOptions(ModelFile.DEFAULT, "auto", 0, Precision.AUTO);
	}

	/**
	 * Sets the model.
	 *
	 * @param value {@code default}, the name of a model in the store, or the path of a model zip
	 * @return changed copy
	 */
	public OpenOptions model(final String value) {
		return new OpenOptions(value, device, threads, precision);
	}

	/**
	 * Sets the device.
	 *
	 * @param value {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
	 * @return changed copy
	 */
	public OpenOptions device(final String value) {
		return new OpenOptions(model, value, threads, precision);
	}

	/**
	 * Sets the number of threads.
	 *
	 * @param value 1 or more, or 0 for PyTorch's default
	 * @return changed copy
	 */
	public OpenOptions threads(final int value) {
		return new OpenOptions(model, device, value, precision);
	}

	/**
	 * Sets the precision.
	 *
	 * @param value float32, bfloat16, or auto for the faster one
	 * @return changed copy
	 */
	public OpenOptions precision(final Precision value) {
		return new OpenOptions(model, device, threads, value);
	}
}
