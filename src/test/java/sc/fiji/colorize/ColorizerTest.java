/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.parallel.Parallelization;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.Lab;

class ColorizerTest {

	private static final DisplayRange ZERO_TO_ONE = new DisplayRange(0, 1);
	private static ColorizeOptions options;
	@AutoClose
	private static Colorizer colorizer;

	@BeforeAll
	static void open() throws IOException {
		options = TinyModel.options();
		colorizer = Colorizer.open(options.opening().precision(Precision.FLOAT32));
	}

	// -- Sizes --

	@ParameterizedTest
	@CsvSource({"1, 1", "1, 7", "7, 1", "1, 3000", "3000, 1", "2, 3000", "3000, 2", "31, 33", "97, 41", "8, 8",
		"640, 360"})
	void imagesOfAnySizeAreColorized(final int width, final int height) {
		final byte[] gray = TinyModel.picture(width, height, 2);
		final byte[] rgb = colorize(gray, width, height, options);
		assertTrue(colored(rgb) > 0 || width * height < 50, "some pixel has a color");
		assertLightnessKept(gray, rgb);
	}

	@ParameterizedTest
	@CsvSource({"100, 100, 64, 16, 16", "200, 100, 64, 22, 12", "1, 3000, 64, 2, 128", "3000, 1, 64, 128, 2",
		"1, 1, 32, 8, 8"})
	void gridKeepsTheAspectRatioAndTheNumberOfPixels(final int width, final int height, final int size,
			final int columns, final int rows) {
		final ColorDistribution distribution = predict(width, height, options.size(size));
		assertEquals(columns, distribution.width());
		assertEquals(rows, distribution.height());
		assertArrayEquals(new long[] {columns, rows, ColorBins.COUNT}, distribution.logits().dimensionsAsLongArray());
	}

	@Test
	void sizeOfTheCardIsTheDefault() {
		assertEquals(TinyModel.SIZE, colorizer.card().networkSize());
		assertArrayEquals(logits(predict(60, 60, options.size(TinyModel.SIZE))), logits(predict(60, 60, options)));
	}

	// -- Upsampling --

	@Test
	void publishedDemoIgnoresTheUpsampling() {
		final byte[] gray = TinyModel.picture(160, 120, 3);
		assertFalse(Arrays.equals(colorize(gray, 160, 120, options.upsampling(Upsampling.EDGE_AWARE)),
				colorize(gray, 160, 120, options.upsampling(Upsampling.BILINEAR))));
		final ColorizeOptions demo = options.size(PredictOptions.MODEL_SIZE).reference(true);
		assertArrayEquals(colorize(gray, 160, 120, demo.upsampling(Upsampling.EDGE_AWARE)),
				colorize(gray, 160, 120, demo.upsampling(Upsampling.BILINEAR)));
	}

	// -- Distribution --

	@Test
	void lowerTemperaturesAreMoreVivid() {
		final ColorDistribution distribution = predict(80, 60, options);
		double before = -1;
		for (final double temperature : new double[] {1, 0.38, 0.1, 0}) {
			final Img<FloatType> ab = distribution.decode(temperature);
			double chroma = 0;
			for (int i = 0; i < distribution.width() * distribution.height(); i++) {
				chroma += Math.hypot(ab.getAt(i % distribution.width(), i / distribution.width(), 0).get(),
						ab.getAt(i % distribution.width(), i / distribution.width(), 1).get());
			}
			assertTrue(chroma > before, "T = " + temperature);
			before = chroma;
		}
	}

	@Test
	void decodingAtTemperatureZeroGivesTheLikeliestBin() {
		final ColorDistribution distribution = predict(40, 40, options);
		final Img<FloatType> ab = distribution.decode(0);
		for (int y = 0; y < distribution.height(); y++) {
			for (int x = 0; x < distribution.width(); x++) {
				int mode = 0;
				for (int q = 1; q < ColorBins.COUNT; q++) {
					if (distribution.logits().getAt(x, y, q).get() > distribution.logits().getAt(x, y, mode).get()) {
						mode = q;
					}
				}
				assertEquals(ColorBins.a(mode), ab.getAt(x, y, 0).get());
				assertEquals(ColorBins.b(mode), ab.getAt(x, y, 1).get());
			}
		}
	}

