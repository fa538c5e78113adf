/*
 * Fiji Colorize: plausible color for gray images.
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
 * Lightness and color transfer of the demo in the published PyTorch release, for comparison with it; {@link ColorTransfer}
 * is more accurate.
 * <ul>
 * <li>The image, in 8 bits, is squashed to 256x256 pixels by Pillow's bicubic filter, ignoring its aspect ratio.
 * <li>ab is enlarged fourfold, to 256x256, and then to the size of the image, both bilinearly.
 * <li>Lab is converted to sRGB by clipping each component, which changes the lightness of colors outside the gamut; integers
 * are truncated, not rounded.
 * </ul>
 */
public final class PublishedDemo {

	/** Height and width of the network's input. */
	public static final int SIZE = 256;
	private static final float WHITE_8_BIT = 255;
	private static final int COLORS = 3;

	private PublishedDemo() {
	}

	/**
	 * The lightness that the network of the published demo sees, for an image that arrives in strips of rows from top to
	 * bottom. It does not depend on the division into strips.
	 */
	public static final class Squashing {

		private final Resampling.ByteAxis horizontal;
		private final Resampling.ByteAxis vertical;
		private final double black;
		private final double white;
		/** All rows of each channel, resized horizontally and rounded; gray images have one channel. */
		private final float[][] narrowed;
		private final int height;
		private int channels;
		private int done;

		/**
		 * Prepares the resizing.
		 *
		 * @param width width of the whole image in pixels
		 * @param height height of the whole image in pixels
		 * @param black the value displayed as black
		 * @param white the value displayed as white
		 */
		public Squashing(final int width, final int height, final double black, final double white) {
			horizontal = new Resampling.ByteAxis(new Resampling.Axis(width, SIZE));
			vertical = new Resampling.ByteAxis(new Resampling.Axis(height, SIZE));
			this.black = black;
			this.white = white;
			this.height = height;
			narrowed = new float[COLORS][];
		}

		/**
		 * Adds the next rows.
		 *
		 * @param strip gray {@code (x, y)} or sRGB {@code (x, y, 3)}, as wide as the whole image
		 * @throws IllegalArgumentException if it has other dimensions, or more rows than the image
		 */
		public <T extends RealType<T>> void add(final RandomAccessibleInterval<T> strip) {
			channels = Rows.channels(strip);
			Rows.requireChannels(strip, channels == 1 ? 1 : COLORS, "image");
			Rows.requirePixels(strip, "image");
			final int rows = Rows.size(strip, 1);
			if (rows > height - done) {
				throw new IllegalArgumentException("The strips have more rows than the image, " + height + ".");
			}
			for (int c = 0; c < channels; c++) {
				narrow(strip, c);
			}
			done += rows;
		}

		private <T extends RealType<T>> void narrow(final RandomAccessibleInterval<T> strip, final int channel) {
			final int width = Rows.size(strip, 0);
			if (narrowed[channel] == null) {
				narrowed[channel] = new float[Math.multiplyExact(height, SIZE)];
			}
			Rows.forEach(Rows.size(strip, 1), () -> {
				final float[] row = new float[width];
				final Rows.RowReader reader = Rows.reader(strip);
				return y -> {
					reader.read(y, channel, row, 0);
					for (int x = 0; x < width; x++) {
						row[x] = Math.round(WHITE_8_BIT * ColorTransfer.display(row[x], black, white));
					}
					horizontal.resample(row, 0, 1, narrowed[channel], (done + y) * SIZE, 1);
				};
			});
		}

		/**
		 * The lightness. Call it after the last strip.
		 *
		 * @return {@code (256, 256)} row by row, L* in [0, 100]
		 * @throws IllegalStateException if rows are missing
		 */
		public float[] lightness() {
			if (done != height) {
				throw new IllegalStateException("Only " + done + " of " + height + " rows were added.");
			}
			final float[][] rgb = new float[COLORS][];
			for (int c = 0; c < COLORS; c++) {
				rgb[c] = c < channels ? new float[SIZE * SIZE] : rgb[0];
			}
			Rows.forEach(SIZE, () -> x -> {
				for (int c = 0; c < channels; c++) {
					vertical.resample(narrowed[c], x, SIZE, rgb[c], x, SIZE);
				}
			});
			final float[] lightness = new float[SIZE * SIZE];
			for (int i = 0; i < lightness.length; i++) {
				lightness[i] = Lab.lightness8Bit((int) rgb[0][i], (int) rgb[1][i], (int) rgb[2][i]);
			}
			return lightness;
		}
	}

	/**
	 * Enlarges the colors to the size of an image.
	 *
	 * @param ab {@code (64, 64, 2)}: a* and b* of the whole image as decoded
	 * @param width width of the image in pixels
	 * @param height height of the image in pixels
	 * @return a* and b*, computed lazily
	 */
	public static <T extends RealType<T>> FullSizeChroma enlarge(final RandomAccessibleInterval<T> ab, final int width,
			final int height) {
		final Img<FloatType> enlarged = ArrayImgs.floats(SIZE, SIZE, 2);
		ChromaUpsampling.upsample(ab, enlarged);
		return new ChromaUpsampling(Rows.plane(enlarged, 0), Rows.plane(enlarged, 1), SIZE, SIZE, width, height);
	}

