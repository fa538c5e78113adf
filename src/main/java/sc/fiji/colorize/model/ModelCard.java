/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorBins;

/**
 * The description of a model ({@code rdf.yaml} of bioimage.io).
 *
 * @param name name of the model
 * @param description one sentence
 * @param documentation the README of the model, Markdown
 * @param width width multiplier of the network
 * @param networkSize recommended network size in pixels, see {@code ColorizeOptions.size}
 * @param temperature temperature of the published weights: the distribution is {@code softmax(temperature * logits)};
 *        1 for models trained by this project
 * @param training settings, data and hours of the training; plain values, lists and maps
 * @param metrics measured metrics and their photos; plain values, lists and maps
 * @param weightsSha256 hexadecimal checksum of the weights file; empty before the model is saved
 * @param origin authors and license
 */
public record ModelCard(String name, String description, String documentation, double width, int networkSize,
		double temperature, Map<String, Object> training, Map<String, Object> metrics, String weightsSha256,
		Origin origin) {

	private static final String FORMAT = "0.5.7";
	private static final String CONFIG = "fiji_colorize";
	private static final int MAX_NETWORK_SIZE = 4096;
	// Limits of bioimage.io.
	private static final Pattern FORBIDDEN_IN_NAME = Pattern.compile("[^A-Za-z0-9_+ ()-]");
	private static final int MIN_NAME = 5;
	private static final int MAX_NAME = 128;
	private static final int MAX_TEXT = 1024;

	/**
	 * Authors and license of a model.
	 *
	 * @param authors names of the authors, at least one
	 * @param license SPDX identifier of the license; empty if unknown
	 * @param citation the publication to cite
	 * @param doi DOI of the publication
	 */
	public record Origin(List<String> authors, String license, String citation, String doi) {

		/** Origin of models trained with this project. */
		public static final Origin OURS = new Origin(List.of("Fiji Colorize developers"), "BSD-2-Clause",
				"Zhang, R., Isola, P., Efros, A. A. (2016). Colorful Image Colorization. ECCV 2016.",
				"10.1007/978-3-319-46487-9_40");
	}

	/** A test tensor in the model zip. */
	record TensorFile(String name, String sha256) {
	}

	/** Replaces the checksum of the weights. */
	ModelCard withWeights(final String sha256) {
		return new ModelCard(name, description, documentation, width, networkSize, temperature, training, metrics,
				sha256, origin);
	}

	/** The content of {@code rdf.yaml}. */
	Map<String, Object> toDescription(final TensorFile input, final TensorFile output) {
		final Map<String, Object> root = new LinkedHashMap<>();
		root.put("format_version", FORMAT);
		root.put("type", "model");
		root.put("name", publicName());
		root.put("description", description.length() > MAX_TEXT ? description.substring(0, MAX_TEXT) : description);
		root.put("authors", origin.authors().stream().map(author -> map("name", author)).toList());
		if (!origin.license().isEmpty()) {
			root.put("license", origin.license());
		}
		root.put("documentation", ModelFile.README);
		root.put("tags", List.of("colorization", "image-reconstruction", "2d", "fiji", "pytorch"));
		root.put("cite", List.of(map("text", origin.citation(), "doi", origin.doi())));
		root.put("inputs", List.of(map("id", "lightness", "description", "CIE L* of the photo, 0 to 100", "axes",
				axes(List.of("lightness"), map("min", 8, "step", 8), map("min", 8, "step", 8), 1), "data",
				map("type", "float32", "range", List.of(0.0, 100.0)), "test_tensor",
				map("source", input.name(), "sha256", input.sha256()))));
		root.put("outputs", List.of(map("id", "logits", "description",
				"logits of the distribution over the 313 ab bins, for each square of 4 by 4 pixels", "axes",
				axes(IntStream.range(0, ColorBins.COUNT).mapToObj(q -> "bin" + q).toList(),
						map("tensor_id", "lightness", "axis_id", "y"),
						map("tensor_id", "lightness", "axis_id", "x"), 4),
				"data", map("type", "float32"), "test_tensor",
				map("source", output.name(), "sha256", output.sha256()))));
		root.put("weights", map("pytorch_state_dict",
				map("source", ModelFile.WEIGHTS, "sha256", weightsSha256, "architecture",
						map("source", ModelFile.ARCHITECTURE, "sha256", Sha256.of(ModelFile.architecture()),
								"callable", "ColorizationNetwork", "kwargs", map("width", width)),
						"pytorch_version", "2.7.1")));
		root.put("config", map(CONFIG, map("name", name, "width", width, "network_size", networkSize, "temperature",
				temperature, "training", training, "metrics", metrics)));
		return root;
	}

	/** The name in the form that bioimage.io allows; the original name is in {@code config}. */
	private String publicName() {
		final String allowed = FORBIDDEN_IN_NAME.matcher(name).replaceAll("-");
		final String longEnough = allowed.length() < MIN_NAME ? allowed + " colorizer" : allowed;
		return longEnough.substring(0, Math.min(MAX_NAME, longEnough.length()));
	}

	private static List<Object> axes(final List<String> channels, final Map<String, Object> y,
			final Map<String, Object> x, final double scale) {
		return List.of(map("type", "batch"), map("type", "channel", "channel_names", channels),
				map("type", "space", "id", "y", "size", y, "scale", scale),
				map("type", "space", "id", "x", "size", x, "scale", scale));
	}

	private static Map<String, Object> map(final Object... keysAndValues) {
		final Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < keysAndValues.length; i += 2) {
			map.put((String) keysAndValues[i], keysAndValues[i + 1]);
		}
		return map;
	}

	/**
	 * Reads a description.
	 *
	 * @throws IllegalArgumentException if a value is missing or invalid; the message is a clause
	 */
	static ModelCard of(final Object description, final String documentation) {
		final Map<?, ?> config = child(child(description, "config"), CONFIG);
		final Map<?, ?> weights = child(child(description, "weights"), "pytorch_state_dict");
		final double width = value(config, "width", Number.class).doubleValue();
		final double size = value(config, "network_size", Number.class).doubleValue();
		final double temperature = value(config, "temperature", Number.class).doubleValue();
		require(width > 0 && width <= ColorizationNetwork.MAX_WIDTH, "width", width);
		require(size > 0 && size <= MAX_NETWORK_SIZE && size % ColorizationNetwork.GRANULARITY == 0, "network_size",
				size);
		require(temperature > 0 && temperature < Double.POSITIVE_INFINITY, "temperature", temperature);
		// Models of earlier versions have only the public name.
		final String name = config.get("name") instanceof String own ? own
				: value(child(description), "name", String.class);
		return new ModelCard(name,
				value(child(description), "description", String.class), documentation, width, (int) size, temperature,
				stringKeys(config.get("training")), stringKeys(config.get("metrics")),
				value(weights, "sha256", String.class), origin(child(description)));
	}

	/** Reads the origin; ignores missing and invalid values, because colorizing does not need them. */
	private static Origin origin(final Map<?, ?> root) {
		final List<String> authors = new ArrayList<>();
		if (root.get("authors") instanceof List<?> list) {
			list.forEach(author -> {
				if (author instanceof Map<?, ?> map && map.get("name") instanceof String name) {
					authors.add(name);
				}
			});
		}
		final Map<?, ?> cited = root.get("cite") instanceof List<?> list && !list.isEmpty()
				&& list.get(0) instanceof Map<?, ?> map ? map : Map.of();
		return new Origin(authors, text(root.get("license")), text(cited.get("text")), text(cited.get("doi")));
	}

	private static String text(final Object value) {
		return value == null ? "" : value.toString();
	}

	/**
	 * The test tensor of the first input or output.
	 *
	 * @throws IllegalArgumentException if it is missing; the message is a clause
	 */
	static TensorFile testTensor(final Object description, final String side) {
		final List<?> tensors = value(child(description), side, List.class);
		final Map<?, ?> file = child(tensors.isEmpty() ? null : tensors.get(0), "test_tensor");
		return new TensorFile(value(file, "source", String.class), value(file, "sha256", String.class));
	}

	private static void require(final boolean inRange, final String key, final double value) {
		if (!inRange) {
			throw new IllegalArgumentException("its rdf.yaml gives the " + key + " " + value
					+ ", which is out of range");
		}
	}

	private static Map<?, ?> child(final Object parent) {
		if (!(parent instanceof Map<?, ?> map)) {
			throw new IllegalArgumentException("its rdf.yaml is not a model description");
		}
		return map;
	}

	private static Map<?, ?> child(final Object parent, final String key) {
		return value(child(parent), key, Map.class);
	}

	private static <T> T value(final Map<?, ?> map, final String key, final Class<T> type) {
		final Object value = map.get(key);
		if (!type.isInstance(value)) {
			throw new IllegalArgumentException("its rdf.yaml has no valid '" + key + "'");
		}
		return type.cast(value);
	}

	private static Map<String, Object> stringKeys(final Object value) {
		final Map<String, Object> result = new LinkedHashMap<>();
		if (value instanceof Map<?, ?> map) {
			map.forEach((k, v) -> result.put(String.valueOf(k), v));
		}
		return result;
	}
}
