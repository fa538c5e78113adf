/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.io.OrderedExecutor.Monitor;

/**
 * Runs a batch. Files that cannot be read or written are reported and do not stop the others. Existing results are skipped,
 * so that an interrupted batch can be started again.
 *
 * <pre>
 * BatchOptions batch = BatchOptions.defaults();
 * BatchPlan plan = BatchPlan.of(List.of(scans), results, batch);
 * BatchReport report = new BatchRunner(colorizer, options, batch).run(plan, (result, progress) -&gt; { }, () -&gt; false);
 * </pre>
 */
public final class BatchRunner {

	/** Estimated peak memory in bytes per pixel of each plane, for reading, colorizing and writing. */
	private static final long BYTES_PER_PIXEL = 24;
	/** Files per thread that may be finished but not yet reported, so that a slow file delays the others only at the end. */
	private static final int AHEAD_PER_THREAD = 4;

	private final JobColorizer colorizer;
	private final BatchOptions options;

	/**
	 * Prepares a batch without color hints.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation, network size and smoothing
	 * @param batch the overwrite, uncertainty and output type options
	 */
	public BatchRunner(final Colorizer colorizer, final ColorizeOptions options, final BatchOptions batch) {
		this(colorizer, options, batch, HintFiles.NONE);
	}

	/**
	 * Prepares a batch.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation, network size and smoothing
	 * @param batch the overwrite, uncertainty and output type options
	 * @param hints the color hints for the inputs
	 */
	public BatchRunner(final Colorizer colorizer, final ColorizeOptions options, final BatchOptions batch,
			final HintFiles hints) {
		this(CompletableFuture.completedFuture(colorizer), options, batch, hints);
	}

	/**
	 * Prepares a batch that reads the first inputs while the colorizer is being opened.
	 *
	 * @param opening the colorizer, not closed here
	 * @param options temperature, saturation, network size and smoothing
	 * @param batch the overwrite, uncertainty and output type options
	 * @param hints the color hints for the inputs
	 */
	public BatchRunner(final CompletableFuture<Colorizer> opening, final ColorizeOptions options,
			final BatchOptions batch, final HintFiles hints) {
		colorizer = new JobColorizer(opening, options, batch, hints);
		this.options = batch;
	}

	/**
	 * Runs the jobs. Reads, colorizes and writes several files in parallel, as many as the processors and the memory allow.
	 * Results are renamed to their final names and reported one by one, in the order of the jobs.
	 *
	 * @param plan the jobs
	 * @param listener called for each file, on this thread
	 * @param canceled checked before each file and a few times a second, on this thread
	 * @return the result of each job; only of the finished jobs if canceled
	 * @throws CompletionException if the colorizer cannot be opened
	 */
	public BatchReport run(final BatchPlan plan, final BatchListener listener, final BooleanSupplier canceled) {
		// One more thread than processors, because one may wait for the disk.
		final int threads = Runtime.getRuntime().availableProcessors() + 1;
		try (OrderedExecutor<PreparedResult, RuntimeException> executor = new OrderedExecutor<>("batch colorizer", threads,
				AHEAD_PER_THREAD * threads, Runtime.getRuntime().maxMemory() / 2)) {
			return new Run(plan.jobs(), listener, canceled, executor).all();
		}
	}

	/**
	 * Runs one job on this thread.
	 *
	 * @param job the job
	 * @param canceled checked regularly
	 * @return its result
	 * @throws CancellationException if canceled
	 */
	public JobResult run(final Job job, final BooleanSupplier canceled) {
		final long start = System.nanoTime();
		try (JobInput input = new JobInput(job.input())) {
			return colorizer.prepare(job, input, null, new Monitor() {

				@Override
				public void progress(final double fraction) {
					// The progress of a single file is not reported.
				}

				@Override
				public boolean isCanceled() {
					return canceled.getAsBoolean();
				}
			}).commit();
		}
		catch (final OutOfMemoryError e) {
			return JobResult.failed(job, JobInput.OUT_OF_MEMORY, JobColorizer.secondsSince(start));
		}
	}

	private final class Run {

