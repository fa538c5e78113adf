/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Download;
import sc.fiji.colorize.io.DownloadListener;
import sc.fiji.colorize.io.RetryPolicy;

/**
 * Downloads the native PyTorch library from DJL's server to DJL's cache, where DJL finds it without a network. Unlike
 * DJL's own download it reports progress, resumes and can be canceled.
 * <p>
 * DJL publishes no checksums of the files. They are transferred over https, and their gzip checksums are verified.
 */
public final class EngineDownload {

	/** Download size of the CPU build of PyTorch 2.7.1 in megabytes, by system. */
	private static final Map<String, Integer> MEGABYTES =
			Map.of("linux-x86_64", 112, "linux-aarch64", 71, "osx-aarch64", 42, "win-x86_64", 75);

	private static final int OK = 200;
	private static final double MEGA = 1e6;

	private final String build;
	private final String system;
	private final URI source;
	private final Path folder;
	private final Path parts;
	private final RetryPolicy policy;
	private final HttpClient client;

	/** One file of the library; the size is that of the download. */
	private record Part(String name, URI source, long size) {
	}

	/** Reports all files as one download. */
	private record AggregateProgress(DownloadListener listener, long before, long total) implements DownloadListener {

		@Override
		public void received(final long bytes, final long size, final double secondsLeft) {
			// The time left for this part, scaled to all remaining bytes.
			listener.received(before + bytes, total, secondsLeft * (total - before - bytes) / Math.max(1, size - bytes));
		}

		@Override
		public void message(final String sentence) {
			listener.message(sentence);
		}
	}

	/**
	 * Prepares a download without sending a request.
	 *
	 * @param build {@link TorchLibrary#CPU} or {@link TorchLibrary#CUDA}
	 * @throws IllegalArgumentException if the build does not run on this computer
	 */
	public EngineDownload(final String build) {
		this(requireFitting(build), TorchLibrary.system(),
				URI.create("https://publish.djl.ai/pytorch/" + TorchLibrary.version() + "/"),
				TorchLibrary.cacheFolder(build), RetryPolicy.DEFAULT);
	}

	/** Downloads from a given address, which ends with a slash, to a given folder. */
	EngineDownload(final String build, final String system, final URI source, final Path folder,
			final RetryPolicy policy) {
		this.build = build;
		this.system = system;
		this.source = source;
		this.folder = folder;
		this.parts = folder.resolveSibling(folder.getFileName() + ".part");
		this.policy = policy;
		this.client = Download.client(policy);
	}

	private static String requireFitting(final String build) {
		if (!build.equals(TorchLibrary.CPU) && !build.equals(TorchLibrary.CUDA)) {
			throw new IllegalArgumentException("The build must be " + TorchLibrary.CPU + " or " + TorchLibrary.CUDA
					+ " but is '" + build + "'.");
		}
		if (!TorchLibrary.fitting().contains(build)) {
			throw new IllegalArgumentException("The build " + build + " does not run on this computer: it is "
					+ TorchLibrary.system() + (build.equals(TorchLibrary.CUDA) ? ", with "
							+ (TorchLibrary.cuda().equals(TorchLibrary.CPU) ? "no CUDA" : TorchLibrary.cuda()) : "") + ".");
		}
		return build;
	}

	/**
	 * The approximate download size of a build.
	 *
	 * @param build {@link TorchLibrary#CPU} or {@link TorchLibrary#CUDA}
	 * @return text such as {@code about 112 MB}
	 */
	public static String size(final String build) {
		final Integer megabytes = build.equals(TorchLibrary.CPU) ? MEGABYTES.get(TorchLibrary.system()) : null;
		return megabytes == null ? "some GB" : "about " + megabytes + " MB";
	}

	/**
	 * The target folder.
	 *
	 * @return the folder, which need not exist
	 */
	public Path folder() {
		return folder;
	}

