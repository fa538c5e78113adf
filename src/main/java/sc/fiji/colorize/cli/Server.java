/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;

/**
 * Runs command lines of {@code colorize} for the launcher, several at a time, with one open model. It listens only on the
 * loopback address. The launcher finds the port and a secret token in a file that nobody but the user can read.
 */
final class Server implements AutoCloseable {

	/** The launcher starts a process of its own if there are more. */
	private static final int MAX_CONNECTIONS = 64;
	private static final int GLANCE_MILLISECONDS = 200;
	private static final int TOKEN_BYTES = 32;
	private static final byte[] LOOPBACK = {127, 0, 0, 1};
	private static final Set<PosixFilePermission> FOLDER_PERMISSIONS = PosixFilePermissions.fromString("rwx------");
	private static final Set<PosixFilePermission> FILE_PERMISSIONS = PosixFilePermissions.fromString("rw-------");

	private final Path file;
	private final Path jar;
	private final FileTime jarTime;
	private final BooleanSupplier canceled;
	private final String token;
	private final String content;
	private final ServerSocket socket;
	private final SharedColorizer colorizer = new SharedColorizer();
	private final ThreadPoolExecutor requests =
			new ThreadPoolExecutor(0, MAX_CONNECTIONS, 1, TimeUnit.MINUTES, new SynchronousQueue<>());

	/**
	 * Opens a model and then writes the file.
	 *
	 * @param first the model, which stays open until a request needs another
	 * @param file the file for the launcher, deleted at the end
	 * @param jar the program; when it changes, the server ends
	 * @param canceled whether all requests and the server must end
	 * @param listener receives the messages of the colorizer
	 */
	Server(final OpenOptions first, final Path file, final Path jar, final BooleanSupplier canceled,
			final Consumer<String> listener) throws IOException {
		this.file = file;
		this.jar = jar;
		this.canceled = canceled;
		jarTime = Files.getLastModifiedTime(jar);
		final byte[] random = new byte[TOKEN_BYTES];
		new SecureRandom().nextBytes(random);
		token = HexFormat.of().formatHex(random);
		colorizer.lend(first, listener).close();
		socket = new ServerSocket(0, MAX_CONNECTIONS, InetAddress.getByAddress(LOOPBACK));
		socket.setSoTimeout(GLANCE_MILLISECONDS);
		content = String.join("\n", String.valueOf(socket.getLocalPort()), token, jar.toString(),
				Objects.requireNonNullElse(System.getenv("COLORIZE_MODELS"), ""), "");
		try {
			DescribedException.run("The file " + file, "cannot be written", this::writeFile);
		}
		catch (final IOException | RuntimeException e) {
			close();
			throw e;
		}
	}

	private void writeFile() throws IOException {
		final Path folder = file.getParent();
		Files.createDirectories(folder);
		// Fails if the folder is somebody else's.
		Files.setPosixFilePermissions(folder, FOLDER_PERMISSIONS);
		try (AtomicFile prepared = AtomicFile.prepare(file, temporary -> {
			Files.setPosixFilePermissions(temporary, FILE_PERMISSIONS);
			Files.writeString(temporary, content);
		})) {
			prepared.commit();
		}
	}

	/** Serves until it is canceled, has had nothing to do for a while, or is out of date. */
	void run(final Duration idle) throws IOException {
		long lastWork = System.nanoTime();
		while (!canceled.getAsBoolean() && isCurrent() && System.nanoTime() - lastWork < idle.toNanos()) {
			try {
				accept(socket.accept());
				lastWork = System.nanoTime();
			}
			catch (final SocketTimeoutException e) {
				if (requests.getActiveCount() > 0) {
					lastWork = System.nanoTime();
				}
			}
		}
	}

	private void accept(final Socket connection) throws IOException {
		try {
			requests.execute(new ServerRequest(connection, token, this::isCurrent, canceled, colorizer));
		}
		catch (final RejectedExecutionException | OutOfMemoryError e) {
			connection.close();
		}
	}

	/** Whether the launcher may still use this server: not if there is a newer server or another build of the program. */
	private boolean isCurrent() {
		try {
			return isFileOwn() && Files.getLastModifiedTime(jar).equals(jarTime);
		}
		catch (final IOException e) {
			return false;
		}
	}

	private boolean isFileOwn() throws IOException {
		return Files.exists(file) && Files.readString(file).equals(content);
	}

	/** Deletes the file and waits for the requests. */
	@Override
	public void close() throws IOException {
		try (socket) {
			if (isFileOwn()) {
				Files.delete(file);
			}
		}
		finally {
			requests.shutdown();
			try {
				requests.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
			}
			catch (final InterruptedException e) {
				Thread.currentThread().interrupt();
			}
			colorizer.close();
		}
	}
}
