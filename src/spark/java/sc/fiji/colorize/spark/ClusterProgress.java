/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.jdk.javaapi.CollectionConverters;

import sc.fiji.colorize.batch.BatchProgress;

/**
 * Reports the progress of the work on a cluster. Spark's accumulators count finished tasks exactly once; running tasks count
 * as the executors report every few seconds.
 */
final class ClusterProgress implements AutoCloseable {

	private static final String DONE = "files done";
	private static final String FAILED = "files failed";
	private static final int SECONDS = 5;

	private final SparkContext context;
	private final long toDo;
	private final Consumer<String> output;
	private final LongAccumulator done;
	private final LongAccumulator failed;
	/** Number of files done by running tasks. */
	private final Map<Long, Long> atWork = new ConcurrentHashMap<>();
	private final long start = System.nanoTime();
	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
		final Thread thread = new Thread(work, "progress");
		thread.setDaemon(true);
		return thread;
	});
	private final SparkListener listener = new SparkListener() {

		@Override
		public void onExecutorMetricsUpdate(final SparkListenerExecutorMetricsUpdate update) {
			CollectionConverters.asJava(update.accumUpdates()).forEach(task -> {
				long files = 0;
				for (final AccumulableInfo info : CollectionConverters.asJava(task._4())) {
					if ((info.id() == done.id() || info.id() == failed.id()) && info.update().isDefined()) {
						files += ((Number) info.update().get()).longValue();
					}
				}
				atWork.put((Long) task._1(), files);
			});
		}

		@Override
		public void onTaskEnd(final SparkListenerTaskEnd end) {
			atWork.remove(end.taskInfo().taskId());
		}
	};

	ClusterProgress(final SparkContext context, final long toDo, final Consumer<String> output) {
		this.context = context;
		this.toDo = toDo;
		this.output = output;
		done = context.longAccumulator(DONE);
		failed = context.longAccumulator(FAILED);
		context.addSparkListener(listener);
		clock.scheduleAtFixedRate(this::tell, SECONDS, SECONDS, TimeUnit.SECONDS);
	}

	LongAccumulator done() {
		return done;
	}

	LongAccumulator failed() {
		return failed;
	}

	private void tell() {
		// Speculative tasks may work on the same files.
		final long worked = Math.min(toDo,
				done.value() + failed.value() + atWork.values().stream().mapToLong(Long::longValue).sum());
		final double seconds = 1e-9 * (System.nanoTime() - start);
		final double left = worked == 0 ? Double.NaN : seconds / worked * (toDo - worked);
		output.accept("[" + worked + "/" + toDo + ", " + new BatchProgress(0, 0, 0, left).timeLeft() + "]"
				+ (failed.value() == 0 ? "" : " " + failed.value() + " failed"));
	}

	@Override
	public void close() {
		clock.shutdownNow();
		context.removeSparkListener(listener);
	}
}
