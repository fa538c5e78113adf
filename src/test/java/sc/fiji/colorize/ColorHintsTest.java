/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.ops.Lab;

class ColorHintsTest {

	private static final int WIDTH = 90;
	private static final int HEIGHT = 60;
	private static final int N = WIDTH * HEIGHT;
	private static final ColorizeOptions OPTIONS = TinyModel.options();
	private static Colorizer colorizer;
	private static byte[] photo;
	private static Img<UnsignedByteType> gray;
	private static ColorDistribution predicted;

	@BeforeAll
	static void predict() throws IOException {
		colorizer = Colorizer.open(OPTIONS.opening());
		photo = TinyModel.picture(WIDTH, HEIGHT, 1);
		gray = ArrayImgs.unsignedBytes(photo, WIDTH, HEIGHT);
		predicted = colorizer.predict(gray);
	}

	@AfterAll
	static void close() {
		colorizer.close();
	}

	private static ColorHints hints(final Hint... hints) {
		return ColorHints.of(WIDTH, HEIGHT, List.of(hints), 1);
	}

	private static byte[] render(final ColorDistribution colors, final double temperature) {
		final byte[] rgb = new byte[3 * N];
		colors.colorize(gray, DisplayRange.UNSIGNED_8_BIT, DecodeOptions.defaults().temperature(temperature),
				ArrayImgs.unsignedBytes(rgb, WIDTH, HEIGHT, 3));
		return rgb;
	}

	private static float[] lab(final byte[] rgb, final int i, final int n) {
		final float[] lab = new float[3];
		Lab.from8Bit(rgb[i] & 0xff, rgb[n + i] & 0xff, rgb[2 * n + i] & 0xff, lab);
		return lab;
	}

	private static String refusal(final Runnable action) {
		return assertThrows(IllegalArgumentException.class, action::run).getMessage();
	}

	// -- Under the hint --

	@ParameterizedTest
	@ValueSource(doubles = {0, 0.38, 1})
	void hintedPixelsHaveTheColorAtTheirLightness(final double temperature) {
		final ColorDistribution hinted =
				hints(Hint.color(Hint.rectangle(20, 10, 15, 9), 12, -8)).apply(predicted);
		final byte[] rgb = render(hinted, temperature);
		int checked = 0;
		for (int y = 10; y < 19; y++) {
			for (int x = 20; x < 35; x++) {
				final int i = y * WIDTH + x;
				final float[] lab = lab(rgb, i, N);
				final float lightness = Lab.lightness((photo[i] & 0xff) / 255f);
				assertEquals(lightness, lab[0], 0.6);
				if (Lab.inGamut(lightness, 12, -8, new double[3])) {
					// What rounding to 8 bits leaves.
					assertEquals(12, lab[1], 1.5);
					assertEquals(-8, lab[2], 1.5);
					checked++;
				}
			}
		}
		assertTrue(checked > 30, checked + " pixels in the gamut");
	}

	@Test
	void grayHintsKeepGray() {
		final byte[] rgb = render(hints(Hint.gray(Hint.rectangle(5, 5, 20, 20))).apply(predicted), 0.38);
		for (int y = 5; y < 25; y++) {
			for (int x = 5; x < 25; x++) {
				final int i = y * WIDTH + x;
				assertEquals(photo[i], rgb[i]);
				assertEquals(photo[i], rgb[N + i]);
				assertEquals(photo[i], rgb[2 * N + i]);
			}
		}
	}

	@Test
	void keepHintChangesNothing() {
		assertArrayEquals(render(predicted, 0.38),
				render(hints(Hint.prediction(Hint.rectangle(5, 5, 20, 20))).apply(predicted), 0.38));
	}

	@Test
	void laterHintWins() {
		final Hint first = Hint.color(Hint.rectangle(20, 20, 10, 10), 30, 0);
		final Hint second = Hint.gray(Hint.rectangle(20, 20, 10, 10));
		assertArrayEquals(render(hints(second).apply(predicted), 0.38),
				render(hints(first, second).apply(predicted), 0.38));
		assertNotEquals(lab(render(hints(second, first).apply(predicted), 0.38), 25 * WIDTH + 25, N)[1], 0, 1);
	}

	@Test
	void strokesAreHints() {
		final int[] argb = new int[N];
		for (final Hint.Run run : Hint.rectangle(30, 12, 8, 6)) {
			for (int x = run.from(); x < run.to(); x++) {
				argb[run.y() * WIDTH + x] = 0xffcc3322;
			}
		}
		argb[3] = 0x7fcc3322;
		assertArrayEquals(render(hints(Hint.color(Hint.rectangle(30, 12, 8, 6), 0xcc3322)).apply(predicted), 0.38),
				render(ColorHints.ofStrokes(argb, WIDTH, 1).apply(predicted), 0.38));
	}

	@Test
	void distributionIsUnchanged() {
		final float[] before = predicted.values().clone();
		final ColorDistribution hinted = hints(Hint.color(Hint.rectangle(20, 10, 15, 9), 40, 0)).apply(predicted);
		assertArrayEquals(before, predicted.values());
		assertSame(predicted.lightness(), hinted.lightness());
	}

	// -- Spreading --

