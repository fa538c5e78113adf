/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * Enlargement of small ab planes to the size of a photo along the edges of its lightness.
 * <p>
 * A grid cell of the small planes covers many pixels. Where an object ends within a cell, its one color is a mixture. So
 * each cell gets a color for each of eleven levels of lightness, and a pixel takes the color of its own lightness,
 * interpolated linearly between cells and levels (the bilateral grid of Chen, Paris and Durand, 2007). The color of a cell
 * at a level is the mean of the colors of the cell and its eight neighbors, weighted by their share of pixels at that level.
 * The mixtures are then separated: in two rounds, the input colors are corrected by the difference between the color of a
 * cell and the mean of its pixels, in proportion to the edges in the cell. Uniform areas contain no information about
 * mixtures, so their colors stay smooth.
 * <p>
 * All this runs on the small planes, with 4x4 samples of lightness per cell, which are the input of the network. So the cost
 * per pixel is close to that of bilinear enlargement. a* and b* stay in their range in the small planes, and a constant
 * stays constant.
 */
public final class EdgeAwareUpsampling implements FullSizeChroma {

	/** Samples of lightness along each side of a cell. */
	public static final int SAMPLES = 4;

	private static final float MAX_LIGHTNESS = 100;
	private static final int LEVELS = 11;
	private static final float LEVELS_PER_LIGHTNESS = (LEVELS - 1) / MAX_LIGHTNESS;
	/** Weight of the neighbor above, below, left or right relative to the cell itself: a Gaussian of 0.6 cells. */
	private static final float NEIGHBOR = (float) Math.exp(-1 / (2 * 0.6 * 0.6));
	/** Weight of a cell, besides the square of its share, at a level that no cell around it has. */
	private static final float FLOOR = 0.01f;
	/** Variance of the lightness within a cell at which the correction is halved. */
	private static final float HALF_TRUST = 50;
	private static final int ROUNDS = 2;
	/** Step size of the corrections; five rounds with step 1 would give the same result. */
	private static final float STEP = 2.4f;
	/** Rows of cells processed together, so that they fit in the processor's cache. */
	private static final int BAND = 32;
	/** Rows above and below that a band depends on. */
	private static final int HALO = 2 * ROUNDS + 1;
	/** The mean over a cell of the linear interpolation weight between it and its neighbors, along one axis. */
	private static final float OWN_SHARE = 0.75f;
	private static final float NEIGHBOR_SHARE = (1 - OWN_SHARE) / 2;

	private final int width;
	private final int height;
	private final LinearAxis horizontal;
	private final LinearAxis vertical;
	/** {@code (height, width, LEVELS, 2)}. */
	private final float[][] grid;

	/**
	 * Computes the colors of each cell, in time and memory proportional to the small planes.
	 *
	 * @param a a* of the small image, row by row
	 * @param b b* of the small image
	 * @param width its width
	 * @param height its height
	 * @param lightness {@code (4 height, 4 width)}, row by row: L* of the same image, in [0, 100]
	 * @param outputWidth width of the photo
	 * @param outputHeight height of the photo
	 */
	public EdgeAwareUpsampling(final float[] a, final float[] b, final int width, final int height,
			final float[] lightness, final int outputWidth, final int outputHeight) {
		this.width = width;
		this.height = height;
		horizontal = new LinearAxis(width, outputWidth);
		vertical = new LinearAxis(height, outputHeight);
		grid = new float[height][2 * LEVELS * width];
		final Range rangeA = Range.of(a);
		final Range rangeB = Range.of(b);
		Rows.forEach((height + BAND - 1) / BAND, () -> {
			final Unmixing unmixing = new Unmixing();
			return band -> {
				unmixing.analyze(lightness, band * BAND, Math.min(height, (band + 1) * BAND));
				unmixing.solve(a, rangeA, 0);
				unmixing.solve(b, rangeB, 1);
			};
		});
	}

	/** The position of a lightness among the levels, 0 to below the last. */
	private static float level(final float lightness) {
		// Slightly below the last level, so that there is always a next one.
		return Math.max(0, Math.min(Math.nextDown((float) (LEVELS - 1)), lightness * LEVELS_PER_LIGHTNESS));
	}

	/** The range of one channel of the small planes. */
	private record Range(float min, float max) {

