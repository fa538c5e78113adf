/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Arrays;

import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorBins;

/**
 * Keeps the colours of a film from flickering: makes of each frame's colour distribution a mean of it and those of the
 * frames before.
 *
 * <pre>
 * DistributionSmoothing smoothing = new DistributionSmoothing(0.8);
 * for (Img&lt;UnsignedByteType&gt; frame : film) {
 * 	ColorDistribution colors = smoothing.next(colorizer.predict(frame));
 * 	show(colors.colorize(frame, 0.4));
 * }
 * </pre>
 *
 * Distributions are averaged, not colours and not pixels: between two frames that disagree the mean has two peaks, of
 * which the temperature chooses, where the mean of two colours would be a third, duller one.
 * <p>
 * At each place the past counts as much evidence as frames went into it, but at most {@code smoothing / (1 - smoothing)}
 * of them (0.8: 4 frames), so early frames are averaged evenly and later ones exponentially. Evidence is lost where the
 * picture changes: it is multiplied by a trust that falls from 1 to 0 with the difference in lightness from the mean of
 * the frames that went into it. So what moves keeps its colour and leaves no trail, even if it moves so slowly that no
 * frame differs much from the one before. What changes everywhere, such as noise or a lamp that flickers, is not taken for
 * movement. At a cut, which is where most of the picture has changed and no longer resembles what was before, all evidence
 * is lost.
 * <p>
 * Holds a distribution and a lightness of the size of one frame, whatever the length of the film. For one thread.
 */
public final class DistributionSmoothing {

	/** Difference in lightness, beyond that of the whole picture, at which the past is trusted by half, in L*. */
	private static final double TOLERANCE = 1.5;
	/** The largest difference that counts as noise if most of the picture has it, in L*. */
	private static final double MAX_NOISE = 3;
	/** A cut trusts a smaller share of places than this. Two landscapes of the same build share a third by chance. */
	private static final double CUT_TRUST = 0.5;
	/** And the lightness of the places correlates less. Two such landscapes have 0.75, the quickest pans 0.9. */
	private static final double CUT_CORRELATION = 0.85;
	/** Pixels of the network's input on a side of a place. */
	private static final int SIDE = ColorizationNetwork.OUTPUT_STRIDE;

	private final double limit;
	private int width;
	private int height;
	/** The mean so far: probabilities, {@code (313, height, width)}. */
	private float[] past;
	/** How many frames it is worth at each place. */
	private float[] evidence;
	/** The mean lightness of these frames, as bright as the latest: what the picture is compared with. */
	private float[] reference;

	/**
	 * Begins a film.
	 *
	 * @param smoothing weight of the past, 0 (none) to 1 (the mean of all frames of the scene so far)
	 * @throws IllegalArgumentException if it is outside [0, 1]
	 */
	public DistributionSmoothing(final double smoothing) {
		// The ranges of the options are in one place.
		limit = smoothing / (1 - ColorizeOptions.defaults().smoothing(smoothing).smoothing());
	}

	/**
	 * Smooths the next frame.
	 *
	 * @param frame what the network predicts for it; one of another size begins a new film
	 * @return the distribution to be decoded; the frame itself if it begins a scene
	 */
	public ColorDistribution next(final ColorDistribution frame) {
		if (limit == 0) {
			return frame;
		}
		final float[] present = probabilities(frame);
		boolean first = true;
		if (past == null || frame.width() != width || frame.height() != height) {
			width = frame.width();
			height = frame.height();
			evidence = new float[width * height];
			reference = frame.lightness().clone();
		}
		else {
			final double offset = median(means(frame.lightness(), reference));
			first = forget(trust(frame.lightness(), offset));
			mix(present);
			reference = followed(frame.lightness(), offset);
		}
		past = present;
		for (int i = 0; i < evidence.length; i++) {
			evidence[i] = (float) Math.min(limit, evidence[i] + 1);
		}
		return first ? frame : frame.withLogits(logarithms(present));
	}

	/** Returns whether nothing of the past is left. */
	private boolean forget(final float[] trust) {
		boolean all = true;
		for (int i = 0; i < evidence.length; i++) {
			evidence[i] *= trust[i];
			all &= evidence[i] == 0;
		}
		return all;
	}

