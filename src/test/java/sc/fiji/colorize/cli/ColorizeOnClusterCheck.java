/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
	private static final int MISSING = 3;
	private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

	@TempDir
	private static Path folder;
	private static Path cluster;
	private static String master;
	private static String hdfs;
	private static Path photos;
	private static Path expected;

	@BeforeAll
	static void startCluster() throws IOException, InterruptedException {
		cluster = folder.resolve("cluster");
		Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no shell");
		final ChildJvm.Ended home = run("dev/spark/home");
		Assumptions.assumeTrue(home.exit() == 0, () -> "Spark cannot be had: " + String.join(" ", home.err()));
		master = printed(run("dev/spark/cluster", "start", cluster.toString(), "2"));
		hdfs = printed(run("dev/spark/cluster", "hdfs", cluster.toString()));
		photos = Files.createDirectories(folder.resolve("photos/1911 May"));
		for (int i = 0; i < PHOTOS; i++) {
			Files.write(photos.resolve("photo#" + i + ".png"), png(400, 300, i));
		}
		Files.writeString(photos.resolve("broken.jpg"), "not a photo");
		Files.writeString(photos.resolve("other.heic"), "of another kind");
		Files.write(photos.resolve("rival.tif"), png(50, 60, 100));
		Files.write(photos.resolve("rival.png"), png(50, 60, 101));
		photos = photos.getParent();
		expected = folder.resolve("expected");
		// From the jar, whose version is in the results.
		final String libraries = Files.readString(Path.of("target/runtime-class-path.txt")).strip();
		final ChildJvm java = new ChildJvm().classPath(jar(Path.of("target")) + File.pathSeparator + libraries);
		final ChildJvm.Ended alone = java.run(folder, FijiColorize.class, "colorize", photos, "-o", expected, "--model",
				TinyModel.file(), "--device", "cpu");
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

	private static ChildJvm.Running submit(final String... words) throws IOException {
		final List<String> command = new ArrayList<>(List.of("scripts/colorize-on-spark", "--master", master,
				"--driver-memory", "512m", "--executor-memory", "1g", "--conf", "spark.ui.enabled=false", "--conf",
				"spark.sql.shuffle.partitions=4", "--conf", "spark.sql.codegen.factoryMode=NO_CODEGEN", "--conf",
				"spark.sql.codegen.wholeStage=false", "--conf", "spark.executor.extraJavaOptions=" + QUICK_START, "--conf",
				"spark.driver.extraJavaOptions=" + QUICK_START,
				"--", "--model", TinyModel.file().toString(), "--device", "cpu"));
		command.addAll(Arrays.asList(words));
		return start(command.toArray(String[]::new));
	}

	private static ChildJvm.Ended colorize(final String... words) throws IOException, InterruptedException {
		try (ChildJvm.Running running = submit(words)) {
			return running.join();
		}
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
	private static void awaitResults(final Path results, final int count, final Process process)
			throws IOException, InterruptedException {
		boolean alive = true;
		while (alive && results(results) < count) {
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
	void killedWorkersAndDriversLoseAndDuplicateNothing() throws IOException, InterruptedException {
		assertEquals(0, hadoop("-put", photos.toString(), hdfs + "/photos").exit());
		final Path results = folder.resolve("results");
		final ChildJvm.Ended ended;
		try (ChildJvm.Running driver = submit(hdfs + "/photos", "-o", results.toUri().toString())) {
			awaitResults(results, 1, driver.process());
			final long worker = Long.parseLong(Files.readString(cluster.resolve("worker-1.pid")).strip());
			kill(ProcessHandle.of(worker).orElseThrow());
			ended = driver.join();
		}
		assertEquals(1, ended.exit(), ended::toString);
		assertEqualsExpected(results);
		assertReport(report(folder.resolve("results-report")), PHOTOS + 1, 0);
		for (final String name : List.of("broken.jpg", "rival.tif", "other.heic")) {
			assertTrue(ended.err().stream().anyMatch(line -> line.contains(name)), ended::toString);
		}
		assertTrue(ended.out().contains(PHOTOS + 1 + " colorized, 0 skipped, 2 failed, 1 of other kinds left out."),
				ended::toString);

		for (int i = 0; i < MISSING; i++) {
			Files.delete(results.resolve("1911 May/photo#" + i + "-colorized.png"));
		}
		assertEquals(0, hadoop("-put", results.toString(), hdfs + "/results").exit());
		final Path report = folder.resolve("hdfs-report");
		final ChildJvm.Ended again =
				colorize(photos.toString(), "-o", hdfs + "/results", "--report", report.toUri().toString());
		assertEquals(1, again.exit(), again::toString);
		assertEquals(0, hadoop("-get", hdfs + "/results", folder.resolve("from-hdfs").toString()).exit());
		assertEqualsExpected(folder.resolve("from-hdfs"));
		assertReport(report(report), MISSING, PHOTOS + 1 - MISSING);
	}

	/** Each input once, and the three bad ones by their names. */
	private static void assertReport(final List<String> rows, final int done, final int skipped) {
		assertEquals(done, count(rows, "done"), rows::toString);
		assertEquals(skipped, count(rows, "skipped"), rows::toString);
		assertEquals(2, count(rows, "failed"), rows::toString);
		assertEquals(1, count(rows, "left out"), rows::toString);
		for (final String name : List.of("broken.jpg", "rival.tif", "other.heic")) {
			assertEquals(1, rows.stream().filter(row -> row.split(",")[0].endsWith("/" + name)).count(), rows::toString);
		}
		// With the header.
		assertEquals(PHOTOS + 5, rows.size(), rows::toString);
		assertEquals(PHOTOS + 5, rows.stream().map(row -> row.split(",")[0]).distinct().count(), rows::toString);
	}
}
