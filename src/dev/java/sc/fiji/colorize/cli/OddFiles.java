/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;

import ij.ImagePlus;

import sc.fiji.colorize.imagej.ImageFiles;

/**
 * Colorizes the image files of a folder one by one and compares each result with the picture that its original shows: the
 * mean |dL*| of each page, or the sentence with which the file is refused. ImageMagick shows the originals; what it cannot
 * read, or reads in another way on purpose, is compared with {@code folder-quiet/base.png}, from which all files were made.
 * <p>
 * Arguments: the folder, an empty folder for the results, and options of {@code colorize}. Results that are there
 * already are compared as they are; they may be those of another version.
 */
public final class OddFiles {

	/** Fails if ImageMagick is missing. */
	private static final String CONVERT = "convert";
	private static final int COLORS = 3;
	private static final double[] LUMINANCE = {0.2126, 0.7152, 0.0722};
	private static final double SHORT = 65535;
	private static final double BYTE = 255;
	/** Values of at least this magnitude mark missing pixels. */
	private static final double MISSING = 1e30;

	private final Path folder;
	private final Path work;
	private final Path profile;

	/**
	 * The outcome of one file.
	 *
	 * @param name path in the folder
	 * @param pages mean |dL*| of each page of the result; infinity for a page of the wrong size; empty if refused
	 * @param expected number of pages that a viewer shows; 0 if it shows none
	 * @param message the sentence with which the file was refused
	 */
	public record Row(String name, List<Double> pages, int expected, String message) {

		/** The largest deviation of a page; NaN if refused. */
		double deviation() {
			return pages.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
		}

		@Override
		public String toString() {
			final StringJoiner values = new StringJoiner(", ");
			pages.forEach(page -> values.add(String.format(Locale.ROOT, "%.2f", page)));
			final boolean wrong = !pages.isEmpty() && pages.size() != expected;
			return "| `" + name + "` | " + (pages.isEmpty() ? message : values)
					+ (wrong ? " (" + pages.size() + " of " + expected + " pages)" : "") + " |";
		}
	}

	/** A page as shown: L* of each pixel, NaN where a value is missing. */
	private record Page(int width, int height, double[] lightness) {
	}

	private OddFiles(final Path folder, final Path work) throws IOException {
		this.folder = folder;
		this.work = Files.createDirectories(work);
		profile = Files.write(work.resolve("srgb.icc"), ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());
	}

	/**
	 * Prints the table.
	 *
	 * @param arguments folder, folder of the results, options of {@code colorize}
	 * @throws IOException if a folder cannot be used
	 */
	public static void main(final String[] arguments) throws IOException {
		System.out.println("| file | dL* of each page, or why it is refused |\n|---|---|");
		measure(Path.of(arguments[0]), Path.of(arguments[1]), List.of(arguments).subList(2, arguments.length))
				.forEach(System.out::println);
		System.exit(0);
	}

	/** Whether ImageMagick can be started. */
	static boolean isPossible() {
		try {
			new ProcessBuilder(CONVERT, "-version").redirectErrorStream(true)
					.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
			return true;
		}
		catch (final IOException e) {
			return false;
		}
	}

