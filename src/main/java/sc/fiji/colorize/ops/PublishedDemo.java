/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * The two ends of colorization as the demo of the published PyTorch release has them, for comparison with it; see
 * {@link ColorTransfer} for better ones.
 * <ul>
 * <li>The image, in 8 bits, is squashed to 256x256 pixels by the bicubic filter of Pillow, whatever its aspect.
 * <li>ab is enlarged fourfold, to 256x256, and then to the size of the image, both bilinearly.
 * <li>Lab becomes sRGB by clipping each component, which changes the lightness of colours outside the gamut; integers are
 * cut off, not rounded.
 * </ul>
 */
public final class PublishedDemo {

	/** Height and width of what the network sees. */
	public static final int SIZE = 256;
	private static final float WHITE_8_BIT = 255;

	private PublishedDemo() {
	}

	/** One channel in 8 bits at 256x256: first all rows, then all columns, each result rounded. */
	private static <T extends RealType<T>> float[] squash(final RandomAccessibleInterval<T> image, final int channel,
			final double black, final double white) {
		final int width = Rows.size(image, 0);
		final int height = Rows.size(image, 1);
		final Resampling.ByteAxis horizontal = new Resampling.ByteAxis(new Resampling.Axis(width, SIZE));
		final Resampling.ByteAxis vertical = new Resampling.ByteAxis(new Resampling.Axis(height, SIZE));
		final float[] narrowed = new float[Math.multiplyExact(height, SIZE)];
		Rows.forEach(height, () -> {
			final float[] row = new float[width];
			final Rows.RowReader reader = Rows.reader(image);
			return y -> {
				reader.read(y, channel, row, 0);
				for (int x = 0; x < width; x++) {
					row[x] = Math.round(WHITE_8_BIT * ColorTransfer.display(row[x], black, white));
				}
				horizontal.resample(row, 0, 1, narrowed, y * SIZE, 1);
			};
		});
		final float[] squashed = new float[SIZE * SIZE];
		Rows.forEach(SIZE, () -> x -> vertical.resample(narrowed, x, SIZE, squashed, x, SIZE));
		return squashed;
	}

	// -- Ops --

