/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.io.DownloadListener;
import sc.fiji.colorize.io.RetryPolicy;

/** Downloads of the native library from a local server with the layout of DJL's. */
class EngineDownloadTest {

	private static final String SYSTEM = "some-system";
	private static final String TORCH = System.mapLibraryName("torch");
	private static final String OTHER = "libgomp+98.so.1";
	private static final String BASE = "/pytorch/2.7.1/";
	private static final RetryPolicy POLICY =
			new RetryPolicy(Duration.ofSeconds(60), Duration.ofSeconds(60), List.of());

	private final Map<String, byte[]> served = Collections.synchronizedMap(new HashMap<>());
	private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
	private final List<String> messages = new ArrayList<>();
	private final List<Long> received = new ArrayList<>();
	private final ExecutorService threads = Executors.newCachedThreadPool();
	private final byte[] torch = new byte[20_000];
	private final byte[] other = new byte[300_000];
	private HttpServer server;

	@TempDir
	private Path folder;

	private final DownloadListener listener = new DownloadListener() {

		@Override
		public void received(final long bytes, final long total, final double secondsLeft) {
			assertEquals(total(), total);
			received.add(bytes);
		}

		@Override
		public void message(final String sentence) {
			messages.add(sentence);
		}
	};

	@BeforeEach
	void start() throws IOException {
		new Random(1).nextBytes(torch);
		new Random(2).nextBytes(other);
		served.put(BASE + "files.txt", ("cpu/" + SYSTEM + "/native/lib/" + TORCH + ".gz\ncpu/" + SYSTEM
				+ "/native/lib/libgomp%2B98.so.1.gz\ncu128/" + SYSTEM + "/native/lib/" + TORCH + ".gz\n")
				.getBytes(StandardCharsets.UTF_8));
		served.put(path(TORCH), gzip(torch));
		served.put(path("libgomp%2B98.so.1"), gzip(other));
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", exchange -> {
			final String path = exchange.getRequestURI().getRawPath();
			requests.add(exchange.getRequestMethod() + " " + path);
			final byte[] content = served.get(path);
			try (exchange) {
				if (content == null) {
					exchange.sendResponseHeaders(404, -1);
				}
				else if (exchange.getRequestMethod().equals("HEAD")) {
					exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
					exchange.sendResponseHeaders(200, -1);
				}
				else {
					exchange.sendResponseHeaders(200, content.length);
					try (OutputStream out = exchange.getResponseBody()) {
						out.write(content);
					}
				}
			}
		});
		server.setExecutor(threads);
		server.start();
	}

	@AfterEach
	void stop() {
		server.stop(0);
		threads.shutdownNow();
	}

	private static String path(final String name) {
		return BASE + "cpu/" + SYSTEM + "/native/lib/" + name + ".gz";
	}

	private static byte[] gzip(final byte[] content) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (OutputStream out = new GZIPOutputStream(bytes)) {
			out.write(content);
		}
		return bytes.toByteArray();
	}

	private long total() {
		return served.get(path(TORCH)).length + served.get(path("libgomp%2B98.so.1")).length;
	}

	private Path target() {
		return folder.resolve("pytorch/2.7.1-cpu-" + SYSTEM);
	}

	private EngineDownload download(final String build) {
		return new EngineDownload(build, SYSTEM,
				URI.create("http://localhost:" + server.getAddress().getPort() + BASE), target(), POLICY);
	}

	private List<String> files() throws IOException {
		try (Stream<Path> all = Files.walk(folder)) {
			return all.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()).sorted().toList();
		}
	}

	private String failure(final EngineDownload download) {
		return assertThrows(IOException.class, () -> download.run(listener, () -> false)).getMessage();
	}

	@Test
	void unpacksFilesToCacheOfDjl() throws IOException {
		assertTrue(download("cpu").run(listener, () -> false));
		assertArrayEquals(torch, Files.readAllBytes(target().resolve(TORCH)));
		assertArrayEquals(other, Files.readAllBytes(target().resolve(OTHER)));
		assertEquals(2, files().size(), files().toString());
		assertTrue(TorchLibrary.hasLibrary(target()));
		assertEquals(total(), received.get(received.size() - 1));
		assertEquals(received.stream().sorted().toList(), received);
		assertEquals(1, messages.size());
		assertTrue(messages.get(0).contains("for cpu (2 files, 0 MB) to " + target()), messages.get(0));
		requests.clear();
		assertTrue(download("cpu").run(listener, () -> false));
		assertEquals(List.of(), requests);
	}

	@Test
	void doesNotDownloadFilesTwice() throws IOException {
		final byte[] good = served.remove(path(TORCH));
		served.put(path(TORCH), new byte[0]);
		assertTrue(failure(download("cpu")).startsWith("The PyTorch library cannot be downloaded ("));
		assertFalse(TorchLibrary.hasLibrary(target()));
		served.put(path(TORCH), good);
		requests.clear();
		assertTrue(download("cpu").run(listener, () -> false));
		assertEquals(List.of("GET " + BASE + "files.txt", "GET " + path(TORCH)),
				requests.stream().filter(request -> request.startsWith("GET")).toList());
		assertArrayEquals(other, Files.readAllBytes(target().resolve(OTHER)));
	}

	@Test
	void canceledDownloadLeavesNoLibrary() throws IOException {
		assertFalse(download("cpu").run(listener, () -> !received.isEmpty()));
		assertFalse(Files.exists(target()));
		assertFalse(download("cpu").run(listener, () -> true));
		assertTrue(download("cpu").run(listener, () -> false));
		assertTrue(TorchLibrary.hasLibrary(target()));
	}

	@Test
	void deletesDamagedFile() throws IOException {
		final byte[] damaged = served.get(path("libgomp%2B98.so.1")).clone();
		damaged[damaged.length / 2]++;
		served.put(path("libgomp%2B98.so.1"), damaged);
		final String message = failure(download("cpu"));
		assertTrue(message.startsWith("The PyTorch library cannot be downloaded (the received file " + OTHER), message);
		assertTrue(message.contains("docs/install.md"), message);
		assertFalse(Files.exists(target()));
		assertFalse(files().stream().anyMatch(name -> name.endsWith(OTHER) || name.endsWith(".part")));
	}

	@Test
	void reportsMissingBuildAndServerErrors() {
		assertTrue(failure(download("cu118")).contains("(the server has no build cu118 for " + SYSTEM + ")"));
		served.remove(BASE + "files.txt");
		assertTrue(failure(download("cpu")).contains("(the server returned error 404)"));
		server.stop(0);
		assertTrue(failure(download("cpu")).contains("(there is no connection to localhost)"));
	}

	@Test
	void rejectsPathsInFileNames() {
		served.put(BASE + "files.txt",
				("cpu/" + SYSTEM + "/native/lib/%2E%2E%2Fevil.gz\n").getBytes(StandardCharsets.UTF_8));
		assertTrue(failure(download("cpu")).contains("'../evil'"));
	}

	@Test
	void reportsUnwritableFolder() throws IOException {
		Files.writeString(folder.resolve("pytorch"), "a file where a folder should be");
		assertTrue(failure(download("cpu")).startsWith("The PyTorch library cannot be downloaded (the file "
				+ folder.resolve("pytorch")));
		assertEquals(List.of(), requests);
	}

	@Test
	void rejectsUnknownBuild() {
		assertEquals("The build must be cpu or cu128 but is 'gpu'.",
				assertThrows(IllegalArgumentException.class, () -> new EngineDownload("gpu")).getMessage());
		assertEquals(TorchLibrary.cacheFolder(TorchLibrary.CPU), new EngineDownload(TorchLibrary.CPU).folder());
	}
}
