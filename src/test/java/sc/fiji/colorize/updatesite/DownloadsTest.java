/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import ai.djl.util.Platform;
import com.sun.net.httpserver.HttpServer;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.torch.TorchLibrary;

/** The zips for plain ImageJ and for the command line: made, unpacked where nothing else is, and run from there. */
class DownloadsTest {

	private static final Path PROJECT = Path.of("");
	private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
	private static final String PLATFORM = Platform.fromSystem("pytorch").getClassifier();
	private static final String IMAGEJ = "fiji-colorize-imagej-9.8.7-all-platforms.zip";
	private static final String ROOT = "fiji-colorize-command-line-9.8.7-" + PLATFORM + "/";
	/** Libraries whose classes are in the plugin's own jar. */
	private static final String INSIDE = "(imageio-.*|common-(lang|io|image))-[\\d.]+jar";
	private static final String PHOTO = "docs/images/sample-landscape.jpg";
	/** What the launcher calls: all that the search path has. */
	private static final List<String> TOOLS =
			List.of("bash", "find", "locale", "mktemp", "mv", "readlink", "rm", "touch");

	/** All that the programs under test have asked of what they take for their proxy. */
	private static final List<String> REQUESTS = Collections.synchronizedList(new ArrayList<>());

	@TempDir
	private static Path shared;
	private static List<Path> classPath;
	private static Path jar;
	private static List<Path> zips;
	private static HttpServer proxy;

	@TempDir
	private Path folder;

	@BeforeAll
	static void make() throws IOException {
		classPath = UpdateSite.runtimeClassPath(PROJECT);
		jar = UpdateSiteTest.pack(Path.of("target/classes"), shared, "9.8.7");
		zips = new Downloads(PROJECT, jar, classPath).write(shared.resolve("downloads"), TIME);
		proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		proxy.createContext("/", exchange -> {
			REQUESTS.add(exchange.getRequestURI().toString());
			try (exchange) {
				exchange.sendResponseHeaders(404, -1);
			}
		});
		proxy.start();
	}

	@AfterAll
	static void stop() {
		proxy.stop(0);
	}

	/** Java's options to ask the proxy for whatever is far away. */
	private static List<String> throughProxy() {
		return Stream.of("http", "https").flatMap(protocol -> Stream.of("-D" + protocol + ".proxyHost=localhost",
				"-D" + protocol + ".proxyPort=" + proxy.getAddress().getPort())).toList();
	}

	private static Path zip(final String name) {
		return zips.stream().filter(file -> file.getFileName().toString().equals(name)).findFirst().orElseThrow();
	}

	private static List<ZipArchiveEntry> entries(final Path zip) throws IOException {
		try (ZipFile file = ZipFile.builder().setPath(zip).get()) {
			return Collections.list(file.getEntries());
		}
	}

	/** Unpacks as unzip does, with the permissions. */
	private static void unpack(final Path zip, final Path target) throws IOException {
		try (ZipFile file = ZipFile.builder().setPath(zip).get()) {
			for (final ZipArchiveEntry entry : Collections.list(file.getEntries())) {
				final Path path = target.resolve(entry.getName());
				Files.createDirectories(path.getParent());
				try (InputStream in = file.getInputStream(entry)) {
					Files.copy(in, path);
				}
				if ((entry.getUnixMode() & 0100) != 0) {
					Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
				}
			}
		}
	}

	private static List<String> jars(final String place, final String without) {
		return classPath.stream().map(path -> path.getFileName().toString()).filter(name -> !name.matches(without))
				.map(name -> place + name).toList();
	}

	private static List<String> filesIn(final String place, final String ending) throws IOException {
		try (Stream<Path> files = Files.list(Path.of(place))) {
			return files.map(Path::toString).map(name -> name.replace(File.separatorChar, '/'))
					.filter(name -> name.matches(".*\\.(" + ending + ")")).toList();
		}
	}

