/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.ImgFactory;
import net.imglib2.img.array.ArrayImgFactory;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.cell.CellImgFactory;
import net.imglib2.img.planar.PlanarImgFactory;
import net.imglib2.parallel.Parallelization;
import net.imglib2.type.NativeType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.ByteType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.DoubleType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op gives the same on every kind of image, and with one thread or many. */
class ImagesTest {

	/** An op from one image of floats to another, whatever their storage. */
	interface Op extends BiConsumer<RandomAccessibleInterval<FloatType>, RandomAccessibleInterval<FloatType>> {
	}

	/** Each op with the number of channels of its input and output; width and height are odd or large. */
	static Stream<Arguments> ops() {
		final Op annealedMean = (in, out) -> AnnealedMean.annealedMean(in, 0.5, out);
		final Op mode = (in, out) -> AnnealedMean.annealedMean(in, 0.0, out);
		final Op entropy = AnnealedMean::entropy;
		final Op fitGamut = Chroma::fitGamut;
		final Op saturate = (in, out) -> Chroma.saturate(in, 1.25, out);
		final Op softEncode = (in, out) -> SoftEncoding.encode(in, 10, 4.0, out);
		final Op rgbToLab = Lab::rgbToLab;
		final Op labToRgb = Lab::labToRgb;
		final Op upsample = ChromaUpsampling::upsample;
		final Op alongEdges = (in, out) -> EdgeAwareUpsampling.upsample(channels(in, 0, 1),
				Views.hyperSlice(in, 2, in.min(2) + 2), out);
		final Op resample = Resampling::resample;
		return Stream.of(Arguments.of("annealedMean", annealedMean, 313, 2), Arguments.of("mode", mode, 313, 2),
				Arguments.of("entropy", entropy, 313, 1), Arguments.of("fitGamut", fitGamut, 3, 3),
				Arguments.of("saturate", saturate, 2, 2), Arguments.of("softEncode", softEncode, 2, 313),
				Arguments.of("rgbToLab", rgbToLab, 3, 3), Arguments.of("labToRgb", labToRgb, 3, 3),
				Arguments.of("upsample", upsample, 2, 2), Arguments.of("alongEdges", alongEdges, 3, 2),
				Arguments.of("resample", resample, 3, 3));
	}

