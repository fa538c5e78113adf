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
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.Srgb;

/** Creates the pictures of {@code docs/temperature-and-prior.md} from the rendered landscape and the bundled model. */
public final class TemperatureAndPrior {

	static final String TEMPERATURES = "temperature-series.jpg";
	static final String PRIOR = "prior.jpg";
	static final int WIDTH = 360;
	static final int HEIGHT = 240;
	private static final int LABEL = 22;
	private static final int GAP = 4;
	private static final int COLUMNS = 3;
	private static final float PLANE_LIGHTNESS = 65;
	/** Smallest probability of a bin in the picture. */
	private static final double RAREST = 1e-7;

	private TemperatureAndPrior() {
	}

	/**
	 * Writes both pictures.
	 *
	 * @param arguments the folder and the model; default docs/images and default
	 * @throws IOException if they cannot be written
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path folder = Path.of(arguments.length > 0 ? arguments[0] : "docs/images");
		final ColorizeOptions options = ColorizeOptions.defaults().device("cpu")
				.model(arguments.length > 1 ? arguments[1] : "default");
		final BufferedImage gray =
				SampleLandscape.gray(SampleLandscape.render(WIDTH, HEIGHT, SampleLandscape.SAMPLE_SEED));
		Files.createDirectories(folder);
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			final Map<String, BufferedImage> series = new LinkedHashMap<>();
			series.put("gray", gray);
			for (final double temperature : new double[] {0, 0.2, 0.38, 0.7, 1}) {
				series.put(String.format(Locale.ROOT, "T = %.2f", temperature),
						colorize(colorizer, options.temperature(temperature), gray, UnaryOperator.identity()));
			}
			SampleLandscape.writeJpeg(montage(series, COLUMNS), folder.resolve(TEMPERATURES));
			final double[] prior = prior(colorizer);
			final double[] weights = ColorPrior.rebalancingWeights(prior, ColorPrior.LAMBDA);
			final Map<String, BufferedImage> priors = new LinkedHashMap<>();
			priors.put("how common each color is", plane(prior));
			priors.put("as common as in photos", colorize(colorizer, options, gray, d -> divided(d, weights)));
			priors.put("rare colors count more (as it is)", colorize(colorizer, options, gray, UnaryOperator.identity()));
			SampleLandscape.writeJpeg(montage(priors, COLUMNS), folder.resolve(PRIOR));
		}
	}

	/** The frequency of each bin in the training data of the model. */
	private static double[] prior(final Colorizer colorizer) {
		if (colorizer.card().training().get("prior") instanceof List<?> list) {
			return list.stream().mapToDouble(share -> ((Number) share).doubleValue()).toArray();
		}
		throw new IllegalArgumentException("The card of the model has no prior.");
	}

	static BufferedImage colorize(final Colorizer colorizer, final ColorizeOptions options,
			final BufferedImage gray, final UnaryOperator<ColorDistribution> change) {
		final int n = WIDTH * HEIGHT;
		final byte[] values = new byte[n];
		for (int i = 0; i < n; i++) {
			values[i] = (byte) gray.getRaster().getSample(i % WIDTH, i / WIDTH, 0);
		}
		final byte[] rgb = new byte[3 * n];
		final Img<UnsignedByteType> image = ArrayImgs.unsignedBytes(values, WIDTH, HEIGHT);
		change.apply(colorizer.predict(image, options.prediction())).colorize(image, DisplayRange.UNSIGNED_8_BIT,
				options.decoding(), ArrayImgs.unsignedBytes(rgb, WIDTH, HEIGHT, 3));
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
		for (int i = 0; i < n; i++) {
			picture.setRGB(i % WIDTH, i / WIDTH,
					(rgb[i] & 0xff) << 16 | (rgb[n + i] & 0xff) << 8 | rgb[2 * n + i] & 0xff);
		}
		return picture;
	}

	/** Divides a distribution by the weights of the training. */
	private static ColorDistribution divided(final ColorDistribution distribution, final double[] weights) {
		final float[] logits = distribution.values().clone();
		final int places = distribution.width() * distribution.height();
		for (int i = 0; i < logits.length; i++) {
			logits[i] -= (float) Math.log(weights[i / places]);
		}
		return distribution.withLogits(logits);
	}

	/** The plane of a* (to the right) and b* (up) with one square per bin, whose size shows its frequency. */
	private static BufferedImage plane(final double[] prior) {
		final BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
		final Graphics2D graphics = picture.createGraphics();
		graphics.setColor(Color.WHITE);
		graphics.fillRect(0, 0, WIDTH, HEIGHT);
		final double scale = HEIGHT / 230.0;
		final double[] linear = new double[3];
		for (int q = 0; q < ColorBins.COUNT; q++) {
			final double share = Math.max(0.1, 1 - Math.log(Math.max(RAREST, prior[q]) / 0.1) / Math.log(RAREST / 0.1));
			final int side = (int) Math.round(ColorBins.STEP * scale * Math.min(1, share));
			Lab.toLinear(PLANE_LIGHTNESS, ColorBins.a(q), ColorBins.b(q), linear);
			graphics.setColor(new Color(encode(linear[0]), encode(linear[1]), encode(linear[2])));
			graphics.fillRect((int) (WIDTH / 2.0 + scale * ColorBins.a(q)) - side / 2,
					(int) (HEIGHT / 2.0 - scale * ColorBins.b(q)) - side / 2, side, side);
		}
		graphics.dispose();
		return picture;
	}

	private static float encode(final double linear) {
		return Srgb.encode((float) Math.max(0, Math.min(1, linear)));
	}

	static BufferedImage montage(final Map<String, BufferedImage> pictures, final int columns) {
		final int rows = (pictures.size() + columns - 1) / columns;
		final BufferedImage montage = new BufferedImage(columns * (WIDTH + GAP) - GAP,
				rows * (HEIGHT + LABEL + GAP) - GAP, BufferedImage.TYPE_INT_RGB);
		final Graphics2D graphics = montage.createGraphics();
		graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		graphics.setColor(Color.WHITE);
		graphics.fillRect(0, 0, montage.getWidth(), montage.getHeight());
		graphics.setColor(Color.BLACK);
		graphics.setFont(graphics.getFont().deriveFont(15f));
		int i = 0;
		for (final Map.Entry<String, BufferedImage> picture : pictures.entrySet()) {
			final int x = i % columns * (WIDTH + GAP);
			final int y = i / columns * (HEIGHT + LABEL + GAP);
			graphics.drawImage(picture.getValue(), x, y, null);
			graphics.drawString(picture.getKey(), x + 2, y + HEIGHT + LABEL - 6);
			i++;
		}
		graphics.dispose();
		return montage;
	}
}
