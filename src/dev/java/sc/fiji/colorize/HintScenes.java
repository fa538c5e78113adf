/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import sc.fiji.colorize.ops.Lab;

/** Rendered gray scenes in which the pixels of one object are known, with a color hint on this object. */
public final class HintScenes {

	/** Pixels in a row of each scene. */
	public static final int WIDTH = 240;
	/** Rows of each scene. */
	public static final int HEIGHT = 180;

	private static final int N = WIDTH * HEIGHT;
	private static final int HINT_SIDE = 7;
	/** Standard deviation of the noise of most scenes, in gray values. */
	private static final double NOISE = 3;

	/** The gray value at a place. */
	@FunctionalInterface
	private interface Shade {

		double at(double x, double y);
	}

	/** How much of a place belongs to an object, 0 to 1. */
	@FunctionalInterface
	private interface Shape {

		double at(double x, double y);
	}

	/**
	 * A scene.
	 *
	 * @param name what it shows
	 * @param gray 8-bit gray, row by row
	 * @param inside the pixels of the object
	 * @param outside the pixels that do not belong to it, without those of a soft edge
	 * @param hint a square on the object
	 */
	public record Scene(String name, byte[] gray, boolean[] inside, boolean[] outside, List<Hint.Run> hint) {

		/**
		 * The picture.
		 *
		 * @return 8-bit gray
		 */
		public Img<UnsignedByteType> image() {
			return ArrayImgs.unsignedBytes(gray, WIDTH, HEIGHT);
		}

		/**
		 * Colorizes the scene with a hint and without, and compares.
		 *
		 * @param colorizer with the model
		 * @param options the settings
		 * @param a a* of the hint
		 * @param b b* of the hint
		 * @return the mean distances of a* and b* of both results, in the object and outside
		 */
		public Change change(final Colorizer colorizer, final ColorizeOptions options, final double a, final double b) {
			final byte[] before = new byte[3 * N];
			final byte[] after = new byte[3 * N];
			final Img<UnsignedByteType> image = image();
			final ColorDistribution colors = colorizer.predict(image, DisplayRange.UNSIGNED_8_BIT, options.prediction());
			colors.colorize(image, DisplayRange.UNSIGNED_8_BIT, options.decoding(),
					ArrayImgs.unsignedBytes(before, WIDTH, HEIGHT, 3));
			ColorHints.of(WIDTH, HEIGHT, List.of(Hint.color(hint, a, b)), 1).apply(colors).colorize(image,
					DisplayRange.UNSIGNED_8_BIT, options.decoding(), ArrayImgs.unsignedBytes(after, WIDTH, HEIGHT, 3));
			return new Change(mean(before, after, inside), mean(before, after, outside));
		}

		private static double mean(final byte[] before, final byte[] after, final boolean[] pixels) {
			return IntStream.range(0, N).filter(i -> pixels[i]).mapToDouble(i -> {
				final float[] from = lab(before, i);
				final float[] to = lab(after, i);
				return Math.hypot(from[1] - to[1], from[2] - to[2]);
			}).average().orElseThrow();
		}

		private static float[] lab(final byte[] rgb, final int i) {
			final float[] lab = new float[3];
			Lab.from8Bit(rgb[i] & 0xff, rgb[N + i] & 0xff, rgb[2 * N + i] & 0xff, lab);
			return lab;
		}
	}

	/**
	 * What a hint changes.
	 *
	 * @param inside mean distance of a* and b* in the object
	 * @param outside mean distance of a* and b* outside
	 */
	public record Change(double inside, double outside) {
	}

	private HintScenes() {
	}

