/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.Arrays;
import java.util.List;

import sc.fiji.colorize.ColorDistribution;

/** What a colorization gives. */
public enum OutputType {

	/** RGB of 8-bit and RGB images and of several channels, a composite of 16-bit and 32-bit ones. */
	AUTOMATIC("automatic"),
	/** ImageJ's RGB, eight bits for each channel, of what the image shows. */
	RGB("RGB"),
	/** Red, green and blue channels of the type of the original, with its display range. */
	COMPOSITE("composite"),
	/** Two 32-bit channels: a* and b* of the colours of the result. */
	AB("ab channels"),
	/** Three 32-bit channels: L* in [0, 100], a* and b*. */
	LAB("Lab stack"),
	/** 32-bit: {@link ColorDistribution#entropy()} at the size of the image, in nats. */
	UNCERTAINTY("uncertainty");

	private final String label;

	OutputType(final String label) {
		this.label = label;
	}

	/**
	 * The word in dialogs and macros.
	 *
	 * @return such as {@code Lab stack}
	 */
	public String label() {
		return label;
	}

	/**
	 * All words.
	 *
	 * @return in the order of a dialog
	 */
	public static List<String> labels() {
		return Arrays.stream(values()).map(OutputType::label).toList();
	}

	/**
	 * Finds a type.
	 *
	 * @param label its word, in upper or lower case
	 * @return the type
	 * @throws IllegalArgumentException with a sentence if there is none
	 */
	public static OutputType of(final String label) {
		return Arrays.stream(values()).filter(type -> type.label.equalsIgnoreCase(label)).findFirst()
				.orElseThrow(() -> new IllegalArgumentException("The output type must be one of "
						+ String.join(", ", labels()) + " but is '" + label + "'."));
	}
}
