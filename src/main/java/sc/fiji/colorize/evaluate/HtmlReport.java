/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import sc.fiji.colorize.ops.ErrorCurve;

/** Writes a report as one self-contained HTML page. */
final class HtmlReport {

	/** Colors that most color-blind readers can distinguish (Okabe and Ito). */
	private static final List<String> MODEL_COLORS =
			List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00");
	private static final List<String> BASELINE_COLORS = List.of("#8a8a8a", "#a0764a");
	/** Line patterns; the next one is used when the colors repeat. */
	private static final List<String> DASHES = List.of("none", "7 3", "2 3", "9 3 2 3");
	private static final String BASELINE_DASH = "4 3";
	private static final int SKIPPED_SHOWN = 50;

	private static final int PLOT_WIDTH = 520;
	private static final int PLOT_HEIGHT = 320;
	private static final int LEFT = 44;
	private static final int BOTTOM = 40;
	private static final int MARGIN = 12;

	/** A column of the table. */
	private record Column(String title, String unit, Function<EvaluationRow, Double> value, int decimals, int better) {
	}

	private static final List<Column> COLUMNS = List.of(
			new Column("AuC<br>rebalanced", "%", EvaluationRow::aucRebalanced, 2, 1),
			new Column("AuC<br>raw", "%", EvaluationRow::aucRaw, 2, 1),
			new Column("ab<br>RMSE", "", EvaluationRow::abRmse, 2, -1),
			new Column("PSNR", "dB", EvaluationRow::psnr, 2, 1),
			new Column("Cross-<br>entropy", "nats", EvaluationRow::crossEntropy, 3, 0));

	private final Report report;
	private final StringBuilder html = new StringBuilder();

	HtmlReport(final Report report) {
		this.report = report;
	}

	/** The page. */
	String page() throws IOException {
		final EvaluationRow first = report.rows().get(0);
		add("""
				<!DOCTYPE html>
				<html lang="en">
				<head>
				<meta charset="utf-8">
				<meta name="viewport" content="width=device-width, initial-scale=1">
				<title>Colorizer evaluation</title>
				<style>
				%s</style>
				</head>
				<body>
				<h1>Colorizer evaluation</h1>
				<p class="lead">%d photo%s of %s%s</p>
				""", style(), first.photos(), first.photos() == 1 ? "" : "s", escape(report.folder()),
				first.skipped() > 0 ? ", " + first.skipped() + " more skipped" : "");
		table();
		curves();
		pictures();
		definitions();
		skipped();
		return html.append("</body>\n</html>\n").toString();
	}

