/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A published model that can be downloaded: an entry of the resource {@code known-models.yaml}.
 *
 * @param name name in the store
 * @param title one line
 * @param description one sentence
 * @param url http or https address of the weights
 * @param file name of the weights file
 * @param size size of the weights file in bytes
 * @param sha256 checksum of the weights file, 64 hexadecimal digits
 * @param license SPDX identifier of the license
 * @param authors names of the authors
 * @param temperature temperature T at which the colors equal those of the published forward pass
 * @param copyright copyright line of the license
 * @param citation the publication to cite
 * @param doi DOI of the publication
 */
public record KnownModel(String name, String title, String description, URI url, String file, long size,
		String sha256, String license, List<String> authors, double temperature,
		String copyright, String citation, String doi) {

	private static final String RESOURCE = "known-models.yaml";

	/** {@return all known models, in the order of the resource} */
	public static List<KnownModel> all() {
		try (InputStream in = KnownModel.class.getResourceAsStream(RESOURCE)) {
			return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	/** Parses the resource. */
	static List<KnownModel> parse(final String yaml) {
		final List<KnownModel> models = new ArrayList<>();
		for (final Object entry : (List<?>) new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml)) {
			final Map<?, ?> map = (Map<?, ?>) entry;
			models.add(new KnownModel(text(map, "name"), text(map, "title"), text(map, "description"),
					URI.create(text(map, "url")), text(map, "file"), Long.parseLong(text(map, "size")),
					text(map, "sha256"), text(map, "license"), List.of(text(map, "authors").split(", ")),
					Double.parseDouble(text(map, "temperature")), text(map, "copyright"), text(map, "citation"),
					text(map, "doi")));
		}
		return models;
	}

	private static String text(final Map<?, ?> map, final String key) {
		final Object value = map.get(key);
		if (value == null) {
			throw new IllegalStateException(RESOURCE + ": an entry has no " + key + ".");
		}
		return value.toString();
	}
}
