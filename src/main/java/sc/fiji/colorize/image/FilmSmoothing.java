/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.image;

import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import ij.ImagePlus;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.DistributionSmoothing;

/**
 * Smooths the colours of a stack: along time, each z slice by itself; without time along z. It holds a distribution for
 * each z slice of a film of stacks, and one otherwise; as many for each channel that is colorized by itself.
 */
final class FilmSmoothing {

	private final DistributionSmoothing[] films;

	FilmSmoothing(final double smoothing, final ImagePlus image, final int channels) {
		films = IntStream.range(0, channels * (image.getNFrames() > 1 ? image.getNSlices() : 1))
				.mapToObj(z -> new DistributionSmoothing(smoothing)).toArray(DistributionSmoothing[]::new);
	}

	/** What smooths the distribution of a plane, counted from 0 in ImageJ's order; to be applied to all in their order. */
	UnaryOperator<ColorDistribution> at(final int plane) {
		return films[plane % films.length]::next;
	}
}
