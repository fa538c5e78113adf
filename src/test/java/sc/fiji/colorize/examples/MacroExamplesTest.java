/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.command.MacroInImageJ1;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.train.ColorizerTrainer;
import sc.fiji.colorize.train.TinyTraining;
import sc.fiji.colorize.train.TrainListener;
import sc.fiji.colorize.train.TrainOptions;

/** Runs the macros in {@code macros/}, headless. */
@Slow
class MacroExamplesTest {

	private static final String OPTIONS = "device=cpu model=[" + TinyModel.file() + "]";

	private static final int FRAMES = 4;

	@TempDir
	private static Path folder;
	private static Path photo;
	private static Path photos;
	private static Path film;
	/** What all of them printed. */
	private static String log;

	/** In one ImageJ, as its start takes longer than their work. */
	@BeforeAll
	static void runAll() throws IOException, InterruptedException {
		photo = ExampleImages.write(folder.resolve("my scans/old photo.png"), 1);
		final Path in = folder.resolve("in");
		ExampleImages.write(in.resolve("a.png"), 1);
		Files.writeString(in.resolve("b.png"), "Just text.");
		ExampleImages.write(in.resolve("c.tif"), 3);
		Files.write(in.resolve("d.jpg"), new byte[100]);
		ExampleImages.write(in.resolve("e.png"), 5);
		Files.writeString(in.resolve("notes.txt"), "No image.");
		Files.createFile(Files.createDirectory(folder.resolve("out")).resolve("e-colorized.png"));
		film = writeFilm(folder.resolve("my film.tif"));
		photos = TinyTraining.photos(folder.resolve("photos"));
		log = MacroInImageJ1.run(folder,
				"macros/Colorize_Image.ijm", photo + ";" + folder.resolve("result.png") + ";temperature=0.2 " + OPTIONS,
				"macros/Colorize_Folder.ijm", in + ";" + folder.resolve("out") + ";" + OPTIONS,
				"macros/Colorize_Stack.ijm", film + ";" + folder.resolve("film.tif") + ";" + OPTIONS,
				"macros/Temperature_Series.ijm", photo + ";" + folder.resolve("montage.png") + ";" + OPTIONS,
				"macros/Train_And_Evaluate.ijm", photos + ";" + photos + ";" + folder.resolve("mine.zip") + ";"
						+ folder.resolve("report") + ";width=0.0625 schedule=32x4x1 device=cpu");
	}

	@Test
	void imageIsColorizedAndSaved() throws IOException {
		final Path output = folder.resolve("result.png");
		assertTrue(log.contains(photo + " -> " + output), log);
		ExampleImages.assertColorized(photo, 0.2, output);
	}

	@Test
	void folderIsColorizedExceptExistingAndDamagedFiles() throws IOException {
		final Path in = folder.resolve("in");
		final Path out = folder.resolve("out");
		assertTrue(log.contains("2 colorized, 1 skipped, 2 failed."), log);
		final Path table = out.resolve("colorize-folder.csv");
		assertTrue(log.contains("3 images are in " + out + ", 2 failed; see " + table), log);
		ExampleImages.assertColorized(in.resolve("a.png"), 0.38, out.resolve("a-colorized.png"));
		ExampleImages.assertColorized(in.resolve("c.tif"), 0.38, out.resolve("c-colorized.png"));
		assertEquals(0, Files.size(out.resolve("e-colorized.png")));
		assertEquals(List.of("a-colorized.png", "c-colorized.png", "colorize-folder.csv", "e-colorized.png"),
				Arrays.stream(out.toFile().list()).sorted().toList());
	}

	/** A still film with noise. */
	private static Path writeFilm(final Path file) throws IOException {
		final ImageStack stack = new ImageStack(ExampleImages.WIDTH, ExampleImages.HEIGHT);
		for (int t = 0; t < FRAMES; t++) {
			final ImageProcessor frame = new ByteProcessor(ExampleImages.WIDTH, ExampleImages.HEIGHT,
					TinyModel.picture(ExampleImages.WIDTH, ExampleImages.HEIGHT, 1));
			final Random noise = new Random(t);
			for (int i = 0; i < frame.getPixelCount(); i++) {
				frame.set(i, (int) Math.max(0, Math.min(255, frame.get(i) + 5 * noise.nextGaussian())));
			}
			stack.addSlice(frame);
		}
		final ImagePlus image = new ImagePlus("film", stack);
		image.setDimensions(1, 1, FRAMES);
		ImageFiles.write(image, file);
		return file;
	}

	@Test
	void timeSeriesIsSmoothed() throws IOException {
		final ImagePlus result = ImageFiles.read(folder.resolve("film.tif"));
		assertTrue(log.contains(FRAMES + " slices are in " + folder.resolve("film.tif")), log);
		final ColorizeOptions options = TinyModel.options();
		try (Colorizer colorizer = Colorizer.open(options.opening())) {
			final ImagePlus smoothed = colorize(colorizer, options.smoothing(0.8));
			final ImagePlus single = colorize(colorizer, options);
			for (int t = 1; t <= FRAMES; t++) {
				smoothed.setSlice(t);
				single.setSlice(t);
				result.setSlice(t);
				assertArrayEquals(ExampleImages.colors(smoothed), ExampleImages.colors(result), "frame " + t);
				assertEquals(t == 1, Arrays.equals(ExampleImages.colors(single), ExampleImages.colors(result)),
						"frame " + t + " is colorized by itself");
			}
		}
	}

	private static ImagePlus colorize(final Colorizer colorizer, final ColorizeOptions options) throws IOException {
		return new ImageColorizer(colorizer, options).colorize(ImageFiles.read(film), fraction -> { }, () -> false);
	}

	@Test
	void temperaturesAreSideBySide() throws IOException {
		assertTrue(log.contains("The montage is in " + folder.resolve("montage.png")), log);
		final ImagePlus montage = ImageFiles.read(folder.resolve("montage.png"));
		assertEquals(5 * ExampleImages.WIDTH, montage.getWidth());
		assertEquals(ExampleImages.HEIGHT, montage.getHeight());
		final double[] temperatures = {0.05, 0.2, 0.38, 0.7, 1};
		for (int i = 0; i < temperatures.length; i++) {
			montage.setRoi(i * ExampleImages.WIDTH, 0, ExampleImages.WIDTH, ExampleImages.HEIGHT);
			// The label covers the lower part.
			final int compared = ExampleImages.WIDTH * ExampleImages.HEIGHT / 2;
			assertArrayEquals(Arrays.copyOf(ExampleImages.colorized(photo, temperatures[i]), compared),
					Arrays.copyOf(ExampleImages.colors(montage.crop()), compared), "T = " + temperatures[i]);
		}
	}

	@Test
	void modelIsTrainedAndEvaluated() throws IOException, InterruptedException {
		final Path model = folder.resolve("mine.zip");
		assertTrue(log.contains("The model is " + model + ", the report " + folder.resolve("report")), log);
		assertTrue(Files.readString(folder.resolve("report/report.json")).contains("\"mine, 40 px, T 0.38\""), log);
		final Path expected = folder.resolve("expected.zip");
		final TrainOptions options = TrainOptions.defaults().width(1 / 16.0)
				.schedule(List.of(new TrainOptions.Stage(32, 4, 1))).device("cpu");
		assertTrue(new ColorizerTrainer(photos, expected, options, TrainListener.NONE, () -> false).run(false));
		assertArrayEquals(ExampleImages.entry(expected, "weights.safetensors"),
				ExampleImages.entry(model, "weights.safetensors"));
	}
}
