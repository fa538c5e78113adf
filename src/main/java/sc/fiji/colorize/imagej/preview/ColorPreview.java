/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;
import java.util.stream.IntStream;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.DecodeOptions;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.imagej.SourcePlanes;
import sc.fiji.colorize.imagej.Uncertainty;
import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.FullSizeChroma;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.Resampling;

/**
 * The colors of one plane of an image, to try temperatures and saturations. The network runs once, in the constructor. Each
 * picture only decodes again, at the scale of the view; another saturation reuses the decoded colors. Not thread-safe.
 */
final class ColorPreview {

	/** Pixels of a picture: about those of a window that fills a screen. */
	static final int MAX_PIXELS = 1_000_000;

	/** Number of parts of the work, enough for the threads of any machine. */
	private static final int MAX_SHARES = 64;

	/** A part of the image, in its pixels, and its scale: pixels of the picture per pixel of the image, at most 1. */
	record View(Rectangle region, double scale) {

		/** Limits the scale, so that a picture has at most as many pixels as a screen. */
		static View of(final Rectangle region, final double magnification) {
			final double largest = Math.sqrt(MAX_PIXELS / (double) region.width / region.height);
			return new View(region, Math.min(1, Math.min(magnification, largest)));
		}

		private int side(final int pixels) {
			return (int) Math.max(1, Math.round(pixels * scale));
		}
	}

	/** Decodes a distribution at the size of a picture. */
	@FunctionalInterface
	interface Decoder {

		/** {@link ColorDistribution#decode(DecodeOptions, int, int)}, except in tests. */
		FullSizeChroma decode(ColorDistribution colors, DecodeOptions options, int width, int height);
	}

	/** The inputs of decoded colors. The options have a saturation of 1, because saturation is applied later. */
	private record Decoding(ColorDistribution colors, DecodeOptions options, int width, int height) {
	}

	private final RandomAccessibleInterval<FloatType> lightness;
	private final Decoder decoder;
	private final ColorDistribution predicted;
	private final ImagePlus image;
	private final int plane;
	private ImageHints hints = ImageHints.NONE;
	private boolean heldAlongTime;
	private ColorDistribution colors;
	private final ByteProcessor selection;
	private View view;
	private float[] seen;
	private float[] gray;
	private int width;
	private int height;
	private Decoding decoding;
	private FullSizeChroma decoded;

	/** Runs the network. Without a region, or with a selection without an area, the whole image is colored. */
	ColorPreview(final ImagePlus image, final Roi region, final Colorizer colorizer, final ColorizeOptions options) {
		this(image, region, colorizer, options, ColorDistribution::decode);
	}

	ColorPreview(final ImagePlus image, final Roi region, final Colorizer colorizer, final ColorizeOptions options,
			final Decoder decoder) {
		this.image = image;
		this.decoder = decoder;
		final SourcePlanes planes = new SourcePlanes(image);
		lightness = planes.lightness();
		plane = planes.current();
		predicted = colorizer.predictFromLightness(lightness, options.prediction());
		colors = predicted;
		selection = region != null && region.isArea() ? mask(region) : null;
	}

	private ByteProcessor mask(final Roi region) {
		final ByteProcessor mask = new ByteProcessor(image.getWidth(), image.getHeight());
		mask.setColor(255);
		mask.fill(region);
		return mask;
	}

	/**
	 * Applies color hints to the prediction.
	 *
	 * @throws IllegalArgumentException if they do not fit the image; the message is a sentence
	 */
	void hint(final ImageHints wanted, final boolean alongTime) {
		if (wanted != hints || alongTime != heldAlongTime) {
			colors = wanted.apply(predicted, new SourcePlanes(image), plane, alongTime);
			hints = wanted;
			heldAlongTime = alongTime;
		}
	}

	/**
	 * Renders a picture: the uncertainty in gray, or the colors for all other types. Decodes again only if something other
	 * than the saturation has changed.
	 */
	BufferedImage render(final ColorizeOptions options, final OutputType type, final View wanted) {
		renderGray(wanted);
		final BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		final int[] pixels = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
		if (type == OutputType.UNCERTAINTY) {
			shade(pixels);
		}
		else {
			color(decode(options), (float) options.saturation(), pixels);
		}
		return picture;
	}

