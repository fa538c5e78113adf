/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.stream.LongStream;

import net.imglib2.Dimensions;
import net.imglib2.FinalDimensions;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Util;
import net.imglib2.view.Views;

/**
 * Colorizes images of two or more dimensions, plane by plane. With the option {@code smoothing}, the colors of a plane also
 * depend on previous planes along the last dimension. Immutable.
 *
 * <pre>
 * Img&lt;UnsignedShortType&gt; rgb = new StackColorizer(colorizer, ColorizeOptions.defaults())
 * 		.colorize(stack, StackColorizer.GRAY, DisplayRange.of(stack), done -&gt; {}, () -&gt; false).rgb();
 * </pre>
 */
public final class StackColorizer {

	/** The channel dimension of images without channels. */
	public static final int GRAY = -1;

	private static final int RGB = 3;
	/** The channel dimension of results if the image has none, as in ImageJ. */
	private static final int CHANNEL = 2;

	/**
	 * A result.
	 *
	 * @param <T> type of the image
	 * @param rgb {@code (x, y, 3, ...)}: red, green and blue in the range of the image
	 * @param entropy {@code (u, v, ...)}: {@linkplain ColorDistribution#entropy() entropy} of each plane in nats, on the
	 *        grid of the distribution
	 */
	public record Result<T extends RealType<T>>(Img<T> rgb, Img<FloatType> entropy) {
	}

	private final Colorizer colorizer;
	private final ColorizeOptions options;
	private final ColorHints hints;

	/**
	 * Creates a colorizer of stacks.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation, network size, smoothing and upsampling
	 */
	public StackColorizer(final Colorizer colorizer, final ColorizeOptions options) {
		this(colorizer, options, null);
	}

	private StackColorizer(final Colorizer colorizer, final ColorizeOptions options, final ColorHints hints) {
		this.colorizer = colorizer;
		this.options = options;
		this.hints = hints;
	}

	/**
	 * Sets the color hints, which apply to every plane.
	 *
	 * @param value the hints, for planes of the size of the image
	 * @return changed copy
	 */
	public StackColorizer hints(final ColorHints value) {
		return new StackColorizer(colorizer, options, value);
	}

	/**
	 * The default channel dimension of an image.
	 *
	 * @param image the image
	 * @return 2 if the image has size 3 along that dimension, else {@link #GRAY}
	 */
	public static int channelDimension(final Interval image) {
		return image.numDimensions() > CHANNEL && image.dimension(CHANNEL) == RGB ? CHANNEL : GRAY;
	}

	/**
	 * Colorizes all planes of an image.
	 *
	 * @param <T> type of the image
	 * @param image gray {@code (x, y, ...)}, or sRGB with red, green and blue along one more dimension; only the lightness
	 *        is used
	 * @param channelDimension that dimension, 2 or more, or {@link #GRAY}
	 * @param range the values displayed as black and white
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each plane
	 * @return two new images, the first created by the factory of the image if it has one; channels are along the image's
	 *         own channel dimension, else along dimension 2
	 * @throws IllegalArgumentException if the image has no pixels, or does not have size 3 along the channel dimension
	 * @throws CancellationException if canceled
	 * @throws IllegalStateException if the network cannot run
	 */
	public <T extends RealType<T>> Result<T> colorize(final RandomAccessibleInterval<T> image, final int channelDimension,
			final DisplayRange range, final DoubleConsumer progress, final BooleanSupplier canceled) {
		requirePlanes(image, channelDimension);
		final boolean gray = channelDimension == GRAY;
		final RandomAccessibleInterval<T> source = Views.zeroMin(gray ? image : colorsThird(image, channelDimension));
		final long[] stack = Arrays.copyOfRange(source.dimensionsAsLongArray(), gray ? CHANNEL : CHANNEL + 1,
				source.numDimensions());
		final Img<T> rgb = createLike(image,
				gray ? size(source.dimension(0), source.dimension(1), RGB, stack) : new FinalDimensions(image));
		final RandomAccessibleInterval<T> target = gray ? rgb : colorsThird(rgb, channelDimension);
		final int planes = Math.toIntExact(LongStream.of(stack).reduce(1, Math::multiplyExact));
		final int series = stack.length == 0 ? 1 : (int) (planes / stack[stack.length - 1]);
		final StackPrediction prediction = new StackPrediction(colorizer, options, series);
		final AtomicReference<Img<FloatType>> entropy = new AtomicReference<>();
		StackPrediction.forEachPlane(planes, plane -> {
			final RandomAccessibleInterval<T> pixels = plane(source, stack, plane);
			final ColorDistribution predicted = prediction.predict(plane, pixels, range);
			final ColorDistribution colors = hints == null ? predicted : hints.apply(predicted);
			colors.colorize(pixels, range, options.decoding(), plane(target, stack, plane));
			if (plane == 0) {
				entropy.set(create(new FloatType(), size(colors.width(), colors.height(), 1, stack)));
			}
			LoopBuilder.setImages(colors.entropy(), plane(entropy.get(), stack, plane))
					.forEachPixel((from, to) -> to.set(from));
		}, progress, canceled);
		return new Result<>(rgb, entropy.get());
	}

	private static void requirePlanes(final Interval image, final int channelDimension) {
		final boolean color = channelDimension != GRAY;
		if (color && (channelDimension < CHANNEL || channelDimension >= image.numDimensions()
				|| image.dimension(channelDimension) != RGB)) {
			throw new IllegalArgumentException("The image " + describe(image) + " needs three samples along its dimension "
					+ channelDimension + ", red, green and blue: give another dimension, or " + GRAY + " for gray planes.");
		}
		if (image.numDimensions() < 2 || LongStream.of(image.dimensionsAsLongArray()).anyMatch(side -> side < 1)) {
			throw new IllegalArgumentException("The image " + describe(image) + " has no pixels to colorize.");
		}
	}

	private static String describe(final Interval image) {
		return Util.printCoordinates(image.dimensionsAsLongArray());
	}

	private static <T> RandomAccessibleInterval<T> colorsThird(final RandomAccessibleInterval<T> image,
			final int channelDimension) {
		return Views.moveAxis(image, channelDimension, CHANNEL);
	}

	private static Dimensions size(final long width, final long height, final int channels, final long[] stack) {
		final LongStream plane = channels == 1 ? LongStream.of(width, height) : LongStream.of(width, height, channels);
		return new FinalDimensions(LongStream.concat(plane, LongStream.of(stack)).toArray());
	}

	/** Creates an image like another one, such as on disk; an array may be too small for three times as many values. */
	private static <T extends RealType<T>> Img<T> createLike(final RandomAccessibleInterval<T> image,
			final Dimensions size) {
		return image instanceof Img<T> img && !(image instanceof ArrayImg) ? img.factory().create(size)
				: create(image.getType(), size);
	}

	private static <T extends RealType<T>> Img<T> create(final T type, final Dimensions size) {
		return Util.getSuitableImgFactory(size, type).create(size);
	}

	/** The plane at a position along the dimensions of the stack. */
	private static <T> RandomAccessibleInterval<T> plane(final RandomAccessibleInterval<T> image, final long[] stack,
			final int plane) {
		long index = plane;
		RandomAccessibleInterval<T> slice = image;
		final long[] position = new long[stack.length];
		for (int d = 0; d < stack.length; d++) {
			position[d] = index % stack[d];
			index /= stack[d];
		}
		for (int d = stack.length - 1; d >= 0; d--) {
			slice = Views.hyperSlice(slice, slice.numDimensions() - 1, position[d]);
		}
		return slice;
	}
}
