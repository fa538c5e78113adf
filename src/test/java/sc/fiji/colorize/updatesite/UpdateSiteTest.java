/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import javax.imageio.ImageIO;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.command.MacroInImageJ1;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.torch.TorchLibrary;
import sc.fiji.colorize.updatesite.Dependencies.From;
import sc.fiji.colorize.updatesite.SiteIndex.Entry;
import sc.fiji.colorize.updatesite.SiteIndex.Previous;
import sc.fiji.colorize.updatesite.SiteIndex.Version;

/** The update site: made, served by this machine, installed into an empty ImageJ folder, and run from there. */
class UpdateSiteTest {

	private static final Path PROJECT = Path.of("");
	private static final Path LIST = Path.of("update-site/dependencies.txt");
	private static final long FIRST = 20260102030405L;
	private static final long SECOND = 20260203040506L;
	private static final long THIRD = 20260304050607L;
	private static final String JAR = "plugins/Colorize_-9.8.7.jar";
	private static final String MACRO = "macros/Colorize/Colorize_Image.ijm";
	private static final int WIDTH = 96;
	private static final int HEIGHT = 64;

	/** All that this JVM has asked a server for, and the JVMs that were told that it is their proxy. */
	private static final List<String> REQUESTS = Collections.synchronizedList(new ArrayList<>());

