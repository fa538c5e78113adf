/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import net.imglib2.img.array.ArrayImgs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.train.TinyTraining;

/** The window of a training, opened from the dialog. */
class TrainingWindowTest {

	@TempDir
	private Path folder;

	@Slow
	@Test
	void stoppingKeepsTheBestModel() throws IOException, InterruptedException {
		assumeTrue(VirtualScreen.isPossible(), "Xvfb is not installed");
		final Path photos = TinyTraining.photos(folder.resolve("photos"));
		final Path model = folder.resolve("stopped.zip");
		final List<String> told = StoppedTraining.run(Files.createDirectory(folder.resolve("home")), photos, model);
		assertEquals(List.of("canceled false", "model " + model, "The training was stopped. The best model so far is "
				+ model + ". Run it again with 'Resume an earlier run' to continue."), told);
		final List<String> epochs = Files.readAllLines(folder.resolve("stopped-training/log.csv"));
		assertTrue(epochs.size() > 1, epochs.toString());
		try (Colorizer colorizer =
				Colorizer.open(ColorizeOptions.defaults().model(model.toString()).device("cpu").opening())) {
			assertEquals(3, colorizer.colorize(ArrayImgs.unsignedBytes(TinyModel.picture(40, 30, 1), 40, 30)).dimension(2));
		}
	}
}
