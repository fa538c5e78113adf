/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.IOException;
import java.util.List;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Failure;

/**
 * The result of a job in temporary files.
 *
 * @param result the result once the files are renamed
 * @param files the files, to be committed or closed
 */
record PreparedResult(JobResult result, List<AtomicFile> files) implements AutoCloseable {

	/** A result without files. */
	static PreparedResult without(final JobResult result) {
		return new PreparedResult(result, List.of());
	}

	/** Renames the files to their final names. */
	JobResult commit() {
		try (this) {
			for (final AtomicFile file : files) {
				commit(file);
			}
			return result;
		}
		catch (final IOException e) {
			return JobResult.failed(result.job(), Failure.reason(e), result.seconds());
		}
	}

	private static void commit(final AtomicFile file) throws IOException {
		try {
			file.commit();
		}
		catch (final IOException e) {
			throw JobColorizer.notWritten(file.path(), e);
		}
	}

	/** Deletes files that were not committed. */
	@Override
	public void close() {
		files.forEach(AtomicFile::close);
	}
}
