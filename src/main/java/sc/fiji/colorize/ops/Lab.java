/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * Converts between sRGB and CIE Lab with the white point D65 (2 degree observer) and the constants of scikit-image; values
 * agree with it to 1e-4.
 * <p>
 * L* is in [0, 100]; a* and b* of sRGB colors are in about [-87, 99] and [-108, 95]. A gray value {@code g} has {@code L =
 * 116 f(Y) - 16}, where {@code Y} is its linear light and {@code f} the cube root with a linear segment near 0.
 */
public final class Lab {

	private static final double WHITE_X = 0.95047;
	private static final double WHITE_Z = 1.08883;
	private static final double FOOT = 16.0 / 116.0;
	private static final double FOOT_SLOPE = 7.787;
	private static final double FOOT_END = 0.008856;
	private static final double INVERSE_FOOT_END = 0.2068966;
	private static final double GAMUT_TOLERANCE = 1e-4;
	/** From below the end of the linear segment to twice white, for colors slightly brighter than white. */
	private static final BinadeTable CUBE_ROOT = new BinadeTable(Math::cbrt, -7, 1);

	/** Rows X, Y, Z of linear sRGB; X and Z are divided by the white point. */
	private static final double[][] XYZ = {
			{0.412453 / WHITE_X, 0.357580 / WHITE_X, 0.180423 / WHITE_X}, {0.212671, 0.715160, 0.072169},
			{0.019334 / WHITE_Z, 0.119193 / WHITE_Z, 0.950227 / WHITE_Z}};
	private static final double[][] RGB = inverse(XYZ);

	private static final double XR = XYZ[0][0], XG = XYZ[0][1], XB = XYZ[0][2];
	private static final double YR = XYZ[1][0], YG = XYZ[1][1], YB = XYZ[1][2];
	private static final double ZR = XYZ[2][0], ZG = XYZ[2][1], ZB = XYZ[2][2];
	private static final double RX = RGB[0][0], RY = RGB[0][1], RZ = RGB[0][2];
	private static final double GX = RGB[1][0], GY = RGB[1][1], GZ = RGB[1][2];
	private static final double BX = RGB[2][0], BY = RGB[2][1], BZ = RGB[2][2];

	private static final float[] LIGHTNESS_8_BIT = new float[256];

	static {
		for (int i = 0; i < 256; i++) {
			LIGHTNESS_8_BIT[i] = lightnessOfLinear(Srgb.decode8Bit(i));
		}
	}

	private Lab() {
	}

	// -- Kernels --

	private static double f(final double t) {
		return t > FOOT_END ? CUBE_ROOT.apply(t) : FOOT_SLOPE * t + FOOT;
	}

	private static double inverseF(final double t) {
		return t > INVERSE_FOOT_END ? t * t * t : (t - FOOT) / FOOT_SLOPE;
	}

	static float lightnessOfLinear(final double y) {
		return (float) (116 * f(y) - 16);
	}

	/**
	 * Lightness of a gray display value.
	 *
	 * @param gray sRGB gray, clamped to [0, 1]; NaN counts as 0
	 * @return L* in [0, 100]
	 */
	public static float lightness(final float gray) {
		return lightnessOfLinear(Srgb.decode(gray));
	}

	/** Lightness of a gray display value in [0, 255]; integers, the most common, need no cube root. */
	static float lightness255(final float gray) {
		return is8Bit(gray) ? LIGHTNESS_8_BIT[(int) gray] : lightness(gray / 255f);
	}

	/**
	 * Lightness of an 8-bit sRGB color.
	 *
	 * @param r red, 0 to 255
	 * @param g green, 0 to 255
	 * @param b blue, 0 to 255
	 * @return L* in [0, 100]
	 */
	public static float lightness8Bit(final int r, final int g, final int b) {
		return r == g && g == b ? LIGHTNESS_8_BIT[r]
				: lightnessOfLinear(YR * Srgb.decode8Bit(r) + YG * Srgb.decode8Bit(g) + YB * Srgb.decode8Bit(b));
	}

