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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import ij.ImagePlus;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ImageKinds;
import sc.fiji.colorize.imagej.LightnessCheck;

/** Random command lines of {@code fiji-colorize colorize}, valid and invalid, and their expected exit codes. */
final class RandomCommandLines {

	private static final int WIDTH = 30;
	private static final int HEIGHT = 20;
	private static final int DONE = 0;
	private static final int FAILED = 1;
	private static final int USAGE = 2;

	/** An input file: whether it can be colorized, and whether a PNG and a JPEG can hold its result. */
	private record Input(Path file, boolean good, boolean fitsPng, boolean fitsJpeg) {

		static Input of(final Path file) throws IOException {
			final ImagePlus image = ImageFiles.read(file);
			final boolean shallow = image.getType() == ImagePlus.COLOR_RGB || image.getBitDepth() == Byte.SIZE;
			// A 16-bit gray image with its full display range becomes a 16-bit PNG.
			final boolean deep = image.getBitDepth() == Short.SIZE && image.getStackSize() == 1
					&& image.getDisplayRangeMin() == 0 && image.getDisplayRangeMax() == 65535;
			final boolean fitsPng = deep || ImageFiles.fitsPng(image);
			return new Input(file, true, fitsPng, fitsPng && shallow);
		}

		static Input bad(final Path file) {
			return new Input(file, false, true, true);
		}

		boolean worksAs(final String ending) {
			final String kind = ending.toLowerCase(Locale.ROOT);
			return good && (kind.isEmpty() || kind.startsWith("tif") || (kind.startsWith("jp") ? fitsJpeg : fitsPng));
		}
	}

	private final Path folder;
	private final long seed;
	private final List<Input> inputs = new ArrayList<>();
	private final Path emptyFolder;
	private final Path noFolder;
	private final Map<Integer, Integer> exits = new TreeMap<>();

	// -- One command line --

	private Random random;
	private List<Object> words;
	private boolean wrong;

