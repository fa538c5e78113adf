/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import sc.fiji.colorize.ops.ErrorCurve;
import sc.fiji.colorize.train.TrainListener.EpochSummary;

/**
 * Says in sentences what a run has reached: against one colour for all photos, and against the model that it goes on
 * from. The rebalanced AuC decides, as it does between epochs.
 *
 * @param state the figures so far
 * @param options settings of the run
 * @param photos photos kept for validation; without any, the figures are of photos that were learnt from
 * @param constant errors of the best constant colour on the same photos
 */
record Verdict(RunState state, TrainOptions options, int photos, ErrorCurve constant) {

	/** Below this share of the true chroma, the validation pictures are turning brown. */
	private static final double BROWN = 0.4;
	/** A network that is ahead of the constant colour by less than this, in points of rebalanced AuC, gives a tint. */
	private static final double TINT = 2;
	/** Differences on fewer photos may be chance. */
	private static final int FEW_PHOTOS = 50;

	/** Introduces the model that the run goes on from. */
	String parent() {
		return "The model to go on from, " + options.from() + ", has " + auc(state.parent) + " on the " + photosMeasured()
				+ ".";
	}

	/** What is wrong after the latest epoch, each with what to do; empty if all is well. */
	List<String> warnings() {
		final EpochSummary latest = state.epochs.get(state.epochs.size() - 1);
		final List<String> warnings = new ArrayList<>();
		if (options.lambda() < 1 && latest.chroma() < BROWN * latest.trueChroma()) {
			warnings.add("The colours of the validation photos are dull (mean chroma " + Math.round(latest.chroma()) + " of "
					+ Math.round(latest.trueChroma())
					+ "): this is usual early on; if it stays so, try a larger learning rate or a smaller lambda.");
		}
		if (isTint(latest)) {
			warnings.add("The model does hardly better than one colour for all photos (" + againstConstant(latest)
					+ "): this is usual early on; if it stays so, go on from a trained model, or collect more photos.");
		}
		if (state.parent != null && photos > 0 && !isBetter(state.bestEpoch())) {
			warnings.add("No epoch so far is better than the model that the run goes on from ("
					+ againstParent(state.bestEpoch()) + "): if it stays so, keep that model.");
		}
		return warnings;
	}

	/** Which epoch is the best and what its model is worth. */
	String summary() {
		final EpochSummary best = state.bestEpoch();
		return ("Epoch " + best.epoch() + " of " + options.epochs() + " was the best, with " + auc(best) + " on the "
				+ photosMeasured() + ". " + assessment(best)).trim();
	}

	/** What the model of an epoch is worth, and what to do if that is little; empty if there is nothing to say. */
	String assessment(final EpochSummary epoch) {
		final String tint = isTint(epoch) ? "The model does hardly better than one colour for all photos ("
				+ againstConstant(epoch) + "): go on from a trained model, or collect more photos." : "";
		return ((state.parent == null ? "" : comparison(epoch)) + " " + tint).trim();
	}

	private String comparison(final EpochSummary epoch) {
		final String parent = options.from() + ", which it came from";
		if (photos == 0) {
			return "Whether the model is better than " + parent
					+ ", is unknown without validation photos: compare the two on photos that neither has seen.";
		}
		final String few = photos < FEW_PHOTOS
				? " On " + photos + " photos that may be chance: compare the two on others." : "";
		if (!isBetter(epoch)) {
			return "The model is no better than " + parent + " (" + againstParent(epoch)
					+ "): keep that one, or try more photos, fewer epochs or another learning rate." + few;
		}
		return "The model is better than " + parent + (isWorseRaw(epoch) ? ", in rare colours, but worse in common ones ("
				: " (") + againstParent(epoch) + ")." + few;
	}

	private boolean isBetter(final EpochSummary epoch) {
		return points(epoch.aucRebalanced()) > points(state.parent.aucRebalanced());
	}

	private boolean isWorseRaw(final EpochSummary epoch) {
		return points(epoch.aucRaw()) < points(state.parent.aucRaw());
	}

	private boolean isTint(final EpochSummary epoch) {
		return options.lambda() < 1 && epoch.aucRebalanced() < constant.aucRebalanced() + TINT;
	}

	/** As it is written, so that a difference that nobody can see is none. */
	private static long points(final double percent) {
		return Math.round(100 * percent);
	}

	private String photosMeasured() {
		return photos == 0 ? "photos that it learnt from" : photos + " validation photos";
	}

	private static String auc(final EpochSummary epoch) {
		return String.format(Locale.ROOT, "AuC %.2f raw, %.2f rebalanced", epoch.aucRaw(), epoch.aucRebalanced());
	}

	private String againstParent(final EpochSummary epoch) {
		return String.format(Locale.ROOT, "AuC %.2f raw, %.2f rebalanced; before %.2f, %.2f", epoch.aucRaw(),
				epoch.aucRebalanced(), state.parent.aucRaw(), state.parent.aucRebalanced());
	}

	private String againstConstant(final EpochSummary epoch) {
		return String.format(Locale.ROOT, "rebalanced AuC %.2f against %.2f", epoch.aucRebalanced(),
				constant.aucRebalanced());
	}
}
