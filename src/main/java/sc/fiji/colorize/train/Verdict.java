/*
 * Fiji Colorize: plausible color for gray images.
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
 * Describes the result of a run, compared with a single color for all photos and with the starting model. It compares the
 * rebalanced AuC, like the choice of the best epoch.
 *
 * @param state the metrics so far
 * @param options settings of the run
 * @param photos number of validation photos; if 0, the metrics are those of training photos
 * @param constant errors of the best constant color on the same photos
 */
record Verdict(RunState state, TrainOptions options, int photos, ErrorCurve constant) {

	/** Predictions are dull below this fraction of the true chroma. */
	private static final double DULL = 0.4;
	/** A network predicts only a tint if its rebalanced AuC exceeds that of a constant color by less than this. */
	private static final double TINT = 2;
	/** Differences on fewer photos may be random. */
	private static final int FEW_PHOTOS = 50;

	/** The metrics of the starting model. */
	String parent() {
		return "The starting model " + options.from() + " has " + auc(state.parent) + " on the " + photosMeasured() + ".";
	}

	/** Problems after the latest epoch, with advice; empty if there are none. */
	List<String> warnings() {
		final EpochSummary latest = state.epochs.get(state.epochs.size() - 1);
		final List<String> warnings = new ArrayList<>();
		if (options.lambda() < 1 && latest.chroma() < DULL * latest.trueChroma()) {
			warnings.add("The colors of the validation photos are dull (mean chroma " + Math.round(latest.chroma()) + " of "
					+ Math.round(latest.trueChroma())
					+ "): this is usual at first; if it does not improve, try a larger learning rate or a smaller lambda.");
		}
		if (isTint(latest)) {
			warnings.add("The model is hardly better than a single color for all photos (" + againstConstant(latest)
					+ "): this is usual at first; if it does not improve, start from a trained model or collect more"
					+ " photos.");
		}
		if (state.parent != null && photos > 0 && !isBetter(state.bestEpoch())) {
			warnings.add("No epoch so far is better than the starting model (" + againstParent(state.bestEpoch())
					+ "): if this does not change, keep that model.");
		}
		return warnings;
	}

	/** The best epoch and an assessment of its model. */
	String summary() {
		final EpochSummary best = state.bestEpoch();
		return ("Epoch " + best.epoch() + " of " + options.epochs() + " was the best, with " + auc(best) + " on the "
				+ photosMeasured() + ". " + assessment(best)).trim();
	}

	/** An assessment of the model of an epoch, with advice if it is poor; may be empty. */
	String assessment(final EpochSummary epoch) {
		final String tint = isTint(epoch) ? "The model is hardly better than a single color for all photos ("
				+ againstConstant(epoch) + "): start from a trained model or collect more photos." : "";
		return ((state.parent == null ? "" : comparison(epoch)) + " " + tint).trim();
	}

	private String comparison(final EpochSummary epoch) {
		final String parent = "the starting model " + options.from();
		if (photos == 0) {
			return "Without validation photos it is unknown whether the model is better than " + parent
					+ ": compare both on other photos.";
		}
		final String few = photos < FEW_PHOTOS
				? " The difference may be random with " + photos + " photos: compare both on more photos." : "";
		if (!isBetter(epoch)) {
			return "The model is no better than " + parent + " (" + againstParent(epoch)
					+ "): keep that model, or try more photos, fewer epochs or another learning rate." + few;
		}
		final boolean worseRaw = points(epoch.aucRaw()) < points(state.parent.aucRaw());
		return "The model is better than " + parent + (worseRaw ? " in rare colors, but worse in common ones (" : " (")
				+ againstParent(epoch) + ")." + few;
	}

	private boolean isBetter(final EpochSummary epoch) {
		return points(epoch.aucRebalanced()) > points(state.parent.aucRebalanced());
	}

	private boolean isTint(final EpochSummary epoch) {
		return options.lambda() < 1 && epoch.aucRebalanced() < constant.aucRebalanced() + TINT;
	}

	/** Rounds as in the messages, so that invisible differences do not count. */
	private static long points(final double percent) {
		return Math.round(100 * percent);
	}

	private String photosMeasured() {
		return photos == 0 ? "training photos" : photos + " validation photos";
	}

	private static String auc(final EpochSummary epoch) {
		return String.format(Locale.ROOT, "AuC %.2f raw, %.2f rebalanced", epoch.aucRaw(), epoch.aucRebalanced());
	}

	private String againstParent(final EpochSummary epoch) {
		return auc(epoch) + String.format(Locale.ROOT, "; before %.2f, %.2f", state.parent.aucRaw(),
				state.parent.aucRebalanced());
	}

	private String againstConstant(final EpochSummary epoch) {
		return String.format(Locale.ROOT, "rebalanced AuC %.2f against %.2f", epoch.aucRebalanced(),
				constant.aucRebalanced());
	}
}
