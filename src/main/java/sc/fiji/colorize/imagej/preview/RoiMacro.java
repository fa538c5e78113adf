/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import java.awt.Color;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.PointRoi;
import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.process.FloatPolygon;

/** Writes selections as lines of ImageJ's macro language that add them to the overlay. */
final class RoiMacro {

	private static final Map<Integer, String> TYPES = Map.of(Roi.POLYGON, "polygon", Roi.FREEROI, "freehand",
			Roi.TRACED_ROI, "traced", Roi.POLYLINE, "polyline", Roi.FREELINE, "freeline", Roi.ANGLE, "angle");

	/** The smallest fraction that is written. */
	private static final float LEAST = 1e-4f;

	private RoiMacro() {
	}

	/** The lines that add a selection; empty if it has several parts, which the macro language cannot express. */
	static Optional<String> add(final Roi roi) {
		return make(roi).map(line -> line
				+ (roi.getName() == null ? "" : "Roi.setName(\"" + roi.getName().replace("\"", "\\\"") + "\");\n")
				+ "Overlay.addSelection(\"" + color(roi.getStrokeColor()) + "\", " + number(roi.getStrokeWidth()) + ", \""
				+ color(roi.getFillColor()) + "\");\n" + position(roi));
	}

	/** The line that makes a selection without adding it; empty if it has several parts. */
	static Optional<String> make(final Roi roi) {
		final String line;
		if (roi instanceof Line straight) {
			line = "makeLine(" + numbers(straight.x1d, straight.y1d, straight.x2d, straight.y2d) + ")";
		}
		else if (roi instanceof PointRoi) {
			line = selection("points", roi);
		}
		else if (roi instanceof PolygonRoi) {
			line = selection(TYPES.getOrDefault(roi.getType(), "freehand"), roi);
		}
		else if (roi.getType() == Roi.RECTANGLE || roi instanceof OvalRoi) {
			final var bounds = roi.getFloatBounds();
			line = (roi instanceof OvalRoi ? "makeOval(" : "makeRectangle(")
					+ numbers(bounds.x, bounds.y, bounds.width, bounds.height)
					+ (roi.getCornerDiameter() > 0 ? ", " + roi.getCornerDiameter() : "") + ")";
		}
		else {
			return Optional.empty();
		}
		return Optional.of(line + ";\n");
	}

	private static String selection(final String type, final Roi roi) {
		final FloatPolygon corners = roi.getFloatPolygon();
		if (corners.npoints == 1) {
			// newArray(5) would make an array of five numbers.
			return "makePoint(" + numbers(corners.xpoints[0], corners.ypoints[0]) + ")";
		}
		final boolean whole = IntStream.range(0, corners.npoints)
				.allMatch(i -> isWhole(corners.xpoints[i]) && isWhole(corners.ypoints[i]));
		if (whole && roi.subPixelResolution()) {
			// Of whole numbers alone, ImageJ would make a selection of whole pixels, which is half a pixel larger.
			corners.xpoints[0] += LEAST;
		}
		return "makeSelection(\"" + type + "\", newArray(" + numbers(corners.xpoints, corners.npoints) + "), newArray("
				+ numbers(corners.ypoints, corners.npoints) + "))";
	}

	private static String numbers(final float[] values, final int count) {
		return numbers(IntStream.range(0, count).mapToDouble(i -> values[i]).toArray());
	}

	private static String numbers(final double... values) {
		return DoubleStream.of(values).mapToObj(RoiMacro::number).collect(Collectors.joining(", "));
	}

	private static boolean isWhole(final double value) {
		return value == Math.rint(value);
	}

	private static String number(final double value) {
		return isWhole(value) ? String.valueOf((long) value) : String.format(Locale.ROOT, "%.4f", value);
	}

	private static String color(final Color color) {
		return color == null ? "" : String.format(Locale.ROOT, "#%08x", color.getRGB());
	}

	private static String position(final Roi roi) {
		if (roi.hasHyperStackPosition()) {
			return "Overlay.setPosition(" + roi.getCPosition() + ", " + roi.getZPosition() + ", " + roi.getTPosition()
					+ ");\n";
		}
		return roi.getPosition() == 0 ? "" : "Overlay.setPosition(" + roi.getPosition() + ");\n";
	}
}
