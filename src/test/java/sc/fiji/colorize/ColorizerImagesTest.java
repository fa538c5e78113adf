/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.IOException;

import ai.djl.pytorch.jni.JniUtils;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.cell.CellImgFactory;
import net.imglib2.img.planar.PlanarImgFactory;
import net.imglib2.type.NativeType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.ImgUtil;
import net.imglib2.view.Views;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.ops.Lab;

/** Images in, images out: without options, ranges or results to allocate. */
class ColorizerImagesTest {

	private static final int WIDTH = 61;
	private static final int HEIGHT = 43;
	private static final int N = WIDTH * HEIGHT;

	@AutoClose
	private static Colorizer colorizer;
	private static byte[] values;
	private static Img<UnsignedByteType> gray;

	@BeforeAll
	static void open() throws IOException {
		colorizer = Colorizer.open(TinyModel.options().opening().precision(Precision.FLOAT32));
		values = TinyModel.picture(WIDTH, HEIGHT, 4);
		gray = ArrayImgs.unsignedBytes(values, WIDTH, HEIGHT);
	}

	// -- ImgLib2 --

	@Test
	void resultHasTheTypeOfTheImage() {
		final Img<UnsignedByteType> rgb = colorizer.colorize(gray);
		assertArrayEquals(new long[] {WIDTH, HEIGHT, 3}, rgb.dimensionsAsLongArray());
		int colored = 0;
		for (int i = 0; i < N; i++) {
			final int x = i % WIDTH;
			final int y = i / WIDTH;
			final int r = rgb.getAt(x, y, 0).get();
			final int g = rgb.getAt(x, y, 1).get();
			final int b = rgb.getAt(x, y, 2).get();
			colored += r != g || g != b ? 1 : 0;
			assertEquals(Lab.lightness((values[i] & 0xff) / 255f), Lab.lightness8Bit(r, g, b), 0.6);
		}
		assertTrue(colored > N / 2, colored + " pixels with color");
	}

	@Test
	void colorizingEqualsPredictingAndDecoding() {
		final ColorDistribution colors = colorizer.predict(gray);
		final double usual = DecodeOptions.defaults().temperature();
		assertArrayEquals(samples(colorizer.colorize(gray)), samples(colors.colorize(gray, usual)));
		assertNotEquals(chroma(colors.colorize(gray, 0)), chroma(colors.colorize(gray, 1)));
		assertTrue(chroma(colors.colorize(gray, 0)) > chroma(colors.colorize(gray, 1)));
	}

	@Test
	void equalValuesOfOtherTypesGiveEqualColors() {
		final double[] expected = samples(colorizer.colorize(gray));
		assertArrayEquals(expected, samples(colorizer.colorize(copy(new PlanarImgFactory<>(new UnsignedByteType())
				.create(WIDTH, HEIGHT)))));
		assertArrayEquals(expected, samples(colorizer.colorize(copy(new CellImgFactory<>(new UnsignedByteType(), 7)
				.create(WIDTH, HEIGHT)))));
		assertArrayEquals(expected, samples(colorizer.colorize(Views.translate(gray, -5, 900))));
		final double[] inDoubles = samples(inBytes(copy(ArrayImgs.doubles(WIDTH, HEIGHT))));
		final double[] inFloats = samples(inBytes(copy(ArrayImgs.floats(WIDTH, HEIGHT))));
		for (int i = 0; i < expected.length; i++) {
			assertEquals(expected[i], inFloats[i], 0.51);
			assertEquals(inFloats[i], inDoubles[i], 1e-3);
		}
	}

	/** The colors of an image whose values are bytes although its type has no range. */
	private static <T extends RealType<T>> Img<T> inBytes(final Img<T> image) {
		return colorizer.predict(image, DisplayRange.UNSIGNED_8_BIT, PredictOptions.defaults()).colorize(image,
				DisplayRange.UNSIGNED_8_BIT, DecodeOptions.defaults());
	}

