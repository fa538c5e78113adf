/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import org.apache.spark.SparkFiles;
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
	 * Opens the model of this task, or gives the one that is open. PyTorch starts with as many threads as a task has
	 * processors.
	 *
	 * @param options with the model and the device
	 * @return not to be closed
	 */
	static synchronized Colorizer open(final ColorizeOptions options) throws IOException {
		final TaskContext task = TaskContext.get();
		final OpenOptions here =
				new OpenOptions(file(options.model()), device(task, options.device()), task.cpus());
		Colorizer colorizer = OPEN.get(here);
		if (colorizer == null) {
			colorizer = Colorizer.open(here, sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
			OPEN.put(here, colorizer);
		}
		return colorizer;
	}

	private static String file(final String model) {
		return model.equals(OpenOptions.defaults().model()) ? model : SparkFiles.get(model);
	}

	/** The GPU that Spark has given to the task, if it gives any. */
	private static String device(final TaskContext task, final String asked) {
		final ResourceInformation gpu = task.resourcesJMap().get(GPU);
		return gpu == null || gpu.addresses().length == 0 ? asked : GPU + ":" + gpu.addresses()[0];
	}
}
