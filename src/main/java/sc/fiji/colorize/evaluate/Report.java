/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Csv;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.photo.SkippedPhoto;

/**
 * What an evaluation found. {@link #write} makes of it, in a folder:
 * <ul>
 * <li>{@code report.json}: an object with {@code folder}, {@code rebalancedBy} ({@code set} or {@code prior}),
 * {@code rows} (an object with the fields of {@link EvaluationRow} for each row) and {@code skipped} (name and
 * reason);</li>
 * <li>{@code images.csv}: the fields of {@link ImageScore}, a line for each photo and row;</li>
 * <li>{@code index.html}: a page for the eye, in one file.</li>
 * </ul>
 *
 * @param folder where the photos lie
 * @param givenPrior whether a given prior weighed the pixels of the rebalanced AuC, not the set's own bins
 * @param rows gray, constant and the models in the order of the options
 * @param images for each photo, in the order of names, its figures in each row
 * @param skipped photos left out
 * @param pictures photos with the largest, middle and smallest scores, largest first; empty without models
 */
public record Report(String folder, boolean givenPrior, List<EvaluationRow> rows, List<ImageScore> images,
		List<SkippedPhoto> skipped, List<Picture> pictures) {

	/** Name of the file of totals. */
	public static final String JSON = "report.json";
	/** Name of the file of single photos. */
	public static final String CSV = "images.csv";
	/** Name of the page. */
	public static final String HTML = "index.html";

	static final String BEST = "best";
	static final String MEDIAN = "median";
	static final String WORST = "worst";

	/**
	 * The figures of one photo in one row, as defined for {@link EvaluationRow}. A rebalanced AuC has no meaning for a
	 * single photo.
	 *
	 * @param photo name of the photo
	 * @param row name of the row
	 * @param width pixels
	 * @param height pixels
	 * @param aucRaw percent
	 * @param abRmse ab units
	 * @param psnr decibels, or null if no value differs
	 * @param chroma ab units
	 * @param trueChroma ab units
	 * @param colorfulness of the result
	 * @param trueColorfulness of the photo
	 * @param crossEntropy nats per place, or null without a model
	 */
	public record ImageScore(String photo, String row, int width, int height, double aucRaw, double abRmse, Double psnr,
			double chroma, double trueChroma, double colorfulness, double trueColorfulness, Double crossEntropy) {
	}

	/**
	 * A photo to look at.
	 *
	 * @param kind {@code best}, {@code median} or {@code worst}
	 * @param photo its name
	 * @param gain its score: the raw AuC of the first model row minus that of gray, in points
	 * @param rows names of the rows shown: gray and the first models
	 * @param thumbnails PNG files: the truth, then one for each of these rows
	 */
	public record Picture(String kind, String photo, double gain, List<String> rows, List<byte[]> thumbnails) {
	}

	/** Copies the lists. */
	public Report {
		rows = List.copyOf(rows);
		images = List.copyOf(images);
		skipped = List.copyOf(skipped);
		pictures = List.copyOf(pictures);
	}

	/**
	 * Makes the folder for a report, so that one that cannot be made is known before the hours of scoring.
	 *
	 * @param target folder for the files; may be there
	 * @throws IOException with a sentence, if it cannot be made or written to
	 */
	public static void prepare(final Path target) throws IOException {
		try {
			Files.createDirectories(target);
		}
		catch (final IOException e) {
			throw new DescribedException("The folder " + target + " for the report",
					"cannot be made (" + Failure.reason(e) + ")", "", e);
		}
		if (!Files.isWritable(target)) {
			throw new DescribedException("The folder " + target + " for the report", "cannot be written to", "", null);
		}
	}

	/**
	 * Writes the files; older ones of the same names stay until the new ones are complete.
	 *
	 * @param target folder for the files; made if it is not there
	 * @throws IOException if they cannot be written
	 */
	public void write(final Path target) throws IOException {
		prepare(target);
		AtomicFile.writeText(target.resolve(JSON), json());
		AtomicFile.writeText(target.resolve(CSV), csv());
		AtomicFile.writeText(target.resolve(HTML), new HtmlReport(this).page());
	}

	private String json() {
		final Gson gson = new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();
		final JsonObject root = new JsonObject();
		root.addProperty("folder", folder);
		root.addProperty("rebalancedBy", givenPrior ? "prior" : "set");
		root.add("rows", gson.toJsonTree(rows));
		root.add("skipped", gson.toJsonTree(skipped));
		return gson.toJson(root) + "\n";
	}

	private String csv() {
		final Csv csv = new Csv("\r\n").row("photo", "row", "width", "height", "aucRaw", "abRmse", "psnr", "chroma",
				"trueChroma", "colorfulness", "trueColorfulness", "crossEntropy");
		for (final ImageScore image : images) {
			csv.row(image.photo(), image.row(), image.width(), image.height(), image.aucRaw(), image.abRmse(),
					image.psnr(), image.chroma(), image.trueChroma(), image.colorfulness(), image.trueColorfulness(),
					image.crossEntropy());
		}
		return csv.toString();
	}
}
