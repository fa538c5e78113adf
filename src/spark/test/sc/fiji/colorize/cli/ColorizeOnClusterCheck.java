/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.photo.PhotoFiles;

/**
 * {@code scripts/colorize-on-spark} on a standalone cluster of two workers with one core each, all processes of their own,
 * and on an HDFS.
 */
class ColorizeOnClusterCheck {

	private static final int MINUTES = 30;
	private static final long GLANCE_MILLISECONDS = 20;
	/** Large enough, and enough of them, for the work to be disturbed in the middle. */
	private static final int PHOTOS = 40;
	private static final List<String> BROKEN = List.of("broken.jpg", "rival.tif", "torn.png");
	private static final String OTHER_KIND = "other.heic";
	private static final int COLOR_PHOTOS = 5;
	/** More than the driver lists. */
	private static final int MANY = 1200;
	/** Much larger than the difference by the order of sums. */
	private static final double ROUNDING = 1e-6;
	private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
	/** What Spark needs of Java 17. */
	private static final List<String> OPENED =
			List.of("java.lang", "java.lang.invoke", "java.nio", "java.util", "sun.nio.ch");

	@TempDir
	private static Path folder;
	private static Path cluster;
	private static String master;
	private static String hdfs;
	private static Path photos;
	private static Path hints;
	private static Path expected;

	@BeforeAll
	static void startCluster() throws IOException, InterruptedException {
		Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no shell");
		final ChildJvm.Ended home = run("dev/spark/home");
		Assumptions.assumeTrue(home.exit() == 0, () -> "Spark cannot be had: " + String.join(" ", home.err()));
		cluster = folder.resolve("cluster");
		master = printed(run("dev/spark/cluster", "start", cluster.toString(), "2"));
		hdfs = printed(run("dev/spark/cluster", "hdfs", cluster.toString()));
		photos = folder.resolve("photos");
		final Path year = Files.createDirectories(photos.resolve("1911 May"));
		for (int i = 0; i < PHOTOS; i++) {
			Files.write(year.resolve("photo#" + i + ".png"), png(400, 300, i));
		}
		Files.writeString(year.resolve("broken.jpg"), "not a photo");
		Files.writeString(year.resolve("torn.png"), "not a photo either");
		Files.writeString(year.resolve(OTHER_KIND), "of another kind");
		Files.write(year.resolve("rival.tif"), png(50, 60, 100));
		Files.write(year.resolve("rival.png"), png(50, 60, 101));
		hints = Files.createDirectory(folder.resolve("hints"));
		final BufferedImage strokes = new BufferedImage(400, 300, BufferedImage.TYPE_INT_ARGB);
		for (int x = 100; x < 150; x++) {
			strokes.setRGB(x, 150, 0xff208040);
		}
		Files.write(hints.resolve("photo#7.png"), PhotoFiles.encode(strokes, "png"));
		Files.write(hints.resolve("nobody.png"), PhotoFiles.encode(strokes, "png"));
		expected = folder.resolve("expected");
		// From the jar, whose version is in the results.
		final String libraries = Files.readString(Path.of("target/runtime-class-path.txt")).strip();
		final ChildJvm java = new ChildJvm().classPath(jar(Path.of("target")) + File.pathSeparator + libraries);
		final ChildJvm.Ended alone = java.run(folder, FijiColorize.class, "colorize", photos, "-o", expected, "--model",
				TinyModel.file(), "--device", "cpu", "--hints-folder", hints);
		assertEquals(1, alone.exit(), alone::toString);
	}

	private static Path jar(final Path target) throws IOException {
		try (Stream<Path> files = Files.list(target)) {
			return files.filter(file -> file.getFileName().toString().matches("Colorize_-[0-9.]+(-SNAPSHOT)?\\.jar"))
					.findFirst().orElseThrow();
		}
	}

	private static byte[] png(final int width, final int height, final long seed) {
		final BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
		image.getRaster().setDataElements(0, 0, width, height, TinyModel.picture(width, height, seed));
		return PhotoFiles.encode(image, "png");
	}

	@AfterAll
	static void stopCluster() throws IOException, InterruptedException {
		if (cluster != null) {
			run("dev/spark/cluster", "stop", cluster.toString());
		}
	}

	private static String printed(final ChildJvm.Ended ended) {
		assertEquals(0, ended.exit(), () -> ended.err() + logs());
		return ended.out().get(ended.out().size() - 1);
	}

	/** What the processes of the cluster have said. */
	private static String logs() {
		try (Stream<Path> files = Files.list(cluster)) {
			final StringBuilder logs = new StringBuilder();
			for (final Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
				logs.append('\n').append(log).append('\n').append(Files.readString(log));
			}
			return logs.toString();
		}
		catch (final IOException e) {
			return e.toString();
		}
	}