	RandomCommandLines(final Path folder, final long seed) throws IOException {
		this.folder = folder.resolve("lines");
		this.seed = seed;
		final Path in = Files.createDirectories(this.folder.resolve("in put"));
		emptyFolder = Files.createDirectories(this.folder.resolve("empty"));
		noFolder = Files.writeString(this.folder.resolve("no folder"), "text");
		for (final Map.Entry<String, byte[]> file : ImageKinds.files(WIDTH, HEIGHT).entrySet()) {
			// Inputs with different result names.
			final Path path = Files.write(in.resolve(inputs.size() + " " + file.getKey()), file.getValue());
			inputs.add(Input.of(path));
		}
		inputs.add(Input.bad(Files.write(in.resolve("cut.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0})));
		inputs.add(Input.bad(Files.writeString(in.resolve("te xt'\".jpg"), "text")));
		inputs.add(Input.bad(in.resolve("none.png")));
		inputs.add(Input.bad(in.resolve("@none.tif")));
	}

	/** Number of command lines by exit code. */
	Map<Integer, Integer> exits() {
		return exits;
	}

	/** Runs one command line; number 0 is valid. */
	void run(final int number) throws IOException {
		random = new Random(seed * 999_983 + number);
		words = new ArrayList<>(List.of("colorize"));
		wrong = false;
		final Path out = folder.resolve("out " + number);
		final List<Input> chosen = choose();
		final boolean named = chosen.size() == 1 && random.nextInt(3) == 0;
		final String type = option("--type", named ? List.of("auto") : List.of("auto", "png", "jpg", "tif"),
				named ? List.of("png") : List.of("gif", "PNG", "", ".tif"), "auto");
		final String ending = named ? List.of("png", "jpg", "jpeg", "tif", "TIFF").get(random.nextInt(5))
				: type.equals("auto") ? "" : type;
		output(named ? out.resolve("result." + ending) : out);
		number("--temperature", 1);
		number("--saturation", 5);
		number("--smoothing", 1);
		option("--upsampling", List.of("edge-aware", "bilinear"), List.of("nearest", "", "edge aware"), "");
		final boolean reference = random.nextInt(12) == 0;
		final String size = option("--size", List.of("32", "40", "64", "256"),
				List.of("31", "36", "-32", "4096", "1e2", "big", "", "99999999999", "32.0"), "0");
		if (reference) {
			words.add("--reference");
			wrong |= !List.of("0", "256").contains(size);
		}
		final boolean uncertainty = flag("--uncertainty");
		flag("--overwrite");
		flag("--no-recursive");
		option("--pattern", List.of("*.png", "2024/**", "{a,b}*"), List.of("[", "{a"), "");
		final int[] shard = shard();
		final boolean dryRun = flag("--dry-run");
		final boolean badReport = rarely("--report", inputs.get(0).file().resolve("report.json"), null);
		final boolean badDevice = rarely("--device", List.of("gpu:99", "abacus", "cpu:1").get(random.nextInt(3)), "cpu");
		final boolean badModel = rarely("--model", inputs.get(0).file().resolveSibling("no model"), TinyModel.file());
		if (number > 0 && random.nextInt(30) == 0) {
			words.add(1, List.of("--color", "--size", "-x", "--temperature=", "--type=\u0000", "nul\u0000.png")
					.get(random.nextInt(6)));
			wrong = true;
		}
		final List<Input> share = new ArrayList<>();
		for (int i = shard[0] - 1; i < chosen.size(); i += shard[1]) {
			share.add(chosen.get(i));
		}
		final int expected = wrong ? USAGE : chosen.isEmpty() ? FAILED : dryRun ? DONE : badReport ? USAGE
				: share.isEmpty() ? DONE : badDevice || badModel ? USAGE
						: share.stream().allMatch(input -> input.worksAs(ending)) ? DONE : FAILED;
		final boolean works = !wrong && !dryRun && !badReport && !badDevice && !badModel;
		check(expected, works ? share : List.of(), named ? out.resolve("result." + ending) : out, named, ending, uncertainty,
				!reference);
		delete(out);
	}

	private List<Input> choose() {
		final List<Input> chosen = new ArrayList<>();
		for (int i = random.nextInt(4); i > 0; i--) {
			final Input input = inputs.get(random.nextInt(inputs.size()));
			if (!chosen.contains(input)) {
				chosen.add(input);
				words.add(input.file());
			}
		}
		if (chosen.isEmpty()) {
			words.add(emptyFolder);
		}
		return chosen;
	}

	private void output(final Path out) {
		final int luck = random.nextInt(40);
		if (luck == 0) {
			words.addAll(List.of("-o", noFolder));
		}
		else if (luck > 1) {
			words.addAll(List.of("-o", out));
		}
		wrong |= luck <= 1;
	}

	/** An option that is missing, valid, or rarely invalid. */
	private String option(final String name, final List<String> right, final List<String> bad, final String otherwise) {
		final int luck = random.nextInt(100);
		if (luck < 50) {
			return otherwise;
		}
		final List<String> values = luck < 97 ? right : bad;
		final String value = values.get(random.nextInt(values.size()));
		words.add(name + "=" + value);
		wrong |= luck >= 97;
		return value;
	}

	private void number(final String name, final int max) {
		option(name, List.of(String.valueOf(max * random.nextDouble()), "0", String.valueOf(max), "-0.0", "1e-320", "0x1p-3",
				"0.5d", " .25"), List.of("NaN", "Infinity", "-0.01", max + ".001", "0,5", "warm", "", "1/2", "\u0663"), "");
	}

	private boolean flag(final String name) {
		final boolean given = random.nextInt(6) == 0;
		if (given) {
			words.add(name);
		}
		return given;
	}

	/** A random shard: its index and the number of shards. */
	private int[] shard() {
		final int count = 1 + random.nextInt(3);
		final int index = 1 + random.nextInt(count);
		return option("--shard", List.of(index + "/" + count), List.of("3/2", "0/2", "1/0", "a/b", "", "1/9999999999"), "")
				.equals(index + "/" + count) ? new int[] {index, count} : new int[] {1, 1};
	}

	private boolean rarely(final String name, final Object bad, final Object good) {
		final boolean isBad = random.nextInt(25) == 0;
		if (isBad || good != null) {
			words.addAll(List.of(name, isBad ? bad : good));
		}
		return isBad;
	}

	private void check(final int expected, final List<Input> share, final Path out, final boolean named,
			final String ending, final boolean uncertainty, final boolean lightness) throws IOException {
		final Outcome outcome = Outcome.of(words.toArray());
		exits.merge(outcome.exit(), 1, Integer::sum);
		Fuzz.require(outcome.exit() == expected, words + ": expected exit code " + expected, outcome);
		final int failures = (int) share.stream().filter(input -> !input.worksAs(ending)).count();
		Fuzz.require(outcome.err().size() == (expected == DONE ? 0 : Math.max(1, failures)), words + ": number of lines",
				outcome);
		for (final String line : outcome.err()) {
			Fuzz.require(line.endsWith(".") && !line.contains("Exception"), words + ": " + line, outcome);
		}
		int files = 0;
		for (final Input input : share) {
			if (!input.worksAs(ending)) {
				continue;
			}
			final Path result = named ? out : result(input, out, ending);
			final boolean lossy = result.toString().matches(".*\\.jpe?g");
			final String problem = LightnessCheck.problem(input.file(), result, lightness && !lossy);
			Fuzz.require(problem.isEmpty(), words + ": " + result + ": " + problem, outcome);
			files++;
		}
		final int written = count(named ? out.getParent() : out);
		Fuzz.require(uncertainty ? written >= 2 * files : written == files, words + ": number of files " + written, outcome);
	}

	private static Path result(final Input input, final Path out, final String ending) {
		final String name = input.file().getFileName().toString();
		return out.resolve(name.substring(0, name.lastIndexOf('.')) + "-colorized."
				+ (!ending.isEmpty() ? ending : input.fitsPng() ? "png" : "tif"));
	}

	private static int count(final Path folder) throws IOException {
		try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
			return (int) files.count();
		}
	}

	private static void delete(final Path folder) throws IOException {
		if (Files.exists(folder)) {
			try (Stream<Path> files = Files.walk(folder)) {
				for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(file);
				}
			}
		}
	}
}
