/*
 * Fiji Colorize: plausible colour for gray images.
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
 * Smooths the colours of a stack: along time, each z slice by itself; without time along z. It holds a distribution for
 * each z slice of a film of stacks, and one otherwise; so many for each channel that is colorized by itself.
 */
final class FilmSmoothing {

	private final DistributionSmoothing[] films;

	FilmSmoothing(final double smoothing, final SourcePlanes planes) {
		final ImagePlus image = planes.image();
		films = IntStream.range(0, planes.channels() * (image.getNFrames() > 1 ? image.getNSlices() : 1))
				.mapToObj(z -> new DistributionSmoothing(smoothing)).toArray(DistributionSmoothing[]::new);
	}

	/** What smooths the distribution of a plane, counted from 0; to be applied to all in their order. */
	UnaryOperator<ColorDistribution> at(final int plane) {
		return films[plane % films.length]::next;
	}
}
