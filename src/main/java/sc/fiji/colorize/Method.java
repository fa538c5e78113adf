/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.EdgeAwareUpsampling;
import sc.fiji.colorize.ops.FullSizeChroma;
import sc.fiji.colorize.ops.PublishedDemo;

/** How an image enters the network, and how the predicted colors enter the image. */
public enum Method {

	/** This project's method: the network sees the image in its own aspect ratio, and the image keeps its lightness. */
	STANDARD {

		@Override
		NetworkInput.Size inputSize(final long width, final long height, final int size) {
			final double scale = size / Math.sqrt((double) width * height);
			return new NetworkInput.Size(side(scale * width, size), side(scale * height, size));
		}

		private static int side(final double pixels, final int size) {
			final int unit = ColorizationNetwork.GRANULARITY;
			// Limits an image of 1 x 1000000 pixels, which would become an input of millions of pixels.
			return (int) Math.max(unit, Math.min(size * size / unit, Math.round(pixels / unit) * unit));
		}

		@Override
		NetworkInput input(final int width, final int height, final NetworkInput.Size size,
				final DisplayRange range) {
			return new NetworkInput.Resampled(width, height, size, range);
		}

		@Override
		FullSizeChroma enlarge(final ColorDistribution colors, final DecodeOptions options, final int imageWidth,
				final int imageHeight) {
			final int width = colors.width();
			final int height = colors.height();
			final float[] ab = colors.ab(options.temperature());
			final float[] a = Arrays.copyOf(ab, width * height);
			final float[] b = Arrays.copyOfRange(ab, width * height, 2 * width * height);
			return options.upsampling() == Upsampling.BILINEAR
					? new ChromaUpsampling(a, b, width, height, imageWidth, imageHeight)
					: new EdgeAwareUpsampling(a, b, width, height, colors.lightness(), imageWidth, imageHeight);
		}

		@Override
		<T extends RealType<T>, U extends RealType<U>> void addColor(final RandomAccessibleInterval<T> rows,
				final int top, final FullSizeChroma chroma, final DisplayRange range, final double saturation,
				final RandomAccessibleInterval<U> rgb) {
			ColorTransfer.addColor(rows, top, chroma, range.black(), range.white(), saturation, rgb);
		}
	},

	/** The method of the published demo, reproduced exactly; see {@link PublishedDemo}. */
	PUBLISHED_DEMO {

		@Override
		NetworkInput.Size inputSize(final long width, final long height, final int size) {
			return new NetworkInput.Size(PublishedDemo.SIZE, PublishedDemo.SIZE);
		}

		@Override
		NetworkInput input(final int width, final int height, final NetworkInput.Size size,
				final DisplayRange range) {
			return new NetworkInput.Squashed(width, height, range);
		}

		@Override
		FullSizeChroma enlarge(final ColorDistribution colors, final DecodeOptions options, final int imageWidth,
				final int imageHeight) {
			return PublishedDemo.enlarge(colors.decode(options.temperature()), imageWidth, imageHeight);
		}

		@Override
		<T extends RealType<T>, U extends RealType<U>> void addColor(final RandomAccessibleInterval<T> rows,
				final int top, final FullSizeChroma chroma, final DisplayRange range, final double saturation,
				final RandomAccessibleInterval<U> rgb) {
			PublishedDemo.addColor(rows, top, chroma, range.black(), range.white(), saturation, rgb);
		}
	};

	/** Size of the network's input for an image, if the options specify {@code size * size} pixels. */
	abstract NetworkInput.Size inputSize(long width, long height, int size);

	/** Starts the input of the network for an image that arrives in strips. */
	abstract NetworkInput input(int width, int height, NetworkInput.Size size, DisplayRange range);

	/** Whether the method excludes faster number formats than float32. */
	boolean needsFloat32() {
		return this == PUBLISHED_DEMO;
	}

	/** Decodes a distribution and enlarges the colors to the size of the image. */
	abstract FullSizeChroma enlarge(ColorDistribution colors, DecodeOptions options, int imageWidth, int imageHeight);

	/** Adds decoded colors to an image, or to a strip of its rows from row {@code top} on. */
	abstract <T extends RealType<T>, U extends RealType<U>> void addColor(RandomAccessibleInterval<T> rows, int top,
			FullSizeChroma chroma, DisplayRange range, double saturation, RandomAccessibleInterval<U> rgb);

	/** {@return whether color hints are supported; false for the published demo} */
	public boolean takesHints() {
		return this != PUBLISHED_DEMO;
	}

	/**
	 * The upsampling.
	 *
	 * @param wanted the upsampling in the options
	 * @return such as "edge-aware"
	 */
	public String upsampling(final Upsampling wanted) {
		return this == PUBLISHED_DEMO ? "as the published demo" : wanted.label();
	}

	/**
	 * Describes the method, for the provenance of results.
	 *
	 * @param upsampling the upsampling in the options
	 * @return such as "upsampling: edge-aware"
	 */
	public String describe(final Upsampling upsampling) {
		return this == PUBLISHED_DEMO ? "as the published demo does" : "upsampling: " + upsampling.label();
	}
}
