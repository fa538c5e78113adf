/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The connection to the cluster of {@code spark-submit}. Ctrl-C cancels the work; the JVM and Spark shut down after
 * incomplete files are deleted.
 */
public final class ClusterSession implements AutoCloseable {

	/** Runs before Spark's own hook, which shuts Spark down at once. */
	private static final int BEFORE_SPARK = 100;
	private static final int SECONDS_TO_STOP = 60;

	private final JavaSparkContext context;
	private final CountDownLatch ended = new CountDownLatch(1);
	private final Runnable hook = this::stop;
	private volatile boolean isStopped;

	/**
	 * Connects to the cluster.
	 *
	 * @param name name of the application on Spark's page
	 */
	public ClusterSession(final String name) {
		context = new JavaSparkContext(new SparkConf().setAppName(name));
		ShutdownHookManager.get().addShutdownHook(hook, BEFORE_SPARK, SECONDS_TO_STOP, TimeUnit.SECONDS);
	}

	private void stop() {
		isStopped = true;
		context.sc().cancelAllJobs();
		try {
			ended.await();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	JavaSparkContext context() {
		return context;
	}

	/**
	 * Whether the user stopped the work.
	 *
	 * @return true after Ctrl-C
	 */
	public boolean isStopped() {
		return isStopped;
	}

	/**
	 * Removes Spark's stack traces from the message of a cluster failure.
	 *
	 * @param e the exception
	 * @return the same exception if it is not a failure of the cluster
	 */
	public static Exception described(final Exception e) {
		return e instanceof SparkException
				? new IOException("The cluster gave up: " + e.getMessage().lines().findFirst().orElse(""), e) : e;
	}

	/** Closes the connection. */
	@Override
	public void close() {
		ended.countDown();
		if (!ShutdownHookManager.get().isShutdownInProgress()) {
			ShutdownHookManager.get().removeShutdownHook(hook);
			context.close();
		}
	}
}
