/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The checksum of ImageJ's updater: SHA-1 of the path on the site and the content. For jars, it covers the names and
 * contents of the entries, so that repacking does not change it. It ignores comments in properties files, which have dates,
 * and the manifest.
 */
final class UpdaterChecksum {

	private static final String MANIFEST = "META-INF/MANIFEST.MF";

	private UpdaterChecksum() {
	}

	/** The checksum of a file with a path in the ImageJ folder, such as {@code jars/api-0.35.1.jar}. */
	static String of(final String path, final Path file) throws IOException {
		final MessageDigest digest = sha1();
		if (!path.endsWith(".jar")) {
			digest.update(path.getBytes(StandardCharsets.US_ASCII));
			digest.update(Files.readAllBytes(file));
			return hex(digest);
		}
		try (ZipFile jar = new ZipFile(file.toFile())) {
			final List<? extends ZipEntry> entries =
					jar.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList();
			for (final ZipEntry entry : entries) {
				digest.update(entry.getName().getBytes(StandardCharsets.US_ASCII));
				// The updater would include the Main-Class of the manifest, but looks for it only in capital letters.
				if (!entry.getName().equals(MANIFEST)) {
					try (InputStream in = jar.getInputStream(entry)) {
						final byte[] content = in.readAllBytes();
						update(digest, content, entry.getName().endsWith(".properties"));
					}
				}
			}
		}
		return hex(digest);
	}

	private static void update(final MessageDigest digest, final byte[] content, final boolean properties) {
		if (!properties) {
			digest.update(content);
			return;
		}
		// Repeats the updater's behavior: it keeps the end of a comment, and misses a comment after an empty line.
		boolean lineStart = true;
		int at = 0;
		while (at < content.length) {
			if (lineStart && content[at] == '#') {
				while (at < content.length && content[at] == '#') {
					at++;
				}
				lineStart = at < content.length && content[at] != '\n';
				while (at < content.length && content[at] != '\n') {
					at++;
				}
			}
			else {
				lineStart = !lineStart && content[at] == '\n';
			}
			if (at < content.length) {
				digest.update(content[at++]);
			}
		}
	}

	private static MessageDigest sha1() {
		try {
			return MessageDigest.getInstance("SHA-1");
		}
		catch (final NoSuchAlgorithmException e) {
			throw new IllegalStateException("Each Java has SHA-1.", e);
		}
	}

	private static String hex(final MessageDigest digest) {
		return HexFormat.of().formatHex(digest.digest());
	}
}