	private static String style() throws IOException {
		try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private void add(final String format, final Object... values) {
		html.append(String.format(Locale.ROOT, format, values));
	}

	private static String escape(final String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
	}

	private static String number(final double value, final int decimals) {
		return String.format(Locale.ROOT, "%." + decimals + "f", value);
	}

	/** SVG attributes of a row's line. */
	private String stroke(final int row) {
		final int models = (int) report.rows().subList(0, row).stream().filter(before -> before.model() != null).count();
		final boolean model = report.rows().get(row).model() != null;
		return String.format(Locale.ROOT, "stroke=\"%s\" stroke-dasharray=\"%s\"",
				model ? MODEL_COLORS.get(models % MODEL_COLORS.size()) : BASELINE_COLORS.get(row % BASELINE_COLORS.size()),
				model ? DASHES.get(models / MODEL_COLORS.size() % DASHES.size()) : BASELINE_DASH);
	}

	private void table() {
		add("<div class=\"scroll\"><table>\n<tr><th></th>");
		for (final Column column : COLUMNS) {
			add("<th>%s%s</th>", column.title(), column.unit().isEmpty() ? "" : " <small>" + column.unit() + "</small>");
		}
		add("<th>Chroma<br><small>of truth</small></th><th>Colorfulness<br><small>of truth</small></th></tr>\n");
		for (int i = 0; i < report.rows().size(); i++) {
			final EvaluationRow row = report.rows().get(i);
			add("<tr><td><svg class=\"key\" width=\"26\" height=\"8\"><path d=\"M0 4h26\" stroke-width=\"2.5\" %s/></svg>",
					stroke(i));
			add("%s</td>", escape(row.name()));
			for (final Column column : COLUMNS) {
				cell(row, column);
			}
			share(row.chroma(), row.trueChroma());
			share(row.colorfulness(), row.trueColorfulness());
			add("</tr>\n");
		}
		final EvaluationRow first = report.rows().get(0);
		add("</table></div>\n<p class=\"note\">The photos have chroma %.1f and colorfulness %.1f. The rebalanced AuC weights"
				+ " colors by %s. The best values are bold.</p>\n", first.trueChroma(), first.trueColorfulness(),
				report.givenPrior() ? "a given prior" : "their frequency in this set");
	}

	private void cell(final EvaluationRow row, final Column column) {
		final Double value = column.value().apply(row);
		final boolean best = value != null && column.better() != 0 && report.rows().stream().map(column.value())
				.allMatch(other -> other == null || column.better() * Double.compare(value, other) >= 0);
		final String text = value == null ? "" : number(value, column.decimals());
		add("<td>%s</td>", best ? "<b>" + text + "</b>" : text);
	}

	private void share(final double value, final double truth) {
		add("<td>%.1f%s</td>", value, truth > 0 ? " <small>" + number(100 * value / truth, 0) + " %</small>" : "");
	}

	private void curves() {
		add("<h2>Color error</h2>\n<div class=\"curves\">\n");
		plot("All pixels count the same (raw)", EvaluationRow::curveRaw);
		plot("Rare and common colors count the same (rebalanced)", EvaluationRow::curveRebalanced);
		add("</div>\n<p class=\"note\">CMF: the fraction of pixels whose color is within a distance of the truth. The AuC is"
				+ " the mean height of the curve.</p>\n");
	}

	private void plot(final String title, final Function<EvaluationRow, List<Double>> curve) {
		add("<div><h3>%s</h3>\n<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\">\n", title, PLOT_WIDTH,
				PLOT_HEIGHT);
		for (int percent = 0; percent <= 100; percent += 25) {
			final String y = y(percent / 100.0);
			add("<path d=\"M%d %sH%d\" stroke=\"%s\"/>", LEFT, y, PLOT_WIDTH - MARGIN,
					percent == 0 ? "#9aa3ab" : "#e8ebee");
			add("<text x=\"%d\" y=\"%s\" dy=\"4\" text-anchor=\"end\">%d%s</text>\n", LEFT - 7, y, percent,
					percent == 100 ? " %" : "");
		}
		for (int t = 0; t <= ErrorCurve.THRESHOLDS; t += 25) {
			add("<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%d</text>\n", x(t), PLOT_HEIGHT - BOTTOM + 17, t);
		}
		add("<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">distance from the true color (ab units)</text>\n",
				x(ErrorCurve.THRESHOLDS / 2), PLOT_HEIGHT - 5);
		for (int i = 0; i < report.rows().size(); i++) {
			final List<Double> values = curve.apply(report.rows().get(i));
			add("<polyline fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\" %s points=\"%s\">", stroke(i),
					IntStream.range(0, values.size()).mapToObj(t -> x(t) + "," + y(values.get(t)))
							.collect(Collectors.joining(" ")));
			add("<title>%s</title></polyline>\n", escape(report.rows().get(i).name()));
		}
		add("</svg></div>\n");
	}

	private static String x(final int threshold) {
		return number(LEFT + (PLOT_WIDTH - MARGIN - LEFT) * threshold / (double) ErrorCurve.THRESHOLDS, 1);
	}

	private static String y(final double share) {
		return number(PLOT_HEIGHT - BOTTOM - (PLOT_HEIGHT - BOTTOM - MARGIN) * share, 1);
	}

	private void pictures() {
		if (!report.pictures().isEmpty()) {
			add("<h2>Pictures</h2>\n<p class=\"note\">Sorted by the number next to the name: the raw AuC of %s minus that of"
					+ " gray, in points.</p>\n", escape(report.pictures().get(0).rows().get(1)));
		}
		String kind = "";
		for (final Report.Picture picture : report.pictures()) {
			if (!picture.kind().equals(kind)) {
				kind = picture.kind();
				add("<h3 class=\"kind\">%s%s</h3>\n", Character.toUpperCase(kind.charAt(0)), kind.substring(1));
			}
			add("<figure><figcaption>%s <span>%+.2f</span></figcaption>\n<div class=\"strip\">\n",
					escape(picture.photo()), picture.gain());
			for (int i = 0; i < picture.thumbnails().size(); i++) {
				add("<div><img alt=\"\" src=\"data:image/png;base64,%s\">%s</div>\n",
						Base64.getEncoder().encodeToString(picture.thumbnails().get(i)),
						i == 0 ? "truth" : escape(picture.rows().get(i - 1)));
			}
			add("</div></figure>\n");
		}
	}

	private void definitions() {
		add("<h2>Definitions</h2>\n<dl>\n");
		EvaluationRow.DEFINITIONS.lines().forEach(line -> {
			final int colon = line.indexOf(": ");
			add("<dt>%s</dt><dd>%s</dd>\n", escape(line.substring(0, colon)), escape(line.substring(colon + 2)));
		});
		add("</dl>\n");
	}

	private void skipped() {
		if (report.skipped().isEmpty()) {
			return;
		}
		add("<h2>Skipped</h2>\n<ul>\n");
		report.skipped().stream().limit(SKIPPED_SHOWN)
				.forEach(skipped -> add("<li>%s: %s</li>\n", escape(skipped.name()), escape(skipped.reason())));
		add("</ul>\n");
		if (report.skipped().size() > SKIPPED_SHOWN) {
			add("<p class=\"note\">All %d are listed in %s.</p>\n", report.skipped().size(), Report.JSON);
		}
	}
}
