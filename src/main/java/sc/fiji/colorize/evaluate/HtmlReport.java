/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

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

	private static final String STYLE = """
			:root { color-scheme: light; }
			* { box-sizing: border-box; }
			body { margin: 0 auto; max-width: 1180px; padding: 32px 28px 64px; background: #fff; color: #1d2329;
				font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
			h1 { font-size: 26px; font-weight: 650; margin: 0; letter-spacing: -.01em; }
			h2 { font-size: 18px; font-weight: 650; margin: 44px 0 12px; }
			h3 { font-size: 13px; font-weight: 600; margin: 0 0 6px; color: #5a6570; }
			h3.kind { font-size: 15px; color: #1d2329; margin: 26px 0 8px; }
			p.lead { margin: 4px 0 28px; color: #5a6570; overflow-wrap: anywhere; }
			p.note { color: #5a6570; font-size: 13px; margin: 10px 0 0; max-width: 80ch; }
			.scroll { overflow-x: auto; }
			table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
			th, td { padding: 7px 12px; text-align: right; white-space: nowrap; }
			th { font-size: 12.5px; font-weight: 600; color: #5a6570; border-bottom: 1.5px solid #c9d0d6;
				vertical-align: bottom; line-height: 1.3; }
			th small, td small { color: #7d8790; font-weight: 400; }
			th:first-child, td:first-child { text-align: left; padding-left: 0; }
			td { border-bottom: 1px solid #e8ebee; }
			td b { font-weight: 700; }
			.key { display: inline-block; vertical-align: middle; margin-right: 9px; }
			.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 24px; }
			svg text { font: 11.5px system-ui, sans-serif; fill: #5a6570; }
			svg.plot { width: 100%; height: auto; display: block; }
			figure { margin: 0 0 22px; }
			figcaption { font-size: 13px; margin-bottom: 6px; overflow-wrap: anywhere; }
			figcaption span { color: #7d8790; }
			.strip { display: flex; gap: 10px; overflow-x: auto; }
			.strip div { font-size: 12px; color: #5a6570; flex: 1 1 0; min-width: 120px; max-width: 240px; }
			.strip img { display: block; border-radius: 3px; width: 100%; margin-bottom: 3px; }
			dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 20px; font-size: 13.5px; margin: 0;
				max-width: 105ch; }
			dt { font-weight: 600; } dd { margin: 0; color: #39424b; }
			ul { font-size: 13.5px; padding-left: 20px; margin: 0; overflow-wrap: anywhere; }
			@media (max-width: 560px) { dl { display: block; } dd { margin: 0 0 8px; }
				.curves { grid-template-columns: 1fr; } }
			""";

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
	String page() {
		html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
				.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
				.append("<title>Colorizer evaluation</title>\n<style>\n").append(STYLE)
				.append("</style>\n</head>\n<body>\n<h1>Colorizer evaluation</h1>\n");
		final EvaluationRow first = report.rows().get(0);
		html.append("<p class=\"lead\">").append(count(first.photos(), "photo")).append(" of ")
				.append(escape(report.folder()));
		if (first.skipped() > 0) {
			html.append(", ").append(first.skipped()).append(" more skipped");
		}
		html.append("</p>\n");
		table();
		curves();
		pictures();
		definitions();
		skipped();
		return html.append("</body>\n</html>\n").toString();
	}

	private static String count(final int number, final String what) {
		return number + " " + what + (number == 1 ? "" : "s");
	}

	private static String escape(final String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
	}

	private static String number(final double value, final int decimals) {
		return String.format(Locale.ROOT, "%." + decimals + "f", value);
	}

	private static boolean isModel(final EvaluationRow row) {
		return row.model() != null;
	}

	/** SVG attributes of a row's line. */
	private String stroke(final int row) {
		final long models = report.rows().subList(0, row).stream().filter(HtmlReport::isModel).count();
		if (!isModel(report.rows().get(row))) {
			return "stroke=\"" + BASELINE_COLORS.get(row % BASELINE_COLORS.size()) + "\" stroke-dasharray=\""
					+ BASELINE_DASH + "\"";
		}
		final int turn = (int) (models / MODEL_COLORS.size());
		return "stroke=\"" + MODEL_COLORS.get((int) (models % MODEL_COLORS.size())) + "\" stroke-dasharray=\""
				+ DASHES.get(turn % DASHES.size()) + "\"";
	}

	private void table() {
		html.append("<div class=\"scroll\"><table>\n<tr><th></th>");
		for (final Column column : COLUMNS) {
			html.append("<th>").append(column.title());
			if (!column.unit().isEmpty()) {
				html.append(" <small>").append(column.unit()).append("</small>");
			}
			html.append("</th>");
		}
		html.append("<th>Chroma<br><small>of truth</small></th>")
				.append("<th>Colorfulness<br><small>of truth</small></th></tr>\n");
		for (int i = 0; i < report.rows().size(); i++) {
			final EvaluationRow row = report.rows().get(i);
			html.append("<tr><td><svg class=\"key\" width=\"26\" height=\"8\">")
					.append("<path d=\"M0 4h26\" stroke-width=\"2.5\" ").append(stroke(i))
					.append("/></svg>").append(escape(row.name())).append("</td>");
			for (final Column column : COLUMNS) {
				cell(row, column);
			}
			share(row.chroma(), row.trueChroma());
			share(row.colorfulness(), row.trueColorfulness());
			html.append("</tr>\n");
		}
		final EvaluationRow first = report.rows().get(0);
		html.append("</table></div>\n<p class=\"note\">The photos have chroma ")
				.append(number(first.trueChroma(), 1)).append(" and colorfulness ")
				.append(number(first.trueColorfulness(), 1)).append(". The rebalanced AuC weights colors by ")
				.append(report.givenPrior() ? "a given prior" : "their frequency in this set")
				.append(". The best values are bold.</p>\n");
	}

	private void cell(final EvaluationRow row, final Column column) {
		final Double value = column.value().apply(row);
		final boolean best = value != null && column.better() != 0 && report.rows().stream().map(column.value())
				.allMatch(other -> other == null || column.better() * Double.compare(value, other) >= 0);
		html.append("<td>").append(best ? "<b>" : "").append(value == null ? "" : number(value, column.decimals()))
				.append(best ? "</b>" : "").append("</td>");
	}

	private void share(final double value, final double truth) {
		html.append("<td>").append(number(value, 1));
		if (truth > 0) {
			html.append(" <small>").append(number(100 * value / truth, 0)).append(" %</small>");
		}
		html.append("</td>");
	}

	private void curves() {
		html.append("<h2>Color error</h2>\n<div class=\"curves\">\n");
		plot("All pixels count the same (raw)", EvaluationRow::curveRaw);
		plot("Rare and common colors count the same (rebalanced)", EvaluationRow::curveRebalanced);
		html.append("</div>\n<p class=\"note\">CMF: the fraction of pixels whose color is within a distance of the ")
				.append("truth. The AuC is the mean height of the curve.</p>\n");
	}

	private void plot(final String title, final Function<EvaluationRow, List<Double>> curve) {
		html.append("<div><h3>").append(title).append("</h3>\n<svg class=\"plot\" viewBox=\"0 0 ").append(PLOT_WIDTH)
				.append(' ').append(PLOT_HEIGHT).append("\" role=\"img\">\n");
		for (int percent = 0; percent <= 100; percent += 25) {
			final String y = y(percent / 100.0);
			html.append("<path d=\"M").append(LEFT).append(' ').append(y).append('H').append(PLOT_WIDTH - MARGIN)
					.append("\" stroke=\"").append(percent == 0 ? "#9aa3ab" : "#e8ebee").append("\"/><text x=\"")
					.append(LEFT - 7).append("\" y=\"").append(y).append("\" dy=\"4\" text-anchor=\"end\">")
					.append(percent).append(percent == 100 ? " %" : "").append("</text>\n");
		}
		for (int t = 0; t <= ErrorCurve.THRESHOLDS; t += 25) {
			html.append("<text x=\"").append(x(t)).append("\" y=\"").append(PLOT_HEIGHT - BOTTOM + 17)
					.append("\" text-anchor=\"middle\">").append(t).append("</text>\n");
		}
		html.append("<text x=\"").append(x(ErrorCurve.THRESHOLDS / 2)).append("\" y=\"").append(PLOT_HEIGHT - 5)
				.append("\" text-anchor=\"middle\">distance from the true color (ab units)</text>\n");
		for (int i = 0; i < report.rows().size(); i++) {
			final List<Double> values = curve.apply(report.rows().get(i));
			html.append("<polyline fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\" ").append(stroke(i))
					.append(" points=\"");
			for (int t = 0; t < values.size(); t++) {
				html.append(t == 0 ? "" : " ").append(x(t)).append(',').append(y(values.get(t)));
			}
			html.append("\"><title>").append(escape(report.rows().get(i).name())).append("</title></polyline>\n");
		}
		html.append("</svg></div>\n");
	}

	private static String x(final int threshold) {
		return number(LEFT + (PLOT_WIDTH - MARGIN - LEFT) * threshold / (double) ErrorCurve.THRESHOLDS, 1);
	}

	private static String y(final double share) {
		return number(PLOT_HEIGHT - BOTTOM - (PLOT_HEIGHT - BOTTOM - MARGIN) * share, 1);
	}

	private void pictures() {
		if (!report.pictures().isEmpty()) {
			html.append("<h2>Pictures</h2>\n<p class=\"note\">Sorted by the number next to the name: the raw AuC of ")
					.append(escape(report.pictures().get(0).rows().get(1)))
					.append(" minus that of gray, in points.</p>\n");
		}
		String kind = "";
		for (final Report.Picture picture : report.pictures()) {
			if (!picture.kind().equals(kind)) {
				kind = picture.kind();
				html.append("<h3 class=\"kind\">").append(Character.toUpperCase(kind.charAt(0)))
						.append(kind.substring(1)).append("</h3>\n");
			}
			html.append("<figure><figcaption>").append(escape(picture.photo())).append(" <span>")
					.append(String.format(Locale.ROOT, "%+.2f", picture.gain())).append("</span></figcaption>\n")
					.append("<div class=\"strip\">\n");
			for (int i = 0; i < picture.thumbnails().size(); i++) {
				html.append("<div><img alt=\"\" src=\"data:image/png;base64,")
						.append(Base64.getEncoder().encodeToString(picture.thumbnails().get(i))).append("\">")
						.append(i == 0 ? "truth" : escape(picture.rows().get(i - 1))).append("</div>\n");
			}
			html.append("</div></figure>\n");
		}
	}

	private void definitions() {
		html.append("<h2>Definitions</h2>\n<dl>\n");
		EvaluationRow.DEFINITIONS.lines().forEach(line -> {
			final int colon = line.indexOf(": ");
			html.append("<dt>").append(escape(line.substring(0, colon))).append("</dt><dd>")
					.append(escape(line.substring(colon + 2))).append("</dd>\n");
		});
		html.append("</dl>\n");
	}

	private void skipped() {
		if (report.skipped().isEmpty()) {
			return;
		}
		html.append("<h2>Skipped</h2>\n<ul>\n");
		report.skipped().stream().limit(SKIPPED_SHOWN).forEach(skipped -> html.append("<li>")
				.append(escape(skipped.name())).append(": ").append(escape(skipped.reason())).append("</li>\n"));
		html.append("</ul>\n");
		if (report.skipped().size() > SKIPPED_SHOWN) {
			html.append("<p class=\"note\">All ").append(report.skipped().size()).append(" are listed in ")
					.append(Report.JSON).append(".</p>\n");
		}
	}
}
