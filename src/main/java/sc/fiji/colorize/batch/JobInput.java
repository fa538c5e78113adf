/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

import sc.fiji.colorize.imagej.ImageFile;
import sc.fiji.colorize.io.Failure;

/** The image file of a job, opened on first use. */
final class JobInput implements Closeable {

	static final String OUT_OF_MEMORY = "the memory is not enough for this image; start Java with a larger -Xmx";

	private final Path path;
	private ImageFile file;
	private IOException failure;

	JobInput(final Path path) {
		this.path = path;
	}

	/** The open file. Throws the same exception every time if it cannot be opened. */
	synchronized ImageFile file() throws IOException {
		if (file == null && failure == null) {
			try {
				file = ImageFile.open(path);
			}
			catch (final IOException e) {
				failure = e;
			}
			catch (final RuntimeException | OutOfMemoryError e) {
				failure = new IOException(e instanceof OutOfMemoryError ? OUT_OF_MEMORY : Failure.reason(e), e);
			}
		}
		if (failure != null) {
			throw failure;
		}
		return file;
	}

	/** Number of pixels of all pages; 0 if the file cannot be opened, which is reported when it is read. */
	long pixels() {
		try {
			return file().pixels();
		}
		catch (final IOException e) {
			return 0;
		}
	}

	@Override
	public synchronized void close() {
		try {
			if (file != null) {
				file.close();
			}
		}
		catch (final IOException e) {
			// Nothing was written to it.
		}
	}
}
