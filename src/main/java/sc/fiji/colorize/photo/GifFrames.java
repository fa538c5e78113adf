/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;

import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;

/**
 * The frames of a GIF file as displayed: each is drawn over the previous ones on the logical screen. (GIF89a, sections 18,
 * 20 and 23.)
 */
final class GifFrames {

	private static final String NATIVE = "javax_imageio_gif_image_1.0";

	final ImageReader reader;
	final int count;
	/** The logical screen. */
	final Rectangle screen;
	private int next;
	private BufferedImage canvas;

	GifFrames(final ImageReader reader) throws IOException {
		this.reader = reader;
		final IIOMetadataNode size = child((IIOMetadataNode) reader.getStreamMetadata()
				.getAsTree("javax_imageio_gif_stream_1.0"), "LogicalScreenDescriptor");
		final Rectangle stated = new Rectangle(number(size, "logicalScreenWidth"), number(size, "logicalScreenHeight"));
		count = reader.getNumImages(true);
		// Some programs write a screen that is smaller than the first frame.
		screen = count == 0 ? stated : stated.union(place(0));
	}

	/** Composes a frame. If called in order, each call decodes one frame. */
	BufferedImage read(final int index) throws IOException {
		if (count == 1 && place(index).equals(screen)) {
			return reader.read(index);
		}
		if (index < next || canvas == null) {
			canvas = new BufferedImage(screen.width, screen.height, BufferedImage.TYPE_INT_RGB);
			next = 0;
		}
		BufferedImage shown = canvas;
		while (next <= index) {
			final Rectangle place = place(next).intersection(screen);
			final BufferedImage frame = reader.read(next);
			shown = copy(canvas);
			draw(frame, place, shown);
			switch (disposal(next)) {
				case "restoreToPrevious" -> { }
				case "restoreToBackgroundColor" -> {
					canvas = copy(shown);
					canvas.setRGB(place.x, place.y, place.width, place.height, new int[place.width * place.height], 0,
							place.width);
				}
				default -> canvas = shown;
			}
			next++;
		}
		return shown;
	}

	private static BufferedImage copy(final BufferedImage image) {
		final BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), image.getType());
		copy.setData(image.getRaster());
		return copy;
	}

	private static void draw(final BufferedImage frame, final Rectangle place, final BufferedImage target) {
		for (int y = 0; y < Math.min(place.height, frame.getHeight()); y++) {
			for (int x = 0; x < Math.min(place.width, frame.getWidth()); x++) {
				final int color = frame.getRGB(x, y);
				if (color >>> 24 != 0) {
					target.setRGB(place.x + x, place.y + y, color);
				}
			}
		}
	}

	private Rectangle place(final int index) throws IOException {
		final IIOMetadataNode frame = child(tree(index), "ImageDescriptor");
		return new Rectangle(number(frame, "imageLeftPosition"), number(frame, "imageTopPosition"),
				number(frame, "imageWidth"), number(frame, "imageHeight"));
	}

	private String disposal(final int index) throws IOException {
		final IIOMetadataNode control = child(tree(index), "GraphicControlExtension");
		return control == null ? "none" : control.getAttribute("disposalMethod");
	}

	private IIOMetadataNode tree(final int index) throws IOException {
		return (IIOMetadataNode) reader.getImageMetadata(index).getAsTree(NATIVE);
	}

	private static IIOMetadataNode child(final IIOMetadataNode parent, final String name) {
		return (IIOMetadataNode) parent.getElementsByTagName(name).item(0);
	}

	private static int number(final IIOMetadataNode node, final String attribute) {
		final String value = node == null ? "" : node.getAttribute(attribute);
		return value.isEmpty() ? 0 : Integer.parseInt(value);
	}
}
