/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;
import java.nio.file.Path;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ImageProcessor;
import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.ops.Chroma;

/**
 * Whether a result has the size, the planes and the lightness of its original: each pixel's L* must lie between those of
 * the colors half a step of rounding darker and lighter than the result's, give or take what the edge of the gamut is
 * wide: 1e-4 of linear red, green and blue, see {@link Chroma#fitGamut}. Computed here in double precision from the
 * definitions of sRGB and CIE L*, not by the code under test.
 */
public final class LightnessCheck {

	/** L* that the single precision of the code under test may cost. */
	private static final double MARGIN = 0.01;
	private static final double GAMUT_EDGE = 1e-4;
	private static final int RGB_CHANNELS = 3;
	/** Of larger images only so many pixels are looked at. */
	private static final int MAX_PIXELS = 20_011;
	/** Such files are colorized strip by strip, and not read whole to be looked at: only their sizes are compared. */
	private static final long LARGE_FILE = 20_000_000;

	private LightnessCheck() {
	}

	/**
	 * Looks at the files of an original and its result.
	 *
	 * @param original file
	 * @param result file, with automatic output type
	 * @param lightness whether the lightness is looked at, or only the size
	 * @return what is wrong, or an empty text
	 * @throws IOException if one cannot be read
	 */
	public static String problem(final Path original, final Path result, final boolean lightness) throws IOException {
		final long pixels = pixels(original);
		if (pixels > LARGE_FILE) {
			final long found = pixels(result);
			// More than 8 bits become three channels.
			return found == pixels || found == RGB_CHANNELS * pixels ? "" : found + " pixels instead of " + pixels;
		}
		return problem(ImageFiles.read(original), ImageFiles.read(result), lightness);
	}

	private static long pixels(final Path file) throws IOException {
		try (ImageFile open = ImageFile.open(file)) {
			return open.pixels();
		}
	}

	/**
	 * Looks at an original and its result.
	 *
	 * @param original as it was read
	 * @param result with automatic output type
	 * @param lightness whether the lightness is looked at, or only the size
	 * @return what is wrong, or an empty text
	 */
	public static String problem(final ImagePlus original, final ImagePlus result, final boolean lightness) {
		final SourcePlanes planes = new SourcePlanes(original);
		final boolean rgb = result.getBitDepth() == 24;
		final int slices = planes.count() * (rgb ? 1 : RGB_CHANNELS);
		if (result.getWidth() != original.getWidth() || result.getHeight() != original.getHeight()
				|| result.getStackSize() != slices) {
			return describe(result) + " instead of " + describe(original);
		}
		if (rgb == (planes.depth() > Byte.SIZE && planes.channels() == 1)
				|| !rgb && result.getBitDepth() != planes.depth()) {
			return result.getBitDepth() + " bits for " + planes.depth();
		}
		for (int plane = 0; lightness && plane < planes.count(); plane++) {
			final SourcePlane<?> source = rgb ? planes.get(plane).inEightBits() : planes.get(plane);
			final String problem = plane(source, result.getStack(), rgb ? plane : RGB_CHANNELS * plane, rgb);
			if (!problem.isEmpty()) {
				return "plane " + plane + ": " + problem;
			}
		}
		return "";
	}

	private static String describe(final ImagePlus image) {
		return image.getWidth() + "x" + image.getHeight() + "x" + image.getStackSize();
	}

	private static <T extends RealType<T>> String plane(final SourcePlane<T> plane, final ImageStack result, final int first,
			final boolean rgb) {
		final double black = plane.range().black();
		final double white = plane.range().white();
		if (white == black) {
			// There is only one value to show.
			return "";
		}
		final RandomAccess<T> from = plane.pixels().randomAccess();
		final ImageProcessor[] channels = new ImageProcessor[RGB_CHANNELS];
		for (int c = 0; c < RGB_CHANNELS; c++) {
			channels[c] = result.getProcessor(first + (rgb ? 0 : c) + 1);
		}
		final boolean integer = rgb || result.getBitDepth() == Short.SIZE;
		// Values are computed in single precision, whatever their type.
		final double step = (integer ? 0.5 : 0) + 4 * Math.ulp((float) Math.max(Math.abs(black), Math.abs(white)));
		for (int i = 0; i < plane.width() * plane.height(); i += 1 + plane.width() * plane.height() / MAX_PIXELS) {
			final double[] in = new double[RGB_CHANNELS];
			final double[] darker = new double[RGB_CHANNELS];
			final double[] lighter = new double[RGB_CHANNELS];
			for (int c = 0; c < RGB_CHANNELS; c++) {
				from.setPosition(i % plane.width(), 0);
				from.setPosition(i / plane.width(), 1);
				if (plane.pixels().numDimensions() > 2) {
					from.setPosition(c, 2);
				}
				in[c] = shown(from.get().getRealDouble(), black, white);
				final double out = rgb ? channels[c].get(i) >> 16 - Byte.SIZE * c & 0xff : channels[c].getf(i);
				darker[c] = shown(out - Math.signum(white - black) * step, black, white);
				lighter[c] = shown(out + Math.signum(white - black) * step, black, white);
			}
			final double expected = lightness(luminance(in));
			final double least = lightness(luminance(darker) - GAMUT_EDGE) - MARGIN;
			final double most = lightness(luminance(lighter) + GAMUT_EDGE) + MARGIN;
			if (!(expected >= least && expected <= most)) {
				return "pixel " + i + " has L* from " + least + " to " + most + " instead of " + expected;
			}
		}
		return "";
	}

	/** In [0, 1]; NaN is black. */
	private static double shown(final double value, final double black, final double white) {
		final double shown = (value - black) / (white - black);
		return shown > 0 ? Math.min(1, shown) : 0;
	}

	/** Of sRGB, IEC 61966-2-1, with the luminances that the project takes for its primaries. */
	private static double luminance(final double[] rgb) {
		return 0.212671 * linear(rgb[0]) + 0.715160 * linear(rgb[1]) + 0.072169 * linear(rgb[2]);
	}

	/** CIE L*. */
	private static double lightness(final double luminance) {
		return luminance > Math.pow(6 / 29.0, 3) ? 116 * Math.cbrt(luminance) - 16
				: Math.pow(29 / 3.0, 3) * luminance;
	}

	private static double linear(final double v) {
		return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
	}
}
