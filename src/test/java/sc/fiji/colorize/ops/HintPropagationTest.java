/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import net.imglib2.img.array.ArrayImgs;
import net.imglib2.parallel.Parallelization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HintPropagationTest {

	private static final int WIDTH = 16;
	private static final int HEIGHT = 12;
	private static final int N = WIDTH * HEIGHT;
	private static final int LEFT = 6 * WIDTH + 3;
	private static final int RIGHT = 6 * WIDTH + 12;

	/** A dark left half and a bright right half. */
	private static float[] halves(final float dark, final float bright) {
		final float[] lightness = new float[16 * N];
		for (int i = 0; i < lightness.length; i++) {
			lightness[i] = i % (4 * WIDTH) < 2 * WIDTH ? dark : bright;
		}
		return lightness;
	}

	/** Likely colors are those near one color in the left half and near another in the right. */
	private static float[] logits(final float leftB, final float rightB) {
		final float[] logits = new float[ColorBins.COUNT * N];
		for (int q = 0; q < ColorBins.COUNT; q++) {
			for (int i = 0; i < N; i++) {
				final float db = ColorBins.b(q) - (i % WIDTH < WIDTH / 2 ? leftB : rightB);
				logits[q * N + i] = -(ColorBins.a(q) * ColorBins.a(q) + db * db) / (2 * 15 * 15);
			}
		}
		return logits;
	}

	private static float[] apply(final float[] logits, final float[] lightness, final double reach, final int place,
			final float a, final float b) {
		return HintPropagation.apply(logits, lightness, WIDTH, HEIGHT, new int[] {place}, new float[] {a},
				new float[] {b}, reach);
	}

	private static float[][] decode(final float[] logits, final double temperature) {
		final float[][] ab = new float[2][N];
		AnnealedMean.decode(logits, 0, N, temperature, ab[0], ab[1]);
		return ab;
	}

	/** How far the colors of a half move, on average. */
	private static double change(final float[] before, final float[] after, final boolean left) {
		final float[][] from = decode(before, 0.38);
		final float[][] to = decode(after, 0.38);
		double sum = 0;
		for (int i = 0; i < N; i++) {
			if (i % WIDTH < WIDTH / 2 == left) {
				sum += Math.hypot(from[0][i] - to[0][i], from[1][i] - to[1][i]);
			}
		}
		return sum / (N / 2);
	}

	@ParameterizedTest
	@CsvSource({"0.1, 50, 20", "0.38, 50, 20", "1, 50, 20", "0.38, -30, -20", "0.38, 0, 0"})
	void hintedCellHasTheColor(final double temperature, final float a, final float b) {
		final float[][] ab =
				decode(apply(logits(-20, 30), halves(30, 70), 1, LEFT, a, b), temperature);
		assertEquals(a, ab[0][LEFT], 5);
		assertEquals(b, ab[1][LEFT], 5);
	}

	@Test
	void hintStopsAtTheNextObject() {
		final float[] logits = logits(-20, 30);
		final float[] hinted = apply(logits, halves(30, 70), 1, LEFT, 40, 10);
		assertTrue(change(logits, hinted, true) > 25, "in the object " + change(logits, hinted, true));
		assertTrue(change(logits, hinted, false) < 0.1, "outside " + change(logits, hinted, false));
	}

	@Test
	void edgeStopsAHint() {
		final float[] logits = logits(0, 0);
		final double acrossPlain = change(logits, apply(logits, halves(50, 50), 1, LEFT, 40, 10), false);
		final double acrossEdge = change(logits, apply(logits, halves(20, 80), 1, LEFT, 40, 10), false);
		assertTrue(acrossPlain > 2 * acrossEdge, acrossPlain + " and " + acrossEdge);
	}

	@Test
	void largerReachChangesMore() {
		final float[] logits = logits(-20, 30);
		final float[] lightness = halves(30, 70);
		double before = 0;
		for (final double reach : new double[] {0.1, 0.5, 1, 2, 10}) {
			final float[] hinted = apply(logits, lightness, reach, LEFT, 40, 10);
			final double change = change(logits, hinted, true) + change(logits, hinted, false);
			assertTrue(change > before, change + " at " + reach + " after " + before);
			before = change;
		}
	}

	@Test
	void keepHintBlocksOthers() {
		final float[] logits = logits(0, 0);
		final float[] lightness = halves(50, 50);
		// The tolerance makes -0 equal 0.
		assertArrayEquals(logits, apply(logits, lightness, 1, LEFT, Float.NaN, Float.NaN), Float.MIN_VALUE);
		final float[] both = HintPropagation.apply(logits, lightness, WIDTH, HEIGHT, new int[] {LEFT, RIGHT},
				new float[] {40, Float.NaN}, new float[] {10, Float.NaN}, 1);
		assertTrue(change(logits, both, false) < change(logits, apply(logits, lightness, 1, LEFT, 40, 10), false) / 3);
		assertEquals(decode(apply(logits, lightness, 1, LEFT, 40, 10), 0.38)[0][LEFT], decode(both, 0.38)[0][LEFT], 3);
	}

	@Test
	void noHintsChangeNothing() {
		final float[] logits = logits(-20, 30);
		assertArrayEquals(logits, HintPropagation.apply(logits, halves(30, 70), WIDTH, HEIGHT, new int[0], new float[0],
				new float[0], 1));
	}

	/** More than are propagated one by one. */
	@Test
	void manyHintsAreAveraged() {
		final int side = 40;
		final int n = side * side;
		final float[] logits = new float[ColorBins.COUNT * n];
		final float[] lightness = new float[16 * n];
		Arrays.fill(lightness, 50);
		final int[] places = new int[10_000];
		final float[] a = new float[places.length];
		final float[] b = new float[places.length];
		for (int i = 0; i < places.length; i++) {
			places[i] = i % n;
			a[i] = places[i] % side < side / 2 ? 40 : -40;
		}
		final float[] hinted = HintPropagation.apply(logits, lightness, side, side, places, a, b, 1);
		final float[][] ab = new float[2][n];
		AnnealedMean.decode(hinted, 0, n, 0.38, ab[0], ab[1]);
		assertEquals(40, ab[0][20 * side + 5], 5);
		assertEquals(-40, ab[0][20 * side + 34], 5);
	}

	/** Walks around obstacles give similarities that no covariance matrix can have. */
	@ParameterizedTest
	@ValueSource(doubles = {0.5, 1, 2, 5, 10})
	void hintsOnAllCellsOfATextureGiveNumbers(final double reach) {
		for (int seed = 0; seed < 5; seed++) {
			final Random random = new Random(seed);
			final float[] lightness = new float[16 * N];
			for (int i = 0; i < lightness.length; i++) {
				lightness[i] = i / (4 * WIDTH) % 2 == 1 ? lightness[i - 4 * WIDTH]
						: i % 2 == 1 ? lightness[i - 1] : (float) (10 + 10 * reach) * random.nextFloat();
			}
			final int[] cells = IntStream.range(0, N).toArray();
			final float[] a = new float[N];
			final float[] b = new float[N];
			for (int i = 0; i < N; i++) {
				a[i] = random.nextInt(100) - 50;
				b[i] = random.nextInt(100) - 50;
			}
			for (final float value : HintPropagation.apply(logits(-20, 30), lightness, WIDTH, HEIGHT, cells, a, b, reach)) {
				assertTrue(Float.isFinite(value));
			}
		}
	}

	@Test
	void threadsDoNotMatter() {
		final int[] places = {5, LEFT, 70, RIGHT, 150, 191, 0};
		final float[] a = {10, 20, 30, 40, -10, -20, -30};
		final float[] b = {-10, 20, -30, 40, -10, 20, -30};
		final float[] one = Parallelization.runSingleThreaded(() -> HintPropagation.apply(logits(-20, 30),
				halves(30, 70), WIDTH, HEIGHT, places, a, b, 1));
		final float[] eight = Parallelization.runWithNumThreads(8, () -> HintPropagation.apply(logits(-20, 30),
				halves(30, 70), WIDTH, HEIGHT, places, a, b, 1));
		assertArrayEquals(one, eight);
	}

	@Test
	void opGivesTheSame() {
		final float[] logits = logits(-20, 30);
		final float[] lightness = halves(30, 70);
		final float[] result = new float[logits.length];
		HintPropagation.apply(ArrayImgs.floats(logits, WIDTH, HEIGHT, ColorBins.COUNT),
				ArrayImgs.floats(lightness, 4 * WIDTH, 4 * HEIGHT), ArrayImgs.floats(new float[] {3, 6, 40, 10}, 4, 1),
				null, ArrayImgs.floats(result, WIDTH, HEIGHT, ColorBins.COUNT));
		assertArrayEquals(apply(logits, lightness, 1, LEFT, 40, 10), result);
	}

	@Test
	void invalidArgumentsAreRefused() {
		final float[] logits = logits(-20, 30);
		assertEquals("The reach must be from 0.1 to 10.0 but is 0.0.",
				assertThrows(IllegalArgumentException.class, () -> apply(logits, halves(30, 70), 0, LEFT, 40, 10))
						.getMessage());
		assertEquals("Hint 2 lies at (16.0, 6.0), outside the grid of 16x12 cells.",
				assertThrows(IllegalArgumentException.class, () -> HintPropagation.apply(
						ArrayImgs.floats(logits, WIDTH, HEIGHT, ColorBins.COUNT), ArrayImgs.floats(8, 8),
						ArrayImgs.floats(new float[] {3, 6, 40, 10, 16, 6, 0, 0}, 4, 2), null,
						ArrayImgs.floats(WIDTH, HEIGHT, ColorBins.COUNT))).getMessage());
	}
}
