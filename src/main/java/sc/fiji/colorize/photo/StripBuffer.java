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
	 * Creates the image.
	 *
	 * @param colors its color model
	 * @param layout layout of its samples in one bank of elements
	 * @return an image with this buffer
	 */
	public BufferedImage image(final ColorModel colors, final SampleModel layout) {
		// Not Raster.createWritableRaster, which needs plain arrays.
		return new BufferedImage(colors, new WritableRaster(layout, this, new Point()) {
		}, colors.isAlphaPremultiplied(), null) {

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

	private int place(final int i) {
		if (i < begin) {
			throw new IllegalStateException("The rows of the image are not accessed from top to bottom.");
		}
		while (i >= end) {
			strip = following(strip);
			begin = end;
			end += strip.getSize();
		}
		return i - begin;
	}

	@Override
	public final int getElem(final int bank, final int i) {
		final int place = place(i);
		return strip.getElem(place);
	}

	@Override
	public final void setElem(final int bank, final int i, final int value) {
		final int place = place(i);
		strip.setElem(place, value);
	}

	@Override
	public final float getElemFloat(final int bank, final int i) {
		final int place = place(i);
		return strip.getElemFloat(place);
	}

	@Override
	public final void setElemFloat(final int bank, final int i, final float value) {
		final int place = place(i);
		strip.setElemFloat(place, value);
	}

	@Override
	public final double getElemDouble(final int bank, final int i) {
		final int place = place(i);
		return strip.getElemDouble(place);
	}

	@Override
	public final void setElemDouble(final int bank, final int i, final double value) {
		final int place = place(i);
		strip.setElemDouble(place, value);
	}
}
