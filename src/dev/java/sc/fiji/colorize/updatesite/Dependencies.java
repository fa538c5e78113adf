/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sources of the runtime dependencies in a Fiji, read from {@code update-site/dependencies.txt}. */
final class Dependencies {

	/** The source of a dependency. */
	enum From {
		/** Our update site. */
		SITE,
		/** Part of Fiji. */
		FIJI,
		/** Not needed in a Fiji. */
		NONE,
		/** Included in the jar of the plugin. */
		INSIDE
	}

	private record Line(From from, String why) {
	}

	private final Map<Path, String> reasons = new LinkedHashMap<>();
	private final Map<From, List<Path>> jars = new EnumMap<>(From.class);

	/**
	 * Assigns jars to their sources.
	 *
	 * @param list the list of dependencies
	 * @param classPath jars in a Maven repository
	 * @throws IOException if a jar is not in the list or an entry of the list has no jar; the message is a sentence
	 */
	Dependencies(final Path list, final List<Path> classPath) throws IOException {
		for (final From from : From.values()) {
			jars.put(from, new ArrayList<>());
		}
		final Map<String, Line> lines = read(list);
		for (final Path jar : classPath) {
			final String name = lines.keySet().stream().filter(artifact -> isOf(jar, artifact)).findFirst()
					.orElseThrow(() -> new IOException("The dependency " + jar.getFileName() + " is not in " + list
							+ ": find out whether Fiji has it, and add a line."));
			final Line line = lines.remove(name);
			jars.get(line.from()).add(jar);
			reasons.put(jar, line.why());
		}
		if (!lines.isEmpty()) {
			throw new IOException("The plugin does not need " + String.join(", ", lines.keySet()) + " any more: take "
					+ (lines.size() == 1 ? "it" : "them") + " out of " + list + ".");
		}
	}

	private static Map<String, Line> read(final Path list) throws IOException {
		final Map<String, Line> lines = new LinkedHashMap<>();
		for (final String line : Files.readAllLines(list)) {
			if (line.isBlank() || line.startsWith("#")) {
				continue;
			}
			final String[] words = line.split("\\s+", 3);
			if (words.length < 3 || !words[0].contains(":") || !words[1].matches("site|fiji|none|inside")
					|| lines.put(words[0], new Line(From.valueOf(words[1].toUpperCase(Locale.ROOT)), words[2])) != null) {
				throw new IOException("In " + list
						+ " a line must be group:artifact, then site, fiji, none or inside, then why,"
						+ " each artifact once, but one is '" + line + "'.");
			}
		}
		return lines;
	}

	/** Whether a jar in a Maven repository is a version of an artifact. */
	private static boolean isOf(final Path jar, final String artifact) {
		final int colon = artifact.indexOf(':');
		return jar.getParent().getParent().endsWith(
				Path.of(artifact.substring(0, colon).replace('.', '/')).resolve(artifact.substring(colon + 1)));
	}

	/** The jars from one source. */
	List<Path> jars(final From from) {
		return List.copyOf(jars.get(from));
	}

	/** The source of a jar. */
	String reason(final Path jar) {
		return reasons.get(jar);
	}
}
