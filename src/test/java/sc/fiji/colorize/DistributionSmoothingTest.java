/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.TimeSeries.Comparison;
import sc.fiji.colorize.TimeSeries.Frame;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.ops.ColorBins;

class DistributionSmoothingTest {

	private static final int WIDTH = 10;
	private static final int HEIGHT = 8;
	private static final int PLACES = WIDTH * HEIGHT;
	private static final int PIXELS = 16 * PLACES;
	private static final double SMOOTHING = 0.8;
	private static final int FRAMES = 10;
	private static final int BLUE = 20;
	private static final int RED = 250;

	/** A frame in which one bin has a share of the probability and the others the rest. */
	private static ColorDistribution frame(final float[] lightness, final int bin, final double share) {
		final float[] logits = new float[ColorBins.COUNT * PLACES];
		for (int i = 0; i < logits.length; i++) {
			logits[i] = (float) Math.log(i / PLACES == bin ? share : (1 - share) / (ColorBins.COUNT - 1));
		}
		return new ColorDistribution(logits, lightness, WIDTH, HEIGHT, Method.STANDARD);
	}

	private static float[] scene(final long seed) {
		final Random random = new Random(seed);
		final float[] lightness = new float[PIXELS];
		for (int i = 0; i < PIXELS; i++) {
			lightness[i] = 20 + 60 * random.nextFloat();
		}
		return lightness;
	}

	/** The probability of a bin at a place. */
	private static double probability(final ColorDistribution distribution, final int bin, final int place) {
		double sum = 0;
		for (int q = 0; q < ColorBins.COUNT; q++) {
			sum += Math.exp(distribution.values()[q * PLACES + place]);
		}
		return Math.exp(distribution.values()[bin * PLACES + place]) / sum;
	}

	@Test
	void withoutSmoothingNothingChanges() {
		final DistributionSmoothing none = new DistributionSmoothing(0);
		for (int t = 0; t < 3; t++) {
			final ColorDistribution frame = frame(scene(1), t, 0.5);
			assertSame(frame, none.next(frame));
		}
	}

	@Test
	void weightsOutsideZeroToOneAreRefused() {
		for (final double weight : new double[] {-0.1, 1.1, Double.NaN}) {
			assertEquals("The smoothing must be from 0 to 1 but is " + weight + ".",
					assertThrows(IllegalArgumentException.class, () -> new DistributionSmoothing(weight)).getMessage());
		}
	}

