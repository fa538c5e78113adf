/*
 * Fiji Colorize: plausible colour for gray images.
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
 * Fetches the native PyTorch library that DJL would fetch by itself: the same files, from the same place, into the same
 * folder, where DJL then finds them without a network. Unlike DJL it reports its progress, can be cancelled, and resumes.
 * <p>
 * The files have no published checksums. They come over https, and the checksums inside their gzip format are verified.
 */
public final class EngineDownload {

	/** What the CPU build of PyTorch 2.7.1 has to fetch, in megabytes: the sizes of its jars for Maven. */
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

	/** One file of the library. */
	private record Part(String name, URI source, long size) {
	}

	/** Reports the parts as if they were one file. */
	private record AggregateProgress(DownloadListener listener, long before, long total) implements DownloadListener {

		@Override
		public void received(final long bytes, final long size, final double secondsLeft) {
			// What is left of this part, in proportion to what is left of all.
			listener.received(before + bytes, total, secondsLeft * (total - before - bytes) / Math.max(1, size - bytes));
		}

		@Override
		public void message(final String sentence) {
			listener.message(sentence);
		}
	}

	/**
	 * Prepares a download; nothing is sent yet.
	 *
	 * @param build {@link TorchLibrary#CPU} or {@link TorchLibrary#CUDA}
	 * @throws IllegalArgumentException with a sentence, if the build does not run on this computer
	 */
	public EngineDownload(final String build) {
		this(requireFitting(build), TorchLibrary.system(),
				URI.create("https://publish.djl.ai/pytorch/" + TorchLibrary.version() + "/"),
				TorchLibrary.cacheFolder(build), RetryPolicy.USUAL);
	}

	/** A download from a given place, an address that ends with a slash, into a given folder. */
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
							+ (TorchLibrary.cuda().equals(TorchLibrary.CPU) ? "no CUDA" : TorchLibrary.cuda())
							+ " that can be seen" : "") + ".");
		}
		return build;
	}

	/**
	 * How much a build has to fetch.
	 *
	 * @param build {@link TorchLibrary#CPU} or {@link TorchLibrary#CUDA}
	 * @return words such as {@code about 112 MB}
	 */
	public static String size(final String build) {
		final Integer megabytes = build.equals(TorchLibrary.CPU) ? MEGABYTES.get(TorchLibrary.system()) : null;
		return megabytes == null ? "some GB" : "about " + megabytes + " MB";
	}

	/**
	 * Where the library comes to lie.
	 *
	 * @return a folder, which need not exist
	 */
	public Path folder() {
		return folder;
	}

	/**
	 * Fetches the library, unless it is there.
	 *
	 * @param listener hears of the progress
	 * @param cancelled is asked a few times a second
	 * @return whether the library is there; false if cancelled
	 * @throws IOException with a sentence that says what is wrong
	 */
	public boolean run(final DownloadListener listener, final BooleanSupplier cancelled) throws IOException {
		if (TorchLibrary.hasLibrary(folder)) {
			return true;
		}
		try {
			Files.createDirectories(parts);
			return fetch(listener, cancelled);
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (final IOException e) {
			final String clause = e instanceof FileSystemException file
					? "the file " + file.getFile() + " cannot be written" : e.getMessage();
			throw new DescribedException("The PyTorch library", "cannot be downloaded (" + clause + ")",
					"try again later, or see docs/install.md, which tells how to do without the network", e);
		}
	}

	private boolean fetch(final DownloadListener listener, final BooleanSupplier cancelled)
			throws IOException, InterruptedException {
		final List<Part> all = parts(cancelled);
		if (cancelled.getAsBoolean()) {
			return false;
		}
		final long total = all.stream().mapToLong(Part::size).sum();
		listener.message(String.format(Locale.ROOT,
				"The PyTorch library for %s has %d files, %.0f MB to fetch; it goes to %s.", build, all.size(),
				total / MEGA, folder));
		long before = 0;
		for (final Part part : all) {
			if (cancelled.getAsBoolean()) {
				return false;
			}
			final Path file = parts.resolve(part.name());
			if (!Files.exists(file)) {
				final Path packed = parts.resolve(part.name() + ".gz");
				if (!new Download(part.source(), packed, part.size(), unpackTo(file), policy,
						new AggregateProgress(listener, before, total), cancelled).run()) {
					return false;
				}
				Files.delete(packed);
			}
			before += part.size();
		}
		putInPlace(all);
		return true;
	}

	/** The files of this build; asks the server for the list and for the size of each. */
	private List<Part> parts(final BooleanSupplier cancelled) throws IOException, InterruptedException {
		final String prefix = build + "/" + system + "/";
		final List<Part> found = new ArrayList<>();
		final String index = send(Download.request(source.resolve("files.txt")),
				HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)).body();
		for (final String line : index.lines().filter(line -> line.startsWith(prefix) && line.endsWith(".gz")).toList()) {
			if (cancelled.getAsBoolean()) {
				return List.of();
			}
			final URI address = source.resolve(line);
			final String name = URLDecoder.decode(line.substring(line.lastIndexOf('/') + 1, line.length() - ".gz".length()),
					StandardCharsets.UTF_8);
			if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
				throw new IOException("the server's list has a file with the name '" + name + "'");
			}
			final HttpResponse<Void> head = send(
					Download.request(address).method("HEAD", HttpRequest.BodyPublishers.noBody()),
					HttpResponse.BodyHandlers.discarding());
			found.add(new Part(name, address, head.headers().firstValueAsLong("Content-Length")
					.orElseThrow(() -> new IOException("the server does not tell the size of " + name))));
		}
		// The one that tells that the library is complete comes last.
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
			throw new IOException("the server answers with the error " + response.statusCode());
		}
		return response;
	}

	/** Unpacking is the check: gzip ends with a checksum and the length of what was packed. */
	private static Download.Check unpackTo(final Path file) {
		return packed -> {
			try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
				AtomicFile.write(file, in::transferTo);
			}
			catch (final ZipException | EOFException e) {
				throw new IOException("what arrived of " + file.getFileName() + " is damaged, so it was deleted", e);
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
