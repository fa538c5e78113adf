/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.io.DownloadListener;
import sc.fiji.colorize.io.RetryPolicy;
import sc.fiji.colorize.io.Sha256;

/** Downloads of models from misbehaving servers. */
class DownloadTest {

	private static final byte[] CONTENT = new byte[3_000_000];
	private static final int PART = 1_000_000;
	private static final String FILE = "weights-1234.pth";
	private static final BooleanSupplier NEVER = () -> false;

	static {
		new Random(1).nextBytes(CONTENT);
	}

	/** Records all calls. */
	private static final class RecordingListener implements DownloadListener {

		private final List<Long> bytes = new ArrayList<>();
		private final List<Double> secondsLeft = new ArrayList<>();
		private final List<String> messages = new ArrayList<>();

		@Override
		public void received(final long received, final long total, final double left) {
			assertEquals(CONTENT.length, total);
			bytes.add(received);
			secondsLeft.add(left);
		}

		@Override
		public void message(final String sentence) {
			messages.add(sentence);
		}
	}

	private final RecordingListener listener = new RecordingListener();
	private MisbehavingServer server;

	@TempDir
	private Path folder;

	@BeforeEach
	void start() throws IOException {
		server = new MisbehavingServer(CONTENT);
	}

	@AfterEach
	void stop() {
		server.close();
	}

	private ModelStore store(final URI url, final int tries) {
		// Long enough for a busy machine.
		return store(url, tries, Duration.ofSeconds(60));
	}

	private ModelStore store(final URI url, final int tries, final Duration stall) {
		final List<Duration> pauses = new ArrayList<>();
		for (int i = 1; i < tries; i++) {
			pauses.add(Duration.ofMillis(10));
		}
		final KnownModel known = new KnownModel("m", "A model", "For tests.", url, FILE, CONTENT.length,
				Sha256.of(CONTENT), "MIT", List.of("Nobody"), 1, "Nobody", "None", "10.1000/1");
		return new ModelStore(List.of(folder.resolve("models")), List.of(known),
				new RetryPolicy(Duration.ofSeconds(60), stall, pauses),
				(weights, model, zip, canceled) -> Files.copy(weights, zip));
	}

	private ModelStore store() {
		return store(server.uri("/" + FILE), 2);
	}

	private Path part() {
		return folder.resolve("models").resolve(FILE + ".part");
	}

	private void assertComplete(final Optional<Path> zip) throws IOException {
		assertEquals(folder.resolve("models/m.zip"), zip.orElseThrow());
		assertArrayEquals(CONTENT, Files.readAllBytes(zip.get()));
		try (Stream<Path> files = Files.list(folder.resolve("models"))) {
			assertEquals(zip.get(), files.reduce((a, b) -> a.resolve(b)).orElseThrow(), "there are other files");
		}
	}

	private void assertFails(final ModelStore store, final String clause) {
		final IOException e = assertThrows(IOException.class, () -> store.download("m", listener, NEVER));
		assertTrue(e.getMessage().startsWith("The model m cannot be downloaded (" + clause + "): "), e.getMessage());
		assertTrue(e.getMessage().contains(store.known().get(0).url().toString()), e.getMessage());
		assertTrue(e.getMessage().contains(folder.resolve("models").resolve(FILE).toString()), e.getMessage());
		assertFalse(Files.exists(folder.resolve("models/m.zip")));
		assertFalse(Files.exists(folder.resolve("models").resolve(FILE)));
	}

	// -- Success --

	@Test
	void downloadsAndImportsModel() throws IOException {
		server.answer(server::correctly);
		assertComplete(store().download("m", listener, NEVER));
		assertEquals(CONTENT.length, listener.bytes.get(listener.bytes.size() - 1));
		assertEquals(0, listener.secondsLeft.get(listener.secondsLeft.size() - 1));
		assertEquals(1, listener.messages.size());
		assertTrue(listener.messages.get(0).contains(FILE), listener.messages.get(0));
	}

	@Test
	void doesNotDownloadExistingModel() throws IOException {
		server.answer(server::correctly);
		store().download("m", listener, NEVER);
		assertComplete(store().download("m", listener, NEVER));
		assertEquals(1, server.requests().size());
	}

	@Test
	void sendsNoRequestWithoutDownload() throws IOException {
		server.answer(server::correctly);
		final ModelStore store = store();
		assertEquals(List.of("default"), store.names());
		assertFalse(store.has("m"));
		assertThrows(IOException.class, () -> store.resolve("m"));
		assertEquals(List.of(), server.requests());
		assertFalse(Files.exists(folder.resolve("models")));
	}

