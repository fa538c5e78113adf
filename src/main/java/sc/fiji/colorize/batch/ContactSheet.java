/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import ij.ImagePlus;

import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.Thumbnail;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.photo.ImageFormat;

/**
 * Shows the images of a batch before and after, side by side, with their names: as an HTML page on which the images to redo
 * can be ticked, or as a picture. The page is self-contained.
 */
public final class ContactSheet {

	private static final int SIDE = 320;
	private static final int SMALL_SIDE = 160;
	private static final int GAP = 8;
	private static final int NAME = 18;

	/** An image before and after; without pictures if they cannot be read, which is the problem. */
	private record Pair(String name, Path output, List<BufferedImage> pictures, String problem) {
	}

	private ContactSheet() {
	}

	/**
	 * Checks the file name of a sheet.
	 *
	 * @param file the file
	 * @throws IllegalArgumentException if it is neither a page nor a picture
	 */
	public static void requireKind(final Path file) {
		if (!isPage(file) && !file.toString().toLowerCase(Locale.ROOT).matches(".*\\.jpe?g")) {
			throw new IllegalArgumentException("The contact sheet " + file + " must end in .html or .jpg.");
		}
	}

	private static boolean isPage(final Path file) {
		return file.toString().toLowerCase(Locale.ROOT).endsWith(".html");
	}

	/**
	 * Writes the sheet of a batch, with all existing results, including those of earlier runs.
	 *
	 * @param report of the batch
	 * @param file ends in .html, .jpg or .jpeg; replaced if it exists
	 * @throws IOException if it cannot be written
	 */
	public static void write(final BatchReport report, final Path file) throws IOException {
		requireKind(file);
		final boolean page = isPage(file);
		final List<Pair> pairs = report.results().parallelStream().filter(result -> result.output().isPresent())
				.map(result -> pair(result, page ? SIDE : SMALL_SIDE)).toList();
		DescribedException.run("The contact sheet " + file, "cannot be written", () -> {
			if (page) {
				AtomicFile.writeText(file, page(pairs, file));
			}
			else {
				AtomicFile.createFolder(file);
				ImageFiles.write(new ImagePlus("", picture(pairs)), file);
			}
		});
	}

	private static Pair pair(final JobResult result, final int side) {
		final Path output = result.output().orElseThrow();
		final String name = result.job().input().toString();
		try {
			return new Pair(name, output, List.of(Thumbnail.of(result.job().input(), side), Thumbnail.of(output, side)),
					"");
		}
		catch (final IOException e) {
			return new Pair(name, output, List.of(), Failure.reason(e));
		}
	}

	private static String page(final List<Pair> pairs, final Path file) throws IOException {
		final StringBuilder html = new StringBuilder();
		for (final Pair pair : pairs) {
			final StringBuilder shown = new StringBuilder();
			for (int i = 0; i < pair.pictures().size(); i++) {
				final BufferedImage picture = pair.pictures().get(i);
				shown.append(String.format(Locale.ROOT,
						"<img loading=\"lazy\" width=\"%d\" height=\"%d\" alt=\"%s\" src=\"data:image/jpeg;base64,%s\">",
						picture.getWidth(), picture.getHeight(), i == 0 ? "before" : "after",
						Base64.getEncoder().encodeToString(jpeg(picture))));
			}
			html.append(String.format(Locale.ROOT,
					"<figure><label><input type=\"checkbox\" value=\"%1$s\"> %1$s</label>%2$s</figure>\n",
					escape(pair.name()), shown.isEmpty() ? "<p>It cannot be shown (" + escape(pair.problem()) + ").</p>"
							: "<a href=\"" + escape(link(file, pair.output())) + "\">" + shown + "</a>"));
		}
		try (InputStream page = ContactSheet.class.getResourceAsStream("contact-sheet.html")) {
			return new String(page.readAllBytes(), StandardCharsets.UTF_8)
					.replace("$COUNT", pairs.size() == 1 ? "1 image" : pairs.size() + " images").replace("$PAIRS", html);
		}
	}

	private static byte[] jpeg(final BufferedImage picture) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		final ImageWriter writer = ImageFormat.writer("jpg");
		try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
			writer.setOutput(stream);
			writer.write(picture);
		}
		finally {
			writer.dispose();
		}
		return bytes.toByteArray();
	}

	private static String escape(final String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
	}

	/** A relative link from the sheet to a result, so that both can be moved together. */
	private static String link(final Path file, final Path output) {
		try {
			final Path folder = file.toAbsolutePath().normalize().getParent();
			final String path = folder.relativize(output.toAbsolutePath().normalize()).toString().replace('\\', '/');
			// The dot keeps a colon in a name from ending a scheme.
			return new URI(null, null, "./" + path, null).toASCIIString();
		}
		catch (final IllegalArgumentException | URISyntaxException e) {
			// On another drive.
			return output.toUri().toASCIIString();
		}
	}

	private static BufferedImage picture(final List<Pair> pairs) {
		final int width = 2 * SMALL_SIDE + 2 * GAP;
		final int height = SMALL_SIDE + NAME + 2 * GAP;
		final int columns = Math.max(1, (int) Math.round(Math.sqrt((double) pairs.size() * height / width)));
		final int rows = Math.max(1, (pairs.size() + columns - 1) / columns);
		final BufferedImage sheet = new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
		final Graphics2D graphics = sheet.createGraphics();
		graphics.setColor(Color.WHITE);
		graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
		graphics.setColor(Color.BLACK);
		graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		for (int i = 0; i < pairs.size(); i++) {
			final int x = i % columns * width + GAP;
			final int y = i / columns * height + GAP;
			final Pair pair = pairs.get(i);
			for (int p = 0; p < pair.pictures().size(); p++) {
				graphics.drawImage(pair.pictures().get(p), x + p * SMALL_SIDE, y, null);
			}
			final String name = Path.of(pair.name()).getFileName().toString();
			graphics.setClip(x, y, width - GAP, height - GAP);
			graphics.drawString(pair.pictures().isEmpty() ? name + " (" + pair.problem() + ")" : name, x,
					y + SMALL_SIDE + NAME - GAP / 2);
			graphics.setClip(null);
		}
		graphics.dispose();
		return sheet;
	}
}