	/** What a caller has who does not know the type. */
	@Test
	void anImageOfAnUnknownTypeIsPredicted() {
		final RandomAccessibleInterval<? extends RealType<?>> unknown = gray;
		assertArrayEquals(samples(colorizer.predict(gray).logits()), samples(colorizer.predict(unknown).logits()));
	}

	@Test
	void onlyTheLightnessOfColorsMatters() {
		final Img<UnsignedByteType> color = ArrayImgs.unsignedBytes(WIDTH, HEIGHT, 3);
		for (int c = 0; c < 3; c++) {
			ImgUtil.copy(gray, Views.hyperSlice(color, 2, c));
		}
		final double[] expected = samples(colorizer.colorize(gray));
		final double[] actual = samples(colorizer.colorize(color));
		for (int i = 0; i < expected.length; i++) {
			assertEquals(expected[i], actual[i], 1);
		}
	}

	// -- Java's pictures --

	@Test
	void bufferedImageAndImageGiveEqualPixels() {
		final BufferedImage picture = picture(BufferedImage.TYPE_BYTE_GRAY);
		final BufferedImage rgb = colorizer.colorize(picture);
		assertEquals(BufferedImage.TYPE_INT_RGB, rgb.getType());
		assertArrayEquals(samples(colorizer.colorize(gray)), samples(rgb));
		assertArrayEquals(samples(rgb),
				samples(colorizer.predict(picture).colorize(picture, DecodeOptions.defaults().temperature())));
	}

