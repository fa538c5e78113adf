/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import ij.ImagePlus;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFile;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.imagej.StripColorizer;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.io.OrderedExecutor.Monitor;

/**
 * Colorizes many image files. A file that cannot be read or written is reported and the others go on; a result that is
 * already there is left alone, so that a broken-off run can be started again.
 */
public final class BatchColorizer {

	private static final String PNG = ".png";
	private static final String TIFF = ".tif";
	/** Of a result whose kind of image decides. */
	private static final List<String> ENDINGS = List.of(PNG, TIFF);
	private static final double NANOSECONDS = 1e-9;
	private static final String OUT_OF_MEMORY =
			"the memory is not enough for this image; start Java with a larger -Xmx";
	/** What reading, colorizing and writing needs at most for each pixel of each plane, more or less. */
	private static final long BYTES_PER_PIXEL = 24;
	/** Files begun but not reported for each thread, so that one that takes long holds up the others only in the end. */
	private static final int AHEAD_PER_THREAD = 4;
	private static final String SUFFIX = ImageColorizer.resultTitle("");
	private static final String UNCERTAINTY_SUFFIX = ImageColorizer.resultTitle("", OutputType.UNCERTAINTY);

	/**
	 * One input and where its result goes.
	 *
	 * @param input the image file
	 * @param output the result file; without an ending if the kind of image decides between PNG and TIFF
	 * @param endingFixed whether the output has its ending
	 * @param isLeftOut whether the input is an image of a kind that is not read, which is only reported
	 */
	public record Job(Path input, Path output, boolean endingFixed, boolean isLeftOut) {

		/**
		 * An input that is to be colorized.
		 *
		 * @param input the image file
		 * @param output the result file, as above
		 * @param endingFixed whether the output has its ending
		 */
		public Job(final Path input, final Path output, final boolean endingFixed) {
			this(input, output, endingFixed, false);
		}

		/**
		 * Where the uncertainty image goes if one is wanted.
		 *
		 * @return NAME-uncertainty.tif beside the result NAME-colorized
		 */
		public Path uncertainty() {
			return output.resolveSibling(base() + UNCERTAINTY_SUFFIX + TIFF);
		}

		/** The name of the output without its ending and what tells that it is a result. */
		private String base() {
			final String name = stem();
			return Stream.of(SUFFIX, UNCERTAINTY_SUFFIX).filter(name::endsWith).findFirst()
					.map(suffix -> name.substring(0, name.length() - suffix.length())).orElse(name);
		}

		/** The name of the output without its ending. */
		private String stem() {
			final String file = output.getFileName().toString();
			return endingFixed ? ImageColorizer.withoutEnding(file) : file;
		}
	}

	/** What became of an input. */
	public enum Outcome {
		/** Colorized and written. */
		DONE,
		/** The result was there already. */
		SKIPPED,
		/** Could not be read, colorized or written. */
		FAILED,
		/** A file in a folder that is an image by its name, but of a kind that is not read. */
		LEFT_OUT
	}

	/**
	 * What became of a file.
	 *
	 * @param job the file
	 * @param outcome what became of it
	 * @param output the result, also if it was there already; none if it failed
	 * @param message where the result is, or a sentence that says what is wrong
	 * @param note what of the file is not in the result, such as "without 2 smaller copies"; mostly empty
	 * @param seconds how long it took
	 */
	public record Result(Job job, Outcome outcome, Optional<Path> output, String message, String note, double seconds) {
	}

	/**
	 * How far the work is.
	 *
	 * @param done files dealt with so far
	 * @param total all files
	 * @param fraction of the file at hand that is done, 0 to 1
	 * @param secondsLeft estimated from the files that were really worked on; NaN before the first
	 */
	public record Progress(int done, int total, double fraction, double secondsLeft) {

		/**
		 * The time left as a person would say it.
		 *
		 * @return such as "1:05 min left"
		 */
		public String timeLeft() {
			return Double.isNaN(secondsLeft) ? "time left unknown" : BatchReport.duration(secondsLeft) + " left";
		}
	}

	/** Hears of each file. */
	@FunctionalInterface
	public interface Listener {

		/**
		 * A file was dealt with.
		 *
		 * @param result what became of it
		 * @param progress how far the work is
		 */
		void fileDone(Result result, Progress progress);