	@Test
	void imageJZipHasThePluginAndItsJavaLibraries() throws IOException {
		final List<String> expected = new ArrayList<>(List.of("README-Colorize.txt", "plugins/Colorize_-9.8.7.jar",
				"licenses/Colorize/LICENSE", "licenses/Colorize/THIRD-PARTY.md", "licenses/Colorize/licenses/Apache-2.0.txt",
				"licenses/Colorize/licenses/LGPL-2.1.txt"));
		expected.addAll(jars("jars/", "(ij|picocli|slf4j-nop|pytorch-native-cpu)-.*|" + INSIDE));
		filesIn("macros", "ijm").forEach(name -> expected.add(name.replace("macros/", "macros/Colorize/")));
		final List<String> names = entries(zip(IMAGEJ)).stream().map(ZipArchiveEntry::getName).toList();
		assertEquals(expected.stream().sorted().toList(), names.stream().sorted().toList());
		assertTrue(Files.size(zip(IMAGEJ)) < UpdateSite.LIMIT, Files.size(zip(IMAGEJ)) + " bytes");

		// Its page lists the others, so that they can be found and deleted.
		unpack(zip(IMAGEJ), folder);
		final List<String> page = Files.readAllLines(folder.resolve("README-Colorize.txt"));
		assertEquals(names.stream().filter(name -> !name.startsWith("README")).toList(),
				page.subList(page.indexOf("Files") + 1, page.size()));
	}

	@Test
	void commandLineZipHasLauncherLibrariesAndLicenses() throws IOException {
		final List<String> expected = new ArrayList<>(List.of("README.md", "LICENSE", "THIRD-PARTY.md",
				"lib/Colorize_-9.8.7.jar", "scripts/fiji-colorize", "scripts/slurm_array.sh"));
		expected.addAll(jars("lib/", INSIDE));
		expected.addAll(filesIn("docs", "md"));
		expected.addAll(filesIn("docs/images", "jpg|png"));
		expected.addAll(filesIn("licenses", "txt"));
		expected.addAll(filesIn("licenses/pytorch", "txt"));
		final List<ZipArchiveEntry> entries = entries(zip(ROOT.replace("/", ".zip")));
		assertEquals(expected.stream().map(name -> ROOT + name).sorted().toList(),
				entries.stream().map(ZipArchiveEntry::getName).sorted().toList());
		assertTrue(expected.contains("lib/pytorch-native-cpu-2.7.1-" + PLATFORM + ".jar"));
		assertTrue(expected.containsAll(List.of("licenses/LGPL-2.1.txt", "licenses/pytorch/GPL-3.0.txt",
				"licenses/pytorch/LICENSE.txt", "licenses/pytorch/NOTICE.txt")), expected.toString());
		for (final ZipArchiveEntry entry : entries) {
			assertEquals(entry.getName().startsWith(ROOT + "scripts/") ? "100755" : "100644",
					Integer.toOctalString(entry.getUnixMode()), entry.getName());
		}
	}

	@Test
	void noCommandLineZipWithoutALauncher() throws IOException {
		final List<Path> windows = new ArrayList<>(classPath);
		windows.replaceAll(path -> path.getFileName().toString().startsWith("pytorch-native")
				? path.resolveSibling("pytorch-native-cpu-2.7.1-win-x86_64.jar") : path);
		assertEquals(List.of(folder.resolve(IMAGEJ)), new Downloads(PROJECT, jar, windows).write(folder, TIME));
	}

	@Test
	void zipsHaveSha256sumFiles() throws IOException, NoSuchAlgorithmException {
		assertEquals(2, zips.size());
		for (final Path zip : zips) {
			final MessageDigest digest = MessageDigest.getInstance("SHA-256");
			assertEquals(HexFormat.of().formatHex(digest.digest(Files.readAllBytes(zip))) + "  " + zip.getFileName() + "\n",
					Files.readString(Path.of(zip + ".sha256")));
		}
	}

	@Test
	void zipsDoNotDependOnTheTimeZone() throws IOException {
		final TimeZone before = TimeZone.getDefault();
		try {
			TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
			for (final Path again : new Downloads(PROJECT, jar, classPath).write(folder, TIME)) {
				assertEquals(-1, Files.mismatch(zip(again.getFileName().toString()), again), again.toString());
			}
		}
		finally {
			TimeZone.setDefault(before);
		}
	}

