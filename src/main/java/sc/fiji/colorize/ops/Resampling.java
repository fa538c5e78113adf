/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.Arrays;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * Resizes images by separable cubic convolution (a = -0.5). For reductions, the filter is widened to prevent aliasing, as in
 * the bicubic resize of the published demo, but in float.
 */
public final class Resampling {

	private static final double SUPPORT = 2;
	/** Rows that are resized horizontally before they are summed. */
	private static final int STRIP_ROWS = 1024;

	private Resampling() {
	}

	/** The weights of the input samples for each output sample along one axis. */
	public static final class Axis {

		private final int[] first;
		private final float[][] weights;
		private final double[][] exact;

		/**
		 * Prepares the resizing of part of an axis.
		 *
		 * @param size number of samples of the whole input
		 * @param from start of the part, in input samples from the edge of the image
		 * @param to end of the part, above {@code from}
		 * @param outputSize number of output samples, at least 1
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
		 * Prepares the resizing of a whole axis.
		 *
		 * @param size number of input samples
		 * @param outputSize number of output samples, at least 1
		 */
		public Axis(final int size, final int outputSize) {
			this(size, 0, size, outputSize);
		}

		/** {@return the number of output samples} */
		public int outputSize() {
			return first.length;
		}

		/**
		 * Resizes one line of samples.
		 *
		 * @param in the input
		 * @param inOffset index of its first sample
		 * @param inStride stride of its samples
		 * @param out receives the output
		 * @param outOffset index of its first sample
		 * @param outStride stride of its samples
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

	/**
	 * Resizes one channel of an image that arrives in strips of rows from top to bottom. Only the output and one strip are
	 * in memory. The output is bit-identical for any division into strips.
	 */
	public static final class Strips {

		private final Axis horizontal;
		private final Axis vertical;
		private final int inHeight;
		private final int width;
		private final float[] resized;
		private int done;

		/**
		 * Prepares the resizing.
		 *
		 * @param inWidth width of the whole image in pixels
		 * @param inHeight height of the whole image in pixels
		 * @param width width of the output in pixels
		 * @param height height of the output in pixels
		 * @throws IllegalArgumentException if the image has no pixels
		 */
		public Strips(final int inWidth, final int inHeight, final int width, final int height) {
			if (inWidth < 1 || inHeight < 1) {
				throw new IllegalArgumentException(
						"The image needs at least one pixel but has " + inWidth + "x" + inHeight + ".");
			}
			horizontal = new Axis(inWidth, width);
			vertical = new Axis(inHeight, height);
			this.inHeight = inHeight;
			this.width = width;
			resized = new float[Math.multiplyExact(width, height)];
		}

		/**
		 * Adds the next rows.
		 *
		 * @param strip {@code (x, y)} or {@code (x, y, c)}, as wide as the whole image
		 * @param channel the channel to resize
		 * @throws IllegalArgumentException if there are more rows than the image has
		 */
		public <T extends RealType<T>> void add(final RandomAccessibleInterval<T> strip, final int channel) {
			final int rows = Rows.size(strip, 1);
			for (int top = 0; top < rows; top += STRIP_ROWS) {
				add(strip, channel, top, Math.min(STRIP_ROWS, rows - top));
			}
		}

		private <T extends RealType<T>> void add(final RandomAccessibleInterval<T> image, final int channel,
				final int top, final int rows) {
			if (rows > inHeight - done) {
				throw new IllegalArgumentException("The strips have more rows than the image, " + inHeight + ".");
			}
			final float[] narrowed = new float[Math.multiplyExact(rows, width)];
			Rows.forEach(rows, () -> {
				final float[] row = new float[Rows.size(image, 0)];
				final Rows.RowReader reader = Rows.reader(image);
				return y -> {
					reader.read(top + y, channel, row, 0);
					horizontal.resample(row, 0, 1, narrowed, y * width, 1);
				};
			});
			Rows.forEach(vertical.outputSize(), () -> o -> {
				final float[] weights = vertical.weights[o];
				final int begin = vertical.first[o];
				for (int y = Math.max(begin, done); y < Math.min(begin + weights.length, done + rows); y++) {
					final float weight = weights[y - begin];
					for (int x = 0; x < width; x++) {
						resized[o * width + x] += weight * narrowed[(y - done) * width + x];
					}
				}
			});
			done += rows;
		}

		/**
		 * The output.
		 *
		 * @return the samples row by row
		 * @throws IllegalStateException if rows are missing
		 */
		public float[] resized() {
			if (done != inHeight) {
				throw new IllegalStateException("Only " + done + " of " + inHeight + " rows were added.");
			}
			return resized;
		}
	}

	/** An axis in fixed-point arithmetic for 8-bit samples, with the same results as Pillow. */
	static final class ByteAxis {

		private static final int BITS = 22;
		private static final int MAX = 255;

		private final int[] first;
		private final int[][] weights;

		ByteAxis(final Axis axis) {
			first = axis.first;
			weights = new int[axis.exact.length][];
			for (int o = 0; o < weights.length; o++) {
				// Rounds half away from zero.
				weights[o] = Arrays.stream(axis.exact[o])
						.mapToInt(weight -> (int) (Math.copySign(0.5, weight) + weight * (1 << BITS))).toArray();
			}
		}

		/** Resizes one line of integer samples in [0, 255], with the offsets and strides of {@link Axis#resample}. */
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
	 * @param image (x, y) or (x, y, c)
	 * @param resized (x, y) or (x, y, c), receives the same channels at its own size
	 * @throws IllegalArgumentException if the numbers of channels differ or the image is empty
	 * @implNote op names='transform.resample, colorize.resample', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void resample(final RandomAccessibleInterval<T> image,
			final RandomAccessibleInterval<U> resized) {
		final int channels = Rows.channels(image);
		Rows.requireChannels(image, channels, "image");
		Rows.requireChannels(resized, channels, "resized");
		Rows.requirePixels(image, "image");
		final int width = Rows.size(resized, 0);
		final int height = Rows.size(resized, 1);
		for (int c = 0; c < channels; c++) {
			final int channel = c;
			final Strips strips = new Strips(Rows.size(image, 0), Rows.size(image, 1), width, height);
			strips.add(image, channel);
			final float[] result = strips.resized();
			Rows.forEach(height, () -> {
				final Rows.RowWriter writer = Rows.writer(resized);
				return y -> writer.write(y, channel, result, y * width);
			});
		}
	}

	/**
	 * Resizes each channel of an image.
	 *
	 * @param image (x, y) or (x, y, c)
	 * @param width width of the result in pixels, 1 or more
	 * @param height height of the result in pixels, 1 or more
	 * @return (width, height) or (width, height, c): the same channels, unrounded
	 * @throws IllegalArgumentException if the image has other dimensions, or it or the result is empty
	 * @implNote op names='transform.resample, colorize.resample', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> resample(final RandomAccessibleInterval<T> image,
			final Integer width, final Integer height) {
		final Img<FloatType> resized = Rows.floatImage(Rows.size(width, height), Rows.channels(image));
		resample(image, resized);
		return resized;
	}
}