	@Test
	void decodingOutsideTheRangeIsRefused() {
		final ColorDistribution distribution = predict(9, 9, options);
		assertThrows(IllegalArgumentException.class, () -> distribution.decode(1.5));
		assertThrows(IllegalArgumentException.class, () -> distribution.decode(Double.NaN));
	}

	@Test
	void entropyIsBetweenZeroAndItsMaximum() {
		final ColorDistribution distribution = predict(80, 60, options);
		double least = Double.MAX_VALUE;
		double most = 0;
		for (final FloatType value : distribution.entropy()) {
			least = Math.min(least, value.get());
			most = Math.max(most, value.get());
		}
		assertTrue(least >= 0 && most <= Math.log(ColorBins.COUNT) + 1e-5, least + " to " + most);
		assertTrue(most > least, "it varies");
	}

	// -- Lightness --

	@Test
	void lightnessIsKeptForAnyColor() {
		double worst = 0;
		double sum = 0;
		final int runs = 8;
		for (int i = 0; i < runs; i++) {
			final byte[] gray = new byte[61 * 47];
			new Random(i).nextBytes(gray);
			// The higher the saturation, the more colors must be reduced into the gamut.
			final double[] deviation = assertLightnessKept(gray,
					colorize(gray, 61, 47, options.temperature(i / 8.0).saturation(0.5 + i * 0.6)));
			worst = Math.max(worst, deviation[0]);
			sum += deviation[1];
		}
		System.out.printf("L* deviation of 8-bit results: largest %.3f, mean %.3f%n", worst, sum / runs);
	}

	/** The promise for 8-bit results; returns the largest and the mean deviation. */
	private static double[] assertLightnessKept(final byte[] gray, final byte[] rgb) {
		final int n = gray.length;
		double largest = 0;
		double sum = 0;
		for (int i = 0; i < n; i++) {
			final double deviation = Math.abs(Lab.lightness((gray[i] & 0xff) / 255f)
					- Lab.lightness8Bit(rgb[i] & 0xff, rgb[n + i] & 0xff, rgb[2 * n + i] & 0xff));
			largest = Math.max(largest, deviation);
			sum += deviation;
		}
		assertTrue(largest <= 0.6, "largest deviation " + largest);
		assertTrue(sum / n <= 0.2, "mean deviation " + sum / n);
		return new double[] {largest, sum / n};
	}

	// -- Values --

	@Test
	void zeroSaturationGivesExactGray() {
		final ColorizeOptions gray = options.saturation(0);
		final Random random = new Random(3);
		final byte[] bytes = new byte[50 * 50];
		random.nextBytes(bytes);
		final short[] shorts = new short[bytes.length];
		final float[] floats = new float[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			shorts[i] = (short) random.nextInt(1 << 16);
			floats[i] = (float) (1e6 * random.nextGaussian());
		}
		final byte[] rgb = colorize(bytes, 50, 50, gray);
		final short[] rgb16 = new short[3 * bytes.length];
		colorize(ArrayImgs.unsignedShorts(shorts, 50, 50), new DisplayRange(1000, 50000), gray,
				ArrayImgs.unsignedShorts(rgb16, 50, 50, 3));
		final float[] rgb32 = new float[3 * bytes.length];
		colorize(ArrayImgs.floats(floats, 50, 50), new DisplayRange(-1e6, 2e6), gray, ArrayImgs.floats(rgb32, 50, 50, 3));
		for (int i = 0; i < rgb.length; i++) {
			assertEquals(bytes[i % bytes.length], rgb[i]);
			assertEquals(shorts[i % bytes.length], rgb16[i]);
			assertEquals(floats[i % bytes.length], rgb32[i]);
		}
	}