	private static ChildJvm.Running start(final String... words) throws IOException {
		final Path out = Files.createTempFile(folder, "out", ".txt");
		final Path err = Files.createTempFile(folder, "err", ".txt");
		final ProcessBuilder builder =
				new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
		builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
		builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
		builder.environment().remove("SPARK_HOME");
		return new ChildJvm.Running(builder.start(), out, err);
	}

	private static ChildJvm.Ended run(final String... words) throws IOException, InterruptedException {
		try (ChildJvm.Running running = start(words)) {
			return running.join();
		}
	}

	private static ChildJvm.Running submit(final String[] words, final String... more) throws IOException {
		return submit(concat(words, more));
	}

	private static ChildJvm.Running submit(final String... words) throws IOException {
		final List<String> command = new ArrayList<>(List.of("scripts/colorize-on-spark", "--master", master,
				"--driver-memory", "512m", "--executor-memory", "1g", "--conf", "spark.ui.enabled=false", "--conf",
				"spark.executor.extraJavaOptions=" + QUICK_START, "--conf",
				"spark.driver.extraJavaOptions=" + QUICK_START,
				"--", "--model", TinyModel.file().toString(), "--device", "cpu"));
		command.addAll(Arrays.asList(words));
		return start(command.toArray(String[]::new));
	}

