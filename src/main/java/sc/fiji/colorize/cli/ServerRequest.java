/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import picocli.CommandLine;

import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.ModelStore;

/**
 * A connection of the launcher to the {@link Server}. The launcher sends, each ending in NUL, the token and, after the line
 * {@code +}, the current folder, the number of words and the words of a command line. It receives lines that begin with
 * {@code o} for its output, {@code e} for errors and, as the last one, {@code x} for the exit code. Any byte that it sends
 * meanwhile, or its end, cancels the run.
 */
final class ServerRequest implements RunContext, Runnable {

	private static final int MAX_BYTES = 4_000_000;
	/** To send a command line, and to disconnect. */
	private static final int PATIENCE_MILLISECONDS = 10_000;
	private static final long NANOSECONDS = 1_000_000;

	private final Socket socket;
	private final String token;
	private final BooleanSupplier current;
	private final BooleanSupplier allCanceled;
	private final SharedColorizer shared;
	private final long deadline = System.nanoTime() + NANOSECONDS * PATIENCE_MILLISECONDS;
	private InputStream in;
	private OutputStream out;
	private int received;
	private Path folder;
	private volatile boolean canceled;

	/**
	 * Takes a connection.
	 *
	 * @param socket closed at the end
	 * @param token what the launcher must send first
	 * @param current whether the server may still be used
	 * @param allCanceled whether all requests must end
	 * @param shared lends the colorizer
	 */
	ServerRequest(final Socket socket, final String token, final BooleanSupplier current,
			final BooleanSupplier allCanceled, final SharedColorizer shared) {
		this.socket = socket;
		this.token = token;
		this.current = current;
		this.allCanceled = allCanceled;
		this.shared = shared;
	}

	@Override
	public void run() {
		try (socket) {
			in = new BufferedInputStream(socket.getInputStream());
			out = socket.getOutputStream();
			if (MessageDigest.isEqual(token.getBytes(StandardCharsets.US_ASCII), word(token.length()))
					&& current.getAsBoolean()) {
				send("+");
				answer();
			}
		}
		catch (final IOException | IllegalArgumentException e) {
			// A stranger, or a launcher that has ended: nobody to tell it.
		}
	}

	private void answer() throws IOException {
		final Path sent = Path.of(text());
		folder = sent.equals(Path.of("").toAbsolutePath()) ? Path.of("") : sent;
		final int count = Integer.parseInt(text());
		final List<String> words = new ArrayList<>();
		while (words.size() < count) {
			words.add(text());
		}
		socket.setSoTimeout(0);
		final Thread watch = new Thread(this::watch, "launcher watch");
		watch.setDaemon(true);
		watch.start();
		send("x" + FijiColorize.run(commandLine(), words.toArray(String[]::new)));
		// If the launcher's last byte were unread, closing the socket would discard what the launcher has not read.
		socket.shutdownOutput();
		try {
			watch.join(PATIENCE_MILLISECONDS);
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	private void watch() {
		try {
			in.read();
		}
		catch (final IOException e) {
			// The launcher has disappeared.
		}
		canceled = true;
	}

	private CommandLine commandLine() {
		final CommandLine line = new CommandLine(new FijiColorize());
		line.addSubcommand(new ColorizeSubcommand(this));
		line.registerConverter(Path.class, folder::resolve);
		line.setOut(new PrintWriter(new Lines('o'), true));
		line.setErr(new PrintWriter(new Lines('e'), true));
		return line;
	}

	private String text() throws IOException {
		return new String(word(MAX_BYTES), StandardCharsets.UTF_8);
	}

	private byte[] word(final int limit) throws IOException {
		final ByteArrayOutputStream word = new ByteArrayOutputStream();
		for (int b = next(); b != 0; b = next()) {
			if (word.size() == limit) {
				throw new IOException("too long");
			}
			word.write(b);
		}
		return word.toByteArray();
	}

	private int next() throws IOException {
		final long left = (deadline - System.nanoTime()) / NANOSECONDS;
		if (left <= 0 || received == MAX_BYTES) {
			throw new IOException("too slow or too long");
		}
		socket.setSoTimeout((int) left);
		received++;
		final int b = in.read();
		if (b < 0) {
			throw new EOFException();
		}
		return b;
	}

	private synchronized void send(final String line) throws IOException {
		out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
	}

	/** Sends whole lines, with a letter before each. */
	private final class Lines extends Writer {

		private final char letter;
		private final StringBuilder line = new StringBuilder();

		Lines(final char letter) {
			this.letter = letter;
		}

		@Override
		public void write(final char[] text, final int offset, final int length) throws IOException {
			for (int i = offset; i < offset + length; i++) {
				if (text[i] == '\n') {
					send(letter + line.toString());
					line.setLength(0);
				}
				else {
					line.append(text[i]);
				}
			}
		}

		@Override
		public void flush() {
			// A line is sent as soon as it is complete.
		}

		@Override
		public void close() {
			// The socket stays open for the exit code.
		}
	}

	// -- What the command takes from its surroundings --

	@Override
	public Path folder() {
		return folder;
	}

	@Override
	public Cancellation cancellation() {
		return () -> canceled || allCanceled.getAsBoolean();
	}

	@Override
	public Loan colorizer(final OpenOptions options, final Consumer<String> listener) throws IOException {
		return shared.lend(options.model(inFolder(options.model())), listener);
	}

	/** Makes the path of a model absolute, so that it does not mean a file in the folder of the server. Names stay. */
	private String inFolder(final String model) {
		if (model.equals(ModelFile.DEFAULT) || ModelStore.ofUser().find(model).isPresent()) {
			return model;
		}
		final Path file = folder.resolve(model);
		return Files.isRegularFile(file) || Files.isRegularFile(Path.of(model)) ? file.toString() : model;
	}
}
