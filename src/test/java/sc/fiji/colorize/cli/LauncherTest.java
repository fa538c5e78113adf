/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.photo.PhotoFiles;
import sc.fiji.colorize.torch.TorchEngine;

/** The launcher {@code scripts/fiji-colorize}, in a copy of the project that has the classes under test for its jar. */
@Slow
class LauncherTest {

	private static final Path SCRIPT = Path.of("scripts/fiji-colorize").toAbsolutePath();

	@TempDir
	private Path folder;
	private Path launcher;
	private Path mavenScript;

	@BeforeEach
	void copyLauncher() throws IOException {
		Assumptions.assumeTrue(Files.isExecutable(SCRIPT) && Files.isExecutable(Path.of("/bin/bash")), "there is no shell");
		final Path target = Files.createDirectories(folder.resolve("my project's/target"));
		launcher = Files.createDirectories(target.resolveSibling("scripts")).resolve("fiji-colorize");
		Files.copy(SCRIPT, launcher);
		mavenScript = Files.createDirectories(target.resolveSibling("dev")).resolve("maven");
		Files.copy(Path.of("dev/maven"), mavenScript);
		try (OutputStream jar = Files.newOutputStream(target.resolve("Colorize_-0.0.jar"))) {
			new JarOutputStream(jar).close();
		}
		Files.writeString(target.resolve("runtime-class-path.txt"), System.getProperty("java.class.path"));
	}

	/** Runs the launcher; the names of files go through the shell, which knows nothing of Java's encodings. */
	private ChildJvm.Ended run(final Map<String, String> environment, final String words)
			throws IOException, InterruptedException {
		final Path script = folder.resolve("run.sh");
		Files.writeString(script, "\"" + launcher + "\" " + words + "\n");
		final Path out = folder.resolve("out.txt");
		final Path err = folder.resolve("err.txt");
		final ProcessBuilder builder = new ProcessBuilder("/bin/bash", script.toString()).directory(folder.toFile())
				.redirectOutput(out.toFile()).redirectError(err.toFile());
		builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
		builder.environment().put("FIJI_COLORIZE_JAVA_OPTIONS",
				"-Xmx512m -XX:TieredStopAtLevel=1 -Dai.djl.pytorch.num_threads=1 -Dai.djl.pytorch.num_interop_threads=1");
		builder.environment().putAll(environment);
		try (ChildJvm.Running running = new ChildJvm.Running(builder.start(), out, err)) {
			return running.join();
		}
	}

	/** A program called java that tells a version as the real ones do and prints its words. */
	private Path fakeJava(final String version) throws IOException {
		final Path home = folder.resolve("jdk " + version);
		final Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
		Files.writeString(java, """
				#!/bin/bash
				if [ "$1" = -version ]; then
					echo 'openjdk version "%s" 2018-10-16' >&2
				else
					echo "LC_ALL=$LC_ALL"
					echo "$MALLOC_ARENA_MAX $GLIBC_TUNABLES"
					printf '<%%s>\\n' "$@"
				fi
				""".formatted(version));
		Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
		return home;
	}

	// -- The first build --

	/** A program called mvn in a folder of its own, which comes first in the path; nothing is built yet. */
	private Map<String, String> fakeMaven(final String commands) throws IOException {
		final Path target = launcher.getParent().resolveSibling("target");
		Files.delete(target.resolve("Colorize_-0.0.jar"));
		Files.delete(target.resolve("runtime-class-path.txt"));
		final Path maven = Files.createDirectories(folder.resolve("maven")).resolve("mvn");
		Files.writeString(maven, """
				#!/bin/bash
				await() {
					for i in {1..600}; do
						! grep -q "$1" '%s' || return 0
						sleep 0.1
					done
					exit 3
				}
				""".formatted(folder.resolve("err.txt")) + commands);
		Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
		return Map.of("JAVA_HOME", fakeJava("17").toString(), "PATH", maven.getParent() + ":" + System.getenv("PATH"));
	}

