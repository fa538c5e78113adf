/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

	@Test
	void aModelThatIsNoBetterThanItsParentIsTold() {
		parent(78.51, 68.51);
		epoch(77.88, 63.82);
		assertEquals("The model to go on from, default, has AuC 78.51 raw, 68.51 rebalanced on the 200 validation photos.",
				verdict(MANY).parent());
		assertEquals(List.of("No epoch so far is better than the model that the run goes on from (AuC 77.88 raw, 63.82 "
				+ "rebalanced; before 78.51, 68.51): if it stays so, keep that model."), verdict(MANY).warnings());
		assertEquals("Epoch 1 of 1 was the best, with AuC 77.88 raw, 63.82 rebalanced on the 200 validation photos. "
				+ "The model is no better than default, which it came from (AuC 77.88 raw, 63.82 rebalanced; before 78.51, "
				+ "68.51): keep that one, or try more photos, fewer epochs or another learning rate.",
				verdict(MANY).summary());
	}

	@Test
	void anEqualModelIsNoBetter() {
		parent(78.51, 68.511);
		epoch(78.51, 68.514);
		assertEquals(1, verdict(MANY).warnings().size());
	}

	@Test
	void theBestEpochIsComparedAndTheLatestWarnsOnlyOfItself() {
		parent(78, 68);
		epoch(78.2, 69);
		epoch(77, 67);
		assertEquals(List.of(), verdict(MANY).warnings());
		assertEquals("Epoch 1 of 2 was the best, with AuC 78.20 raw, 69.00 rebalanced on the 200 validation photos. "
				+ "The model is better than default, which it came from (AuC 78.20 raw, 69.00 rebalanced; before 78.00, "
				+ "68.00).", verdict(MANY).summary());
		assertEquals("The model is no better than default, which it came from (AuC 77.00 raw, 67.00 rebalanced; before "
				+ "78.00, 68.00): keep that one, or try more photos, fewer epochs or another learning rate.",
				verdict(MANY).assessment(state.epochs.get(1)));
	}

	@Test
	void aGainInRareColoursAloneIsToldAsSuch() {
		parent(78.51, 68.51);
		epoch(77.75, 68.78);
		assertEquals("The model is better than default, which it came from, in rare colours, but worse in common ones "
				+ "(AuC 77.75 raw, 68.78 rebalanced; before 78.51, 68.51).",
				verdict(MANY).assessment(state.epochs.get(0)));
	}

	@Test
	void onFewPhotosADifferenceMayBeChance() {
		parent(78, 68);
		epoch(78.2, 69);
		assertEquals("The model is better than default, which it came from (AuC 78.20 raw, 69.00 rebalanced; before "
				+ "78.00, 68.00). On 10 photos that may be chance: compare the two on others.",
				verdict(10).assessment(state.epochs.get(0)));
	}

	@Test
	void withoutValidationPhotosNothingIsClaimed() {
		parent(78, 68);
		epoch(70, 65);
		assertEquals(List.of(), verdict(0).warnings());
		assertEquals("Epoch 1 of 1 was the best, with AuC 70.00 raw, 65.00 rebalanced on the photos that it learnt from. "
				+ "Whether the model is better than default, which it came from, is unknown without validation photos: "
				+ "compare the two on photos that neither has seen.", verdict(0).summary());
	}

	/** A tint has the right mean chroma: the constant colour tells it from colours. */
	@Test
	void aTintIsToldThoughItsMeanChromaIsRight() {
		epoch(80, 68.76);
		assertEquals(List.of("The model does hardly better than one colour for all photos (rebalanced AuC 68.76 against "
				+ "68.63): this is usual early on; if it stays so, go on from a trained model, or collect more photos."),
				verdict(MANY, 68.63, 0.5).warnings());
		assertEquals("The model does hardly better than one colour for all photos (rebalanced AuC 68.76 against 68.63): "
				+ "go on from a trained model, or collect more photos.",
				verdict(MANY, 68.63, 0.5).assessment(state.epochs.get(0)));
		assertEquals(List.of(), verdict(MANY, 66.7, 0.5).warnings());
		assertEquals(List.of(), verdict(MANY, 68.63, 1).warnings());
	}

	@Test
	void dullColoursAreTold() {
		state.epochs.add(figures(1, 80, 68, 7));
		assertEquals(List.of("The colours of the validation photos are dull (mean chroma 7 of 20): this is usual early on; "
				+ "if it stays so, try a larger learning rate or a smaller lambda."), verdict(MANY).warnings());
		assertEquals(List.of(), verdict(MANY, GRAY_CONSTANT, 1).warnings());
	}
}
