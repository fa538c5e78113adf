/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;

/**
 * Enlargement of small ab planes to the size of a photo along the edges of its lightness.
 * <p>
 * The small planes have a place for many pixels, and where an object ends within a place, its one colour is a mixture. So
 * each place gets a colour for each of eleven levels of lightness, and a pixel takes the one of its own lightness,
 * interpolated linearly between the places and the levels (the bilateral grid of Chen, Paris and Durand, 2007). A
 * place's colour at a level is the mean of the colours of it and its eight neighbours, each weighed by how much of it is
 * as light. The mixtures are then taken apart: the colours put in are changed, a few times, by the difference between
 * the colour of a place and the mean of what its pixels get, as far as the place has edges. In plain areas, which say
 * nothing about a mixture, colours stay as smooth as they are.
 * <p>
 * All that is done on the small planes, with a lightness of four by four samples for each place: what the network saw. So
 * the cost for a pixel is hardly more than that of bilinear enlargement. a* and b* stay in the range that each has in the
 * small planes, and a constant stays constant.
 */
public final class EdgeAwareUpsampling implements FullSizeChroma {

	/** Samples of lightness along each side of a place. */
	public static final int SAMPLES = 4;

	private static final float MAX_LIGHTNESS = 100;
	private static final int LEVELS = 11;
	private static final float LEVELS_PER_LIGHTNESS = (LEVELS - 1) / MAX_LIGHTNESS;
	/** What a neighbour above, below, left or right counts beside the place itself: a Gaussian of 0.6 places. */
	private static final float NEIGHBOR = (float) Math.exp(-1 / (2 * 0.6 * 0.6));
	/** What a place counts, beside the square of its share in a level, where no place around has any of that level. */
	private static final float FLOOR = 0.01f;
	/** Variance of the lightness within a place at which it is taken apart by half. */
	private static final float HALF_TRUST = 50;
	private static final int ROUNDS = 5;
	/** The mean over a place of linear interpolation between it and its neighbours, along one axis. */
	private static final float OWN_SHARE = 0.75f;
	private static final float NEIGHBOR_SHARE = (1 - OWN_SHARE) / 2;

	private final int width;
	private final int height;
	private final LinearAxis horizontal;
	private final LinearAxis vertical;
	/** {@code (height, width, LEVELS, 2)}. */
	private final float[] grid;

	/**
	 * Finds the colours of each place; that takes time and memory in proportion to the small planes.
	 *
	 * @param a a* of the small image, row by row
	 * @param b b* of the small image
	 * @param width its width
	 * @param height its height
	 * @param lightness {@code (4 height, 4 width)}, row by row: L* of the same picture, in [0, 100]
	 * @param outputWidth width of the photo
	 * @param outputHeight height of the photo
	 */
	public EdgeAwareUpsampling(final float[] a, final float[] b, final int width, final int height,
			final float[] lightness, final int outputWidth, final int outputHeight) {
		this.width = width;
		this.height = height;
		horizontal = new LinearAxis(width, outputWidth);
		vertical = new LinearAxis(height, outputHeight);
		grid = new float[2 * LEVELS * width * height];
		final Unmixing unmixing = new Unmixing(lightness);
		unmixing.solve(a, 0);
		unmixing.solve(b, 1);
	}

	/** Where a lightness lies among the levels, 0 to below the last. */
	private static float level(final float lightness) {
		// A float below the last level, so that there is always a next one.
		return Math.max(0, Math.min(Math.nextDown((float) (LEVELS - 1)), lightness * LEVELS_PER_LIGHTNESS));
	}

	/**
	 * Takes the colours of the places apart. Rows of places are stored level by level: {@code (height, LEVELS, width)}.
	 */
	private final class Unmixing {

		private final int rowSize = LEVELS * width;
		/** How much of a place is at a level; the sum over the levels is 1. */
		private final float[] presence = new float[height * rowSize];
		/** What the colour of a place counts at a level. */
		private final float[] weights = new float[height * rowSize];
		/** One over the sum of what counts around a place. */
		private final float[] inverse = new float[height * rowSize];
		private final float[] trust = new float[height * width];
		private final float[] levels = new float[height * rowSize];

