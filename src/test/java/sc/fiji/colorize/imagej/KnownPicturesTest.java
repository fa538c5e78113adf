/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.process.ImageProcessor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.imagej.KnownPictures.Known;
import sc.fiji.colorize.imagej.KnownPictures.Picture;
import sc.fiji.colorize.photo.UnsupportedImageException;

/** Every format, depth, photometric interpretation, compression, orientation and number of pages that can be written. */
@Slow
class KnownPicturesTest {

	/** Signed samples, white as zero beside 1, 8 and 16 bits, gray in planes, and what only ImageJ knows. */
	private static final String NOT_FOR_IMAGEMAGICK =
			"tiff-(signed|white(4|12|float)).*|tiff-gray(alpha|extra)\\d+-.*planar.*|imagej-(16|32|8true).*";

	private static final long MANY_PIXELS = 1_000_000;

	private static List<Known> files;

	@TempDir
	private static Path folder;

	@BeforeAll
	static void write() throws IOException {
		files = KnownPictures.all(folder);
		for (final Known file : files) {
			Files.write(folder.resolve(file.name()), file.content());
		}
	}

	@Test
	void filesAreManyAndDistinct() {
		assertTrue(files.size() >= 400, files.size() + " files");
		assertEquals(files.size(), files.stream().map(Known::name).distinct().count());
	}

	@Test
	void everyFileGivesTheKnownPicture() {
		final List<String> wrong = new ArrayList<>();
		for (final Known known : files) {
			try (ImageFile file = ImageFile.open(folder.resolve(known.name()))) {
				problem(file.read(), known.pages(), known.tolerance()).ifPresent(problem ->
						wrong.add(known.name() + ": " + problem));
			}
			catch (final IOException e) {
				if (!(e instanceof UnsupportedImageException) || !known.pages().isEmpty()) {
					wrong.add(known.name() + ": " + e.getMessage());
				}
			}
		}
		assertEquals(List.of(), wrong, wrong.size() + " of " + files.size());
	}

	@Test
	void damagedFilesGiveAPictureOrAnIoException() throws IOException {
		final Random random = new Random(7);
		final Path damaged = folder.resolve("damaged");
		for (final Known known : files) {
			byte[] bytes = known.content().clone();
			if (random.nextInt(4) == 0) {
				bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
			}
			bytes[random.nextInt(Math.min(bytes.length, 400))] = (byte) random.nextInt(256);
			try (ImageFile file = ImageFile.open(Files.write(damaged, bytes))) {
				// A damaged size may ask for more memory than there is.
				assertTrue(file.pixels() > MANY_PIXELS || !file.read().isEmpty());
			}
			catch (final IOException e) {
				assertTrue(String.valueOf(e.getMessage()).matches("(the|page|ImageJ) [^\\n]+"), known.name() + ": " + e);
			}
		}
		Files.delete(damaged);
	}

	/** Whichever way it is read. */
	@Test
	void stripsOfEveryFileAreItsRows() throws IOException {
		int inStrips = 0;
		for (final Known known : files) {
			if (known.pages().isEmpty()) {
				continue;
			}
			try (ImageFile file = ImageFile.open(folder.resolve(known.name()))) {
				final Optional<ImageStrips> strips = file.strips(1, 3 * known.pages().get(0).width());
				if (strips.isPresent()) {
					inStrips++;
					final ImagePlus whole = file.read().get(0);
					strips.get().read((strip, top) -> {
						for (int y = 0; y < strip.getHeight(); y++) {
							for (int x = 0; x < strip.getWidth(); x++) {
								final double[] expected = rgb(whole, 0, x, top + y);
								final double[] actual = rgb(strip, 0, x, y);
								for (int c = 0; c < 3; c++) {
									assertEquals(expected[c], actual[c], 1e-6, known.name() + " " + x + ", " + (top + y));
								}
							}
						}
					});
				}
			}
		}
		assertTrue(inStrips >= 200, inStrips + " in strips");
	}

