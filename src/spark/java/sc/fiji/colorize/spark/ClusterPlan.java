/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

import sc.fiji.colorize.batch.BatchPlan;
import sc.fiji.colorize.batch.HintFiles;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.ResultTitle;
import sc.fiji.colorize.spark.ClusterListing.Listed;

/**
 * Plans the work under the rules of {@link BatchPlan#of}. The executors name the results, find the hints and look for
 * existing results, and keep the plan in files.
 */
final class ClusterPlan implements Serializable {

	private static final long serialVersionUID = 1;

	/** The end of the name of an uncertainty image. */
	private static final String UNCERTAINTY = job("", false).uncertainty().toString();

	/**
	 * A file of the plan.
	 *
	 * @param order position of the input on the command line
	 * @param input the image file
	 * @param bytes its size; null if it was not listed
	 * @param output the result, without an ending if the kind of image decides
	 * @param endingFixed whether the output has its ending
	 * @param isLeftOut whether the input is an image of a kind that is not read
	 * @param hints the file of color hints; null if there is none
	 * @param existing the result of an earlier run; null if there is none
	 * @param isDone whether all requested results exist
	 */
	record Planned(int order, String input, Long bytes, String output, boolean endingFixed, boolean isLeftOut, String hints,
			String existing, boolean isDone) implements Serializable {

		/** Files with the same result in the order of the inputs. */
		static final Comparator<Planned> BY_OUTPUT = (Comparator<Planned> & Serializable) (one, two) -> Comparator
				.comparing(Planned::output).thenComparing(Planned::order).thenComparing(Planned::input).compare(one, two);
		/** A random order, always the same. */
		static final Comparator<Planned> SHUFFLED = (Comparator<Planned> & Serializable) (one, two) -> Comparator
				.comparingDouble((Planned file) -> ClusterTasks.random(file.input())).thenComparing(Planned::input)
				.compare(one, two);

		boolean isToDo() {
			return !isDone && !isLeftOut;
		}

		/** The uncertainty image beside the result. */
		Path uncertainty() {
			return beside(job(new Path(output).getName(), endingFixed).uncertainty().toFile());
		}

		/** Looks for the result. */
		Optional<Path> findResult(final ClusterFiles files) throws IOException {
			final Job job = job(new Path(output).getName(), endingFixed);
			for (final boolean fitsPng : new boolean[] {true, false}) {
				final Path result = beside(job.result(fitsPng).toFile());
				if (files.exists(result)) {
					return Optional.of(result);
				}
			}
			return Optional.empty();
		}

		private Path beside(final File result) {
			return new Path(new Path(output).getParent() + "/" + result.getName());
		}
	}

	/**
	 * A file with the name of its result.
	 *
	 * @param file the file
	 * @param name the name that inputs share if they share results
	 * @param resultOf the same name of the input of which this file may be a result; null if it cannot be one
	 */
	private record Named(Planned file, String name, String resultOf) implements Serializable {
	}

	private final ClusterRequest request;
	private final ClusterFiles files;
	private final Path output;
	/** Whether results may exist. */
	private final boolean looksForResults;
	/** The hints of the folder by the file names of their inputs, without extensions. */
	private final TreeMap<String, String> hints = new TreeMap<>();
	/** The hints for the only input; null if there are none. */
	private final String singleHints;

	/**
	 * Lists the hints.
	 *
	 * @param request what to do
	 * @param files the file systems
	 * @param folder the output
	 * @throws IllegalArgumentException if there is no folder of hints
	 */
	ClusterPlan(final ClusterRequest request, final ClusterFiles files, final ClusterOutput folder) throws IOException {
		this.request = request;
		this.files = files;
		output = folder.folder();
		looksForResults = !folder.isNew() && !request.batch().overwrite();
		singleHints = request.hints().isEmpty() ? null : files.qualify(request.hints()).toString();
		if (!request.hintsFolder().isEmpty()) {
			final Path hintsFolder = files.qualify(request.hintsFolder());
			if (!files.isFolder(hintsFolder)) {
				throw new IllegalArgumentException("There is no folder " + hintsFolder + " with hints.");
			}
			for (final RemoteIterator<FileStatus> list = files.list(hintsFolder); list.hasNext();) {
				final Path file = list.next().getPath();
				if (ImageHints.hasEnding(Paths.get(file.getName()))) {
					// Of several for the same input the first by name.
					hints.merge(ResultTitle.withoutEnding(file.getName()), file.toString(),
							(one, two) -> one.compareTo(two) < 0 ? one : two);
				}
			}
		}
	}