	private static ChildJvm.Ended hadoop(final String... words) throws IOException, InterruptedException {
		final List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", "dev/spark/conf:target/spark/jars/*", "org.apache.hadoop.fs.FsShell"));
		command.addAll(Arrays.asList(words));
		return run(command.toArray(String[]::new));
	}

	private static TreeMap<String, byte[]> files(final Path root) throws IOException {
		final TreeMap<String, byte[]> files = new TreeMap<>();
		if (!Files.exists(root)) {
			return files;
		}
		try (Stream<Path> tree = Files.walk(root)) {
			for (final Path file : tree.filter(Files::isRegularFile).toList()) {
				files.put(root.relativize(file).toString(), Files.readAllBytes(file));
			}
		}
		return files;
	}

	/** All results, and nothing else. */
	private static void assertEqualsExpected(final Path results) throws IOException {
		final TreeMap<String, byte[]> wanted = files(expected);
		final TreeMap<String, byte[]> found = files(results);
		assertEquals(wanted.keySet(), found.keySet());
		wanted.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
	}

	private static List<String> report(final Path folder) throws IOException {
		try (Stream<Path> parts = Files.list(folder.resolve("csv"))) {
			final List<String> lines = new ArrayList<>();
			for (final Path part : parts.filter(file -> file.toString().endsWith(".csv")).toList()) {
				lines.addAll(Files.readAllLines(part));
			}
			return lines;
		}
	}

	private static long count(final List<String> report, final String outcome) {
		return report.stream().filter(line -> line.contains("," + outcome + ",")).count();
	}

	private static int results(final Path root) throws IOException {
		try (Stream<Path> tree = Files.exists(root) ? Files.walk(root) : Stream.empty()) {
			return (int) tree.filter(file -> file.toString().endsWith("-colorized.png")).count();
		}
		catch (final UncheckedIOException e) {
			// Temporary files come and go.
			return 0;
		}
	}

	/** Waits until there is a result, or the process has ended. */
	private static void awaitResults(final Path results, final Process process)
			throws IOException, InterruptedException {
		boolean alive = true;
		while (alive && results(results) == 0) {
			alive = !process.waitFor(GLANCE_MILLISECONDS, TimeUnit.MILLISECONDS);
		}
		assertTrue(alive, "the work ended before it could be disturbed");
	}

	private static void kill(final ProcessHandle process) throws InterruptedException {
		final List<ProcessHandle> all =
				Stream.concat(process.descendants(), Stream.of(process)).collect(Collectors.toList());
		all.forEach(ProcessHandle::destroyForcibly);
		for (final ProcessHandle ended : all) {
			ended.onExit().orTimeout(MINUTES, TimeUnit.MINUTES).join();
		}
	}

	@Test
	void aLostWorkerLosesAndDoublesNothing() throws IOException, InterruptedException {
		assertEquals(0, hadoop("-put", photos.toString(), hints.toString(), hdfs + "/").exit());
		final Path results = folder.resolve("results");
		final ChildJvm.Ended ended;
		try (ChildJvm.Running driver =
				submit(hdfs + "/photos", "-o", results.toUri().toString(), "--hints-folder", hdfs + "/hints")) {
			awaitResults(results, driver.process());
			// So that the work cannot end before the worker is lost.
			driver.signal("STOP");
			assertTrue(results(results) < PHOTOS, "the work ended before it could be disturbed");
			final long worker = Long.parseLong(Files.readString(cluster.resolve("worker-1.pid")).strip());
			kill(ProcessHandle.of(worker).orElseThrow());
			Files.delete(cluster.resolve("worker-1.pid"));
			driver.signal("CONT");
			ended = driver.join();
		}
		assertEquals(1, ended.exit(), ended::toString);
		assertEqualsExpected(results);
		final List<String> report = report(folder.resolve("results-report"));
		assertReport(report, PHOTOS + BROKEN.size() + 2);
		assertEquals(PHOTOS + 1, count(report, "done"), report::toString);
		assertEquals(1, count(report, "left out"), report::toString);
		for (final String name : Stream.concat(BROKEN.stream(), Stream.of(OTHER_KIND, "nobody.png")).toList()) {
			assertTrue(ended.err().stream().anyMatch(line -> line.contains(name)), ended::toString);
		}
		assertTrue(ended.out().contains(PHOTOS + 1 + " colorized, 0 skipped, 3 failed, 1 of other kinds left out."),
				ended::toString);
		run("dev/spark/cluster", "worker", cluster.toString());
	}

	@Test
	void aRunAfterAKilledDriverDoesWhatIsMissing() throws IOException, InterruptedException {
		final Path list = folder.resolve("list.csv");
		try (Stream<Path> files = Files.walk(photos)) {
			Files.write(list, Stream.concat(Stream.of("number,path"), files.filter(Files::isRegularFile)
					.filter(file -> !file.endsWith(OTHER_KIND)).map(file -> "1," + file)).toList());
		}
		final Path results = folder.resolve("killed");
		final String[] words = {"--list", list.toString(), "--column", "path", "--base", photos.toString(),
				"--hints-folder", hints.toString(), "-o"};
		try (ChildJvm.Running driver = submit(words, results.toUri().toString())) {
			awaitResults(results, driver.process());
			kill(driver.process().toHandle());
		}
		assertTrue(results(results) < PHOTOS, "the work ended before it could be disturbed");
		assertTrue(Files.exists(results.resolve(".colorize-temporary")));
		assertEquals(0, hadoop("-put", results.toString(), hdfs + "/killed").exit());

		final Path report = folder.resolve("killed-report");
		final ChildJvm.Ended again;
		try (ChildJvm.Running driver = submit(words, hdfs + "/killed", "--report", report.toUri().toString())) {
			again = driver.join();
		}
		assertEquals(1, again.exit(), again::toString);
		assertEquals(0, hadoop("-get", hdfs + "/killed", folder.resolve("from-hdfs").toString()).exit());
		assertEqualsExpected(folder.resolve("from-hdfs"));
		final List<String> rows = report(report);
		assertReport(rows, PHOTOS + BROKEN.size() + 1);
		assertTrue(count(rows, "skipped") > 0, rows::toString);
		assertEquals(PHOTOS + 1, count(rows, "done") + count(rows, "skipped"), rows::toString);
	}

	@Test
	void anEvaluationGivesTheNumbersOfOneMachineAndAnInterruptLeavesNothing() throws IOException, InterruptedException {
		// The processes of a build in the background of a shell ignore Ctrl-C.
		final boolean deaf = ChildJvm.ignoresInterrupts();
		final Path colored = Files.createDirectories(folder.resolve("colored/sub")).getParent();
		for (int i = 0; i < COLOR_PHOTOS; i++) {
			final BufferedImage image = new BufferedImage(90, 60, BufferedImage.TYPE_3BYTE_BGR);
			image.getRaster().setDataElements(0, 0, 90, 60, TinyModel.picture(3 * 90, 60, i));
			Files.write(colored.resolve((i < 2 ? "sub/" : "") + i + ".png"), PhotoFiles.encode(image, "png"));
		}
		Files.write(colored.resolve("gray.png"), png(40, 30, 1));
		Files.writeString(colored.resolve("broken.jpg"), "not a photo");
		final Path alone = folder.resolve("alone");
		final String[] compared = {"--model", TinyModel.file().toString(), "--device", "cpu", "--temperature", "0.2,1",
				"--hints", "0,2"};
		assertEquals(1, FijiColorize.run(concat(new String[] {"evaluate", colored.toString(), "--out", alone.toString()},
				compared)));

		final Path together = folder.resolve("together");
		final Path many = folder.resolve("many");
		for (int i = 0; i < MANY; i++) {
			Files.createFile(Files.createDirectories(many.resolve(i % 3 + "/deep")).resolve(i + ".png"));
		}
		final String none = folder.resolve("none").toString();
		final Path results = folder.resolve("interrupted");
		final ChildJvm java = new ChildJvm().with("-Xmx1g", "-Dspark.master=local[2]", "-Dspark.ui.enabled=false")
				.env("SPARK_LOCAL_IP", "127.0.0.1").classPath(System.getProperty("java.class.path") + File.pathSeparator
						+ "dev/spark/conf" + File.pathSeparator + "target/spark/jars/*");
		OPENED.forEach(name -> java.with("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
		final String[] model = {"--model", TinyModel.file().toString(), "--device", "cpu"};
		final List<String> lines = new ArrayList<>(List.of("evaluate", colored.toString(), "--out", together.toString()));
		lines.addAll(List.of(compared));
		lines.addAll(List.of(SparkCommands.THEN, colored.toString(), "-o", colored.toString()));
		lines.addAll(List.of(model));
		lines.addAll(List.of(SparkCommands.THEN, colored.toString(), "-o", colored.toString(), "--dry-run"));
		lines.addAll(List.of(SparkCommands.THEN, "--list", colored + "-report/parquet", "--column", "input", "-o", none,
				"--dry-run"));
		lines.addAll(List.of(SparkCommands.THEN, many.toString(), "-o", none, "--dry-run"));
		lines.addAll(List.of(SparkCommands.THEN, photos.toString(), "-o", results.toString()));
		lines.addAll(List.of(model));
		final ChildJvm.Ended ended;
		try (ChildJvm.Running commands = java.start(folder, SparkCommands.class, lines.toArray())) {
			awaitResults(results, commands.process());
			commands.signal(deaf ? "TERM" : "INT");
			ended = commands.join();
		}
		assertEquals(deaf ? 143 : 130, ended.exit(), ended::toString);
		assertFalse(Files.exists(results.resolve(".colorize-temporary")));
		assertEquals(List.of("exit 1", "exit 1", "exit 0", "exit 0", "exit 0"),
				ended.out().stream().filter(line -> line.startsWith("exit")).toList(), ended::toString);
		final int all = COLOR_PHOTOS + 2;
		assertEquals(List.of(all + " files, " + all, all + " files, 1", all + " files, " + all, MANY + " files, " + MANY),
				ended.out().stream().filter(line -> line.contains(" files, ")).limit(4)
						.map(line -> line.substring(0, line.indexOf(" of them"))).toList(), ended::toString);
		assertFalse(Files.exists(folder.resolve("none")));
		assertSameRows(alone.resolve("report.json"), together.resolve("report.json"));
	}

	private static String[] concat(final String[] words, final String... more) {
		return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
	}

	private static void assertSameRows(final Path one, final Path two) throws IOException {
		final JsonObject wanted = JsonParser.parseString(Files.readString(one)).getAsJsonObject();
		final JsonObject found = JsonParser.parseString(Files.readString(two)).getAsJsonObject();
		assertEquals(wanted.get("skipped"), found.get("skipped"));
		final JsonArray rows = wanted.getAsJsonArray("rows");
		assertEquals(rows.size(), found.getAsJsonArray("rows").size());
		for (int i = 0; i < rows.size(); i++) {
			final JsonObject other = found.getAsJsonArray("rows").get(i).getAsJsonObject();
			rows.get(i).getAsJsonObject().entrySet().forEach(entry -> {
				final JsonElement value = other.get(entry.getKey());
				if (entry.getValue().isJsonPrimitive() && entry.getValue().getAsJsonPrimitive().isNumber()) {
					assertEquals(entry.getValue().getAsDouble(), value.getAsDouble(), ROUNDING, entry.getKey());
				}
				else if (!entry.getValue().isJsonArray()) {
					assertEquals(entry.getValue(), value, entry.getKey());
				}
			});
		}
	}

	/** Each input once, and the bad ones by their names. */
	private static void assertReport(final List<String> rows, final int inputs) {
		assertEquals(BROKEN.size(), count(rows, "failed"), rows::toString);
		for (final String name : BROKEN) {
			assertEquals(1, rows.stream().filter(row -> row.split(",")[0].endsWith("/" + name)).count(), rows::toString);
		}
		// With the header.
		assertEquals(inputs + 1, rows.size(), rows::toString);
		assertEquals(inputs + 1, rows.stream().map(row -> row.split(",")[0]).distinct().count(), rows::toString);
	}

	@Test
	void thePluginsJarHasNoClassForSpark() throws IOException {
		try (JarFile jar = new JarFile(jar(Path.of("target")).toFile())) {
			assertEquals(List.of(), jar.stream().map(JarEntry::getName)
					.filter(name -> name.matches("(org/apache/(spark|hadoop)|scala|sc/fiji/colorize/spark)/.*|.*OnSpark.*"))
					.toList());
		}
	}
}
