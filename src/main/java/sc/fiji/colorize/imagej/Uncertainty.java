/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.Rectangle;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.RealRandomAccess;
import net.imglib2.interpolation.randomaccess.NLinearInterpolatorFactory;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/** The uncertainty of the colors, at the size of the image. */
public final class Uncertainty {

	private Uncertainty() {
	}

	/** Enlarges to a plane, or to a strip of it. */
	static float[] enlarge(final RandomAccessibleInterval<FloatType> entropy, final SourcePlane<?> plane) {
		return enlarge(entropy, plane.width(), plane.planeHeight(),
				new Rectangle(0, plane.top(), plane.width(), plane.height()));
	}

	/**
	 * Enlarges bilinearly. Pixels are areas, so the corners of both images coincide, as for the colors.
	 *
	 * @param entropy {@code (x, y)}: entropy of each grid cell in nats
	 * @param width width of the enlarged image in pixels
	 * @param height height of the enlarged image in pixels
	 * @param region the requested part of the enlarged image
	 * @return the pixels of the region, row by row
	 */
	public static float[] enlarge(final RandomAccessibleInterval<FloatType> entropy, final int width, final int height,
			final Rectangle region) {
		final RealRandomAccess<FloatType> access =
				Views.interpolate(Views.extendBorder(entropy), new NLinearInterpolatorFactory<>()).realRandomAccess();
		final float[] enlarged = new float[region.width * region.height];
		for (int i = 0; i < enlarged.length; i++) {
			access.setPosition((region.x + i % region.width + 0.5) * entropy.dimension(0) / width - 0.5, 0);
			access.setPosition((region.y + i / region.width + 0.5) * entropy.dimension(1) / height - 0.5, 1);
			enlarged[i] = access.get().get();
		}
		return enlarged;
	}
}
