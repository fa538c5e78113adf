/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.Csv;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.photo.SkippedPhoto;

/**
 * The results of an evaluation. {@link #write} writes them to a folder:
 * <ul>
 * <li>{@code report.json}: an object with {@code folder}, {@code rebalancedBy} ({@code set} or {@code prior}),
 * {@code rows} (one object with the fields of {@link EvaluationRow} per row) and {@code skipped} (name and reason);</li>
 * <li>{@code images.csv}: the fields of {@link ImageScore}, one line per photo and row;</li>
 * <li>{@code index.html}: a self-contained page with tables, curves and pictures.</li>
 * </ul>
 *
 * @param folder folder of the photos
 * @param givenPrior whether a given prior weights the pixels of the rebalanced AuC, instead of the bins of the set
 * @param rows gray, constant and the models in the order of the options
 * @param images metrics of each photo in each row, sorted by photo
 * @param skipped skipped photos
 * @param pictures photos with the largest, median and smallest gain, largest first; empty without models
 */
public record Report(String folder, boolean givenPrior, List<EvaluationRow> rows, List<ImageScore> images,
		List<SkippedPhoto> skipped, List<Picture> pictures) {

	/** Name of the file with the rows. */
	public static final String JSON = "report.json";
	/** Name of the file with the photos. */
	public static final String CSV = "images.csv";
	/** Name of the page. */
	public static final String HTML = "index.html";

	static final String BEST = "best";
	static final String MEDIAN = "median";
	static final String WORST = "worst";

	/**
	 * The metrics of one photo in one row, see {@link EvaluationRow}. The rebalanced AuC is not defined for a single photo.
	 *
	 * @param photo name of the photo
	 * @param row name of the row
	 * @param width width in pixels
	 * @param height height in pixels
	 * @param aucRaw percent
	 * @param abRmse ab units
	 * @param psnr decibels, or null if no value differs
	 * @param chroma ab units
	 * @param trueChroma ab units
	 * @param colorfulness colorfulness of the result
	 * @param trueColorfulness colorfulness of the photo
	 * @param crossEntropy nats per grid cell, or null without a model
	 */
	public record ImageScore(String photo, String row, int width, int height, double aucRaw, double abRmse, Double psnr,
			double chroma, double trueChroma, double colorfulness, double trueColorfulness, Double crossEntropy)
			implements Serializable {

		/** The names of the fields, as the header of a table. */
		public static final List<String> COLUMNS = List.of("photo", "row", "width", "height", "aucRaw", "abRmse", "psnr",
				"chroma", "trueChroma", "colorfulness", "trueColorfulness", "crossEntropy");

		/**
		 * The values of the fields, as a row of a table.
		 *
		 * @return in the order of the columns
		 */
		public List<?> cells() {
			return Arrays.asList(photo, row, width, height, aucRaw, abRmse, psnr, chroma, trueChroma, colorfulness,
					trueColorfulness, crossEntropy);
		}
	}

	/**
	 * An example picture.
	 *
	 * @param kind {@code best}, {@code median} or {@code worst}
	 * @param photo name of the photo
	 * @param gain raw AuC of the first model minus that of gray, in percentage points
	 * @param rows names of the rows in the picture: gray and the first models
	 * @param thumbnails PNG files: the truth, then one per row
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
	 * Creates the folder of a report, to detect errors before the evaluation.
	 *
	 * @param target the folder, which may exist
	 * @throws IOException if the folder cannot be created or written to; the message is a sentence
	 */
	public static void prepare(final Path target) throws IOException {
		final String subject = "The folder " + target + " for the report";
		DescribedException.get(subject, "cannot be created", () -> Files.createDirectories(target));
		if (!Files.isWritable(target)) {
			throw new DescribedException(subject, "cannot be written to", "", null);
		}
	}

	/**
	 * Writes the files atomically.
	 *
	 * @param target the folder, which is created if it does not exist
	 * @throws IOException if a file cannot be written
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
		final Csv csv = new Csv("\r\n").row(ImageScore.COLUMNS);
		images.forEach(image -> csv.row(image.cells()));
		return csv.toString();
	}
}
