/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import ij.ImagePlus;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.DistributionSmoothing;

/**
 * Smooths the colors of a stack: along time, separately for each z slice; without time, along z. It holds one distribution
 * per z slice of a time series of stacks, otherwise one; in both cases per channel that is colorized separately.
 */
final class FilmSmoothing {

	private final DistributionSmoothing[] films;

	FilmSmoothing(final double smoothing, final SourcePlanes planes) {
		final ImagePlus image = planes.image();
		films = IntStream.range(0, planes.channels() * (image.getNFrames() > 1 ? image.getNSlices() : 1))
				.mapToObj(z -> new DistributionSmoothing(smoothing)).toArray(DistributionSmoothing[]::new);
	}

	/** Smooths the distribution of a plane, counted from 0; to be applied to all planes in order. */
	UnaryOperator<ColorDistribution> at(final int plane) {
		return films[plane % films.length]::next;
	}
}