	private static RandomAccessibleInterval<FloatType> channels(final RandomAccessibleInterval<FloatType> image,
			final long first, final long last) {
		final long[] min = image.minAsLongArray();
		final long[] max = image.maxAsLongArray();
		max[2] = min[2] + last;
		min[2] += first;
		return Views.interval(image, min, max);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("ops")
	void storageAndMinDoNotMatter(final String name, final Op op, final int inChannels, final int outChannels) {
		for (final long[] plane : new long[][] {{37, 53}, {1, 1}, {1, 9}, {1300, 1}}) {
			final float[] values = random(plane, inChannels);
			final float[] expected = apply(op, images(plane, inChannels).get(0), values,
					images(plane, outChannels).get(0));
			for (int i = 1; i < images(plane, 1).size(); i++) {
				assertArrayEquals(expected, apply(op, images(plane, inChannels).get(i), values,
						images(plane, outChannels).get(i)), 1e-5f, "storage " + i);
			}
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("ops")
	void threadsDoNotChangeResults(final String name, final Op op, final int inChannels, final int outChannels) {
		final long[] plane = {41, 67};
		final float[] values = random(plane, inChannels);
		for (int i = 0; i < images(plane, 1).size(); i++) {
			final RandomAccessibleInterval<FloatType> in = images(plane, inChannels).get(i);
			final RandomAccessibleInterval<FloatType> one = images(plane, outChannels).get(i);
			final RandomAccessibleInterval<FloatType> many = images(plane, outChannels).get(i);
			fill(in, values);
			Parallelization.runSingleThreaded(() -> op.accept(in, one));
			Parallelization.runWithNumThreads(7, () -> op.accept(in, many));
			assertArrayEquals(values(one), values(many), 0);
		}
	}

	@Test
	void typesGiveEqualColors() {
		final long[] size = {9, 5, 3};
		final float[] values = random(new long[] {9, 5}, 3);
		for (int i = 0; i < values.length; i++) {
			values[i] = Math.round(values[i] / 100 * 127 + 128);
		}
		final RandomAccessibleInterval<FloatType> floats = ArrayImgs.floats(values.clone(), size);
		final RandomAccessibleInterval<FloatType> expected = ArrayImgs.floats(size);
		Lab.rgbToLab(floats, expected);
		colorsCountTheSame(ArrayImgs.unsignedBytes(size), values, expected);
		colorsCountTheSame(ArrayImgs.unsignedShorts(size), values, expected);
		colorsCountTheSame(ArrayImgs.doubles(size), values, expected);
		colorsCountTheSame(new PlanarImgFactory<>(new UnsignedByteType()).create(size), values, expected);
		colorsCountTheSame(new CellImgFactory<>(new UnsignedShortType(), 4).create(size), values, expected);
	}

	private static <T extends RealType<T>> void colorsCountTheSame(final RandomAccessibleInterval<T> rgb,
			final float[] values, final RandomAccessibleInterval<FloatType> expected) {
		fill(rgb, values);
		final RandomAccessibleInterval<FloatType> lab = ArrayImgs.floats(expected.dimensionsAsLongArray());
		Lab.rgbToLab(rgb, lab);
		assertArrayEquals(values(expected), values(lab), 0, rgb.getType().getClass().getSimpleName());
		fill(rgb, new float[values.length]);
		Lab.labToRgb(lab, rgb);
		assertArrayEquals(values, values(rgb), 5e-3f, rgb.getType().getClass().getSimpleName());
	}

	@Test
	void integersAreRoundedAndClamped() {
		final float[] values = {-3, 0.4f, 0.5f, 1.5f, 2.6f, 254.7f, 300, Float.NaN, Float.POSITIVE_INFINITY,
				Float.NEGATIVE_INFINITY, 1e20f};
		final float[] bytes = {0, 0, 0, 2, 3, 255, 255, 0, 255, 0, 255};
		for (final ImgFactory<UnsignedByteType> factory : factories(new UnsignedByteType())) {
			assertArrayEquals(bytes, written(factory, values));
		}
		final float[] shorts = {0, 0, 0, 2, 3, 255, 300, 0, 65535, 0, 65535};
		for (final ImgFactory<UnsignedShortType> factory : factories(new UnsignedShortType())) {
			assertArrayEquals(shorts, written(factory, values));
		}
		final float[] signed = {-3, 0, 0, 2, 3, 127, 127, 0, 127, -128, 127};
		for (final ImgFactory<ByteType> factory : factories(new ByteType())) {
			assertArrayEquals(signed, written(factory, values));
		}
		for (final ImgFactory<DoubleType> factory : factories(new DoubleType())) {
			assertArrayEquals(values, written(factory, values));
		}
	}

	private static <T extends NativeType<T> & RealType<T>> float[] written(final ImgFactory<T> factory,
			final float[] values) {
		final RandomAccessibleInterval<T> image = factory.create(values.length, 1);
		Rows.writer(image).write(0, 0, values, 0);
		return values(image);
	}

	@Test
	void onlyFloatArraysAreUsedInPlace() {
		final float[] array = new float[6];
		assertSame(array, Rows.floats(ArrayImgs.floats(array, 3, 2)));
		assertNull(Rows.floats(ArrayImgs.unsignedBytes(3, 2)));
		assertNull(Rows.floats(Views.translate(ArrayImgs.floats(array, 3, 2), 1, 0)));
		assertNull(Rows.floats(new PlanarImgFactory<>(new FloatType()).create(3, 2)));
	}

	@Test
	void binsAreQuantizedIntoEveryIntegerType() {
		final RandomAccessibleInterval<FloatType> ab = Views.translate(ArrayImgs.floats(11, 3, 2), -5, 7, 1);
		fill(ab, random(new long[] {11, 3}, 2));
		final RandomAccessibleInterval<UnsignedShortType> bins = ArrayImgs.unsignedShorts(11, 3);
		ColorBins.quantize(ab, bins);
		for (int y = 0; y < 3; y++) {
			for (int x = 0; x < 11; x++) {
				assertEquals(ColorBins.nearest(ab.getAt(x - 5, y + 7, 1).get(), ab.getAt(x - 5, y + 7, 2).get()),
						bins.getAt(x, y).get());
			}
		}
		final RandomAccessibleInterval<UnsignedShortType> cells =
				new CellImgFactory<>(new UnsignedShortType(), 4).create(11, 3, 1);
		ColorBins.quantize(ab, cells);
		assertArrayEquals(values(bins), values(cells));
	}

	@Test
	void colorPriorDoesNotDependOnStorage() {
		final long[] plane = {23, 11};
		final float[] values = random(plane, 2);
		double[] expected = null;
		for (final RandomAccessibleInterval<FloatType> ab : images(plane, 2)) {
			fill(ab, values);
			final double[] prior = ColorPrior.of(ab, 10, 5.0);
			if (expected != null) {
				assertArrayEquals(expected, prior, 0);
			}
			expected = prior;
		}
	}

	/** The same size stored as one array, planes, cells, and as views of these with another origin. */
	private static List<RandomAccessibleInterval<FloatType>> images(final long[] plane, final int channels) {
		final long[] size = {plane[0], plane[1], channels};
		final List<RandomAccessibleInterval<FloatType>> images = new ArrayList<>();
		for (final ImgFactory<FloatType> factory : factories(new FloatType())) {
			images.add(factory.create(size));
		}
		images.add(Views.translate(factories(new FloatType()).get(0).create(size), 7, -3, 2));
		images.add(Views.translate(factories(new FloatType()).get(1).create(size), -7, 3, -2));
		images.add(Views.interval(factories(new FloatType()).get(0).create(size[0] + 4, size[1] + 4, size[2] + 2),
				new long[] {2, 1, 1}, new long[] {size[0] + 1, size[1], size[2]}));
		return images;
	}

	private static <T extends NativeType<T>> List<ImgFactory<T>> factories(final T type) {
		return List.of(new ArrayImgFactory<>(type), new PlanarImgFactory<>(type), new CellImgFactory<>(type, 5));
	}

	private static float[] apply(final Op op, final RandomAccessibleInterval<FloatType> in, final float[] values,
			final RandomAccessibleInterval<FloatType> out) {
		fill(in, values);
		op.accept(in, out);
		return values(out);
	}

	/** Values that every op takes: up to 100 either side of 0. */
	private static float[] random(final long[] plane, final int channels) {
		final Random random = new Random(12);
		final float[] values = new float[(int) (plane[0] * plane[1]) * channels];
		for (int i = 0; i < values.length; i++) {
			values[i] = 200 * random.nextFloat() - 100;
		}
		return values;
	}

	private static <T extends RealType<T>> void fill(final RandomAccessibleInterval<T> image, final float[] values) {
		int i = 0;
		final Cursor<T> cursor = Views.flatIterable(image).cursor();
		while (cursor.hasNext()) {
			cursor.next().setReal(values[i++]);
		}
	}

	private static <T extends RealType<T>> float[] values(final RandomAccessibleInterval<T> image) {
		final float[] values = new float[(int) image.size()];
		int i = 0;
		final Cursor<T> cursor = Views.flatIterable(image).cursor();
		while (cursor.hasNext()) {
			values[i++] = cursor.next().getRealFloat();
		}
		return values;
	}
}
