/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.train.TrainListener.EpochSummary;

/** Creates the card of a trained model: settings, data, prior, metrics. */
final class TrainingCard {

	private TrainingCard() {
	}

	/** The card after an epoch, with the metrics of the starting model and of a constant color. */
	static ModelCard of(final Path output, final TrainOptions options, final TrainingPhotos photos, final double width,
			final int networkSize, final RunState state, final EpochSummary epoch, final Verdict verdict) {
		final String name = output.getFileName().toString().replaceFirst("\\.zip$", "");

		final Map<String, Object> training = new LinkedHashMap<>();
		training.put("settings", options.toMap());
		training.put("photos", photos.training().size());
		training.put("photos_by_source", photos.trainingByGroup());
		training.put("photos_left_out", photos.skipped().size());
		training.put("photos_seen", state.photosSeen);
		training.put("steps", state.step);
		training.put("hours", Math.round(100 * state.seconds / 3600) / 100.0);
		training.put("prior_entropy_nats", ColorPrior.entropy(photos.prior()));
		training.put("prior", Arrays.stream(photos.prior()).boxed().toList());

		final Map<String, Object> validation = new LinkedHashMap<>();
		validation.put("photos", photos.validation().size());
		validation.put("photo_names", photos.validation().stream().map(photo -> photo.name()).toList());
		validation.put("crop", epoch.crop());
		validation.put("size", networkSize);
		validation.put("temperature", options.temperature());
		validation.put("auc_raw_percent", epoch.aucRaw());
		validation.put("auc_rebalanced_percent", epoch.aucRebalanced());
		validation.put("loss_nats", epoch.validationLoss());
		validation.put("chroma", epoch.chroma());
		validation.put("true_chroma", epoch.trueChroma());
		validation.put("constant_auc_raw_percent", verdict.constant().aucRaw());
		validation.put("constant_auc_rebalanced_percent", verdict.constant().aucRebalanced());
		if (state.parent != null) {
			validation.put("parent", options.from());
			validation.put("parent_size", state.parentSize);
			validation.put("parent_auc_raw_percent", state.parent.aucRaw());
			validation.put("parent_auc_rebalanced_percent", state.parent.aucRebalanced());
		}

		return new ModelCard(name, "Predicts plausible colors for gray photos.",
				readme(name, photos, state, epoch, verdict), width, networkSize, 1, training,
				Map.of("validation", validation), "", ModelCard.Origin.OURS);
	}

	private static String readme(final String name, final TrainingPhotos photos, final RunState state,
			final EpochSummary epoch, final Verdict verdict) {
		return String.join("\n", List.of("# " + name, "",
				"Predicts plausible colors for gray photos: guesses, not facts.", "",
				String.format(Locale.ROOT, "Trained with Fiji Colorize on %d photos (%d with repetitions) in %.1f hours.",
						photos.training().size(), state.photosSeen, state.seconds / 3600),
				String.format(Locale.ROOT,
						"On %d validation photos: AuC %.2f raw and %.2f rebalanced, mean chroma %.1f of %.1f.",
						photos.validation().size(), epoch.aucRaw(), epoch.aucRebalanced(), epoch.chroma(),
						epoch.trueChroma()),
				verdict.assessment(epoch), "",
				"Colors are likely to be wrong for photos that differ from the training photos.",
				"The file rdf.yaml has all settings, data and metrics.", ""));
	}
}
