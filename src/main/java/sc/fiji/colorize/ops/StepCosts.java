/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

/**
 * Costs of steps between the cells of a grid. Edges of the lightness are expensive, because they separate objects.
 * <p>
 * A step from a cell to the next in its row or column costs
 *
 * <pre>
 * length / 4 + max(0, edge - texture - 3) / 8
 * </pre>
 *
 * where the side of the grid, {@code sqrt(width height)} cells, has the length 1, and edge is the largest change of
 * lightness over two samples on the way, in L* (the intervening contour of Leung and Malik, 1998). It is measured on the
 * means of three neighboring lines of samples: on those of all four, the corner of an object would be a gap in its edge.
 * The texture is the level that 60% of the edges exceed among the next three steps on one side and those beside them, less
 * their common slope, or that on the other side if it is lower. So an edge is expensive, and neither shading nor repeated
 * edges are.
 */
final class StepCosts {

	/** Samples of lightness along each side of a cell. */
	private static final int SAMPLES = EdgeAwareUpsampling.SAMPLES;
	/** Lines of samples whose mean shows the edges. */
	private static final int LINES = 3;
	/** The cost of the side of the grid. */
	private static final float LENGTH = 0.25f;
	/** The height of an edge of cost 1. */
	private static final float EDGE = 8;
	/** Smaller differences in lightness are not edges. */
	private static final float SMOOTH = 3;
	/** Steps on either side of a step, and beside them, whose edges may be texture. */
	private static final int WINDOW = 3;
	private static final int WINDOW_LINES = 1;
	/** The share of these edges that may be weaker than the texture. */
	private static final float TEXTURE_QUANTILE = 0.4f;

	private final int width;
	private final int height;
	private final int n;
	/** The cost of a step from each cell to the next in its row and in its column. */
	private final float[] right;
	private final float[] down;

	/**
	 * Computes the costs.
	 *
	 * @param lightness {@code (4 height, 4 width)}, row by row: L* in [0, 100]
	 * @param width cells in a row
	 * @param height rows
	 */
	StepCosts(final float[] lightness, final int width, final int height) {
		this.width = width;
		this.height = height;
		n = width * height;
		right = steps(lightness, 1, 1, SAMPLES * width);
		down = steps(lightness, width, SAMPLES * width, 1);
	}

	/** The cost of a step between neighbors. */
	float between(final int cell, final int neighbor) {
		final int first = Math.min(cell, neighbor);
		return Math.abs(neighbor - cell) == 1 ? right[first] : down[first];
	}

	/**
	 * The costs of the steps from each cell to the next along an axis: their length, plus the excess of their strongest edge
	 * over the texture.
	 *
	 * @param stride cells from one to the next along the axis
	 * @param along samples from one to the next along the axis
	 * @param across samples from one to the next along the other axis
	 */
	private float[] steps(final float[] samples, final int stride, final int along, final int across) {
		final float[] edges = new float[n];
		final float[] slopes = new float[n];
		for (int i = 0; i < n; i++) {
			if (hasNext(i, stride)) {
				final int start = SAMPLES * SAMPLES * width * (i / width) + SAMPLES * (i % width);
				for (int line = 0; line + LINES <= SAMPLES; line++) {
					final float[] profile = profile(samples, start + line * across, LINES, along, across);
					for (int k = 1; k + 3 < profile.length; k++) {
						edges[i] = Math.max(edges[i], Math.abs(profile[k + 2] - profile[k]));
					}
				}
				final float[] profile = profile(samples, start, SAMPLES, along, across);
				for (int k = 0; k < SAMPLES; k++) {
					slopes[i] += (profile[k + SAMPLES] - profile[k]) * 2 / (SAMPLES * SAMPLES);
				}
			}
		}
		final float length = LENGTH / (float) Math.sqrt(n);
		final float[] costs = new float[n];
		Rows.forEach(height, () -> {
			final Window window = new Window(edges, slopes, stride);
			return y -> {
				for (int i = y * width; i < (y + 1) * width; i++) {
					if (hasNext(i, stride)) {
						costs[i] = length + Math.max(0, edges[i] - SMOOTH - window.texture(i)) / EDGE;
					}
				}
			};
		});
		return costs;
	}

	/** The means of some lines of samples, over two cells. */
	private static float[] profile(final float[] samples, final int start, final int lines, final int along,
			final int across) {
		final float[] profile = new float[2 * SAMPLES];
		for (int k = 0; k < profile.length; k++) {
			for (int line = 0; line < lines; line++) {
				profile[k] += samples[start + k * along + line * across] / lines;
			}
		}
		return profile;
	}

	private boolean hasNext(final int cell, final int stride) {
		return stride == 1 ? cell % width < width - 1 : cell / width < height - 1;
	}

	/** The edges around a step; for one thread. */
	private final class Window {

		private final float[] edges;
		private final float[] slopes;
		private final int stride;
		private final float[] around = new float[(2 * WINDOW_LINES + 1) * WINDOW];

		Window(final float[] edges, final float[] slopes, final int stride) {
			this.edges = edges;
			this.slopes = slopes;
			this.stride = stride;
		}

		/** How strong the repeated edges on both sides of a step are, in L*. */
		float texture(final int step) {
			final float texture = Math.min(beside(step, -1), beside(step, 1));
			return texture == Float.POSITIVE_INFINITY ? 0 : texture;
		}

		private float beside(final int step, final int direction) {
			final int position = stride == 1 ? step % width : step / width;
			final int line = stride == 1 ? step / width : step % width;
			final int last = (stride == 1 ? width : height) - 2;
			final int lines = stride == 1 ? height : width;
			final int nextLine = stride == 1 ? width : 1;
			int count = 0;
			float slope = 0;
			for (int v = Math.max(0, line - WINDOW_LINES); v <= Math.min(lines - 1, line + WINDOW_LINES); v++) {
				for (int k = 1; k <= WINDOW; k++) {
					final int u = position + k * direction;
					if (u >= 0 && u <= last) {
						final int other = v * nextLine + u * stride;
						around[count++] = edges[other];
						slope += slopes[other];
					}
				}
			}
			if (count == 0) {
				return Float.POSITIVE_INFINITY;
			}
			Arrays.sort(around, 0, count);
			return Math.max(0, around[(int) ((count - 1) * TEXTURE_QUANTILE)] - Math.abs(slope) / count);
		}
	}
}
