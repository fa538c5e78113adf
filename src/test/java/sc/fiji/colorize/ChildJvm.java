/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import ai.djl.util.Utils;
import org.junit.jupiter.api.Assertions;

/** A Java program in a JVM of its own, quick to start and with one PyTorch thread. */
public final class ChildJvm {

	/** Far more than any of them takes, so that only a hang fails. */
	private static final int MINUTES = 30;
	private static final long GLANCE_MILLISECONDS = 10;

	private final List<String> before = new ArrayList<>();
	private final List<String> options = new ArrayList<>(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1",
			"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true",
			"-Dai.djl.pytorch.num_threads=1", "-Dai.djl.pytorch.num_interop_threads=1"));
	private final Map<String, String> environment = new LinkedHashMap<>();
	private Path directory;
	private String classPath = System.getProperty("java.class.path");

	/**
	 * What became of it.
	 *
	 * @param exit the exit code
	 * @param out the lines that it printed
	 * @param err the lines that it printed for errors, without PyTorch's own warnings
	 */
	public record Ended(int exit, List<String> out, List<String> err) {
	}

	/** A running one, to be ended. */
	public record Running(Process process, Path out, Path err) implements AutoCloseable {

		/** Waits for its end. */
		public Ended join() throws IOException, InterruptedException {
			final boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
			final List<String> printed = Files.readAllLines(out);
			final List<String> errors =
					Files.readAllLines(err).stream().filter(line -> !line.matches("\\[W\\d.*")).toList();
			Assertions.assertTrue(ended, () -> "It hangs after " + printed + ", errors " + errors);
			return new Ended(process.exitValue(), printed, errors);
		}

		/** Waits until a line that matches a regular expression has been printed, or the process has ended. */
		public void awaitLine(final String expression) throws IOException, InterruptedException {
			boolean alive = true;
			while (alive && Files.readString(out).lines().noneMatch(line -> line.matches(expression))) {
				alive = !process.waitFor(GLANCE_MILLISECONDS, TimeUnit.MILLISECONDS);
			}
		}

		/** Sends a signal such as KILL, if it still runs. */
		public void signal(final String name) throws IOException, InterruptedException {
			new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).redirectErrorStream(true).start()
					.waitFor();
		}

		@Override
		public void close() {
			process.destroyForcibly();
		}
	}

	/** Further options of Java; later ones win. */
	public ChildJvm with(final String... words) {
		options.addAll(List.of(words));
		return this;
	}

	/** A folder that stands for the user's: of ImageJ, Java's preferences and whatever else looks for a home. */
	public ChildJvm home(final Path folder) throws IOException {
		// Where it is missing, Java makes it and says so.
		Files.createDirectories(folder.resolve(".java/.userPrefs"));
		return with("-Duser.home=" + folder, "-Djava.util.prefs.userRoot=" + folder);
	}

	/** The native library that this JVM has unpacked, so that it is not unpacked again, into another home. */
	public ChildJvm engineOfThisJvm() {
		return with("-DDJL_CACHE_DIR=" + Utils.getCacheDir());
	}

	/** Another class path. */
	public ChildJvm classPath(final String path) {
		classPath = path;
		return this;
	}

	/** Another working directory. */
	public ChildJvm in(final Path folder) {
		directory = folder;
		return this;
	}

	/** A variable of the environment. */
	public ChildJvm env(final String name, final String value) {
		environment.put(name, value);
		return this;
	}

	/** Runs it through another program: words of a command that takes the command line of Java as its last ones. */
	public ChildJvm through(final String... words) {
		before.addAll(List.of(words));
		return this;
	}

	/** Starts it; what it prints goes into two files of the folder. */
	public Running start(final Path folder, final Class<?> main, final Object... arguments) throws IOException {
		return start(folder, main.getName(), arguments);
	}

	/** Starts a class by its name. */
	private Running start(final Path folder, final String main, final Object... arguments) throws IOException {
		final List<String> command = new ArrayList<>(before);
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, main));
		Arrays.stream(arguments).map(Object::toString).forEach(command::add);
		final Path out = Files.createTempFile(folder, "out", ".txt");
		final Path err = Files.createTempFile(folder, "err", ".txt");
		final ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile())
				.redirectError(err.toFile());
		builder.environment().putAll(environment);
		if (directory != null) {
			builder.directory(directory.toFile());
		}
		return new Running(builder.start(), out, err);
	}

	/** Runs it to its end. */
	public Ended run(final Path folder, final Class<?> main, final Object... arguments)
			throws IOException, InterruptedException {
		return run(folder, main.getName(), arguments);
	}

	/** Runs a class by its name to its end. */
	public Ended run(final Path folder, final String main, final Object... arguments)
			throws IOException, InterruptedException {
		try (Running running = start(folder, main, arguments)) {
			return running.join();
		}
	}

	/** Whether this process was started in the background of a shell, which makes it and its children ignore Ctrl-C. */
	public static boolean ignoresInterrupts() throws IOException {
		final Path status = Path.of("/proc/self/status");
		if (!Files.exists(status)) {
			return false;
		}
		final String ignored = Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:")).findFirst()
				.orElse("SigIgn:\t0");
		return (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).trim(), 16) & 2) != 0;
	}
}
