/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.util.Locale;

/** The outcome of a job. */
public enum Outcome {
	/** Colorized and written. */
	DONE,
	/** The result existed already. */
	SKIPPED,
	/** Could not be read, colorized or written. */
	FAILED,
	/** A file in a folder that has the name of an image but an unsupported format. */
	LEFT_OUT;

	/** {@return the name of the outcome in reports: done, skipped, failed or left out} */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}
}
