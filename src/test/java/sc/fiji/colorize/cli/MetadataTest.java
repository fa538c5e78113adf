/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.imageio.ImageIO;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.metadata.TaggedPhotos;

/** Metadata, provenance and contact sheets on the command line. */
class MetadataTest {

	@TempDir
	private Path folder;

	private Path photo;

	@BeforeEach
	void makePhoto() throws IOException {
		photo = Files.write(folder.resolve("photo.jpg"), TaggedPhotos.jpeg());
	}

	private static Outcome colorize(final Object... words) {
		final List<Object> all = new ArrayList<>(List.of("colorize", "--model", TinyModel.file(), "--device", "cpu",
				"--size", 32));
		all.addAll(List.of(words));
		return Outcome.of(all.toArray());
	}

	private static String rights(final Path file) throws IOException {
		try {
			return ImageMetadataReader.readMetadata(file.toFile()).getFirstDirectoryOfType(ExifIFD0Directory.class)
					.getString(ExifIFD0Directory.TAG_COPYRIGHT);
		}
		catch (final ImageProcessingException e) {
			throw new IOException(e);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void resultsKeepMetadataByDefault(final String kind) throws IOException {
		final Path result = folder.resolve("result." + kind);
		assertEquals(0, colorize(photo, "-o", result).exit());
		assertEquals(TaggedPhotos.RIGHTS, rights(result));
		assertEquals(0, colorize(photo, "-o", result, "--overwrite", "--no-metadata").exit());
		assertNull(rights(result));
		final String provenance = Outcome.of("provenance", result).out();
		assertFalse(provenance.contains("photo.jpg"), provenance);
		assertEquals(0, Outcome.of("provenance", result, "--original", photo).exit());
	}

	@Test
	void provenanceNamesModelSettingsAndOriginal() throws IOException {
		final Path result = folder.resolve("result.png");
		assertEquals(0, colorize(photo, "-o", result, "--temperature", 0.25).exit());
		final Outcome told = Outcome.of("provenance", result);
		assertEquals(0, told.exit());
		assertTrue(told.out().contains("temperature: 0.25\n") && told.out().contains("original: photo.jpg\n")
				&& told.out().contains("size: 32\n") && told.out().contains("weights sha256 "), told.out());
		assertTrue(Outcome.of("provenance", result, "--original", photo).out().contains("photo.jpg is the file"));
		final Path other = Files.write(folder.resolve("other.jpg"), TaggedPhotos.jpeg(null, null, null));
		final Outcome wrong = Outcome.of("provenance", result, "--original", other);
		assertEquals(1, wrong.exit());
		assertTrue(wrong.err().get(0).contains("other.jpg is not the file it was made from"), wrong.err().toString());
		assertEquals(1, Outcome.of("provenance", photo).exit());
		assertEquals(2, Outcome.of("provenance", folder.resolve("none.png")).exit());
		assertEquals(1, Outcome.of("provenance", Files.writeString(folder.resolve("a.txt"), "no image")).exit());
	}

	@Test
	void reportNamesDamagedMetadata() throws IOException {
		Files.write(photo, TaggedPhotos.jpeg(new byte[] {1, 2, 3}, null, new byte[] {4, 5, 6}));
		final Path report = folder.resolve("report.csv");
		final Outcome outcome = colorize(photo, "-o", folder.resolve("out"), "--report", report);
		assertEquals(0, outcome.exit());
		final String note = "without the EXIF metadata (damaged), the XMP metadata (damaged)";
		assertTrue(outcome.out().contains("(" + note + ")"), outcome.out());
		assertTrue(Files.readString(report).contains(note));
	}

	@Test
	void contactSheetShowsEachPair() throws IOException {
		final Path in = Files.createDirectory(folder.resolve("in"));
		Files.write(in.resolve("a & b.jpg"), TaggedPhotos.jpeg());
		Files.write(in.resolve("c.png"), TaggedPhotos.png());
		Files.writeString(in.resolve("d.jpg"), "no image");
		final Path page = folder.resolve("sheets/sheet.html");
		assertEquals(1, colorize(in, "-o", folder.resolve("out"), "--contact-sheet", page).exit());
		final String html = Files.readString(page);
		assertTrue(html.contains("2 images"), html);
		assertEquals(4, html.split("data:image/jpeg;base64,", -1).length - 1);
		assertTrue(html.contains("a &amp; b.jpg") && html.contains("href=\"./../out/a%20&amp;%20b-colorized.png\""), html);
		assertFalse(html.contains("http"), "it needs no network");
		// What was skipped is on it, too.
		final Path picture = folder.resolve("sheet.jpg");
		assertEquals(1, colorize(in, "-o", folder.resolve("out"), "--contact-sheet", picture).exit());
		assertTrue(ImageIO.read(picture.toFile()).getWidth() >= 320);
		assertEquals(2, colorize(in, "-o", folder.resolve("out"), "--contact-sheet", folder.resolve("a.pdf")).exit());
	}

	/** What archives read metadata with. */
	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void exifToolReportsNoErrors(final String kind) throws IOException, InterruptedException {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/exiftool")), "exiftool is not installed");
		final Path result = folder.resolve("result." + kind);
		assertEquals(0, colorize(photo, "-o", result).exit());
		final Process process = new ProcessBuilder("/usr/bin/exiftool", "-a", "-G1", "-s", "-validate", "-warning", "-error",
				"-IPTC:all", "-XMP:all", "-EXIF:all", result.toString()).redirectErrorStream(true).start();
		final String listing = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertTrue(process.waitFor(1, TimeUnit.MINUTES));
		assertFalse(listing.contains("Error"), listing);
		// The photo lacks required tags, and ImageJ writes tags of its own.
		assertEquals(List.of(), listing.lines().filter(line -> line.contains("Warning"))
				.filter(line -> !line.matches("(?i).*(\\[minor\\]|Missing required|Warnings).*")).toList());
		for (final String text : List.of("compositeWithTrainedAlgorithmicMedia", TaggedPhotos.AUTHOR, TaggedPhotos.RIGHTS,
				TaggedPhotos.DATE, TaggedPhotos.CAPTION, "source=photo.jpg", TaggedPhotos.KEYWORD)) {
			assertTrue(listing.contains(text), text + " in\n" + listing);
		}
	}
}
