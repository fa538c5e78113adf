/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;

import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/** The output folder of a run, with a folder in it for incomplete files, the plan and the models. */
final class ClusterOutput implements AutoCloseable {

	/** The leading dot hides it from listings. */
	private static final String TEMPORARY = ".colorize-temporary";

	private final ClusterFiles files;
	private final Path folder;
	private final Path temporary;
	private boolean isNew;

	/**
	 * Names the folders.
	 *
	 * @param context the application
	 * @param files its file systems
	 * @param folder the output folder
	 * @throws IOException if it is not a valid name
	 */
	ClusterOutput(final SparkContext context, final ClusterFiles files, final String folder) throws IOException {
		this.files = files;
		this.folder = files.qualify(folder);
		temporary = new Path(this.folder, TEMPORARY + "/" + context.applicationId());
	}

	/**
	 * Creates the folders, and deletes what a run that was killed left there.
	 *
	 * @param models models on the machine of the driver
	 * @return by model, its name for the executors
	 * @throws DescribedException if the output cannot be written
	 */
	Map<String, String> prepare(final Collection<String> models) throws IOException {
		final Map<String, String> shared = new HashMap<>();
		try {
			isNew = !files.exists(folder);
			files.delete(temporary.getParent());
			files.createFolder(temporary);
			for (final String model : models) {
				shared.put(model, ExecutorModel.share(model, temporary, files));
			}
		}
		catch (final IOException e) {
			throw new DescribedException("The folder " + folder, "cannot be written (" + Failure.reason(e) + ")", "", e);
		}
		return shared;
	}

	/** Whether the run has created the folder, so that no result exists. */
	boolean isNew() {
		return isNew;
	}

	Path folder() {
		return folder;
	}

	Path temporary() {
		return temporary;
	}

	/** Deletes incomplete files. */
	@Override
	public void close() throws IOException {
		files.delete(temporary.getParent());
		if (isNew) {
			files.deleteIfEmpty(folder);
		}
	}
}