	/**
	 * The lightness of an image as the network of the published demo sees it.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3)
	 * @param black the value shown as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value shown as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param lightness (256, 256), receives L* in [0, 100]
	 * @throws IllegalArgumentException if the image has other dimensions or is empty
	 * @implNote op names='colorize.demoLightness', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void lightness(final RandomAccessibleInterval<T> image,
			@Nullable final Double black, @Nullable final Double white, final RandomAccessibleInterval<U> lightness) {
		final int channels = Rows.channels(image);
		Rows.requireChannels(image, channels == 1 ? 1 : 3, "image");
		Rows.requirePixels(image, "image");
		Rows.requireChannels(lightness, 1, "lightness");
		Rows.requireSamePlane(ArrayImgs.bytes(SIZE, SIZE), lightness);
		final double[] range = ColorTransfer.displayRange(image, black, white);
		final float[][] rgb = new float[3][];
		for (int c = 0; c < 3; c++) {
			rgb[c] = c < channels ? squash(image, c, range[0], range[1]) : rgb[0];
		}
		Rows.forEach(SIZE, () -> {
			final float[] row = new float[SIZE];
			final Rows.RowWriter writer = Rows.writer(lightness);
			return y -> {
				for (int x = 0; x < SIZE; x++) {
					final int i = y * SIZE + x;
					row[x] = Lab.lightness8Bit((int) rgb[0][i], (int) rgb[1][i], (int) rgb[2][i]);
				}
				writer.write(y, 0, row, 0);
			};
		});
	}

	/**
	 * The lightness of an image as the network of the published demo sees it, in a new image.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3)
	 * @param black the value shown as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value shown as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @return (256, 256): L* in [0, 100]
	 * @throws IllegalArgumentException if the image has other dimensions or is empty
	 * @implNote op names='colorize.demoLightness', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> lightness(final RandomAccessibleInterval<T> image,
			@Nullable final Double black, @Nullable final Double white) {
		final Img<FloatType> lightness = ArrayImgs.floats(SIZE, SIZE);
		lightness(image, black, white, lightness);
		return lightness;
	}

	/**
	 * Joins the lightness of an image with the colours of the published demo.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), whose own colour is dropped
	 * @param ab (64, 64, 2): a* and b* of the whole image as decoded
	 * @param black the value shown as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value shown as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param saturation factor on a* and b*, 0 or more; 1 if null
	 * @param rgb (x, y, 3), receives red, green and blue on the scale of the image
	 * @throws IllegalArgumentException if the sizes do not fit
	 * @implNote op names='colorize.demoAddColor', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>, V extends RealType<V>> void addColor(
			final RandomAccessibleInterval<T> image, final RandomAccessibleInterval<U> ab, @Nullable final Double black,
			@Nullable final Double white, @Nullable final Double saturation, final RandomAccessibleInterval<V> rgb) {
		final int channels = Rows.channels(image);
		Rows.requireChannels(image, channels == 1 ? 1 : 3, "image");
		Rows.requireChannels(rgb, 3, "rgb");
		Rows.requireSamePlane(image, rgb);
		final Img<FloatType> enlarged = ArrayImgs.floats(SIZE, SIZE, 2);
		ChromaUpsampling.upsample(ab, enlarged);
		final int width = Rows.size(image, 0);
		final int height = Rows.size(image, 1);
		final ChromaUpsampling upsampling =
				new ChromaUpsampling(Rows.plane(enlarged, 0), Rows.plane(enlarged, 1), SIZE, SIZE, width, height);
		final boolean whole = rgb.getType() instanceof IntegerType;
		final double[] range = ColorTransfer.displayRange(image, black, white);
		final double low = range[0];
		final double high = range[1];
		final float factor = saturation == null ? 1 : saturation.floatValue();
		Rows.forEach(height, () -> {
			final float[][] rows = new float[3][width];
			final float[] a = new float[width];
			final float[] b = new float[width];
			final double[] linear = new double[3];
			final Rows.RowReader source = Rows.reader(image);
			final Rows.RowWriter target = Rows.writer(rgb);
			return y -> {
				upsampling.row(y, a, b);
				for (int c = 0; c < 3; c++) {
					source.read(y, c < channels ? c : 0, rows[c], 0);
				}
				for (int x = 0; x < width; x++) {
					Lab.toLinear(ColorTransfer.lightness(rows[0][x], rows[1][x], rows[2][x], low, high),
							factor * a[x], factor * b[x], linear);
					for (int c = 0; c < 3; c++) {
						final double value = low + (high - low) * Srgb.encode((float) linear[c]);
						rows[c][x] = (float) (whole ? Math.floor(value) : value);
					}
				}
				for (int c = 0; c < 3; c++) {
					target.write(y, c, rows[c], 0);
				}
			};
		});
	}

	/**
	 * Joins the lightness of an image with the colors of the published demo, in a new image.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), whose own color is dropped
	 * @param ab (64, 64, 2): a* and b* of the whole image as decoded
	 * @param black the value shown as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value shown as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param saturation factor on a* and b*, 0 or more; 1 if null
	 * @return (x, y, 3): red, green and blue of the type and on the scale of the image
	 * @throws IllegalArgumentException if the dimensions do not fit
	 * @implNote op names='colorize.demoAddColor', type=Function
	 */
	public static <T extends RealType<T>, U extends RealType<U>> Img<T> addColor(final RandomAccessibleInterval<T> image,
			final RandomAccessibleInterval<U> ab, @Nullable final Double black, @Nullable final Double white,
			@Nullable final Double saturation) {
		final Img<T> rgb = Rows.image(image.getType(), image, 3);
		addColor(image, ab, black, white, saturation, rgb);
		return rgb;
	}
}