	@Test
	void weightOfThePastGrowsUpToALimit() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		final float[] scene = scene(1);
		double expected = 0;
		for (int t = 0; t < FRAMES; t++) {
			final double share = t % 2 == 0 ? 0.9 : 0.1;
			final double past = Math.min(t, SMOOTHING / (1 - SMOOTHING));
			expected = (past * expected + share) / (past + 1);
			final ColorDistribution smoothed = smoothing.next(frame(scene, BLUE, share));
			for (int place = 0; place < PLACES; place++) {
				assertEquals(expected, probability(smoothed, BLUE, place), 1e-5, "frame " + t);
			}
		}
	}

	@Test
	void weightOneGivesTheMeanOfTheScene() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(1);
		double sum = 0;
		for (int t = 0; t < FRAMES; t++) {
			final double share = 0.05 + 0.09 * t;
			sum += share;
			assertEquals(sum / (t + 1), probability(smoothing.next(frame(scene(1), BLUE, share)), BLUE, 3), 1e-5);
		}
	}

	@Test
	void meanOfTwoColorsIsOneOfThem() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		smoothing.next(frame(scene(1), BLUE, 0.99));
		final ColorDistribution both = smoothing.next(frame(scene(1), RED, 0.99));
		assertEquals(0.495, probability(both, BLUE, 0), 0.01);
		assertEquals(0.495, probability(both, RED, 0), 0.01);
	}

	@Test
	void newSceneStartsAgain() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		smoothing.next(frame(scene(1), BLUE, 0.9));
		final ColorDistribution cut = frame(scene(2), RED, 0.9);
		assertSame(cut, smoothing.next(cut));
	}

	@Test
	void blackFramesBeforeASceneAreIgnored() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		smoothing.next(frame(new float[PIXELS], BLUE, 0.9));
		assertEquals(0.9, probability(smoothing.next(frame(scene(2), RED, 0.9)), RED, 5), 1e-5);
	}

	@Test
	void globalBrightnessChangesAreNotMotion() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		smoothing.next(frame(scene(1), BLUE, 0.9));
		final float[] brighter = scene(1);
		for (int i = 0; i < PIXELS; i++) {
			brighter[i] += 10 + i % 2;
		}
		assertEquals(0.5, probability(smoothing.next(frame(brighter, BLUE, 0.1)), BLUE, 0), 1e-5);
	}

	@Test
	void onlyCellsNearAChangeStartAgain() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		smoothing.next(frame(scene(1), BLUE, 0.9));
		final float[] changed = scene(1);
		// In the place of the first row and column.
		for (int y = 0; y < 4; y++) {
			for (int x = 0; x < 4; x++) {
				changed[y * 4 * WIDTH + x] += 20;
			}
		}
		final ColorDistribution smoothed = smoothing.next(frame(changed, BLUE, 0.1));
		for (int place = 0; place < PLACES; place++) {
			final boolean near = place % WIDTH <= 1 && place / WIDTH <= 1;
			assertEquals(near ? 0.1 : 0.5, probability(smoothed, BLUE, place), 1e-5, "place " + place);
		}
	}

	@Test
	void frameOfAnotherSizeStartsANewSeries() {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		smoothing.next(frame(scene(1), BLUE, 0.9));
		final ColorDistribution turned = new ColorDistribution(frame(scene(1), RED, 0.9).values(), scene(1), HEIGHT, WIDTH,
				Method.STANDARD);
		assertSame(turned, smoothing.next(turned));
	}

	@Test
	void onlyTheLatestFrameIsInMemory() throws InterruptedException {
		final DistributionSmoothing smoothing = new DistributionSmoothing(SMOOTHING);
		final List<WeakReference<ColorDistribution>> frames = new ArrayList<>();
		for (int t = 0; t < FRAMES; t++) {
			final ColorDistribution frame = frame(scene(1), BLUE, 0.5);
			frames.add(new WeakReference<>(frame));
			frames.add(new WeakReference<>(smoothing.next(frame)));
		}
		for (int i = 0; i < 100 && frames.stream().anyMatch(frame -> frame.get() != null); i++) {
			System.gc();
			Thread.sleep(10);
		}
		assertTrue(frames.stream().allMatch(frame -> frame.get() == null));
		assertEquals(0.5, probability(smoothing.next(frame(scene(1), BLUE, 0.5)), BLUE, 0), 1e-5);
	}

	// -- Films whose true colors are known, and the model of the jar --

	private static Comparison compare(final List<Frame> film) throws IOException {
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu").size(TimeSeries.SIZE).smoothing(SMOOTHING);
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			return TimeSeries.compare(colorizer, options, film);
		}
	}

	@Slow
	@Test
	void staticSeriesHardlyFlickers() throws IOException {
		final Comparison film = compare(TimeSeries.still(FRAMES));
		assertTrue(film.after().flicker() < 0.35 * film.before().flicker(), film.toString());
		assertTrue(film.after().error() <= film.before().error(), film.toString());
	}

	@Slow
	@Test
	void movingObjectsKeepTheirColors() throws IOException {
		final Comparison film = compare(TimeSeries.objects(FRAMES));
		assertTrue(film.after().flicker() < 0.6 * film.before().flicker(), film.toString());
		assertTrue(film.after().error() <= film.before().error(), film.toString());
		assertTrue(film.after().movingError() <= film.before().movingError() + 0.1, film.toString());
	}

	@Slow
	@Test
	void panIsNotSmeared() throws IOException {
		final Comparison film = compare(TimeSeries.pan(FRAMES, 2));
		assertTrue(film.after().flicker() < film.before().flicker(), film.toString());
		assertTrue(film.after().error() <= film.before().error(), film.toString());
		assertTrue(film.after().movingError() <= film.before().movingError() + 0.1, film.toString());
	}

	@Slow
	@Test
	void cutToASimilarSceneDoesNotBleed() throws IOException {
		final Comparison film = compare(TimeSeries.cut(5, 3, 5));
		assertEquals(0, film.changes()[5], film.toString());
		assertTrue(film.changes()[6] > 0.1, "it goes on with the new scene: " + film);
	}
}
