/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/**
 * Measures the steps at full size: lightness from RGB, upsampling of the colors, gamut reduction and RGB, all 8-bit. First
 * compared with scikit-image on 12 megapixels, then on 1 to 400 megapixels in strips, then only the upsampling.
 * {@code dev/bench/speed full-size} starts it.
 */
public final class FullSizeBenchmark {

	/** Size of the color grid of 12 megapixels. */
	private static final int PLACES_WIDE = 64;
	private static final int PLACES_HIGH = 48;
	private static final int STRIP = 250;
	private static final int WARM_UP = 3;
	private static final int ROUNDS = 3;
	private static final int UPSAMPLINGS = 7;
	private static final int[] MEGAPIXELS = {1, 4, 25, 100, 400};
	/** Smallest number of pixels to measure at each size. */
	private static final long LEAST_PIXELS = 60_000_000;
	private static final Pattern TIMING = Pattern.compile("\\{\"name\": \"([^\"]+)\", \"seconds\": ([^,]+),.*");

	private final byte[] photo = BenchmarkData.photo();
	private final Img<UnsignedByteType> image =
			ArrayImgs.unsignedBytes(photo, BenchmarkData.WIDTH, BenchmarkData.HEIGHT, 3);
	/** The colors and the lightness of the photo, reduced. */
	private final float[] a;
	private final float[] b;
	private final float[] lightness;

	private FullSizeBenchmark() {
		final Img<FloatType> small = ArrayImgs.floats(PLACES_WIDE, PLACES_HIGH, 3);
		Resampling.resample(image, small);
		Lab.rgbToLab(small, small);
		a = Rows.plane(small, 1);
		b = Rows.plane(small, 2);
		final int samples = EdgeAwareUpsampling.SAMPLES;
		final Img<FloatType> seen = ArrayImgs.floats((long) samples * PLACES_WIDE, (long) samples * PLACES_HIGH, 3);
		Resampling.resample(image, seen);
		Lab.rgbToLab(seen, seen);
		lightness = Rows.plane(seen, 0);
	}

	private FullSizeChroma chroma(final boolean edgeAware, final int width, final int height) {
		return edgeAware ? new EdgeAwareUpsampling(a, b, PLACES_WIDE, PLACES_HIGH, lightness, width, height)
				: new ChromaUpsampling(a, b, PLACES_WIDE, PLACES_HIGH, width, height);
	}

	/** Seconds per image, in strips that all show the same part of the photo. */
	private double join(final boolean edgeAware, final int width, final int height) {
		final int rows = Math.min(STRIP, height);
		final Img<UnsignedByteType> strip = strip(width, rows);
		final Img<UnsignedByteType> result = ArrayImgs.unsignedBytes(width, rows, 3);
		final long start = System.nanoTime();
		final FullSizeChroma chroma = chroma(edgeAware, width, height);
		for (int top = 0; top < height; top += rows) {
			final int count = Math.min(rows, height - top);
			ColorTransfer.addColor(top(strip, count), top, chroma, 0, 255, 1, top(result, count));
		}
		return (System.nanoTime() - start) / 1e9;
	}

	private static RandomAccessibleInterval<UnsignedByteType> top(final Img<UnsignedByteType> image, final int rows) {
		return rows == image.dimension(1) ? image
				: Views.interval(image, new long[3], new long[] {image.dimension(0) - 1, rows - 1, 2});
	}

	private Img<UnsignedByteType> strip(final int width, final int rows) {
		final byte[] strip = new byte[3 * width * rows];
		final int plane = BenchmarkData.WIDTH * BenchmarkData.HEIGHT;
		for (int i = 0; i < strip.length; i++) {
			strip[i] = photo[i / (width * rows) * plane + i / width % rows * BenchmarkData.WIDTH
					+ i % width % BenchmarkData.WIDTH];
		}
		return ArrayImgs.unsignedBytes(strip, width, rows, 3);
	}

	/** Milliseconds of the upsampling with its preparation. */
	private double upsample(final boolean edgeAware, final int scale) {
		final int width = BenchmarkData.WIDTH / scale;
		final int height = BenchmarkData.HEIGHT / scale;
		final float[] smallA = enlarge(a, PLACES_WIDE, PLACES_HIGH, width, height);
		final float[] smallB = enlarge(b, PLACES_WIDE, PLACES_HIGH, width, height);
		final int samples = EdgeAwareUpsampling.SAMPLES;
		final float[] seen = enlarge(lightness, samples * PLACES_WIDE, samples * PLACES_HIGH, samples * width,
				samples * height);
		final float[] light = Arrays.copyOf(seen, BenchmarkData.WIDTH);
		final long start = System.nanoTime();
		final FullSizeChroma chroma = edgeAware
				? new EdgeAwareUpsampling(smallA, smallB, width, height, seen, BenchmarkData.WIDTH, BenchmarkData.HEIGHT)
				: new ChromaUpsampling(smallA, smallB, width, height, BenchmarkData.WIDTH, BenchmarkData.HEIGHT);
		Rows.forEach(BenchmarkData.HEIGHT, () -> {
			final FullSizeChroma.RowReader reader = chroma.reader();
			final float[] rowA = new float[BenchmarkData.WIDTH];
			final float[] rowB = new float[BenchmarkData.WIDTH];
			return y -> reader.read(y, light, rowA, rowB);
		});
		return (System.nanoTime() - start) / 1e6;
	}

