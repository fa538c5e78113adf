/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

import net.imglib2.Cursor;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.view.Views;

/**
 * Java's images as ImgLib2 images: gray with unchanged samples, color as sRGB.
 *
 * @param <T> type of the samples
 * @param pixels gray {@code (x, y)} or sRGB {@code (x, y, 3)}
 * @param range the values displayed as black and white
 */
public record SampledImage<T extends RealType<T>>(RandomAccessibleInterval<T> pixels, DisplayRange range) {

	private static final int COLORS = 3;

	/**
	 * Copies the samples of a picture.
	 *
	 * @param picture of any type
	 * @return gray samples as they are, colors as sRGB
	 */
	public static SampledImage<?> of(final BufferedImage picture) {
		final ColorModel model = picture.getColorModel();
		if (model instanceof ComponentColorModel) {
			final ColorSpace space = model.getColorSpace();
			final int type = model.getTransferType();
			final boolean deep = type == DataBuffer.TYPE_USHORT || type == DataBuffer.TYPE_FLOAT;
			if (space.getType() == ColorSpace.TYPE_GRAY && (deep || type == DataBuffer.TYPE_BYTE)) {
				return samples(picture.getRaster(), 1, model.getComponentSize(0));
			}
			if (deep && space.isCS_sRGB()) {
				return samples(picture.getRaster(), COLORS, model.getComponentSize(0));
			}
		}
		return colors(picture);
	}

	private static SampledImage<?> samples(final Raster raster, final int bands, final int bits) {
		final int width = raster.getWidth();
		final int height = raster.getHeight();
		final int length = Math.multiplyExact(bands, Math.multiplyExact(width, height));
		final long[] size = bands == 1 ? new long[] {width, height} : new long[] {width, height, bands};
		switch (raster.getTransferType()) {
			case DataBuffer.TYPE_BYTE:
				final byte[] bytes = new byte[length];
				forEachSample(raster, bands, (i, value) -> bytes[i] = (byte) scaled(value, bits, Byte.SIZE));
				return new SampledImage<>(ArrayImgs.unsignedBytes(bytes, size), DisplayRange.UNSIGNED_8_BIT);
			case DataBuffer.TYPE_USHORT:
				final short[] shorts = new short[length];
				forEachSample(raster, bands, (i, value) -> shorts[i] = (short) scaled(value, bits, Short.SIZE));
				return new SampledImage<>(ArrayImgs.unsignedShorts(shorts, size), DisplayRange.UNSIGNED_16_BIT);
			default:
				final float[] floats = new float[length];
				forEachSample(raster, bands, (i, value) -> floats[i] = value);
				return ofFloats(ArrayImgs.floats(floats, size));
		}
	}

	private static <T extends RealType<T>> SampledImage<T> ofFloats(final RandomAccessibleInterval<T> pixels) {
		return new SampledImage<>(pixels, DisplayRange.of(pixels));
	}

	private static int scaled(final float value, final int bits, final int wantedBits) {
		return Math.round(value * ((1 << wantedBits) - 1) / ((1 << bits) - 1));
	}

	/** Sets a sample by its index in {@code (x, y, 3)}. */
	private interface Samples {

		void set(int index, float value);
	}

	private static void forEachSample(final Raster raster, final int bands, final Samples samples) {
		final int width = raster.getWidth();
		float[] row = null;
		int i = 0;
		for (int band = 0; band < bands; band++) {
			for (int y = 0; y < raster.getHeight(); y++) {
				row = raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
				for (final float value : row) {
					samples.set(i++, value);
				}
			}
		}
	}

	private static SampledImage<UnsignedByteType> colors(final BufferedImage picture) {
		final int width = picture.getWidth();
		final int height = picture.getHeight();
		final int n = Math.multiplyExact(width, height);
		final byte[] rgb = new byte[Math.multiplyExact(COLORS, n)];
		final int[] row = new int[width];
		for (int y = 0; y < height; y++) {
			picture.getRGB(0, y, width, 1, row, 0, width);
			for (int x = 0; x < width; x++) {
				for (int c = 0; c < COLORS; c++) {
					rgb[c * n + y * width + x] = (byte) (row[x] >> Byte.SIZE * (COLORS - 1 - c));
				}
			}
		}
		return new SampledImage<>(ArrayImgs.unsignedBytes(rgb, width, height, COLORS), DisplayRange.UNSIGNED_8_BIT);
	}

	/**
	 * Converts an image to one of Java.
	 *
	 * @param rgb {@code (x, y, 3)}, unsigned 8-bit, unsigned 16-bit or float
	 * @return sRGB of the same depth
	 */
	public static BufferedImage toPicture(final Img<? extends RealType<?>> rgb) {
		final RealType<?> type = rgb.getType();
		return type instanceof UnsignedByteType ? packed(rgb)
				: interleaved(rgb, type instanceof UnsignedShortType ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_FLOAT);
	}

	private static BufferedImage packed(final Img<? extends RealType<?>> rgb) {
		final BufferedImage picture = new BufferedImage(side(rgb, 0), side(rgb, 1), BufferedImage.TYPE_INT_RGB);
		final int[] pixels = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
		for (int c = 0; c < COLORS; c++) {
			final Cursor<? extends RealType<?>> channel = Views.flatIterable(Views.hyperSlice(rgb, 2, c)).cursor();
			for (int i = 0; i < pixels.length; i++) {
				pixels[i] |= (int) channel.next().getRealFloat() << Byte.SIZE * (COLORS - 1 - c);
			}
		}
		return picture;
	}

	private static BufferedImage interleaved(final Img<? extends RealType<?>> rgb, final int type) {
		final ColorModel model = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false,
				Transparency.OPAQUE, type);
		final int width = side(rgb, 0);
		final WritableRaster raster = model.createCompatibleWritableRaster(width, side(rgb, 1));
		final float[] row = new float[width];
		for (int c = 0; c < COLORS; c++) {
			final Cursor<? extends RealType<?>> channel = Views.flatIterable(Views.hyperSlice(rgb, 2, c)).cursor();
			for (int y = 0; y < raster.getHeight(); y++) {
				for (int x = 0; x < width; x++) {
					row[x] = channel.next().getRealFloat();
				}
				raster.setSamples(0, y, width, 1, c, row);
			}
		}
		return new BufferedImage(model, raster, false, null);
	}

	private static int side(final Interval image, final int dimension) {
		return (int) image.dimension(dimension);
	}
}
