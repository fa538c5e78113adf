/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.IOException;
import java.util.List;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/** The result of a job once its temporary files are renamed. They are to be committed or closed. */
record PreparedResult(JobResult result, List<AtomicFile> files) implements AutoCloseable {

	/** A result without files. */
	static PreparedResult without(final JobResult result) {
		return new PreparedResult(result, List.of());
	}

	/** Renames the files to their final names. */
	JobResult commit() {
		try (this) {
			for (final AtomicFile file : files) {
				DescribedException.run("The result " + file.path(), "cannot be written", file::commit);
			}
			return result;
		}
		catch (final IOException e) {
			return JobResult.failed(result.job(), Failure.reason(e), result.seconds());
		}
	}

	/** Deletes files that were not committed. */
	@Override
	public void close() {
		files.forEach(AtomicFile::close);
	}
}
