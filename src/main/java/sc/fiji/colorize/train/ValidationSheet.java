/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.SampledImage;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.Lab;

/** A picture with some validation photos, the same ones in each epoch: gray, predicted and true. */
final class ValidationSheet {

	private static final int COLUMNS = 4;
	private static final int KINDS = 3;
	private static final int CELL = 128;
	private static final int GAP = 6;
	/** Largest number of photos on a sheet. */
	static final int PHOTOS = 16;

	private final BufferedImage sheet;
	private final Graphics2D graphics;
	private int drawn;

	/** Creates an empty sheet for a number of photos. */
	ValidationSheet(final int photos) {
		final int rows = Math.max(1, (photos + COLUMNS - 1) / COLUMNS);
		sheet = new BufferedImage(COLUMNS * (KINDS * CELL + 2 * GAP), rows * (CELL + GAP), BufferedImage.TYPE_INT_RGB);
		graphics = sheet.createGraphics();
		graphics.setColor(Color.WHITE);
		graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
		graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
	}

	/**
	 * Adds a photo.
	 *
	 * @param lightness L* of a square image, row by row
	 * @param crop side of the image in pixels
	 * @param predicted predicted a*, then b*, on the grid of the network's output
	 * @param truth true a*, then b*, on the same grid
	 */
	void add(final float[] lightness, final int crop, final float[] predicted, final float[] truth) {
		final int x = drawn % COLUMNS * (KINDS * CELL + 2 * GAP);
		final int y = drawn / COLUMNS * (CELL + GAP);
		final float[][] colors = {new float[truth.length], predicted, truth};
		for (int kind = 0; kind < KINDS; kind++) {
			graphics.drawImage(picture(lightness, crop, colors[kind]), x + kind * (CELL + 1), y, CELL, CELL, null);
		}
		drawn++;
	}

	private static BufferedImage picture(final float[] lightness, final int crop, final float[] ab) {
		final float[] gray = new float[lightness.length];
		for (int i = 0; i < gray.length; i++) {
			gray[i] = 255 * Lab.gray(lightness[i]);
		}
		final int side = crop / ColorizationNetwork.OUTPUT_STRIDE;
		final Img<FloatType> image = ArrayImgs.floats(gray, crop, crop);
		final Img<UnsignedByteType> rgb = ArrayImgs.unsignedBytes(crop, crop, 3);
		ColorTransfer.addColor(image, ArrayImgs.floats(ab, side, side, 2), 0.0, 255.0, 1.0, rgb);
		return SampledImage.toPicture(rgb);
	}

	/** The sheet with all photos added so far. */
	BufferedImage image() {
		return sheet;
	}
}
