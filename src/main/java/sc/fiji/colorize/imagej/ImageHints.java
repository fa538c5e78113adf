/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.Color;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import javax.imageio.ImageIO;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.gui.TextRoi;
import ij.io.RoiDecoder;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorHints;
import sc.fiji.colorize.Hint;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.ops.HintPropagation;

/**
 * The color hints for an ImageJ image: selections with a color, or strokes of color on a transparent PNG image.
 * <p>
 * The color of a selection is its fill color, else its stroke color. Selections without a color, texts and images are not
 * hints. A gray hint keeps its area gray, and a selection named <em>keep</em> keeps the predicted colors. The stroke width
 * is the width of a line. A selection with a position in a stack applies only to that slice,
 * or in a smoothed time series, from that frame on.
 */
public final class ImageHints {

	/** No hints. */
	public static final ImageHints NONE = new ImageHints("none", "none", List.of(), null, 1);
	/** Keyword for the selections in the overlay of the image. */
	public static final String OVERLAY = "overlay";

	private static final String PNG = ".png";
	private static final String ROI = ".roi";
	private static final String ZIP = ".zip";
	private static final List<String> ENDINGS = List.of(PNG, ZIP, ROI);
	/** The name of a selection that keeps the predicted colors. */
	public static final String KEEP = "keep";

	/** The source of the hints, as a subject in messages. */
	private final String name;
	/** The same in the metadata of a result: without folders, as the name of the image. */
	private final String source;
	private final List<Roi> selections;
	private final BufferedImage strokes;
	private final double reach;

	private ImageHints(final String name, final String source, final List<Roi> selections,
			final BufferedImage strokes, final double reach) {
		HintPropagation.requireReach(reach);
		this.name = name;
		this.source = source;
		this.selections = selections;
		this.strokes = strokes;
		this.reach = reach;
	}

	/**
	 * Parses the hints option of a dialog or macro.
	 *
	 * @param text {@link #OVERLAY}, the path of a file as for {@link #read}, or empty for no hints
	 * @param image the image
	 * @param reach how far the hints reach, see {@link ColorHints}
	 * @return the hints
	 * @throws IOException if the file cannot be read
	 * @throws IllegalArgumentException if there is no hint
	 */
	public static ImageHints of(final String text, final ImagePlus image, final double reach) throws IOException {
		final String words = text == null ? "" : text.strip();
		if (words.isEmpty() || image == null) {
			return NONE;
		}
		return words.equals(OVERLAY) ? ofOverlay(image, reach) : read(Path.of(words), reach);
	}

	private static ImageHints ofOverlay(final ImagePlus image, final double reach) {
		final Overlay overlay = image.getOverlay();
		final List<Roi> hints = overlay == null ? List.of() : hints(List.of(overlay.toArray()));
		if (hints.isEmpty()) {
			throw new IllegalArgumentException("The overlay of '" + image.getTitle()
					+ "' holds no hint: add a selection with a fill or stroke color to it.");
		}
		final String title = "overlay of '" + image.getTitle() + "'";
		return new ImageHints("The " + title, "the " + title, hints, null, reach);
	}

	/**
	 * Reads hints from a file.
	 *
	 * @param file a transparent PNG image of the image's size with strokes of color, or ImageJ selections (.roi, .zip)
	 * @param reach how far the hints reach, see {@link ColorHints}
	 * @return the hints
	 * @throws IOException if the file cannot be read or has no hints
	 */
	public static ImageHints read(final Path file, final double reach) throws IOException {
		final String ending = ending(file);
		final String subject = "The hint file " + file;
		if (ending.isEmpty()) {
			throw new DescribedException(subject, "must be a transparent PNG image or ImageJ selections",
					"let its name end in .png, .zip or .roi", null);
		}
		final ImageHints hints;
		try {
			final String source = "the hint file " + file.getFileName();
			hints = ending.equals(PNG) ? new ImageHints(subject, source, List.of(), readStrokes(file), reach)
					: new ImageHints(subject, source, hints(readSelections(file)), null, reach);
		}
		catch (final IOException | RuntimeException e) {
			throw new DescribedException(subject, "cannot be read (" + Failure.reason(e) + ")", "", e);
		}
		if (hints.strokes == null ? hints.selections.isEmpty()
				: Arrays.stream(argb(hints.strokes)).noneMatch(ColorHints::isStroke)) {
			throw new DescribedException(subject, "holds no hint",
					hints.strokes == null ? "it needs a selection with a fill or stroke color"
							: "paint strokes of color on the transparent image",
					null);
		}
		return hints;
	}

