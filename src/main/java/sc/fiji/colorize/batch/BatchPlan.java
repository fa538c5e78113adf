/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ResultTitle;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;

/**
 * The jobs of a batch.
 *
 * <pre>
 * BatchPlan plan = BatchPlan.of(List.of(scans), results, BatchOptions.defaults()).shard(2, 8);
 * </pre>
 *
 * @param jobs in the order of the inputs
 */
public record BatchPlan(List<Job> jobs) {

	/** Copies the list. */
	public BatchPlan {
		jobs = List.copyOf(jobs);
	}

	/**
	 * Lists the jobs. A folder stands for its image files that match the options, without hidden files and without results
	 * of earlier runs; results keep the subfolders. Images of unsupported formats are listed too, so that they are reported.
	 *
	 * @param inputs files and folders; a missing file becomes a job that fails
	 * @param output a file if there is one input file, else a folder, which need not exist
	 * @param options selects the files of folders and the type of results in a folder
	 * @return the jobs in the order of the inputs, folders sorted by name
	 * @throws IllegalArgumentException if the output is a file for several inputs, the input itself, or a file of an
	 *         unsupported or another type than that of the options, or if a file name cannot be used
	 * @throws IOException if an input folder cannot be listed
	 */
	public static BatchPlan of(final List<Path> inputs, final Path output, final BatchOptions options)
			throws IOException {
		final boolean single = inputs.size() == 1 && !Files.isDirectory(inputs.get(0));
		if (single && !Files.isDirectory(output) && ImageFiles.isNamedAsImage(output)) {
			requireResultFor(inputs.get(0), output, options);
			return new BatchPlan(List.of(new Job(inputs.get(0), output, true)));
		}
		requireFolder(output, single);
		final List<Job> jobs = new ArrayList<>();
		final Set<Job> listed = new HashSet<>();
		for (final Path input : inputs) {
			if (Files.isDirectory(input)) {
				for (final Path file : images(input, output, options)) {
					final Job job = job(file, output.resolve(input.relativize(file)), !ImageFiles.hasImageEnding(file),
							options);
					jobs.add(job);
					listed.add(job);
				}
			}
			else {
				jobs.add(job(input, output.resolve(input.getFileName()), false, options));
			}
		}
		return new BatchPlan(withoutResults(jobs, listed));
	}

	/** Checks that a file can be the result of one input. */
	private static void requireResultFor(final Path input, final Path output, final BatchOptions options)
			throws IOException {
		if (!ImageFiles.hasWritableEnding(output)) {
			throw new IllegalArgumentException("The output " + output + " must end in .png, .jpg or .tif.");
		}
		if (!options.type().equals(BatchOptions.AUTO)) {
			throw new IllegalArgumentException("The name of the output " + output
					+ " determines its type: leave out the type " + options.type() + ".");
		}
		if (Files.exists(input) && Files.exists(output) && Files.isSameFile(input, output)) {
			throw new IllegalArgumentException("The output " + output + " is the input: give it another name.");
		}
	}

	private static void requireFolder(final Path output, final boolean single) {
		final boolean isFile = Files.isRegularFile(output);
		if (single && isFile) {
			throw new IllegalArgumentException("The output " + output
					+ " must be a folder or end in .png, .jpg or .tif.");
		}
		if (!single && (isFile || !Files.isDirectory(output) && ImageFiles.isNamedAsImage(output))) {
			throw new IllegalArgumentException(
					"For several inputs the output must be a folder but is the file " + output + ".");
		}
	}

	/** Lists the image files of a folder tree, sorted by name. Files that cannot be listed are included, and will fail. */
	private static List<Path> images(final Path folder, final Path output, final BatchOptions options)
			throws IOException {
		final Predicate<Path> filter = options.filter();
		final Path results = output.toAbsolutePath().normalize();
		final boolean isBelow = !folder.toAbsolutePath().normalize().startsWith(results);
		final List<Path> files = new ArrayList<>();
		Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS),
				options.recursive() ? Integer.MAX_VALUE : 1, new SimpleFileVisitor<>() {

					@Override
					public FileVisitResult preVisitDirectory(final Path subfolder,
							final BasicFileAttributes attributes) {
						final boolean isResults = isBelow && subfolder.toAbsolutePath().normalize().startsWith(results);
						return isResults || !subfolder.equals(folder) && isHidden(subfolder)
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
						// A link to a parent folder would be followed forever.
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

	/**
	 * Creates the job of one file.
	 *
	 * @param input the image file
	 * @param output a file of the same name in the output folder
	 * @param isLeftOut whether the format of the input is unsupported
	 * @param options the type of the result
	 * @return the job
	 * @throws IllegalArgumentException if the name cannot be used
	 */
	public static Job job(final Path input, final Path output, final boolean isLeftOut, final BatchOptions options) {
		final String type = options.endingOrAuto();
		final boolean auto = type.equals(BatchOptions.AUTO);
		final String title = ResultTitle.of(output.getFileName().toString(), options.outputType());
		try {
			return new Job(input, output.resolveSibling(title + (auto ? "" : "." + type)), !auto, isLeftOut);
		}
		catch (final InvalidPathException e) {
			throw new IllegalArgumentException(Failure.of(e).sentence(), e);
		}
	}

	/** Removes results of earlier runs that are in the same folder as their inputs. */
	private static List<Job> withoutResults(final List<Job> jobs, final Set<Job> listed) {
		final Set<Path> results = new HashSet<>();
		jobs.forEach(job -> job.possibleResults().forEach(file -> results.add(file.toAbsolutePath().normalize())));
		jobs.removeIf(job -> listed.contains(job) && results.contains(job.input().toAbsolutePath().normalize()));
		return jobs;
	}

	/**
	 * Returns one of several equal parts of the jobs, for machines that work in parallel. All must use the same plan.
	 *
	 * @param index index of the part, 1 to {@code count}
	 * @param count number of parts
	 * @return every {@code count}-th job starting with the {@code index}-th; jobs with the same result stay together
	 * @throws IllegalArgumentException if the index is out of range
	 */
	public BatchPlan shard(final int index, final int count) {
		if (index < 1 || index > count) {
			throw new IllegalArgumentException(
					"The shard must be i/n with i from 1 to n but is " + index + "/" + count + ".");
		}
		final Map<Path, Integer> numbers = new HashMap<>();
		final List<Job> share = new ArrayList<>();
		for (final Job job : jobs) {
			final int next = numbers.size();
			if (numbers.computeIfAbsent(job.output(), output -> next) % count == index - 1) {
				share.add(job);
			}
		}
		return new BatchPlan(share);
	}

	/** {@return whether there are no jobs, or only inputs of unsupported formats} */
	public boolean isWithoutImages() {
		return jobs.stream().allMatch(Job::isLeftOut);
	}
}
