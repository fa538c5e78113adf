/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.imagej.ResultTitle;

/**
 * One input of a batch and the file of its result.
 *
 * @param input the image file
 * @param output the result file; without an extension if the image decides between PNG and TIFF
 * @param endingFixed whether the output has its extension
 * @param isLeftOut whether the format of the input is unsupported, which is only reported
 */
public record Job(Path input, Path output, boolean endingFixed, boolean isLeftOut) {

	private static final String PNG = ".png";
	private static final String TIFF = ".tif";
	private static final String SUFFIX = ResultTitle.of("");
	private static final String UNCERTAINTY_SUFFIX = ResultTitle.of("", OutputType.UNCERTAINTY);

	/**
	 * Creates a job whose input can be read.
	 *
	 * @param input the image file
	 * @param output the result file, see {@link #output}
	 * @param endingFixed whether the output has its ending
	 */
	public Job(final Path input, final Path output, final boolean endingFixed) {
		this(input, output, endingFixed, false);
	}

	/** {@return the file of the uncertainty image: NAME-uncertainty.tif beside the result NAME-colorized} */
	public Path uncertainty() {
		return output.resolveSibling(base() + UNCERTAINTY_SUFFIX + TIFF);
	}

	/** The name of the output without its extension and without the suffix of results. */
	private String base() {
		final String file = output.getFileName().toString();
		final String name = endingFixed ? ResultTitle.withoutEnding(file) : file;
		return Stream.of(SUFFIX, UNCERTAINTY_SUFFIX).filter(name::endsWith).findFirst()
				.map(suffix -> name.substring(0, name.length() - suffix.length())).orElse(name);
	}

	/** All files that any run may write for this input, with any options. */
	Stream<Path> possibleResults() {
		final String name = base() + SUFFIX;
		return Stream.concat(ImageFiles.WRITABLE_ENDINGS.stream().map(ending -> output.resolveSibling(name + ending)),
				Stream.of(uncertainty()));
	}

	/** {@return the result file of an earlier run, if it exists} */
	public Optional<Path> existing() {
		return Stream.of(result(true), result(false)).filter(Files::exists).findFirst();
	}

	/**
	 * {@return whether an earlier run wrote all requested results; false if they are to be overwritten}
	 *
	 * @param options the requested results
	 */
	public boolean isDone(final BatchOptions options) {
		return !options.overwrite() && existing().isPresent()
				&& (!options.uncertainty() || Files.exists(uncertainty()));
	}

	/**
	 * {@return the result file, whose extension depends on the image unless it is fixed}
	 *
	 * @param fitsPng whether PNG can hold the result
	 */
	public Path result(final boolean fitsPng) {
		return endingFixed ? output : output.resolveSibling(output.getFileName() + (fitsPng ? PNG : TIFF));
	}
}
