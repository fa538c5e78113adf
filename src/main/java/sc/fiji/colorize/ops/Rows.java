/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import net.imglib2.Interval;
import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.parallel.Parallelization;
import net.imglib2.parallel.TaskExecutor;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;

/**
 * Runs array kernels over the rows of {@code (x, y)} or {@code (x, y, c)} images in parallel. The number of threads is
 * that of the current ImgLib2 {@link Parallelization} context.
 */
final class Rows {

	/** Tasks per thread, so that threads that finish early find more to do. */
	private static final int TASKS_PER_THREAD = 4;

	private Rows() {
	}

	/** Something done to one row. */
	interface RowTask {

		/** @param y row, counted from 0 */
		void accept(int y);
	}

	/** A kernel from rows of input channels to rows of output channels. */
	interface Kernel {

		/**
		 * @param in {@code [channel][x]}
		 * @param out {@code [channel][x]}, to be filled
		 * @param n pixels in the row
		 */
		void apply(float[][] in, float[][] out, int n);
	}

	/**
	 * Calls a task for each row.
	 *
	 * @param height number of rows
	 * @param tasks makes one task for each thread's share, so that tasks can own scratch space
	 */
	static void forEach(final int height, final Supplier<RowTask> tasks) {
		final TaskExecutor executor = Parallelization.getTaskExecutor();
		final int shares = Math.max(1, Math.min(height, TASKS_PER_THREAD * executor.getParallelism()));
		final List<Integer> indices = new ArrayList<>(shares);
		for (int i = 0; i < shares; i++) {
			indices.add(i);
		}
		executor.forEach(indices, share -> {
			final RowTask task = tasks.get();
			final int end = (int) ((long) height * (share + 1) / shares);
			for (int y = (int) ((long) height * share / shares); y < end; y++) {
				task.accept(y);
			}
		});
	}

	/** Applies a kernel to each row of an image. */
	static <T extends RealType<T>, U extends RealType<U>> void transform(final RandomAccessibleInterval<T> in,
			final RandomAccessibleInterval<U> out, final Supplier<Kernel> kernels) {
		final int width = size(in, 0);
		forEach(size(in, 1), () -> {
			final Kernel kernel = kernels.get();
			final float[][] from = new float[channels(in)][width];
			final float[][] to = new float[channels(out)][width];
			final RandomAccess<T> source = in.randomAccess();
			final RandomAccess<U> target = out.randomAccess();
			return y -> {
				for (int c = 0; c < from.length; c++) {
					read(in, source, y, c, from[c]);
				}
				kernel.apply(from, to, width);
				for (int c = 0; c < to.length; c++) {
					write(out, target, y, c, to[c]);
				}
			};
		});
	}

	/** Reads row {@code y} of channel {@code c}, both counted from the image's minimum. */
	static <T extends RealType<T>> void read(final Interval interval, final RandomAccess<T> access, final int y,
			final int c, final float[] row) {
		moveTo(interval, access, y, c);
		for (int x = 0; x < row.length; x++) {
			row[x] = access.get().getRealFloat();
			access.fwd(0);
		}
	}

	/** Writes row {@code y} of channel {@code c}; integer types round and clamp to their range. */
	static <T extends RealType<T>> void write(final Interval interval, final RandomAccess<T> access, final int y,
			final int c, final float[] row) {
		moveTo(interval, access, y, c);
		final T type = access.get();
		final boolean integer = type instanceof IntegerType;
		final double min = type.getMinValue();
		final double max = type.getMaxValue();
		for (int x = 0; x < row.length; x++) {
			final float value = row[x];
			access.get().setReal(integer ? Math.max(min, Math.min(max, Math.rint(value))) : value);
			access.fwd(0);
		}
	}

	/** Copies one channel, row by row. */
	static <T extends RealType<T>> float[] plane(final RandomAccessibleInterval<T> image, final int channel) {
		final int width = size(image, 0);
		final float[] plane = new float[Math.multiplyExact(width, size(image, 1))];
		forEach(size(image, 1), () -> {
			final float[] row = new float[width];
			final RandomAccess<T> access = image.randomAccess();
			return y -> {
				read(image, access, y, channel, row);
				System.arraycopy(row, 0, plane, y * width, width);
			};
		});
		return plane;
	}

	private static void moveTo(final Interval interval, final RandomAccess<?> access, final int y, final int c) {
		interval.min(access);
		access.setPosition(interval.min(1) + y, 1);
		if (interval.numDimensions() > 2) {
			access.setPosition(interval.min(2) + c, 2);
		}
	}

	/** The size along a dimension as an array length. */
	static int size(final Interval interval, final int dimension) {
		return Math.toIntExact(interval.dimension(dimension));
	}

	static int channels(final Interval interval) {
		return interval.numDimensions() > 2 ? size(interval, 2) : 1;
	}

	static void requireChannels(final Interval image, final int count, final String name) {
		final int dimensions = image.numDimensions();
		if (dimensions != 3 && !(dimensions == 2 && count == 1) || channels(image) != count) {
			throw new IllegalArgumentException("The image '" + name + "' needs the dimensions (x, y, " + count
					+ ") but has " + describe(image) + ".");
		}
	}

	static void requireSamePlane(final Interval a, final Interval b) {
		if (a.dimension(0) != b.dimension(0) || a.dimension(1) != b.dimension(1)) {
			throw new IllegalArgumentException(
					"Two images need the same width and height but have " + describe(a) + " and " + describe(b) + ".");
		}
	}

	private static String describe(final Interval image) {
		final StringBuilder text = new StringBuilder("(");
		for (int d = 0; d < image.numDimensions(); d++) {
			text.append(d == 0 ? "" : ", ").append(image.dimension(d));
		}
		return text.append(')').toString();
	}
}
