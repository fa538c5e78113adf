/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

import sc.fiji.colorize.io.DescribedException;

/**
 * Finds the folders of models. The system property {@code colorize.models} or the environment variable
 * {@code COLORIZE_MODELS} sets a single folder. Otherwise these are {@code models/colorize} in the running Fiji or ImageJ,
 * if there is one, and the user's folder:
 * <ul>
 * <li>Linux: {@code $XDG_DATA_HOME/fiji-colorize/models}, by default in {@code ~/.local/share}</li>
 * <li>macOS: {@code ~/Library/Application Support/fiji-colorize/models}</li>
 * <li>Windows: {@code %LOCALAPPDATA%\fiji-colorize\models}</li>
 * </ul>
 * The folders need not exist.
 */
final class ModelFolders {

	/** System property with a single folder. */
	static final String PROPERTY = "colorize.models";
	/** Environment variable with a single folder. */
	static final String VARIABLE = "COLORIZE_MODELS";

	/** System properties that the launchers of Fiji and ImageJ set to their folder. */
	private static final List<String> APPLICATION = List.of("imagej.dir", "fiji.dir", "ij.dir");
	private static final String PLUGINS = "plugins.dir";
	private static final String IN_FIJI = "models/colorize";
	private static final String IN_USER_FOLDER = "fiji-colorize/models";

	private ModelFolders() {
	}

	/** The folders of this JVM in the order of the search. */
	static List<Path> find() {
		return find(System::getProperty, System::getenv);
	}

	/** The folders for given properties and variables; both return null for an unset name. */
	static List<Path> find(final UnaryOperator<String> property, final UnaryOperator<String> variable) {
		final Optional<Path> named = path(property.apply(PROPERTY)).or(() -> path(variable.apply(VARIABLE)));
		if (named.isPresent()) {
			return List.of(named.get());
		}
		final List<Path> folders = new ArrayList<>();
		application(property).ifPresent(fiji -> folders.add(fiji.resolve(IN_FIJI)));
		folders.add(user(property, variable).resolve(IN_USER_FOLDER));
		return folders;
	}

	private static Optional<Path> application(final UnaryOperator<String> property) {
		for (final String name : APPLICATION) {
			final Optional<Path> folder = path(property.apply(name)).filter(Files::isDirectory);
			if (folder.isPresent()) {
				return folder;
			}
		}
		// In ImageJ 1 this is the folder "plugins" or its parent.
		return path(property.apply(PLUGINS)).filter(Files::isDirectory)
				.map(plugins -> plugins.endsWith("plugins") && plugins.getParent() != null ? plugins.getParent()
						: plugins);
	}

	private static Path user(final UnaryOperator<String> property, final UnaryOperator<String> variable) {
		final Path home = path(property.apply("user.home")).orElse(Path.of("").toAbsolutePath());
		final String system = String.valueOf(property.apply("os.name")).toLowerCase(Locale.ROOT);
		if (system.startsWith("windows")) {
			return path(variable.apply("LOCALAPPDATA")).orElse(home.resolve("AppData/Local"));
		}
		if (system.startsWith("mac")) {
			return home.resolve("Library/Application Support");
		}
		return path(variable.apply("XDG_DATA_HOME")).filter(Path::isAbsolute).orElse(home.resolve(".local/share"));
	}

	private static Optional<Path> path(final String text) {
		try {
			return text == null || text.isBlank() ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath());
		}
		catch (final InvalidPathException e) {
			return Optional.empty();
		}
	}

	/** The first writable folder, which is created if it does not exist. */
	static Path writable(final List<Path> folders) throws IOException {
		IOException last = null;
		for (final Path folder : folders) {
			try {
				Files.createDirectories(folder);
				if (Files.isWritable(folder)) {
					return folder;
				}
			}
			catch (final IOException e) {
				last = e;
			}
		}
		throw new DescribedException("The folder for models " + folders.get(folders.size() - 1), "cannot be written to",
				"set the environment variable " + VARIABLE + " to another folder", last);
	}
}