	/**
	 * Plans the work.
	 *
	 * @param context the cluster
	 * @param temporary an existing folder for the plan that all executors can access
	 * @param toDo counts the files to do
	 * @param bytes adds their sizes
	 * @return the files, unordered
	 * @throws IOException if an input folder or a list cannot be read
	 */
	ClusterRows<Planned> make(final JavaSparkContext context, final Path temporary, final LongAccumulator toDo,
			final LongAccumulator bytes) throws IOException {
		final ClusterListing.Listing listing = new ClusterListing(request.inputs(), files,
				name -> ImageFiles.isNamedAsImage(Paths.get(name)), output).make(context, temporary);
		final boolean holdsResults = listing.folders().stream().anyMatch(this::mayHoldResults);
		if (listing.few().isPresent() && !looksForResults && !holdsResults) {
			return ClusterRows.keep(context, listing.few().get().stream()
					.map(row -> count(name(row).file(), toDo, bytes)).iterator(), temporary, files);
		}
		final JavaRDD<Named> named = listing.files().map(this::name);
		final JavaRDD<Planned> inputs = holdsResults ? withoutResults(named) : named.map(Named::file);
		return ClusterRows.keep(inputs.map(file -> count(check(file), toDo, bytes)), temporary, files);
	}

	private static Planned count(final Planned file, final LongAccumulator toDo, final LongAccumulator bytes) {
		if (file.isToDo()) {
			toDo.add(1);
			bytes.add(file.bytes() == null ? 0 : file.bytes());
		}
		return file;
	}

	private boolean mayHoldResults(final String folder) {
		return (folder + "/").startsWith(output + "/");
	}

	/** Removes results of earlier runs in input folders. */
	private static JavaRDD<Planned> withoutResults(final JavaRDD<Named> named) {
		final JavaPairRDD<String, Boolean> inputs = named.mapToPair(file -> new Tuple2<>(file.name(), true));
		return named.filter(file -> file.resultOf() == null)
				.union(named.filter(file -> file.resultOf() != null)
						.mapToPair(file -> new Tuple2<>(file.resultOf(), file)).subtractByKey(inputs).values())
				.map(Named::file);
	}

	/**
	 * Lists hint files that match no input.
	 *
	 * @param plan the plan
	 * @return sorted by name
	 * @throws IllegalArgumentException if there are no hints for any input
	 */
	List<String> unusedHints(final JavaRDD<Planned> plan) {
		final Set<String> unused = new TreeSet<>(hints.values());
		unused.removeAll(plan.map(Planned::hints).filter(file -> file != null).distinct().collect());
		if (unused.size() == hints.size()) {
			throw HintFiles.noneFor(request.hintsFolder());
		}
		return List.copyOf(unused);
	}

	/** Adds the name of the result. */
	private Named name(final Listed row) {
		final Path input;
		final Job job;
		final boolean isFolderListing = !row.root().isEmpty() && row.order() < request.inputs().paths().size();
		try {
			input = files.qualify(row.input());
			final var relative = Paths.get(ClusterListing.relative(row.root(), input));
			job = BatchPlan.job(relative, relative, isFolderListing && !ImageFiles.hasImageEnding(relative),
					request.batch());
		}
		catch (final IOException | IllegalArgumentException e) {
			// An invalid file name, which fails later and is reported.
			final String none = output + "/" + UUID.nameUUIDFromBytes(row.input().getBytes(StandardCharsets.UTF_8));
			return new Named(new Planned(row.order(), row.input(), null, none, false, false, null, null, false), none, null);
		}
		return new Named(new Planned(row.order(), input.toString(), row.bytes(), output + "/" + job.output(),
				job.endingFixed(), job.isLeftOut(),
				hints.getOrDefault(ResultTitle.withoutEnding(input.getName()), singleHints), null, false),
				output + "/" + job.uncertainty(), isFolderListing ? resultOf(input) : null);
	}

	/** The name of the input of a result, if the file is named as one; else null. */
	private static String resultOf(final Path file) {
		final String path = file.toString();
		return Stream.concat(ImageFiles.WRITABLE_ENDINGS.stream().map(ending -> ResultTitle.of("") + ending),
				Stream.of(UNCERTAINTY)).filter(path::endsWith).findFirst()
				.map(end -> path.substring(0, path.length() - end.length()) + UNCERTAINTY).orElse(null);
	}

	/** Adds the existing results. */
	private Planned check(final Planned file) throws IOException {
		final Optional<Path> existing =
				looksForResults && !file.isLeftOut() ? file.findResult(files) : Optional.empty();
		final boolean isDone = existing.isPresent()
				&& (!request.batch().uncertainty() || files.exists(file.uncertainty()));
		return new Planned(file.order(), file.input(), file.bytes(), file.output(), file.endingFixed(), file.isLeftOut(),
				file.hints(), existing.map(Path::toString).orElse(null), isDone);
	}

	/** A job of which only the names are used. */
	private static Job job(final String name, final boolean endingFixed) {
		return new Job(Paths.get(name), Paths.get(name), endingFixed);
	}
}
