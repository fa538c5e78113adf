/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * Bilinear enlargement of small ab planes to the size of a photo, row by row, so that the enlarged planes never exist
 * as a whole. Pixels are areas: the corners of both images coincide, and the border is repeated outwards (PyTorch's
 * {@code align_corners=False}).
 */
public final class ChromaUpsampling {

	private final float[] a;
	private final float[] b;
	private final int width;
	private final int height;
	private final int[] left;
	private final float[] rightShare;
	private final double verticalScale;

	/**
	 * Plans an enlargement (or a reduction, by interpolation alone).
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
		this.height = height;
		verticalScale = height / (double) outputHeight;
		left = new int[outputWidth];
		rightShare = new float[outputWidth];
		final double scale = width / (double) outputWidth;
		for (int x = 0; x < outputWidth; x++) {
			final double position = position(x, scale, width);
			left[x] = (int) position;
			rightShare[x] = (float) (position - left[x]);
		}
	}

	private static double position(final int output, final double scale, final int size) {
		return Math.max(0, Math.min(size - 1, (output + 0.5) * scale - 0.5));
	}

	/**
	 * Computes one row of the photo's chroma.
	 *
	 * @param y row of the photo
	 * @param rowA receives a*
	 * @param rowB receives b*
	 */
	public void row(final int y, final float[] rowA, final float[] rowB) {
		final double position = position(y, verticalScale, height);
		final int top = (int) position;
		final float share = (float) (position - top);
		final int upper = top * width;
		final int lower = Math.min(top + 1, height - 1) * width;
		for (int x = 0; x < left.length; x++) {
			final int l = left[x];
			final int r = Math.min(l + 1, width - 1);
			final float s = rightShare[x];
			rowA[x] = mix(mix(a[upper + l], a[upper + r], s), mix(a[lower + l], a[lower + r], s), share);
			rowB[x] = mix(mix(b[upper + l], b[upper + r], s), mix(b[lower + l], b[lower + r], s), share);
		}
	}

	private static float mix(final float from, final float to, final float share) {
		return from + share * (to - from);
	}

	// -- Ops --

	/**
	 * Enlarges ab planes to the size of the output.
	 *
	 * @param ab {@code (x, y, 2)}: a* and b*
	 * @param enlarged {@code (x, y, 2)}, receives the enlarged planes (container)
	 * @throws IllegalArgumentException if there are not two channels or {@code ab} is empty
	 * @implNote op names='colorize.upsampleChroma', type=Computer
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void upsample(final RandomAccessibleInterval<T> ab,
			final RandomAccessibleInterval<U> enlarged) {
		Rows.requireChannels(ab, 2, "ab");
		Rows.requireChannels(enlarged, 2, "enlarged");
		Rows.requirePixels(ab, "ab");
		final int width = Rows.size(ab, 0);
		final int height = Rows.size(ab, 1);
		final int outputWidth = Rows.size(enlarged, 0);
		final int outputHeight = Rows.size(enlarged, 1);
		final float[][] planes = {Rows.plane(ab, 0), Rows.plane(ab, 1)};
		final ChromaUpsampling upsampling =
				new ChromaUpsampling(planes[0], planes[1], width, height, outputWidth, outputHeight);
		Rows.forEach(outputHeight, () -> {
			final float[] rowA = new float[outputWidth];
			final float[] rowB = new float[outputWidth];
			final Rows.RowWriter writer = Rows.writer(enlarged);
			return y -> {
				upsampling.row(y, rowA, rowB);
				writer.write(y, 0, rowA, 0);
				writer.write(y, 1, rowB, 0);
			};
		});
	}
}
