/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.RealRandomAccess;
import net.imglib2.interpolation.randomaccess.NLinearInterpolatorFactory;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/** How uncertain the colours are, at the size of the image. */
final class Uncertainty {

	/** What follows the name of the original. */
	static final String SUFFIX = "-uncertainty";

	private Uncertainty() {
	}

	/**
	 * Bilinear enlargement; pixels are areas, so the corners of both images coincide, as for the colours. Of the
	 * enlarged image only the rows of a plane, or of a strip of it, are made.
	 */
	static float[] enlarge(final RandomAccessibleInterval<FloatType> entropy, final SourcePlane<?> plane) {
		final int width = plane.width();
		final RealRandomAccess<FloatType> access =
				Views.interpolate(Views.extendBorder(entropy), new NLinearInterpolatorFactory<>()).realRandomAccess();
		final float[] enlarged = new float[width * plane.height()];
		for (int i = 0; i < enlarged.length; i++) {
			access.setPosition((i % width + 0.5) * entropy.dimension(0) / width - 0.5, 0);
			access.setPosition((plane.top() + i / width + 0.5) * entropy.dimension(1) / plane.planeHeight() - 0.5, 1);
			enlarged[i] = access.get().get();
		}
		return enlarged;
	}
}
