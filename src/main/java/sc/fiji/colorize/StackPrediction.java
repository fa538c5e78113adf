/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * The color distributions of the planes of a stack, for all kinds of images. With the option {@code smoothing}, a
 * distribution also depends on previous planes of its time series. Not thread-safe.
 */
public final class StackPrediction {

	private final Colorizer colorizer;
	private final ColorizeOptions options;
	private final DistributionSmoothing[] smoothing;

	/**
	 * Starts a stack.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options network size and smoothing
	 * @param series the number of time series, such as channels times slices; time is the last dimension
	 */
	public StackPrediction(final Colorizer colorizer, final ColorizeOptions options, final int series) {
		this.colorizer = colorizer;
		this.options = options;
		smoothing = Stream.generate(() -> new DistributionSmoothing(options.smoothing())).limit(series)
				.toArray(DistributionSmoothing[]::new);
	}

	/**
	 * Predicts the colors of a plane. With smoothing, planes must be given in order.
	 *
	 * @param <T> type of the pixels
	 * @param plane the index of the plane in the stack, from 0
	 * @param pixels gray {@code (x, y)}, or sRGB {@code (x, y, 3)}
	 * @param range the values displayed as black and white
	 * @return the smoothed distribution
	 * @throws IllegalArgumentException if the plane has no pixels or other dimensions
	 * @throws IllegalStateException if the network cannot run
	 */
	public <T extends RealType<T>> ColorDistribution predict(final int plane, final RandomAccessibleInterval<T> pixels,
			final DisplayRange range) {
		return smoothing[plane % smoothing.length].next(colorizer.predict(pixels, range, options.prediction()));
	}

	/**
	 * Works through the planes of a stack in order.
	 *
	 * @param planes the number of planes
	 * @param work receives the index of each plane
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each plane
	 * @throws CancellationException if canceled
	 */
	public static void forEachPlane(final int planes, final IntConsumer work, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		for (int plane = 0; plane < planes; plane++) {
			requireNotCanceled(canceled);
			work.accept(plane);
			progress.accept((plane + 1.0) / planes);
		}
	}

	/**
	 * Checks whether to continue.
	 *
	 * @param canceled whether the user canceled
	 * @throws CancellationException if canceled
	 */
	public static void requireNotCanceled(final BooleanSupplier canceled) {
		if (canceled.getAsBoolean()) {
			throw new CancellationException("The colorization was canceled.");
		}
	}
}
