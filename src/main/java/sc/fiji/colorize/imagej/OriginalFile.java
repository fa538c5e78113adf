/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

import ij.ImagePlus;
import ij.io.FileInfo;

import sc.fiji.colorize.metadata.ImageMetadata;
import sc.fiji.colorize.metadata.Provenance;
import sc.fiji.colorize.metadata.ResultMetadata;

/** The file from which ImageJ opened an image, for its metadata. */
public final class OriginalFile {

	private OriginalFile() {
	}

	/**
	 * The metadata of a result.
	 *
	 * @param image the original; its pixels are those of its file unless ImageJ has marked it as changed
	 * @param provenance of the result
	 * @param copied whether to copy the metadata of the original's file
	 * @return metadata without that of the file if there is no file, or it cannot be read
	 */
	public static ResultMetadata metadata(final ImagePlus image, final Provenance provenance, final boolean copied) {
		final Optional<Path> path = path(image);
		if (path.isPresent()) {
			try (ImageFile file = ImageFile.open(path.get())) {
				return new ResultMetadata(copied ? file.metadata() : ImageMetadata.NONE, provenance.of(
						copied ? path.get().getFileName().toString() : "", image.changes ? "" : file.sha256()));
			}
			catch (final IOException e) {
				// ImageJ may support formats and sources that this project does not.
			}
		}
		return new ResultMetadata(ImageMetadata.NONE, provenance.of(copied ? image.getTitle() : "", ""));
	}

	private static Optional<Path> path(final ImagePlus image) {
		final FileInfo info = image.getOriginalFileInfo();
		if (info == null || info.fileName == null || info.fileName.isEmpty() || info.directory == null) {
			return Optional.empty();
		}
		try {
			return Optional.of(Path.of(info.directory).resolve(info.fileName)).filter(Files::isRegularFile);
		}
		catch (final InvalidPathException e) {
			return Optional.empty();
		}
	}
}