		static Range of(final float[] channel) {
			float min = Float.POSITIVE_INFINITY;
			float max = Float.NEGATIVE_INFINITY;
			for (final float value : channel) {
				min = Math.min(min, value);
				max = Math.max(max, value);
			}
			return new Range(min, max);
		}

		float clamp(final float value) {
			return Math.max(min, Math.min(max, value));
		}
	}

	/**
	 * Separates the colors of a band of cells. Not thread-safe. A row stores all its cells at the first level, then all at
	 * the next. Each loop uses one index for all arrays, and neighbors are shifted copies, so that the JVM vectorizes it.
	 */
	private final class Unmixing {

		private final int size = LEVELS * width;
		private final int most = Math.min(height, BAND + 2 * HALO);
		/** Share of a cell at a level; the sum over the levels is 1. */
		private final float[][] presence = new float[most][size];
		/** Weight of the color of a cell at a level. */
		private final float[][] weights = new float[most][size];
		/** Reciprocal of the sum of the weights around a cell. */
		private final float[][] inverse = new float[most][size];
		private final float[][] trust = new float[most][width];
		/** The input colors, the same at each level. */
		private final float[][] mixed = new float[most][size];
		/** The separated colors. */
		private final float[][] levels = new float[most][size];
		private final float[] left = new float[size];
		private final float[] middle = new float[size];
		private final float[] right = new float[size];
		/** The band, and all rows including those that it depends on. */
		private int from;
		private int to;
		private int top;
		private int rows;

		/** Moves to a band and analyzes its lightness. */
		void analyze(final float[] lightness, final int first, final int end) {
			from = first;
			to = end;
			top = Math.max(0, first - HALO);
			rows = Math.min(height, end + HALO) - top;
			for (int y = 0; y < rows; y++) {
				Arrays.fill(presence[y], 0);
				for (int x = 0; x < width; x++) {
					splat(lightness, x, y);
				}
				Arrays.fill(mixed[y], 1);
				Arrays.fill(inverse[y], 1);
			}
			filter();
			for (int y = 0; y < rows; y++) {
				for (int i = 0; i < size; i++) {
					inverse[y][i] = 1 / levels[y][i];
				}
			}
		}

		/** Computes the levels of a cell and the variance of its lightness. */
		private void splat(final float[] lightness, final int x, final int y) {
			final float part = 1f / (SAMPLES * SAMPLES);
			final float[] found = presence[y];
			float sum = 0;
			float squares = 0;
			for (int row = SAMPLES * (top + y); row < SAMPLES * (top + y + 1); row++) {
				for (int column = SAMPLES * x; column < SAMPLES * (x + 1); column++) {
					final float value = lightness[row * SAMPLES * width + column];
					final float level = level(value);
					final int lower = (int) level;
					found[lower * width + x] += part * (1 - (level - lower));
					found[(lower + 1) * width + x] += part * (level - lower);
					sum += part * value;
					squares += part * value * value;
				}
			}
			final float variance = Math.max(0, squares - sum * sum);
			trust[y][x] = variance / (variance + HALF_TRUST);
			for (int i = x; i < size; i += width) {
				final float share = found[i] / 2 + ((i >= width ? found[i - width] : 0)
						+ (i + width < size ? found[i + width] : 0)) / 4;
				weights[y][i] = share * share + FLOOR;
			}
		}

		/** Fills one channel of the grid. */
		void solve(final float[] channel, final Range range, final int c) {
			for (int y = 0; y < rows; y++) {
				System.arraycopy(channel, (top + y) * width, mixed[y], 0, width);
				copyToAllLevels(mixed[y]);
			}
			filter();
			for (int round = 0; round < ROUNDS; round++) {
				correct(channel, range);
				filter();
			}
			for (int y = from; y < to; y++) {
				for (int x = 0; x < width; x++) {
					for (int l = 0; l < LEVELS; l++) {
						grid[y][2 * (x * LEVELS + l) + c] = levels[y - top][l * width + x];
					}
				}
			}
		}

		private void copyToAllLevels(final float[] row) {
			for (int start = width; start < size; start += width) {
				System.arraycopy(row, 0, row, start, width);
			}
		}