	private static float[] enlarge(final float[] plane, final int width, final int height, final int outputWidth,
			final int outputHeight) {
		final float[] enlarged = new float[2 * outputWidth * outputHeight];
		final Img<FloatType> image = ArrayImgs.floats(plane, width, height);
		ChromaUpsampling.upsample(Views.stack(image, image), ArrayImgs.floats(enlarged, outputWidth, outputHeight, 2));
		return Arrays.copyOf(enlarged, outputWidth * outputHeight);
	}

	/** Alternates with scikit-image. */
	private void compare(final String[] python) throws IOException, InterruptedException {
		final Path folder = Files.createTempDirectory("fiji-colorize-benchmark");
		final Path photoFile = folder.resolve("photo.npy");
		final Path abFile = folder.resolve("ab.npy");
		final double megapixels = BenchmarkData.WIDTH * BenchmarkData.HEIGHT / 1e6;
		final List<List<Double>> seconds = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
		try {
			BenchmarkData.writePhoto(photoFile);
			BenchmarkData.writeAb(abFile, a, b, PLACES_WIDE, PLACES_HIGH);
			for (int round = 0; round < WARM_UP + ROUNDS; round++) {
				for (int way = 0; way < 2; way++) {
					final double time = join(way == 1, BenchmarkData.WIDTH, BenchmarkData.HEIGHT);
					if (round >= WARM_UP) {
						seconds.get(way).add(time);
					}
				}
				if (round >= WARM_UP && python.length == 2) {
					seconds.get(2).add(runPython(python, photoFile, abFile));
				}
			}
		}
		finally {
			Files.deleteIfExists(photoFile);
			Files.deleteIfExists(abFile);
			Files.delete(folder);
		}
		System.out.printf(Locale.ROOT, "Full-size work, %.0f megapixels, 8-bit RGB in and out (medians)%n", megapixels);
		final double reference = python.length == 2 ? median(seconds.get(2)) : Double.NaN;
		for (int way = 0; way < 2; way++) {
			final double ours = median(seconds.get(way));
			System.out.printf(Locale.ROOT, "%-24s %7.1f ms per megapixel%s%n", name(way == 1), 1000 * ours / megapixels,
					python.length == 2 ? String.format(Locale.ROOT, ", %.1f x scikit-image", reference / ours) : "");
		}
		if (python.length == 2) {
			System.out.printf(Locale.ROOT, "%-24s %7.1f ms per megapixel%n", "scikit-image", 1000 * reference / megapixels);
		}
	}

	private static double runPython(final String[] python, final Path photoFile, final Path abFile)
			throws IOException, InterruptedException {
		final Process process = BenchmarkData.python(List.of(python[0], python[1], "--image", photoFile.toString(), "--ab",
				abFile.toString(), "--repeats", "1")).start();
		double seconds = Double.NaN;
		try (BufferedReader lines = process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				final Matcher timing = TIMING.matcher(line);
				if (timing.matches()) {
					seconds = Double.parseDouble(timing.group(2));
				}
			}
		}
		if (process.waitFor() != 0) {
			throw new IOException("The Python timings failed; see their message above.");
		}
		return seconds;
	}

	private void scale() {
		System.out.printf("%nFrom 1 to 400 megapixels, in strips of %d rows: ns per pixel (medians)%n", STRIP);
		System.out.printf("%12s %12s %12s%n", "megapixels", name(false), name(true));
		for (final int megapixels : MEGAPIXELS) {
			final int side = (int) Math.round(1000 * Math.sqrt(megapixels));
			final double pixels = (double) side * side;
			final List<List<Double>> times = List.of(new ArrayList<>(), new ArrayList<>());
			for (long done = 0; done < LEAST_PIXELS; done += (long) pixels) {
				for (int way = 0; way < 2; way++) {
					times.get(way).add(1e9 * join(way == 1, side, side) / pixels);
				}
			}
			System.out.printf(Locale.ROOT, "%12d %12.1f %12.1f%n", megapixels, median(times.get(0)), median(times.get(1)));
		}
	}

	private void upsampleAlone() {
		System.out.printf("%nUpsampling alone, to 12 megapixels: ms (medians)%n");
		System.out.printf("%12s %12s %12s %8s%n", "enlargement", name(false), name(true), "ratio");
		for (final int scale : new int[] {4, 8, 16, 32, 64}) {
			final List<List<Double>> times = List.of(new ArrayList<>(), new ArrayList<>());
			for (int i = 0; i < WARM_UP + UPSAMPLINGS; i++) {
				for (int way = 0; way < 2; way++) {
					final double time = upsample(way == 1, scale);
					if (i >= WARM_UP) {
						times.get(way).add(time);
					}
				}
			}
			final double bilinear = median(times.get(0));
			final double edgeAware = median(times.get(1));
			System.out.printf(Locale.ROOT, "%10d x %12.1f %12.1f %8.2f%n", scale, bilinear, edgeAware, edgeAware / bilinear);
		}
	}

	private static String name(final boolean edgeAware) {
		return edgeAware ? "edge-aware" : "bilinear";
	}

	private static double median(final List<Double> values) {
		final double[] sorted = values.stream().mapToDouble(value -> value).toArray();
		Arrays.sort(sorted);
		return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
	}

	/**
	 * Runs the benchmark.
	 *
	 * @param arguments the Python interpreter and the reference script; none to skip Python
	 * @throws Exception if the script fails
	 */
	public static void main(final String[] arguments) throws Exception {
		final FullSizeBenchmark benchmark = new FullSizeBenchmark();
		benchmark.compare(arguments);
		benchmark.scale();
		benchmark.upsampleAlone();
	}
}
