/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Creates the picture of {@code docs/hints.md} from the rendered landscape and the bundled model. */
public final class HintPictures {

	private static final int SIDE = 10;

	/** A square hint. */
	private record Dot(int x, int y, int rgb) {

		Hint hint() {
			return Hint.color(Hint.rectangle(x, y, SIDE, SIDE), rgb);
		}
	}

	/** Hints on the forest, the lake and the meadow. */
	private static final List<Dot> DOTS =
			List.of(new Dot(230, 118, 0x46603c), new Dot(196, 178, 0x6f9fc8), new Dot(180, 215, 0xb08030));

	private HintPictures() {
	}

	/**
	 * Writes the picture.
	 *
	 * @param arguments the folder and the model; default docs/images and default
	 * @throws IOException if it cannot be written
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path folder = Path.of(arguments.length > 0 ? arguments[0] : "docs/images");
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu")
				.model(arguments.length > 1 ? arguments[1] : "default");
		final int width = TemperatureAndPrior.WIDTH;
		final int height = TemperatureAndPrior.HEIGHT;
		final BufferedImage gray =
				SampleLandscape.gray(SampleLandscape.render(width, height, SampleLandscape.SAMPLE_SEED));
		final ColorHints hints = ColorHints.of(width, height, DOTS.stream().map(Dot::hint).toList(), 1);
		final Map<String, BufferedImage> pictures = new LinkedHashMap<>();
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			pictures.put("gray", gray);
			pictures.put("automatic", TemperatureAndPrior.colorize(colorizer, options, gray, UnaryOperator.identity()));
			pictures.put("three hints", withDots(gray));
			pictures.put("with the hints", TemperatureAndPrior.colorize(colorizer, options, gray, hints::apply));
		}
		Files.createDirectories(folder);
		SampleLandscape.writeJpeg(TemperatureAndPrior.montage(pictures, 2), folder.resolve("hints.jpg"));
	}

	private static BufferedImage withDots(final BufferedImage gray) {
		final BufferedImage picture = new BufferedImage(gray.getWidth(), gray.getHeight(), BufferedImage.TYPE_INT_RGB);
		final Graphics2D graphics = picture.createGraphics();
		graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
		graphics.drawImage(gray, 0, 0, null);
		for (final Dot dot : DOTS) {
			graphics.setColor(Color.WHITE);
			graphics.fillRect(dot.x() - 2, dot.y() - 2, SIDE + 4, SIDE + 4);
			graphics.setColor(new Color(dot.rgb()));
			graphics.fillRect(dot.x(), dot.y(), SIDE, SIDE);
		}
		graphics.dispose();
		return picture;
	}
}
