/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferFloat;
import java.awt.image.DataBufferInt;
import java.awt.image.DataBufferUShort;
import java.awt.image.DirectColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.SinglePixelPackedSampleModel;
import java.lang.reflect.Array;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;

import sc.fiji.colorize.photo.PhotoPage;

/** Converts images between ImageJ and ImageIO. */
final class Pictures {

	private static final int COLORS = 3;
	private static final int[] RGB_MASKS = {0xff0000, 0xff00, 0xff};

	private Pictures() {
	}

	/** Wraps an image from {@link PhotoPage#read()}: 16-bit and 32-bit color becomes three channels. */
	static ImagePlus wrap(final BufferedImage image) {
		final Raster raster = image.getRaster();
		final int width = image.getWidth();
		final int height = image.getHeight();
		final boolean color = raster.getNumBands() == COLORS;
		if (color && raster.getSampleModel().getDataType() == DataBuffer.TYPE_BYTE) {
			return new ImagePlus("", new ColorProcessor(width, height, packed(raster)));
		}
		final ImageStack stack = new ImageStack(width, height);
		for (int band = 0; band < raster.getNumBands(); band++) {
			stack.addSlice(processor(raster, band));
		}
		final ImagePlus result = new ImagePlus("", stack);
		return color ? Composites.of(result, 1, 1, 0, 1) : result;
	}

	private static int[] packed(final Raster raster) {
		final int width = raster.getWidth();
		final int[] pixels = new int[width * raster.getHeight()];
		final byte[] row = new byte[COLORS * width];
		for (int y = 0; y < raster.getHeight(); y++) {
			raster.getDataElements(0, y, width, 1, row);
			for (int x = 0; x < width; x++) {
				pixels[y * width + x] = 0xff000000 | (row[COLORS * x] & 0xff) << 16 | (row[COLORS * x + 1] & 0xff) << 8
						| row[COLORS * x + 2] & 0xff;
			}
		}
		return pixels;
	}

	private static ImageProcessor processor(final Raster raster, final int band) {
		final int width = raster.getWidth();
		final int height = raster.getHeight();
		final DataBuffer data = raster.getDataBuffer();
		// One band is in the order of ImageJ's pixels, in an array of its own.
		final boolean same = raster.getNumBands() == 1 && data.getSize() == width * height;
		return switch (raster.getSampleModel().getDataType()) {
			case DataBuffer.TYPE_BYTE -> new ByteProcessor(width, height, same && data instanceof DataBufferByte bytes
					? bytes.getData() : (byte[]) raster.getDataElements(0, 0, width, height, null));
			case DataBuffer.TYPE_USHORT -> new ShortProcessor(width, height, same && data instanceof DataBufferUShort shorts
					? shorts.getData() : shorts(raster, band), null);
			default -> new FloatProcessor(width, height, same && data instanceof DataBufferFloat floats ? floats.getData()
					: raster.getSamples(0, 0, width, height, band, new float[width * height]));
		};
	}

	private static short[] shorts(final Raster raster, final int band) {
		final int width = raster.getWidth();
		final short[] pixels = new short[width * raster.getHeight()];
		int[] samples = null;
		for (int y = 0; y < raster.getHeight(); y++) {
			samples = raster.getSamples(0, y, width, 1, band, samples);
			for (int x = 0; x < width; x++) {
				pixels[y * width + x] = (short) samples[x];
			}
		}
		return pixels;
	}

	/** Number of pages of an image in other programs: one per plane, and one per channel that is not red, green or blue. */
	static int pages(final ImagePlus image) {
		return image.getStackSize() / (Composites.isColor(image) ? COLORS : 1);
	}

	/** A page for other programs; red, green and blue channels become one image. */
	static BufferedImage picture(final ImagePlus image, final int page) {
		final int width = image.getWidth();
		final int height = image.getHeight();
		final ImageStack stack = image.getStack();
		if (!Composites.isColor(image) && stack.getPixels(page + 1) instanceof byte[]) {
			return stack.getProcessor(page + 1).getBufferedImage();
		}
		final Object[] channels = new Object[Composites.isColor(image) ? COLORS : 1];
		for (int c = 0; c < channels.length; c++) {
			channels[c] = stack.getPixels(channels.length * page + c + 1);
		}
		final DataBuffer buffer = buffer(channels);
		final int type = buffer.getDataType();
		final boolean packed = type == DataBuffer.TYPE_INT;
		final SampleModel layout = packed ? layout(false, width, height) : interleaved(type, width, height, channels.length);
		return new BufferedImage(packed ? model(false) : components(type, channels.length),
				Raster.createWritableRaster(layout, buffer, null), false, null);
	}

	private static ColorModel components(final int type, final int bands) {
		return new ComponentColorModel(ColorSpace.getInstance(bands == COLORS ? ColorSpace.CS_sRGB : ColorSpace.CS_GRAY),
				false, false, Transparency.OPAQUE, type);
	}

	/** The color model of results: ImageJ's RGB without its unused alpha, or 16 bits per channel. */
	static ColorModel model(final boolean deep) {
		return deep ? components(DataBuffer.TYPE_USHORT, COLORS)
				: new DirectColorModel(24, RGB_MASKS[0], RGB_MASKS[1], RGB_MASKS[2]);
	}

	/** The layout of {@link #buffer}. */
	static SampleModel layout(final boolean deep, final int width, final int height) {
		return deep ? interleaved(DataBuffer.TYPE_USHORT, width, height, COLORS)
				: new SinglePixelPackedSampleModel(DataBuffer.TYPE_INT, width, height, RGB_MASKS);
	}

	private static SampleModel interleaved(final int type, final int width, final int height, final int bands) {
		return new PixelInterleavedSampleModel(type, width, height, bands, bands * width,
				bands == 1 ? new int[] {0} : new int[] {0, 1, 2});
	}

	/** The pixels of channels: packed RGB without a copy, others interleaved. */
	static DataBuffer buffer(final Object[] channels) {
		final int n = channels.length;
		if (channels[0] instanceof int[] colors) {
			return new DataBufferInt(colors, colors.length);
		}
		final int size = Array.getLength(channels[0]);
		if (channels[0] instanceof float[]) {
			final float[] floats = new float[n * size];
			for (int i = 0; i < floats.length; i++) {
				floats[i] = ((float[]) channels[i % n])[i / n];
			}
			return new DataBufferFloat(floats, floats.length);
		}
		if (channels[0] instanceof byte[]) {
			final byte[] bytes = new byte[n * size];
			for (int i = 0; i < bytes.length; i++) {
				bytes[i] = ((byte[]) channels[i % n])[i / n];
			}
			return new DataBufferByte(bytes, bytes.length);
		}
		final short[] shorts = new short[n * size];
		for (int i = 0; i < shorts.length; i++) {
			shorts[i] = ((short[]) channels[i % n])[i / n];
		}
		return new DataBufferUShort(shorts, shorts.length);
	}
}