		Unmixing(final float[] lightness) {
			Rows.forEach(height, () -> y -> {
				for (int x = 0; x < width; x++) {
					look(lightness, x, y);
				}
			});
			final float[] ones = new float[height * width];
			Arrays.fill(ones, 1);
			Rows.forEach(height, () -> {
				final float[] scratch = new float[rowSize];
				return y -> {
					sum(weights, ones, y, scratch);
					around(scratch, 1, NEIGHBOR, inverse, y * rowSize);
					for (int i = y * rowSize; i < (y + 1) * rowSize; i++) {
						inverse[i] = 1 / inverse[i];
					}
				};
			});
		}

		/** Which levels a place has, and how much its lightness varies. */
		private void look(final float[] lightness, final int x, final int y) {
			final int first = y * rowSize + x;
			final float part = 1f / (SAMPLES * SAMPLES);
			float sum = 0;
			float squares = 0;
			for (int row = SAMPLES * y; row < SAMPLES * (y + 1); row++) {
				for (int column = SAMPLES * x; column < SAMPLES * (x + 1); column++) {
					final float value = lightness[row * SAMPLES * width + column];
					final float level = level(value);
					final int lower = (int) level;
					presence[first + lower * width] += part * (1 - (level - lower));
					presence[first + (lower + 1) * width] += part * (level - lower);
					sum += part * value;
					squares += part * value * value;
				}
			}
			final float variance = Math.max(0, squares - sum * sum);
			trust[y * width + x] = variance / (variance + HALF_TRUST);
			for (int l = 0; l < LEVELS; l++) {
				final int i = first + l * width;
				final float share = presence[i] / 2 + ((l > 0 ? presence[i - width] : 0)
						+ (l < LEVELS - 1 ? presence[i + width] : 0)) / 4;
				weights[i] = share * share + FLOOR;
			}
		}

		/** Fills one channel of the grid. */
		void solve(final float[] channel, final int c) {
			final float[] colors = channel.clone();
			float min = Float.POSITIVE_INFINITY;
			float max = Float.NEGATIVE_INFINITY;
			for (final float color : channel) {
				min = Math.min(min, color);
				max = Math.max(max, color);
			}
			filter(colors);
			for (int round = 0; round < ROUNDS; round++) {
				correct(channel, min, max, colors);
				filter(colors);
			}
			Rows.forEach(height, () -> y -> {
				for (int l = 0; l < LEVELS; l++) {
					for (int x = 0; x < width; x++) {
						grid[2 * ((y * width + x) * LEVELS + l) + c] = levels[y * rowSize + l * width + x];
					}
				}
			});
		}

		/** The colour of each place at each level, from the colours of the places. */
		private void filter(final float[] colors) {
			Rows.forEach(height, () -> {
				final float[] scratch = new float[rowSize];
				return y -> {
					sum(weights, colors, y, scratch);
					around(scratch, 1, NEIGHBOR, levels, y * rowSize);
					for (int i = y * rowSize; i < (y + 1) * rowSize; i++) {
						levels[i] *= inverse[i];
					}
				};
			});
		}

		/** Changes the colours of the places by what their pixels lack. */
		private void correct(final float[] wanted, final float min, final float max, final float[] colors) {
			Rows.forEach(height, () -> {
				final float[] scratch = new float[rowSize];
				final float[] means = new float[rowSize];
				return y -> {
					final int above = Math.max(0, y - 1) * rowSize;
					final int here = y * rowSize;
					final int below = Math.min(height - 1, y + 1) * rowSize;
					for (int i = 0; i < rowSize; i++) {
						scratch[i] = OWN_SHARE * levels[here + i] + NEIGHBOR_SHARE * (levels[above + i] + levels[below + i]);
					}
					around(scratch, OWN_SHARE, NEIGHBOR_SHARE, means, 0);
					final int places = y * width;
					for (int l = 1; l < LEVELS; l++) {
						for (int x = 0; x < width; x++) {
							if (l == 1) {
								scratch[x] = presence[here + x] * means[x];
							}
							scratch[x] += presence[here + l * width + x] * means[l * width + x];
						}
					}
					for (int x = 0; x < width; x++) {
						final float corrected =
								colors[places + x] + trust[places + x] * (wanted[places + x] - scratch[x]);
						colors[places + x] = Math.max(min, Math.min(max, corrected));
					}
				};
			});
		}

