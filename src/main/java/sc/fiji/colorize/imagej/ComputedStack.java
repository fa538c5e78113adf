/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.IntFunction;

import ij.ImageStack;
import ij.VirtualStack;
import ij.process.ImageProcessor;

import sc.fiji.colorize.StackPrediction;

/**
 * A stack that computes its planes on demand, in order, while ImageJ writes them to a file. Only one plane is in memory at a
 * time.
 */
final class ComputedStack extends VirtualStack {

	/** Supplies the slice labels. */
	interface Labels {

		/** @return the label of a channel of a plane, or null */
		String get(int plane, int channel);
	}

	private final int channels;
	private final int planes;
	private final IntFunction<Object[]> compute;
	private final Labels labels;
	private final DoubleConsumer progress;
	private final BooleanSupplier canceled;
	private int current;
	private Object[] pixels;

	/** Computes the first plane, which determines the type. */
	ComputedStack(final int width, final int height, final int channels, final int planes,
			final IntFunction<Object[]> compute, final Labels labels, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		super(width, height);
		this.channels = channels;
		this.planes = planes;
		this.compute = compute;
		this.labels = labels;
		this.progress = progress;
		this.canceled = canceled;
		current = -1;
		setBitDepth(getProcessor(1).getBitDepth());
	}

	@Override
	public int getSize() {
		return channels * planes;
	}

	@Override
	public int size() {
		return getSize();
	}

	@Override
	public String getSliceLabel(final int slice) {
		return labels.get((slice - 1) / channels, (slice - 1) % channels);
	}

	@Override
	public Object getPixels(final int slice) {
		return getProcessor(slice).getPixels();
	}

	@Override
	public ImageProcessor getProcessor(final int slice) {
		final int plane = (slice - 1) / channels;
		if (plane != current) {
			StackPrediction.requireNotCanceled(canceled);
			pixels = compute.apply(plane);
			current = plane;
			progress.accept((plane + 1.0) / planes);
		}
		final ImageStack channel = new ImageStack(getWidth(), getHeight());
		channel.addSlice(null, pixels[(slice - 1) % channels]);
		return channel.getProcessor(1);
	}
}