	// -- Ops --

	/**
	 * The lightness of an image as the network of the published demo sees it.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3)
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param lightness (256, 256), receives L* in [0, 100]
	 * @throws IllegalArgumentException if the image has other dimensions or is empty
	 * @implNote op names='colorize.demoLightness', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void lightness(final RandomAccessibleInterval<T> image,
			@Nullable final Double black, @Nullable final Double white, final RandomAccessibleInterval<U> lightness) {
		Rows.requirePixels(image, "image");
		Rows.requireChannels(lightness, 1, "lightness");
		Rows.requireSamePlane(ArrayImgs.bytes(SIZE, SIZE), lightness);
		final double[] range = ColorTransfer.displayRange(image, black, white);
		final Squashing squashing = new Squashing(Rows.size(image, 0), Rows.size(image, 1), range[0], range[1]);
		squashing.add(image);
		final float[] values = squashing.lightness();
		Rows.forEach(SIZE, () -> {
			final Rows.RowWriter writer = Rows.writer(lightness);
			return y -> writer.write(y, 0, values, y * SIZE);
		});
	}

	/**
	 * The lightness of an image as the network of the published demo sees it, in a new image.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3)
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
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
	 * Combines the lightness of an image with the colors of the published demo.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), of which only the lightness is used
	 * @param ab (64, 64, 2): a* and b* of the whole image as decoded
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param saturation factor on a* and b*, 0 or more; 1 if null
	 * @param rgb (x, y, 3), receives red, green and blue in the range of the image
	 * @throws IllegalArgumentException if the sizes do not match
	 * @implNote op names='colorize.demoAddColor', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>, V extends RealType<V>> void addColor(
			final RandomAccessibleInterval<T> image, final RandomAccessibleInterval<U> ab, @Nullable final Double black,
			@Nullable final Double white, @Nullable final Double saturation, final RandomAccessibleInterval<V> rgb) {
		final double[] range = ColorTransfer.displayRange(image, black, white);
		addColor(image, 0, enlarge(ab, Rows.size(image, 0), Rows.size(image, 1)), range[0], range[1],
				saturation == null ? 1 : saturation, rgb);
	}

	/**
	 * Combines the lightness of an image, or of a strip of its rows, with the colors of the image.
	 *
	 * @param <T> type of the image
	 * @param <U> type of the result
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)}, of which only the lightness is used
	 * @param top index in the whole image of the first row of {@code image}
	 * @param chroma chroma of the whole image
	 * @param black the value displayed as black
	 * @param white the value displayed as white
	 * @param saturation factor on a and b, 0 or more
	 * @param rgb {@code (x, y, 3)}, receives red, green and blue in the range of the image
	 * @throws IllegalArgumentException if the sizes do not match
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void addColor(final RandomAccessibleInterval<T> image,
			final int top, final FullSizeChroma chroma, final double black, final double white, final double saturation,
			final RandomAccessibleInterval<U> rgb) {
		final int channels = Rows.channels(image);
		Rows.requireChannels(image, channels == 1 ? 1 : 3, "image", rgb, 3, "rgb");
		chroma.requireRows(image, top);
		final int width = Rows.size(image, 0);
		final boolean whole = rgb.getType() instanceof IntegerType;
		final float factor = (float) saturation;
		Rows.forEach(Rows.size(image, 1), () -> {
			final float[][] rows = new float[3][width];
			final float[] a = new float[width];
			final float[] b = new float[width];
			final float[] lightness = new float[width];
			final double[] linear = new double[3];
			final FullSizeChroma.RowReader colors = chroma.reader();
			final Rows.RowReader source = Rows.reader(image);
			final Rows.RowWriter target = Rows.writer(rgb);
			return y -> {
				for (int c = 0; c < 3; c++) {
					source.read(y, c < channels ? c : 0, rows[c], 0);
				}
				for (int x = 0; x < width; x++) {
					lightness[x] = ColorTransfer.lightness(rows[0][x], rows[1][x], rows[2][x], black, white);
				}
				colors.read(top + y, lightness, a, b);
				for (int x = 0; x < width; x++) {
					Lab.toLinear(lightness[x], factor * a[x], factor * b[x], linear);
					for (int c = 0; c < 3; c++) {
						final double value = black + (white - black) * Srgb.encode((float) linear[c]);
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
	 * Combines the lightness of an image with the colors of the published demo, in a new image.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), of which only the lightness is used
	 * @param ab (64, 64, 2): a* and b* of the whole image as decoded
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param saturation factor on a* and b*, 0 or more; 1 if null
	 * @return (x, y, 3): red, green and blue in the type and range of the image
	 * @throws IllegalArgumentException if the dimensions do not match
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