	/** Puts the past into the present: each worth its frames. */
	private void mix(final float[] present) {
		final int n = evidence.length;
		final float[] weights = new float[n];
		for (int i = 0; i < n; i++) {
			weights[i] = evidence[i] / (evidence[i] + 1);
		}
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final int start = q * n;
			for (int i = 0; i < n; i++) {
				present[start + i] += weights[i] * (past[start + i] - present[start + i]);
			}
		}
	}

	/** The mean lightness with the present in it, each frame worth what its colours are. */
	private float[] followed(final float[] now, final double offset) {
		final float[] mean = new float[now.length];
		for (int i = 0; i < mean.length; i++) {
			final float frames = evidence[place(i)];
			mean[i] = now[i] + frames / (frames + 1) * (reference[i] + (float) offset - now[i]);
		}
		return mean;
	}

	// -- What has changed --

	/** How far the past of each place still holds: 0 to 1. */
	private float[] trust(final float[] now, final double offset) {
		final float[] difference = new float[width * height];
		for (int i = 0; i < difference.length; i++) {
			difference[i] = (float) difference(now, i, offset);
		}
		final double noise = Math.min(MAX_NOISE, median(difference));
		final float[] trust = new float[difference.length];
		int trusted = 0;
		for (int i = 0; i < trust.length; i++) {
			final double beyond = Math.max(0, difference[i] - noise) / TOLERANCE;
			trust[i] = (float) Math.pow(2, -beyond * beyond);
			trusted += trust[i] > 0.5 ? 1 : 0;
		}
		if (trusted < CUT_TRUST * trust.length && correlation(now) < CUT_CORRELATION) {
			return new float[trust.length];
		}
		return leastOfNeighbors(trust);
	}

	/** The mean difference of the pixels of each place, with its sign. */
	private float[] means(final float[] now, final float[] before) {
		final float[] means = new float[width * height];
		for (int i = 0; i < now.length; i++) {
			means[place(i)] += (now[i] - before[i]) / (SIDE * SIDE);
		}
		return means;
	}

	private int place(final int pixel) {
		final int row = SIDE * width;
		return pixel / row / SIDE * width + pixel % row / SIDE;
	}

	/** The mean absolute difference of the pixels of a place, so that texture that moves is seen too. */
	private double difference(final float[] now, final int place, final double offset) {
		final int first = place / width * SIDE * SIDE * width + place % width * SIDE;
		double sum = 0;
		for (int y = 0; y < SIDE; y++) {
			for (int x = 0; x < SIDE; x++) {
				final int pixel = first + y * SIDE * width + x;
				sum += Math.abs(now[pixel] - reference[pixel] - offset);
			}
		}
		return sum / (SIDE * SIDE);
	}

	private static double median(final float[] values) {
		final float[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	/** Of the lightness of the places of both frames, -1 to 1; 0 if one of them is a plain area. */
	private double correlation(final float[] now) {
		final float[] none = new float[now.length];
		final float[] a = means(now, none);
		final float[] b = means(reference, none);
		final double meanA = mean(a);
		final double meanB = mean(b);
		double ab = 0;
		double aa = 0;
		double bb = 0;
		for (int i = 0; i < a.length; i++) {
			ab += (a[i] - meanA) * (b[i] - meanB);
			aa += (a[i] - meanA) * (a[i] - meanA);
			bb += (b[i] - meanB) * (b[i] - meanB);
		}
		return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
	}

	private static double mean(final float[] values) {
		double sum = 0;
		for (final float value : values) {
			sum += value;
		}
		return sum / values.length;
	}

	/** The network looks beyond a place: next to one that changes colours may change, too. */
	private float[] leastOfNeighbors(final float[] trust) {
		final float[] least = new float[trust.length];
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				float value = 1;
				for (int v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
					for (int u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
						value = Math.min(value, trust[v * width + u]);
					}
				}
				least[y * width + x] = value;
			}
		}
		return least;
	}

	// -- Logits and probabilities --

	private static float[] probabilities(final ColorDistribution distribution) {
		final float[] logits = distribution.values();
		final int n = distribution.width() * distribution.height();
		final float[] largest = Arrays.copyOf(logits, n);
		for (int start = n; start < logits.length; start += n) {
			for (int i = 0; i < n; i++) {
				largest[i] = Math.max(largest[i], logits[start + i]);
			}
		}
		final float[] probabilities = new float[logits.length];
		final float[] sums = new float[n];
		for (int start = 0; start < logits.length; start += n) {
			for (int i = 0; i < n; i++) {
				final float probability = (float) Math.exp(logits[start + i] - largest[i]);
				probabilities[start + i] = probability;
				sums[i] += probability;
			}
		}
		for (int start = 0; start < logits.length; start += n) {
			for (int i = 0; i < n; i++) {
				probabilities[start + i] /= sums[i];
			}
		}
		return probabilities;
	}

	private static float[] logarithms(final float[] probabilities) {
		final float[] logarithms = new float[probabilities.length];
		for (int i = 0; i < logarithms.length; i++) {
			logarithms[i] = (float) Math.log(probabilities[i]);
		}
		return logarithms;
	}
}