	// -- Interruptions --

	@Test
	void resumesAfterLostConnection() throws IOException {
		server.answer(server.disconnectingAfter(PART), server.disconnectingAfter(PART), server::correctly);
		assertComplete(store(server.uri("/a"), 3).download("m", listener, NEVER));
		assertEquals(3, server.requests().size());
		assertEquals(null, server.requests().get(0).range());
		// The client may drop the last bytes before the connection is lost.
		assertTrue(server.requests().get(1).range().matches("bytes=[1-9]\\d*-"), server.requests().toString());
		assertTrue(listener.messages.get(0).contains("the connection was lost"), listener.messages.toString());
	}

	@Test
	void laterRunResumes() throws IOException {
		server.answer(server.disconnectingAfter(PART));
		assertFails(store(server.uri("/a"), 1), "the connection was lost");
		final long received = Files.size(part());
		assertTrue(received > 0 && received <= PART, received + " bytes");
		server.answer(server::correctly);
		assertComplete(store().download("m", listener, NEVER));
		assertEquals("bytes=" + received + "-", server.requests().get(0).range());
	}

	@Test
	void verifiesCompletePartWithoutRequest() throws IOException {
		Files.createDirectories(part().getParent());
		Files.write(part(), CONTENT);
		server.answer(server::correctly);
		assertComplete(store().download("m", listener, NEVER));
		assertEquals(List.of(), server.requests());
	}

	@Test
	void restartsIfServerIgnoresRanges() throws IOException {
		server.answer(server.disconnectingAfter(PART), server::withoutRange);
		assertComplete(store().download("m", listener, NEVER));
	}

	@Test
	void requestsWholeFileIfRangeIsRefused() throws IOException {
		server.answer(server.disconnectingAfter(PART), MisbehavingServer.error(416), server::withoutRange);
		assertComplete(store().download("m", listener, NEVER));
		assertEquals(null, server.requests().get(2).range());
	}

	@Test
	void rejectsWrongRange() throws IOException {
		server.answer(server.disconnectingAfter(PART), server::withWrongRange, server::withoutRange);
		assertComplete(store().download("m", listener, NEVER));
		server.answer(server::withWrongRange);
		Files.delete(folder.resolve("models/m.zip"));
		assertFails(store(), "the server does not send the file from its beginning");
	}

	@Test
	void resumesAfterStall() throws IOException {
		final MisbehavingServer.Answer stalling = server.stallingAfter(PART);
		server.answer(exchange -> {
			if (exchange.getRequestHeaders().getFirst("Range") == null) {
				stalling.give(exchange);
			}
			else {
				server.correctly(exchange);
			}
		});
		assertComplete(store(server.uri("/a"), 20, Duration.ofSeconds(1)).download("m", listener, NEVER));
		assertTrue(server.requests().get(server.requests().size() - 1).range().matches("bytes=[1-9]\\d*-"));
		assertTrue(listener.messages.get(0).contains("no data for 1 s"), listener.messages.get(0));
	}

	@Test
	void givesUpOnSilentServer() {
		server.answer(server::withoutResponse);
		assertFails(store(server.uri("/" + FILE), 2, Duration.ofSeconds(1)), "no data for 1 s, after 2 attempts");
		assertEquals(2, server.requests().size());
	}

	@Test
	void retriesOnlyTransientErrors() throws IOException {
		server.answer(MisbehavingServer.error(503), server::correctly);
		assertComplete(store().download("m", listener, NEVER));
		Files.delete(folder.resolve("models/m.zip"));
		server.answer(MisbehavingServer.error(404));
		assertFails(store(), "the server returned error 404");
		assertEquals(1, server.requests().size());
	}

	@Test
	void cancelKeepsReceivedBytes() throws IOException {
		server.answer(server.stallingAfter(PART));
		assertEquals(Optional.empty(), store().download("m", listener, () -> !listener.bytes.isEmpty()
				&& listener.bytes.get(listener.bytes.size() - 1) == PART));
		assertEquals(PART, Files.size(part()));
		server.answer(server::correctly);
		assertComplete(store().download("m", listener, NEVER));
		assertEquals("bytes=" + PART + "-", server.requests().get(0).range());
	}