	@TempDir
	private static Path shared;
	private static HttpServer server;
	private static List<Path> classPath;
	private static Path jar;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() throws IOException {
		classPath = UpdateSite.runtimeClassPath(PROJECT);
		jar = pack(Path.of("target/classes"), shared, "9.8.7");
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", exchange -> {
			REQUESTS.add(exchange.getRequestURI().toString());
			final Path file = shared.resolve(exchange.getRequestURI().getPath().substring(1));
			try (exchange; OutputStream out = exchange.getResponseBody()) {
				final boolean there = Files.isRegularFile(file);
				exchange.sendResponseHeaders(there ? 200 : 404, there ? Files.size(file) : -1);
				if (there) {
					Files.copy(file, out);
				}
			}
		});
		server.start();
	}

	@AfterAll
	static void stop() {
		server.stop(0);
	}

	/** What Maven packs after the tests. */
	static Path pack(final Path classes, final Path folder, final String version) throws IOException {
		final Path file = folder.resolve("Colorize_-" + version + ".jar");
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file));
				Stream<Path> all = Files.walk(classes)) {
			for (final Path path : all.filter(Files::isRegularFile).toList()) {
				zip.putNextEntry(new ZipEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
				Files.copy(path, zip);
			}
			zip.putNextEntry(new ZipEntry("META-INF/maven/sc.fiji/Colorize_/pom.properties"));
			zip.write(("version=" + version + "\n").getBytes(StandardCharsets.US_ASCII));
			for (final Path inside : new Dependencies(LIST, UpdateSite.runtimeClassPath(PROJECT)).jars(From.INSIDE)) {
				addClasses(inside, zip);
			}
		}
		return file;
	}

	/** As Maven does it, but that the classes keep their package. */
	private static void addClasses(final Path jar, final ZipOutputStream zip) throws IOException {
		try (ZipFile classes = new ZipFile(jar.toFile())) {
			for (final ZipEntry entry : Collections.list(classes.entries())) {
				if (!entry.isDirectory() && !entry.getName().startsWith("META-INF/")) {
					zip.putNextEntry(new ZipEntry(entry.getName()));
					classes.getInputStream(entry).transferTo(zip);
				}
			}
		}
	}

	/** Else Fiji would read all its images with them. */
	@Test
	void readersInTheJarAreNotRegisteredWithImageIo() throws IOException {
		final Path built = Path.of("target/Colorize_-0.1.0.jar");
		assumeTrue(Files.exists(built), "Maven writes " + built + " after the tests.");
		try (ZipFile jar = new ZipFile(built.toFile())) {
			final List<String> names = Collections.list(jar.entries()).stream().map(ZipEntry::getName).toList();
			assertTrue(names.contains(
					"sc/fiji/colorize/twelvemonkeys/imageio/plugins/tiff/TIFFImageReaderSpi.class"), "no readers");
			assertTrue(names.stream().noneMatch(name -> name.startsWith("com/twelvemonkeys")
					|| name.startsWith("META-INF/services/javax.imageio")), "readers that register themselves");
		}
	}

	private static URI address(final Path site) {
		return URI.create("http://localhost:" + server.getAddress().getPort() + "/" + shared.relativize(site) + "/");
	}

	private Path newSite() throws IOException {
		return Files.createTempDirectory(shared, "site");
	}

	private static UpdateSite build() throws IOException {
		return new UpdateSite(PROJECT, jar, classPath);
	}

	private static List<String> filesIn(final Path folder) throws IOException {
		try (Stream<Path> all = Files.walk(folder)) {
			return all.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString().replace(
					File.separatorChar, '/')).sorted().toList();
		}
	}

	@Test
	void siteHasThePluginAndMissingLibrariesOnly() throws IOException {
		final Path site = newSite();
		final SiteIndex index = build().write(site, FIRST);
		assertEquals(List.of("jars/api-0.35.1.jar", "jars/pytorch-engine-0.35.1.jar", "jars/pytorch-jni-2.7.1-0.35.1.jar",
				"licenses/Colorize/Apache-2.0.txt", "licenses/Colorize/BSD-2-Clause.txt",
				"macros/Colorize/Colorize_Folder.ijm", MACRO, "macros/Colorize/Colorize_Stack.ijm",
				"macros/Colorize/Temperature_Series.ijm", "macros/Colorize/Train_And_Evaluate.ijm", JAR,
				"scripts/Plugins/Examples/Colorize/colorize_folder.groovy",
				"scripts/Plugins/Examples/Colorize/evaluate.groovy", "scripts/Plugins/Examples/Colorize/train.groovy"),
				index.entries().values().stream().map(file -> file.current().orElseThrow().filename()).sorted().toList());
		assertEquals(Stream.concat(Stream.of(SiteIndex.FILE), index.entries().values().stream()
				.map(file -> file.current().orElseThrow().location())).sorted().toList(), filesIn(site));
		assertTrue(UpdateSite.size(index) < UpdateSite.LIMIT, String.join("\n", UpdateSite.list(index)));
		assertEquals(List.of("jars/api-0.35.1.jar", "jars/pytorch-engine-0.35.1.jar", "jars/pytorch-jni-2.7.1-0.35.1.jar"),
				index.entries().get("plugins/Colorize_.jar").current().orElseThrow().dependencies());
		// The reader insists on the document type.
		assertEquals(index.entries(), SiteIndex.read(Files.newInputStream(site.resolve(SiteIndex.FILE))).entries());
	}

	@Test
	void buildsAreReproducible() throws IOException {
		final Path site = newSite();
		build().write(site, FIRST);
		final byte[] index = Files.readAllBytes(site.resolve(SiteIndex.FILE));
		final List<String> files = filesIn(site);
		build().write(site, SECOND);
		assertEquals(files, filesIn(site));
		assertArrayEquals(index, Files.readAllBytes(site.resolve(SiteIndex.FILE)));
	}

	@Test
	void nextVersionListsPreviousVersions() throws IOException {
		final Path project = Files.createDirectory(folder.resolve("project"));
		for (final String name : List.of("macros", "scripts", "update-site", "licenses")) {
			Files.createDirectories(project.resolve(name));
		}
		for (final String name : List.of("LICENSE", "update-site/dependencies.txt", "licenses/Apache-2.0.txt")) {
			Files.copy(Path.of(name), project.resolve(name));
		}
		final Path changed = Files.writeString(project.resolve("macros/Changed.ijm"), "1");
		final Path removed = Files.writeString(project.resolve("macros/Removed.ijm"), "2");
		Files.writeString(project.resolve("scripts/same.groovy"), "3");
		final Path site = newSite();
		final Path imagej = folder.resolve("imagej");
		final SiteIndex first = new UpdateSite(project, jar, classPath).write(site, FIRST);
		new Updater(address(site), imagej).update();

		Files.writeString(changed, "1, changed");
		Files.delete(removed);
		Files.writeString(project.resolve("macros/Added.ijm"), "4");
		final Path newer = pack(Path.of("target/classes"), folder, "9.9.0");
		final String refusal = assertThrows(IOException.class,
				() -> new UpdateSite(project, newer, classPath).write(site, FIRST)).getMessage();
		assertEquals("macros/Colorize/Changed.ijm has changed since " + FIRST + ", but the new version would be of " + FIRST
				+ ": commit what has changed, or set SOURCE_DATE_EPOCH to a later time.", refusal);
		final SiteIndex second = new UpdateSite(project, newer, classPath).write(site, SECOND);

		assertEquals(new Entry(first.entries().get("scripts/Plugins/Examples/Colorize/same.groovy").current(), List.of()),
				second.entries().get("scripts/Plugins/Examples/Colorize/same.groovy"));
		final Version before = first.entries().get("plugins/Colorize_.jar").current().orElseThrow();
		final Entry plugin = second.entries().get("plugins/Colorize_.jar");
		assertEquals("plugins/Colorize_-9.9.0.jar-" + SECOND, plugin.current().orElseThrow().location());
		assertEquals(List.of(new Previous(JAR, FIRST, SECOND, before.checksum())), plugin.previous());
		final Entry gone = second.entries().get("macros/Colorize/Removed.ijm");
		assertTrue(gone.current().isEmpty());
		assertEquals(SECOND, gone.previous().get(0).obsolete());
		// What was online stays there.
		assertTrue(filesIn(site).containsAll(List.of(JAR + "-" + FIRST, "macros/Colorize/Removed.ijm-" + FIRST)));

		assertEquals(List.of("macros/Colorize/Added.ijm", "macros/Colorize/Changed.ijm", "plugins/Colorize_-9.9.0.jar"),
				new Updater(address(site), imagej).update());
		assertFalse(filesIn(imagej).contains("macros/Colorize/Removed.ijm"));
		assertFalse(filesIn(imagej).contains(JAR));

		Files.writeString(changed, "1, changed again");
		final SiteIndex third = new UpdateSite(project, newer, classPath).write(site, THIRD);
		assertEquals(List.of(FIRST, SECOND), third.entries().get("macros/Colorize/Changed.ijm").previous().stream()
				.map(Previous::timestamp).sorted().toList());
		// What a user has changed is his.
		Files.writeString(imagej.resolve("macros/Colorize/Changed.ijm"), "mine");
		assertEquals(List.of(), new Updater(address(site), imagej).update());
	}

	@Test
	void damagedFileIsNotInstalled() throws IOException {
		final Path site = newSite();
		build().write(site, FIRST);
		final Path file = site.resolve(MACRO + "-" + FIRST);
		final byte[] content = Files.readAllBytes(file);
		content[0]++;
		Files.write(file, content);
		final Path imagej = folder.resolve("imagej");
		assertEquals("Incorrect checksum of " + MACRO + ".",
				assertThrows(IOException.class, () -> new Updater(address(site), imagej).update()).getMessage());
		assertFalse(Files.exists(imagej.resolve(MACRO)));
	}

	@Test
	void unlistedDependencyFailsTheBuild() throws IOException {
		final List<Path> more = new ArrayList<>(classPath);
		more.add(Path.of("/repository/org/example/thing/1.0/thing-1.0.jar"));
		assertEquals("The dependency thing-1.0.jar is not in " + LIST + ": find out whether Fiji has it, and add a line.",
				assertThrows(IOException.class, () -> new Dependencies(LIST, more)).getMessage());
		final List<Path> fewer = new ArrayList<>(classPath);
		fewer.removeIf(path -> path.getFileName().toString().startsWith("gson-"));
		assertEquals("The plugin does not need com.google.code.gson:gson any more: take it out of " + LIST + ".",
				assertThrows(IOException.class, () -> new Dependencies(LIST, fewer)).getMessage());
		final Path list = Files.writeString(folder.resolve("list.txt"), "a:b elsewhere because\n");
		assertTrue(assertThrows(IOException.class, () -> new Dependencies(list, List.of())).getMessage()
				.contains("but one is 'a:b elsewhere because'"));
	}

	/** The class path of an ImageJ with what a Fiji has of its own, and the jars that an update has put into a folder. */
	private List<Path> imagej(final Path imagej) throws IOException {
		final List<Path> all = new ArrayList<>(new Dependencies(LIST, classPath).jars(From.FIJI));
		Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
				.filter(path -> path.getFileName().toString().matches("(ij1-patcher|javassist)-.*\\.jar")).forEach(all::add);
		for (final String place : List.of("jars", "plugins")) {
			try (DirectoryStream<Path> jars = Files.newDirectoryStream(imagej.resolve(place), "*.jar")) {
				jars.forEach(all::add);
			}
		}
		// Of the tests the one class alone that runs macros.
		final String runner = MacroInImageJ1.class.getName().replace('.', '/') + ".class";
		final Path copy = folder.resolve("runner").resolve(runner);
		Files.createDirectories(copy.getParent());
		Files.copy(Path.of("target/test-classes").resolve(runner), copy);
		all.add(folder.resolve("runner"));
		return all;
	}

	/** Colorizes a picture with an installed macro, in a JVM of its own; gives what it printed. */
	private String colorize(final Path imagej, final List<Path> classPath, final Path output, final String... options)
			throws IOException, InterruptedException {
		final Path home = Files.createDirectories(folder.resolve("home"));
		final Path picture = folder.resolve("gray.png");
		final BufferedImage gray = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		for (int i = 0; i < WIDTH * HEIGHT; i++) {
			gray.getRaster().setSample(i % WIDTH, i / WIDTH, 0, (i * 7 + i / WIDTH * 5) % 256);
		}
		ImageIO.write(gray, "png", picture.toFile());
		final List<String> all = new ArrayList<>(List.of(options));
		// Whoever asks for something far away asks here.
		for (final String protocol : List.of("http", "https")) {
			all.add("-D" + protocol + ".proxyHost=localhost");
			all.add("-D" + protocol + ".proxyPort=" + server.getAddress().getPort());
		}
		REQUESTS.clear();
		return MacroInImageJ1.run(home, String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()),
				all, imagej.resolve(MACRO).toString(), picture + ";" + output + ";size=64 device=cpu");
	}

	@Slow
	@Test
	void pluginStartsFromAnInstalledSite() throws IOException, InterruptedException {
		final Path site = newSite();
		build().write(site, FIRST);
		final Path imagej = folder.resolve("imagej");
		final List<String> fetched = new Updater(address(site), imagej).update();
		assertEquals(filesIn(imagej), fetched.stream().sorted().toList());
		final List<Path> fiji = imagej(imagej);

		// Without a native library it says what to do, and fetches nothing.
		final Path none = folder.resolve("none.png");
		final String refusal = colorize(imagej, fiji, none);
		assertTrue(refusal.contains("The PyTorch library is not on this computer yet: fetch it once with Install Colorizer"
				+ " Engine"), refusal);
		assertFalse(Files.exists(none));
		assertFalse(Files.exists(folder.resolve("home/.djl.ai")), refusal);
		assertEquals(List.of(), REQUESTS);

		// With one in a folder that PYTORCH_LIBRARY_PATH names: the one this JVM has.
		TorchEngine.get();
		final Path torch = Path.of(LibUtils.getLibtorchPath());
		final Path byPath = folder.resolve("path.png");
		final String byPathLog = colorize(imagej, fiji, byPath, "-DPYTORCH_LIBRARY_PATH=" + torch);
		assertTrue(Files.exists(byPath), byPathLog);
		final int[] pixels = pixels(byPath);
		assertTrue(Arrays.stream(pixels).anyMatch(rgb -> (rgb >> 16 & 255) != (rgb & 255)), "no color");

		// With one in DJL's cache, as the download leaves it.
		final Path cache = folder.resolve("cache");
		final Path downloaded = Files.createDirectories(
				cache.resolve("pytorch").resolve(TorchLibrary.cacheFolder(TorchLibrary.CPU).getFileName()));
		link(downloaded);
		final Path byCache = folder.resolve("cache.png");
		final String byCacheLog = colorize(imagej, fiji, byCache, "-DDJL_CACHE_DIR=" + cache);
		assertTrue(Files.exists(byCache), byCacheLog);
		assertArrayEquals(pixels, pixels(byCache));
		assertEquals(List.of(), REQUESTS);
	}

	/** Puts into a folder of DJL's cache what its download leaves there: the PyTorch library that this JVM has. */
	static void link(final Path downloaded) throws IOException {
		TorchEngine.get();
		try (DirectoryStream<Path> libraries = Files.newDirectoryStream(Path.of(LibUtils.getLibtorchPath()))) {
			for (final Path library : libraries) {
				if (!library.getFileName().toString().contains("djl_torch")) {
					Files.createSymbolicLink(downloaded.resolve(library.getFileName()), library.toAbsolutePath());
				}
			}
		}
	}

	private static int[] pixels(final Path file) throws IOException {
		return ImageIO.read(file.toFile()).getRGB(0, 0, WIDTH, HEIGHT, null, 0, WIDTH);
	}
}