		/** Computes the color of each cell at each level from the input colors. */
		private void filter() {
			for (int y = 0; y < rows; y++) {
				final int above = Math.max(0, y - 1);
				final int below = Math.min(rows - 1, y + 1);
				sum(weights[above], mixed[above], weights[y], mixed[y], weights[below], mixed[below]);
				shift();
				smooth(inverse[y], 1, NEIGHBOR, levels[y]);
			}
		}

		private void sum(final float[] weightsAbove, final float[] above, final float[] weightsHere, final float[] here,
				final float[] weightsBelow, final float[] below) {
			for (int i = 0; i < size; i++) {
				middle[i] =
						weightsHere[i] * here[i] + NEIGHBOR * (weightsAbove[i] * above[i] + weightsBelow[i] * below[i]);
			}
		}

		/** Corrects the input colors by the residuals of the pixels in their cells. */
		private void correct(final float[] channel, final Range range) {
			for (int y = 0; y < rows; y++) {
				blend(levels[Math.max(0, y - 1)], levels[y], levels[Math.min(rows - 1, y + 1)]);
				shift();
				smooth(presence[y], OWN_SHARE, NEIGHBOR_SHARE, middle);
				final float[] colors = mixed[y];
				for (int x = 0; x < width; x++) {
					float mean = 0;
					for (int i = x; i < size; i += width) {
						mean += middle[i];
					}
					colors[x] = range.clamp(colors[x] + STEP * trust[y][x] * (channel[(top + y) * width + x] - mean));
				}
				copyToAllLevels(colors);
			}
		}

		private void blend(final float[] above, final float[] here, final float[] below) {
			for (int i = 0; i < size; i++) {
				middle[i] = OWN_SHARE * here[i] + NEIGHBOR_SHARE * (above[i] + below[i]);
			}
		}

		/** Copies each value's left and right neighbors beside it, extending the border. */
		private void shift() {
			System.arraycopy(middle, 0, left, 1, size - 1);
			System.arraycopy(middle, 1, right, 0, size - 1);
			for (int start = 0; start < size; start += width) {
				left[start] = middle[start];
				right[start + width - 1] = middle[start + width - 1];
			}
		}

		private void smooth(final float[] factors, final float own, final float neighbor, final float[] out) {
			for (int i = 0; i < size; i++) {
				out[i] = factors[i] * (own * middle[i] + neighbor * (left[i] + right[i]));
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
			final float[] upper = grid[vertical.first(y)];
			final float[] lower = grid[vertical.second(y)];
			for (int i = 0; i < row.length; i++) {
				row[i] = LinearAxis.mix(upper[i], lower[i], down);
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
	 * @param ab (u, v, 2): a* and b* of the whole photo at a lower resolution
	 * @param lightness (x, y), L* of the photo in [0, 100]
	 * @param enlarged (x, y, 2), receives the enlarged planes
	 * @throws IllegalArgumentException if the sizes do not match or ab or lightness is empty
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
		final int gridWidth = Rows.size(ab, 0);
		final int gridHeight = Rows.size(ab, 1);
		final float[] seen = new float[SAMPLES * SAMPLES * gridWidth * gridHeight];
		Resampling.resample(lightness, ArrayImgs.floats(seen, (long) SAMPLES * gridWidth, (long) SAMPLES * gridHeight));
		new EdgeAwareUpsampling(Rows.plane(ab, 0), Rows.plane(ab, 1), gridWidth, gridHeight, seen,
				Rows.size(enlarged, 0), Rows.size(enlarged, 1)).enlarge(lightness, enlarged);
	}

	/**
	 * Enlarges ab planes to the size of a photo along the edges of its lightness, in a new image.
	 *
	 * @param ab (u, v, 2): a* and b* of the whole photo at a lower resolution
	 * @param lightness (x, y), L* of the photo in [0, 100]
	 * @return (x, y, 2): the enlarged planes
	 * @throws IllegalArgumentException if the dimensions do not match or an image is empty
	 * @implNote op names='colorize.upsampleChromaAlongEdges', type=Function
	 */
	public static <T extends RealType<T>, U extends RealType<U>> Img<FloatType> upsample(
			final RandomAccessibleInterval<T> ab, final RandomAccessibleInterval<U> lightness) {
		final Img<FloatType> enlarged = Rows.floatImage(lightness, 2);
		upsample(ab, lightness, enlarged);
		return enlarged;
	}
}
