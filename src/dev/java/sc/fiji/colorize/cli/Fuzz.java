/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.google.gson.Gson;

import sc.fiji.colorize.Mutations;
import sc.fiji.colorize.Mutations.Mutant;
import sc.fiji.colorize.ProcessMemory;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageKinds;
import sc.fiji.colorize.imagej.LightnessCheck;

/**
 * Colorizes many damaged images of all types and runs many random command lines in this JVM. Each image must be rejected
 * with one sentence, or be colorized with its size and lightness. Each command line must end with the expected exit code.
 * Memory must not grow.
 * <p>
 * Arguments: a working folder, the number of images, the number of command lines, and the seed. Prints the outcomes and the
 * memory, or fails with the name of the file or the command line. The file stays in the folder.
 */
public final class Fuzz {

	/** Images per command line. */
	private static final int BATCH = 50;
	private static final int TELL_EVERY = 1000;
	private static final int WIDTH = 40;
	private static final int HEIGHT = 28;
	/** Most headers are shorter than this. */
	private static final int HEAD = 200;
	private static final long HANG_MILLISECONDS = 900_000;
	private static final int HUNG = 3;

	private final Path folder;
	private final long seed;
	private final List<String> names = new ArrayList<>();
	private final List<byte[]> contents = new ArrayList<>();
	private final Map<String, Integer> accepted = new LinkedHashMap<>();
	private final Map<String, Integer> refused = new LinkedHashMap<>();

	private Fuzz(final Path folder, final long seed) throws IOException {
		this.folder = folder;
		this.seed = seed;
		ImageKinds.files(WIDTH, HEIGHT).forEach((name, content) -> {
			names.add(name);
			contents.add(content);
		});
	}

	/**
	 * Runs the fuzz test.
	 *
	 * @param arguments folder, images, command lines, seed
	 * @throws IOException if the folder cannot be used
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path folder = Files.createDirectories(Path.of(arguments[0]));
		final int images = Integer.parseInt(arguments[1]);
		final int lines = Integer.parseInt(arguments[2]);
		final long seed = Long.parseLong(arguments[3]);
		final AtomicReference<String> doing = watch();
		final Fuzz fuzz = new Fuzz(folder, seed);
		final RandomCommandLines random = new RandomCommandLines(folder, seed);
		// Initialize everything that is created once.
		fuzz.images(-BATCH, doing);
		random.run(0);
		fuzz.accepted.clear();
		fuzz.refused.clear();
		final ProcessMemory before = ProcessMemory.now();
		for (int i = 0; i < images; i += BATCH) {
			fuzz.images(i, doing);
			if ((i + BATCH) % TELL_EVERY == 0) {
				System.out.println((i + BATCH) + " of " + images + " images");
			}
		}
		for (int i = 1; i <= lines; i++) {
			doing.set("command line " + i);
			random.run(i);
		}
		doing.set("");
		final ProcessMemory after = ProcessMemory.now();
		System.out.println("Kinds of files: " + fuzz.names.size());
		System.out.println("Accepted: " + fuzz.accepted);
		System.out.println("Refused: " + fuzz.refused);
		System.out.println("Exit codes of the command lines: " + random.exits());
		System.out.println("Before: " + before);
		System.out.println("After: " + after);
		final int good = fuzz.accepted.values().stream().mapToInt(Integer::intValue).sum();
		final int bad = fuzz.refused.values().stream().mapToInt(Integer::intValue).sum();
		System.out.println((good + bad) + " images, " + good + " accepted, " + bad + " refused, " + lines
				+ " command lines, native arrays " + before.arrays() + " to " + after.arrays() + ", files "
				+ before.files() + " to " + after.files());
		System.exit(0);
	}

	/** Exits the JVM if one step hangs. */
	private static AtomicReference<String> watch() {
		final AtomicReference<String> doing = new AtomicReference<>("");
		final Thread main = Thread.currentThread();
		final Thread watch = new Thread(() -> {
			String last = "";
			while (true) {
				try {
					Thread.sleep(HANG_MILLISECONDS);
				}
				catch (final InterruptedException e) {
					return;
				}
				if (!last.isEmpty() && last.equals(doing.get())) {
					System.err.println("It hangs: " + last);
					Stream.of(main.getStackTrace()).forEach(System.err::println);
					Runtime.getRuntime().halt(HUNG);
				}
				last = doing.get();
			}
		});
		watch.setDaemon(true);
		watch.start();
		return doing;
	}

