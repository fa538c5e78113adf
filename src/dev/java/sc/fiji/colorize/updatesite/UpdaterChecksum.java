/*
 * Fiji Colorize: plausible colour for gray images.
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
 * The checksum that ImageJ's updater knows files by: SHA-1 over the path on the site and the content. Of a jar it is
 * taken over the names and contents of its entries, so that packing it anew changes nothing; of properties the lines that
 * are comments are left out, because they hold dates, and of the manifest everything.
 */
final class UpdaterChecksum {

	private static final String MANIFEST = "META-INF/MANIFEST.MF";

	private UpdaterChecksum() {
	}

	/** The checksum of a file that has this path in an ImageJ folder, such as {@code jars/api-0.35.1.jar}. */
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
				// The updater means to keep the manifest's Main-Class, but looks for it in capital letters only.
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
		// As the updater does it: the end of a comment stays, and a line after an empty one does not count as one.
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
