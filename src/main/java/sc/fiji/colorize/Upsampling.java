/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Arrays;
import java.util.List;

import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.EdgeAwareUpsampling;

/** How predicted colors are enlarged to the size of the image. */
public enum Upsampling {

	/** Along the edges of the image's lightness, see {@link EdgeAwareUpsampling}. */
	EDGE_AWARE("edge-aware"),
	/** Independent of the image, see {@link ChromaUpsampling}. */
	BILINEAR("bilinear");

	private final String label;

	Upsampling(final String label) {
		this.label = label;
	}

	/** {@return the label on the command line, in dialogs and macros, such as {@code edge-aware}} */
	public String label() {
		return label;
	}

	/** {@return all labels, in the order of a dialog} */
	public static List<String> labels() {
		return Arrays.stream(values()).map(Upsampling::label).toList();
	}

	/**
	 * Finds an upsampling.
	 *
	 * @param label its label, case-insensitive
	 * @return the upsampling
	 * @throws IllegalArgumentException if there is no such upsampling
	 */
	public static Upsampling of(final String label) {
		return Arrays.stream(values()).filter(upsampling -> upsampling.label.equalsIgnoreCase(label)).findFirst()
				.orElseThrow(() -> new IllegalArgumentException(
						"The upsampling must be " + String.join(" or ", labels()) + " but is '" + label + "'."));
	}
}
