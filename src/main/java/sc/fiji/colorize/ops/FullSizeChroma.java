/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import net.imglib2.FinalInterval;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * The chroma of a whole photo, computed row by row from small planes, so that the enlarged planes never exist as a whole. A
 * row depends only on the small planes and its own lightness, so strips give the same result as the whole photo.
 */
public interface FullSizeChroma {

	/** Computes rows. Not thread-safe. */
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

	/** {@return a new reader, for one thread} */
	RowReader reader();

	/** {@return the width of the photo in pixels} */
	int width();

	/** {@return the height of the photo in pixels} */
	int height();

	/**
	 * Computes all rows.
	 *
	 * @param <T> type of the lightness
	 * @param <U> type of the chroma
	 * @param lightness {@code (x, y)}, L* of the photo in [0, 100]; null for 0, if the method ignores it
	 * @param ab {@code (x, y, 2)}, receives a* and b*
	 * @throws IllegalArgumentException if their size is not that of the photo
	 */
	default <T extends RealType<T>, U extends RealType<U>> void enlarge(final RandomAccessibleInterval<T> lightness,
			final RandomAccessibleInterval<U> ab) {
		Rows.requireSamePlane(ab, new FinalInterval(width(), height()));
		enlarge(lightness, 0, ab);
	}

	/**
	 * Computes some rows.
	 *
	 * @param <T> type of the lightness
	 * @param <U> type of the chroma
	 * @param lightness {@code (x, y)}, L* of those rows in [0, 100]; null for 0, if the method ignores it
	 * @param top index of the first row in the photo
	 * @param ab {@code (x, y, 2)}, receives a* and b* of those rows
	 * @throws IllegalArgumentException if they are not rows of the photo
	 */
	default <T extends RealType<T>, U extends RealType<U>> void enlarge(final RandomAccessibleInterval<T> lightness,
			final int top, final RandomAccessibleInterval<U> ab) {
		Rows.requireChannels(ab, 2, "ab");
		requireRows(ab, top);
		if (lightness != null) {
			Rows.requireChannels(lightness, 1, "lightness");
			Rows.requireSamePlane(lightness, ab);
		}
		Rows.forEach(Rows.size(ab, 1), () -> {
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
				colors.read(top + y, light, a, b);
				target.write(y, 0, a, 0);
				target.write(y, 1, b, 0);
			};
		});
	}

	/**
	 * Checks that an image can be rows of the photo.
	 *
	 * @param rows the image
	 * @param top index of its first row in the photo
	 * @throws IllegalArgumentException if it cannot
	 */
	default void requireRows(final Interval rows, final int top) {
		if (rows.dimension(0) != width() || top < 0 || rows.dimension(1) > height() - top) {
			throw new IllegalArgumentException("The " + rows.dimension(0) + "x" + rows.dimension(1) + " pixels from row "
					+ top + " on do not lie in an image of " + width() + "x" + height() + " pixels.");
		}
	}
}