	/**
	 * {@return whether a file name is that of a hint file, which ends in .png, .zip or .roi}
	 *
	 * @param file the file
	 */
	public static boolean hasEnding(final Path file) {
		return !ending(file).isEmpty();
	}

	private static String ending(final Path file) {
		final String lower = file.getFileName() == null ? "" : file.getFileName().toString().toLowerCase(Locale.ROOT);
		return ENDINGS.stream().filter(lower::endsWith).findFirst().orElse("");
	}

	private static BufferedImage readStrokes(final Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			final BufferedImage image = ImageIO.read(in);
			if (image == null) {
				throw new IOException("it is no PNG image");
			}
			if (!image.getColorModel().hasAlpha()) {
				throw new IOException("its ground is not transparent");
			}
			return image;
		}
	}

	private static int[] argb(final BufferedImage image) {
		return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
	}

	private static List<Roi> readSelections(final Path file) throws IOException {
		final List<Roi> selections = new ArrayList<>();
		try (InputStream in = Files.newInputStream(file)) {
			if (ending(file).equals(ROI)) {
				return List.of(decode(in.readAllBytes(), file.getFileName().toString()));
			}
			try (ZipInputStream zip = new ZipInputStream(in)) {
				for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
					if (entry.getName().toLowerCase(Locale.ROOT).endsWith(ROI)) {
						selections.add(decode(zip.readAllBytes(), entry.getName()));
					}
				}
			}
		}
		return selections;
	}

	private static Roi decode(final byte[] bytes, final String entry) throws IOException {
		final String title = entry.substring(entry.lastIndexOf('/') + 1, entry.length() - ROI.length());
		try {
			return new RoiDecoder(bytes, title).getRoi();
		}
		catch (final IOException | RuntimeException e) {
			throw new IOException(entry + " is no ImageJ selection", e);
		}
	}

	private static List<Roi> hints(final List<Roi> selections) {
		return selections.stream().filter(ImageHints::isHint).toList();
	}

	/**
	 * {@return whether a selection is a hint: has a color or keeps the prediction, and is neither a text nor an image}
	 *
	 * @param roi the selection, in an overlay or a file
	 */
	public static boolean isHint(final Roi roi) {
		return !(roi instanceof TextRoi) && !(roi instanceof ImageRoi) && (keeps(roi) || color(roi) != null);
	}

	private static boolean keeps(final Roi roi) {
		return KEEP.equalsIgnoreCase(roi.getName());
	}

	private static Color color(final Roi roi) {
		return roi.getFillColor() == null ? roi.getStrokeColor() : roi.getFillColor();
	}

	/**
	 * Applies the hints for a plane.
	 *
	 * @param predicted the network's prediction for the plane
	 * @param planes the planes of the image
	 * @param plane index of the plane, from 0
	 * @param alongTime whether a hint holds from its frame on until a later frame has hints; otherwise it is for its
	 *        slice only
	 * @return the distribution with the hints, or {@code predicted} if the plane has none
	 * @throws IllegalArgumentException if the hints are for an image of another size or lie outside it
	 */
	public ColorDistribution apply(final ColorDistribution predicted, final SourcePlanes planes, final int plane,
			final boolean alongTime) {
		final ImagePlus image = planes.image();
		final int index = planes.index(plane);
		return apply(predicted, image.getWidth(), image.getHeight(), alongTime ? held(image, index)
				: selections.stream().filter(roi -> isOn(roi, image, index)).toList());
	}

	/** The selections of the latest frame with hints up to that of a plane, and those that are for all frames. */
	private List<Roi> held(final ImagePlus image, final int index) {
		final int[] place = image.convertIndexToPosition(index);
		final int axis = image.getNFrames() > 1 ? 2 : 1;
		final Map<Roi, Integer> frames = new IdentityHashMap<>();
		int latest = 0;
		for (final Roi roi : selections) {
			final int frame = frame(roi, image, axis);
			final int[] there = place.clone();
			there[axis] = frame == 0 ? place[axis] : frame;
			if (frame <= place[axis] && isOn(roi, image, image.getStackIndex(there[0], there[1], there[2]))) {
				frames.put(roi, frame);
				latest = Math.max(latest, frame);
			}
		}
		final int last = latest;
		return selections.stream()
				.filter(roi -> frames.containsKey(roi) && (frames.get(roi) == 0 || frames.get(roi) == last)).toList();
	}

	/** The position of a selection along an axis of a stack, 1 for z or 2 for time; 0 if it is for all positions. */
	private static int frame(final Roi roi, final ImagePlus image, final int axis) {
		if (roi.hasHyperStackPosition()) {
			return axis == 1 ? roi.getZPosition() : roi.getTPosition();
		}
		return roi.getPosition() == 0 ? 0 : image.convertIndexToPosition(roi.getPosition())[axis];
	}

	/** Applies the hints for an image with one plane. */
	ColorDistribution apply(final ColorDistribution predicted, final int width, final int height) {
		return apply(predicted, width, height, selections);
	}

	/** Whether a selection applies to a plane of an image, given by its index in the stack. */
	static boolean isOn(final Roi roi, final ImagePlus image, final int index) {
		if (roi.hasHyperStackPosition()) {
			final int[] place = image.convertIndexToPosition(index);
			return (roi.getZPosition() == 0 || roi.getZPosition() == place[1])
					&& (roi.getTPosition() == 0 || roi.getTPosition() == place[2]);
		}
		return roi.getPosition() == 0 || roi.getPosition() == index;
	}

	private ColorDistribution apply(final ColorDistribution predicted, final int width, final int height,
			final List<Roi> wanted) {
		if (strokes != null) {
			if (strokes.getWidth() != width || strokes.getHeight() != height) {
				throw new IllegalArgumentException(name + " has " + strokes.getWidth() + "x" + strokes.getHeight()
						+ " pixels but the image has " + width + "x" + height + ": make it the size of the image.");
			}
			return ColorHints.ofStrokes(argb(strokes), width, reach).apply(predicted);
		}
		if (wanted.isEmpty()) {
			return predicted;
		}
		final List<Hint> hints = new ArrayList<>();
		for (final Roi roi : wanted) {
			final List<Hint.Run> region = region(roi, width, height);
			if (region.isEmpty()) {
				final Rectangle bounds = roi.getBounds();
				throw new IllegalArgumentException(name + " has a hint at (" + bounds.x + ", " + bounds.y
						+ "), outside the image of " + width + "x" + height + " pixels: move or delete it.");
			}
			hints.add(keeps(roi) ? Hint.prediction(region) : Hint.color(region, color(roi).getRGB()));
		}
		return ColorHints.of(width, height, hints, reach).apply(predicted);
	}

	/** The pixels of a selection that are inside the image. */
	private static List<Hint.Run> region(final Roi roi, final int width, final int height) {
		final List<Hint.Run> runs = new ArrayList<>();
		if (roi instanceof PointRoi) {
			for (final Point point : roi.getContainedPoints()) {
				if (point.x >= 0 && point.x < width && point.y >= 0 && point.y < height) {
					runs.add(new Hint.Run(point.y, point.x, point.x + 1));
				}
			}
			return runs;
		}
		final Rectangle bounds = roi.getBounds();
		final int margin = roi.isLine() ? (int) Math.ceil(roi.getStrokeWidth()) + 1 : 0;
		final Rectangle part = new Rectangle(bounds.x - margin, bounds.y - margin, bounds.width + 2 * margin,
				bounds.height + 2 * margin).intersection(new Rectangle(width, height));
		if (part.isEmpty()) {
			return runs;
		}
		final ImageProcessor mask = new ByteProcessor(part.width, part.height);
		mask.setColor(255);
		final Roi moved = (Roi) roi.clone();
		moved.setLocation(bounds.x - part.x, bounds.y - part.y);
		if (roi.isLine()) {
			moved.drawPixels(mask);
		}
		else {
			mask.fill(moved);
		}
		for (int y = 0; y < part.height; y++) {
			int from = -1;
			for (int x = 0; x <= part.width; x++) {
				final boolean inside = x < part.width && mask.get(x, y) != 0;
				if (inside && from < 0) {
					from = x;
				}
				else if (!inside && from >= 0) {
					runs.add(new Hint.Run(part.y + y, part.x + from, part.x + x));
					from = -1;
				}
			}
		}
		return runs;
	}

	/** The source of the hints, for the provenance of a result. */
	@Override
	public String toString() {
		return source + ", reach: " + reach;
	}
}
