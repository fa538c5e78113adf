/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import sc.fiji.colorize.ops.FullSizeChroma;
import sc.fiji.colorize.ops.HintPropagation;

/**
 * Color hints for one image. They change the color distribution that was predicted for it; the network does not run again.
 *
 * <pre>
 * ColorHints hints = ColorHints.of(gray.dimension(0), gray.dimension(1), List.of(blueDress, grayWall), 1);
 * ColorDistribution predicted = colorizer.predict(gray);
 * Img&lt;UnsignedByteType&gt; rgb = hints.apply(predicted).colorize(gray, 0.4);
 * </pre>
 *
 * The pixels of a hint get its color at the image's lightness, at any temperature. The saturation scales this color, too,
 * and a color outside the gamut loses chroma. {@link HintPropagation} describes how colors spread to other pixels.
 * Immutable.
 */
public final class ColorHints {

	private static final byte NO_HINT = 0;
	private static final byte COLOR = 1;
	private static final byte PREDICTION = 2;
	private static final int HALF_OPAQUE = 128;

	/** Paints a row of the image with the hints. */
	@FunctionalInterface
	private interface Strokes {

		void paint(int y, Row row);
	}

	/** A row of the image. */
	private static final class Row {

		private final byte[] kind;
		private final float[] a;
		private final float[] b;

		Row(final int width) {
			kind = new byte[width];
			a = new float[width];
			b = new float[width];
		}

		void set(final int x, final float newA, final float newB) {
			kind[x] = Float.isNaN(newA) ? PREDICTION : COLOR;
			a[x] = newA;
			b[x] = newB;
		}
	}

	private final int width;
	private final int height;
	private final double reach;
	private final Strokes strokes;

	private ColorHints(final int width, final int height, final double reach, final Strokes strokes) {
		HintPropagation.requireReach(reach);
		this.width = width;
		this.height = height;
		this.reach = reach;
		this.strokes = strokes;
	}

	/**
	 * Creates hints from areas of an image.
	 *
	 * @param width pixels of a row of the image
	 * @param height rows of the image
	 * @param hints the hints; where two overlap, the later one counts
	 * @param reach how far they reach, {@link HintPropagation#MIN_REACH} to {@link HintPropagation#MAX_REACH}; 1 is the
	 *        default
	 * @return the hints
	 * @throws IllegalArgumentException with a sentence if a hint lies outside the image or the reach outside its range
	 */
	public static ColorHints of(final long width, final long height, final List<Hint> hints, final double reach) {
		final int rowLength = (int) width;
		final List<List<HintRun>> rows = new ArrayList<>();
		for (int y = 0; y < height; y++) {
			rows.add(null);
		}
		for (int i = 0; i < hints.size(); i++) {
			if (!add(hints.get(i), rowLength, rows)) {
				final Hint.Run first = hints.get(i).region().get(0);
				throw new IllegalArgumentException("Hint " + (i + 1) + " lies at (" + first.from() + ", " + first.y()
						+ "), outside the image of " + width + "x" + height + " pixels: move or delete it.");
			}
		}
		return new ColorHints(rowLength, rows.size(), reach, (y, row) -> {
			if (rows.get(y) != null) {
				rows.get(y).forEach(run -> run.paint(row));
			}
		});
	}

	/** A part of a hint in one row. */
	private record HintRun(int from, int to, float a, float b) {

		void paint(final Row row) {
			for (int x = from; x < to; x++) {
				row.set(x, a, b);
			}
		}
	}

	/** Adds the runs of a hint to their rows; false if the hint is outside the image. */
	private static boolean add(final Hint hint, final int width, final List<List<HintRun>> rows) {
		boolean inside = false;
		for (final Hint.Run run : hint.region()) {
			final int from = Math.max(0, run.from());
			final int to = Math.min(width, run.to());
			if (run.y() >= 0 && run.y() < rows.size() && from < to) {
				if (rows.get(run.y()) == null) {
					rows.set(run.y(), new ArrayList<>());
				}
				rows.get(run.y()).add(new HintRun(from, to, hint.a(), hint.b()));
				inside = true;
			}
		}
		return inside;
	}

