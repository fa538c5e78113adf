/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

/** Receives the progress of a download, a few times a second. */
public interface DownloadListener {

	/**
	 * Called while the file downloads.
	 *
	 * @param bytes number of bytes received so far, including those of an earlier, interrupted download
	 * @param total size of the file in bytes
	 * @param secondsLeft estimated time left in seconds; NaN before the first byte
	 */
	void received(long bytes, long total, double secondsLeft);

	/**
	 * Called with a message for the user.
	 *
	 * @param sentence one sentence
	 */
	void message(String sentence);
}
