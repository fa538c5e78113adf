/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.PublishedDemo;
import sc.fiji.colorize.ops.Resampling;

/** The network's input for an image that arrives in strips of rows from top to bottom. */
interface NetworkInput {

	/**
	 * Size of the network's input.
	 *
	 * @param width in pixels
	 * @param height in pixels
	 */
	record Size(int width, int height) {
	}

	/** Adds the next rows: gray {@code (x, y)} or sRGB {@code (x, y, 3)}, as wide as the image. */
	<T extends RealType<T>> void add(RandomAccessibleInterval<T> strip);

	/** The lightness, row by row. Call it after the last strip. */
	float[] lightness();

	/** Resizes the lightness of each row. */
	final class Resampled implements NetworkInput {

		private final Resampling.Strips strips;
		private final DisplayRange range;

		Resampled(final int width, final int height, final Size size, final DisplayRange range) {
			strips = new Resampling.Strips(width, height, size.width(), size.height());
			this.range = range;
		}

		@Override
		public <T extends RealType<T>> void add(final RandomAccessibleInterval<T> strip) {
			strips.add(ColorTransfer.lightness(strip, range.black(), range.white()), 0);
		}

		@Override
		public float[] lightness() {
			return strips.resized();
		}
	}

	/** Resizes the colors of each row, as the published demo does. */
	final class Squashed implements NetworkInput {

		private final PublishedDemo.Squashing squashing;

		Squashed(final int width, final int height, final DisplayRange range) {
			squashing = new PublishedDemo.Squashing(width, height, range.black(), range.white());
		}

		@Override
		public <T extends RealType<T>> void add(final RandomAccessibleInterval<T> strip) {
			squashing.add(strip);
		}

		@Override
		public float[] lightness() {
			return squashing.lightness();
		}
	}
}
