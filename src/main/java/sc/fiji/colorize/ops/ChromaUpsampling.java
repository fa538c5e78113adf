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
 * Bilinear enlargement of small ab planes to the size of a photo. Pixels are areas: the corners of both images coincide, and
 * the border is extended (PyTorch's {@code align_corners=False}).
 */
public final class ChromaUpsampling implements FullSizeChroma {

	private final float[] a;
	private final float[] b;
	private final int width;
	private final LinearAxis horizontal;
	private final LinearAxis vertical;

	/**
	 * Prepares an enlargement (or a reduction, without a low-pass filter).
	 *
	 * @param a a* of the small image, row by row
	 * @param b b* of the small image
	 * @param width its width
	 * @param height its height
	 * @param outputWidth width of the photo
	 * @param outputHeight height of the photo
	 */
	public ChromaUpsampling(final float[] a, final float[] b, final int width, final int height,
			final int outputWidth, final int outputHeight) {
		this.a = a;
		this.b = b;
		this.width = width;
		horizontal = new LinearAxis(width, outputWidth);
		vertical = new LinearAxis(height, outputHeight);
	}

	@Override
	public int width() {
		return horizontal.outputSize();
	}

	@Override
	public int height() {
		return vertical.outputSize();
	}

	@Override
	public RowReader reader() {
		return (y, lightness, rowA, rowB) -> row(y, rowA, rowB);
	}

	/**
	 * Computes one row of the photo's chroma, independent of its lightness.
	 *
	 * @param y row of the photo
	 * @param rowA receives a*
	 * @param rowB receives b*
	 */
	public void row(final int y, final float[] rowA, final float[] rowB) {
		final float down = vertical.share(y);
		final int upper = vertical.first(y) * width;
		final int lower = vertical.second(y) * width;
		for (int x = 0; x < horizontal.outputSize(); x++) {
			final int l = horizontal.first(x);
			final int r = horizontal.second(x);
			final float s = horizontal.share(x);
			rowA[x] = LinearAxis.mix(LinearAxis.mix(a[upper + l], a[upper + r], s),
					LinearAxis.mix(a[lower + l], a[lower + r], s), down);
			rowB[x] = LinearAxis.mix(LinearAxis.mix(b[upper + l], b[upper + r], s),
					LinearAxis.mix(b[lower + l], b[lower + r], s), down);
		}
	}

	// -- Ops --

	/**
	 * Enlarges ab planes to the size of the output.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param enlarged (x, y, 2), receives the enlarged planes
	 * @throws IllegalArgumentException if there are not two channels or ab is empty
	 * @implNote op names='colorize.upsampleChroma', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void upsample(final RandomAccessibleInterval<T> ab,
			final RandomAccessibleInterval<U> enlarged) {
		Rows.requireChannels(ab, 2, "ab");
		Rows.requireChannels(enlarged, 2, "enlarged");
		Rows.requirePixels(ab, "ab");
		new ChromaUpsampling(Rows.plane(ab, 0), Rows.plane(ab, 1), Rows.size(ab, 0),
				Rows.size(ab, 1), Rows.size(enlarged, 0), Rows.size(enlarged, 1)).enlarge(null, enlarged);
	}

	/**
	 * Enlarges ab planes to a size.
	 *
	 * @param ab (x, y, 2): a* and b*
	 * @param width width of the result in pixels, 1 or more
	 * @param height height of the result in pixels, 1 or more
	 * @return (width, height, 2): the enlarged planes
	 * @throws IllegalArgumentException if there are not two channels, or ab or the result is empty
	 * @implNote op names='colorize.upsampleChroma', type=Function
	 */
	public static <T extends RealType<T>> Img<FloatType> upsample(final RandomAccessibleInterval<T> ab,
			final Integer width, final Integer height) {
		final Img<FloatType> enlarged = Rows.floatImage(Rows.size(width, height), 2);
		upsample(ab, enlarged);
		return enlarged;
	}
}