		private final List<Job> jobs;
		private final BatchListener listener;
		private final BooleanSupplier canceled;
		private final OrderedExecutor<PreparedResult, RuntimeException> executor;
		private final Clock clock;
		private final List<JobResult> results = new ArrayList<>();
		/** The input that claimed each result file in this run. */
		private final Map<Path, Path> claimedOutputs = new HashMap<>();
		/** The open inputs of jobs that are not reported yet, and of the next job if it was examined. */
		private final Deque<JobInput> inputs = new ArrayDeque<>();
		private int begun;

		Run(final List<Job> jobs, final BatchListener listener, final BooleanSupplier canceled,
				final OrderedExecutor<PreparedResult, RuntimeException> executor) {
			this.jobs = jobs;
			this.listener = listener;
			this.canceled = canceled;
			this.executor = executor;
			clock = new Clock(jobs.size(), (int) jobs.stream().filter(this::isRead).count());
		}

		private boolean isRead(final Job job) {
			return !job.isLeftOut() && !job.isDone(options);
		}

		BatchReport all() {
			try {
				while (results.size() < jobs.size()) {
					beginMore();
					colorizer.awaitColorizer();
					next(jobs.get(results.size()));
				}
			}
			catch (final CancellationException e) {
				// The number of results shows the cancellation.
			}
			catch (final InterruptedException e) {
				Thread.currentThread().interrupt();
			}
			finally {
				executor.drain(PreparedResult::close);
				inputs.forEach(JobInput::close);
			}
			return new BatchReport(results, jobs.size());
		}

		private void beginMore() {
			if (canceled.getAsBoolean()) {
				throw new CancellationException("The work was canceled.");
			}
			while (begun < jobs.size()) {
				final Job job = jobs.get(begun);
				if (inputs.size() == begun - results.size()) {
					inputs.add(new JobInput(job.input()));
				}
				final JobInput input = inputs.getLast();
				// A damaged file may claim any size.
				final long bytes =
						isRead(job) ? BYTES_PER_PIXEL * Math.min(Long.MAX_VALUE / BYTES_PER_PIXEL, input.pixels()) : 0;
				final Path conflictingInput = claimedOutputs.get(job.output());
				if (!executor.offer(bytes, monitor -> colorizer.prepare(job, input, conflictingInput, monitor))) {
					return;
				}
				begun++;
			}
		}

		private void next(final Job job) throws InterruptedException {
			final DoubleConsumer progress = fraction -> listener.working(job, clock.progress(results.size(), fraction));
			progress.accept(0);
			final JobResult result = commit(take(job, progress));
			inputs.remove().close();
			results.add(result);
			clock.add(result);
			listener.fileDone(result, clock.progress(results.size(), 0));
		}

		/** Renames the files of a result to their final names, unless another input of this run claimed them. */
		private JobResult commit(final PreparedResult prepared) {
			final JobResult result = prepared.result();
			final Job job = result.job();
			final Path conflictingInput =
					result.isWithoutOutput() ? null : claimedOutputs.putIfAbsent(job.output(), job.input());
			if (conflictingInput != null) {
				prepared.close();
				return JobResult.failed(job, JobResult.sameName(conflictingInput), result.seconds());
			}
			return prepared.commit();
		}

		private PreparedResult take(final Job job, final DoubleConsumer progress) throws InterruptedException {
			final long start = System.nanoTime();
			try {
				return executor.take(progress, this::beginMore);
			}
			catch (final OutOfMemoryError e) {
				return PreparedResult.without(
						JobResult.failed(job, JobInput.OUT_OF_MEMORY, JobColorizer.secondsSince(start)));
			}
		}
	}

	/** Estimates the time left; skipped files take no time. */
	private static final class Clock {

		private final long start = System.nanoTime();
		private final int total;
		private final int toDo;
		private int worked;

		Clock(final int total, final int toDo) {
			this.total = total;
			this.toDo = toDo;
		}

		void add(final JobResult result) {
			worked += result.outcome() == Outcome.SKIPPED || result.outcome() == Outcome.LEFT_OUT ? 0 : 1;
		}

		BatchProgress progress(final int done, final double fraction) {
			final double whole = worked + fraction;
			final double secondsLeft = toDo == 0 ? 0 : whole == 0 ? Double.NaN
					: JobColorizer.secondsSince(start) / whole * Math.max(0, toDo - whole);
			return new BatchProgress(done, total, fraction, secondsLeft);
		}
	}
}
