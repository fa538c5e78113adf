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
 * Chroma, the distance of a color from gray in the ab plane: scales it (saturation), or reduces it until the color fits the
 * sRGB gamut. Hue and lightness are kept.
 */
public final class Chroma {

	/** The factors for chroma are multiples of 1/4096. */
	private static final int STEPS = 4096;

	private Chroma() {
	}

	/**
	 * Returns the largest factor in [0, 1] for a* and b* at which the color fits the sRGB gamut with its own lightness; 1 if
	 * it already fits.
	 *
	 * @param lightness L* in [0, 100]
	 * @param a a*
	 * @param b b*
	 * @param linear receives the linear red, green and blue of the reduced color, in [0, 1] up to 1e-4 if L* is in
	 *        [0, 100]
	 * @return the factor
	 */
	public static float fitGamut(final float lightness, final float a, final float b, final double[] linear) {
		return Lab.inGamut(lightness, a, b, linear) ? 1 : reduce(lightness, a, b, linear);
	}

	private static float reduce(final float lightness, final float a, final float b, final double[] linear) {
		int fits = 0;
		int tooFar = STEPS;
		double outside = Lab.excess(linear);
		Lab.toLinear(lightness, 0, 0, linear);
		double inside = Lab.excess(linear);
		boolean fitted = false;
		boolean exceeded = false;
		// The Illinois method: a secant between both ends, which halves the value of an end that stays twice.
		while (tooFar - fits > 1) {
			final long secant = fits + Math.round(inside / (inside - outside) * (tooFar - fits));
			final int step = (int) Math.max(fits + 1, Math.min(tooFar - 1, secant));
			final float factor = (float) step / STEPS;
			Lab.toLinear(lightness, factor * a, factor * b, linear);
			final double excess = Lab.excess(linear);
			final boolean fit = excess <= 0;
			if (fit) {
				fits = step;
				inside = excess;
				outside /= fitted ? 2 : 1;
			}
			else {
				tooFar = step;
				outside = excess;
				inside /= exceeded ? 2 : 1;
			}
			fitted = fit;
			exceeded = !fit;
		}
		final float factor = (float) fits / STEPS;
		Lab.toLinear(lightness, factor * a, factor * b, linear);
		return factor;
	}

	// -- Ops --

	/**
	 * Reduces the chroma of colors outside the sRGB gamut until they fit. Keeps lightness and hue, and colors inside the
	 * gamut.
	 *
	 * @param lab (x, y, 3): L* in [0, 100], a* and b*
	 * @param fitted (x, y, 3), receives the colors; may be lab itself
	 * @throws IllegalArgumentException if the sizes differ or there are not three channels
	 * @implNote op names='image.fitGamut, colorize.fitGamut', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void fitGamut(final RandomAccessibleInterval<T> lab,
			final RandomAccessibleInterval<U> fitted) {
		Rows.requireChannels(lab, 3, "lab", fitted, 3, "fitted");
		Rows.transform(lab, fitted, () -> {
			final double[] linear = new double[3];
			return (in, out, n) -> {
				for (int i = 0; i < n; i++) {
					final float factor = fitGamut(in[0][i], in[1][i], in[2][i], linear);
					out[0][i] = in[0][i];
					out[1][i] = factor * in[1][i];
					out[2][i] = factor * in[2][i];
				}
			};
		});
	}

	/**
	 * Reduces the chroma of colors outside the sRGB gamut until they fit, in a new image.
	 *
	 * @param lab (x, y, 3): L* in [0, 100], a* and b*
	 * @return (x, y, 3): the same lightness and hue, in the gamut
	 * @throws IllegalArgumentException if there are not three channels
	 * @implNote op names='image.fitGamut, colorize.fitGamut', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> fitGamut(final RandomAccessibleInterval<T> lab) {
		final Img<FloatType> fitted = Rows.floatImage(lab, 3);
		fitGamut(lab, fitted);
		return fitted;
	}

	/**
	 * Scales the chroma of all colors.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param saturation factor, 0 (gray) or more; 1, which keeps the colors, if null
	 * @param scaled (x, y, 2), receives the colors; may be ab itself
	 * @throws IllegalArgumentException if the sizes differ, there are not two channels or the factor is negative or infinite
	 * @implNote op names='image.saturation, colorize.saturation', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void saturate(final RandomAccessibleInterval<T> ab,
			@Nullable final Double saturation, final RandomAccessibleInterval<U> scaled) {
		Rows.requireChannels(ab, 2, "ab", scaled, 2, "scaled");
		final float factor = saturation == null ? 1 : saturation.floatValue();
		if (!(factor >= 0 && factor < Float.POSITIVE_INFINITY)) {
			throw new IllegalArgumentException(
					"The saturation must be 0 or more and finite but is " + saturation + ".");
		}
		Rows.transform(ab, scaled, () -> (in, out, n) -> {
			for (int c = 0; c < 2; c++) {
				for (int i = 0; i < n; i++) {
					out[c][i] = factor * in[c][i];
				}
			}
		});
	}

	/**
	 * Scales the chroma of all colors, in a new image.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param saturation factor, 0 (gray) or more; 1, which keeps the colors, if null
	 * @return (x, y, 2): the scaled colors
	 * @throws IllegalArgumentException if there are not two channels or the factor is negative or infinite
	 * @implNote op names='image.saturation, colorize.saturation', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> saturate(final RandomAccessibleInterval<T> ab,
			@Nullable final Double saturation) {
		final Img<FloatType> scaled = Rows.floatImage(ab, 2);
		saturate(ab, saturation, scaled);
		return scaled;
	}
}