	/**
	 * Lightness of a linear-light color.
	 *
	 * @param r linear red in [0, 1]
	 * @param g linear green in [0, 1]
	 * @param b linear blue in [0, 1]
	 * @return L* in [0, 100]
	 */
	public static float lightnessOfLinear(final double r, final double g, final double b) {
		return lightnessOfLinear(YR * r + YG * g + YB * b);
	}

	/**
	 * Gray display value of a lightness: the inverse of {@link #lightness(float)}.
	 *
	 * @param lightness L* in [0, 100]
	 * @return sRGB gray in [0, 1]
	 */
	public static float gray(final float lightness) {
		return Srgb.encode((float) inverseF((lightness + 16) / 116));
	}

	/**
	 * Lab of a linear-light color.
	 *
	 * @param r linear red in [0, 1]
	 * @param g linear green in [0, 1]
	 * @param b linear blue in [0, 1]
	 * @param lab receives L*, a*, b*
	 */
	public static void fromLinear(final double r, final double g, final double b, final float[] lab) {
		final double x = f(XR * r + XG * g + XB * b);
		final double y = f(YR * r + YG * g + YB * b);
		final double z = f(ZR * r + ZG * g + ZB * b);
		lab[0] = (float) (116 * y - 16);
		lab[1] = (float) (500 * (x - y));
		lab[2] = (float) (200 * (y - z));
	}

	/**
	 * Lab of an 8-bit sRGB color.
	 *
	 * @param r red, 0 to 255
	 * @param g green, 0 to 255
	 * @param b blue, 0 to 255
	 * @param lab receives L*, a*, b*
	 */
	public static void from8Bit(final int r, final int g, final int b, final float[] lab) {
		fromLinear(Srgb.decode8Bit(r), Srgb.decode8Bit(g), Srgb.decode8Bit(b), lab);
	}

	/**
	 * Linear light of a Lab color, not clamped: components outside [0, 1] mean that the color is outside the gamut.
	 *
	 * @param lightness L*
	 * @param a a*
	 * @param b b*
	 * @param rgb receives linear red, green, blue
	 */
	public static void toLinear(final float lightness, final float a, final float b, final double[] rgb) {
		final double fy = (lightness + 16) / 116.0;
		final double x = inverseF(fy + a / 500.0);
		final double y = inverseF(fy);
		// scikit-image clamps Z at 0 here; a negative Z only occurs far outside the gamut.
		final double z = inverseF(Math.max(0, fy - b / 200.0));
		rgb[0] = RX * x + RY * y + RZ * z;
		rgb[1] = GX * x + GY * y + GZ * z;
		rgb[2] = BX * x + BY * y + BZ * z;
	}

	/**
	 * Whether a Lab color can be shown in sRGB, up to {@code 1e-4} of linear light.
	 *
	 * @param lightness L*
	 * @param a a*
	 * @param b b*
	 * @param scratch three elements, overwritten with the linear color
	 * @return true if all of red, green and blue lie in [0, 1]
	 */
	public static boolean inGamut(final float lightness, final float a, final float b, final double[] scratch) {
		toLinear(lightness, a, b, scratch);
		return excess(scratch) <= 0;
	}

	/** How far a linear color is outside [0, 1], minus the tolerance; 0 or less in the gamut. */
	static double excess(final double[] linear) {
		final double distance =
				Math.max(Math.abs(linear[0] - 0.5), Math.max(Math.abs(linear[1] - 0.5), Math.abs(linear[2] - 0.5)));
		return distance - (0.5 + GAMUT_TOLERANCE);
	}

	// -- Ops --

