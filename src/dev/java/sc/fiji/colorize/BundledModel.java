/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import ai.djl.Device;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;

/** Prepares a trained model for the jar: adds the documentation and the evaluation to its card. */
public final class BundledModel {

	private BundledModel() {
	}

	/**
	 * Writes the model.
	 *
	 * @param arguments the trained model zip, its network size, the page of documentation, the folders of two evaluation
	 *        reports (validation photos, other photos), the JSON file that describes the training, the zip to make
	 * @throws IOException if a file is missing or cannot be written
	 */
	public static void main(final String[] arguments) throws IOException {
		final int networkSize = Integer.parseInt(arguments[1]);
		final String page = Files.readString(Path.of(arguments[2]));
		try (OpenModel model = ModelFile.open(arguments[0], Device.cpu())) {
			final ModelCard card = model.card();
			final Map<String, Object> metrics = new LinkedHashMap<>(card.metrics());
			metrics.put("validation", validation(Path.of(arguments[3]), networkSize));
			metrics.put("evaluation", evaluation(Path.of(arguments[4])));
			final Map<String, Object> training = new Gson().fromJson(Files.readString(Path.of(arguments[5])),
					new TypeToken<LinkedHashMap<String, Object>>() {
					}.getType());
			ModelFile.save(Path.of(arguments[6]),
					new ModelCard("default-model", card.description(), page, card.width(), networkSize, card.temperature(),
							training, metrics, "", ModelCard.Origin.OURS),
					model.network(), true);
		}
	}

	/** The last row of a report, with the keys of the train command. */
	private static Map<String, Object> validation(final Path report, final int networkSize) throws IOException {
		final Map<String, Object> evaluation = evaluation(report);
		final List<?> rows = (List<?>) evaluation.get("rows");
		final Map<?, ?> row = (Map<?, ?>) rows.get(rows.size() - 1);
		final Map<String, Object> values = new LinkedHashMap<>();
		values.put("photos", ((List<?>) evaluation.get("photos")).size());
		values.put("size", networkSize);
		values.put("temperature", ColorizeOptions.defaults().temperature());
		values.put("auc_raw_percent", row.get("aucRaw"));
		values.put("auc_rebalanced_percent", row.get("aucRebalanced"));
		values.put("chroma", row.get("chroma"));
		values.put("true_chroma", row.get("trueChroma"));
		return values;
	}

	private static Map<String, Object> evaluation(final Path report) throws IOException {
		final List<Map<String, Object>> rows = new ArrayList<>();
		for (final JsonElement element : JsonParser.parseString(Files.readString(report.resolve("report.json")))
				.getAsJsonObject().getAsJsonArray("rows")) {
			final JsonObject row = element.getAsJsonObject();
			final Map<String, Object> values = new LinkedHashMap<>();
			values.put("name", row.get("name").getAsString());
			for (final String figure : List.of("aucRaw", "aucRebalanced", "abRmse", "psnr", "chroma", "trueChroma")) {
				values.put(figure, row.get(figure).getAsDouble());
			}
			rows.add(values);
		}
		final TreeSet<String> photos = new TreeSet<>();
		for (final String line : Files.readAllLines(report.resolve("images.csv"))) {
			photos.add(line.substring(0, line.indexOf(',')));
		}
		photos.remove("photo");
		return Map.of("photos", new ArrayList<>(photos), "rows", rows);
	}
}