		/** The weighed colours of a row of places and those above and below it. */
		private void sum(final float[] factors, final float[] colors, final int y, final float[] sums) {
			final int above = Math.max(0, y - 1);
			final int below = Math.min(height - 1, y + 1);
			for (int l = 0; l < LEVELS; l++) {
				final int up = above * rowSize + l * width;
				final int middle = y * rowSize + l * width;
				final int down = below * rowSize + l * width;
				for (int x = 0; x < width; x++) {
					sums[l * width + x] = factors[middle + x] * colors[y * width + x] + NEIGHBOR
							* (factors[up + x] * colors[above * width + x] + factors[down + x] * colors[below * width + x]);
				}
			}
		}

		/** At each level of a row, adds the neighbours left and right to each place. */
		private void around(final float[] in, final float own, final float neighbor, final float[] out, final int start) {
			for (int l = 0; l < LEVELS; l++) {
				final int first = l * width;
				final int last = first + width - 1;
				for (int i = first + 1; i < last; i++) {
					out[start + i] = own * in[i] + neighbor * (in[i - 1] + in[i + 1]);
				}
				out[start + first] = own * in[first] + neighbor * (in[first] + in[Math.min(first + 1, last)]);
				out[start + last] = own * in[last] + neighbor * (in[Math.max(first, last - 1)] + in[last]);
			}
		}
	}

	@Override
	public int width() {
		return horizontal.outputSize();
	}

	@Override
	public int height() {
		return vertical.outputSize();
	}

	@Override
	public RowReader reader() {
		final float[] row = new float[2 * LEVELS * width];
		return (y, lightness, a, b) -> {
			final float down = vertical.share(y);
			final int upper = vertical.first(y) * row.length;
			final int lower = vertical.second(y) * row.length;
			for (int i = 0; i < row.length; i++) {
				row[i] = LinearAxis.mix(grid[upper + i], grid[lower + i], down);
			}
			for (int x = 0; x < horizontal.outputSize(); x++) {
				final float level = level(lightness[x]);
				final int whole = (int) level;
				final float rise = level - whole;
				final int l = 2 * (horizontal.first(x) * LEVELS + whole);
				final int r = 2 * (horizontal.second(x) * LEVELS + whole);
				final float s = horizontal.share(x);
				a[x] = LinearAxis.mix(LinearAxis.mix(row[l], row[l + 2], rise),
						LinearAxis.mix(row[r], row[r + 2], rise), s);
				b[x] = LinearAxis.mix(LinearAxis.mix(row[l + 1], row[l + 3], rise),
						LinearAxis.mix(row[r + 1], row[r + 3], rise), s);
			}
		};
	}

	// -- Ops --

	/**
	 * Enlarges ab planes to the size of a photo along the edges of its lightness.
	 *
	 * @param ab {@code (u, v, 2)}: a* and b* of the whole photo at a lower resolution
	 * @param lightness {@code (x, y)}, L* of the photo in [0, 100]
	 * @param enlarged {@code (x, y, 2)}, receives the enlarged planes (container)
	 * @throws IllegalArgumentException if the sizes do not fit or {@code ab} or {@code lightness} is empty
	 * @implNote op names='colorize.upsampleChromaAlongEdges', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>, V extends RealType<V>> void upsample(
			final RandomAccessibleInterval<T> ab, final RandomAccessibleInterval<U> lightness,
			final RandomAccessibleInterval<V> enlarged) {
		Rows.requireChannels(ab, 2, "ab");
		Rows.requirePixels(ab, "ab");
		Rows.requireChannels(lightness, 1, "lightness");
		Rows.requirePixels(lightness, "lightness");
		Rows.requireChannels(enlarged, 2, "enlarged");
		Rows.requireSamePlane(lightness, enlarged);
		final int placesWide = Rows.size(ab, 0);
		final int placesHigh = Rows.size(ab, 1);
		final float[] seen = new float[SAMPLES * SAMPLES * placesWide * placesHigh];
		Resampling.resample(lightness, ArrayImgs.floats(seen, (long) SAMPLES * placesWide, (long) SAMPLES * placesHigh));
		new EdgeAwareUpsampling(Rows.plane(ab, 0), Rows.plane(ab, 1), placesWide, placesHigh, seen,
				Rows.size(enlarged, 0), Rows.size(enlarged, 1)).enlarge(lightness, enlarged);
	}
}
