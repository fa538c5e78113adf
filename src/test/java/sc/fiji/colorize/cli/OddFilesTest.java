/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;

/** Valid but unusual image files give the picture that viewers show, or are refused by name. */
@Slow
class OddFilesTest {

	/** Rounding to 8 bits deviates by 0.08 on average. */
	private static final double MEAN_DEVIATION = 0.2;

	/** The files that are refused, and a part of the sentence that says why. */
	private static final Map<String, String> REFUSED = Map.of("jpg_12bit.jpg", "12-bit JPEG", "rival/a.jpg", "cut off",
			"folder-quiet/oth.avif", "files of this kind are not read", "folder-quiet/oth.dcm",
			"files of this kind are not read", "folder-quiet/oth.jp2", "files of this kind are not read");

	@TempDir
	private Path work;

	@Test
	void oddFilesGiveThePictureThatViewersShow() throws IOException {
		final Path folder = Path.of(System.getProperty("COLORIZE_SHARED",
				System.getenv().getOrDefault("COLORIZE_SHARED", "../shared"))).resolve("inputs/odd-files");
		assumeTrue(Files.isDirectory(folder),
				"The files are not there: set COLORIZE_SHARED to the folder that holds inputs/odd-files.");
		assumeTrue(OddFiles.isPossible(), "ImageMagick is not installed.");
		final List<OddFiles.Row> rows =
				OddFiles.measure(folder, work, List.of("--model", TinyModel.file().toString(), "--device", "cpu"));
		rows.forEach(System.out::println);
		assertTrue(rows.size() > REFUSED.size(), rows.size() + " files");
		for (final OddFiles.Row row : rows) {
			if (REFUSED.containsKey(row.name())) {
				assertTrue(row.pages().isEmpty() && row.message().contains(REFUSED.get(row.name())), row.toString());
			}
			else {
				assertEquals(row.expected(), row.pages().size(), row.toString());
				assertTrue(row.deviation() < MEAN_DEVIATION, row.toString());
			}
		}
	}
}
