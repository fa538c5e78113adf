/*
 * Fiji Colorize: plausible colour for gray images.
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

/** Downloads from servers that behave badly. */
class DownloadTest {

	private static final byte[] CONTENT = new byte[3_000_000];
	private static final int PART = 1_000_000;
	private static final String FILE = "weights-1234.pth";
	private static final BooleanSupplier NEVER = () -> false;

	static {
		new Random(1).nextBytes(CONTENT);
	}

	/** Remembers what it is told. */
	private static final class Told implements DownloadListener {

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

	private final Told told = new Told();
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
		// Longer than the busiest machine needs to begin.
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
				(weights, model, zip, cancelled) -> Files.copy(weights, zip));
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
		final IOException e = assertThrows(IOException.class, () -> store.download("m", told, NEVER));
		assertEquals("The model m cannot be downloaded (" + clause + "): try again later, or fetch "
				+ store.known().get(0).url() + " by other means, put it at " + folder.resolve("models").resolve(FILE)
				+ " and give the same command.", e.getMessage());
		assertFalse(Files.exists(folder.resolve("models/m.zip")));
		assertFalse(Files.exists(folder.resolve("models").resolve(FILE)));
	}

	// -- When all is well --

	@Test
	void theFileArrivesAndBecomesAModel() throws IOException {
		server.answer(server::well);
		assertComplete(store().download("m", told, NEVER));
		assertEquals(CONTENT.length, told.bytes.get(told.bytes.size() - 1));
		assertEquals(0, told.secondsLeft.get(told.secondsLeft.size() - 1));
		assertEquals(List.of("The model m is made of " + FILE + "."), told.messages);
	}

	@Test
	void whatIsThereIsNotFetchedAgain() throws IOException {
		server.answer(server::well);
		store().download("m", told, NEVER);
		assertComplete(store().download("m", told, NEVER));
		assertEquals(1, server.requests().size());
	}

	@Test
	void nothingIsSentUnlessADownloadIsAskedFor() throws IOException {
		server.answer(server::well);
		final ModelStore store = store();
		assertEquals(List.of("default"), store.names());
		assertFalse(store.has("m"));
		assertThrows(IOException.class, () -> store.resolve("m"));
		assertEquals(List.of(), server.requests());
		assertFalse(Files.exists(folder.resolve("models")), "nor is a folder made");
	}

	// -- Breaks --

	@Test
	void aBrokenConnectionIsGoneOnFrom() throws IOException {
		server.answer(server.breakingOffAfter(PART), server.breakingOffAfter(PART), server::well);
		assertComplete(store(server.uri("/a"), 3).download("m", told, NEVER));
		assertEquals(3, server.requests().size());
		assertEquals(null, server.requests().get(0).range());
		// The client may lose the last bytes before a break, but never more than arrived.
		assertTrue(server.requests().get(1).range().matches("bytes=[1-9]\\d*-"), server.requests().toString());
		assertTrue(told.messages.get(0).startsWith("The download stopped (the connection broke off); it goes on in "),
				told.messages.toString());
	}

	@Test
	void aLaterRunGoesOnWhereTheEarlierOneStopped() throws IOException {
		server.answer(server.breakingOffAfter(PART));
		assertFails(store(server.uri("/a"), 1), "the connection broke off");
		final long here = Files.size(part());
		assertTrue(here > 0 && here <= PART, here + " bytes");
		server.answer(server::well);
		assertComplete(store().download("m", told, NEVER));
		assertEquals("bytes=" + here + "-", server.requests().get(0).range());
	}

	@Test
	void whatWasCompleteBeforeItWasVerifiedIsNotFetchedAgain() throws IOException {
		Files.createDirectories(part().getParent());
		Files.write(part(), CONTENT);
		server.answer(server::well);
		assertComplete(store().download("m", told, NEVER));
		assertEquals(List.of(), server.requests());
	}

	@Test
	void aServerThatKnowsNoRangesSendsTheWholeFileAgain() throws IOException {
		server.answer(server.breakingOffAfter(PART), server::whole);
		assertComplete(store().download("m", told, NEVER));
	}

	@Test
	void aServerThatRefusesTheRangeIsAskedForTheWholeFile() throws IOException {
		server.answer(server.breakingOffAfter(PART), MisbehavingServer.error(416), server::whole);
		assertComplete(store().download("m", told, NEVER));
		assertEquals(null, server.requests().get(2).range());
	}

	@Test
	void anotherPartThanAskedForIsNotTaken() throws IOException {
		server.answer(server.breakingOffAfter(PART), server::anotherPart, server::whole);
		assertComplete(store().download("m", told, NEVER));
		server.answer(server::anotherPart);
		Files.delete(folder.resolve("models/m.zip"));
		assertFails(store(), "the server does not send the file from its beginning");
	}

	@Test
	void aStallEndsAndIsGoneOnFrom() throws IOException {
		final MisbehavingServer.Answer stalling = server.stallingAfter(PART);
		server.answer(exchange -> {
			if (exchange.getRequestHeaders().getFirst("Range") == null) {
				stalling.give(exchange);
			}
			else {
				server.well(exchange);
			}
		});
		assertComplete(store(server.uri("/a"), 20, Duration.ofSeconds(1)).download("m", told, NEVER));
		assertTrue(server.requests().get(server.requests().size() - 1).range().matches("bytes=[1-9]\\d*-"));
		assertEquals("The download stopped (nothing arrived for 1 s); it goes on in 1 s.", told.messages.get(0));
	}

	@Test
	void aServerThatNeverAnswersIsGivenUp() {
		server.answer(server::silent);
		assertFails(store(server.uri("/" + FILE), 2, Duration.ofSeconds(1)), "nothing arrived for 1 s, after 2 tries");
		assertEquals(2, server.requests().size());
	}

	@Test
	void aPassingErrorIsTriedAgainAndALastingOneIsNot() throws IOException {
		server.answer(MisbehavingServer.error(503), server::well);
		assertComplete(store().download("m", told, NEVER));
		Files.delete(folder.resolve("models/m.zip"));
		server.answer(MisbehavingServer.error(404));
		assertFails(store(), "the server answers with the error 404");
		assertEquals(1, server.requests().size());
	}

	@Test
	void cancellingKeepsWhatHasArrived() throws IOException {
		server.answer(server.stallingAfter(PART));
		assertEquals(Optional.empty(), store().download("m", told, () -> !told.bytes.isEmpty()
				&& told.bytes.get(told.bytes.size() - 1) == PART));
		assertEquals(PART, Files.size(part()));
		server.answer(server::well);
		assertComplete(store().download("m", told, NEVER));
		assertEquals("bytes=" + PART + "-", server.requests().get(0).range());
	}

	@Test
	void twoDownloadsOfOneFileDoNotMix() throws IOException {
		Files.createDirectories(part().getParent());
		try (FileChannel other = FileChannel.open(part(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
				FileLock lock = other.lock()) {
			assertTrue(lock.isValid());
			assertFails(store(), "another download of it is under way");
		}
		assertEquals(List.of(), server.requests());
	}

	// -- Wrong content --

	@Test
	void wrongBytesAreDeleted() throws IOException {
		server.answer(server::wrongBytes);
		final byte[] wrong = CONTENT.clone();
		wrong[wrong.length / 2] ^= 1;
		assertFails(store(), "what arrived is not the published file: its sha256 is " + Sha256.of(wrong)
				+ " instead of " + Sha256.of(CONTENT) + ", so it was deleted");
		assertFalse(Files.exists(part()));
		server.answer(server::well);
		assertComplete(store().download("m", told, NEVER));
	}

	@Test
	void aPageInPlaceOfTheFileIsRefusedAtOnce() {
		server.answer(server::page);
		assertFails(store(), "the server has a file of 6 bytes where 3000000 were published");
		assertEquals(1, server.requests().size());
	}

	@Test
	void aFileWithoutEndIsRefused() throws IOException {
		server.answer(server::endless);
		assertFails(store(), "the server sends more than the 3000000 bytes that were published");
		assertEquals(0, Files.size(part()));
	}

	// -- Where it comes from --

	@Test
	void redirectsAreFollowedAndTheRangeWithThem() throws IOException {
		final MisbehavingServer.Answer away = MisbehavingServer.redirectTo(server.uri("/elsewhere").toString());
		server.answer(away, server.breakingOffAfter(PART), away, server::well);
		assertComplete(store().download("m", told, NEVER));
		assertEquals(List.of("/weights-1234.pth", "/elsewhere", "/weights-1234.pth", "/elsewhere"),
				server.requests().stream().map(request -> request.uri().getPath()).toList());
		assertTrue(server.requests().get(3).range().startsWith("bytes="));
	}

	@Test
	void aCircleOfRedirectsAndOtherProtocolsAreNotFollowed() throws IOException {
		final String circle = server.uri("/" + FILE).toString();
		server.answer(MisbehavingServer.redirectTo(circle));
		assertFails(store(), "the server redirects to " + circle + ", where nothing is fetched from");
		assertTrue(server.requests().size() < 10);
		final String file = Files.write(folder.resolve("local"), CONTENT).toUri().toString();
		server.answer(MisbehavingServer.redirectTo(file));
		assertFails(store(), "the server redirects to " + file + ", where nothing is fetched from");
	}

	@Test
	void fromHttpsNothingRedirectsToHttp() throws IOException, GeneralSecurityException, InterruptedException {
		final SSLContext before = SSLContext.getDefault();
		final SSLContext ours = certificate();
		final HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		https.setHttpsConfigurator(new HttpsConfigurator(ours));
		SSLContext.setDefault(ours);
		server.answer(server::well);
		final String plain = server.uri("/plain").toString();
		try (MisbehavingServer secure = new MisbehavingServer(CONTENT, https)) {
			final URI url = URI.create("https://localhost:" + secure.port() + "/" + FILE);
			secure.answer(MisbehavingServer.redirectTo(plain));
			assertFails(store(url, 2), "the server redirects to " + plain + ", where nothing is fetched from");
			assertEquals(List.of(), server.requests());
			secure.answer(secure::well);
			assertComplete(store(url, 2).download("m", told, NEVER));
		}
		finally {
			SSLContext.setDefault(before);
		}
	}

	/** A certificate of this moment for localhost, trusted by the client that is made with it. */
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
	void theProxyOfTheJvmIsAsked() throws IOException {
		server.answer(server::well);
		System.setProperty("http.proxyHost", "localhost");
		System.setProperty("http.proxyPort", String.valueOf(server.port()));
		try {
			assertComplete(store(URI.create("http://models.invalid/" + FILE), 1).download("m", told, NEVER));
		}
		finally {
			System.clearProperty("http.proxyHost");
			System.clearProperty("http.proxyPort");
		}
		assertEquals("http://models.invalid/" + FILE, server.requests().get(0).uri().toString());
	}

	@Test
	void offlineTheSentenceTellsTheAddressAndTheFile() {
		final URI nowhere = URI.create("http://models.invalid/" + FILE);
		assertFails(store(nowhere, 2), "there is no connection to models.invalid");
		assertEquals(List.of(), told.messages, "it is not tried again");
		final URI closed = server.uri("/" + FILE);
		server.close();
		assertFails(store(closed, 2), "there is no connection to localhost");
	}

	@Test
	void cancellingTheImportKeepsTheWeights() throws IOException {
		server.answer(server::well);
		final ModelStore slow = new ModelStore(List.of(folder.resolve("models")), store().known(),
				RetryPolicy.USUAL, (weights, model, zip, cancelled) -> {
					throw new CancellationException();
				});
		assertEquals(Optional.empty(), slow.download("m", told, NEVER));
		assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("models").resolve(FILE)));
	}

	@Test
	void realWeightsBecomeAModelThatNamesItsAuthors() throws IOException {
		final byte[] weights;
		try (InputStream in = DownloadTest.class.getResourceAsStream("zip.pth")) {
			weights = in.readAllBytes();
		}
		final KnownModel eccv16 = KnownModel.all().get(0);
		try (MisbehavingServer source = new MisbehavingServer(weights)) {
			source.answer(source::well);
			final KnownModel small = new KnownModel("small", eccv16.title(), eccv16.description(), source.uri("/zip.pth"),
					"zip.pth", weights.length, Sha256.of(weights), eccv16.licence(), eccv16.authors(), 0.38,
					eccv16.copyright(), eccv16.citation(), eccv16.doi());
			final ModelStore store = new ModelStore(List.of(folder.resolve("models")), List.of(small),
					RetryPolicy.USUAL, ModelStore::importWeights);
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

	// -- Put there by hand --

	@Test
	void weightsPutThereByHandAreVerifiedAndStay() throws IOException {
		final Path byHand = Files.createDirectories(folder.resolve("models")).resolve(FILE);
		Files.write(byHand, CONTENT);
		final Optional<Path> zip = store().download("m", told, NEVER);
		assertArrayEquals(CONTENT, Files.readAllBytes(zip.orElseThrow()));
		assertTrue(Files.exists(byHand));
		assertEquals("The weights are taken from " + byHand + ".", told.messages.get(0));
		assertEquals(List.of(), server.requests());
	}

	@Test
	void wrongWeightsPutThereByHandAreNamed() throws IOException {
		final Path byHand = Files.createDirectories(folder.resolve("models")).resolve(FILE);
		Files.write(byHand, Arrays.copyOf(CONTENT, 1000));
		final ModelStore store = store();
		IOException e = assertThrows(IOException.class, () -> store.download("m", told, NEVER));
		assertEquals("The file " + byHand + " is not the published one: it has 1000 bytes instead of 3000000; delete"
				+ " it, and fetch " + server.uri("/" + FILE) + " again.", e.getMessage());
		Files.write(byHand, new byte[CONTENT.length]);
		e = assertThrows(IOException.class, () -> store.download("m", told, NEVER));
		assertTrue(e.getMessage().contains("it has another sha256 than " + Sha256.of(CONTENT)), e.getMessage());
		assertEquals(List.of(), server.requests());
		assertFalse(store.has("m"));
	}

	@Test
	void weightsThatCannotBeImportedAreKept() throws IOException {
		server.answer(server::well);
		final ModelStore failing = new ModelStore(List.of(folder.resolve("models")), store().known(),
				RetryPolicy.USUAL, (weights, model, zip, cancelled) -> {
					throw new IOException("The weights are odd.");
				});
		assertEquals("The weights are odd.",
				assertThrows(IOException.class, () -> failing.download("m", told, NEVER)).getMessage());
		assertTrue(Files.exists(folder.resolve("models").resolve(FILE)));
		store().download("m", told, NEVER);
		assertEquals(1, server.requests().size());
	}
}
