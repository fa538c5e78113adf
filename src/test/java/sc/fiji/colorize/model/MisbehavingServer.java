/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** A local server with scripted answers, one per request; the last answer repeats. */
final class MisbehavingServer implements AutoCloseable {

	/** Answers one request. */
	interface Answer {
		void give(HttpExchange exchange) throws IOException;
	}

	/** A received request; the range is null if there was none. */
	record Request(URI uri, String range) {
	}

	private final HttpServer server;
	private final ExecutorService threads = Executors.newCachedThreadPool();
	private final Deque<Answer> answers = new ArrayDeque<>();
	private final List<Request> requests = new ArrayList<>();
	private final CountDownLatch end = new CountDownLatch(1);
	private final byte[] content;

	MisbehavingServer(final byte[] content) throws IOException {
		this(content, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
	}

	MisbehavingServer(final byte[] content, final HttpServer server) {
		this.content = content;
		this.server = server;
		server.createContext("/", this::answer);
		server.setExecutor(threads);
		server.start();
	}

	URI uri(final String path) {
		return URI.create("http://localhost:" + port() + path);
	}

	int port() {
		return server.getAddress().getPort();
	}

	synchronized void answer(final Answer... given) {
		answers.clear();
		answers.addAll(List.of(given));
		requests.clear();
	}

	synchronized List<Request> requests() {
		return List.copyOf(requests);
	}

	private void answer(final HttpExchange exchange) throws IOException {
		final Answer answer;
		synchronized (this) {
			requests.add(new Request(exchange.getRequestURI(), exchange.getRequestHeaders().getFirst("Range")));
			answer = answers.size() > 1 ? answers.poll() : answers.peek();
		}
		try (exchange) {
			answer.give(exchange);
		}
	}

	// -- Answers --

	/** Sends the requested range or the whole file. */
	void correctly(final HttpExchange exchange) throws IOException {
		send(exchange, start(exchange), content.length);
	}

	/** Closes the connection after a number of bytes. */
	Answer disconnectingAfter(final int bytes) {
		return exchange -> send(exchange, start(exchange), start(exchange) + bytes);
	}

	/** Sends a number of bytes and then nothing. */
	Answer stallingAfter(final int bytes) {
		return exchange -> {
			final int start = start(exchange);
			head(exchange, start, content.length);
			exchange.getResponseBody().write(content, start, bytes);
			exchange.getResponseBody().flush();
			waitForEnd();
		};
	}

	/** Accepts the request and never answers. */
	void withoutResponse(final HttpExchange exchange) {
		waitForEnd();
	}

	/** Ignores the requested range and sends the whole file. */
	void withoutRange(final HttpExchange exchange) throws IOException {
		send(exchange, 0, content.length);
	}

	/** Sends other bytes of the same length. */
	void wrongBytes(final HttpExchange exchange) throws IOException {
		final byte[] wrong = content.clone();
		wrong[wrong.length / 2] ^= 1;
		exchange.sendResponseHeaders(200, wrong.length);
		exchange.getResponseBody().write(wrong);
	}

	/** Sends a short text, like the login page of a public network. */
	void withPage(final HttpExchange exchange) throws IOException {
		exchange.sendResponseHeaders(200, 6);
		exchange.getResponseBody().write("Hello!".getBytes());
	}

	/** Sends bytes forever, without a length. */
	void withoutEnd(final HttpExchange exchange) throws IOException {
		exchange.sendResponseHeaders(200, 0);
		final OutputStream out = exchange.getResponseBody();
		while (true) {
			out.write(content);
		}
	}

	/** Sends another range than the requested one. */
	void withWrongRange(final HttpExchange exchange) throws IOException {
		exchange.getResponseHeaders().add("Content-Range", "bytes 1-" + (content.length - 1) + "/" + content.length);
		exchange.sendResponseHeaders(206, content.length - 1);
		exchange.getResponseBody().write(content, 1, content.length - 1);
	}

	static Answer error(final int status) {
		return exchange -> exchange.sendResponseHeaders(status, -1);
	}

	static Answer redirectTo(final String location) {
		return exchange -> {
			exchange.getResponseHeaders().add("Location", location);
			exchange.sendResponseHeaders(302, -1);
		};
	}

	private static int start(final HttpExchange exchange) {
		final String range = exchange.getRequestHeaders().getFirst("Range");
		return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
	}

	private void head(final HttpExchange exchange, final int start, final int end) throws IOException {
		if (start > 0) {
			exchange.getResponseHeaders().add("Content-Range",
					"bytes " + start + "-" + (content.length - 1) + "/" + content.length);
		}
		exchange.sendResponseHeaders(start > 0 ? 206 : 200, end - start);
	}

	private void send(final HttpExchange exchange, final int start, final int end) throws IOException {
		head(exchange, start, content.length);
		exchange.getResponseBody().write(content, start, Math.min(end, content.length) - start);
		exchange.getResponseBody().flush();
	}

	private void waitForEnd() {
		try {
			end.await();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		end.countDown();
		server.stop(0);
		threads.shutdownNow();
	}
}