	@Test
	@Slow
	void imageJColorizesAfterUnpackingTheZip() throws IOException, InterruptedException {
		final Optional<Path> screen = onPath("xvfb-run");
		assumeTrue(screen.isPresent(), "xvfb-run is not installed");
		final Path imagej = Files.createDirectory(folder.resolve("ImageJ"));
		final Path ij = classPath.stream().filter(path -> path.getFileName().toString().startsWith("ij-")).findFirst()
				.orElseThrow();
		Files.copy(ij, imagej.resolve("ij.jar"));
		unpack(zip(IMAGEJ), imagej);
		// What Install Colorizer Engine... leaves in the home folder.
		final Path home = Files.createDirectory(folder.resolve("home"));
		final Path engine = Files.createDirectories(home.resolve(".djl.ai/pytorch")
				.resolve(TorchLibrary.cacheFolder(TorchLibrary.CPU).getFileName()));
		UpdateSiteTest.link(engine);

		final Path result = folder.resolve("result.png");
		final List<String> command = new ArrayList<>(List.of(screen.get().toString(), "-a",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-Duser.home=" + home,
				"-Djava.util.prefs.userRoot=" + home));
		command.addAll(throughProxy());
		// As its own start scripts do, from its folder; ImageJ loads the plugin and the jars by itself.
		command.addAll(List.of("-jar", "ij.jar", "-batch", "macros/Colorize/Colorize_Image.ijm",
				Path.of(PHOTO).toAbsolutePath() + ";" + result + ";device=cpu"));
		final ProcessBuilder builder = new ProcessBuilder(command).directory(imagej.toFile());
		builder.environment().remove("DJL_CACHE_DIR");
		final ChildJvm.Ended ended = run(builder);
		assertTrue(Files.exists(result), ended.toString());
		assertIsColorized(result);
		assertEquals(List.of(), REQUESTS);
	}

	@Test
	@Slow
	void commandLineZipColorizesWithoutMavenOrNetwork() throws IOException, InterruptedException {
		unpack(zip(ROOT.replace("/", ".zip")), folder.resolve("my programs"));
		final Path home = Files.createDirectory(folder.resolve("home"));
		final Path tools = Files.createDirectory(folder.resolve("tools"));
		for (final String tool : TOOLS) {
			final Path real = onPath(tool).orElseThrow(() -> new IllegalStateException("There is no " + tool + "."));
			final Path script = Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + real + " \"$@\"\n");
			Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		final Path link = Files.createSymbolicLink(tools.resolve("fiji-colorize"),
				folder.resolve("my programs").resolve(ROOT).resolve("scripts/fiji-colorize"));
		final Path result = folder.resolve("result.png");
		for (int i = 0; i < 2; i++) {
			final ProcessBuilder builder = new ProcessBuilder(link.toString(), "colorize",
					folder.resolve("my programs").resolve(ROOT).resolve(PHOTO).toString(), "-o", result.toString(),
					"--overwrite");
			builder.environment().clear();
			builder.environment().put("PATH", tools.toString());
			builder.environment().put("HOME", home.toString());
			builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
			builder.environment().put("FIJI_COLORIZE_JAVA_OPTIONS",
					"-Xmx512m -Duser.home=" + home + " " + String.join(" ", throughProxy()));
			final ChildJvm.Ended ended = run(builder.directory(home.toFile()));
			assertEquals(0, ended.exit(), ended.toString());
			assertEquals(List.of(), ended.err());
			assertIsColorized(result);
		}
		assertEquals(List.of(), REQUESTS);
		// The second start is a quick one.
		try (DirectoryStream<Path> archives = Files.newDirectoryStream(
				folder.resolve("my programs").resolve(ROOT).resolve("lib"), "classes*.jsa")) {
			assertTrue(Files.size(archives.iterator().next()) > 0, "there is no archive of the classes");
		}
	}

	private ChildJvm.Ended run(final ProcessBuilder builder) throws IOException, InterruptedException {
		final Path out = folder.resolve("out.txt");
		final Path err = folder.resolve("err.txt");
		REQUESTS.clear();
		builder.redirectOutput(out.toFile()).redirectError(err.toFile());
		try (ChildJvm.Running running = new ChildJvm.Running(builder.start(), out, err)) {
			try {
				return running.join();
			}
			finally {
				// Of one that hangs, the screen and Java.
				running.process().descendants().forEach(ProcessHandle::destroyForcibly);
			}
		}
	}

	/** Where a program is. */
	private static Optional<Path> onPath(final String program) {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
				.map(place -> Path.of(place, program)).filter(Files::isExecutable).findFirst();
	}

	private static void assertIsColorized(final Path file) throws IOException {
		final BufferedImage photo = ImageIO.read(new File(PHOTO));
		final BufferedImage result = ImageIO.read(file.toFile());
		assertEquals(List.of(photo.getWidth(), photo.getHeight()), List.of(result.getWidth(), result.getHeight()));
		int colored = 0;
		for (int y = 0; y < result.getHeight(); y++) {
			for (int x = 0; x < result.getWidth(); x++) {
				final int rgb = result.getRGB(x, y);
				final int red = rgb >> 16 & 255;
				final int green = rgb >> 8 & 255;
				final int blue = rgb & 255;
				if (Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue)) > 20) {
					colored++;
				}
			}
		}
		assertTrue(colored > result.getWidth() * result.getHeight() / 4, colored + " pixels have a color");
	}
}
