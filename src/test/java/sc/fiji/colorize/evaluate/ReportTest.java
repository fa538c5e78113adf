/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.photo.SkippedPhoto;

class ReportTest {

	private static final String PHOTO = "say \"hi\", <b>.png";

	@TempDir
	private Path folder;
	private Path target;

	@BeforeEach
	void writeReport() throws IOException {
		target = folder.resolve("made/report");
		report().write(target);
	}

	private static Report report() {
		final List<Double> curve = Collections.nCopies(151, 0.5);
		final EvaluationRow gray = new EvaluationRow("gray", null, null, null, null, null, 80, 60, 18, null, 0, 20, 0, 40,
				null, 1, 1, curve, curve);
		final EvaluationRow model = new EvaluationRow("A & B, 96 px, T 0.38", "a & b.zip", 96, 0.38, 1.0,
				"edge-aware", 90, 65, 15, 21.5, 10, 20, 30, 40, 3.25, 1, 1, curve, curve);
		final Report.ImageScore image =
				new Report.ImageScore(PHOTO, "gray", 4, 3, 80, 18, null, 0, 20, 0, 40, null);
		final Report.Picture picture = new Report.Picture("best", PHOTO, 1.5, List.of("gray", model.name()),
				List.of(new byte[] {1}, new byte[] {2}, new byte[] {3}));
		return new Report("photos", false, List.of(gray, model), List.of(image),
				List.of(new SkippedPhoto("bad<i>.jpg", "the file is empty")), List.of(picture));
	}

	@Test
	void jsonHasOneObjectPerRow() throws IOException {
		final JsonObject json = JsonParser.parseString(Files.readString(target.resolve(Report.JSON))).getAsJsonObject();
		assertEquals("set", json.get("rebalancedBy").getAsString());
		assertEquals(2, json.getAsJsonArray("rows").size());
		final JsonObject gray = json.getAsJsonArray("rows").get(0).getAsJsonObject();
		assertEquals("gray", gray.get("name").getAsString());
		assertTrue(gray.get("psnr").isJsonNull());
		assertTrue(gray.get("model").isJsonNull());
		final JsonObject model = json.getAsJsonArray("rows").get(1).getAsJsonObject();
		for (final String field : List.of("name", "model", "size", "temperature", "saturation", "upsampling", "aucRaw",
				"aucRebalanced", "abRmse", "psnr", "chroma", "trueChroma", "colorfulness", "trueColorfulness",
				"crossEntropy", "photos", "skipped")) {
			assertTrue(model.has(field) && gray.has(field), field);
		}
		assertEquals("a & b.zip", model.get("model").getAsString());
		assertEquals(3.25, model.get("crossEntropy").getAsDouble());
		assertEquals(151, model.getAsJsonArray("curveRaw").size());
		assertEquals("bad<i>.jpg",
				json.getAsJsonArray("skipped").get(0).getAsJsonObject().get("name").getAsString());
	}

	@Test
	void csvQuotesNamesWithCommasAndQuotes() throws IOException {
		final List<String> lines = Files.readAllLines(target.resolve(Report.CSV));
		assertEquals("photo,row,width,height,aucRaw,abRmse,psnr,chroma,trueChroma,colorfulness,trueColorfulness,"
				+ "crossEntropy", lines.get(0));
		assertEquals("\"say \"\"hi\"\", <b>.png\",gray,4,3,80.0,18.0,,0.0,20.0,0.0,40.0,", lines.get(1));
		assertEquals(2, lines.size());
	}

	@Test
	void pageIsSelfContained() throws IOException {
		final String page = Files.readString(target.resolve(Report.HTML));
		assertTrue(page.contains("A &amp; B, 96 px, T 0.38</td><td><b>65.00</b></td>"), "the table");
		assertTrue(page.contains("say &quot;hi&quot;, &lt;b&gt;.png"), "the picture's name");
		assertFalse(page.contains("<b>.png"), "an unescaped name");
		assertTrue(page.contains("bad&lt;i&gt;.jpg: the file is empty"), "the skipped file");
		assertEquals(4, page.split("<polyline", -1).length - 1, "two curves for each of two rows");
		assertEquals(3, page.split("src=\"data:image/png;base64,", -1).length - 1);
		assertTrue(page.contains("<dt>aucRebalanced</dt>"), "the definitions");
		assertFalse(page.contains("http:") || page.contains("https:") || page.contains("<script"), "a link outside");
	}

	@Test
	void everyMetricIsDefined() {
		for (final String line : EvaluationRow.DEFINITIONS.lines().toList()) {
			assertTrue(line.matches("[a-zA-Z]+: .+\\."), line);
		}
		for (final String figure : List.of("aucRaw", "aucRebalanced", "abRmse", "psnr", "chroma", "colorfulness",
				"crossEntropy")) {
			assertTrue(EvaluationRow.DEFINITIONS.lines().anyMatch(line -> line.startsWith(figure + ": ")), figure);
		}
	}

	@Test
	void rewritingReplacesFiles() throws IOException {
		report().write(target);
		try (Stream<Path> files = Files.list(target)) {
			assertEquals(List.of(Report.CSV, Report.HTML, Report.JSON),
					files.map(file -> file.getFileName().toString()).sorted().toList());
		}
	}
}