	// -- Images --

	/** Runs one command line with images from a number on. */
	private void images(final int first, final AtomicReference<String> doing) throws IOException {
		final Path in = Files.createDirectories(folder.resolve("images"));
		final Path out = folder.resolve("results");
		final Path report = folder.resolve("report.json");
		final Map<String, String> what = new LinkedHashMap<>();
		for (int i = first; i < first + BATCH; i++) {
			final Random random = new Random(seed * 1_000_003 + i);
			final int kind = random.nextInt(names.size());
			final String name = names.get(kind);
			final Mutant mutant = mutant(kind, random);
			final String file = (i + "-" + name).replaceFirst("^-", "m");
			what.put(file, mutant.what());
			Files.write(in.resolve(file), mutant.content());
		}
		doing.set("images " + what);
		final Outcome outcome = Outcome.of("colorize", in, "-o", out, "--model", TinyModel.file(), "--device", "cpu",
				"--size", 32, "--report", report);
		final Report told = new Gson().fromJson(Files.readString(report), Report.class);
		require(told.files.size() == BATCH, "files in the report", outcome);
		require(outcome.exit() == (told.failed > 0 ? 1 : 0), "exit code", outcome);
		final List<String> messages = new ArrayList<>();
		for (final Entry entry : told.files) {
			final Path file = Path.of(entry.input);
			final String name = file.getFileName() + " (" + what.get(file.getFileName().toString()) + ")";
			final String kind = entry.input.substring(entry.input.lastIndexOf('.') + 1);
			if (entry.outcome.equals("done")) {
				final String problem = LightnessCheck.problem(file, Path.of(entry.output), true);
				require(problem.isEmpty(), name + ": " + problem, outcome);
				accepted.merge(kind, 1, Integer::sum);
				Files.delete(Path.of(entry.output));
			}
			else {
				require(entry.outcome.equals("failed"), name + " was " + entry.outcome, outcome);
				require(isSentence(entry.message, file), name + ": " + entry.message, outcome);
				messages.add(entry.message);
				refused.merge(kind, 1, Integer::sum);
			}
			require(!what.get(file.getFileName().toString()).equals("nothing") || entry.outcome.equals("done"), name
					+ " is good but failed", outcome);
			Files.delete(file);
		}
		require(outcome.err().equals(messages), "messages " + messages, outcome);
		try (Stream<Path> left = Files.exists(out) ? Files.list(out) : Stream.empty()) {
			require(left.findAny().isEmpty(), "something is left in " + out, outcome);
		}
	}

	private Mutant mutant(final int kind, final Random random) {
		final byte[] whole = contents.get(kind);
		final Mutations mutations = new Mutations(random);
		return switch (random.nextInt(20)) {
			case 0 -> new Mutant("nothing", whole, 0);
			case 1, 2 -> mutations.cut(whole);
			case 3, 4, 5 -> mutations.insertedOrRemoved(whole);
			case 6, 7, 8 -> mutations.overwritten(whole);
			case 9, 10, 11, 12 -> mutations.number(whole, HEAD);
			case 13, 14 -> mutations.joined(whole, contents.get(random.nextInt(contents.size())));
			default -> mutations.flipped(whole, HEAD);
		};
	}

	/** Whether a message names the file, is one sentence, and has no class names. */
	private static boolean isSentence(final String message, final Path file) {
		return message.startsWith(file + ": ") && message.endsWith(".") && !message.endsWith("..")
				&& message.chars().noneMatch(Character::isISOControl) && !message.contains("null")
				&& !message.contains("sc.fiji");
	}

	static void require(final boolean condition, final String what, final Outcome outcome) {
		if (!condition) {
			throw new AssertionError(what + ", exit code " + outcome.exit() + "\n" + outcome.out() + "\n"
					+ String.join("\n", outcome.err()));
		}
	}

	/** The JSON report of a run. */
	static final class Report {

		private int failed;
		private List<Entry> files;
	}

	/** The row of a file in the report. */
	static final class Entry {

		private String input;
		private String outcome;
		private String output;
		private String message;
	}
}
