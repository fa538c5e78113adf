/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import ij.IJ;
import ij.process.ColorProcessor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.ops.ColorBins;

/** Our network, weights and pictures beside those of PyTorch itself; left out where no Python with PyTorch is found. */
@Slow
class PyTorchTest {

	/** Narrower than published, to be quick; dev/verify/import compares the full width. */
	private static final String WIDTH = "0.125";
	private static final Path SCRIPT = Path.of("src/dev/python/published_demo.py").toAbsolutePath();

	private static String python;

	@TempDir
	private static Path folder;

	@BeforeAll
	static void findPython() throws IOException, InterruptedException, URISyntaxException {
		python = Stream.of("python3", "/usr/bin/python3").filter(PyTorchTest::hasPyTorch).findFirst().orElse(null);
		assumeTrue(python != null, "There is no python3 with torch and skimage: install python3-torch, python3-skimage.");
		PublishedDemoComparison.make(python, SCRIPT,
				Path.of(Objects.requireNonNull(ColorBins.class.getResource("bins-and-prior.csv")).toURI()), folder, WIDTH);
	}

	private static boolean hasPyTorch(final String command) {
		try {
			return new ProcessBuilder(command, "-c", "import torch, skimage, yaml, PIL")
					.redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
		}
		catch (final IOException e) {
			return false;
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Test
	void importedWeightsGiveTheResultsOfThePublishedDemo() throws IOException, InterruptedException {
		for (final String kind : new String[] {"zip", "legacy"}) {
			final PublishedDemoComparison.Difference difference =
					PublishedDemoComparison.compare(python, SCRIPT, folder.resolve(kind + ".pth"), folder);
			System.out.printf(Locale.ROOT, "%s: max |dab| %.2g, %.4f %% of pixels within 1%n", kind, difference.ab(),
					100 * difference.pixels());
			assertTrue(difference.ab() < 0.05, difference.toString());
			assertTrue(difference.pixels() >= 0.999, difference.toString());
		}
	}

	/** The other way: a model of ours in PyTorch. */
	@Test
	void bundledModelGivesTheSameColorsInPyTorch() throws IOException, InterruptedException {
		final Path photo = folder.resolve("landscape.png");
		final Path output = folder.resolve("in-pytorch.png");
		ImageIO.write(SampleLandscape.gray(SampleLandscape.render(300, 200, 3)), "png", photo.toFile());
		PublishedDemoComparison.run(python, Path.of("scripts/load_in_pytorch.py").toString(),
				TinyModel.file().toString(), photo.toString(), output.toString(), "--temperature", "0.5");
		final ColorizeOptions options = TinyModel.options().temperature(0.5).reference(true);
		final int[] ours;
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			ours = (int[]) new ImageColorizer(colorizer, options)
					.colorize(IJ.openImage(photo.toString()), fraction -> { }, () -> false).getProcessor().getPixels();
		}
		final int[] theirs = (int[]) new ColorProcessor(ImageIO.read(output.toFile())).getPixels();
		assertEquals(ours.length, theirs.length);
		int near = 0;
		int colored = 0;
		for (int i = 0; i < ours.length; i++) {
			int largest = 0;
			for (int shift = 0; shift < 24; shift += 8) {
				largest = Math.max(largest, Math.abs((ours[i] >> shift & 255) - (theirs[i] >> shift & 255)));
			}
			near += largest <= 1 ? 1 : 0;
			colored += Math.abs((ours[i] & 255) - (ours[i] >> 16 & 255)) > 10 ? 1 : 0;
		}
		assertTrue(near >= 0.999 * ours.length, near + " of " + ours.length + " pixels");
		assertTrue(colored > ours.length / 10, "the picture is hardly colored");
		assertTrue(Files.size(output) > 0);
	}
}
