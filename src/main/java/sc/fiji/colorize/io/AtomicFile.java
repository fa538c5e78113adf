/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
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
 * A file that is there as a whole or not at all. Its content goes into a hidden temporary file in the same folder, which
 * is renamed when it is complete. Until then an older file of the name stays; if anything fails, it stays for good, and
 * the temporary file is deleted.
 *
 * <pre>
 * AtomicFile.write(file, out -&gt; out.write(bytes));
 *
 * try (AtomicFile result = AtomicFile.prepare(file, temporary -&gt; encode(image, temporary))) {
 * 	// The content is on the disk, but the file is not there yet.
 * 	result.commit();
 * }
 * </pre>
 *
 * The content is forced to the disk before the file is renamed. After a power failure there is the old file or the new
 * one, never an empty one; which of the two, the file system decides, because the rename is not forced. Several threads or
 * programs may write the same file at once: each has a temporary file of its own, and the last one to rename wins. The
 * rename is atomic where the drive can do that; some network drives cannot, and there a plain rename is the best there is.
 * An interrupt of the thread does not disturb it.
 * <p>
 * Errors are those of the JDK; {@link Failure#reason} puts them into words.
 */
public final class AtomicFile implements AutoCloseable {

	/** Characters of the file's name in that of the temporary one, which must not become too long for the file system. */
	private static final int NAME_LENGTH = 40;
	private static final int UUID_LENGTH = 36;
	private static final String ENDING = ".part";

	/**
	 * Writes the content of a file.
	 *
	 * @param <T> what it writes to
	 */
	@FunctionalInterface
	public interface Content<T> {

		/**
		 * Writes all of it.
		 *
		 * @param target where to
		 * @throws IOException if it cannot be written
		 */
		void writeTo(T target) throws IOException;
	}

	/** {@link Files#move}, or a drive of a test. */
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

	/** How the names of the temporary files of a file begin. */
	private static String prefix(final Path file) {
		final StringBuilder name = new StringBuilder(".");
		file.getFileName().toString().codePoints().limit(NAME_LENGTH).forEach(name::appendCodePoint);
		return name.append('.').toString();
	}

	/**
	 * Writes the content but does not give it the file's name yet.
	 *
	 * @param file the file; its folder must exist
	 * @param content writes to a temporary file, which exists and is empty
	 * @return the file, to be committed or closed
	 * @throws IOException if it cannot be written; there is no temporary file then, whatever was thrown
	 */
	public static AtomicFile prepare(final Path file, final Content<Path> content) throws IOException {
		final AtomicFile prepared = new AtomicFile(file);
		boolean complete = false;
		try {
			create(prepared.temporary);
			content.writeTo(prepared.temporary);
			force(prepared.temporary);
			complete = true;
			return prepared;
		}
		finally {
			if (!complete) {
				prepared.close();
			}
		}
	}

	private static void create(final Path temporary) throws IOException {
		try {
			Files.createFile(temporary);
		}
		catch (final NoSuchFileException e) {
			throw missingFolder(e);
		}
	}

	/** An interrupt would close the channel: it waits. */
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
	 * Gives the content the file's name.
	 *
	 * @throws IOException if it cannot be renamed
	 */
	public void commit() throws IOException {
		try {
			move(temporary, file);
		}
		catch (final NoSuchFileException e) {
			throw missingFolder(e);
		}
	}

	/**
	 * The file, which need not be there.
	 *
	 * @return its path
	 */
	public Path path() {
		return file;
	}

	/** Deletes the temporary file, if the file was not committed. */
	@Override
	public void close() {
		// Unlike Files.delete no second failure that would hide the first.
		temporary.toFile().delete();
	}

	/** The JDK only says that there is no such file. */
	private static IOException missingFolder(final NoSuchFileException e) {
		return Failure.isBelowFile(Path.of(e.getFile())) ? new NotDirectoryException(e.getFile())
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
	 * Writes a text in UTF-8.
	 *
	 * @param file the file; its folder is created if there is none
	 * @param text the text
	 * @throws IOException if it cannot be written
	 */
	public static void writeText(final Path file, final String text) throws IOException {
		createFolder(file);
		write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Deletes the temporary files that killed programs have left of a file. Nobody else may be writing it.
	 *
	 * @param file the file, which need not exist
	 * @throws IOException if its folder cannot be listed
	 */
	public static void deleteLeftovers(final Path file) throws IOException {
		final String prefix = prefix(file);
		final Predicate<String> isLeft = name -> name.startsWith(prefix) && name.endsWith(ENDING)
				&& name.length() == prefix.length() + UUID_LENGTH + ENDING.length();
		try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
			files.filter(left -> isLeft.test(left.getFileName().toString())).forEach(left -> left.toFile().delete());
		}
	}

	/**
	 * Creates the folder of a file, and those above it, if there is none.
	 *
	 * @param file the file, which need not exist
	 * @throws IOException if it cannot be created
	 */
	public static void createFolder(final Path file) throws IOException {
		final Path folder = file.toAbsolutePath().getParent();
		if (folder != null) {
			Files.createDirectories(folder);
		}
	}

	/**
	 * Checks that a file could be written, before hours of work are lost.
	 *
	 * @param file the file; neither it nor its folder need exist
	 * @throws NotDirectoryException if a file stands where a folder is needed
	 * @throws AccessDeniedException if there is no permission
	 */
	public static void requireWritable(final Path file) throws IOException {
		Path folder = file.toAbsolutePath().getParent();
		while (folder != null && !Files.exists(folder)) {
			folder = folder.getParent();
		}
		if (folder == null || !Files.isDirectory(folder)) {
			throw new NotDirectoryException(String.valueOf(folder));
		}
		if (!Files.isWritable(folder)) {
			throw new AccessDeniedException(folder.toString());
		}
	}

	/**
	 * Renames a file, over another if there is one: atomically if the drive can do that.
	 *
	 * @param from a file
	 * @param to its new name, on the same drive
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
