/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.Reading;

/**
 * The photos of a folder tree, including those in tar and zip archives, which are read in place. Holds names and positions,
 * no pixels. Reading is thread-safe.
 */
public final class PhotoFolder implements Closeable {

	/** File extensions of photos. */
	private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".gif", ".bmp");

	private static final String TAR = ".tar";
	private static final String ZIP = ".zip";

	/** Maximum size of a photo in bytes. */
	private static final long MAX_LENGTH = 1L << 30;

	/**
	 * The location of a photo.
	 *
	 * @param group its folder or archive, relative to the root, with forward slashes; "" for the root
	 * @param name its path relative to the root; archives count as folders
	 * @param container the file, or the archive that contains it
	 * @param offset its position in a tar archive, else -1
	 * @param length its length in bytes, or -1 if the archive does not contain it
	 * @param zipEntry its name in a zip archive, else null
	 */
	public record Photo(String group, String name, Path container, long offset, long length, String zipEntry) {
	}

	private final Path root;
	private final List<Photo> photos;
	private final Map<Path, FileChannel> tars = new ConcurrentHashMap<>();
	private final Map<Path, ZipFile> zips = new ConcurrentHashMap<>();

	private PhotoFolder(final Path root, final List<Photo> photos) {
		this.root = root;
		this.photos = photos;
	}

	/**
	 * Lists a folder tree, sorted by name.
	 *
	 * @param root the folder, or a single archive
	 * @return the open folder
	 * @throws FileNotFoundException if the folder does not exist
	 * @throws IOException if the folder or an archive cannot be read
	 */
	public static PhotoFolder open(final Path root) throws IOException {
		if (!Files.exists(root)) {
			throw new FileNotFoundException("There is no folder " + root + ".");
		}
		final List<Path> files;
		try (Stream<Path> tree = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
			files = tree.filter(Files::isRegularFile).sorted().toList();
		}
		catch (final UncheckedIOException e) {
			// An unreadable folder, or a link to a parent folder.
			final String place = e.getCause() instanceof FileSystemException file ? file.getFile() + ": " : "";
			throw new DescribedException("The folder " + root, "cannot be listed: " + place + Failure.reason(e), "", e);
		}
		final Path base = Files.isDirectory(root) ? root : root.toAbsolutePath().getParent();
		final List<Photo> photos = new ArrayList<>();
		for (final Path file : files) {
			final String name = base.toAbsolutePath().relativize(file.toAbsolutePath()).toString()
					.replace(file.getFileSystem().getSeparator(), "/");
			final String lower = name.toLowerCase(Locale.ROOT);
			if (isPhoto(name)) {
				photos.add(new Photo(parent(name), name, file, -1, Files.size(file), null));
			}
			else if (lower.endsWith(TAR)) {
				listTar(file, name, photos);
			}
			else if (lower.endsWith(ZIP)) {
				listZip(file, name, photos);
			}
		}
		photos.sort(Comparator.comparing(Photo::name));
		return new PhotoFolder(root, Collections.unmodifiableList(photos));
	}

	private static void listTar(final Path file, final String name, final List<Photo> photos) throws IOException {
		try (TarFile tar = new TarFile(file)) {
			for (final TarArchiveEntry entry : tar.getEntries()) {
				if (entry.isFile() && !entry.isSparse() && isPhoto(entry.getName())) {
					photos.add(new Photo(archiveTitle(name), name + "/" + entry.getName(), file,
							entry.getDataOffset(), entry.getSize(), null));
				}
			}
		}
		catch (final IOException | IllegalArgumentException e) {
			throw new DescribedException("The archive " + file, "cannot be read: " + Failure.reason(e), "", e);
		}
	}

	private static void listZip(final Path file, final String name, final List<Photo> photos) throws IOException {
		try (ZipFile zip = new ZipFile(file.toFile())) {
			for (final ZipEntry entry : Collections.list(zip.entries())) {
				if (!entry.isDirectory() && isPhoto(entry.getName())) {
					photos.add(new Photo(archiveTitle(name), name + "/" + entry.getName(), file, -1, entry.getSize(),
							entry.getName()));
				}
			}
		}
		catch (final IOException | IllegalArgumentException e) {
			throw new DescribedException("The archive " + file, "cannot be read: " + Failure.reason(e), "", e);
		}
	}

	/**
	 * {@return whether a file name has the extension of a photo, in upper or lower case}
	 *
	 * @param name the name
	 */
	public static boolean isPhoto(final String name) {
		final String lower = name.toLowerCase(Locale.ROOT);
		return ENDINGS.stream().anyMatch(lower::endsWith);
	}

	/**
	 * {@return whether a file name has the extension of a tar or zip archive}
	 *
	 * @param name the name
	 */
	public static boolean isArchive(final String name) {
		final String lower = name.toLowerCase(Locale.ROOT);
		return lower.endsWith(TAR) || lower.endsWith(ZIP);
	}

	private static String parent(final String name) {
		return name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "";
	}

	/** The name of an archive without its extension. */
	private static String archiveTitle(final String name) {
		return name.substring(0, name.lastIndexOf('.'));
	}

	/** {@return the path of the opened folder or archive} */
	public Path root() {
		return root;
	}

	/** {@return all photos in the order of their names, unmodifiable} */
	public List<Photo> photos() {
		return photos;
	}

	/**
	 * {@return the bytes of a photo's file}
	 *
	 * @param photo one of {@link #photos()}
	 * @throws IOException if it cannot be read; the message is a clause that can follow "file X: "
	 */
	public byte[] read(final Photo photo) throws IOException {
		try {
			return bytes(photo);
		}
		catch (final UncheckedIOException e) {
			throw new IOException("the archive cannot be opened (" + Failure.reason(e) + ")", e);
		}
	}

	private byte[] bytes(final Photo photo) throws IOException {
		if (photo.length() > MAX_LENGTH) {
			throw new IOException("the file is larger than 1 GiB");
		}
		if (photo.zipEntry() != null) {
			final ZipFile zip = zips.computeIfAbsent(photo.container(), file -> open(() -> new ZipFile(file.toFile())));
			try (InputStream in = zip.getInputStream(zip.getEntry(photo.zipEntry()))) {
				final byte[] bytes = in.readNBytes((int) MAX_LENGTH);
				if (in.read() >= 0) {
					throw new IOException("the file is larger than 1 GiB");
				}
				return bytes;
			}
		}
		if (photo.offset() < 0) {
			return Files.readAllBytes(photo.container());
		}
		final FileChannel tar = tars.computeIfAbsent(photo.container(), file -> open(() -> FileChannel.open(file)));
		final ByteBuffer buffer = ByteBuffer.allocate((int) photo.length());
		while (buffer.hasRemaining()) {
			if (tar.read(buffer, photo.offset() + buffer.position()) < 0) {
				throw new IOException("the archive ends in the middle of the file");
			}
		}
		return buffer.array();
	}

	private static <T> T open(final Reading<T> archive) {
		try {
			return archive.read();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	@Override
	public void close() throws IOException {
		for (final FileChannel tar : tars.values()) {
			tar.close();
		}
		for (final ZipFile zip : zips.values()) {
			zip.close();
		}
	}
}