		/**
		 * A file was begun, or a slice of it done.
		 *
		 * @param job the file
		 * @param progress how far the work is
		 */
		default void working(final Job job, final Progress progress) {
		}
	}

	/** Finds the color hints for an input. */
	@FunctionalInterface
	public interface Hints {

		/**
		 * Finds them.
		 *
		 * @param input the image file
		 * @return the hints, or {@link ImageHints#NONE}
		 * @throws IOException with a sentence if they cannot be read
		 */
		ImageHints of(Path input) throws IOException;
	}

	private final ImageColorizer colorizer;
	private final BatchOptions batch;
	private final Hints hints;

	/**
	 * Prepares a batch without color hints.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation, network size and smoothing
	 * @param batch whether to overwrite results and to write the uncertainty, and what the results are
	 */
	public BatchColorizer(final Colorizer colorizer, final ColorizeOptions options, final BatchOptions batch) {
		this(colorizer, options, batch, input -> ImageHints.NONE);
	}

	/**
	 * Prepares a batch.
	 *
	 * @param colorizer as above
	 * @param options as above
	 * @param batch as above
	 * @param hints finds the color hints for each input
	 */
	public BatchColorizer(final Colorizer colorizer, final ColorizeOptions options, final BatchOptions batch,
			final Hints hints) {
		this.colorizer = new ImageColorizer(colorizer, options, batch.outputType());
		this.batch = batch;
		this.hints = hints;
	}

	/**
	 * Lists the work. An input folder stands for the image files in it that the options ask for, without hidden ones and
	 * without results of an earlier run; their results keep the subfolders. Images of kinds that are not read are listed,
	 * too, to be reported.
	 *
	 * @param inputs files and folders; a file that does not exist becomes a job that fails
	 * @param output a file if there is one input file, else a folder (which may not exist yet)
	 * @param batch which files of folders, and what results in a folder are
	 * @return the jobs in the order of the inputs, folders sorted by name
	 * @throws IllegalArgumentException if the output is a file for several inputs, the input itself, or a file of a
	 *         kind that is not written, or of another than the options ask for, or if a file's name cannot be used
	 * @throws IOException if a folder that is an input cannot be listed
	 */
	public static List<Job> plan(final List<Path> inputs, final Path output, final BatchOptions batch)
			throws IOException {
		final boolean single = inputs.size() == 1 && !Files.isDirectory(inputs.get(0));
		if (single && !Files.isDirectory(output) && ImageFiles.isNamedAsImage(output)) {
			final Path input = inputs.get(0);
			if (!ImageFiles.hasWritableEnding(output)) {
				throw new IllegalArgumentException("The output " + output + " must end in .png, .jpg or .tif.");
			}
			if (!batch.type().equals(BatchOptions.AUTO)) {
				throw new IllegalArgumentException("The name of the output " + output
						+ " tells its type: leave out the type " + batch.type() + ".");
			}
			if (Files.exists(input) && Files.exists(output) && Files.isSameFile(input, output)) {
				throw new IllegalArgumentException("The output " + output + " is the input: give it another name.");
			}
			return List.of(new Job(input, output, true));
		}
		if (!single && !Files.isDirectory(output)
				&& (ImageFiles.isNamedAsImage(output) || Files.isRegularFile(output))) {
			throw new IllegalArgumentException(
					"For several inputs the output must be a folder but is the file " + output + ".");
		}
		if (single && Files.isRegularFile(output)) {
			throw new IllegalArgumentException("The output " + output
					+ " must be a folder or end in .png, .jpg or .tif.");
		}
		final List<Job> jobs = new ArrayList<>();
		final Set<Job> listed = new HashSet<>();
		for (final Path input : inputs) {
			if (Files.isDirectory(input)) {
				for (final Path file : images(input, output, batch)) {
					final Job wanted = job(file, output.resolve(input.relativize(file)), batch);
					final Job job = ImageFiles.hasImageEnding(file) ? wanted
							: new Job(file, wanted.output(), wanted.endingFixed(), true);
					jobs.add(job);
					listed.add(job);
				}
			}
			else {
				jobs.add(job(input, output.resolve(input.getFileName()), batch));
			}
		}
		return withoutResults(jobs, listed);
	}

