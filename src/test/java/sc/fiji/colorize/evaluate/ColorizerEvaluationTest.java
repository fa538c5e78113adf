/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntBinaryOperator;

import javax.imageio.ImageIO;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.DisplayRange;
import sc.fiji.colorize.ops.ChromaUpsampling;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.photo.RgbPhoto;
import sc.fiji.colorize.photo.SkippedPhoto;

class ColorizerEvaluationTest {

	private static final int RED = 0xc04030;
	private static final int BLUE = 0x3050b0;
	private static final EvaluateOptions BASELINES = EvaluateOptions.defaults().rows(List.of());

	@TempDir
	private static Path models;
	private static ColorizeOptions random;
	private static ColorizeOptions undecided;

	@TempDir
	private Path photos;

	@BeforeAll
	static void saveModels() throws IOException {
		TestModels.random(models.resolve("random.zip"), 3);
		TestModels.undecided(models.resolve("undecided.zip"));
		random = ColorizeOptions.defaults().model(models.resolve("random.zip").toString()).device("cpu").size(32);
		undecided = random.model(models.resolve("undecided.zip").toString());
	}

	@BeforeEach
	void savePhotos() throws IOException {
		photo("red-blue.png", 40, 30, (x, y) -> x < 10 ? RED : BLUE);
	}

