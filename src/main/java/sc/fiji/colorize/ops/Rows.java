/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import net.imglib2.Dimensions;
import net.imglib2.FinalDimensions;
import net.imglib2.FinalInterval;
import net.imglib2.Interval;
import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.basictypeaccess.array.ArrayDataAccess;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.parallel.Parallelization;
import net.imglib2.parallel.TaskExecutor;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Util;
import net.imglib2.view.StackView;

/**
 * Runs array kernels over the rows of {@code (x, y)} or {@code (x, y, c)} images in parallel. The number of threads is
 * that of the current ImgLib2 {@link Parallelization} context. Images of floats, unsigned bytes or shorts in plain arrays,
 * stacks of them and packed RGB pixels are read and written array by array, all others pixel by pixel unless they are a
 * {@link RowView}.
 */
final class Rows {

	/** Tasks per thread, for load balancing. */
	private static final int TASKS_PER_THREAD = 4;

	private Rows() {
	}

	/** Processes one row. */
	interface RowTask {

		/** @param y row, counted from 0 */
		void accept(int y);
	}

	/** A kernel from rows of input channels to rows of output channels. */
	interface Kernel {

		/**
		 * @param in {@code [channel][x]}
		 * @param out {@code [channel][x]}, receives the result
		 * @param n pixels in the row
		 */
		void apply(float[][] in, float[][] out, int n);
	}

	/** Reads rows of one image. Not thread-safe. */
	interface RowReader {

		/**
		 * Reads one row of one channel, both counted from the image's minimum.
		 *
		 * @param y row
		 * @param channel channel
		 * @param row receives the values
		 * @param start index in {@code row} of the first value
		 */
		void read(int y, int channel, float[] row, int start);
	}

	/** Writes rows of one image, rounded and clamped for integer types. Not thread-safe. */
	interface RowWriter {

		/**
		 * Writes one row of one channel, both counted from the image's minimum.
		 *
		 * @param y row
		 * @param channel channel
		 * @param row the values
		 * @param start index in {@code row} of the first value
		 */
		void write(int y, int channel, float[] row, int start);
	}

	/**
	 * Calls a task for each row.
	 *
	 * @param height number of rows
	 * @param tasks creates one task per thread, so that tasks can own scratch space
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
			final RowReader reader = reader(in);
			final RowWriter writer = writer(out);
			return y -> {
				for (int c = 0; c < from.length; c++) {
					reader.read(y, c, from[c], 0);
				}
				kernel.apply(from, to, width);
				for (int c = 0; c < to.length; c++) {
					writer.write(y, c, to[c], 0);
				}
			};
		});
	}

	/** Creates a reader for one thread. */
	static <T extends RealType<T>> RowReader reader(final RandomAccessibleInterval<T> image) {
		if (image instanceof RowView<?> view) {
			return view.rows();
		}
		final int width = size(image, 0);
		if (isPlain(image)) {
			final T type = image.getType();
			if (type instanceof FloatType) {
				return (y, c, row, start) -> System.arraycopy(array(image, c), offset(image, y, c), row, start, width);
			}
			if (type instanceof UnsignedByteType) {
				return (y, c, row, start) -> {
					final byte[] array = (byte[]) array(image, c);
					final int offset = offset(image, y, c);
					for (int x = 0; x < width; x++) {
						row[start + x] = array[offset + x] & 0xff;
					}
				};
			}
			if (type instanceof UnsignedShortType) {
				return (y, c, row, start) -> {
					final short[] array = (short[]) array(image, c);
					final int offset = offset(image, y, c);
					for (int x = 0; x < width; x++) {
						row[start + x] = array[offset + x] & 0xffff;
					}
				};
			}
		}
		final RandomAccess<T> access = image.randomAccess();
		return (y, c, row, start) -> {
			moveTo(image, access, y, c);
			for (int x = 0; x < width; x++) {
				row[start + x] = access.get().getRealFloat();
				access.fwd(0);
			}
		};
	}

	/** Creates a writer for one thread. */
	static <T extends RealType<T>> RowWriter writer(final RandomAccessibleInterval<T> image) {
		if (image instanceof PackedRgb packed) {
			return packed::write;
		}
		final int width = size(image, 0);
		final T type = image.getType();
		if (isPlain(image)) {
			if (type instanceof FloatType) {
				return (y, c, row, start) -> System.arraycopy(row, start, array(image, c), offset(image, y, c), width);
			}
			if (type instanceof UnsignedByteType) {
				return (y, c, row, start) -> {
					final byte[] array = (byte[]) array(image, c);
					final int offset = offset(image, y, c);
					for (int x = 0; x < width; x++) {
						array[offset + x] = (byte) round(row[start + x], 255);
					}
				};
			}
			if (type instanceof UnsignedShortType) {
				return (y, c, row, start) -> {
					final short[] array = (short[]) array(image, c);
					final int offset = offset(image, y, c);
					for (int x = 0; x < width; x++) {
						array[offset + x] = (short) round(row[start + x], 65535);
					}
				};
			}
		}
		final boolean integer = type instanceof IntegerType;
		final double min = type.getMinValue();
		final double max = type.getMaxValue();
		final RandomAccess<T> access = image.randomAccess();
		return (y, c, row, start) -> {
			moveTo(image, access, y, c);
			for (int x = 0; x < width; x++) {
				final float value = row[start + x];
				access.get().setReal(integer ? round(value, min, max) : value);
				access.fwd(0);
			}
		};
	}