	/**
	 * Converts an sRGB image to CIE Lab.
	 *
	 * @param rgb (x, y, 3), sRGB display values in [0, 255]
	 * @param lab (x, y, 3), receives L* in [0, 100], a* and b*
	 * @throws IllegalArgumentException if the sizes differ or there are not three channels
	 * @implNote op names='convert.rgbToLab, colorize.rgbToLab', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void rgbToLab(final RandomAccessibleInterval<T> rgb,
			final RandomAccessibleInterval<U> lab) {
		Rows.requireChannels(rgb, 3, "rgb", lab, 3, "lab");
		Rows.transform(rgb, lab, () -> {
			final float[] pixel = new float[3];
			return (in, out, n) -> {
				final float[] red = in[0], green = in[1], blue = in[2], lightness = out[0], a = out[1], b = out[2];
				for (int i = 0; i < n; i++) {
					fromLinear(decode(red[i]), decode(green[i]), decode(blue[i]), pixel);
					lightness[i] = pixel[0];
					a[i] = pixel[1];
					b[i] = pixel[2];
				}
			};
		});
	}

	/**
	 * Converts an sRGB image to CIE Lab, in a new image of floats: a* and b* can be negative, whatever the type of the
	 * input.
	 *
	 * @param rgb (x, y, 3), sRGB display values in [0, 255]
	 * @return (x, y, 3): L* in [0, 100], a* and b*
	 * @throws IllegalArgumentException if there are not three channels
	 * @implNote op names='convert.rgbToLab, colorize.rgbToLab', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> rgbToLab(final RandomAccessibleInterval<T> rgb) {
		final Img<FloatType> lab = Rows.floatImage(rgb, 3);
		rgbToLab(rgb, lab);
		return lab;
	}

	/**
	 * Converts a CIE Lab image to sRGB. Components outside the gamut are clipped; the op image.fitGamut, applied before,
	 * keeps their lightness.
	 *
	 * @param lab (x, y, 3): L* in [0, 100], a* and b*
	 * @param rgb (x, y, 3), receives sRGB display values in [0, 255], rounded for integer types
	 * @throws IllegalArgumentException if the sizes differ or there are not three channels
	 * @implNote op names='convert.labToRgb, colorize.labToRgb', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void labToRgb(final RandomAccessibleInterval<T> lab,
			final RandomAccessibleInterval<U> rgb) {
		Rows.requireChannels(lab, 3, "lab", rgb, 3, "rgb");
		Rows.transform(lab, rgb, () -> {
			final double[] linear = new double[3];
			return (in, out, n) -> {
				final float[] lightness = in[0], a = in[1], b = in[2], red = out[0], green = out[1], blue = out[2];
				for (int i = 0; i < n; i++) {
					toLinear(lightness[i], a[i], b[i], linear);
					red[i] = 255 * Srgb.encode((float) linear[0]);
					green[i] = 255 * Srgb.encode((float) linear[1]);
					blue[i] = 255 * Srgb.encode((float) linear[2]);
				}
			};
		});
	}

	/**
	 * Converts a CIE Lab image to sRGB, in a new image. Components outside the gamut are clipped; the op image.fitGamut,
	 * applied before, keeps their lightness.
	 *
	 * @param lab (x, y, 3): L* in [0, 100], a* and b*
	 * @return (x, y, 3): sRGB display values in [0, 255]
	 * @throws IllegalArgumentException if there are not three channels
	 * @implNote op names='convert.labToRgb, colorize.labToRgb', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> labToRgb(final RandomAccessibleInterval<T> lab) {
		final Img<FloatType> rgb = Rows.floatImage(lab, 3);
		labToRgb(lab, rgb);
		return rgb;
	}

	/** Linear light of a display value in [0, 255]; integers, the most common, need no power. */
	static float decode(final float value) {
		return is8Bit(value) ? Srgb.decode8Bit((int) value) : Srgb.decode(value / 255f);
	}

	private static boolean is8Bit(final float value) {
		final int whole = (int) value;
		return whole == value && whole >= 0 && whole <= 255;
	}

	private static double[][] inverse(final double[][] m) {
		final double[][] inverse = new double[3][3];
		for (int i = 0; i < 3; i++) {
			for (int j = 0; j < 3; j++) {
				// Cyclic indices give the signed cofactor.
				final int i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
				inverse[j][i] = m[i1][j1] * m[i2][j2] - m[i1][j2] * m[i2][j1];
			}
		}
		final double determinant = m[0][0] * inverse[0][0] + m[0][1] * inverse[1][0] + m[0][2] * inverse[2][0];
		for (final double[] row : inverse) {
			for (int j = 0; j < 3; j++) {
				row[j] /= determinant;
			}
		}
		return inverse;
	}
}
