/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Records how a result was made. It is stored in the history of its XMP metadata, in the form {@code colors predicted;
 * model=...; temperature=0.38; ...; source-sha256=...; source=photo.jpg}.
 *
 * @param software name and version of the program
 * @param settings by name, such as temperature, in display order
 * @param source file name of the original; empty if unknown or private
 * @param sourceSha256 checksum of the original file, 64 hexadecimal digits; empty if unknown
 */
public record Provenance(String software, Map<String, String> settings, String source, String sourceSha256) {

	/** Name of the program, without its version. */
	public static final String PROGRAM = "Fiji Colorize";

	private static final String PREDICTED = "colors predicted";
	private static final String SEPARATOR = "; ";
	private static final String SHA256 = "source-sha256";
	private static final String SOURCE = "source";

	/** Copies the settings. */
	public Provenance {
		settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
	}

	/**
	 * Creates the provenance before the original is known.
	 *
	 * @param software name and version of the program
	 * @param settings by name, in display order
	 */
	public Provenance(final String software, final Map<String, String> settings) {
		this(software, settings, "", "");
	}

	/**
	 * {@return a copy with the original}
	 *
	 * @param name its file name; may be empty
	 * @param sha256 checksum of the file; may be empty
	 */
	public Provenance of(final String name, final String sha256) {
		return new Provenance(software, settings, name, sha256);
	}

	/** Formats all fields except the software on one line. */
	String parameters() {
		final StringJoiner parameters = new StringJoiner(SEPARATOR);
		parameters.add(PREDICTED);
		settings.forEach((name, value) -> parameters.add(name + "=" + value.replace(';', ',')));
		if (!sourceSha256.isEmpty()) {
			parameters.add(SHA256 + "=" + sourceSha256);
		}
		if (!source.isEmpty()) {
			// Last, because a name may contain separators.
			parameters.add(SOURCE + "=" + source);
		}
		return parameters.toString();
	}

	/** Parses the line; empty if another program wrote it. */
	static Optional<Provenance> parse(final String software, final String parameters) {
		if (!software.startsWith(PROGRAM) || !parameters.startsWith(PREDICTED)) {
			return Optional.empty();
		}
		final Map<String, String> settings = new LinkedHashMap<>();
		String rest = parameters.substring(PREDICTED.length());
		while (rest.startsWith(SEPARATOR)) {
			rest = rest.substring(SEPARATOR.length());
			final int end = rest.startsWith(SOURCE + "=") || !rest.contains(SEPARATOR) ? rest.length()
					: rest.indexOf(SEPARATOR);
			final String setting = rest.substring(0, end);
			final int equals = setting.indexOf('=');
			if (equals > 0) {
				settings.put(setting.substring(0, equals), setting.substring(equals + 1));
			}
			rest = rest.substring(end);
		}
		final String source = Objects.requireNonNullElse(settings.remove(SOURCE), "");
		final String sha256 = Objects.requireNonNullElse(settings.remove(SHA256), "");
		return Optional.of(new Provenance(software, settings, source, sha256));
	}
}