	@Test
	void sixteenBitAndFloatImagesKeepTheirDepth() {
		final int width = 64;
		final int height = 48;
		final byte[] gray = TinyModel.picture(width, height, 5);
		final short[] shorts = new short[gray.length];
		final float[] floats = new float[gray.length];
		for (int i = 0; i < gray.length; i++) {
			// Between two 8-bit values, so that a loss of depth would show.
			shorts[i] = (short) (1000 + 200 * (gray[i] & 0xff) + i % 200);
			floats[i] = ((shorts[i] & 0xffff) - 1000) / 51200f - 3;
		}
		final short[] rgb16 = new short[3 * gray.length];
		colorize(ArrayImgs.unsignedShorts(shorts, width, height), new DisplayRange(1000, 52200), options,
				ArrayImgs.unsignedShorts(rgb16, width, height, 3));
		final float[] rgb32 = new float[3 * gray.length];
		colorize(ArrayImgs.floats(floats, width, height), new DisplayRange(-3, -2), options,
				ArrayImgs.floats(rgb32, width, height, 3));
		boolean fine = false;
		for (int i = 0; i < rgb16.length; i++) {
			final double display16 = ((rgb16[i] & 0xffff) - 1000) / 51200.0;
			// The chroma that just fits is found by bisection, whose last step rounding can turn.
			assertEquals(display16, rgb32[i] + 3, 5e-4, "the same picture in two types");
			fine |= (rgb16[i] & 0xffff) % 200 != 0;
		}
		assertTrue(fine);
		for (int i = 0; i < gray.length; i++) {
			final float lightness = Lab.lightnessOfLinear(linear(rgb32[i] + 3), linear(rgb32[gray.length + i] + 3),
					linear(rgb32[2 * gray.length + i] + 3));
			// The gamut is taken as 1e-4 of linear light wider than it is.
			assertEquals(Lab.lightness(floats[i] + 3), lightness, 0.1);
		}
	}

	private static double linear(final double display) {
		return display > 0.04045 ? Math.pow((display + 0.055) / 1.055, 2.4) : display / 12.92;
	}