	/**
	 * Creates hints from strokes of color on a transparent image: each pixel that is at least half opaque is a hint.
	 *
	 * @param argb {@code (height, width)}, row by row: 8-bit alpha, red, green and blue; not copied, must not change
	 * @param width pixels of a row of the image
	 * @param reach how far the hints reach, see {@link #of}
	 * @return the hints
	 * @throws IllegalArgumentException with a sentence if the reach is outside its range
	 */
	public static ColorHints ofStrokes(final int[] argb, final int width, final double reach) {
		return new ColorHints(width, argb.length / width, reach, (y, row) -> {
			int last = 0;
			float[] ab = new float[2];
			for (int x = 0; x < width; x++) {
				final int pixel = argb[y * width + x];
				if (isStroke(pixel)) {
					if (pixel != last) {
						ab = Hint.ab(pixel);
						last = pixel;
					}
					row.set(x, ab[0], ab[1]);
				}
			}
		});
	}

	/**
	 * Whether a pixel of an image of strokes is a hint.
	 *
	 * @param argb 8-bit alpha, red, green and blue
	 * @return true if it is at least half opaque
	 */
	public static boolean isStroke(final int argb) {
		return argb >>> 24 >= HALF_OPAQUE;
	}

	/**
	 * Applies the hints to what was predicted for the image.
	 *
	 * @param predicted the distribution, without hints
	 * @return the distribution with hints; the network need not run again
	 * @throws IllegalArgumentException if the distribution has hints already
	 */
	public ColorDistribution apply(final ColorDistribution predicted) {
		if (predicted.hints() != null) {
			throw new IllegalArgumentException(
					"The distribution has hints already: apply all hints together to the prediction.");
		}
		final int gridWidth = predicted.width();
		final int cells = gridWidth * predicted.height();
		final double[] sumsA = new double[cells];
		final double[] sumsB = new double[cells];
		final int[] colors = new int[cells];
		final boolean[] hinted = new boolean[cells];
		final Row row = new Row(width);
		for (int y = 0; y < height; y++) {
			Arrays.fill(row.kind, NO_HINT);
			strokes.paint(y, row);
			final int start = (int) ((long) y * predicted.height() / height) * gridWidth;
			for (int x = 0; x < width; x++) {
				if (row.kind[x] == NO_HINT) {
					continue;
				}
				final int cell = start + (int) ((long) x * gridWidth / width);
				hinted[cell] = true;
				if (row.kind[x] == COLOR) {
					colors[cell]++;
					sumsA[cell] += row.a[x];
					sumsB[cell] += row.b[x];
				}
			}
		}
		int count = 0;
		final int[] seeds = new int[cells];
		final float[] a = new float[cells];
		final float[] b = new float[cells];
		for (int i = 0; i < cells; i++) {
			if (hinted[i]) {
				seeds[count] = i;
				// Without a color 0 / 0 is NaN, which keeps the prediction.
				a[count] = (float) (sumsA[i] / colors[i]);
				b[count] = (float) (sumsB[i] / colors[i]);
				count++;
			}
		}
		return predicted.withHints(this, HintPropagation.apply(predicted.values(), predicted.lightness(), gridWidth,
				predicted.height(), Arrays.copyOf(seeds, count), Arrays.copyOf(a, count), Arrays.copyOf(b, count), reach));
	}

	/** Sets the colors of the pixels with hints; at another size, of the nearest pixels. */
	FullSizeChroma over(final FullSizeChroma colors) {
		return new FullSizeChroma() {

			@Override
			public RowReader reader() {
				final RowReader below = colors.reader();
				final Row row = new Row(width);
				return (y, lightness, a, b) -> {
					below.read(y, lightness, a, b);
					Arrays.fill(row.kind, NO_HINT);
					strokes.paint(nearest(y, height(), height), row);
					for (int x = 0; x < width(); x++) {
						final int column = nearest(x, width(), width);
						if (row.kind[column] == COLOR) {
							a[x] = row.a[column];
							b[x] = row.b[column];
						}
					}
				};
			}

			@Override
			public int width() {
				return colors.width();
			}

			@Override
			public int height() {
				return colors.height();
			}
		};
	}

	private static int nearest(final int i, final int size, final int hintSize) {
		return (int) ((2L * i + 1) * hintSize / (2L * size));
	}
}
