/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Arrays;
import java.util.List;

import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.EdgeAwareUpsampling;

/** How the colours that the network predicts are enlarged to the size of the image. */
public enum Upsampling {

	/** Along the edges of the image's own lightness, see {@link EdgeAwareUpsampling}. */
	EDGE_AWARE("edge-aware"),
	/** Whatever the image shows, see {@link ChromaUpsampling}. */
	BILINEAR("bilinear");

	private final String label;

	Upsampling(final String label) {
		this.label = label;
	}

	/**
	 * The word on the command line, in dialogs and macros.
	 *
	 * @return such as {@code edge-aware}
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
		return Arrays.stream(values()).map(Upsampling::label).toList();
	}

	/**
	 * Finds one.
	 *
	 * @param label its word, in upper or lower case
	 * @return what it stands for
	 * @throws IllegalArgumentException with a sentence if there is none
	 */
	public static Upsampling of(final String label) {
		return Arrays.stream(values()).filter(upsampling -> upsampling.label.equalsIgnoreCase(label)).findFirst()
				.orElseThrow(() -> new IllegalArgumentException(
						"The upsampling must be " + String.join(" or ", labels()) + " but is '" + label + "'."));
	}
}
