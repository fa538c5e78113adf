/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.ResultTitle;

/** The files with color hints for the inputs of a batch. Immutable. A file is read when its input is colorized. */
public final class HintFiles {

	/** No hints. */
	public static final HintFiles NONE = new HintFiles(Map.of(), List.of(), 0);

	private final Map<Path, Path> files;
	private final List<Path> unused;
	private final double reach;

	private HintFiles(final Map<Path, Path> files, final Collection<Path> unused, final double reach) {
		this.files = Map.copyOf(files);
		this.unused = List.copyOf(unused);
		this.reach = reach;
	}

	/**
	 * Creates the hints for one input.
	 *
	 * @param input the image file
	 * @param hints the file with its hints
	 * @param reach as in {@link ImageHints#read(Path, double)}
	 * @return the hint files
	 */
	public static HintFiles of(final Path input, final Path hints, final double reach) {
		return new HintFiles(Map.of(input, hints), List.of(), reach);
	}

	/**
	 * Finds the hints in a folder. The hint file for an input has its name with another extension.
	 *
	 * @param folder the folder
	 * @param plan the inputs
	 * @param reach as in {@link ImageHints#read(Path, double)}
	 * @return the hint files; if several match an input, the first by name
	 * @throws IllegalArgumentException if the folder does not exist or has no hints for any input
	 * @throws IOException if the folder cannot be listed
	 */
	public static HintFiles inFolder(final Path folder, final BatchPlan plan, final double reach) throws IOException {
		if (!Files.isDirectory(folder)) {
			throw new IllegalArgumentException("There is no folder " + folder + " with hints.");
		}
		final Map<String, Path> byName = new TreeMap<>();
		try (Stream<Path> files = Files.list(folder)) {
			files.filter(ImageHints::hasEnding).sorted(Comparator.reverseOrder())
					.forEach(file -> byName.put(name(file), file));
		}
		final Map<Path, Path> found = new HashMap<>();
		for (final Job job : plan.jobs()) {
			final Path file = byName.get(name(job.input()));
			if (file != null) {
				found.put(job.input(), file);
			}
		}
		if (found.isEmpty()) {
			throw noneFor(folder);
		}
		byName.values().removeAll(found.values());
		return new HintFiles(found, byName.values(), reach);
	}

	/**
	 * {@return the explanation why a folder has no hints for the inputs}
	 *
	 * @param folder the folder
	 */
	public static IllegalArgumentException noneFor(final Object folder) {
		return new IllegalArgumentException("The folder " + folder
				+ " has no hints for any input: they must be named like the images, such as photo.png for photo.jpg.");
	}

	private static String name(final Path file) {
		return ResultTitle.withoutEnding(file.getFileName().toString());
	}

	/** {@return the files of the folder that match no input, sorted by name} */
	public List<Path> unused() {
		return unused;
	}

	/** Reads the hints for an input; {@link ImageHints#NONE} if there are none. */
	ImageHints read(final Path input) throws IOException {
		return files.containsKey(input) ? ImageHints.read(files.get(input), reach) : ImageHints.NONE;
	}
}