	@Test
	void valuesOutsideTheDisplayRangeAreKept() {
		final float[] values = new float[30 * 20];
		for (int i = 0; i < values.length; i++) {
			values[i] = i / (float) values.length;
		}
		final float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -7.5f, 1234.5f, 0, 1,
			-Float.MAX_VALUE, Float.MAX_VALUE, 1.0001f};
		System.arraycopy(special, 0, values, 100, special.length);
		final float[] rgb = new float[3 * values.length];
		colorize(ArrayImgs.floats(values, 30, 20), ZERO_TO_ONE, options, ArrayImgs.floats(rgb, 30, 20, 3));
		for (int c = 0; c < 3; c++) {
			for (int i = 0; i < special.length; i++) {
				assertEquals(special[i], rgb[c * values.length + 100 + i]);
			}
		}
		for (int i = 0; i < values.length; i++) {
			assertTrue(i >= 100 && i < 100 + special.length || Float.isFinite(rgb[i]), "no NaN spreads");
		}
	}

	@Test
	void constantRangesAndNanImagesAreColorized() {
		final float[] values = new float[12 * 12];
		Arrays.fill(values, Float.NaN);
		final float[] rgb = new float[3 * values.length];
		colorize(ArrayImgs.floats(values, 12, 12), new DisplayRange(5, 5), options, ArrayImgs.floats(rgb, 12, 12, 3));
		for (final float value : rgb) {
			assertTrue(Float.isNaN(value));
		}
	}

	@Test
	void onlyTheLightnessOfAColorPhotoMatters() {
		final int width = 70;
		final int height = 50;
		final int n = width * height;
		final float[] colored = new float[3 * n];
		final Random random = new Random(6);
		for (int i = 0; i < colored.length; i++) {
			colored[i] = random.nextFloat();
		}
		final float[] gray = new float[n];
		final Img<FloatType> photo = ArrayImgs.floats(colored, width, height, 3);
		final var lightness = ColorTransfer.lightness(photo, 0.0, 1.0);
		for (int i = 0; i < n; i++) {
			gray[i] = Lab.gray(lightness.getAt(i % width, i / width).get());
		}
		final float[] fromColor = new float[3 * n];
		final float[] fromGray = new float[3 * n];
		colorize(photo, ZERO_TO_ONE, options, ArrayImgs.floats(fromColor, width, height, 3));
		colorize(ArrayImgs.floats(gray, width, height), ZERO_TO_ONE, options,
				ArrayImgs.floats(fromGray, width, height, 3));
		assertArrayEquals(fromGray, fromColor, 1 / 255f);
	}

	// -- Threads --

	@Test
	void imgLib2ThreadsDoNotChangeTheResult() {
		final byte[] gray = TinyModel.picture(203, 117, 7);
		final byte[] single = Parallelization.runSingleThreaded(() -> colorize(gray, 203, 117, options));
		final byte[] several = Parallelization.runWithNumThreads(5, () -> colorize(gray, 203, 117, options));
		assertArrayEquals(single, several);
		assertArrayEquals(single, colorize(gray, 203, 117, options));
	}

	@Test
	void concurrentCallsGiveEqualResults() throws InterruptedException, ExecutionException {
		final List<byte[]> expected = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			expected.add(colorize(TinyModel.picture(90 + i, 60, i), 90 + i, 60, options));
		}
		final ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			final List<Future<byte[]>> results = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				final int which = i % 4;
				results.add(executor.submit(() -> colorize(TinyModel.picture(90 + which, 60, which), 90 + which, 60,
						options)));
			}
			for (int i = 0; i < results.size(); i++) {
				assertArrayEquals(expected.get(i % 4), results.get(i).get());
			}
		}
		finally {
			executor.shutdown();
		}
	}

	@Slow
	@Test
	void oneAndTwoTorchThreadsGiveTheSameResult(@TempDir final Path folder) throws IOException, InterruptedException {
		final List<Process> processes = new ArrayList<>();
		for (int threads = 1; threads <= 2; threads++) {
			processes.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Dai.djl.pytorch.num_threads=" + threads, "-Dai.djl.pytorch.num_interop_threads=1", "-Xmx512m",
					"-cp", System.getProperty("java.class.path"), ColorizeOnce.class.getName(), options.model(),
					folder.resolve("result" + threads).toString()).redirectErrorStream(true)
					.redirectOutput(folder.resolve("log" + threads).toFile()).start());
		}
		for (int threads = 1; threads <= 2; threads++) {
			assertEquals(0, processes.get(threads - 1).waitFor(), Files.readString(folder.resolve("log" + threads)));
		}
		final ByteBuffer one = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("result1")));
		final ByteBuffer two = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("result2")));
		assertEquals(one.capacity(), two.capacity());
		final int pixels = one.getInt();
		assertEquals(3 * ColorizeOnce.WIDTH * ColorizeOnce.HEIGHT, pixels);
		two.getInt();
		for (int i = 0; i < pixels; i++) {
			// Sums in another order may round to the next level.
			assertEquals(one.get() & 0xff, two.get() & 0xff, 1);
		}
		double largest = 0;
		while (one.hasRemaining()) {
			largest = Math.max(largest, Math.abs(one.getFloat() - two.getFloat()));
		}
		System.out.printf("Largest difference of logits, one and two threads: %g%n", largest);
		assertTrue(largest < 1e-3, "logits differ by " + largest);
	}

	// -- Memory --

	/** In a JVM whose heap has its full size from the start, so that the process can only grow by native memory. */
	@Slow
	@Test
	void twoHundredColorizationsLeakNoNativeMemory(@TempDir final Path folder)
			throws IOException, InterruptedException {
		final int times = 200;
		final ChildJvm.Ended ended = new ChildJvm().with("-Xms256m", "-XX:+AlwaysPreTouch").run(folder, ColorizeOften.class,
				options.model(), times);
		assertEquals(0, ended.exit(), ended.err().toString());
		assertEquals("0", ended.out().get(0), "native arrays");
		final long grown = Long.parseLong(ended.out().get(1));
		System.out.printf("Resident memory over %d colorizations: %+.1f MiB%n", times, grown / 1048576.0);
		// The logits alone would be twice as much.
		final long logits = (long) times * ColorBins.COUNT * Float.BYTES * TinyModel.SIZE * TinyModel.SIZE / 16;
		assertTrue(grown < logits / 2, "resident memory grew by " + grown + " bytes");
	}

	// -- Opening and closing --

	@Test
	void closedColorizerThrows() throws IOException {
		final Colorizer closed = Colorizer.open(options.opening());
		closed.close();
		closed.close();
		assertThrows(IllegalStateException.class, () -> closed.predict(ArrayImgs.floats(8, 8)));
	}

	@Test
	void modelTooLargeForTheGpuIsOpenedOnTheCpu() throws IOException {
		final List<String> events = new ArrayList<>();
		final Colorizer.Opening opening = (name, device) -> {
			final Device place = device.get();
			events.add(place.toString());
			if (place.isGpu()) {
				throw new IOException("it cannot be opened", new EngineException("CUDA out of memory."));
			}
			return ModelFile.open(name, place);
		};
		try (Colorizer opened =
				Colorizer.open(options.model(), Device::gpu, Precision.FLOAT32, events::add, opening)) {
			assertEquals(List.of("gpu(0)",
					"The GPU has too little memory for the model: continuing on the CPU, which is slower.", "cpu()"),
					events);
			assertArrayEquals(logits(predict(60, 60, options)),
					logits(opened.predict(ArrayImgs.unsignedBytes(TinyModel.picture(60, 60, 1), 60, 60))));
		}
	}

	@Test
	void otherFailuresDoNotFallBackToTheCpu() {
		final IOException broken = new IOException("its checksum is wrong");
		assertEquals(broken, assertThrows(IOException.class,
				() -> Colorizer.open("broken.zip", Device::gpu, Precision.AUTO, sentence -> { }, (name, device) -> {
					throw broken;
				}).close()));
	}

	@Test
	void missingModelIsNamed() {
		final IOException e =
				assertThrows(IOException.class, () -> Colorizer.open(options.model("no-such-model.zip").opening()).close());
		assertEquals("There is no model 'no-such-model.zip': give 'default' or the path of a model zip.",
				e.getMessage());
	}

	@Test
	void imagesOfTheWrongShapeAreRefused() {
		assertThrows(IllegalArgumentException.class, () -> colorize(ArrayImgs.floats(8, 8, 2), ZERO_TO_ONE, options,
				ArrayImgs.floats(8, 8, 3)));
		assertThrows(IllegalArgumentException.class,
				() -> colorize(ArrayImgs.floats(8, 8), ZERO_TO_ONE, options, ArrayImgs.floats(8, 9, 3)));
	}

	@Test
	void missingBundledModelIsReported() {
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") == null, "there is a bundled model");
		final IOException e = assertThrows(IOException.class, () -> Colorizer.open().close());
		assertEquals("The bundled model is not in this build: name a model file.", e.getMessage());
	}

	// -- Shorthands --

	private static ColorDistribution predict(final int width, final int height, final ColorizeOptions how) {
		return colorizer.predict(ArrayImgs.unsignedBytes(TinyModel.picture(width, height, 1), width, height),
				how.prediction());
	}

	private static byte[] colorize(final byte[] gray, final int width, final int height, final ColorizeOptions how) {
		final byte[] rgb = new byte[3 * gray.length];
		final Img<UnsignedByteType> image = ArrayImgs.unsignedBytes(gray, width, height);
		colorize(image, DisplayRange.UNSIGNED_8_BIT, how, ArrayImgs.unsignedBytes(rgb, width, height, 3));
		return rgb;
	}

	private static <T extends RealType<T>, U extends RealType<U>> void colorize(final RandomAccessibleInterval<T> image,
			final DisplayRange range, final ColorizeOptions how, final RandomAccessibleInterval<U> rgb) {
		colorizer.predict(image, range, how.prediction()).colorize(image, range, how.decoding(), rgb);
	}

	private static int colored(final byte[] rgb) {
		final int n = rgb.length / 3;
		int colored = 0;
		for (int i = 0; i < n; i++) {
			colored += rgb[i] != rgb[n + i] || rgb[i] != rgb[2 * n + i] ? 1 : 0;
		}
		return colored;
	}

	private static float[] logits(final ColorDistribution distribution) {
		final float[] values = new float[distribution.width() * distribution.height() * ColorBins.COUNT];
		int i = 0;
		for (final FloatType value : distribution.logits()) {
			values[i++] = value.get();
		}
		return values;
	}
}