	@ParameterizedTest
	@ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_INT_BGR,
		BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR})
	void layoutOfABufferedImageDoesNotMatter(final int type) {
		final double[] expected = samples(colorizer.colorize(gray));
		final double[] actual = samples(colorizer.colorize(picture(type)));
		for (int i = 0; i < expected.length; i++) {
			assertEquals(expected[i], actual[i], 1);
		}
	}

	@Test
	void sixteenBitPicturesKeepTheirDepth() {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_USHORT_GRAY);
		final Img<UnsignedShortType> image = ArrayImgs.unsignedShorts(WIDTH, HEIGHT);
		for (int i = 0; i < N; i++) {
			final int value = (values[i] & 0xff) * 256 + i % 256;
			picture.getRaster().setSample(i % WIDTH, i / WIDTH, 0, value);
			image.getAt(i % WIDTH, i / WIDTH).set(value);
		}
		final BufferedImage rgb = colorizer.colorize(picture);
		assertEquals(DataBuffer.TYPE_USHORT, rgb.getRaster().getTransferType());
		assertArrayEquals(samples(colorizer.colorize(image)), samples(rgb));
		assertTrue(rgb.getColorModel().getColorSpace().isCS_sRGB());
		// And such a color picture is one whose depth is kept in turn.
		assertEquals(DataBuffer.TYPE_USHORT, colorizer.colorize(rgb).getRaster().getTransferType());
	}

	@Test
	void floatPicturesKeepTheirValues() {
		final Img<FloatType> image = ArrayImgs.floats(WIDTH, HEIGHT);
		final ColorModel model = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false,
				Transparency.OPAQUE, DataBuffer.TYPE_FLOAT);
		final WritableRaster raster = model.createCompatibleWritableRaster(WIDTH, HEIGHT);
		for (int i = 0; i < N; i++) {
			final float value = 300 + (values[i] & 0xff) / 7f;
			raster.setSample(i % WIDTH, i / WIDTH, 0, value);
			image.getAt(i % WIDTH, i / WIDTH).set(value);
		}
		final BufferedImage rgb = colorizer.colorize(new BufferedImage(model, raster, false, null));
		assertArrayEquals(samples(colorizer.colorize(image)), samples(rgb));
	}

	@Test
	void fewerBitsAreScaledToEight() {
		final ColorModel model = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_GRAY), new int[] {4}, false,
				false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
		final BufferedImage four = new BufferedImage(model, model.createCompatibleWritableRaster(WIDTH, HEIGHT), false,
				null);
		final BufferedImage eight = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		for (int i = 0; i < N; i++) {
			final int value = (values[i] & 0xff) >> 4;
			four.getRaster().setSample(i % WIDTH, i / WIDTH, 0, value);
			eight.getRaster().setSample(i % WIDTH, i / WIDTH, 0, 17 * value);
		}
		assertArrayEquals(samples(colorizer.colorize(eight)), samples(colorizer.colorize(four)));
	}

	@Test
	void subimageIsColorizedLikeAnImage() {
		final BufferedImage part = picture(BufferedImage.TYPE_BYTE_GRAY).getSubimage(10, 5, 40, 30);
		final BufferedImage alone = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY);
		for (int i = 0; i < 40 * 30; i++) {
			alone.getRaster().setSample(i % 40, i / 40, 0, part.getRaster().getSample(i % 40, i / 40, 0));
		}
		assertArrayEquals(samples(colorizer.colorize(alone)), samples(colorizer.colorize(part)));
	}

	@Test
	void paletteColorsAreUsedInsteadOfIndices() {
		final BufferedImage palette = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED);
		final Graphics2D graphics = palette.createGraphics();
		graphics.drawImage(picture(BufferedImage.TYPE_INT_RGB), 0, 0, null);
		graphics.dispose();
		final BufferedImage looks = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
		for (int i = 0; i < N; i++) {
			looks.setRGB(i % WIDTH, i / WIDTH, palette.getRGB(i % WIDTH, i / WIDTH));
		}
		assertArrayEquals(samples(colorizer.colorize(looks)), samples(colorizer.colorize(palette)));
	}

	// -- Threads --

	@Test
	void optionsSetTheNumberOfThreads() throws IOException {
		final int before = JniUtils.getNumThreads();
		try (Colorizer two = Colorizer.open(TinyModel.options().opening().threads(before + 1))) {
			assertEquals(before + 1, JniUtils.getNumThreads());
			assertEquals(samples(colorizer.colorize(gray)).length, samples(two.colorize(gray)).length);
		}
		finally {
			JniUtils.setNumThreads(before);
		}
	}

	// -- Shorthands --

	private static BufferedImage picture(final int type) {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, type);
		for (int i = 0; i < N; i++) {
			final int value = values[i] & 0xff;
			if (type == BufferedImage.TYPE_BYTE_GRAY) {
				picture.getRaster().setSample(i % WIDTH, i / WIDTH, 0, value);
			}
			else {
				picture.setRGB(i % WIDTH, i / WIDTH, 0xff000000 | value * 0x10101);
			}
		}
		return picture;
	}

	private static <T extends RealType<T> & NativeType<T>> Img<T> copy(final Img<T> empty) {
		for (int i = 0; i < N; i++) {
			empty.getAt(i % WIDTH, i / WIDTH).setReal(values[i] & 0xff);
		}
		return empty;
	}

	/** Plane by plane. */
	private static double[] samples(final RandomAccessibleInterval<? extends RealType<?>> image) {
		final double[] samples = new double[(int) Views.iterable(image).size()];
		int i = 0;
		for (final RealType<?> value : Views.flatIterable(image)) {
			samples[i++] = value.getRealDouble();
		}
		return samples;
	}

	private static double[] samples(final BufferedImage picture) {
		final int n = picture.getWidth() * picture.getHeight();
		final double[] samples = new double[3 * n];
		for (int i = 0; i < samples.length; i++) {
			samples[i] = picture.getRaster().getSampleDouble(i % n % picture.getWidth(), i % n / picture.getWidth(),
					i / n);
		}
		return samples;
	}

	private static double chroma(final Img<UnsignedByteType> rgb) {
		final double[] samples = samples(rgb);
		double sum = 0;
		for (int i = 0; i < N; i++) {
			sum += Math.abs(samples[i] - samples[N + i]) + Math.abs(samples[N + i] - samples[2 * N + i]);
		}
		return sum;
	}
}
