/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ops.ErrorCurve;
import sc.fiji.colorize.train.TrainListener.EpochSummary;

class VerdictTest {

	private static final int MANY = 200;
	private static final double GRAY_CONSTANT = 60;

	private final RunState state = new RunState();

	private static EpochSummary figures(final int epoch, final double aucRaw, final double aucRebalanced,
			final double chroma) {
		return new EpochSummary(epoch, epoch, epoch, 64, 4, 4, aucRaw, aucRebalanced, chroma, 20, epoch);
	}

	private void epoch(final double aucRaw, final double aucRebalanced) {
		state.epochs.add(figures(state.epochs.size() + 1, aucRaw, aucRebalanced, 20));
	}

	private void parent(final double aucRaw, final double aucRebalanced) {
		state.parent = figures(0, aucRaw, aucRebalanced, 20);
	}

	private Verdict verdict(final int photos, final double constant, final double lambda) {
		final ErrorCurve errors = new ErrorCurve();
		errors.add((float) (150 * (1 - constant / 100)), 0, 0, 0);
		final TrainOptions options = TinyTraining.options(state.epochs.size(), 1e-3).lambda(lambda);
		return new Verdict(state, state.parent == null ? options : options.from("default"), photos, errors);
	}

	private Verdict verdict(final int photos) {
		return verdict(photos, GRAY_CONSTANT, 0.5);
	}

	private static void assertContains(final String text, final String... parts) {
		for (final String part : parts) {
			assertTrue(text.contains(part), text);
		}
	}

	@Test
	void reportsModelNoBetterThanStartingModel() {
		parent(78.51, 68.51);
		epoch(77.88, 63.82);
		final String figures = "(AuC 77.88 raw, 63.82 rebalanced; before 78.51, 68.51)";
		assertContains(verdict(MANY).parent(), "default", "AuC 78.51 raw, 68.51 rebalanced", "200 validation photos");
		assertEquals(1, verdict(MANY).warnings().size());
		assertContains(verdict(MANY).warnings().get(0), "No epoch so far is better", figures, "keep that model");
		assertContains(verdict(MANY).summary(), "Epoch 1 of 1 was the best",
				"The model is no better than the starting model default " + figures, "keep that model");
	}

	@Test
	void equalModelIsNoBetter() {
		parent(78.51, 68.511);
		epoch(78.51, 68.514);
		assertEquals(1, verdict(MANY).warnings().size());
	}

	@Test
	void summaryComparesBestEpoch() {
		parent(78, 68);
		epoch(78.2, 69);
		epoch(77, 67);
		assertEquals(List.of(), verdict(MANY).warnings());
		assertContains(verdict(MANY).summary(), "Epoch 1 of 2 was the best", "AuC 78.20 raw, 69.00 rebalanced",
				"better than the starting model default (AuC 78.20 raw, 69.00 rebalanced; before 78.00, 68.00)");
		assertContains(verdict(MANY).assessment(state.epochs.get(1)),
				"no better than the starting model default (AuC 77.00 raw, 67.00 rebalanced; before 78.00, 68.00)");
	}

	@Test
	void reportsGainInRareColorsOnly() {
		parent(78.51, 68.51);
		epoch(77.75, 68.78);
		assertContains(verdict(MANY).assessment(state.epochs.get(0)),
				"better than the starting model default in rare colors",
				"worse in common ones (AuC 77.75 raw, 68.78 rebalanced; before 78.51, 68.51)");
	}

	@Test
	void differenceOnFewPhotosMayBeRandom() {
		parent(78, 68);
		epoch(78.2, 69);
		assertContains(verdict(10).assessment(state.epochs.get(0)), "The model is better than the starting model default (",
				"random with 10 photos");
	}

	@Test
	void comparesNothingWithoutValidationPhotos() {
		parent(78, 68);
		epoch(70, 65);
		assertEquals(List.of(), verdict(0).warnings());
		assertContains(verdict(0).summary(), "AuC 70.00 raw, 65.00 rebalanced on the training photos",
				"unknown whether the model is better than the starting model default");
	}

	/** The mean chroma of a tint may be right, so it is compared with the constant color. */
	@Test
	void reportsTintWithRightChroma() {
		epoch(80, 68.76);
		final String tint = "hardly better than a single color for all photos (rebalanced AuC 68.76 against 68.63)";
		assertEquals(1, verdict(MANY, 68.63, 0.5).warnings().size());
		assertContains(verdict(MANY, 68.63, 0.5).warnings().get(0), tint, "start from a trained model");
		assertContains(verdict(MANY, 68.63, 0.5).assessment(state.epochs.get(0)), tint, "start from a trained model");
		assertEquals(List.of(), verdict(MANY, 66.7, 0.5).warnings());
		assertEquals(List.of(), verdict(MANY, 68.63, 1).warnings());
	}

	@Test
	void reportsDullColors() {
		state.epochs.add(figures(1, 80, 68, 7));
		assertEquals(1, verdict(MANY).warnings().size());
		assertContains(verdict(MANY).warnings().get(0), "dull (mean chroma 7 of 20)", "larger learning rate");
		assertEquals(List.of(), verdict(MANY, GRAY_CONSTANT, 1).warnings());
	}
}
