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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.NativeOutOfMemory;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.photo.PhotoFiles;

/** What goes wrong around the command line: disks, signals, memory, libraries, languages. */
@Slow
class FaultsTest {

	private static final int WIDTH = 120;
	private static final int HEIGHT = 90;
	private static final int PHOTOS = 24;
	/** Mounts a file system of memory on a folder, runs a command and tells what is in the folder then. */
	private static final String MOUNT = "mount -t tmpfs -o $1 tmpfs \"$2\" && d=$2 && shift 2 && \"$@\"; code=$?;"
			+ " find \"$d\" -type f -printf 'left %f %s\\n'; exit $code";

	@TempDir
	private Path folder;
	private Path in;
	private Path out;

	@BeforeEach
	void makePhotos() throws IOException {
		in = Files.createDirectory(folder.resolve("in"));
		out = folder.resolve("out");
		for (int i = 0; i < PHOTOS; i++) {
			photo(String.format(Locale.ROOT, "p%02d.png", i), i);
		}
	}

	private Path photo(final String name, final long seed) throws IOException {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		picture.getRaster().setDataElements(0, 0, WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, seed));
		final Path file = in.resolve(name);
		ImageIO.write(picture, "png", file.toFile());
		return file;
	}

	private static Object[] words(final Object... words) {
		final List<Object> all = new ArrayList<>(List.of("colorize", "--model", TinyModel.file(), "--device", "cpu",
				"--size", 32));
		all.addAll(List.of(words));
		return all.toArray();
	}

	private Map<String, byte[]> files(final Path of) throws IOException {
		final Map<String, byte[]> files = new TreeMap<>();
		try (Stream<Path> paths = Files.exists(of) ? Files.list(of) : Stream.empty()) {
			for (final Path file : paths.toList()) {
				files.put(file.getFileName().toString(), Files.readAllBytes(file));
			}
		}
		return files;
	}

	/** The results as they are to be. */
	private Map<String, byte[]> expected() throws IOException {
		final Path whole = folder.resolve("whole");
		assertEquals(0, Outcome.of(words(in, "-o", whole)).exit());
		return files(whole);
	}

	private static void assertSame(final Map<String, byte[]> expected, final Map<String, byte[]> actual) {
		actual.forEach((name, content) -> assertArrayEquals(expected.get(name), content, name));
	}

	// -- Disks --

	/** A JVM that sees a file system of memory where the output folder is; it is gone when the JVM is. */
	private ChildJvm mounting(final String options) throws IOException, InterruptedException {
		Files.createDirectories(out);
		final boolean can = new File("/usr/bin/unshare").canExecute() && new ProcessBuilder("unshare", "-rm", "sh", "-c",
				MOUNT, "sh", options, out.toString(), "true").redirectErrorStream(true)
						.redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
		Assumptions.assumeTrue(can, "a file system cannot be mounted here");
		return new ChildJvm().through("unshare", "-rm", "sh", "-c", MOUNT, "sh", options, out.toString());
	}

	@Test
	void fullDiskIsReportedAndLeavesNoPartialFiles() throws IOException, InterruptedException {
		final Path deep = in.resolve("deep.tif");
		Files.write(deep, deepTiff());
		final ChildJvm.Ended ended = mounting("size=160k").run(folder, FijiColorize.class, words(in, "-o", out));
		assertEquals(1, ended.exit());
		final List<String> left = ended.out().stream().filter(line -> line.startsWith("left ")).sorted().toList();
		final Map<String, byte[]> expected = expected();
		final List<String> done = ended.out().stream().filter(line -> line.contains(" -> "))
				.map(line -> line.substring(line.lastIndexOf('/') + 1)).sorted().toList();
		assertFalse(done.isEmpty());
		assertEquals(done.stream().map(name -> "left " + name + " " + expected.get(name).length).toList(), left,
				"whole results and nothing else");
		assertEquals(PHOTOS + 1 - done.size(), ended.err().size());
		for (final String line : ended.err()) {
			assertTrue(line.matches("\\S+: the result \\S+ cannot be written \\(No space left on device\\)\\."), line);
		}
		assertTrue(ended.err().get(0).startsWith(deep + ": "), ended.err().get(0));
	}

	/** Its result is larger than the disk. */
	private static byte[] deepTiff() throws IOException {
		final Path file = Files.createTempFile("deep", ".tif");
		ImageIO.write(PhotoFiles.gray(200, 180, BufferedImage.TYPE_USHORT_GRAY), "tif", file.toFile());
		final byte[] bytes = Files.readAllBytes(file);
		Files.delete(file);
		return bytes;
	}

	@Test
	void readOnlyFolderIsReportedFirst() throws IOException, InterruptedException {
		final Path photo = in.resolve("p00.png");
		final ChildJvm.Ended ended = mounting("ro").run(folder, FijiColorize.class, words(photo, "-o", out));
		assertEquals(1, ended.exit());
		assertEquals(List.of(photo + ": the result " + out.resolve("p00-colorized")
				+ " cannot be written (permission denied)."), ended.err());
	}

	@Test
	void unwritableReportIsReportedFirst() throws IOException, InterruptedException {
		final ChildJvm.Ended ended = mounting("ro").run(folder, FijiColorize.class, words(in, "-o", folder.resolve("else"),
				"--report", out.resolve("report.json")));
		assertEquals(2, ended.exit());
		assertEquals(List.of("The report " + out.resolve("report.json") + " cannot be written (permission denied)."),
				ended.err());
		assertFalse(Files.exists(folder.resolve("else")));
	}

	// -- Signals --

	@ParameterizedTest
	@ValueSource(strings = {"KILL", "INT", "TERM"})
	void interruptedRunLeavesWholeResultsAndCanContinue(final String signal) throws IOException, InterruptedException {
		Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "Windows has no signals");
		Assumptions.assumeFalse(signal.equals("INT") && ChildJvm.ignoresInterrupts(), "interrupts are ignored here");
		final Map<String, byte[]> expected = expected();
		final Path report = folder.resolve("report.csv");
		// Killed twice, so that the second run finds results of the first.
		for (final int done : signal.equals("KILL") ? new int[] {5, 11} : new int[] {7}) {
			final Map<String, FileTime> before = times();
			final String line = "\\[" + done + "/" + PHOTOS + ",.*";
			final List<Object> held = new ArrayList<>(List.of(line));
			held.addAll(List.of(words(in, "-o", out, "--report", report)));
			try (ChildJvm.Running running = new ChildJvm().start(folder, HeldCommandLine.class, held.toArray())) {
				running.awaitLine(line);
				running.signal(signal);
				assertEquals(switch (signal) {
					case "KILL" -> 137;
					case "INT" -> 130;
					default -> 143;
				}, running.join().exit());
			}
			final Map<String, byte[]> left = files(out);
			final boolean hidden = left.keySet().removeIf(name -> name.matches("\\..*\\.part"));
			assertFalse(hidden && !signal.equals("KILL"), "a file is left half-written");
			assertEquals(done, left.size());
			assertSame(expected, left);
			final Map<String, FileTime> after = times();
			before.forEach((name, time) -> assertEquals(time, after.get(name), name));
			if (!signal.equals("KILL")) {
				assertEquals(done, Files.readAllLines(report).stream().filter(row -> row.contains(",done,")).count(),
						"the report tells what is done");
			}
		}
		final Outcome rest = Outcome.of(words(in, "-o", out));
		assertEquals(0, rest.exit());
		final Map<String, byte[]> complete = files(out);
		complete.keySet().removeIf(name -> name.startsWith("."));
		assertEquals(expected.keySet(), complete.keySet());
		assertSame(expected, complete);
	}

	private Map<String, FileTime> times() throws IOException {
		final Map<String, FileTime> times = new TreeMap<>();
		for (final String name : files(out).keySet()) {
			if (!name.startsWith(".")) {
				times.put(name, Files.getLastModifiedTime(out.resolve(name)));
			}
		}
		return times;
	}

	@Test
	void concurrentRunsCanShareAFolder() throws IOException, InterruptedException {
		final Object[] words = words(in, "-o", out, "--overwrite");
		try (ChildJvm.Running one = new ChildJvm().start(folder, FijiColorize.class, words);
				ChildJvm.Running other = new ChildJvm().start(folder, FijiColorize.class, words)) {
			for (final ChildJvm.Ended ended : List.of(one.join(), other.join())) {
				assertEquals(List.of(), ended.err());
				assertEquals(0, ended.exit());
			}
		}
		final Map<String, byte[]> expected = expected();
		final Map<String, byte[]> actual = files(out);
		assertEquals(expected.keySet(), actual.keySet());
		assertSame(expected, actual);
	}

	// -- Memory --

	@Test
	void imageTooLargeForTheHeapIsReportedAndTheNextIsDone() throws IOException, InterruptedException {
		final int side = 7000;
		// A kind that cannot be read in strips.
		final Path large = folder.resolve("large.gif");
		ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY), "gif", large.toFile());
		final ChildJvm.Ended ended = new ChildJvm().with("-Xmx100m").run(folder, FijiColorize.class,
				words(large, in.resolve("p00.png"), "-o", out));
		assertEquals(List.of(large + ": the memory is not enough for this image; start Java with a larger -Xmx."),
				ended.err());
		assertEquals(1, ended.exit());
		assertEquals(List.of("p00-colorized.png"), List.copyOf(files(out).keySet()));
	}

	@Test
	void networkTooLargeForTheMemoryIsReported() throws IOException, InterruptedException {
		Assumptions.assumeTrue(new File("/usr/bin/prlimit").canExecute(), "there is no prlimit");
		final ChildJvm.Ended ended = new ChildJvm().with("-Xms256m", "-XX:+AlwaysPreTouch").run(folder,
				NativeOutOfMemory.class, TinyModel.file());
		assertEquals(0, ended.exit(), ended.err().toString());
		assertEquals(2, ended.out().size(), ended.out().toString());
		assertTrue(ended.out().get(0).matches("The .*(not enough|can't allocate memory).*: choose a smaller size[^.]*\\."),
				ended.out().get(0));
		assertEquals("It works as before.", ended.out().get(1));
	}

	// -- PyTorch's library --

	@Test
	void missingLibraryIsReported() throws IOException, InterruptedException {
		final String without = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter(entry -> !entry.contains("pytorch-native")).collect(Collectors.joining(File.pathSeparator));
		final ChildJvm.Ended ended = new ChildJvm().classPath(without)
				.env("DJL_CACHE_DIR", folder.resolve("cache").toString())
				.run(folder, FijiColorize.class, words(in, "-o", out));
		assertEquals(1, ended.exit());
		assertEquals(1, ended.err().size(), ended.err().toString());
		assertTrue(ended.err().get(0).matches("The PyTorch library is not on this computer yet: .+\\."), ended.err().get(0));
		assertTrue(ended.err().get(0).contains("'fiji-colorize engine download cpu'"), ended.err().get(0));
		assertFalse(ended.err().get(0).contains("menu"), ended.err().get(0));
		assertFalse(Files.exists(out));
	}

	@Test
	void damagedLibraryIsReported() throws IOException, InterruptedException {
		final Path library = Files.createDirectory(folder.resolve("libtorch"));
		for (final String name : List.of("c10", "torch", "torch_cpu", "djl_torch")) {
			Files.writeString(library.resolve(System.mapLibraryName(name)), "cut off");
		}
		final ChildJvm.Ended ended = new ChildJvm().env("PYTORCH_LIBRARY_PATH", library.toString())
				.env("PYTORCH_VERSION", "2.7.1").env("DJL_CACHE_DIR", folder.resolve("cache").toString())
				.run(folder, FijiColorize.class, words(in, "-o", out));
		assertEquals(1, ended.exit());
		// The JVM may add a warning of its own.
		final String last = ended.err().get(ended.err().size() - 1);
		assertTrue(last.startsWith("The PyTorch library in " + library + " did not start ("), last);
		assertTrue(last.contains("2.7.1"), last);
		assertTrue(ended.err().stream().noneMatch(line -> line.startsWith("\tat ")), ended.err().toString());
	}

	// -- Languages --

	@ParameterizedTest
	@ValueSource(strings = {"de-DE", "tr-TR", "ar-EG-u-nu-arab", "fa-IR-u-nu-arabext", "hi-IN-u-nu-deva",
		"th-TH-u-ca-buddhist-nu-thai"})
	void localesGiveEqualResults(final String tag) throws IOException {
		final Locale locale = Locale.getDefault();
		final Map<String, Object> expected = withReports("expected");
		try {
			Locale.setDefault(Locale.forLanguageTag(tag));
			assertEquals(expected, withReports("actual"));
		}
		finally {
			Locale.setDefault(locale);
		}
	}

	/** Classes that are loaded in that language, too. */
	@Test
	void turkishLocaleGivesEqualResults() throws IOException, InterruptedException {
		final Path report = folder.resolve("child.json");
		final ChildJvm jvm = new ChildJvm().with("-Duser.language=tr", "-Duser.country=TR");
		Files.move(in.resolve("p00.png"), in.resolve("I.PNG"));
		final Outcome expected = Outcome.of(words(in, "-o", out, "--report", folder.resolve("expected.json")));
		final Map<String, byte[]> files = files(out);
		for (final String name : files.keySet()) {
			Files.delete(out.resolve(name));
		}
		final ChildJvm.Ended ended = jvm.run(folder, FijiColorize.class, words(in, "-o", out, "--report", report));
		assertEquals(expected.err(), ended.err());
		assertEquals(withoutTimes(expected.out().lines().toList()), withoutTimes(ended.out()));
		assertEquals(Files.readString(folder.resolve("expected.json")), Files.readString(report));
		assertEquals(files.keySet(), files(out).keySet());
		assertSame(files, files(out));
		assertEquals(List.of("Invalid value for option '--temperature': '0,5' is not a double; try 'fiji-colorize colorize"
				+ " --help'."), jvm.run(folder, FijiColorize.class, words(in, "-o", out, "--temperature", "0,5")).err());
	}

	/** What a run tells and writes, but for the times. */
	private Map<String, Object> withReports(final String name) throws IOException {
		final Map<String, Object> all = new LinkedHashMap<>();
		final Path results = folder.resolve("results");
		final Path csv = folder.resolve(name + ".csv");
		final Path json = folder.resolve(name + ".json");
		final Outcome outcome = Outcome.of(words(in.resolve("p00.png"), in.resolve("none.png"), "-o", results, "--overwrite",
				"--temperature", "0.25", "--uncertainty", "--report", csv));
		all.put("exit", outcome.exit());
		all.put("err", outcome.err());
		all.put("out", withoutTimes(outcome.out().lines().toList()));
		all.put("csv", Files.readAllLines(csv).stream().map(line -> line.replaceFirst(",\\d+\\.\\d\\d$", ",")).toList());
		Outcome.of(words(in.resolve("p00.png"), "-o", results, "--report", json));
		all.put("json", Files.readString(json));
		files(results).forEach((file, content) -> all.put(file, Arrays.hashCode(content)));
		return all;
	}

	private static List<String> withoutTimes(final List<String> lines) {
		return lines.stream().map(line -> line.replaceFirst(", [^]]*\\]", "]")).toList();
	}
}
