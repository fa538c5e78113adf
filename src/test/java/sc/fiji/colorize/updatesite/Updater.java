/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import sc.fiji.colorize.updatesite.SiteIndex.Entry;
import sc.fiji.colorize.updatesite.SiteIndex.Previous;
import sc.fiji.colorize.updatesite.SiteIndex.Version;

/**
 * Does to an ImageJ folder what ImageJ's updater does, by its rules: what is not there is installed, an earlier version
 * that the site knows is replaced or removed, and what somebody else has put there is left alone.
 */
final class Updater {

	private final URI site;
	private final Path imagej;

	/** An updater of a folder from a site whose address ends with a slash. */
	Updater(final URI site, final Path imagej) {
		this.site = site;
		this.imagej = imagej;
	}

	/** Updates the folder; gives the paths of the files that were fetched. */
	List<String> update() throws IOException {
		final SiteIndex index;
		try (InputStream in = site.resolve(SiteIndex.FILE).toURL().openStream()) {
			index = SiteIndex.read(in);
		}
		final List<String> fetched = new ArrayList<>();
		for (final Entry file : index.entries().values()) {
			final boolean kept = removeEarlier(file);
			if (file.current().isPresent() && !kept && !Files.exists(imagej.resolve(file.current().get().filename()))) {
				install(file.current().get());
				fetched.add(file.current().get().filename());
			}
		}
		return fetched;
	}

	/** Removes what an earlier version has left; true if what is there needs no update, or is not to be touched. */
	private boolean removeEarlier(final Entry file) throws IOException {
		boolean kept = false;
		for (final Previous previous : file.previous()) {
			final Path path = imagej.resolve(previous.filename());
			if (!Files.exists(path)) {
				continue;
			}
			final String checksum = UpdaterChecksum.of(previous.filename(), path);
			if (file.current().filter(version -> version.checksum().equals(checksum)).isEmpty()
					&& file.previous().stream().anyMatch(version -> version.checksum().equals(checksum))) {
				Files.delete(path);
			}
			else {
				kept = true;
			}
		}
		return kept;
	}

	private void install(final Version version) throws IOException {
		final Path target = imagej.resolve(version.filename());
		Files.createDirectories(target.getParent());
		final Path temporary = Files.createTempFile(target.getParent(), "update", ".tmp");
		try {
			try (InputStream in = site.resolve(version.location()).toURL().openStream()) {
				Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
			}
			if (Files.size(temporary) != version.size()) {
				throw new IOException("Incorrect size of " + version.filename() + ": " + Files.size(temporary)
						+ " bytes instead of " + version.size() + ".");
			}
			if (!UpdaterChecksum.of(version.filename(), temporary).equals(version.checksum())) {
				throw new IOException("Incorrect checksum of " + version.filename() + ".");
			}
			Files.move(temporary, target);
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}
}
