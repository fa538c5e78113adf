/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.spark;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.Set;
import java.util.UUID;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.util.SerializableConfiguration;

import sc.fiji.colorize.io.AtomicFile;

/** Files on any file system of Hadoop. Incomplete files are never visible. */
final class ClusterFiles implements Serializable {

	private static final long serialVersionUID = 1;

	private static final String LOCAL = "file";
	/** Stores that create an object when its stream is closed, and that rename by copying. */
	private static final Set<String> ATOMIC_PUT = Set.of("s3a", "s3", "s3n", "gs", "oss", "cosn", "obs");
	private static final int BUFFER = 1 << 16;

	private final SerializableConfiguration configuration;

	ClusterFiles(final Configuration configuration) {
		this.configuration = new SerializableConfiguration(configuration);
	}

	/** Makes a path absolute, with its scheme and authority. */
	Path qualify(final String uri) throws IOException {
		final Path path;
		try {
			path = new Path(uri.strip());
		}
		catch (final IllegalArgumentException e) {
			throw new IOException("the name '" + uri + "' is neither a path nor a URI", e);
		}
		return system(path).makeQualified(path);
	}

	/** Skips the checksum files that Hadoop writes beside local ones. */
	private FileSystem system(final Path path) throws IOException {
		final FileSystem system = path.getFileSystem(configuration.value());
		return system instanceof LocalFileSystem local ? local.getRawFileSystem() : system;
	}

	static boolean isLocal(final Path path) {
		return LOCAL.equals(path.toUri().getScheme());
	}

	/** The path of a local file. */
	static File local(final Path path) {
		return new File(path.toUri().getPath());
	}

	boolean exists(final Path path) throws IOException {
		return system(path).exists(path);
	}

	boolean isFolder(final Path path) throws IOException {
		return exists(path) && system(path).getFileStatus(path).isDirectory();
	}

	/** Expands a glob; returns the path itself if it is none, or nothing matches. */
	FileStatus[] glob(final Path path) throws IOException {
		final FileStatus[] found = system(path).globStatus(path);
		return found == null ? new FileStatus[0] : found;
	}

	RemoteIterator<FileStatus> list(final Path folder) throws IOException {
		return system(folder).listStatusIterator(folder);
	}

	/** Whether a folder is a link to itself or to a parent folder. */
	static boolean isLoop(final Path folder) throws IOException {
		return isLocal(folder) && Files.isSymbolicLink(local(folder).toPath())
				&& local(folder).getParentFile().toPath().toRealPath().startsWith(local(folder).toPath().toRealPath());
	}

	/**
	 * Makes a file local.
	 *
	 * @param file the file
	 * @param folder folder for a copy, created if there is none
	 * @return the file itself if it is local, else a copy of the same name
	 */
	File local(final Path file, final File folder) throws IOException {
		if (isLocal(file)) {
			return local(file);
		}
		final File copy = new File(Files.createDirectories(folder.toPath()).toFile(), file.getName());
		fetch(file, copy);
		return copy;
	}

	/** The content of a file. */
	byte[] read(final Path file) throws IOException {
		try (InputStream in = open(file)) {
			return in.readAllBytes();
		}
	}

	/** Opens a file for reading. */
	InputStream open(final Path file) throws IOException {
		try {
			return system(file).open(file);
		}
		catch (final FileNotFoundException e) {
			throw new FileNotFoundException("there is no such file");
		}
	}

	private void fetch(final Path from, final File to) throws IOException {
		try (InputStream in = open(from); OutputStream out = Files.newOutputStream(to.toPath())) {
			IOUtils.copyBytes(in, out, BUFFER);
		}
	}

	/**
	 * Moves a local file to its destination.
	 *
	 * @param from the local file
	 * @param to the new file, visible only when complete
	 * @param temporary an existing folder on the same file system for the incomplete file
	 * @param overwrite whether to replace an existing file
	 * @return false if a file existed and was kept
	 */
	boolean put(final File from, final Path to, final Path temporary, final boolean overwrite)
			throws IOException {
		final FileSystem system = system(to);
		if (ATOMIC_PUT.contains(to.toUri().getScheme())) {
			if (!overwrite && system.exists(to)) {
				return false;
			}
			copy(from, system.create(to, true));
			return true;
		}
		final Path part = new Path(temporary, UUID.randomUUID().toString());
		try {
			copy(from, create(part));
			system.mkdirs(to.getParent());
			return rename(system, part, to, overwrite);
		}
		finally {
			system.delete(part, false);
		}
	}

	private static void copy(final File from, final FSDataOutputStream out) throws IOException {
		boolean complete = false;
		try (InputStream in = Files.newInputStream(from.toPath())) {
			in.transferTo(out);
			complete = true;
		}
		finally {
			// Closing the stream of an object store would publish an incomplete object.
			if (!complete && out.hasCapability("fs.capability.outputstream.abortable")) {
				out.abort();
			}
			out.close();
		}
	}

	private boolean rename(final FileSystem system, final Path from, final Path to, final boolean overwrite)
			throws IOException {
		if (isLocal(to)) {
			if (!overwrite && system.exists(to)) {
				return false;
			}
			AtomicFile.move(local(from).toPath(), local(to).toPath());
			return true;
		}
		try {
			FileContext.getFileContext(to.toUri(), configuration.value()).rename(from, to,
					overwrite ? Options.Rename.OVERWRITE : Options.Rename.NONE);
			return true;
		}
		catch (final FileAlreadyExistsException e) {
			return false;
		}
	}

	/** Creates a file, but not in a folder that the end of the run has deleted. */
	FSDataOutputStream create(final Path file) throws IOException {
		return system(file).createFile(file).build();
	}

	/** Creates a folder and its parents. */
	void createFolder(final Path folder) throws IOException {
		if (!system(folder).mkdirs(folder)) {
			throw new IOException("the folder " + folder + " cannot be created");
		}
	}

	/** Deletes a file or a folder with all that is in it, if it is there. */
	void delete(final Path path) throws IOException {
		system(path).delete(path, true);
	}

	/** Deletes a folder if nothing is in it. */
	void deleteIfEmpty(final Path folder) throws IOException {
		if (system(folder).exists(folder) && !list(folder).hasNext()) {
			system(folder).delete(folder, true);
		}
	}

	long size(final Path path) throws IOException {
		return system(path).getFileStatus(path).getLen();
	}
}
