/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/**
 * Extracts the lightness of an image, and adds color to an image with that lightness.
 * <p>
 * An image is gray {@code (x, y)} or sRGB {@code (x, y, 3)}, of any depth; its black and white values define the ends of the
 * sRGB scale. For gray images, the difference that the color makes is added to the gray value in each channel. So values
 * outside the range are kept, 16-bit and float images keep their precision, and pixels without color keep their exact value.
 */
public final class ColorTransfer {

	private static final double MAX_8_BIT = 255;
	private static final double MAX_16_BIT = 65535;
	/** Numbers of at least this magnitude mark missing values. */
	private static final double HUGE = 1e30;

	private ColorTransfer() {
	}

	/**
	 * Computes the lightness of a row of gray values.
	 *
	 * @param gray the values
	 * @param black the value displayed as black
	 * @param white the value displayed as white
	 * @param lightness receives L* in [0, 100]
	 */
	public static void lightness(final float[] gray, final double black, final double white, final float[] lightness) {
		final boolean eightBits = isEightBits(black, white);
		for (int x = 0; x < lightness.length; x++) {
			lightness[x] = lightness(gray[x], black, white, eightBits);
		}
	}

	private static boolean isEightBits(final double black, final double white) {
		return black == 0 && white == MAX_8_BIT;
	}

	/** L* of a gray value. */
	private static float lightness(final float gray, final double black, final double white, final boolean eightBits) {
		return eightBits ? Lab.lightness255(gray) : Lab.lightness(display(gray, black, white));
	}

	/** Computes the lightness of a row of colors. */
	private static void lightness(final float[][] rgb, final double black, final double white, final float[] lightness) {
		final boolean eightBits = isEightBits(black, white);
		final float[] red = rgb[0];
		final float[] green = rgb[1];
		final float[] blue = rgb[2];
		for (int x = 0; x < lightness.length; x++) {
			lightness[x] = lightness(red[x], green[x], blue[x], black, white, eightBits);
		}
	}

	/** L* of a color. */
	private static float lightness(final float red, final float green, final float blue, final double black,
			final double white, final boolean eightBits) {
		return Lab.lightnessOfLinear(linear(red, black, white, eightBits), linear(green, black, white, eightBits),
				linear(blue, black, white, eightBits));
	}

	/** Linear light of a value; 8-bit values, the most common, need no division. */
	private static float linear(final float value, final double black, final double white, final boolean eightBits) {
		return eightBits ? Lab.decode(value) : Srgb.decode(display(value, black, white));
	}

	/**
	 * Adds color to a row of gray values.
	 *
	 * @param gray the values
	 * @param lightness their lightness
	 * @param black the value displayed as black
	 * @param white the value displayed as white
	 * @param a a* of each pixel
	 * @param b b* of each pixel
	 * @param saturation factor on a and b
	 * @param linear scratch, three elements
	 * @param rgb receives red, green and blue rows in the range of the gray values
	 */
	public static void addColor(final float[] gray, final float[] lightness, final double black, final double white,
			final float[] a, final float[] b, final float saturation, final double[] linear, final float[][] rgb) {
		final double range = white - black;
		final float[] red = rgb[0];
		final float[] green = rgb[1];
		final float[] blue = rgb[2];
		for (int x = 0; x < gray.length; x++) {
			final float value = gray[x];
			final float display = display(value, black, white);
			final float newA = saturation * a[x];
			final float newB = saturation * b[x];
			if (display > 0 && display < 1 && (newA != 0 || newB != 0)
					&& Chroma.fitGamut(lightness[x], newA, newB, linear) > 0) {
				red[x] = (float) (value + range * (Srgb.encode((float) linear[0]) - display));
				green[x] = (float) (value + range * (Srgb.encode((float) linear[1]) - display));
				blue[x] = (float) (value + range * (Srgb.encode((float) linear[2]) - display));
			}
			else {
				// Values without color are copied, and so are exact. Black, white and values beyond them have no color.
				red[x] = value;
				green[x] = value;
				blue[x] = value;
			}
		}
	}