	@Test
	void firstBuildShowsProgress() throws IOException, InterruptedException {
		final ChildJvm.Ended ended = run(fakeMaven("""
				printf '\\e[0m'
				echo 'Downloaded from central: https://repo.invalid/small.jar (500 kB at 1.2 MB/s)'
				echo 'Downloaded from central: https://repo.invalid/medium.jar (2.5 MB at 1.2 MB/s)'
				echo 'Downloading from central: https://repo.invalid/large.jar'
				await 'Fetching large.jar; 2 files and 3 MB'
				echo 'Downloaded from central: https://repo.invalid/large.jar (5 B at 1 B/s)'
				await 'Starting Maven'
				printf '[\\e[1;34mINFO\\e[m] --- compiler:3.11.0:compile (default-compile) @ Colorize_ ---\\n'
				await Compiling
				touch target/Colorize_-0.0.jar target/runtime-class-path.txt
				"""), "--version");
		assertEquals(0, ended.exit(), ended.err().toString());
		assertTrue(ended.out().contains("<--version>"), ended.out().toString());
		assertTrue(ended.err().get(0).startsWith("Building fiji-colorize once"), ended.err().toString());
		assertTrue(ended.err().get(ended.err().size() - 1).matches("Built in \\d+:\\d\\d min\\."), ended.err().toString());
		assertFalse(String.join("", ended.err()).contains("\u001b"), "escape codes");
	}

	@Test
	void failedBuildSaysWhyAndWhatToDo() throws IOException, InterruptedException {
		final ChildJvm.Ended ended = run(fakeMaven("""
				printf '[\\e[1;31mERROR\\e[m] Could not transfer artifact a:b:1: Unknown host repo.invalid -> [Help 1]\\n'
				echo '[ERROR] '
				echo '[ERROR] Re-run Maven using the -X switch to enable full debug logging.'
				exit 1
				"""), "--version");
		assertEquals(1, ended.exit());
		assertEquals(List.of(), ended.out(), "Java was started");
		final String said = String.join("\n", ended.err());
		for (final String part : List.of("Unknown host repo.invalid", "network", "proxy", "failed",
				launcher.getParent().resolveSibling("target").resolve("build.log").toString())) {
			assertTrue(said.contains(part), said);
		}
		assertFalse(said.contains("\u001b") || said.contains("Re-run Maven"), said);
	}

