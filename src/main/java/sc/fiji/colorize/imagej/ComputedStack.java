/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.IntFunction;

import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.process.ImageProcessor;

import sc.fiji.colorize.StackPrediction;

/**
 * A stack that computes its planes on demand, in order, while ImageJ writes them to a file. Only one plane is in memory at a
 * time.
 */
final class ComputedStack extends VirtualStack {

	private final ResultPlanes planes;
	private final int channels;
	private final IntFunction<Object[]> compute;
	private final DoubleConsumer progress;
	private final BooleanSupplier canceled;
	private int current = -1;
	private Object[] pixels;

	/** Computes the first plane, which determines the type. */
	ComputedStack(final ImagePlus image, final ResultPlanes planes, final IntFunction<Object[]> compute,
			final DoubleConsumer progress, final BooleanSupplier canceled) {
		super(image.getWidth(), image.getHeight());
		this.planes = planes;
		channels = planes.channels();
		this.compute = compute;
		this.progress = progress;
		this.canceled = canceled;
		setBitDepth(getProcessor(1).getBitDepth());
	}

	@Override
	public int getSize() {
		return channels * planes.count();
	}

	@Override
	public String getSliceLabel(final int slice) {
		return planes.label((slice - 1) / channels, (slice - 1) % channels);
	}

	@Override
	public ImageProcessor getProcessor(final int slice) {
		final int plane = (slice - 1) / channels;
		if (plane != current) {
			StackPrediction.requireNotCanceled(canceled);
			pixels = compute.apply(plane);
			current = plane;
			progress.accept((plane + 1.0) / planes.count());
		}
		final ImageStack channel = new ImageStack(getWidth(), getHeight());
		channel.addSlice(null, pixels[(slice - 1) % channels]);
		return channel.getProcessor(1);
	}
}