	/** Where ImageMagick is at hand, it must see what is known, but for what it does not read itself. */
	@Test
	void imageMagickAgrees() throws IOException, InterruptedException {
		final Path seen = Files.createDirectory(folder.resolve("seen"));
		final Optional<Process> convert = start(List.of("mogrify", "-path", seen.toString(), "-format", "ppm",
				"-auto-orient",
				"-alpha", "off", "-colorspace", "sRGB", "-depth", "16", folder + "/*.*"));
		assumeTrue(convert.isPresent(), "ImageMagick is not installed.");
		convert.get().waitFor();
		final List<String> others = new ArrayList<>();
		int compared = 0;
		for (final Known known : files) {
			final Path picture = seen.resolve(known.name().replaceFirst("[^.]+$", "ppm"));
			if (known.pages().size() == 1 && !known.name().matches(NOT_FOR_IMAGEMAGICK) && Files.exists(picture)
					&& Files.size(picture) > 0) {
				compared++;
				try (ImageFile file = ImageFile.open(picture)) {
					problem(file.read(), known.pages(), Math.max(0.02, known.tolerance()))
							.ifPresent(problem -> others.add(known.name() + ": " + problem));
				}
			}
		}
		assertTrue(compared >= 400, compared + " compared");
		assertEquals(List.of(), others, others.size() + " of " + compared);
	}

	private static Optional<Process> start(final List<String> command) {
		try {
			return Optional.of(new ProcessBuilder(command).redirectErrorStream(true)
					.redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
		}
		catch (final IOException e) {
			return Optional.empty();
		}
	}

	private static Optional<String> problem(final List<ImagePlus> images, final List<Picture> pages,
			final double tolerance) {
		int page = 0;
		for (final ImagePlus image : images) {
			final int planes = image.getStackSize() / (Composites.isColor(image) ? 3 : 1);
			for (int plane = 0; plane < planes; plane++, page++) {
				if (page == pages.size()) {
					return Optional.of("more than " + page + " pages");
				}
				final Picture picture = pages.get(page);
				if (image.getWidth() != picture.width() || image.getHeight() != picture.height()) {
					return Optional.of("page " + page + " is " + image.getWidth() + "x" + image.getHeight());
				}
				for (int y = 0; y < picture.height(); y++) {
					for (int x = 0; x < picture.width(); x++) {
						final double[] expected = picture.rgb(x, y);
						final double[] actual = rgb(image, plane, x, y);
						for (int c = 0; c < 3; c++) {
							if (!(Math.abs(expected[c] - actual[c]) <= tolerance)) {
								return Optional.of(String.format("page %d at %d, %d: %.3f instead of %.3f of color %d",
										page, x, y,
										actual[c], expected[c], c));
							}
						}
					}
				}
			}
		}
		return page == pages.size() ? Optional.empty() : Optional.of(page + " pages instead of " + pages.size());
	}

	/** What is shown of a pixel: 0 to 1. */
	private static double[] rgb(final ImagePlus image, final int plane, final int x, final int y) {
		final double[] rgb = new double[3];
		final boolean color = Composites.isColor(image);
		for (int c = 0; c < 3; c++) {
			final ImageProcessor pixels = image.getStack().getProcessor(color ? 3 * plane + c + 1 : plane + 1);
			if (image.getBitDepth() == 24) {
				rgb[c] = (pixels.get(x, y) >> 16 - 8 * c & 255) / 255.0;
				continue;
			}
			final double min = color ? ((CompositeImage) image).getChannelLut(c + 1).min : image.getDisplayRangeMin();
			final double max = color ? ((CompositeImage) image).getChannelLut(c + 1).max : image.getDisplayRangeMax();
			final double value = (pixels.getf(x, y) - min) / (max - min);
			rgb[c] = image.isInvertedLut() ? 1 - value : value;
		}
		return rgb;
	}
}