	/**
	 * The image files of a folder tree in the order of their names; what cannot be listed is among them, and will fail.
	 */
	private static List<Path> images(final Path folder, final Path output, final BatchOptions batch)
			throws IOException {
		final Predicate<Path> filter = batch.filter();
		final Path inside = output.toAbsolutePath().normalize();
		final boolean below = !folder.toAbsolutePath().normalize().startsWith(inside);
		final List<Path> files = new ArrayList<>();
		Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), batch.recursive() ? Integer.MAX_VALUE : 1,
				new SimpleFileVisitor<>() {

					@Override
					public FileVisitResult preVisitDirectory(final Path subfolder,
							final BasicFileAttributes attributes) {
						final boolean results = below && subfolder.toAbsolutePath().normalize().startsWith(inside);
						return results || !subfolder.equals(folder) && isHidden(subfolder)
								? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
					}

					@Override
					public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) {
						if (attributes.isRegularFile() && ImageFiles.isNamedAsImage(file) && !isHidden(file)
								&& filter.test(folder.relativize(file))) {
							files.add(file);
						}
						return FileVisitResult.CONTINUE;
					}

					@Override
					public FileVisitResult visitFileFailed(final Path file, final IOException e) throws IOException {
						if (file.equals(folder)) {
							throw new DescribedException("The folder " + folder,
									"cannot be listed (" + Failure.reason(e) + ")", "", e);
						}
						// A link to a folder above would go round for ever.
						if (!(e instanceof FileSystemLoopException)) {
							files.add(file);
						}
						return FileVisitResult.CONTINUE;
					}
				});
		Collections.sort(files);
		return files;
	}

	private static boolean isHidden(final Path file) {
		return file.getFileName().toString().startsWith(".");
	}

	/** Where results land among their inputs, those of an earlier run are no inputs. */
	private static List<Job> withoutResults(final List<Job> jobs, final Set<Job> listed) {
		final Set<Path> results = new HashSet<>();
		for (final Job job : jobs) {
			for (final String ending : ImageFiles.WRITABLE_ENDINGS) {
				results.add(job.output().resolveSibling(job.base() + SUFFIX + ending).toAbsolutePath().normalize());
			}
			results.add(job.uncertainty().toAbsolutePath().normalize());
		}
		jobs.removeIf(job -> listed.contains(job) && results.contains(job.input().toAbsolutePath().normalize()));
		return jobs;
	}

	/**
	 * One of several equal shares of the work, for machines that work side by side.
	 *
	 * @param jobs all jobs; each machine must have the same list
	 * @param index which share, 1 to {@code count}
	 * @param count number of shares
	 * @return every {@code count}-th job beginning with the {@code index}-th; jobs that want the same result stay
	 *        together
	 * @throws IllegalArgumentException if there is no such share
	 */
	public static List<Job> shard(final List<Job> jobs, final int index, final int count) {
		if (index < 1 || index > count) {
			throw new IllegalArgumentException(
					"The shard must be i/n with i from 1 to n but is " + index + "/" + count + ".");
		}
		final Map<Path, Integer> places = new HashMap<>();
		final List<Job> share = new ArrayList<>();
		for (final Job job : jobs) {
			final int next = places.size();
			if (places.computeIfAbsent(job.output(), output -> next) % count == index - 1) {
				share.add(job);
			}
		}
		return share;
	}

	/**
	 * The job for one file.
	 *
	 * @param input the image file
	 * @param output a file of the same name in the folder of its result
	 * @param batch what the results are
	 * @return the job
	 * @throws IllegalArgumentException if the name cannot be used
	 */
	public static Job job(final Path input, final Path output, final BatchOptions batch) {
		final String type = batch.endingOrAuto();
		final boolean auto = type.equals(BatchOptions.AUTO);
		final String title = ImageColorizer.resultTitle(output.getFileName().toString(), batch.outputType());
		try {
			return new Job(input, output.resolveSibling(title + (auto ? "" : "." + type)), !auto);
		}
		catch (final InvalidPathException e) {
			throw new IllegalArgumentException(Failure.of(e).sentence(), e);
		}
	}

	/**
	 * Does the work. Several files are read, colorized and written at a time, as many as the processors and the memory
	 * allow. The results get their names, and are reported, one by one in the order of the jobs.
	 *
	 * @param jobs the files
	 * @param listener hears of each file, on this thread
	 * @param canceled is asked before each file, and a few times a second, on this thread
	 * @return what became of each file; of fewer than there are jobs if cancelled
	 */
	public BatchReport run(final List<Job> jobs, final Listener listener, final BooleanSupplier canceled) {
		// One thread more than processors, which waits for the disk.
		final int threads = Runtime.getRuntime().availableProcessors() + 1;
		try (OrderedExecutor<Work, RuntimeException> executor = new OrderedExecutor<>("batch colorizer", threads,
				AHEAD_PER_THREAD * threads, Runtime.getRuntime().maxMemory() / 2)) {
			return new Run(jobs, listener, canceled, executor).all();
		}
	}

	/** The work on some jobs. */
	private final class Run {

		private final List<Job> jobs;
		private final Listener listener;
		private final BooleanSupplier canceled;
		private final OrderedExecutor<Work, RuntimeException> executor;
		private final Clock clock;
		private final List<Result> results = new ArrayList<>();
		/** Which input each result of this run is of. */
		private final Map<Path, Path> taken = new HashMap<>();
		/** Those of the jobs that were begun but not reported, and of the next job if it was looked at. */
		private final Deque<Input> inputs = new ArrayDeque<>();
		private int begun;

		Run(final List<Job> jobs, final Listener listener, final BooleanSupplier canceled,
				final OrderedExecutor<Work, RuntimeException> executor) {
			this.jobs = jobs;
			this.listener = listener;
			this.canceled = canceled;
			this.executor = executor;
			clock = new Clock(jobs.size(),
					(int) jobs.stream().filter(job -> !job.isLeftOut() && !isDone(job, batch)).count());
		}

		BatchReport all() {
			try {
				while (results.size() < jobs.size()) {
					beginMore();
					next(jobs.get(results.size()));
				}
			}
			catch (final CancellationException e) {
				// Told by the number of results.
				return new BatchReport(results, jobs.size());
			}
			catch (final InterruptedException e) {
				Thread.currentThread().interrupt();
			}
			finally {
				executor.drain(Work::close);
				inputs.forEach(Input::close);
			}
			return new BatchReport(results, jobs.size());
		}

		private void beginMore() {
			if (canceled.getAsBoolean()) {
				throw new CancellationException("The work was cancelled.");
			}
			while (begun < jobs.size()) {
				final Job job = jobs.get(begun);
				if (inputs.size() == begun - results.size()) {
					inputs.add(new Input(job.input()));
				}
				final Input input = inputs.getLast();
				final boolean isRead = !job.isLeftOut() && !isDone(job, batch);
				// A damaged file may claim any number.
				final long bytes =
						isRead ? BYTES_PER_PIXEL * Math.min(Long.MAX_VALUE / BYTES_PER_PIXEL, input.pixels()) : 0;
				final Path rival = taken.get(job.output());
				if (!executor.offer(bytes, monitor -> work(job, input, rival, monitor))) {
					return;
				}
				begun++;
			}
		}

		private void next(final Job job) throws InterruptedException {
			final DoubleConsumer progress =
					fraction -> listener.working(job, clock.progress(results.size(), fraction));
			progress.accept(0);
			final Result result = commit(take(job, progress));
			inputs.remove().close();
			results.add(result);
			clock.add(result);
			listener.fileDone(result, clock.progress(results.size(), 0));
		}

		/** Gives the files of a result their names, unless another one of this run has them. */
		private Result commit(final Work work) {
			final Job job = work.result().job();
			final boolean hasResult = work.result().outcome() == Outcome.DONE || work.result().outcome() == Outcome.SKIPPED;
			final Path rival = hasResult ? taken.putIfAbsent(job.output(), job.input()) : null;
			if (rival != null) {
				work.close();
				return failure(job, sameName(rival), work.result().seconds());
			}
			return work.commit();
		}

		private Work take(final Job job, final DoubleConsumer progress) throws InterruptedException {
			final long start = System.nanoTime();
			try {
				return executor.take(progress, this::beginMore);
			}
			catch (final OutOfMemoryError e) {
				return new Work(failure(job, OUT_OF_MEMORY, seconds(start)), List.of());
			}
		}
	}

	/**
	 * What was made of a file.
	 *
	 * @param result what became of it
	 * @param files what was written, without its names yet
	 */
	private record Work(Result result, List<AtomicFile> files) {

		/** Gives the files their names. */
		Result commit() {
			try {
				for (final AtomicFile file : files) {
					commit(file);
				}
				return result;
			}
			catch (final IOException e) {
				return failure(result.job(), Failure.reason(e), result.seconds());
			}
			finally {
				close();
			}
		}

		private static void commit(final AtomicFile file) throws IOException {
			try {
				file.commit();
			}
			catch (final IOException e) {
				throw notWritten(file.path(), e);
			}
		}

		/** Deletes what has no name yet. */
		void close() {
			files.forEach(AtomicFile::close);
		}
	}

	/**
	 * What is wrong with a file whose result another one has.
	 *
	 * @param rival the input that has it
	 * @return a clause
	 */
	public static String sameName(final Object rival) {
		return "its result would have the same name as that of " + rival;
	}

	/** An input file, opened when its size or its pixels are asked for. */
	private static final class Input implements Closeable {

		private final Path path;
		private ImageFile file;
		private IOException failure;

		Input(final Path path) {
			this.path = path;
		}

		synchronized ImageFile file() throws IOException {
			if (file == null && failure == null) {
				try {
					file = ImageFile.open(path);
				}
				catch (final IOException e) {
					failure = e;
				}
				catch (final RuntimeException | OutOfMemoryError e) {
					failure = new IOException(e instanceof OutOfMemoryError ? OUT_OF_MEMORY : Failure.reason(e), e);
				}
			}
			if (failure != null) {
				throw failure;
			}
			return file;
		}

		/** Pixels of all pages; 0 if it cannot be opened; reading it reports why. */
		long pixels() {
			try {
				return file().pixels();
			}
			catch (final IOException e) {
				return 0;
			}
		}

		@Override
		public synchronized void close() {
			try {
				if (file != null) {
					file.close();
				}
			}
			catch (final IOException e) {
				// Nothing was written to it.
				return;
			}
		}
	}

	private Work work(final Job job, final Input input, final Path rival, final Monitor monitor) {
		final long start = System.nanoTime();
		final List<AtomicFile> files = new ArrayList<>();
		boolean complete = false;
		try {
			if (job.isLeftOut()) {
				return new Work(new Result(job, Outcome.LEFT_OUT, Optional.empty(),
						job.input() + ": files of this kind are not read.", "", seconds(start)), files);
			}
			if (rival != null) {
				throw new IOException(sameName(rival));
			}
			if (isDone(job, batch)) {
				final Optional<Path> output = existing(job);
				return new Work(new Result(job, Outcome.SKIPPED, output,
						output.orElse(job.output()) + " is already there", "", seconds(start)), files);
			}
			final ImageFile file = input.file();
			final Path output =
					colorize(job, file, batch.overwrite() ? Optional.empty() : existing(job), files, monitor);
			complete = true;
			final String note = file.leftOut().isEmpty() ? "" : "without " + String.join(", ", file.leftOut());
			return new Work(new Result(job, Outcome.DONE, Optional.of(output), output.toString(), note, seconds(start)),
					files);
		}
		catch (final CancellationException e) {
			throw e;
		}
		catch (final IOException | RuntimeException e) {
			requireMemory(e);
			return new Work(failure(job, Failure.reason(e), seconds(start)), List.of());
		}
		finally {
			if (!complete) {
				files.forEach(AtomicFile::close);
			}
		}
	}

	private static Result failure(final Job job, final String problem, final double seconds) {
		return new Result(job, Outcome.FAILED, Optional.empty(), job.input() + ": " + problem + ".", "", seconds);
	}

	/** What runs out of memory in a thread of its own arrives wrapped; the executor is to see it, and to try again. */
	private static void requireMemory(final Throwable e) {
		for (Throwable cause = e; cause != null; cause = cause.getCause()) {
			if (cause instanceof OutOfMemoryError error) {
				throw error;
			}
		}
	}

	private static double seconds(final long start) {
		return NANOSECONDS * (System.nanoTime() - start);
	}

	/** Estimates the time left; files that are skipped take none. */
	private static final class Clock {

		private final long start = System.nanoTime();
		private final int total;
		private final int toDo;
		private int worked;

		Clock(final int total, final int toDo) {
			this.total = total;
			this.toDo = toDo;
		}

		void add(final Result result) {
			worked += result.outcome() == Outcome.SKIPPED || result.outcome() == Outcome.LEFT_OUT ? 0 : 1;
		}

		Progress progress(final int done, final double fraction) {
			final double so = worked + fraction;
			return new Progress(done, total, fraction,
					toDo == 0 ? 0 : so == 0 ? Double.NaN : seconds(start) / so * Math.max(0, toDo - so));
		}
	}

	/**
	 * Whether all that is wanted of a job is there from an earlier run.
	 *
	 * @param job the job
	 * @param batch what is wanted
	 * @return false if it is to be overwritten
	 */
	public static boolean isDone(final Job job, final BatchOptions batch) {
		return !batch.overwrite() && existing(job).isPresent()
				&& (!batch.uncertainty() || Files.exists(job.uncertainty()));
	}

	/**
	 * The result of a job from an earlier run.
	 *
	 * @param job the job
	 * @return the file, if it is there
	 */
	public static Optional<Path> existing(final Job job) {
		return (job.endingFixed() ? Stream.of(job.output()) : ENDINGS.stream().map(ending -> withEnding(job, ending)))
				.filter(Files::exists).findFirst();
	}

	private static Path withEnding(final Job job, final String ending) {
		return job.endingFixed() ? job.output() : job.output().resolveSibling(job.output().getFileName() + ending);
	}

	private Path colorize(final Job job, final ImageFile input, final Optional<Path> existing,
			final List<AtomicFile> files, final Monitor monitor) throws IOException {
		final ImageColorizer hinted = colorizer.hints(hints.of(job.input()));
		final Optional<StripColorizer> strips = hinted.inStrips(input, batch.uncertainty() ? 2 : 1,
				monitor::progress, monitor::isCanceled);
		if (strips.isPresent()) {
			return input.whileUnchanged(() -> colorize(strips.get(), job, existing, files));
		}
		final List<ImagePlus> images = input.read();
		requireWritable(job);
		final List<ImagePlus> results = new ArrayList<>();
		final List<ImagePlus> uncertainties = new ArrayList<>();
		for (int i = 0; i < images.size(); i++) {
			final int done = i;
			final DoubleConsumer progress = fraction -> monitor.progress((done + fraction) / images.size());
			if (batch.uncertainty()) {
				final ImageColorizer.Result both =
						hinted.colorizeWithUncertainty(images.get(i), progress, monitor::isCanceled);
				results.add(both.image());
				uncertainties.add(both.uncertainty());
			}
			else {
				results.add(hinted.colorize(images.get(i), progress, monitor::isCanceled));
			}
		}
		if (batch.uncertainty() && (batch.overwrite() || !Files.exists(job.uncertainty()))) {
			files.add(prepare(job.uncertainty(), file -> ImageFiles.prepare(uncertainties, input.isOfImageJ(), file)));
		}
		// Last, so that a result that is there means that the job is done.
		final boolean fitsPng = results.size() == 1 && ImageFiles.fitsPng(results.get(0));
		final Path output = existing.orElse(withEnding(job, fitsPng ? PNG : TIFF));
		if (existing.isEmpty()) {
			files.add(prepare(output, file -> ImageFiles.prepare(results, input.isOfImageJ(), file)));
		}
		return output;
	}

	/** An image that is too large for the memory. */
	private Path colorize(final StripColorizer image, final Job job, final Optional<Path> existing,
			final List<AtomicFile> files) throws IOException {
		requireWritable(job);
		image.predict();
		if (batch.uncertainty() && (batch.overwrite() || !Files.exists(job.uncertainty()))) {
			files.add(prepare(job.uncertainty(), image::prepareUncertainty));
		}
		final Path output = existing.orElse(withEnding(job, image.fitsPng() ? PNG : TIFF));
		if (existing.isEmpty()) {
			files.add(prepare(output, image::prepare));
		}
		return output;
	}

	private static void requireWritable(final Job job) throws IOException {
		try {
			AtomicFile.requireWritable(job.output());
		}
		catch (final IOException e) {
			throw notWritten(job.output(), e);
		}
	}

	/** Writes an image but does not give the file its name yet. */
	@FunctionalInterface
	private interface Preparation {

		AtomicFile prepare(Path file) throws IOException;
	}

	private static AtomicFile prepare(final Path file, final Preparation image) throws IOException {
		try {
			AtomicFile.createFolder(file);
			return image.prepare(file);
		}
		catch (final IOException e) {
			throw notWritten(file, e);
		}
	}

	private static IOException notWritten(final Path file, final IOException e) {
		return new DescribedException("The result " + file, "cannot be written (" + Failure.reason(e) + ")", "", e);
	}
}
