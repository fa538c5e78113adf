/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.photo.PhotoFiles;

/** The server and the launcher that uses it. Without a server, the launcher starts a fake Java here, which says so. */
@Slow
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ServerTest {

	private static final Path SCRIPT = Path.of("scripts/fiji-colorize").toAbsolutePath();
	private static final String JAVA_OPTIONS =
			"-Xmx256m -Dai.djl.pytorch.num_threads=1 -Dai.djl.pytorch.num_interop_threads=1";
	private static final int NOT_SERVED = 77;
	private static final long GLANCE_MILLISECONDS = 10;

	@TempDir
	private Path folder;
	private Path launcher;
	private Path jar;
	private Path file;
	private Path work;
	private String options;
	private final Map<String, String> environment = new HashMap<>();
	private Server server;
	private CompletableFuture<Void> served;
	private volatile boolean canceled;

	@BeforeEach
	void copyLauncher() throws IOException {
		Assumptions.assumeTrue(Files.isExecutable(SCRIPT) && Files.isExecutable(Path.of("/bin/bash")), "there is no shell");
		folder = folder.toRealPath();
		final Path target = Files.createDirectories(folder.resolve("project/target"));
		launcher = Files.createDirectories(target.resolveSibling("scripts")).resolve("fiji-colorize");
		Files.copy(SCRIPT, launcher);
		jar = Files.createFile(target.resolve("Colorize_-0.0.jar"));
		Files.writeString(target.resolve("runtime-class-path.txt"), System.getProperty("java.class.path"));
		final Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
		Files.writeString(java, "#!/bin/bash\necho \"not served\"\nexit " + NOT_SERVED + "\n");
		Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
		Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17\"\n");
		environment.putAll(Map.of("JAVA_HOME", folder.resolve("jdk").toString(), "LC_ALL", "C.UTF-8", "HOSTNAME", "host",
				"XDG_RUNTIME_DIR", folder.resolve("run").toString(), "FIJI_COLORIZE_SERVER", "",
				"FIJI_COLORIZE_JAVA_OPTIONS", ""));
		file = folder.resolve("run/fiji-colorize/server-host");
		work = Files.createDirectories(folder.resolve("work"));
		Files.write(work.resolve("photo.png"), PhotoFiles.encode(PhotoFiles.colorful(40, 30, 1), "png"));
		options = " --size 32 --device cpu --model '" + TinyModel.file() + "' ";
	}

	@AfterEach
	void endServer() {
		canceled = true;
		if (served != null) {
			served.join();
		}
	}

	/** Starts a server in this JVM. */
	private void serve(final Duration idle) throws IOException {
		server = newServer();
		served = CompletableFuture.runAsync(() -> run(server, idle), task -> new Thread(task, "server").start());
	}

	private void serve() throws IOException {
		serve(Duration.ofDays(1));
	}

	private Server newServer() throws IOException {
		return new Server(OpenOptions.defaults().model(TinyModel.file().toString()).device("cpu"), file, jar,
				() -> canceled, System.err::println);
	}

	private static void run(final Server server, final Duration idle) {
		try (server) {
			server.run(idle);
		}
		catch (final IOException e) {
			throw new IllegalStateException(e);
		}
	}

	/** Starts the launcher. The words go through the shell, which knows nothing of Java's encodings. */
	private ChildJvm.Running start(final Map<String, String> more, final Path in, final String words) throws IOException {
		final Path script = Files.createTempFile(folder, "run", ".sh");
		Files.writeString(script, "exec '" + launcher + "' " + words + "\n");
		final Path out = Files.createTempFile(folder, "out", ".txt");
		final Path err = Files.createTempFile(folder, "err", ".txt");
		final ProcessBuilder builder = new ProcessBuilder("/bin/bash", script.toString()).directory(in.toFile())
				.redirectOutput(out.toFile()).redirectError(err.toFile());
		builder.environment().putAll(environment);
		builder.environment().putAll(more);
		return new ChildJvm.Running(builder.start(), out, err);
	}

	private ChildJvm.Ended run(final Map<String, String> more, final Path in, final String words)
			throws IOException, InterruptedException {
		try (ChildJvm.Running running = start(more, in, words)) {
			return running.join();
		}
	}

	private ChildJvm.Ended run(final String words) throws IOException, InterruptedException {
		return run(Map.of(), work, words);
	}

	private void assertNotServed(final ChildJvm.Ended ended) {
		assertEquals(List.of("not served"), ended.out());
		assertEquals(List.of(), ended.err());
		assertEquals(NOT_SERVED, ended.exit());
	}

	private void shell(final String commands) throws IOException, InterruptedException {
		final Path script = Files.writeString(folder.resolve("shell.sh"), commands);
		assertEquals(0, new ProcessBuilder("/bin/bash", script.toString()).directory(work.toFile()).inheritIO().start()
				.waitFor(), commands);
	}

	/** A red stroke for the photo. */
	private void writeHint() throws IOException {
		final BufferedImage stroke = new BufferedImage(40, 30, BufferedImage.TYPE_INT_ARGB);
		IntStream.range(0, 10).forEach(x -> stroke.setRGB(x, 10, 0xffff0000));
		ImageIO.write(stroke, "png", work.resolve("stroke.png").toFile());
	}

	// -- Served as in a process of its own --

	/** Here the server is a process, and without it the launcher starts the real Java. */
	@Test
	void servedRunsEqualOthers() throws IOException, InterruptedException {
		final int side = 7000;
		ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY), "gif",
				work.resolve("large.gif").toFile());
		Files.writeString(work.resolve("broken.zip"), "x");
		writeHint();
		final String odd = "$'in p\u00fct/it\\'s \"\u5199\"\\n a.png'";
		shell("mkdir $'in p\u00fct' && cp photo.png " + odd + " && cp photo.png $'in p\u00fct/ * .png'");
		final List<String> commands = List.of("colorize photo.png -o out/a.png" + options,
				"colorize photo.png -o out/a.png" + options,
				"colorize $'in p\u00fct' " + odd + " large.gif '' -o out --report 'out/\u5831.json'" + options,
				"colorize ./photo.png -o out/b.tif --hints stroke.png --uncertainty" + options,
				"colorize photo.png -o out/c.png --model broken.zip", "colorize photo.png -o out/c.png --model nothing",
				"colorize photo.png --outputs x", "colorize photo.png -o out/d.png --dry-run");
		final Map<String, String> java = Map.of("JAVA_HOME", System.getProperty("java.home"), "FIJI_COLORIZE_JAVA_OPTIONS",
				JAVA_OPTIONS);
		final List<ChildJvm.Ended> own = runAll(java, commands);
		shell("mv out ../own");
		try (ChildJvm.Running running = start(java, work, "serve")) {
			running.awaitLine("The server is ready.*");
			assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
			assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
			final List<ChildJvm.Ended> served = runAll(Map.of(), commands);
			for (int i = 0; i < commands.size(); i++) {
				assertEquals(own.get(i), served.get(i), commands.get(i));
			}
			shell("diff -r ../own out");
			running.signal("TERM");
			assertEquals(143, running.join().exit());
			assertFalse(Files.exists(file));
		}
		assertNotServed(run(commands.get(0)));
	}

	private List<ChildJvm.Ended> runAll(final Map<String, String> more, final List<String> commands)
			throws IOException, InterruptedException {
		final List<ChildJvm.Ended> all = new ArrayList<>();
		for (final String command : commands) {
			final ChildJvm.Ended ended = run(more, work, command);
			all.add(new ChildJvm.Ended(ended.exit(),
					ended.out().stream().map(line -> line.replaceFirst(", [^]]* left\\]", "]")).toList(), ended.err()));
		}
		return all;
	}

	@Test
	void relativePathsMeanTheFolderOfTheClient() throws IOException, InterruptedException {
		serve();
		writeHint();
		shell("mkdir -p ../else/hints && cp photo.png ../else && cp stroke.png ../else/hints/photo.png && ln -s ../else link"
				+ " && cp '" + TinyModel.file() + "' ../else/mine.zip");
		final String words = "colorize photo.png -o out --hints-folder hints --report r.csv --contact-sheet sheet.html"
				+ " --device cpu --size 32 --model mine.zip";
		final Path link = work.resolve("link");
		final ChildJvm.Ended ended = run(Map.of(), link, words);
		assertEquals(0, ended.exit(), ended.toString());
		shell("cd ../else && ls out/photo-colorized.png r.csv sheet.html");
		assertTrue(Files.exists(Path.of("pom.xml")), "the server's folder is another one");
		assertEquals(List.of("There is no model '" + work.resolve("pom.xml")
				+ "': give 'default' or the path of a model zip."), run("colorize photo.png -o out --model pom.xml").err());
	}

	// -- Not served --

	@Test
	void otherCommandsAndOptionsOfJavaAreNotServed() throws IOException, InterruptedException {
		serve();
		final String words = "colorize photo.png -o out.png" + options;
		for (final String other : List.of("--version", "models", "colorize --help", words + "--report=/dev/stderr", "")) {
			assertNotServed(run(other));
		}
		for (final Map<String, String> more : List.of(Map.of("FIJI_COLORIZE_SERVER", "off"),
				Map.of("FIJI_COLORIZE_JAVA_OPTIONS", "-Xmx1g"), Map.of("COLORIZE_MODELS", "else"))) {
			assertNotServed(run(more, work, words));
		}
		assertEquals(0, run(words).exit());
	}

	@Test
	void unusableFileIsIgnored() throws IOException, InterruptedException {
		final String words = "colorize photo.png -o out.png" + options;
		serve();
		final List<String> lines = Files.readAllLines(file);
		final String right = Files.readString(file);
		assertEquals(0, run(words).exit());
		canceled = true;
		served.join();
		// The server has ended; it was another one; this is no such file.
		for (final String content : List.of(right, "", "x\ny\nz\n", right.replace(jar.toString(), "/else.jar"))) {
			Files.writeString(file, content);
			assertNotServed(run(words));
		}
		Files.delete(file);
		canceled = false;
		serve();
		final String other = Files.readString(file);
		assertFalse(other.contains(lines.get(1)), "the token is the same");
		Files.writeString(file, other.replace(other.lines().toList().get(1), lines.get(1)));
		assertNotServed(run(words));
	}

	@Test
	void strangersGetNothing() throws IOException {
		serve();
		final List<String> lines = Files.readAllLines(file);
		final String token = lines.get(1);
		for (final String sent : List.of("\0", token.substring(1) + "\0", token + token,
				"GET / HTTP/1.1\r\n\r\n".repeat(9))) {
			assertEquals("", answer(lines.get(0), sent));
		}
		final int tooLong = 5_000_000;
		assertEquals("+\n", answer(lines.get(0), token + "\0" + "x".repeat(tooLong)));
		assertEquals("+\n", answer(lines.get(0), token + "\0/\0many\0"));
		assertEquals("+\n", answer(lines.get(0), token + "\0/\0" + Integer.MAX_VALUE + "\0"));
	}

	/** What the server answers before it closes the connection. */
	private static String answer(final String port, final String sent) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
			socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
			socket.shutdownOutput();
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		}
	}

	@Test
	void otherBuildIsNotUsedAndEndsTheServer() throws IOException, InterruptedException {
		serve();
		Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
		assertNotServed(run("colorize photo.png -o out.png" + options));
		served.join();
		assertFalse(Files.exists(file));
	}

	@Test
	void newServerEndsTheOldOne() throws IOException, InterruptedException {
		serve();
		try (Server newer = newServer()) {
			served.join();
			assertTrue(Files.exists(file), "the old server has deleted the file of the new one");
		}
		assertFalse(Files.exists(file));
	}

	@Test
	void idleServerEnds() throws IOException {
		serve(Duration.ofMillis(1));
		served.join();
		assertFalse(Files.exists(file));
	}

	// -- Canceling --

	@ParameterizedTest
	@ValueSource(strings = {"INT", "TERM", "KILL", "end of the server"})
	void runCanBeCanceled(final String signal) throws IOException, InterruptedException {
		Assumptions.assumeFalse(signal.equals("INT") && ChildJvm.ignoresInterrupts(), "interrupts are ignored here");
		serve();
		// More than are begun ahead of those that are done. Opening the pipe then waits for the other end.
		final int count = 4 * (Runtime.getRuntime().availableProcessors() + 1) + 10;
		shell("mkfifo pipe.png && for i in {1.." + count + "}; do ln photo.png $i.png; done");
		final String words = "colorize {1.." + count + "}.png pipe.png -o out --report report.json" + options;
		try (ChildJvm.Running running = start(Map.of(), work, words)) {
			try {
				running.awaitLine("\\[5/.*");
				assertEquals(0, run("colorize photo.png -o else.png" + options).exit(), "a second client at the same time");
				if (signal.startsWith("end")) {
					canceled = true;
				}
				else {
					running.signal(signal);
					awaitCancel();
				}
			}
			finally {
				openPipe();
			}
			final ChildJvm.Ended ended = running.join();
			assertEquals(switch (signal) {
				case "KILL" -> 137;
				case "TERM" -> 143;
				default -> 130;
			}, ended.exit());
			endServer();
			final long done = Files.readAllLines(work.resolve("report.json")).stream()
					.filter(line -> line.contains("output")).count();
			assertTrue(done >= 5 && done < count, done + " done");
			try (Stream<Path> results = Files.list(work.resolve("out"))) {
				assertEquals(done, results.count(), "temporary files are left");
			}
			if (!signal.equals("KILL")) {
				assertTrue(ended.out().get(ended.out().size() - 1).startsWith(done + " "), ended.out().toString());
			}
		}
	}

	/** Opens the other end of the pipe again and again, until the server has ended. */
	private void openPipe() {
		CompletableFuture.runAsync(() -> {
			while (!served.isDone()) {
				// For reading and writing, because opening it for writing only would wait.
				try (RandomAccessFile pipe = new RandomAccessFile(work.resolve("pipe.png").toFile(), "rw")) {
					Thread.sleep(GLANCE_MILLISECONDS);
				}
				catch (final IOException | InterruptedException e) {
					throw new IllegalStateException(e);
				}
			}
		}, task -> new Thread(task, "pipe").start());
	}

	/** Waits until the server knows that the only running client has canceled or is gone. */
	private static void awaitCancel() throws InterruptedException {
		while (Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("launcher watch"))) {
			Thread.sleep(GLANCE_MILLISECONDS);
		}
	}

	@Test
	void brokenConnectionIsReported() throws IOException, InterruptedException {
		try (ServerSocket broken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Files.createDirectories(file.getParent());
			Files.writeString(file, broken.getLocalPort() + "\ntoken\n" + jar + "\n\n");
			final Map<String, String> noModels = Map.of("COLORIZE_MODELS", "");
			try (ChildJvm.Running running = start(noModels, work, "colorize 'a b' -o $'c\\nd'")) {
				try (Socket connection = broken.accept()) {
					final InputStream in = connection.getInputStream();
					assertEquals("token\0", new String(in.readNBytes(6), StandardCharsets.US_ASCII));
					connection.getOutputStream().write("+\no[1/2] a\neHints\n".getBytes(StandardCharsets.US_ASCII));
					final String request = work + "\0004\0colorize\0a b\0-o\0c\nd\0";
					assertEquals(request, new String(in.readNBytes(request.length()), StandardCharsets.US_ASCII));
				}
				final ChildJvm.Ended ended = running.join();
				assertEquals(List.of("[1/2] a"), ended.out());
				assertEquals(List.of("Hints", "The server ended before the work was done: repeat the command."),
						ended.err());
				assertEquals(1, ended.exit());
			}
		}
	}
}
