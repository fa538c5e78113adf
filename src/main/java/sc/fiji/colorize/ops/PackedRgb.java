/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.Sampler;
import net.imglib2.converter.Converters;
import net.imglib2.converter.readwrite.SamplerConverter;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.basictypeaccess.ByteAccess;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.view.Views;

/**
 * ImageJ's packed RGB pixels as an image {@code (x, y, 3)} that can be read and written. The bits above red are kept.
 * <p>
 * ImgLib2's own {@code Converters.argbChannels} (8.0.0) is not used because a value of 128 or more that is written
 * through it also sets the bits of the channels above.
 */
public final class PackedRgb extends RowView<UnsignedByteType> {

	private static final List<Integer> SHIFTS = List.of(16, 8, 0);

	private final int[] pixels;

	/**
	 * Makes a view of pixels.
	 *
	 * @param pixels {@code (height, width)}, row by row: 8 bits each of red, green and blue; not copied
	 * @param width pixels in a row
	 * @param height rows
	 */
	public PackedRgb(final int[] pixels, final int width, final int height) {
		super(channels(ArrayImgs.argbs(pixels, width, height)));
		this.pixels = pixels;
	}

	private static RandomAccessibleInterval<UnsignedByteType> channels(final RandomAccessibleInterval<ARGBType> packed) {
		return Views.stack(SHIFTS.stream().map(shift -> {
			final SamplerConverter<ARGBType, UnsignedByteType> channel =
					sampler -> new UnsignedByteType(new Channel(sampler, shift));
			return Converters.convert(packed, channel);
		}).toList());
	}

	/** Eight bits of the pixel under a sampler. */
	private record Channel(Sampler<? extends ARGBType> sampler, int shift) implements ByteAccess {

		@Override
		public byte getValue(final int index) {
			return (byte) (sampler.get().get() >> shift);
		}

		@Override
		public void setValue(final int index, final byte value) {
			final ARGBType pixel = sampler.get();
			pixel.set(with(pixel.get(), shift, value & 0xff));
		}
	}

	private static int with(final int pixel, final int shift, final int value) {
		return pixel & ~(0xff << shift) | value << shift;
	}

	@Override
	Rows.RowReader rows() {
		final int width = Rows.size(this, 0);
		return (y, channel, row, start) -> {
			final int shift = SHIFTS.get(channel);
			for (int x = 0; x < width; x++) {
				row[start + x] = pixels[y * width + x] >> shift & 0xff;
			}
		};
	}

	/** Writes one row of one channel, as {@link Rows.RowWriter#write} does. */
	void write(final int y, final int channel, final float[] row, final int start) {
		final int width = Rows.size(this, 0);
		final int shift = SHIFTS.get(channel);
		for (int x = 0; x < width; x++) {
			pixels[y * width + x] = with(pixels[y * width + x], shift, Rows.round(row[start + x], 255));
		}
	}
}
