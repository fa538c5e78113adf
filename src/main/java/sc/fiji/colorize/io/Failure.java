/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.EOFException;
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
 * What went wrong, in three parts. They become a sentence only where a user is told: a user interface may give a remedy of
 * its own, with the name of a menu or of a command.
 *
 * @param subject what it is about, as a sentence begins with it: {@code The model a.zip}. Empty where only the caller
 *        knows it
 * @param problem what is wrong with it: {@code cannot be opened: the file is cut off before its end}
 * @param remedy what to do about it, in the imperative: {@code start Java with a larger -Xmx}. Empty if that is obvious
 */
public record Failure(String subject, String problem, String remedy) implements Serializable {

	private static final String CUT_OFF = "the file is cut off before its end";
	private static final String OUT_OF_MEMORY = "the memory is not enough; start Java with a larger -Xmx";

	/**
	 * The same with another remedy.
	 *
	 * @param other what to do, may be empty
	 * @return changed copy
	 */
	public Failure withRemedy(final String other) {
		return new Failure(subject, problem, other);
	}

	/**
	 * The parts as one sentence.
	 *
	 * @return such as "The model a.zip cannot be opened: the file is cut off before its end."
	 */
	public String sentence() {
		return (subject + " " + clause()).strip() + ".";
	}

	/** Problem and remedy; a second colon would be one too many, unless the first stands in parentheses. */
	private String clause() {
		return remedy.isEmpty() ? problem
				: problem + (problem.contains(": ") && !problem.endsWith(")") ? "; " : ": ") + remedy;
	}

	/**
	 * What an exception says is wrong, as a clause that fits into a longer sentence, such as "permission denied". The
	 * messages of the JDK's file exceptions are only paths, and others have several lines.
	 *
	 * @param e anything thrown
	 * @return one line, without a full stop
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
		return e instanceof FileSystemException file ? reasonOf(file) : firstLine(e);
	}

	private static String reasonOf(final FileSystemException e) {
		if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException
				|| "Not a directory".equals(e.getReason())
				|| e instanceof NoSuchFileException && isBelowFile(Path.of(e.getFile()))) {
			return "a file stands where a folder is needed";
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

	/** Newer Javas do not tell a path below a file from one that is not there. */
	static boolean isBelowFile(final Path missing) {
		Path folder = missing.getParent();
		while (folder != null && !Files.exists(folder)) {
			folder = folder.getParent();
		}
		return folder != null && !Files.isDirectory(folder);
	}

	private static String firstLine(final Throwable e) {
		return line(e.getMessage() == null ? e.toString() : e.getMessage());
	}

	private static String line(final String text) {
		final String line = text.split("\\R", 2)[0];
		return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
	}

	/**
	 * What an exception says is wrong, as a sentence for a user.
	 *
	 * @param e an exception whose message is a sentence, with or without its full stop
	 * @return one line
	 */
	public static String sentence(final Throwable e) {
		return e instanceof Described described ? described.failure().sentence() : firstLine(e) + ".";
	}

	/**
	 * What is wrong with a name that the system cannot write.
	 *
	 * @param e has the name
	 * @return what is wrong and what to do
	 */
	public static Failure of(final InvalidPathException e) {
		return new Failure("The file name '" + e.getInput() + "'", "cannot be used here (" + e.getReason() + ")",
				"if it has letters beyond ASCII, set the environment variable LC_ALL to C.UTF-8, or rename it");
	}
}
