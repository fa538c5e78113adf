/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.Serializable;
import java.util.Comparator;
import java.util.SplittableRandom;

import org.apache.spark.Partitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Distributes files over tasks. Spark starts the tasks in their order, and each has fewer files than the one before, so that
 * all cores finish at about the same time.
 */
final class ClusterTasks extends Partitioner {

	private static final long serialVersionUID = 1;

	/** A task takes some minutes: short enough to repeat, long enough to make Spark's overhead negligible. */
	private static final int FILES_PER_TASK = 256;
	private static final int TASKS_PER_CORE = 8;

	/** The key of a file. */
	@FunctionalInterface
	interface Key<T> extends Serializable {

		String of(T file);
	}

	private final int tasks;
	private final Key<Object> key;

	private ClusterTasks(final int tasks, final Key<Object> key) {
		this.tasks = tasks;
		this.key = key;
	}

	/**
	 * Distributes files over tasks.
	 *
	 * @param files the files
	 * @param count number of those that take time
	 * @param key files with the same key share a task
	 * @param order serializable; the order of the files in a task
	 * @return with a partition for each task
	 */
	@SuppressWarnings("unchecked")
	static <T> JavaRDD<T> distribute(final JavaRDD<T> files, final long count, final Key<T> key,
			final Comparator<T> order) {
		return files.mapToPair(file -> new Tuple2<>(file, true)).repartitionAndSortWithinPartitions(
				new ClusterTasks(number(files.context(), count), (Key<Object>) key), order)
				.keys();
	}

	private static int number(final SparkContext context, final long files) {
		return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.max(
				Math.min(files, (long) TASKS_PER_CORE * cores(context)), (files + FILES_PER_TASK - 1) / FILES_PER_TASK)));
	}

	/** The number of tasks that run in parallel. */
	static int cores(final SparkContext context) {
		return Math.max(1,
				context.defaultParallelism() / Integer.parseInt(context.getConf().get("spark.task.cpus", "1")));
	}

	/** A number of a key, uniform from 0 to below 1. */
	static double random(final String key) {
		return new SplittableRandom(key.hashCode()).nextDouble();
	}

	@Override
	public int numPartitions() {
		return tasks;
	}

	/** The first tasks have twice the mean number of files, and the last ones almost none. */
	@Override
	public int getPartition(final Object file) {
		return (int) (tasks * (1 - Math.sqrt(1 - random(key.of(file)))));
	}

	@Override
	public boolean equals(final Object other) {
		return other instanceof ClusterTasks same && same.tasks == tasks;
	}

	@Override
	public int hashCode() {
		return tasks;
	}
}
