/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.OutputType;

class ColorPreviewTest {

	private static final int WIDTH = 120;
	private static final int HEIGHT = 80;
	private static final ColorPreview.View ALL = ColorPreview.View.of(new Rectangle(WIDTH, HEIGHT), 1);

	@AutoClose
	private static Colorizer colorizer;
	private static ColorizeOptions options;

	private final ImagePlus image =
			new ImagePlus("x", new ByteProcessor(WIDTH, HEIGHT, TinyModel.picture(WIDTH, HEIGHT, 1)));
	private final AtomicInteger decodes = new AtomicInteger();

	@BeforeAll
	static void open() throws IOException {
		options = TinyModel.options().size(32);
		colorizer = Colorizer.open(options.opening());
	}

	private ColorPreview preview() {
		return new ColorPreview(image, null, colorizer, options, (colors, wanted, width, height) -> {
			decodes.incrementAndGet();
			return colors.decode(wanted, width, height);
		});
	}

	private static int[] pixels(final ColorPreview preview, final ColorizeOptions wanted, final OutputType type,
			final ColorPreview.View view) {
		final BufferedImage picture = preview.render(wanted, type, view);
		return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
	}

	@Test
	void newSaturationDoesNotDecodeAgain() {
		final ColorPreview preview = preview();
		final int[] plain = pixels(preview, options, OutputType.RGB, ALL);
		final int[] vivid = pixels(preview, options.saturation(3), OutputType.RGB, ALL);
		pixels(preview, options.saturation(3), OutputType.UNCERTAINTY, ALL);
		assertArrayEquals(plain, pixels(preview, options, OutputType.RGB, ALL));
		assertEquals(1, decodes.get());
		assertFalse(Arrays.equals(plain, vivid));
		assertArrayEquals(pixels(preview(), options.saturation(3), OutputType.RGB, ALL), vivid,
				"a preview that decodes gives the same");
		assertEquals(2, decodes.get());
	}

	@Test
	void otherSettingsDecodeAgain() {
		final ColorPreview preview = preview();
		final int[] plain = pixels(preview, options, OutputType.RGB, ALL);
		final int[] vivid = pixels(preview, options.temperature(0), OutputType.RGB, ALL);
		assertFalse(Arrays.equals(plain, vivid));
		assertEquals(2, decodes.get());
		pixels(preview, options.temperature(0), OutputType.RGB, ColorPreview.View.of(new Rectangle(60, 40), 0.5));
		assertEquals(3, decodes.get());
	}

	@Test
	void uncertaintyEqualsThatOfTheResult() {
		final float[] entropy = (float[]) new ImageColorizer(colorizer, options, OutputType.UNCERTAINTY)
				.colorize(image, fraction -> { }, () -> false).getProcessor().getPixels();
		final int[] expected = new int[entropy.length];
		Arrays.setAll(expected, i -> 0xff000000
				| 0x10101 * Math.round((float) (255 * (entropy[i] / ColorDistribution.MAX_ENTROPY))));
		final int[] actual = pixels(preview(), options, OutputType.UNCERTAINTY, ALL);
		for (int i = 0; i < expected.length; i++) {
			assertEquals(expected[i] & 255, actual[i] & 255, 1, "pixel " + i);
		}
		assertEquals(0, decodes.get());
	}
}