	@Test
	void hintColorsOnlyItsObject() throws IOException {
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu");
		try (Colorizer bundled = Colorizer.open(options.opening())) {
			for (final HintScenes.Scene scene : HintScenes.all()) {
				// The far shore of the rendered lake is as dark as its reflection.
				if (!scene.name().equals("landscape")) {
					final HintScenes.Change change = scene.change(bundled, options, 30, 10);
					System.out.printf("%s: a hint changes a*b* of its object by %.1f, of all else by %.2f%n", scene.name(),
							change.inside(), change.outside());
					assertTrue(change.outside() < 1, scene.name() + ": outside " + change.outside());
					// The hint lies at one end of the horseshoe and fades toward the other.
					assertTrue(change.inside() > 8, scene.name() + ": in the object " + change.inside());
				}
			}
		}
	}

	/**
	 * Landscapes whose upper fifth is sky and whose lower sixth is meadow. How much the meadow changes depends on whether
	 * the model tells it from the lake, so it is only printed.
	 */
	@Slow
	@Test
	void hintOnALakeDoesNotColorTheSky() throws IOException {
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu");
		final int width = 240;
		final int height = 160;
		final int n = width * height;
		final double[] changes = new double[3];
		try (Colorizer bundled = Colorizer.open(options.opening())) {
			for (int seed = 1; seed <= 10; seed++) {
				final BufferedImage landscape = SampleLandscape.gray(SampleLandscape.render(width, height, seed));
				final Img<UnsignedByteType> scene =
						ArrayImgs.unsignedBytes(((DataBufferByte) landscape.getRaster().getDataBuffer()).getData(), width,
								height);
				final byte[] before = new byte[3 * n];
				final byte[] after = new byte[3 * n];
				final ColorDistribution colors = bundled.predict(scene);
				colors.colorize(scene, DisplayRange.UNSIGNED_8_BIT, options.decoding(),
						ArrayImgs.unsignedBytes(before, width, height, 3));
				final Hint hint = Hint.color(Hint.rectangle(93, 93, 7, 7), 35, -25);
				ColorHints.of(width, height, List.of(hint), 1).apply(colors).colorize(scene,
						DisplayRange.UNSIGNED_8_BIT, options.decoding(), ArrayImgs.unsignedBytes(after, width, height, 3));
				final int[][] rows = {{0, height / 5}, {93, 100}, {height * 5 / 6, height}};
				for (int part = 0; part < rows.length; part++) {
					final int first = rows[part][0] * width;
					final int end = rows[part][1] * width;
					for (int i = first; i < end; i++) {
						final float[] from = lab(before, i, n);
						final float[] to = lab(after, i, n);
						changes[part] += Math.hypot(from[1] - to[1], from[2] - to[2]) / (end - first) / 10;
					}
				}
			}
		}
		System.out.printf("A hint on the lake changes a*b* of the sky by %.2f, the lake by %.1f, the meadow by %.2f%n",
				changes[0], changes[1], changes[2]);
		assertTrue(changes[0] < 1, "the sky " + changes[0]);
		assertTrue(changes[1] > 15, "the lake " + changes[1]);
	}

	// -- Bad and much input --

	@Test
	void hintOutsideTheImageIsRefused() {
		assertEquals("Hint 2 lies at (90, 10), outside the image of 90x60 pixels: move or delete it.",
				refusal(() -> hints(Hint.gray(Hint.rectangle(0, 0, 1, 1)), Hint.gray(Hint.rectangle(90, 10, 5, 5)))));
		assertArrayEquals(render(hints(Hint.gray(Hint.rectangle(85, 50, 5, 10))).apply(predicted), 0.38),
				render(hints(Hint.gray(Hint.rectangle(85, 50, 50, 50))).apply(predicted), 0.38));
	}

	@Test
	void invalidArgumentsAreRefused() {
		assertEquals("The reach must be from 0.1 to 10.0 but is 11.0.",
				refusal(() -> ColorHints.of(WIDTH, HEIGHT, List.of(), 11)));
		assertEquals("A hint needs at least one pixel but has none.", refusal(() -> Hint.gray(List.of())));
		assertEquals("A run of pixels must end after it begins but is from 3 to 3.",
				refusal(() -> new Hint.Run(0, 3, 3)));
		assertEquals("a* and b* of a hint must be numbers but are 1.0 and NaN.",
				refusal(() -> Hint.color(Hint.rectangle(0, 0, 1, 1), 1, Double.NaN)));
		final ColorHints once = hints(Hint.gray(Hint.rectangle(0, 0, 1, 1)));
		assertEquals("The distribution has hints already: apply all hints together to the prediction.",
				refusal(() -> once.apply(once.apply(predicted))));
	}

	@Test
	void tenThousandHintsAreApplied() {
		final Random random = new Random(1);
		final List<Hint> hints = new ArrayList<>();
		for (int i = 0; i < 10_000; i++) {
			hints.add(Hint.color(Hint.rectangle(random.nextInt(WIDTH), random.nextInt(HEIGHT), 1, 1), 20, 10));
		}
		final float[] values = ColorHints.of(WIDTH, HEIGHT, hints, 1).apply(predicted).values();
		for (final float value : values) {
			assertTrue(Float.isFinite(value));
		}
	}
}