	private void photo(final String name, final int width, final int height, final IntBinaryOperator color)
			throws IOException {
		final BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				image.setRGB(x, y, color.applyAsInt(x, y));
			}
		}
		ImageIO.write(image, "png", photos.resolve(name).toFile());
	}

	private void varied(final int count) throws IOException {
		for (int i = 0; i < count; i++) {
			final int k = i;
			photo("varied" + i + ".png", 50 + 9 * i, 64 - 3 * i,
					(x, y) -> 2 * x + k << 16 & 0xff0000 | 3 * y << 8 & 0xff00 | (x * (k + 1) ^ y) & 0xff);
		}
	}

	private Report evaluate(final EvaluateOptions options) throws IOException, InterruptedException {
		return new ColorizerEvaluation(photos, options, EvaluateListener.NONE, () -> false).run().orElseThrow();
	}

	private static float[] lab(final int color) {
		final float[] lab = new float[3];
		Lab.from8Bit(color >> 16, color >> 8 & 0xff, color & 0xff, lab);
		return lab;
	}

	@Test
	void grayRowEqualsItsDefinition() throws IOException, InterruptedException {
		final EvaluationRow gray = evaluate(BASELINES).rows().get(0);
		final float[] red = lab(RED);
		final float[] blue = lab(BLUE);
		final double redError = Math.hypot(red[1], red[2]);
		final double blueError = Math.hypot(blue[1], blue[2]);
		assertEquals(EvaluationRow.GRAY, gray.name());
		assertEquals(100 - 100 * (redError + 3 * blueError) / 4 / 150, gray.aucRaw(), 1e-4);
		assertEquals(100 - 100 * (redError + blueError) / 2 / 150, gray.aucRebalanced(), 1e-4);
		assertEquals(Math.sqrt((redError * redError + 3 * blueError * blueError) / 8), gray.abRmse(), 1e-4);
		assertEquals((redError + 3 * blueError) / 4, gray.trueChroma(), 1e-4);
		assertEquals(0, gray.chroma());
		assertEquals(0, gray.colorfulness());
		final double mse = (grayMse(RED, red[0]) + 3 * grayMse(BLUE, blue[0])) / 4;
		assertEquals(10 * Math.log10(255 * 255 / mse), gray.psnr(), 1e-9);
		assertNull(gray.crossEntropy());
		assertEquals(1, gray.curveRaw().get(150));
		assertEquals(0.25, Math.min(gray.curveRaw().get((int) redError), 1 - gray.curveRaw().get((int) redError)), 1e-9,
				"steps at the two errors");
	}

	private static double grayMse(final int color, final float lightness) {
		final int gray = Math.round(255 * Lab.gray(lightness));
		return (Math.pow(gray - (color >> 16), 2) + Math.pow(gray - (color >> 8 & 0xff), 2)
				+ Math.pow(gray - (color & 0xff), 2)) / 3;
	}

	@Test
	void trueHintsImproveColors() throws IOException, InterruptedException {
		final EvaluateOptions options =
				EvaluateOptions.defaults().rows(List.of(undecided)).hints(List.of(0, 1, 30), 1).threads(1);
		final Report report = evaluate(options);
		final List<EvaluationRow> rows = report.rows().subList(2, 5);
		assertEquals(List.of("undecided, 32 px, T 0.38", "undecided, 32 px, T 0.38, 1 hint",
				"undecided, 32 px, T 0.38, 30 hints"), rows.stream().map(EvaluationRow::name).toList());
		assertTrue(rows.get(1).abRmse() < rows.get(0).abRmse());
		assertTrue(rows.get(2).abRmse() < rows.get(1).abRmse());
		assertTrue(rows.get(2).crossEntropy() < rows.get(0).crossEntropy());
		assertEquals(rows, evaluate(options.threads(4)).rows().subList(2, 5));
		assertNotEquals(rows.get(1), evaluate(options.hints(List.of(0, 1, 30), 2)).rows().get(3));
	}

	@Test
	void rejectsHintCountsOutOfRange() {
		for (final List<Integer> numbers : List.of(List.of(-1), List.of(10_001), List.<Integer>of())) {
			assertEquals("The numbers of hints must be from 0 to 10000 but are " + numbers + ".",
					assertThrows(IllegalArgumentException.class, () -> EvaluateOptions.defaults().hints(numbers, 0))
							.getMessage());
		}
	}

	@Test
	void colorfulnessOfTwoColorsEqualsHandComputed() throws IOException, InterruptedException {
		photo("red-blue.png", 2, 1, (x, y) -> x == 0 ? 0xff0000 : 0x0000ff);
		// rg is 255 and 0, yb is 127.5 and -255: means 127.5 and -63.75, deviations 127.5 and 191.25.
		final double expected = Math.hypot(127.5, 191.25) + 0.3 * Math.hypot(127.5, 63.75);
		assertEquals(expected, evaluate(BASELINES).rows().get(0).trueColorfulness(), 1e-9);
	}

	@Test
	void constantRowIsMeanColor() throws IOException, InterruptedException {
		photo("red-blue.png", 20, 10, (x, y) -> RED);
		final EvaluationRow constant = evaluate(BASELINES).rows().get(1);
		assertEquals(EvaluationRow.CONSTANT, constant.name());
		assertEquals(100, constant.aucRaw(), 1e-3);
		assertEquals(0, constant.abRmse(), 1e-3);
		assertNull(constant.psnr(), "no 8-bit value differs");
	}

	@Test
	void perfectPredictionHasFullScores() throws IOException {
		varied(1);
		final RgbPhoto photo = RgbPhoto.of(ImageIO.read(photos.resolve("varied0.png").toFile()));
		final int pixels = photo.width() * photo.height();
		final float[] a = new float[pixels];
		final float[] b = new float[pixels];
		final float[] lab = new float[3];
		for (int i = 0; i < pixels; i++) {
			Lab.from8Bit(photo.rgb()[3 * i] & 0xff, photo.rgb()[3 * i + 1] & 0xff, photo.rgb()[3 * i + 2] & 0xff, lab);
			a[i] = lab[1];
			b[i] = lab[2];
		}
		final ColorPlane truth = new ColorPlane(
				new ChromaUpsampling(a, b, photo.width(), photo.height(), photo.width(), photo.height()), 1);
		final EvaluationAccumulator accumulator = PhotoScorer.score(photo, List.of(truth), () -> false).get(0);
		final EvaluationRow row = accumulator.row(new EvaluatedConfig("perfect"), null, 0);
		assertEquals(100, row.aucRaw(), 1e-6);
		assertEquals(100, row.aucRebalanced(), 1e-6);
		assertNull(row.psnr());
		assertEquals(row.trueChroma(), row.chroma(), 1e-6);
		assertEquals(row.trueColorfulness(), row.colorfulness());
	}

	@Test
	void scoresFinalImage() throws IOException, InterruptedException {
		varied(1);
		Files.delete(photos.resolve("red-blue.png"));
		final ColorizeOptions vivid = random.temperature(0.1).saturation(1.7);
		final EvaluationRow row = evaluate(EvaluateOptions.defaults().rows(List.of(vivid))).rows().get(2);
		final RgbPhoto photo = RgbPhoto.of(ImageIO.read(photos.resolve("varied0.png").toFile()));
		final Img<UnsignedByteType> result = ArrayImgs.unsignedBytes(photo.width(), photo.height(), 3);
		try (Colorizer colorizer = Colorizer.open(vivid.opening())) {
			colorizer.predict(PhotoScorer.image(photo), vivid.prediction()).colorize(PhotoScorer.image(photo),
					DisplayRange.UNSIGNED_8_BIT, vivid.decoding(), result);
		}
		double squares = 0;
		final var pixel = result.randomAccess();
		for (int i = 0; i < photo.rgb().length; i++) {
			final int place = i / 3;
			pixel.setPositionAndGet(place % photo.width(), place / photo.width(), i % 3);
			squares += Math.pow(pixel.get().get() - (photo.rgb()[i] & 0xff), 2);
		}
		assertEquals(10 * Math.log10(255 * 255 * photo.rgb().length / squares), row.psnr(), 1e-9);
		assertEquals(vivid.model(), row.model());
		assertEquals(0.1, row.temperature());
		assertEquals("random, 32 px, T 0.1, saturation 1.7", row.name());
	}

	@Test
	void undecidedModelHasCrossEntropyOf313EqualColors() throws IOException, InterruptedException {
		final EvaluationRow row = evaluate(EvaluateOptions.defaults().rows(List.of(undecided))).rows().get(2);
		assertEquals(Math.log(ColorBins.COUNT), row.crossEntropy(), 1e-5);
	}

	@Test
	void resultDoesNotDependOnThreads() throws IOException, InterruptedException {
		varied(7);
		final EvaluateOptions options =
				EvaluateOptions.defaults().rows(List.of(random, random.temperature(1), undecided, random.size(64)));
		final Report one = evaluate(options.threads(1));
		final Report four = evaluate(options.threads(4));
		assertTrue(one.rows().equals(four.rows()), "totals");
		assertTrue(one.images().equals(four.images()), "single photos");
		assertEquals(one.pictures().stream().map(Report.Picture::photo).toList(),
				four.pictures().stream().map(Report.Picture::photo).toList());
		assertEquals(one.rows().get(2).crossEntropy(), one.rows().get(3).crossEntropy(),
				"the temperature changed the distribution");
		assertNotEquals(one.rows().get(2).chroma(), one.rows().get(3).chroma());
		assertEquals(8, one.rows().get(0).photos());
		assertEquals(8 * 6, one.images().size());
	}

	@Test
	void picturesAreSortedByGain() throws IOException, InterruptedException {
		varied(7);
		final List<Report.Picture> pictures =
				evaluate(EvaluateOptions.defaults().rows(List.of(random))).pictures();
		assertEquals(List.of("best", "best", "best", "median", "median", "worst", "worst", "worst"),
				pictures.stream().map(Report.Picture::kind).toList());
		for (int i = 1; i < pictures.size(); i++) {
			assertTrue(pictures.get(i - 1).gain() >= pictures.get(i).gain());
		}
		assertEquals(List.of("gray", "random, 32 px, T 0.38"), pictures.get(0).rows());
		assertEquals(3, pictures.get(0).thumbnails().size());
	}

	@Test
	void namesAndSkipsBrokenAndGrayFiles() throws IOException, InterruptedException {
		final EvaluationRow alone = evaluate(BASELINES).rows().get(0);
		Files.write(photos.resolve("broken.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0, 1, 2});
		Files.write(photos.resolve("empty.png"), new byte[0]);
		final byte[] whole = Files.readAllBytes(photos.resolve("red-blue.png"));
		Files.write(photos.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
		photo("gray.png", 10, 10, (x, y) -> 0x010101 * (20 * x));
		final List<String> events = new ArrayList<>();
		final EvaluateListener listener = new EvaluateListener() {

			@Override
			public void skipped(final SkippedPhoto skipped) {
				events.add(skipped.name());
			}
		};
		final Report report = new ColorizerEvaluation(photos, BASELINES, listener, () -> false).run().orElseThrow();
		assertEquals(List.of("broken.jpg", "cut.png", "empty.png", "gray.png"),
				report.skipped().stream().map(SkippedPhoto::name).toList());
		assertEquals(List.of("broken.jpg", "cut.png", "empty.png", "gray.png"), events);
		assertEquals("the file is empty", report.skipped().get(2).reason());
		assertEquals("it is gray", report.skipped().get(3).reason());
		assertEquals(1, report.rows().get(0).photos());
		assertEquals(4, report.rows().get(0).skipped());
		assertEquals(alone.curveRaw(), report.rows().get(0).curveRaw());
	}

	@Test
	void rejectsFolderWithoutColorPhotos() throws IOException {
		photo("red-blue.png", 10, 10, (x, y) -> 0x404040);
		final IOException e = assertThrows(IOException.class, () -> evaluate(BASELINES));
		assertTrue(e.getMessage().contains("red-blue.png: it is gray."), e.getMessage());
	}

	@Test
	void canceledEvaluationHasNoReport() throws IOException, InterruptedException {
		varied(7);
		final AtomicInteger scored = new AtomicInteger();
		final EvaluateListener listener = new EvaluateListener() {

			@Override
			public void scored(final int photo, final int all, final double secondsLeft) {
				scored.set(photo);
			}
		};
		final EvaluateOptions options = EvaluateOptions.defaults().rows(List.of(random));
		assertFalse(new ColorizerEvaluation(photos, options, listener, () -> scored.get() == 3).run().isPresent());
		assertEquals(3, scored.get());
	}

	@Test
	void progressCountsEveryPhoto() throws IOException, InterruptedException {
		varied(3);
		final List<String> events = new ArrayList<>();
		final EvaluateListener listener = new EvaluateListener() {

			@Override
			public void scanned(final int photo, final int all) {
				events.add("scanned " + photo + "/" + all);
			}

			@Override
			public void scored(final int photo, final int all, final double secondsLeft) {
				events.add("scored " + photo + "/" + all + (secondsLeft > 0 ? "" : ", done"));
			}
		};
		new ColorizerEvaluation(photos, BASELINES, listener, () -> false).run();
		assertEquals(List.of("scanned 1/4", "scanned 2/4", "scanned 3/4", "scanned 4/4", "scored 1/4", "scored 2/4",
				"scored 3/4", "scored 4/4, done"), events);
	}

	@Test
	void uniformPriorWeightsAllPixelsEqually() throws IOException, InterruptedException {
		final Report report = evaluate(BASELINES.prior(Collections.nCopies(ColorBins.COUNT, 1.0 / ColorBins.COUNT)));
		assertTrue(report.givenPrior());
		assertEquals(report.rows().get(0).aucRaw(), report.rows().get(0).aucRebalanced(), 1e-9);
	}

	@Test
	void priorWithoutColorStillGivesScore() throws IOException, InterruptedException {
		final List<Double> prior = new ArrayList<>(Collections.nCopies(ColorBins.COUNT, 0.0));
		prior.set(ColorBins.nearest(0, 0), 1.0);
		final EvaluationRow gray = evaluate(BASELINES.prior(prior)).rows().get(0);
		assertEquals(gray.aucRaw(), gray.aucRebalanced(), 1e-9, "both colors have the smallest probability");
	}

	@Test
	void rejectsInvalidPrior() {
		assertThrows(IllegalArgumentException.class, () -> BASELINES.prior(List.of(0.5, 0.5)));
		assertThrows(IllegalArgumentException.class,
				() -> BASELINES.prior(Collections.nCopies(ColorBins.COUNT, 0.1)));
		assertThrows(IllegalArgumentException.class, () -> BASELINES.threads(0));
	}

	@Test
	void grayOnPublicSetHasReferenceScores() throws IOException, InterruptedException {
		final String shared = System.getProperty("COLORIZE_SHARED",
				System.getenv().getOrDefault("COLORIZE_SHARED", "../shared"));
		final Path set = Path.of(shared, "photos", "eval-public");
		assumeTrue(Files.isDirectory(set), "The photos are not there: set COLORIZE_SHARED to the folder that holds "
				+ "photos/eval-public.");
		final EvaluationRow gray = new ColorizerEvaluation(set, BASELINES, EvaluateListener.NONE, () -> false).run()
				.orElseThrow().rows().get(0);
		assertEquals(110, gray.photos());
		assertEquals(86.98, gray.aucRaw(), 0.005);
		assertEquals(59.96, gray.aucRebalanced(), 0.005);
	}
}
