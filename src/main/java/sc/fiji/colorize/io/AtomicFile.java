/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A file that is written completely or not at all. The content goes to a hidden temporary file in the same folder, which
 * is renamed when it is complete. If anything fails, the temporary file is deleted and an existing file stays unchanged.
 *
 * <pre>
 * AtomicFile.write(file, out -&gt; out.write(bytes));
 *
 * try (AtomicFile result = AtomicFile.prepare(file, temporary -&gt; encode(image, temporary))) {
 * 	// The content is on disk under its temporary name.
 * 	result.commit();
 * }
 * </pre>
 *
 * The content is forced to disk before the rename, so a power failure leaves the old file or the new one but never an
 * empty one. Several threads or programs may write the same file at once: each uses its own temporary file, and the last
 * rename wins. On drives without atomic moves, such as some network drives, the file is renamed plainly. Interrupting the
 * thread does not stop the write.
 * <p>
 * Exceptions are those of the JDK; {@link Failure#reason} describes them for users.
 */
public final class AtomicFile implements AutoCloseable {

	/** Characters of the file name that the temporary name repeats; limited because file systems limit names. */
	private static final int NAME_LENGTH = 40;
	private static final int UUID_LENGTH = 36;
	private static final String ENDING = ".part";

	/**
	 * Writes the content of a file.
	 *
	 * @param <T> type of the target
	 */
	@FunctionalInterface
	public interface Content<T> {

		/**
		 * Writes the whole content.
		 *
		 * @param target a path or a stream
		 * @throws IOException if the content cannot be written
		 */
		void writeTo(T target) throws IOException;
	}

	/** {@link Files#move}; tests pass a fake. */
	@FunctionalInterface
	interface Mover {

		void move(Path from, Path to, CopyOption... options) throws IOException;
	}

	private final Path file;
	private final Path temporary;

	private AtomicFile(final Path file) {
		this.file = file;
		temporary = file.resolveSibling(prefix(file) + UUID.randomUUID() + ENDING);
	}

	/** The prefix of the names of a file's temporary files. */
	private static String prefix(final Path file) {
		final StringBuilder name = new StringBuilder(".");
		file.getFileName().toString().codePoints().limit(NAME_LENGTH).forEach(name::appendCodePoint);
		return name.append('.').toString();
	}

	/**
	 * Writes the content under a temporary name.
	 *
	 * @param file the file; its folder must exist
	 * @param content writes to the temporary file, which exists and is empty
	 * @return the file, which the caller commits or closes
	 * @throws IOException if the content cannot be written; the temporary file is deleted
	 */
	public static AtomicFile prepare(final Path file, final Content<Path> content) throws IOException {
		final AtomicFile prepared = new AtomicFile(file);
		boolean complete = false;
		try {
			Files.createFile(prepared.temporary);
			content.writeTo(prepared.temporary);
			force(prepared.temporary);
			complete = true;
			return prepared;
		}
		catch (final FileNotFoundException | NoSuchFileException e) {
			// The folder is missing, or was removed while the content was written.
			throw Files.exists(prepared.temporary) ? e : missingFolder(prepared.temporary, e);
		}
		finally {
			if (!complete) {
				prepared.close();
			}
		}
	}

	/** An interrupt closes the channel; then this opens it again and restores the interrupt at the end. */
	private static void force(final Path temporary) throws IOException {
		boolean forced = false;
		boolean interrupted = false;
		while (!forced) {
			interrupted |= Thread.interrupted();
			try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
				channel.force(false);
				forced = true;
			}
			catch (final ClosedByInterruptException e) {
				continue;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Renames the temporary file to the file.
	 *
	 * @throws IOException if it cannot be renamed
	 */
	public void commit() throws IOException {
		try {
			move(temporary, file);
		}
		catch (final NoSuchFileException e) {
			throw missingFolder(temporary, e);
		}
	}

	/** {@return the path of the file, which need not exist} */
	public Path path() {
		return file;
	}

	/** Deletes the temporary file unless the file was committed. */
	@Override
	public void close() {
		// Files.delete could throw and hide the first exception.
		temporary.toFile().delete();
	}

	/** The JDK reports a missing folder as a missing file. */
	private static IOException missingFolder(final Path missing, final IOException e) {
		return Failure.isBelowFile(missing) ? new NotDirectoryException(missing.toString())
				: new IOException("there is no such folder", e);
	}

	/**
	 * Writes a file.
	 *
	 * @param file the file; its folder must exist
	 * @param content writes to a buffered stream
	 * @throws IOException if it cannot be written
	 */
	public static void write(final Path file, final Content<OutputStream> content) throws IOException {
		try (AtomicFile prepared = prepare(file, temporary -> {
			try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
				content.writeTo(out);
			}
		})) {
			prepared.commit();
		}
	}

	/**
	 * Writes a text file in UTF-8.
	 *
	 * @param file the file; its folder is created if it does not exist
	 * @param text the text
	 * @throws IOException if it cannot be written
	 */
	public static void writeText(final Path file, final String text) throws IOException {
		createFolder(file);
		write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Deletes the temporary files that killed programs left behind. No other program may be writing the file.
	 *
	 * @param file the file, which need not exist
	 * @throws IOException if its folder cannot be listed
	 */
	public static void deleteLeftovers(final Path file) throws IOException {
		final String prefix = prefix(file);
		final Predicate<String> isTemporary = name -> name.startsWith(prefix) && name.endsWith(ENDING)
				&& name.length() == prefix.length() + UUID_LENGTH + ENDING.length();
		try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
			files.filter(path -> isTemporary.test(path.getFileName().toString())).forEach(path -> path.toFile().delete());
		}
	}

	/**
	 * Creates the folder of a file and its parents if they do not exist.
	 *
	 * @param file the file, which need not exist
	 * @throws IOException if the folder cannot be created
	 */
	public static void createFolder(final Path file) throws IOException {
		final Path folder = file.toAbsolutePath().getParent();
		if (folder != null) {
			try {
				Files.createDirectories(folder);
			}
			catch (final FileAlreadyExistsException e) {
				// This also happens if the folder is deleted at this moment; a file in its place fails again.
				Files.createDirectories(folder);
			}
		}
	}

	/**
	 * Checks that a file can be written, before a long computation starts.
	 *
	 * @param file the file; neither it nor its folder need exist
	 * @throws NotDirectoryException if one of its parents is a file
	 * @throws AccessDeniedException if the nearest existing folder is not writable
	 */
	public static void requireWritable(final Path file) throws IOException {
		final Path folder = Failure.existingFolder(file.toAbsolutePath());
		// A folder may be deleted between these checks.
		if (folder == null || !Files.isDirectory(folder) && Files.exists(folder)) {
			throw new NotDirectoryException(String.valueOf(folder));
		}
		if (!Files.isWritable(folder) && Files.exists(folder)) {
			throw new AccessDeniedException(folder.toString());
		}
	}

	/**
	 * Renames a file and replaces an existing one, atomically if the drive supports it.
	 *
	 * @param from the file
	 * @param to its new path, on the same drive
	 * @throws IOException if it cannot be renamed
	 */
	public static void move(final Path from, final Path to) throws IOException {
		move(from, to, Files::move);
	}

	static void move(final Path from, final Path to, final Mover mover) throws IOException {
		try {
			mover.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (final AtomicMoveNotSupportedException e) {
			mover.move(from, to, StandardCopyOption.REPLACE_EXISTING);
		}
	}
}