	/**
	 * Downloads the library unless it exists.
	 *
	 * @param listener receives the progress
	 * @param canceled polled a few times a second; true cancels
	 * @return true if the library exists, false if canceled
	 * @throws IOException if the download fails; the message is a sentence
	 */
	public boolean run(final DownloadListener listener, final BooleanSupplier canceled) throws IOException {
		if (TorchLibrary.hasLibrary(folder)) {
			return true;
		}
		try {
			Files.createDirectories(parts);
			return fetch(listener, canceled);
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (final IOException e) {
			final String clause = e instanceof FileSystemException file
					? "the file " + file.getFile() + " cannot be written" : e.getMessage();
			throw new DescribedException("The PyTorch library", "cannot be downloaded (" + clause + ")",
					"try again later, or install it without a network as docs/install.md describes", e);
		}
	}

	private boolean fetch(final DownloadListener listener, final BooleanSupplier canceled)
			throws IOException, InterruptedException {
		final List<Part> all = parts(canceled);
		if (canceled.getAsBoolean()) {
			return false;
		}
		final long total = all.stream().mapToLong(Part::size).sum();
		listener.message(String.format(Locale.ROOT,
				"Downloading the PyTorch library for %s (%d files, %.0f MB) to %s.", build, all.size(), total / MEGA,
				folder));
		long before = 0;
		for (final Part part : all) {
			if (canceled.getAsBoolean()) {
				return false;
			}
			final Path file = parts.resolve(part.name());
			if (!Files.exists(file)) {
				final Path packed = parts.resolve(part.name() + ".gz");
				if (!new Download(part.source(), packed, part.size(), unpackTo(file), policy,
						new AggregateProgress(listener, before, total), canceled).run()) {
					return false;
				}
				Files.delete(packed);
			}
			before += part.size();
		}
		putInPlace(all);
		return true;
	}

	/** Requests the list of the files of this build and the size of each. */
	private List<Part> parts(final BooleanSupplier canceled) throws IOException, InterruptedException {
		final String prefix = build + "/" + system + "/";
		final List<Part> found = new ArrayList<>();
		final String index = send(Download.request(source.resolve("files.txt")),
				HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)).body();
		for (final String line : index.lines().filter(line -> line.startsWith(prefix) && line.endsWith(".gz")).toList()) {
			if (canceled.getAsBoolean()) {
				return List.of();
			}
			final URI address = source.resolve(line);
			final String name = URLDecoder.decode(line.substring(line.lastIndexOf('/') + 1, line.length() - ".gz".length()),
					StandardCharsets.UTF_8);
			if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
				throw new IOException("the server lists a file with the invalid name '" + name + "'");
			}
			final HttpResponse<Void> head = send(
					Download.request(address).method("HEAD", HttpRequest.BodyPublishers.noBody()),
					HttpResponse.BodyHandlers.discarding());
			found.add(new Part(name, address, head.headers().firstValueAsLong("Content-Length")
					.orElseThrow(() -> new IOException("the server does not report the size of " + name))));
		}
		// This file marks the library as complete, so it comes last.
		found.sort(Comparator.comparing(part -> part.name().equals(System.mapLibraryName("torch"))));
		if (found.isEmpty() || !found.get(found.size() - 1).name().equals(System.mapLibraryName("torch"))) {
			throw new IOException("the server has no build " + build + " for " + system);
		}
		return found;
	}

	private <T> HttpResponse<T> send(final HttpRequest.Builder request, final HttpResponse.BodyHandler<T> handler)
			throws IOException, InterruptedException {
		final HttpResponse<T> response;
		try {
			response = client.send(request.timeout(policy.stall()).build(), handler);
		}
		catch (final IOException e) {
			throw new IOException("there is no connection to " + source.getHost(), e);
		}
		if (response.statusCode() != OK) {
			throw new IOException("the server returned error " + response.statusCode());
		}
		return response;
	}

	/** Verifies a file by unpacking it: gzip stores a checksum and the length. */
	private static Download.Check unpackTo(final Path file) {
		return packed -> {
			try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
				AtomicFile.write(file, in::transferTo);
			}
			catch (final ZipException | EOFException e) {
				throw new IOException("the received file " + file.getFileName() + " is damaged, so it was deleted", e);
			}
		};
	}

	private void putInPlace(final List<Part> all) throws IOException {
		Files.createDirectories(folder);
		for (final Part part : all) {
			AtomicFile.move(parts.resolve(part.name()), folder.resolve(part.name()));
		}
		try (Stream<Path> left = Files.walk(parts)) {
			for (final Path path : left.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(path);
			}
		}
	}
}
