/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checksums that imagej-updater (of November 2025) itself gives for the same files. */
class UpdaterChecksumTest {

	/** Comments at the start, after text, of signs alone, and after an empty line, where the updater overlooks them. */
	private static final String PROPERTIES = "#Created by somebody\n##Wed\nversion=1\n# a comment\nname=x # no comment\n"
			+ "#\n#overlooked\n\n#this, too\nlast=1\n#end";

	private static final Map<String, String> ENTRIES = Map.of("META-INF/", "", "META-INF/MANIFEST.MF",
			"Manifest-Version: 1.0\nMain-Class: a.B\nCreated-By: somebody\n", "META-INF/maven/pom.properties", PROPERTIES,
			"a/B.class", "not really a class", "Z.txt", "# not a comment\ntext");

	@TempDir
	private Path folder;

	/** A jar of the entries in the given order. */
	static Path jar(final Path file, final List<String> order) throws IOException {
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
			for (final String name : order) {
				zip.putNextEntry(new ZipEntry(name));
				zip.write(ENTRIES.get(name).getBytes(StandardCharsets.UTF_8));
			}
		}
		return file;
	}

	@Test
	void jarChecksumEqualsTheUpdaters() throws IOException {
		final List<String> order = new ArrayList<>(ENTRIES.keySet());
		Collections.sort(order);
		for (int i = 0; i < 2; i++) {
			assertEquals("2744d0823fcc0eb58c680c4646224b7d77d56375",
					UpdaterChecksum.of("jars/a-1.0.jar", jar(folder.resolve(i + ".jar"), order)));
			Collections.reverse(order);
		}
	}

	@Test
	void fileChecksumEqualsTheUpdaters() throws IOException {
		final Path file = Files.writeString(folder.resolve("any"), PROPERTIES);
		assertEquals("a019d43e46874f52f7b3ae2142ef5a6ee8764e4c", UpdaterChecksum.of("macros/Some_Macro.ijm", file));
		assertEquals("1afef60807e9d9fee795c8d9640ba10c38897703", UpdaterChecksum.of("macros/Other.ijm", file));
	}
}