	/**
	 * Replaces the chroma of a row of colors; keeps their lightness.
	 *
	 * @param rgb red, green and blue rows; overwritten
	 * @param lightness their lightness
	 * @param black the value displayed as black
	 * @param white the value displayed as white
	 * @param a a* of each pixel
	 * @param b b* of each pixel
	 * @param saturation factor on a and b
	 * @param linear scratch, three elements
	 */
	public static void replaceColor(final float[][] rgb, final float[] lightness, final double black,
			final double white, final float[] a, final float[] b, final float saturation, final double[] linear) {
		for (int x = 0; x < a.length; x++) {
			Chroma.fitGamut(lightness[x], saturation * a[x], saturation * b[x], linear);
			for (int c = 0; c < 3; c++) {
				rgb[c][x] = (float) (black + (white - black) * Srgb.encode((float) linear[c]));
			}
		}
	}

	/** Scales a value to [0, 1] from black to white; NaN is black. */
	static float display(final double value, final double black, final double white) {
		if (white == black) {
			return value > black ? 1 : 0;
		}
		final double display = (value - black) / (white - black);
		return display > 0 ? (float) Math.min(1, display) : 0;
	}

	/** L* of a color with components between black and white. */
	static float lightness(final double r, final double g, final double b, final double black,
			final double white) {
		return Lab.lightnessOfLinear(Srgb.decode(display(r, black, white)), Srgb.decode(display(g, black, white)),
				Srgb.decode(display(b, black, white)));
	}

	/**
	 * The default values of black and white of an image: the full range of the type for unsigned integers of up to 16 bits;
	 * for other types, such as floats, the smallest and the largest value, without NaN, infinity and values of 1e30 or more,
	 * which mark missing values.
	 *
	 * @param image of any size
	 * @return black and white; 0 and 0 if there are no valid values
	 */
	public static double[] displayRange(final RandomAccessibleInterval<? extends RealType<?>> image) {
		final RealType<?> type = image.getType();
		if (type instanceof IntegerType && type.getMinValue() == 0 && type.getMaxValue() <= MAX_16_BIT) {
			return new double[] {0, type.getMaxValue()};
		}
		double min = HUGE;
		double max = -HUGE;
		for (final RealType<?> value : image) {
			final double number = value.getRealDouble();
			if (Math.abs(number) < HUGE) {
				min = Math.min(min, number);
				max = Math.max(max, number);
			}
		}
		return min > max ? new double[2] : new double[] {min, max};
	}

	/** The given values, or the defaults where they are null. */
	static double[] displayRange(final RandomAccessibleInterval<? extends RealType<?>> image, final Double black,
			final Double white) {
		final double[] range = black == null || white == null ? displayRange(image) : new double[2];
		return new double[] {black == null ? range[0] : black, white == null ? range[1] : white};
	}

	// -- Ops --

	/**
	 * Computes the lightness of an image lazily.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3)
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @return (x, y): L* in [0, 100]
	 * @throws IllegalArgumentException if the image has other dimensions
	 * @implNote op names='convert.lightness, colorize.lightness', type=Function
	 */
	public static <T extends RealType<T>> RandomAccessibleInterval<FloatType> lightness(
			final RandomAccessibleInterval<T> image, @Nullable final Double black, @Nullable final Double white) {
		Rows.requireChannels(image, image.numDimensions() == 2 ? 1 : 3, "image");
		final double[] range = displayRange(image, black, white);
		return new Lightness<>(image, range[0], range[1]);
	}

	/** The lightness of an image. */
	private static final class Lightness<T extends RealType<T>> extends RowView<FloatType> {

		private final RandomAccessibleInterval<T> image;
		private final double black;
		private final double white;

		Lightness(final RandomAccessibleInterval<T> image, final double black, final double white) {
			super(pixels(image, black, white));
			this.image = image;
			this.black = black;
			this.white = white;
		}

		private static <T extends RealType<T>> RandomAccessibleInterval<FloatType> pixels(
				final RandomAccessibleInterval<T> image, final double black, final double white) {
			final boolean eightBits = isEightBits(black, white);
			if (image.numDimensions() == 2) {
				return Converters.convert(image,
						(in, out) -> out.set(lightness(in.getRealFloat(), black, white, eightBits)), new FloatType());
			}
			return Converters.convert(Views.collapseReal(Views.zeroMin(image)),
					(in, out) -> out.set(lightness(in.get(0).getRealFloat(), in.get(1).getRealFloat(),
							in.get(2).getRealFloat(), black, white, eightBits)),
					new FloatType());
		}

