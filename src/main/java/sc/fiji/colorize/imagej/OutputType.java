/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.Arrays;
import java.util.List;

import sc.fiji.colorize.ColorDistribution;

/** Content of a result. */
public enum OutputType {

	/** RGB for 8-bit and RGB images and for several channels, a composite for 16-bit and 32-bit images. */
	AUTOMATIC("automatic"),
	/** ImageJ's RGB, 8 bits per channel, of the image as displayed. */
	RGB("RGB"),
	/** Red, green and blue channels of the type of the original, with its display range. */
	COMPOSITE("composite"),
	/** Two 32-bit channels: a* and b* of the result. */
	AB("ab channels"),
	/** Three 32-bit channels: L* in [0, 100], a* and b*. */
	LAB("Lab stack"),
	/** 32-bit: {@link ColorDistribution#entropy()} at the size of the image, in nats. */
	UNCERTAINTY("uncertainty");

	private final String label;

	OutputType(final String label) {
		this.label = label;
	}

	/** {@return the label in dialogs and macros, such as {@code Lab stack}} */
	public String label() {
		return label;
	}

	/** {@return all labels, in the order of a dialog} */
	public static List<String> labels() {
		return Arrays.stream(values()).map(OutputType::label).toList();
	}

	/**
	 * Finds a type.
	 *
	 * @param label its label, case-insensitive
	 * @return the type
	 * @throws IllegalArgumentException if there is no such type
	 */
	public static OutputType of(final String label) {
		return Arrays.stream(values()).filter(type -> type.label.equalsIgnoreCase(label)).findFirst()
				.orElseThrow(() -> new IllegalArgumentException("The output type must be one of "
						+ String.join(", ", labels()) + " but is '" + label + "'."));
	}
}
