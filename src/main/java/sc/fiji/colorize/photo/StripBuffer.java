/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;

/**
 * The pixels of an image with only a strip of rows in memory. The JDK's readers fill an image, and its writers read one,
 * from top to bottom. With this buffer, the image may have any height.
 *
 * <pre>
 * BufferedImage tall = new StripBuffer(DataBuffer.TYPE_INT, width * height) {
 *
 * 	protected DataBuffer following(DataBuffer strip) {
 * 		return nextStrip();
 * 	}
 * }.image(colorModel, sampleModel);
 * </pre>
 */
public abstract class StripBuffer extends DataBuffer {

	private DataBuffer strip;
	private int begin;
	private int end;

	/**
	 * Creates the buffer of an image.
	 *
	 * @param dataType type of the elements
	 * @param size number of elements of the whole image
	 */
	protected StripBuffer(final int dataType, final int size) {
		super(dataType, size);
	}

	/**
	 * Returns the elements that follow a strip. Called when the first of them is written or read.
	 *
	 * @param done the strip, which is no longer needed; null at the top of the image
	 * @return the next strip, of any size
	 */
	protected abstract DataBuffer following(DataBuffer done);

	/**
	 * {@return a new image with this buffer}
	 *
	 * @param colors its color model
	 * @param layout layout of its samples in one bank of elements
	 */
	public BufferedImage image(final ColorModel colors, final SampleModel layout) {
		return new BufferedImage(colors, new Rows(layout), colors.isAlphaPremultiplied(), null) {

			/** Readers copy all that they have filled. */
			@Override
			public Raster getData() {
				return getRaster();
			}
		};
	}

	/** The current strip, or null before the first. */
	final DataBuffer strip() {
		return strip;
	}

	/** The strip that contains an element, at index i - begin. */
	private DataBuffer at(final int i) {
		if (i < begin) {
			throw new IllegalStateException("The rows of the image are not accessed from top to bottom.");
		}
		while (i >= end) {
			strip = following(strip);
			begin = end;
			end += strip.getSize();
		}
		return strip;
	}

	@Override
	public final int getElem(final int bank, final int i) {
		return at(i).getElem(i - begin);
	}

	@Override
	public final void setElem(final int bank, final int i, final int value) {
		at(i).setElem(i - begin, value);
	}

	@Override
	public final float getElemFloat(final int bank, final int i) {
		return at(i).getElemFloat(i - begin);
	}

	@Override
	public final void setElemFloat(final int bank, final int i, final float value) {
		at(i).setElemFloat(i - begin, value);
	}

	@Override
	public final double getElemDouble(final int bank, final int i) {
		return at(i).getElemDouble(i - begin);
	}

	@Override
	public final void setElemDouble(final int bank, final int i, final double value) {
		at(i).setElemDouble(i - begin, value);
	}

	/** Copies whole rows from and to the strip. The base class copies each element by a call. */
	private final class Rows extends WritableRaster {

		private WritableRaster current;

		/** Raster.createWritableRaster would require plain arrays. */
		Rows(final SampleModel layout) {
			super(layout, StripBuffer.this, new Point());
		}

		/** The current strip, at its position in the image; null if it does not contain all of these rows. */
		private WritableRaster strip(final int y, final int count) {
			final int row = StripBuffer.this.size / height;
			if (y < 0 || y + count > height) {
				return null;
			}
			at(y * row);
			if (begin % row != 0 || (y + count) * row > end) {
				return null;
			}
			if (current == null || current.getDataBuffer() != strip) {
				final SampleModel layout = sampleModel.createCompatibleSampleModel(width, (end - begin) / row);
				current = Raster.createWritableRaster(layout, strip, new Point(0, begin / row));
			}
			return current;
		}

		@Override
		public void setDataElements(final int x, final int y, final Raster rows) {
			final WritableRaster target = strip(y + rows.getMinY(), rows.getHeight());
			if (target == null) {
				super.setDataElements(x, y, rows);
			}
			else {
				target.setDataElements(x, y, rows);
			}
		}

		@Override
		public void setRect(final int x, final int y, final Raster rows) {
			final WritableRaster target = strip(y + rows.getMinY(), rows.getHeight());
			if (target == null) {
				super.setRect(x, y, rows);
			}
			else {
				target.setRect(x, y, rows);
			}
		}

		@Override
		public Object getDataElements(final int x, final int y, final int columns, final int count, final Object elements) {
			final WritableRaster source = strip(y, count);
			return source == null ? super.getDataElements(x, y, columns, count, elements)
					: source.getDataElements(x, y, columns, count, elements);
		}
	}
}
