/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.Arrays;

import ij.process.ByteProcessor;
import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.ops.Chroma;
import sc.fiji.colorize.ops.FullSizeChroma;
import sc.fiji.colorize.ops.PackedRgb;

/** Decodes the colors of one plane into ImageJ's pixel arrays, one for each channel of the result. */
final class OutputPlanes {

	private static final int RGB_CHANNELS = 3;

	private final OutputType type;
	private final ColorizeOptions options;
	private final ByteProcessor selection;
	private ColorDistribution decoded;
	private FullSizeChroma chroma;

	/** Pixels keep their color where the selection is 0; it may be null. The type is not {@link OutputType#AUTOMATIC}. */
	OutputPlanes(final OutputType type, final ColorizeOptions options, final ByteProcessor selection) {
		this.type = type;
		this.options = options;
		this.selection = selection;
	}

	/** Returns arrays of ints (packed RGB), bytes, shorts or floats. */
	Object[] decode(final SourcePlane<?> plane, final int depth, final ColorDistribution colors) {
		return switch (type) {
			case RGB -> packed(plane.inEightBits(), colors);
			case COMPOSITE -> channels(plane, depth, colors);
			case AB -> {
				final Object[] lab = lab(plane, colors);
				yield Arrays.copyOfRange(lab, 1, lab.length);
			}
			case LAB -> lab(plane, colors);
			case UNCERTAINTY -> new Object[] {Uncertainty.enlarge(colors.entropy(), plane)};
			case AUTOMATIC -> throw new IllegalStateException("The output type is still automatic.");
		};
	}

	private Object[] packed(final SourcePlane<?> plane, final ColorDistribution colors) {
		final int[] rgb = new int[plane.width() * plane.height()];
		join(plane, colors, new PackedRgb(rgb, plane.width(), plane.height()));
		return new Object[] {rgb};
	}

	private <T extends RealType<T>> Object[] channels(final SourcePlane<?> plane, final int depth,
			final ColorDistribution colors) {
		final int pixels = plane.width() * plane.height();
		final Object[] channels = switch (depth) {
			case Byte.SIZE -> new byte[RGB_CHANNELS][pixels];
			case Short.SIZE -> new short[RGB_CHANNELS][pixels];
			default -> new float[RGB_CHANNELS][pixels];
		};
		join(plane, colors, PixelArrays.<T>stack(channels, plane.width(), plane.height()));
		return channels;
	}

	/** The colors of a distribution at the size of a plane, decoded once for all its strips. */
	private FullSizeChroma chroma(final SourcePlane<?> plane, final ColorDistribution colors) {
		if (decoded != colors) {
			decoded = colors;
			chroma = colors.decode(options.decoding(), plane.width(), plane.planeHeight());
		}
		return chroma;
	}

	/** Adds the colors to the plane's own lightness. */
	private <T extends RealType<T>, U extends RealType<U>> void join(final SourcePlane<T> plane,
			final ColorDistribution colors, final RandomAccessibleInterval<U> rgb) {
		colors.addColor(plane.pixels(), plane.top(), chroma(plane, colors), plane.range(), options.saturation(), rgb);
		if (selection != null) {
			keepOutside(plane, rgb);
		}
	}

	private <T extends RealType<T>, U extends RealType<U>> void keepOutside(final SourcePlane<T> plane,
			final RandomAccessibleInterval<U> rgb) {
		final RandomAccess<T> from = plane.pixels().randomAccess();
		final RandomAccess<U> to = rgb.randomAccess();
		final boolean integer = !(rgb.getType() instanceof FloatType);
		final double max = rgb.getType().getMaxValue();
		for (int i = 0; i < plane.width() * plane.height(); i++) {
			if (selection.get(i) != 0) {
				continue;
			}
			for (int c = 0; c < RGB_CHANNELS; c++) {
				moveTo(from, i, plane.width(), c);
				moveTo(to, i, plane.width(), c);
				final double value = from.get().getRealDouble();
				to.get().setReal(integer ? Math.max(0, Math.min(max, Math.rint(value))) : value);
			}
		}
	}

	private static void moveTo(final RandomAccess<?> access, final int i, final int width, final int c) {
		access.setPosition(i % width, 0);
		access.setPosition(i / width, 1);
		if (access.numDimensions() > 2) {
			access.setPosition(c, 2);
		}
	}

	/** L*, a* and b* of the result, before they are rounded to the type of an image. */
	private Object[] lab(final SourcePlane<?> plane, final ColorDistribution colors) {
		final int width = plane.width();
		final int height = plane.height();
		final float[][] planes = new float[3][width * height];
		final RandomAccessibleInterval<FloatType> lab = PixelArrays.stack(planes, width, height);
		LoopBuilder.setImages(plane.lightness(), Views.hyperSlice(lab, 2, 0)).multiThreaded()
				.forEachPixel((in, out) -> out.set(in));
		final RandomAccessibleInterval<FloatType> ab =
				Views.interval(lab, new long[] {0, 0, 1}, new long[] {width - 1, height - 1, 2});
		chroma(plane, colors).enlarge(Views.hyperSlice(lab, 2, 0), plane.top(), ab);
		Chroma.saturate(ab, options.saturation(), ab);
		Chroma.fitGamut(lab, lab);
		for (int i = 0; selection != null && i < width * height; i++) {
			if (selection.get(i) == 0) {
				planes[1][i] = 0;
				planes[2][i] = 0;
			}
		}
		return planes;
	}
}
