/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 checksums as 64 lower-case hexadecimal digits. */
public final class Sha256 {

	private Sha256() {
	}

	/**
	 * {@return the checksum of an array}
	 *
	 * @param bytes the bytes
	 */
	public static String of(final byte[] bytes) {
		return HexFormat.of().formatHex(digest().digest(bytes));
	}

	/**
	 * {@return the checksum of a file, which is read as a stream}
	 *
	 * @param file the file
	 * @throws IOException if it cannot be read
	 */
	public static String of(final Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			return of(in);
		}
	}

	/**
	 * {@return the checksum of what is left of a stream}
	 *
	 * @param in the stream, read to its end but not closed
	 * @throws IOException if it cannot be read
	 */
	public static String of(final InputStream in) throws IOException {
		final MessageDigest digest = digest();
		new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
		return HexFormat.of().formatHex(digest.digest());
	}

	/** {@return a new digest for content that arrives in parts} */
	public static MessageDigest digest() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (final NoSuchAlgorithmException e) {
			throw new IllegalStateException(e);
		}
	}
}
