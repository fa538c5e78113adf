/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.io.IOException;

/** A valid image of an unsupported type. The message is a clause that names the type. */
public final class UnsupportedImageException extends IOException {

	private static final long serialVersionUID = 1;

	/**
	 * Creates the exception.
	 *
	 * @param clause such as "the image is a 12-bit JPEG, which cannot be read"
	 */
	public UnsupportedImageException(final String clause) {
		super(clause);
	}
}
