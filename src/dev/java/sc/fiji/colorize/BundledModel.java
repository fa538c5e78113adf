/*
 * Fiji Colorize: plausible colour for gray images.
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
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;

/** Makes a trained model the one that is shipped: its card gets the page about it and what was measured. */
public final class BundledModel {

	private BundledModel() {
	}

	/**
	 * Runs.
	 *
	 * @param arguments the trained model zip, its network size, the page of documentation, the folder of an evaluation
	 *        report, the zip to make
	 * @throws IOException if a file is missing or cannot be written
	 */
	public static void main(final String[] arguments) throws IOException {
		final int networkSize = Integer.parseInt(arguments[1]);
		final String page = Files.readString(Path.of(arguments[2]));
		try (OpenModel model = ModelFile.open(arguments[0], Device.cpu())) {
			final ModelCard card = model.card();
			final Map<String, Object> metrics = new LinkedHashMap<>(card.metrics());
			metrics.put("evaluation", evaluation(Path.of(arguments[3])));
			ModelFile.save(Path.of(arguments[4]),
					new ModelCard("default-model", card.description(), page, card.width(), networkSize, card.temperature(),
							card.training(), metrics, ""),
					model.network(), true);
		}
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
