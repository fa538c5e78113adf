/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

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
 * ImageJ's packed RGB pixels as an image of three channels that can be read and written.
 * <p>
 * ImgLib2's own {@code Converters.argbChannels} (8.0.0) is not used because a value of 128 or more that is written
 * through it also sets the bits of the channels above.
 */
final class RgbPixels {

	private static final List<Integer> SHIFTS = List.of(16, 8, 0);

	private RgbPixels() {
	}

	/** A view {@code (x, y, 3)} of packed pixels. */
	static RandomAccessibleInterval<UnsignedByteType> channels(final int[] pixels, final int width, final int height) {
		final RandomAccessibleInterval<ARGBType> packed = ArrayImgs.argbs(pixels, width, height);
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
			pixel.set(pixel.get() & ~(0xff << shift) | (value & 0xff) << shift);
		}
	}
}
