/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * The chroma of a whole photo, computed row by row from a small one, so that the enlarged planes never exist as a whole.
 * A row depends on nothing but the small planes and its own lightness, so a strip of a photo comes out as in the whole.
 */
public interface FullSizeChroma {

	/** Computes rows; for one thread. */
	interface RowReader {

		/**
		 * Computes one row.
		 *
		 * @param y row of the photo
		 * @param lightness L* of the pixels of that row, in [0, 100]; not changed
		 * @param a receives a*
		 * @param b receives b*
		 */
		void read(int y, float[] lightness, float[] a, float[] b);
	}

	/**
	 * Makes a reader.
	 *
	 * @return a reader for one thread
	 */
	RowReader reader();

	/**
	 * Width of the photo.
	 *
	 * @return pixels
	 */
	int width();

	/**
	 * Height of the photo.
	 *
	 * @return pixels
	 */
	int height();

	/**
	 * Computes all rows.
	 *
	 * @param <T> type of the lightness
	 * @param <U> type of the chroma
	 * @param lightness {@code (x, y)}, L* of the photo in [0, 100]; null for 0, where it plays no part
	 * @param ab {@code (x, y, 2)}, receives a* and b*
	 * @throws IllegalArgumentException if they are not of the size of the photo
	 */
	default <T extends RealType<T>, U extends RealType<U>> void enlarge(final RandomAccessibleInterval<T> lightness,
			final RandomAccessibleInterval<U> ab) {
		Rows.requireChannels(ab, 2, "ab");
		Rows.requireSamePlane(ab, new FinalInterval(width(), height()));
		if (lightness != null) {
			Rows.requireChannels(lightness, 1, "lightness");
			Rows.requireSamePlane(lightness, ab);
		}
		Rows.forEach(height(), () -> {
			final float[] light = new float[width()];
			final float[] a = new float[width()];
			final float[] b = new float[width()];
			final RowReader colors = reader();
			final Rows.RowReader source = lightness == null ? null : Rows.reader(lightness);
			final Rows.RowWriter target = Rows.writer(ab);
			return y -> {
				if (source != null) {
					source.read(y, 0, light, 0);
				}
				colors.read(y, light, a, b);
				target.write(y, 0, a, 0);
				target.write(y, 1, b, 0);
			};
		});
	}
}