	@Test
	void rejectsConcurrentDownload() throws IOException {
		Files.createDirectories(part().getParent());
		try (FileChannel other = FileChannel.open(part(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
				FileLock lock = other.lock()) {
			assertTrue(lock.isValid());
			assertFails(store(), "another download of this file is running");
		}
		assertEquals(List.of(), server.requests());
	}

	// -- Wrong content --

	@Test
	void deletesFileWithWrongChecksum() throws IOException {
		server.answer(server::wrongBytes);
		final byte[] wrong = CONTENT.clone();
		wrong[wrong.length / 2] ^= 1;
		assertFails(store(), "the received file is not the published one: its sha256 is " + Sha256.of(wrong)
				+ " instead of " + Sha256.of(CONTENT) + ", so it was deleted");
		assertFalse(Files.exists(part()));
		server.answer(server::correctly);
		assertComplete(store().download("m", listener, NEVER));
	}

	@Test
	void rejectsFileOfWrongSize() {
		server.answer(server::withPage);
		assertFails(store(), "the server has a file of 6 bytes instead of 3000000");
		assertEquals(1, server.requests().size());
	}

	@Test
	void rejectsEndlessFile() throws IOException {
		server.answer(server::withoutEnd);
		assertFails(store(), "the server sends more than 3000000 bytes");
		assertEquals(0, Files.size(part()));
	}

	// -- Redirects and proxies --

	@Test
	void followsRedirectsWithRange() throws IOException {
		final MisbehavingServer.Answer away = MisbehavingServer.redirectTo(server.uri("/elsewhere").toString());
		server.answer(away, server.disconnectingAfter(PART), away, server::correctly);
		assertComplete(store().download("m", listener, NEVER));
		assertEquals(List.of("/weights-1234.pth", "/elsewhere", "/weights-1234.pth", "/elsewhere"),
				server.requests().stream().map(request -> request.uri().getPath()).toList());
		assertTrue(server.requests().get(3).range().startsWith("bytes="));
	}

	@Test
	void rejectsRedirectLoopsAndOtherProtocols() throws IOException {
		final String circle = server.uri("/" + FILE).toString();
		server.answer(MisbehavingServer.redirectTo(circle));
		assertFails(store(), "the server redirects to " + circle + ", which is not followed");
		assertTrue(server.requests().size() < 10);
		final String file = Files.write(folder.resolve("local"), CONTENT).toUri().toString();
		server.answer(MisbehavingServer.redirectTo(file));
		assertFails(store(), "the server redirects to " + file + ", which is not followed");
	}

	@Test
	void rejectsRedirectFromHttpsToHttp() throws IOException, GeneralSecurityException, InterruptedException {
		final SSLContext before = SSLContext.getDefault();
		final SSLContext ours = certificate();
		final HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		https.setHttpsConfigurator(new HttpsConfigurator(ours));
		SSLContext.setDefault(ours);
		server.answer(server::correctly);
		final String plain = server.uri("/plain").toString();
		try (MisbehavingServer secure = new MisbehavingServer(CONTENT, https)) {
			final URI url = URI.create("https://localhost:" + secure.port() + "/" + FILE);
			secure.answer(MisbehavingServer.redirectTo(plain));
			assertFails(store(url, 2), "the server redirects to " + plain + ", which is not followed");
			assertEquals(List.of(), server.requests());
			secure.answer(secure::correctly);
			assertComplete(store(url, 2).download("m", listener, NEVER));
		}
		finally {
			SSLContext.setDefault(before);
		}
	}

	/** A context with a new certificate for localhost that its clients trust. */
	private SSLContext certificate() throws IOException, GeneralSecurityException, InterruptedException {
		final Path file = folder.resolve("keys.p12");
		final Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
		final Process process = new ProcessBuilder(keytool.toString(), "-genkeypair", "-keystore", file.toString(),
				"-storepass", "secret", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost").start();
		assertEquals(0, process.waitFor());
		final KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(file)) {
			keys.load(in, "secret".toCharArray());
		}
		final KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		identity.init(keys, "secret".toCharArray());
		final KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("server", keys.getCertificate(keys.aliases().nextElement()));
		final TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted);
		final SSLContext context = SSLContext.getInstance("TLS");
		context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

	@Test
	void usesProxyOfJvm() throws IOException {
		server.answer(server::correctly);
		System.setProperty("http.proxyHost", "localhost");
		System.setProperty("http.proxyPort", String.valueOf(server.port()));
		try {
			assertComplete(store(URI.create("http://models.invalid/" + FILE), 1).download("m", listener, NEVER));
		}
		finally {
			System.clearProperty("http.proxyHost");
			System.clearProperty("http.proxyPort");
		}
		assertEquals("http://models.invalid/" + FILE, server.requests().get(0).uri().toString());
	}

	@Test
	void doesNotRetryWithoutConnection() {
		final URI nowhere = URI.create("http://models.invalid/" + FILE);
		assertFails(store(nowhere, 2), "there is no connection to models.invalid");
		assertEquals(List.of(), listener.messages);
		final URI closed = server.uri("/" + FILE);
		server.close();
		assertFails(store(closed, 2), "there is no connection to localhost");
	}

	@Test
	void cancelOfImportKeepsWeights() throws IOException {
		server.answer(server::correctly);
		final ModelStore slow = new ModelStore(List.of(folder.resolve("models")), store().known(),
				RetryPolicy.DEFAULT, (weights, model, zip, canceled) -> {
					throw new CancellationException();
				});
		assertEquals(Optional.empty(), slow.download("m", listener, NEVER));
		assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("models").resolve(FILE)));
	}

