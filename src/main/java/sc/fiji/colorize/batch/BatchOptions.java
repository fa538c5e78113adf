/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.io.Serializable;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

import sc.fiji.colorize.imagej.OutputType;

/**
 * The files of a folder to colorize, and the form of their results. Holds all defaults and ranges. Immutable; each setter
 * returns a changed copy.
 *
 * @param pattern a glob for the names of files in a folder, such as {@code scan*.tif} or {@code *.{png,jpg}}; with a slash,
 *        for their paths within the folder, such as {@code 2024/**}. Ignores case. Empty: all images
 * @param recursive whether to include subfolders
 * @param type of the results in a folder, one of {@link #TYPES}
 * @param overwrite whether to replace existing results
 * @param uncertainty whether to write an uncertainty image beside each result, see {@link Job#uncertainty()}; false if the
 *        output type is already the uncertainty
 * @param outputType content of the results; all types but automatic and RGB need TIFF
 * @param metadata whether to copy the metadata of the originals to the results
 */
public record BatchOptions(String pattern, boolean recursive, String type, boolean overwrite, boolean uncertainty,
		OutputType outputType, boolean metadata) implements Serializable {

	/** The type that depends on the image: PNG where it can hold the result, else TIFF. */
	public static final String AUTO = "auto";
	private static final String TIFF = "tif";
	/** All types: automatic, or the file extension of all results. */
	public static final List<String> TYPES = List.of(AUTO, "png", "jpg", TIFF);

	/** Checks the values. */
	public BatchOptions {
		if (pattern == null) {
			throw new IllegalArgumentException("The pattern must be like *.tif, or empty for all images.");
		}
		if (!TYPES.contains(type)) {
			throw new IllegalArgumentException("The type must be " + String.join(", ", TYPES.subList(0, TYPES.size() - 1))
					+ " or " + TYPES.get(TYPES.size() - 1) + " but is '" + type + "'.");
		}
		if (needsTiff(outputType) && !type.equals(AUTO) && !type.equals(TIFF)) {
			throw new IllegalArgumentException("A " + type.toUpperCase(Locale.ROOT) + " file cannot hold the output "
					+ outputType.label() + ": choose the type auto or tif.");
		}
		uncertainty &= outputType != OutputType.UNCERTAINTY;
		glob(pattern);
	}

	private static boolean needsTiff(final OutputType outputType) {
		return outputType != OutputType.AUTOMATIC && outputType != OutputType.RGB;
	}

	/** The file extension of the results, or {@link #AUTO} if it depends on the image. */
	String endingOrAuto() {
		return needsTiff(outputType) ? TIFF : type;
	}

	/**
	 * {@return the defaults: all images of a folder and its subfolders, PNG or TIFF, existing results skipped, no
	 * uncertainty, automatic output, with metadata}
	 */
	public static BatchOptions defaults() {
		return new BatchOptions("", true, AUTO, false, false, OutputType.AUTOMATIC, true);
	}

	/** {@return a copy with another pattern} */
	public BatchOptions pattern(final String value) {
		return new BatchOptions(value, recursive, type, overwrite, uncertainty, outputType, metadata);
	}

	/** {@return a copy that includes subfolders, or does not} */
	public BatchOptions recursive(final boolean value) {
		return new BatchOptions(pattern, value, type, overwrite, uncertainty, outputType, metadata);
	}

	/** {@return a copy with another type of the results} */
	public BatchOptions type(final String value) {
		return new BatchOptions(pattern, recursive, value, overwrite, uncertainty, outputType, metadata);
	}

	/** {@return a copy that replaces existing results, or skips them} */
	public BatchOptions overwrite(final boolean value) {
		return new BatchOptions(pattern, recursive, type, value, uncertainty, outputType, metadata);
	}

	/** {@return a copy that writes uncertainty images, or does not} */
	public BatchOptions uncertainty(final boolean value) {
		return new BatchOptions(pattern, recursive, type, overwrite, value, outputType, metadata);
	}

	/** {@return a copy with another content of the results} */
	public BatchOptions outputType(final OutputType value) {
		return new BatchOptions(pattern, recursive, type, overwrite, uncertainty, value, metadata);
	}

	/** {@return a copy that copies metadata, or does not} */
	public BatchOptions metadata(final boolean value) {
		return new BatchOptions(pattern, recursive, type, overwrite, uncertainty, outputType, value);
	}

	/** {@return the pattern as a test of paths within the folder} */
	public Predicate<Path> filter() {
		if (pattern.isBlank()) {
			return file -> true;
		}
		final PathMatcher matcher = glob(pattern);
		final boolean whole = pattern.contains("/");
		return file -> matcher.matches(Path.of((whole ? file : file.getFileName()).toString().toLowerCase(Locale.ROOT)));
	}

	private static PathMatcher glob(final String pattern) {
		try {
			return FileSystems.getDefault().getPathMatcher("glob:" + pattern.strip().toLowerCase(Locale.ROOT));
		}
		catch (final PatternSyntaxException e) {
			throw new IllegalArgumentException("The pattern '" + pattern
					+ "' makes no sense: write it like scan*.tif or *.{png,jpg}, or leave it empty for all images.", e);
		}
	}
}