	/**
	 * Colorizes and compares all files. Copies of the originals are in a folder {@code in}, results in {@code out}.
	 *
	 * @param folder of the originals
	 * @param work an empty folder, or one with results
	 * @param options of {@code colorize}
	 * @return one row per file, in the order of their names
	 * @throws IOException if a folder cannot be used
	 */
	public static List<Row> measure(final Path folder, final Path work, final List<String> options) throws IOException {
		final OddFiles odd = new OddFiles(folder, work);
		final List<Path> files;
		try (Stream<Path> all = Files.walk(folder)) {
			files = all.filter(Files::isRegularFile).filter(file -> !file.toString().matches(".*\\.(py|md|txt)")).sorted()
					.toList();
		}
		final Path in = work.resolve("in");
		for (final Path file : files) {
			// Results of the same name do not meet in a folder for each file.
			final Path own = Files.createDirectories(in.resolve(odd.folderOf(file)));
			Files.copy(file, own.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
		}
		final List<Object> words = new ArrayList<>(List.of("colorize", in, "-o", work.resolve("out")));
		words.addAll(options);
		final List<String> messages = Outcome.of(words.toArray()).err();
		final List<Row> rows = new ArrayList<>();
		for (final Path file : files) {
			rows.add(odd.row(file, messages));
		}
		return rows;
	}

	private String folderOf(final Path file) {
		return folder.relativize(file).toString().replaceAll("\\W", "_");
	}

	private Row row(final Path file, final List<String> messages) throws IOException {
		final String name = folder.relativize(file).toString();
		final Path out = work.resolve("out").resolve(folderOf(file));
		final String place = "/" + folderOf(file) + "/" + file.getFileName() + ": ";
		final Optional<Path> result;
		try (Stream<Path> results = Files.isDirectory(out) ? Files.list(out) : Stream.empty()) {
			result = results.filter(ImageFiles::hasWritableEnding).findAny();
		}
		final List<Page> expected = shown(file, name);
		if (result.isEmpty()) {
			return new Row(name, List.of(), expected.size(), messages.stream().filter(line -> line.contains(place))
					.map(line -> line.substring(line.indexOf(place) + place.length())).findFirst().orElse(""));
		}
		final List<Page> found = found(result.get());
		final List<Double> pages = new ArrayList<>();
		for (int i = 0; i < found.size(); i++) {
			pages.add(i < expected.size() ? deviation(found.get(i), expected.get(i)) : Double.POSITIVE_INFINITY);
		}
		return new Row(name, pages, expected.size(), "");
	}

	private static double deviation(final Page found, final Page expected) {
		if (found.width() != expected.width() || found.height() != expected.height()) {
			return Double.POSITIVE_INFINITY;
		}
		double sum = 0;
		int count = 0;
		for (int i = 0; i < expected.lightness().length; i++) {
			if (!Double.isNaN(expected.lightness()[i])) {
				sum += Math.abs(found.lightness()[i] - expected.lightness()[i]);
				count++;
			}
		}
		return sum / count;
	}

	/** What viewers show of an original. */
	private List<Page> shown(final Path file, final String name) throws IOException {
		if (name.contains("float_nodata")) {
			return List.of(withMissing(convert(folder.resolve("folder-quiet/base.png")).get(0), file));
		}
		if (name.matches(".*(lossless|p3_f32).*")) {
			return convert(folder.resolve("folder-quiet/base.png"));
		}
		if (name.contains("gray-profile")) {
			// ImageMagick converts from a profile only on request.
			return convert(file, "-profile", profile.toString());
		}
		if (name.endsWith(".gif")) {
			return convert(file, "-coalesce");
		}
		final List<Page> pages = convert(file);
		// The picture after its thumbnail; the merged picture before the layers.
		return name.contains("thumbnail") ? pages.subList(1, pages.size())
				: name.endsWith(".psd") ? pages.subList(0, 1) : pages;
	}

	private List<Page> convert(final Path file, final String... options) throws IOException {
		final List<String> command = new ArrayList<>(List.of(CONVERT, "-quiet", file.toString()));
		command.addAll(List.of(options));
		command.addAll(List.of("-auto-orient", "-alpha", "off", "-colorspace", "sRGB", "-strip", "+set", "comment", "-type",
				"TrueColor", "-depth", "16", "ppm:-"));
		final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		// The high byte of a palette entry is its 8-bit value, as Pillow reads it and the other formats store it.
		return read(process.getInputStream().readAllBytes(), file.getFileName().toString().startsWith("pal_"));
	}

	/** Reads PPM files of 16 bits. */
	private static List<Page> read(final byte[] bytes, final boolean highBytes) throws IOException {
		final List<Page> pages = new ArrayList<>();
		final DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
		while (in.available() > 0) {
			word(in);
			final int width = Integer.parseInt(word(in));
			final int height = Integer.parseInt(word(in));
			word(in);
			final double[] lightness = new double[width * height];
			final double[] rgb = new double[COLORS];
			for (int i = 0; i < lightness.length; i++) {
				for (int c = 0; c < COLORS; c++) {
					final int sample = in.readUnsignedShort();
					rgb[c] = highBytes ? (sample >> Byte.SIZE) / BYTE : sample / SHORT;
				}
				lightness[i] = lightness(rgb);
			}
			pages.add(new Page(width, height, lightness));
		}
		return pages;
	}

	private static String word(final DataInputStream in) throws IOException {
		final StringBuilder word = new StringBuilder();
		for (int c = in.read(); c > ' '; c = in.read()) {
			word.append((char) c);
		}
		return word.toString();
	}

	/** A result; of floats, 0 is black and 1 or 255 is white, as in the originals. */
	private List<Page> found(final Path result) throws IOException {
		final List<Page> pages = convert(result);
		if (!result.toString().endsWith(".tif")) {
			return pages;
		}
		final ImagePlus image;
		try {
			image = ImageFiles.read(result);
		}
		catch (final IOException e) {
			// Its pages differ in size.
			return pages;
		}
		return image.getBitDepth() == Float.SIZE ? List.of(ofFloats(image)) : pages;
	}

	private static Page ofFloats(final ImagePlus image) {
		final double[] lightness = new double[image.getWidth() * image.getHeight()];
		double white = 1;
		for (final float value : (float[]) image.getStack().getPixels(1)) {
			white = value > 1 ? BYTE : white;
		}
		final double[] rgb = new double[COLORS];
		for (int i = 0; i < lightness.length; i++) {
			for (int c = 0; c < COLORS; c++) {
				rgb[c] = Math.max(0, Math.min(1, image.getStack().getProcessor(c + 1).getf(i) / white));
			}
			lightness[i] = lightness(rgb);
		}
		return new Page(image.getWidth(), image.getHeight(), lightness);
	}

	/** The picture without the pixels whose value marks them as missing. */
	private static Page withMissing(final Page picture, final Path file) throws IOException {
		final float[] values = (float[]) ImageFiles.read(file).getProcessor().getPixels();
		final double[] lightness = picture.lightness().clone();
		for (int i = 0; i < lightness.length; i++) {
			lightness[i] = Math.abs(values[i]) < MISSING ? lightness[i] : Double.NaN;
		}
		return new Page(picture.width(), picture.height(), lightness);
	}

	/** L* of sRGB, from the definitions of sRGB and CIE L*. */
	private static double lightness(final double... rgb) {
		double luminance = 0;
		for (int c = 0; c < COLORS; c++) {
			luminance += LUMINANCE[c] * (rgb[c] <= 0.04045 ? rgb[c] / 12.92 : Math.pow((rgb[c] + 0.055) / 1.055, 2.4));
		}
		return luminance > 216.0 / 24389 ? 116 * Math.cbrt(luminance) - 16 : luminance * 24389 / 27;
	}
}