	@Test
	void importedModelNamesAuthorsAndLicense() throws IOException {
		final byte[] weights;
		try (InputStream in = DownloadTest.class.getResourceAsStream("zip.pth")) {
			weights = in.readAllBytes();
		}
		final KnownModel eccv16 = KnownModel.all().get(0);
		try (MisbehavingServer source = new MisbehavingServer(weights)) {
			source.answer(source::correctly);
			final KnownModel small = new KnownModel("small", eccv16.title(), eccv16.description(), source.uri("/zip.pth"),
					"zip.pth", weights.length, Sha256.of(weights), eccv16.license(), eccv16.authors(), 0.38,
					eccv16.copyright(), eccv16.citation(), eccv16.doi());
			final ModelStore store = new ModelStore(List.of(folder.resolve("models")), List.of(small),
					RetryPolicy.DEFAULT, ModelStore::importWeights);
			final String zip = store.download("small", new DownloadListener() {

				@Override
				public void received(final long bytes, final long total, final double secondsLeft) {
					assertEquals(weights.length, total);
				}

				@Override
				public void message(final String sentence) {
					assertTrue(sentence.endsWith("."), sentence);
				}
			}, NEVER).orElseThrow().toString();
			ModelInspection.verify(zip);
			final ModelCard card = ModelInspection.card(zip);
			assertEquals("small", card.name());
			assertEquals(0.38, card.temperature());
			assertEquals(new ModelCard.Origin(List.of("Richard Zhang", "Phillip Isola", "Alexei A. Efros"),
					"BSD-2-Clause", eccv16.citation(), eccv16.doi()), card.origin());
			assertTrue(card.documentation().contains(eccv16.copyright()));
			assertEquals(List.of("default", "small"), store.names());
		}
	}

	// -- Manually placed weights --

	@Test
	void usesAndKeepsManuallyPlacedWeights() throws IOException {
		final Path byHand = Files.createDirectories(folder.resolve("models")).resolve(FILE);
		Files.write(byHand, CONTENT);
		final Optional<Path> zip = store().download("m", listener, NEVER);
		assertArrayEquals(CONTENT, Files.readAllBytes(zip.orElseThrow()));
		assertTrue(Files.exists(byHand));
		assertTrue(listener.messages.get(0).contains(byHand.toString()), listener.messages.get(0));
		assertEquals(List.of(), server.requests());
	}

	@Test
	void rejectsWrongManuallyPlacedWeights() throws IOException {
		final Path byHand = Files.createDirectories(folder.resolve("models")).resolve(FILE);
		Files.write(byHand, Arrays.copyOf(CONTENT, 1000));
		final ModelStore store = store();
		IOException e = assertThrows(IOException.class, () -> store.download("m", listener, NEVER));
		assertTrue(e.getMessage().startsWith("The file " + byHand + " is not the published one: it has 1000 bytes"),
				e.getMessage());
		assertTrue(e.getMessage().contains("3000000") && e.getMessage().contains(server.uri("/" + FILE).toString()),
				e.getMessage());
		Files.write(byHand, new byte[CONTENT.length]);
		e = assertThrows(IOException.class, () -> store.download("m", listener, NEVER));
		assertTrue(e.getMessage().contains("it does not have the sha256 " + Sha256.of(CONTENT)), e.getMessage());
		assertEquals(List.of(), server.requests());
		assertFalse(store.has("m"));
	}

	@Test
	void keepsWeightsIfImportFails() throws IOException {
		server.answer(server::correctly);
		final ModelStore failing = new ModelStore(List.of(folder.resolve("models")), store().known(),
				RetryPolicy.DEFAULT, (weights, model, zip, canceled) -> {
					throw new IOException("The weights are odd.");
				});
		assertEquals("The weights are odd.",
				assertThrows(IOException.class, () -> failing.download("m", listener, NEVER)).getMessage());
		assertTrue(Files.exists(folder.resolve("models").resolve(FILE)));
		store().download("m", listener, NEVER);
		assertEquals(1, server.requests().size());
	}
}
