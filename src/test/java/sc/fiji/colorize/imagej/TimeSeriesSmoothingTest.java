/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;

/** Stacks of ImageJ whose colors are smoothed. */
class TimeSeriesSmoothingTest {

	private static final int WIDTH = 40;
	private static final int HEIGHT = 30;
	private static final int FRAMES = 3;
	private static final int SLICES = 2;

	@AutoClose
	private static Colorizer colorizer;
	private static ColorizeOptions options;

	@BeforeAll
	static void open() throws IOException {
		options = TinyModel.options().size(32);
		colorizer = Colorizer.open(options.opening());
	}

	private static ImagePlus colorize(final ImagePlus image, final double smoothing) {
		return new ImageColorizer(colorizer, options.smoothing(smoothing)).colorize(image, fraction -> { }, () -> false);
	}

	/** The scene of a z slice with the noise of a frame. */
	private static ImageProcessor plane(final int z, final int t, final int depth) {
		final ByteProcessor pixels = new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, z));
		final Random noise = new Random(t);
		for (int i = 0; i < pixels.getPixelCount(); i++) {
			pixels.set(i, (int) Math.max(0, Math.min(255, pixels.get(i) + 5 * noise.nextGaussian())));
		}
		return depth == Byte.SIZE ? pixels
				: depth == Short.SIZE ? pixels.convertToShortProcessor() : pixels.convertToFloatProcessor();
	}

	private static ImagePlus film(final int firstSlice, final int slices, final int frames, final int depth) {
		final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
		for (int t = 0; t < frames; t++) {
			for (int z = firstSlice; z < firstSlice + slices; z++) {
				stack.addSlice(plane(z, t, depth));
			}
		}
		final ImagePlus image = new ImagePlus("film", stack);
		image.setDimensions(1, slices, frames);
		image.setDisplayRange(0, 255);
		return image;
	}

	private static boolean isSame(final ImagePlus image, final int index, final ImagePlus other, final int otherIndex) {
		return Arrays.equals((float[]) image.getStack().getProcessor(index).convertToFloat().getPixels(),
				(float[]) other.getStack().getProcessor(otherIndex).convertToFloat().getPixels());
	}

	@ParameterizedTest
	@ValueSource(ints = {8, 16, 32})
	void pastFramesAffectLaterOnes(final int depth) {
		final ImagePlus film = film(1, 1, FRAMES, depth);
		final ImagePlus single = colorize(film, 0);
		final ImagePlus smoothed = colorize(film, 0.8);
		final int channels = smoothed.getNChannels();
		assertTrue(isSame(single, 1, smoothed, 1), "the first has no past");
		for (int t = 2; t <= FRAMES; t++) {
			assertFalse(isSame(single, channels * (t - 1) + 1, smoothed, channels * (t - 1) + 1), "frame " + t);
		}
	}

	@Test
	void hyperstackIsSmoothedAlongTimePerSlice() {
		final ImagePlus all = colorize(film(1, SLICES, FRAMES, Byte.SIZE), 0.8);
		for (int z = 0; z < SLICES; z++) {
			final ImagePlus one = colorize(film(1 + z, 1, FRAMES, Byte.SIZE), 0.8);
			for (int t = 0; t < FRAMES; t++) {
				assertArrayEquals((int[]) one.getStack().getPixels(t + 1),
						(int[]) all.getStack().getPixels(SLICES * t + z + 1), "slice " + z + " of frame " + t);
			}
		}
	}

	@Test
	void stackWithoutTimeIsSmoothedAlongZ() {
		final ImagePlus film = film(1, 1, FRAMES, Byte.SIZE);
		final ImagePlus expected = colorize(film, 0.8);
		film.setDimensions(1, FRAMES, 1);
		final ImagePlus stack = colorize(film, 0.8);
		for (int z = 1; z <= FRAMES; z++) {
			assertArrayEquals((int[]) expected.getStack().getPixels(z), (int[]) stack.getStack().getPixels(z));
		}
	}

	@Test
	void infoRecordsTheSmoothing() {
		final ImagePlus film = film(1, 1, 1, Byte.SIZE);
		assertTrue(colorize(film, 0.8).getInfoProperty().contains(", smoothing: 0.8, "));
		assertFalse(colorize(film, 0).getInfoProperty().contains("smoothing"));
	}
}