	@Test
	void missingMavenIsReported() throws IOException, InterruptedException {
		final Path tools = Files.createDirectories(folder.resolve("tools"));
		for (final String tool : List.of("bash", "readlink", "dirname")) {
			final Path file = Path.of("/usr/bin").resolve(tool);
			Assumptions.assumeTrue(Files.isExecutable(file), "there is no " + file);
			final Path call = Files.writeString(tools.resolve(tool), "#!/bin/bash\nexec " + file + " \"$@\"\n");
			Files.setPosixFilePermissions(call, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		final Map<String, String> environment = new HashMap<>(fakeMaven(""));
		environment.put("PATH", tools.toString());
		final ChildJvm.Ended ended = run(environment, "--version");
		assertEquals(2, ended.exit());
		final String last = ended.err().get(ended.err().size() - 1);
		assertTrue(last.contains("Maven is missing") && last.contains("install"), ended.err().toString());
	}

	@Test
	void interruptedBuildLeavesNoMavenProcess() throws IOException, InterruptedException, ExecutionException,
			TimeoutException {
		final Map<String, String> environment =
				fakeMaven("echo $$ >target/pid; mv target/pid target/mvn.pid; exec sleep 600\n");
		final ProcessBuilder builder = new ProcessBuilder(mavenScript.toString(), "package")
				.redirectErrorStream(true).redirectOutput(folder.resolve("out.txt").toFile());
		builder.environment().putAll(environment);
		final Process process = builder.start();
		final Path pid = launcher.getParent().resolveSibling("target").resolve("mvn.pid");
		while (process.isAlive() && !Files.exists(pid)) {
			Thread.sleep(20);
		}
		final Optional<ProcessHandle> maven = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
		process.destroy();
		assertEquals(130, process.waitFor());
		if (maven.isPresent()) {
			maven.get().onExit().get(1, TimeUnit.MINUTES);
		}
		assertTrue(Files.readString(folder.resolve("out.txt")).contains("interrupted"));
	}

	// -- Java --

	@Test
	void oldJavaIsReported() throws IOException, InterruptedException {
		for (final Map.Entry<String, String> version : Map.of("11.0.2", "11", "1.8.0_292", "8", "16", "16").entrySet()) {
			final Path home = fakeJava(version.getKey());
			final String sentence = "This Java is version " + version.getValue()
					+ ": install a JDK 17 or newer, or let JAVA_HOME point to one.";
			for (final boolean file : new boolean[] {false, true}) {
				if (file) {
					Files.writeString(home.resolve("release"),
							"IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version.getKey() + "\"\nJAVA_VERSION_DATE=\"2018\"\n");
				}
				final ChildJvm.Ended ended = run(Map.of("JAVA_HOME", home.toString()), "colorize a.png -o b.png");
				assertEquals(List.of(sentence), ended.err());
				assertEquals(List.of(), ended.out());
				assertEquals(2, ended.exit());
			}
		}
	}

	@Test
	void missingJavaIsReported() throws IOException, InterruptedException {
		final ChildJvm.Ended ended = run(Map.of("JAVA_HOME", folder.resolve("nowhere").toString()), "--version");
		assertEquals(List.of("Java is missing: install a JDK 17 or newer."), ended.err());
		assertEquals(2, ended.exit());
	}

	@Test
	void argumentsReachJavaUnchanged() throws IOException, InterruptedException {
		for (final String version : List.of("17", "21.0.1", "25-ea", "99")) {
			final ChildJvm.Ended ended = run(Map.of("JAVA_HOME", fakeJava(version).toString(),
					"FIJI_COLORIZE_JAVA_OPTIONS", "-Xmx8g -Dx=y"), "colorize 'a b\"c.png' '' '*' -o \"d'e\"");
			assertEquals(List.of(), ended.err());
			assertEquals(0, ended.exit());
			final List<String> words = ended.out();
			assertTrue(words.containsAll(List.of("<-Xmx8g>", "<-Dx=y>")), words.toString());
			assertEquals(List.of("<" + FijiColorize.class.getName() + ">", "<colorize>", "<a b\"c.png>", "<>", "<*>", "<-o>",
					"<d'e>"), words.subList(words.size() - 7, words.size()));
		}
	}

	@Test
	void hugePagesAreRequestedByDefault() throws IOException, InterruptedException {
		final String java = fakeJava("17").toString();
		final Map<String, String> unset = Map.of("JAVA_HOME", java, "MALLOC_ARENA_MAX", "", "GLIBC_TUNABLES", "");
		assertEquals("1 glibc.malloc.hugetlb=1", run(unset, "--version").out().get(1));
		final Map<String, String> set = Map.of("JAVA_HOME", java, "MALLOC_ARENA_MAX", "4", "GLIBC_TUNABLES", "a.b=0");
		assertEquals("4 a.b=0", run(set, "--version").out().get(1));
	}

	/** Starting JNA takes a tenth of a second, and only a library for CUDA needs it. */
	@Test
	void cudaIsNotQueriedWithACpuBuild() throws IOException, InterruptedException {
		final Path classes = folder.resolve("classes.txt");
		Files.write(folder.resolve("photo.png"), PhotoFiles.encode(PhotoFiles.colorful(40, 30, 1), "png"));
		final ChildJvm.Ended ended = run(
				Map.of("FIJI_COLORIZE_JAVA_OPTIONS", "-Xmx512m -Xlog:class+load=info:file=" + classes),
				"colorize photo.png -o result.png --size 32 --model " + TinyModel.file());
		assertEquals(0, ended.exit(), ended.err().toString());
		final String loaded = Files.readString(classes);
		assertTrue(loaded.contains(".jni.PyTorchLibrary "), "PyTorch was not used");
		Assumptions.assumeFalse(TorchEngine.get().getGpuCount() > 0, "there is CUDA");
		assertFalse(loaded.contains(".jna.Native "), "JNA was started");
	}

	/** As cron and batch systems have it. */
	@Test
	void allFileNamesWorkInTheCLocale() throws IOException, InterruptedException {
		Assumptions.assumeTrue(hasUtf8(), "the system has no locale C.UTF-8");
		final byte[] photo = PhotoFiles.encode(PhotoFiles.colorful(40, 30, 1), "png");
		Files.write(folder.resolve("photo.png"), photo);
		final String names = "'in p\u00fct/it'\\''s \"\u0444\u043e\u0442\u043e\" \u5199\u771f.png' "
				+ "'in p\u00fct/@photo.png' 'in p\u00fct/\u0130\u0131 \ud83c\udf04 a;b&c$d.PNG'";
		final String setUp = "true; mkdir 'in p\u00fct' && for f in " + names + "; do cp photo.png \"$f\"; done\n\""
				+ launcher + "\" ";
		final String options = "--model " + TinyModel.file() + " --device cpu --size 32 --report 'out p\u00fct/\u5831.json'";
		final ChildJvm.Ended ended = run(Map.of("LC_ALL", "C"), "--version >version.txt; " + setUp
				+ "colorize 'in p\u00fct' -o 'out p\u00fct' " + options + "\necho $?\nls -A 'out p\u00fct'");
		assertEquals(List.of(), ended.err());
		final List<String> results = ended.out().subList(ended.out().indexOf("0") + 1, ended.out().size());
		assertEquals(Stream.of("it's \"\u0444\u043e\u0442\u043e\" \u5199\u771f-colorized.png", "@photo-colorized.png",
				"\u0130\u0131 \ud83c\udf04 a;b&c$d-colorized.png", "\u5831.json").sorted().toList(),
				results.stream().sorted().toList());
	}

	@Test
	void cLocaleIsReplacedByUtf8() throws IOException, InterruptedException {
		Assumptions.assumeTrue(hasUtf8(), "the system has no locale C.UTF-8");
		final String java = fakeJava("17").toString();
		for (final Map<String, String> locale : List.of(Map.of("LC_ALL", "C"), Map.of("LC_ALL", "POSIX"),
				Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", ""), Map.of("LC_ALL", "C.UTF-8"),
				Map.of("LC_ALL", "xx_YY.UTF-8"))) {
			final Map<String, String> environment = new HashMap<>(locale);
			environment.put("JAVA_HOME", java);
			assertEquals("LC_ALL=C.UTF-8", run(environment, "--version").out().get(0), locale.toString());
		}
		assertEquals("LC_ALL=", run(Map.of("JAVA_HOME", java, "LC_ALL", "", "LC_CTYPE", "", "LANG", "C.UTF-8"), "--version")
				.out().get(0));
	}

	/** Without the launcher's help it is told. */
	@Test
	void nameOutsideTheLocaleIsReported() throws IOException, InterruptedException {
		final Path script = folder.resolve("make.sh");
		Files.write(script, ("mkdir in; printf x > 'in/\u5199.png'").getBytes(StandardCharsets.UTF_8));
		assertEquals(0, new ProcessBuilder("/bin/bash", script.toString()).directory(folder.toFile()).start().waitFor());
		final ChildJvm jvm = new ChildJvm().env("LC_ALL", "C");
		final ChildJvm.Ended ended = jvm.run(folder, FijiColorize.class, "colorize", folder.resolve("in"), "-o",
				folder.resolve("out"));
		assertEquals(1, ended.err().size(), ended.err().toString());
		assertTrue(ended.err().get(0).matches("The file name '.*-colorized' cannot be used here \\(.*\\): if it has letters"
				+ " beyond ASCII, set the environment variable LC_ALL to C.UTF-8, or rename it\\."), ended.err().get(0));
		assertEquals(2, ended.exit());
	}

	private static boolean hasUtf8() throws IOException {
		final ProcessBuilder utf8 = new ProcessBuilder("locale", "charmap");
		utf8.environment().put("LC_ALL", "C.UTF-8");
		return new String(utf8.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("UTF-8");
	}
}