	/** The nearest integer from 0 to a limit; 0 for NaN. */
	static int round(final float value, final int max) {
		return Math.max(0, Math.min(max, (int) Math.rint(value)));
	}

	/** The nearest integer within a range; 0 for NaN. */
	private static double round(final float value, final double min, final double max) {
		return value == value ? Math.max(min, Math.min(max, Math.rint(value))) : 0;
	}

	/**
	 * The array of an image of floats that is stored in a single array, channel by channel and row by row.
	 *
	 * @return the array itself, or null for other images
	 */
	static float[] floats(final RandomAccessibleInterval<?> image) {
		return image instanceof ArrayImg && array(image, 0) instanceof float[] floats
				&& image.getType() instanceof FloatType ? floats : null;
	}

	/** Copies one channel. */
	static <T extends RealType<T>> float[] plane(final RandomAccessibleInterval<T> image, final int channel) {
		final int width = size(image, 0);
		final float[] plane = new float[Math.multiplyExact(width, size(image, 1))];
		forEach(size(image, 1), () -> {
			final RowReader reader = reader(image);
			return y -> reader.read(y, channel, plane, y * width);
		});
		return plane;
	}

	/** Whether the arrays of an image hold whole channels, so that rows can be copied at once. */
	private static boolean isPlain(final RandomAccessibleInterval<?> image) {
		return image instanceof StackView<?> stack
				? stack.getSourceSlices().stream()
						.allMatch(slice -> slice.numDimensions() == 2 && slice instanceof ArrayImg && isPlain(slice))
				: (image instanceof ArrayImg || image instanceof PlanarImg) && array(image, 0) != null;
	}

	/** The array of a channel of an image stored in arrays, or null. */
	private static Object array(final RandomAccessibleInterval<?> image, final int c) {
		if (image instanceof StackView<?> stack) {
			return array(stack.getSourceSlices().get(c), 0);
		}
		final Object access = image instanceof PlanarImg<?, ?> planar ? planar.getPlane(c)
				: ((ArrayImg<?, ?>) image).update(null);
		return access instanceof ArrayDataAccess<?> arrays ? arrays.getCurrentStorageArray() : null;
	}

	private static int offset(final RandomAccessibleInterval<?> image, final int y, final int c) {
		final int rows = image instanceof ArrayImg ? c * (int) image.dimension(1) + y : y;
		return rows * (int) image.dimension(0);
	}

	private static void moveTo(final Interval interval, final RandomAccess<?> access, final int y, final int c) {
		interval.min(access);
		access.setPosition(interval.min(1) + y, 1);
		if (interval.numDimensions() > 2) {
			access.setPosition(interval.min(2) + c, 2);
		}
	}

	/** A new image of floats of the width and height of another; {@code (x, y)} if it has one channel. */
	static Img<FloatType> floatImage(final Interval plane, final int channels) {
		return image(new FloatType(), plane, channels);
	}

	/** A new image of the width and height of another; {@code (x, y)} if it has one channel. */
	static <T extends RealType<T>> Img<T> image(final T type, final Interval plane, final int channels) {
		final long width = plane.dimension(0);
		final long height = plane.dimension(1);
		final Dimensions size = channels == 1 ? new FinalDimensions(width, height)
				: new FinalDimensions(width, height, channels);
		return Util.getSuitableImgFactory(size, type).create(size);
	}

	/** An interval of a given size. */
	static Interval size(final int width, final int height) {
		if (width < 1 || height < 1) {
			throw new IllegalArgumentException(
					"The width and the height must be 1 or more but are " + width + " and " + height + ".");
		}
		return new FinalInterval(width, height);
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

	/** Checks the channels of an input and an output, and that they have the same width and height. */
	static void requireChannels(final Interval in, final int count, final String name, final Interval out,
			final int outCount, final String outName) {
		requireChannels(in, count, name);
		requireChannels(out, outCount, outName);
		requireSamePlane(in, out);
	}

	static void requireSamePlane(final Interval a, final Interval b) {
		if (a.dimension(0) != b.dimension(0) || a.dimension(1) != b.dimension(1)) {
			throw new IllegalArgumentException(
					"Two images need the same width and height but have " + describe(a) + " and " + describe(b) + ".");
		}
	}

	static void requirePixels(final Interval image, final String name) {
		if (image.dimension(0) < 1 || image.dimension(1) < 1) {
			throw new IllegalArgumentException(
					"The image '" + name + "' needs at least one pixel but has " + describe(image) + ".");
		}
	}

	static void requireDimensions(final Interval image, final String name, final long... dimensions) {
		if (!Arrays.equals(dimensions, image.dimensionsAsLongArray())) {
			throw new IllegalArgumentException("The image '" + name + "' needs the dimensions "
					+ describe(dimensions) + " but has " + describe(image) + ".");
		}
	}

	private static String describe(final Interval image) {
		return describe(image.dimensionsAsLongArray());
	}

	private static String describe(final long... dimensions) {
		return Arrays.stream(dimensions).mapToObj(Long::toString).collect(Collectors.joining(", ", "(", ")"));
	}
}
