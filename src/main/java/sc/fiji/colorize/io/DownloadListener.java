/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

/** Hears of the progress of a download, a few times a second. */
public interface DownloadListener {

	/**
	 * Called while bytes arrive.
	 *
	 * @param bytes that are here, including those of an earlier download that was interrupted
	 * @param total bytes of the whole file
	 * @param secondsLeft estimate; NaN as long as nothing has arrived
	 */
	void received(long bytes, long total, double secondsLeft);

	/**
	 * Called when something happens that a user may want to know.
	 *
	 * @param sentence one plain sentence
	 */
	void message(String sentence);
}