		@Override
		Rows.RowReader rows() {
			final int width = Rows.size(this, 0);
			final Rows.RowReader source = Rows.reader(image);
			final float[][] channels = new float[Rows.channels(image)][width];
			final float[] lightness = new float[width];
			return (y, channel, row, start) -> {
				for (int c = 0; c < channels.length; c++) {
					source.read(y, c, channels[c], 0);
				}
				if (channels.length == 1) {
					lightness(channels[0], black, white, lightness);
				}
				else {
					lightness(channels, black, white, lightness);
				}
				System.arraycopy(lightness, 0, row, start, width);
			};
		}
	}

	/**
	 * Combines the lightness of an image with colors predicted at a lower resolution: bilinear enlargement of ab,
	 * saturation, chroma reduction into the sRGB gamut.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), of which only the lightness is used
	 * @param ab (u, v, 2): a* and b* of the whole image at any resolution
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param saturation factor on a* and b*, 0 or more; 1 if null
	 * @param rgb (x, y, 3), receives red, green and blue in the range of the image
	 * @throws IllegalArgumentException if the sizes do not match
	 * @implNote op names='colorize.addColor', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>, V extends RealType<V>> void addColor(
			final RandomAccessibleInterval<T> image, final RandomAccessibleInterval<U> ab, @Nullable final Double black,
			@Nullable final Double white, @Nullable final Double saturation, final RandomAccessibleInterval<V> rgb) {
		Rows.requireChannels(ab, 2, "ab");
		Rows.requirePixels(ab, "ab");
		final double[] range = displayRange(image, black, white);
		addColor(image, 0, new ChromaUpsampling(Rows.plane(ab, 0), Rows.plane(ab, 1), Rows.size(ab, 0), Rows.size(ab, 1),
				Rows.size(image, 0), Rows.size(image, 1)), range[0], range[1], saturation == null ? 1 : saturation, rgb);
	}

	/**
	 * Combines the lightness of an image with colors predicted at a lower resolution, in a new image: bilinear enlargement
	 * of ab, saturation, chroma reduction into the sRGB gamut.
	 *
	 * @param image gray (x, y) or sRGB (x, y, 3), of which only the lightness is used
	 * @param ab (u, v, 2): a* and b* of the whole image at any resolution
	 * @param black the value displayed as black; if null 0 for unsigned integers of up to 16 bits, else the smallest value
	 * @param white the value displayed as white; if null 255 for 8 bits, 65535 for 16 bits, else the largest value
	 * @param saturation factor on a* and b*, 0 or more; 1 if null
	 * @return (x, y, 3): red, green and blue in the type and range of the image
	 * @throws IllegalArgumentException if the dimensions do not match
	 * @implNote op names='colorize.addColor', type=Function
	 */
	public static <T extends RealType<T>, U extends RealType<U>> Img<T> addColor(final RandomAccessibleInterval<T> image,
			final RandomAccessibleInterval<U> ab, @Nullable final Double black, @Nullable final Double white,
			@Nullable final Double saturation) {
		final Img<T> rgb = Rows.image(image.getType(), image, 3);
		addColor(image, ab, black, white, saturation, rgb);
		return rgb;
	}

	/**
	 * Combines the lightness of an image, or of a strip of its rows, with the chroma of the image.
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
		final int width = Rows.size(image, 0);
		final int height = Rows.size(image, 1);
		chroma.requireRows(image, top);
		final float factor = (float) saturation;
		Rows.forEach(height, () -> {
			final float[][] rows = new float[3][width];
			final float[] gray = new float[width];
			final float[] lightness = new float[width];
			final float[] a = new float[width];
			final float[] b = new float[width];
			final double[] linear = new double[3];
			final FullSizeChroma.RowReader colors = chroma.reader();
			final Rows.RowReader source = Rows.reader(image);
			final Rows.RowWriter target = Rows.writer(rgb);
			return y -> {
				if (channels == 1) {
					source.read(y, 0, gray, 0);
					lightness(gray, black, white, lightness);
					colors.read(top + y, lightness, a, b);
					addColor(gray, lightness, black, white, a, b, factor, linear, rows);
				}
				else {
					for (int c = 0; c < 3; c++) {
						source.read(y, c, rows[c], 0);
					}
					lightness(rows, black, white, lightness);
					colors.read(top + y, lightness, a, b);
					replaceColor(rows, lightness, black, white, a, b, factor, linear);
				}
				for (int c = 0; c < 3; c++) {
					target.write(y, c, rows[c], 0);
				}
			};
		});
	}
}
