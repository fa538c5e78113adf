/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.OpenOptions;

/** The model of an executor, opened once for each device and shared by all tasks. */
final class ExecutorModel {

	private static final System.Logger LOG = System.getLogger(ExecutorModel.class.getName());
	private static final String GPU = "gpu";
	private static final Map<OpenOptions, Colorizer> OPEN = new HashMap<>();

	private ExecutorModel() {
	}

	/**
	 * Opens the model for this task, or returns the open one. PyTorch uses as many threads as the task has processors.
	 *
	 * @param options with the device
	 * @param model {@code default}, or the URI of a zip
	 * @param files reads the URI
	 * @return shared, not to be closed
	 */
	static synchronized Colorizer open(final ColorizeOptions options, final String model, final ClusterFiles files)
			throws IOException {
		final TaskContext task = TaskContext.get();
		final OpenOptions here =
				options.opening().model(model).device(device(task, options.device())).threads(task.cpus());
		Colorizer colorizer = OPEN.get(here);
		if (colorizer == null) {
			colorizer = Colorizer.open(here.model(local(model, files)),
					sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
			OPEN.put(here, colorizer);
		}
		return colorizer;
	}

	private static String local(final String model, final ClusterFiles files) throws IOException {
		if (model.equals(OpenOptions.defaults().model())) {
			return model;
		}
		final Path zip = new Path(model);
		if (ClusterFiles.isLocal(zip)) {
			return ClusterFiles.local(zip).toString();
		}
		final File copy = new File(Files.createTempDirectory(FileWorker.localFolder().toPath(), "colorize-").toFile(),
				zip.getName());
		files.fetch(zip, copy);
		return copy.toString();
	}

	/** The GPU that Spark assigned to the task, if any. */
	private static String device(final TaskContext task, final String asked) {
		final ResourceInformation gpu = task.resourcesJMap().get(GPU);
		return gpu == null || gpu.addresses().length == 0 ? asked : GPU + ":" + gpu.addresses()[0];
	}
}
