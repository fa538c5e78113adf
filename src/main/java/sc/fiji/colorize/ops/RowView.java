/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import net.imglib2.AbstractWrappedInterval;
import net.imglib2.Interval;
import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * A view that {@link Rows} reads row by row, which is faster than pixel by pixel.
 *
 * @param <T> type of the pixels
 */
abstract class RowView<T extends RealType<T>> extends AbstractWrappedInterval<RandomAccessibleInterval<T>>
		implements RandomAccessibleInterval<T> {

	/**
	 * Makes a view.
	 *
	 * @param pixels the same view, pixel by pixel
	 */
	RowView(final RandomAccessibleInterval<T> pixels) {
		super(pixels);
	}

	/** Creates a reader for one thread. */
	abstract Rows.RowReader rows();

	@Override
	public RandomAccess<T> randomAccess() {
		return sourceInterval.randomAccess();
	}

	@Override
	public RandomAccess<T> randomAccess(final Interval interval) {
		return sourceInterval.randomAccess(interval);
	}

	@Override
	public T getType() {
		return sourceInterval.getType();
	}
}