	private FullSizeChroma decode(final ColorizeOptions options) {
		final Decoding wanted = new Decoding(colors, options.decoding().saturation(1), fullWidth(), fullHeight());
		if (!wanted.equals(decoding)) {
			decoded = decoder.decode(colors, wanted.options(), fullWidth(), fullHeight());
			decoding = wanted;
		}
		return decoded;
	}

	private void color(final FullSizeChroma chroma, final float saturation, final int[] pixels) {
		final int shares = Math.min(height, MAX_SHARES);
		IntStream.range(0, shares).parallel().forEach(share -> {
			final Painter painter = new Painter(chroma, saturation);
			for (int y = height * share / shares; y < height * (share + 1) / shares; y++) {
				painter.color(y, pixels);
			}
		});
	}

	private void shade(final int[] pixels) {
		final float[] entropy = Uncertainty.enlarge(colors.entropy(), fullWidth(), fullHeight(),
				new Rectangle(left(), top(), width, height));
		Arrays.setAll(pixels, i -> 0x10101 * level((float) (entropy[i] / ColorDistribution.MAX_ENTROPY)));
	}

	private static int level(final float value) {
		return Math.max(0, Math.min(255, Math.round(255 * value)));
	}

	/** The first column of the picture in the plane at the scale of the picture. */
	private int left() {
		return Math.min((int) Math.round(view.region().x * view.scale()), fullWidth() - width);
	}

	private int top() {
		return Math.min((int) Math.round(view.region().y * view.scale()), fullHeight() - height);
	}

	private int fullWidth() {
		return Math.max(width, (int) Math.round(lightness.dimension(0) * view.scale()));
	}

	private int fullHeight() {
		return Math.max(height, (int) Math.round(lightness.dimension(1) * view.scale()));
	}

	/** Paints rows of the picture. Not thread-safe. */
	private final class Painter {

		private final FullSizeChroma.RowReader colorRows;
		private final float saturation;
		private final int left = left();
		private final int top = top();
		private final float[] fullLightness = new float[fullWidth()];
		private final float[] fullA = new float[fullWidth()];
		private final float[] fullB = new float[fullWidth()];
		private final float[] a = new float[width];
		private final float[] b = new float[width];
		private final float[] row = new float[width];
		private final float[] lightnessRow = new float[width];
		private final float[][] rgb = new float[3][width];
		private final double[] linear = new double[3];

		Painter(final FullSizeChroma chroma, final float saturation) {
			colorRows = chroma.reader();
			this.saturation = saturation;
		}

		void color(final int y, final int[] pixels) {
			System.arraycopy(seen, y * width, fullLightness, left, width);
			colorRows.read(top + y, fullLightness, fullA, fullB);
			for (int x = 0; x < width; x++) {
				final boolean colored = isSelected(x, y);
				a[x] = colored ? fullA[left + x] : 0;
				b[x] = colored ? fullB[left + x] : 0;
			}
			System.arraycopy(gray, y * width, row, 0, width);
			System.arraycopy(seen, y * width, lightnessRow, 0, width);
			ColorTransfer.addColor(row, lightnessRow, 0, 1, a, b, saturation, linear, rgb);
			for (int x = 0; x < width; x++) {
				pixels[y * width + x] = level(rgb[0][x]) << 16 | level(rgb[1][x]) << 8 | level(rgb[2][x]);
			}
		}

		private boolean isSelected(final int x, final int y) {
			if (selection == null) {
				return true;
			}
			final Rectangle region = view.region();
			return selection.get(region.x + (int) ((x + 0.5) * region.width / width),
					region.y + (int) ((y + 0.5) * region.height / height)) != 0;
		}
	}

	/** Renders the visible part in gray, if it has changed. */
	private void renderGray(final View wanted) {
		if (wanted.equals(view)) {
			return;
		}
		final Rectangle region = wanted.region();
		width = wanted.side(region.width);
		height = wanted.side(region.height);
		seen = new float[width * height];
		gray = new float[width * height];
		Resampling.resample(Views.zeroMin(Views.interval(lightness, new long[] {region.x, region.y},
				new long[] {region.x + region.width - 1L, region.y + region.height - 1L})),
				ArrayImgs.floats(seen, width, height));
		for (int i = 0; i < gray.length; i++) {
			// The cubic filter overshoots at sharp edges.
			seen[i] = Math.max(0, Math.min(100, seen[i]));
			gray[i] = Lab.gray(seen[i]);
		}
		view = wanted;
	}
}
