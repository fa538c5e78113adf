/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A description of an error in three parts. A user interface joins them into a sentence and may replace the remedy by one
 * that names a menu or a command.
 *
 * @param subject subject of the sentence: {@code The model a.zip}. Empty if only the caller knows it
 * @param problem predicate of the sentence: {@code cannot be opened: the file is cut off before its end}
 * @param remedy advice in the imperative: {@code start Java with a larger -Xmx}. Empty if it is obvious
 */
public record Failure(String subject, String problem, String remedy) implements Serializable {

	private static final String CUT_OFF = "the file is cut off before its end";
	private static final String FILE_FOR_FOLDER = "a file stands where a folder is needed";
	private static final String OUT_OF_MEMORY = "the memory is not enough; start Java with a larger -Xmx";

	/**
	 * {@return a copy with another remedy}
	 *
	 * @param other the new remedy; may be empty
	 */
	public Failure withRemedy(final String other) {
		return new Failure(subject, problem, other);
	}

	/** {@return the joined parts, such as "The model a.zip cannot be opened: the file is cut off before its end."} */
	public String sentence() {
		return (subject + " " + clause()).strip() + ".";
	}

	/** Problem and remedy, with a semicolon if the problem has a colon outside of parentheses. */
	private String clause() {
		return remedy.isEmpty() ? problem
				: problem + (problem.contains(": ") && !problem.endsWith(")") ? "; " : ": ") + remedy;
	}

	/**
	 * The reason of an exception as a clause for a longer sentence, such as "permission denied". The JDK's file exceptions
	 * are translated, because their messages are mere paths.
	 *
	 * @param e the exception or error
	 * @return one line without a period
	 */
	public static String reason(final Throwable e) {
		if (e instanceof Described described) {
			final Failure failure = described.failure();
			return failure.subject.isEmpty() ? failure.clause() : Character.toLowerCase(failure.subject.charAt(0))
					+ failure.subject.substring(1) + " " + failure.clause();
		}
		if (e instanceof UncheckedIOException) {
			return reason(e.getCause());
		}
		if (e instanceof OutOfMemoryError) {
			return OUT_OF_MEMORY;
		}
		if (e instanceof EOFException) {
			return CUT_OFF;
		}
		if (e instanceof FileNotFoundException && firstLine(e).endsWith("(Not a directory)")) {
			return FILE_FOR_FOLDER;
		}
		return e instanceof FileSystemException file ? reasonOf(file) : firstLine(e);
	}

	private static String reasonOf(final FileSystemException e) {
		if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException
				|| "Not a directory".equals(e.getReason())
				|| e instanceof NoSuchFileException && isBelowFile(Path.of(e.getFile()))) {
			return FILE_FOR_FOLDER;
		}
		if (e instanceof NoSuchFileException) {
			return "there is no such file";
		}
		if (e instanceof AccessDeniedException) {
			return "permission denied";
		}
		if (e instanceof FileSystemLoopException) {
			return "a link leads to a folder above it";
		}
		return e.getReason() == null ? firstLine(e) : line(e.getReason());
	}

	/** Recent JDKs report a path below a file as a missing file. */
	static boolean isBelowFile(final Path missing) {
		final Path folder = existingFolder(missing);
		return folder != null && !Files.isDirectory(folder);
	}

	/** The nearest path above a file that exists; null if there is none. */
	static Path existingFolder(final Path file) {
		Path folder = file.getParent();
		while (folder != null && !Files.exists(folder)) {
			folder = folder.getParent();
		}
		return folder;
	}

	private static String firstLine(final Throwable e) {
		return line(e.getMessage() == null ? e.toString() : e.getMessage());
	}

	private static String line(final String text) {
		final String line = text.split("\\R", 2)[0];
		return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
	}

	/**
	 * {@return the first line of the message of an exception as a sentence for the user}
	 *
	 * @param e an exception whose message is a sentence, with or without its period
	 */
	public static String sentence(final Throwable e) {
		return e instanceof Described described ? described.failure().sentence() : firstLine(e) + ".";
	}

	/**
	 * {@return a description of a file name that the system cannot encode}
	 *
	 * @param e the exception with the name
	 */
	public static Failure of(final InvalidPathException e) {
		return new Failure("The file name '" + e.getInput() + "'", "cannot be used here (" + e.getReason() + ")",
				"if it has letters beyond ASCII, set the environment variable LC_ALL to C.UTF-8, or rename it");
	}
}
