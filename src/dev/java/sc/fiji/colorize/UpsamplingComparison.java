/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.EdgeAwareUpsampling;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.photo.PhotoFile;
import sc.fiji.colorize.photo.PhotoFolder;
import sc.fiji.colorize.photo.RgbPhoto;

/**
 * Compares the methods of chroma upsampling: the true ab of photos is averaged over squares and restored with the full-size
 * lightness. {@code dev/bench/upsampling} starts it.
 * <p>
 * Each photo is cropped to a multiple of 32 pixels. The error of a pixel is the Euclidean distance of its restored ab from
 * the truth. Means are over all pixels, and over the pixels at color edges: the fifth of each photo with the largest
 * gradient of ab (central differences over both channels).
 */
public final class UpsamplingComparison {

	/** Sides of the squares. */
	static final List<Integer> SCALES = List.of(4, 8, 16, 32);

	private static final int UNIT = 32;
	private static final double EDGE_SHARE = 0.2;

	/** Sums of errors for one scale. */
	static final class Errors {

		private final double[] edges = new double[2];
		private final double[] all = new double[2];
		private long edgePixels;
		private long pixels;

		void add(final Errors other) {
			for (int way = 0; way < 2; way++) {
				edges[way] += other.edges[way];
				all[way] += other.all[way];
			}
			edgePixels += other.edgePixels;
			pixels += other.pixels;
		}

		/** Mean error at the edges: bilinear, edge-aware. */
		double[] atEdges() {
			return Arrays.stream(edges).map(sum -> sum / edgePixels).toArray();
		}

		/** Mean error of all pixels: bilinear, edge-aware. */
		double[] everywhere() {
			return Arrays.stream(all).map(sum -> sum / pixels).toArray();
		}
	}

	/** A photo in Lab. */
	private final int width;
	private final int height;
	private final float[][] lab;
	private final boolean[] edge;

	/** Reads a photo or its upper left part. */
	UpsamplingComparison(final RgbPhoto photo) {
		width = photo.width() / UNIT * UNIT;
		height = photo.height() / UNIT * UNIT;
		lab = new float[3][width * height];
		final float[] pixel = new float[3];
		for (int i = 0; i < width * height; i++) {
			final int from = 3 * (i / width * photo.width() + i % width);
			Lab.from8Bit(photo.rgb()[from] & 0xff, photo.rgb()[from + 1] & 0xff, photo.rgb()[from + 2] & 0xff, pixel);
			for (int c = 0; c < 3; c++) {
				lab[c][i] = pixel[c];
			}
		}
		edge = edges();
	}

	private boolean[] edges() {
		final double[] gradients = new double[width * height];
		for (int i = 0; i < gradients.length; i++) {
			final int x = i % width;
			final int y = i / width;
			for (int c = 1; c < 3; c++) {
				gradients[i] += square(slope(lab[c], i, x, width, 1)) + square(slope(lab[c], i, y, height, width));
			}
		}
		final double[] sorted = gradients.clone();
		Arrays.sort(sorted);
		final double least = sorted[(int) Math.floor((1 - EDGE_SHARE) * sorted.length)];
		final boolean[] strong = new boolean[gradients.length];
		for (int i = 0; i < strong.length; i++) {
			strong[i] = gradients[i] >= least;
		}
		return strong;
	}

	/** Central difference, one-sided at the ends. */
	private static double slope(final float[] plane, final int i, final int place, final int size, final int stride) {
		final int before = place > 0 ? i - stride : i;
		final int after = place < size - 1 ? i + stride : i;
		return (plane[after] - plane[before]) / (double) ((after - before) / stride);
	}

	private static double square(final double value) {
		return value * value;
	}

	/** Averages ab over squares of a given side and restores it with both methods. */
	Errors measure(final int scale) {
		final RandomAccessibleInterval<FloatType> small = averaged(scale);
		final float[] bilinear = new float[2 * width * height];
		ChromaUpsampling.upsample(small, ArrayImgs.floats(bilinear, width, height, 2));
		final float[] edgeAware = new float[2 * width * height];
		EdgeAwareUpsampling.upsample(small, ArrayImgs.floats(lab[0], width, height),
				ArrayImgs.floats(edgeAware, width, height, 2));
		final Errors errors = new Errors();
		add(errors, 0, bilinear);
		add(errors, 1, edgeAware);
		errors.pixels = edge.length;
		for (final boolean strong : edge) {
			errors.edgePixels += strong ? 1 : 0;
		}
		return errors;
	}

	private RandomAccessibleInterval<FloatType> averaged(final int scale) {
		final int smallWidth = width / scale;
		final int smallHeight = height / scale;
		final float[] ab = new float[2 * smallWidth * smallHeight];
		for (int c = 0; c < 2; c++) {
			for (int i = 0; i < width * height; i++) {
				final int place = (c * smallHeight + i / width / scale) * smallWidth + i % width / scale;
				ab[place] += lab[1 + c][i] / (scale * scale);
			}
		}
		return ArrayImgs.floats(ab, smallWidth, smallHeight, 2);
	}

	private void add(final Errors errors, final int way, final float[] restored) {
		for (int i = 0; i < edge.length; i++) {
			final double distance = Math.hypot(restored[i] - lab[1][i], restored[edge.length + i] - lab[2][i]);
			errors.all[way] += distance;
			errors.edges[way] += edge[i] ? distance : 0;
		}
	}

	/**
	 * Runs the comparison.
	 *
	 * @param arguments a folder of color photos
	 * @throws IOException if they cannot be read
	 */
	public static void main(final String[] arguments) throws IOException {
		final Errors[] errors = SCALES.stream().map(scale -> new Errors()).toArray(Errors[]::new);
		int photos = 0;
		try (PhotoFolder folder = PhotoFolder.open(Path.of(arguments[0]))) {
			for (final PhotoFolder.Photo file : folder.photos()) {
				final RgbPhoto photo = RgbPhoto.of(PhotoFile.decode(folder.read(file)));
				if (photo.width() < UNIT || photo.height() < UNIT) {
					continue;
				}
				final UpsamplingComparison comparison = new UpsamplingComparison(photo);
				for (int i = 0; i < errors.length; i++) {
					errors[i].add(comparison.measure(SCALES.get(i)));
				}
				photos++;
			}
		}
		System.out.printf(Locale.ROOT, "ab error of %d photos, bilinear -> edge-aware%n", photos);
		for (int i = 0; i < errors.length; i++) {
			System.out.printf(Locale.ROOT, "%2d x   at edges %s   everywhere %s%n", SCALES.get(i),
					line(errors[i].atEdges()), line(errors[i].everywhere()));
		}
	}

	private static String line(final double[] means) {
		return String.format(Locale.ROOT, "%5.2f -> %5.2f (%+.1f %%)", means[0], means[1], 100 * (means[1] / means[0] - 1));
	}
}
