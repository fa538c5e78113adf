/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * Resizes images by separable cubic convolution (a = -0.5). When an image shrinks, the filter widens with it, so that
 * every input pixel counts and nothing aliases: the bicubic resize of the published demo, in float.
 */
public final class Resampling {

	private static final double SUPPORT = 2;

	private Resampling() {
	}

	/** The weights with which the samples along one axis of an image make those of a resized one. */
	public static final class Axis {

		private final int[] first;
		private final float[][] weights;
		private final double[][] exact;

		/**
		 * Plans the resizing of a part of an axis.
		 *
		 * @param size samples of the input
		 * @param from where the part begins, in input samples from the image's edge
		 * @param to where it ends, above {@code from}
		 * @param outputSize samples of the output, at least 1
		 */
		public Axis(final int size, final double from, final double to, final int outputSize) {
			first = new int[outputSize];
			weights = new float[outputSize][];
			exact = new double[outputSize][];
			final double scale = (to - from) / outputSize;
			final double stretch = Math.max(1, scale);
			for (int o = 0; o < outputSize; o++) {
				final double center = from + (o + 0.5) * scale;
				final int begin = Math.max(0, (int) Math.floor(center - SUPPORT * stretch + 0.5));
				final int end = Math.min(size, (int) Math.floor(center + SUPPORT * stretch + 0.5));
				final double[] raw = new double[Math.max(1, end - begin)];
				double sum = 0;
				for (int i = 0; i < raw.length; i++) {
					raw[i] = cubic((begin + i + 0.5 - center) / stretch);
					sum += raw[i];
				}
				first[o] = Math.min(begin, size - 1);
				weights[o] = new float[raw.length];
				exact[o] = new double[raw.length];
				for (int i = 0; i < raw.length; i++) {
					exact[o][i] = sum == 0 ? 1.0 / raw.length : raw[i] / sum;
					weights[o][i] = (float) exact[o][i];
				}
			}
		}

		/**
		 * Plans the resizing of a whole axis.
		 *
		 * @param size samples of the input
		 * @param outputSize samples of the output, at least 1
		 */
		public Axis(final int size, final int outputSize) {
			this(size, 0, size, outputSize);
		}

		/**
		 * The size of the output.
		 *
		 * @return samples
		 */
		public int outputSize() {
			return first.length;
		}

		/**
		 * Resizes one line of samples.
		 *
		 * @param in the input
		 * @param inOffset index of its first sample
		 * @param inStride distance of its samples
		 * @param out receives the output
		 * @param outOffset index of its first sample
		 * @param outStride distance of its samples
		 */
		public void resample(final float[] in, final int inOffset, final int inStride, final float[] out,
				final int outOffset, final int outStride) {
			for (int o = 0; o < first.length; o++) {
				final float[] line = weights[o];
				float sum = 0;
				int i = inOffset + first[o] * inStride;
				for (final float weight : line) {
					sum += weight * in[i];
					i += inStride;
				}
				out[outOffset + o * outStride] = sum;
			}
		}
	}

	/** An axis in whole numbers, for 8-bit samples, as Pillow computes: equal to it in each sample. */
	static final class ByteAxis {

		private static final int BITS = 22;
		private static final int MAX = 255;

		private final int[] first;
		private final int[][] weights;

		ByteAxis(final Axis axis) {
			first = axis.first;
			weights = new int[axis.exact.length][];
			for (int o = 0; o < weights.length; o++) {
				// Towards zero after half a unit away from it.
				weights[o] = Arrays.stream(axis.exact[o])
						.mapToInt(weight -> (int) (Math.copySign(0.5, weight) + weight * (1 << BITS))).toArray();
			}
		}

		/** Resizes one line of whole samples in [0, 255], with the places and strides of {@link Axis#resample}. */
		void resample(final float[] in, final int inOffset, final int inStride, final float[] out, final int outOffset,
				final int outStride) {
			for (int o = 0; o < first.length; o++) {
				int sum = 1 << BITS - 1;
				int i = inOffset + first[o] * inStride;
				for (final int weight : weights[o]) {
					sum += weight * (int) in[i];
					i += inStride;
				}
				out[outOffset + o * outStride] = Math.max(0, Math.min(MAX, sum >> BITS));
			}
		}
	}

	private static double cubic(final double distance) {
		final double x = Math.abs(distance);
		if (x < 1) {
			return (1.5 * x - 2.5) * x * x + 1;
		}
		return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
	}

	// -- Ops --

	/**
	 * Resizes each channel of an image to the size of the output.
	 *
	 * @param image {@code (x, y)} or {@code (x, y, c)}
	 * @param resized the same channels at another size (container)
	 * @throws IllegalArgumentException if the numbers of channels differ or the image is empty
	 * @implNote op names='colorize.resample', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void resample(final RandomAccessibleInterval<T> image,
			final RandomAccessibleInterval<U> resized) {
		final int channels = Rows.channels(image);
		Rows.requireChannels(image, channels, "image");
		Rows.requireChannels(resized, channels, "resized");
		Rows.requirePixels(image, "image");
		final int inWidth = Rows.size(image, 0);
		final int inHeight = Rows.size(image, 1);
		final int width = Rows.size(resized, 0);
		final int height = Rows.size(resized, 1);
		final Axis horizontal = new Axis(inWidth, width);
		final Axis vertical = new Axis(inHeight, height);
		for (int c = 0; c < channels; c++) {
			final int channel = c;
			final float[] narrowed = new float[Math.multiplyExact(inHeight, width)];
			Rows.forEach(inHeight, () -> {
				final float[] row = new float[inWidth];
				final Rows.RowReader reader = Rows.reader(image);
				return y -> {
					reader.read(y, channel, row, 0);
					horizontal.resample(row, 0, 1, narrowed, y * width, 1);
				};
			});
			final float[] result = new float[Math.multiplyExact(width, height)];
			Rows.forEach(width, () -> x -> vertical.resample(narrowed, x, width, result, x, width));
			Rows.forEach(height, () -> {
				final Rows.RowWriter writer = Rows.writer(resized);
				return y -> writer.write(y, channel, result, y * width);
			});
		}
	}
}