	/**
	 * Renders the scenes.
	 *
	 * @return ten scenes, always the same
	 */
	public static List<Scene> all() {
		final Shape rightDisc = disc(170, 105, 45);
		return List.of(landscape(), scene("two discs", over(over(ground(95, 25), disc(65, 80, 40), (x, y) -> 215 - y / 8),
				rightDisc, (x, y) -> 25 + x / 10), disc(65, 80, 40), 62, 78, NOISE),
				scene("stripes", (x, y) -> 60 + 45 * ((int) (x / 40) % 3) + y / 20, (x, y) -> x >= 80 && x < 120 ? 1 : 0, 95,
						90, NOISE),
				scene("soft edges", over(ground(70, 15), soft(120, 90, 45, 14), (x, y) -> 185), soft(120, 90, 45, 14), 118,
						88, NOISE),
				scene("object on texture", over((x, y) -> 110 + 35 * Math.sin(0.55 * x) * Math.cos(0.4 * y + x / 30),
						disc(120, 90, 48), (x, y) -> 205 + x / 20), disc(120, 90, 48), 118, 85, 2 * NOISE),
				scene("textured object", over(ground(190, 20), box(70, 45, 170, 140),
						(x, y) -> 85 + 18 * Math.sin(0.8 * x) + 12 * Math.sin(0.6 * y)), box(70, 45, 170, 140), 115, 90,
						NOISE),
				scene("two like objects", over(over(ground(80, 20), disc(50, 60, 32), (x, y) -> 190), disc(190, 125, 32),
						(x, y) -> 190), disc(50, 60, 32), 48, 58, NOISE),
				scene("low contrast", over((x, y) -> 120 + y / 30, box(60, 50, 180, 130), (x, y) -> 158 + x / 40),
						box(60, 50, 180, 130), 110, 85, 1),
				scene("shaded sphere", over((x, y) -> 60 + x / 6, disc(125, 95, 55),
						(x, y) -> 135 + 100 * Math.sqrt(Math.max(0, 1 - square((x - 105) / 90) - square((y - 75) / 90)))),
						disc(125, 95, 55), 110, 80, NOISE),
				scene("horseshoe", over(ground(170, 20), HintScenes::horseshoe, (x, y) -> 55 + y / 10),
						HintScenes::horseshoe, 70, 130, NOISE));
	}

	private static double square(final double value) {
		return value * value;
	}

	private static Shade ground(final double gray, final double slope) {
		return (x, y) -> gray + slope * y / HEIGHT + 6 * Math.sin(x / 9) * Math.cos(y / 13);
	}

	private static Shape disc(final double centerX, final double centerY, final double radius) {
		return soft(centerX, centerY, radius, 1);
	}

	/** A disc whose edge is so many pixels wide. */
	private static Shape soft(final double centerX, final double centerY, final double radius, final double edge) {
		return (x, y) -> (radius - Math.hypot(x - centerX, y - centerY)) / edge + 0.5;
	}

	private static Shape box(final double left, final double top, final double right, final double bottom) {
		return (x, y) -> x >= left && x < right && y >= top && y < bottom ? 1 : 0;
	}

	/** An arc that is open below. */
	private static double horseshoe(final double x, final double y) {
		final double away = Math.hypot(x - 120, y - 90);
		return y < 90 ? 12 - Math.abs(away - 50) + 0.5 : y < 150 ? 12 - Math.abs(Math.abs(x - 120) - 50) + 0.5 : 0;
	}

	private static Shade over(final Shade ground, final Shape shape, final Shade object) {
		return (x, y) -> {
			final double share = Math.max(0, Math.min(1, shape.at(x, y)));
			return (1 - share) * ground.at(x, y) + share * object.at(x, y);
		};
	}

	private static Scene scene(final String name, final Shade shade, final Shape object, final int hintX, final int hintY,
			final double noise) {
		final Random random = new Random(name.hashCode());
		final byte[] gray = new byte[N];
		final boolean[] inside = new boolean[N];
		final boolean[] outside = new boolean[N];
		for (int i = 0; i < N; i++) {
			final double x = i % WIDTH + 0.5;
			final double y = i / WIDTH + 0.5;
			final double value = shade.at(x, y) + noise * random.nextGaussian();
			gray[i] = (byte) Math.round(Math.max(0, Math.min(255, value)));
			inside[i] = object.at(x, y) >= 1;
			outside[i] = object.at(x, y) <= 0;
		}
		return new Scene(name, gray, inside, outside, Hint.rectangle(hintX, hintY, HINT_SIDE, HINT_SIDE));
	}

	/** The hint is on the lake. */
	private static Scene landscape() {
		final long seed = SampleLandscape.SAMPLE_SEED;
		final BufferedImage picture = SampleLandscape.gray(SampleLandscape.render(WIDTH, HEIGHT, seed));
		final boolean[] lake = SampleLandscape.lake(WIDTH, HEIGHT, seed);
		final boolean[] other = new boolean[N];
		for (int i = 0; i < N; i++) {
			other[i] = !lake[i];
		}
		return new Scene("landscape", ((DataBufferByte) picture.getRaster().getDataBuffer()).getData(), lake, other,
				Hint.rectangle(110, 112, HINT_SIDE, HINT_SIDE));
	}
}
