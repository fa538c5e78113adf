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
import java.util.UUID;

import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.ModelStore;

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
				options.opening().model(model).device(device(task.resourcesJMap(), options.device())).threads(task.cpus());
		Colorizer colorizer = OPEN.get(here);
		if (colorizer == null) {
			colorizer = Colorizer.open(here.model(local(model, files)),
					sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
			OPEN.put(here, colorizer);
		}
		return colorizer;
	}

	/**
	 * Makes a model available to the executors.
	 *
	 * @param model {@code default}, the name of a model in the store, or a zip, on the machine of the driver
	 * @param folder a folder that the executors can read
	 * @param files writes into it
	 * @return {@code default}, or the URI of a copy
	 */
	static String share(final String model, final Path folder, final ClusterFiles files) throws IOException {
		if (model.equals(ModelFile.DEFAULT)) {
			return model;
		}
		final File zip = ModelStore.ofUser().resolve(model).toFile();
		// Several models may have the same file name.
		final Path copy = new Path(folder, UUID.randomUUID() + "/" + zip.getName());
		files.put(zip, copy, folder, true);
		return copy.toString();
	}

	private static String local(final String model, final ClusterFiles files) throws IOException {
		return model.equals(ModelFile.DEFAULT) ? model
				: files.local(new Path(model),
						Files.createTempDirectory(FileWorker.localFolder().toPath(), "colorize-").toFile()).toString();
	}

	/**
	 * The device of a task.
	 *
	 * @param resources what Spark assigned to the task
	 * @param asked the device if it has no GPU
	 * @return {@code gpu:N}, or the device that was asked for
	 */
	static String device(final Map<String, ResourceInformation> resources, final String asked) {
		final ResourceInformation gpu = resources.get(GPU);
		return gpu == null || gpu.addresses().length == 0 ? asked : GPU + ":" + gpu.addresses()[0];
	}
}
