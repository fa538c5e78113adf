/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.ops.Lab;

/** That the pictures of the documentation show what it says. */
@Slow
class TemperatureAndPriorTest {

	private static final Path DOCS = Path.of("docs/images");

	@Test
	void picturesMatchThePage(@TempDir final Path folder) throws IOException {
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		TemperatureAndPrior.main(new String[] {folder.toString()});
		for (final Path place : new Path[] {folder, DOCS}) {
			final BufferedImage series = ImageIO.read(place.resolve(TemperatureAndPrior.TEMPERATURES).toFile());
			final BufferedImage prior = ImageIO.read(place.resolve(TemperatureAndPrior.PRIOR).toFile());
			assertEquals(0, chroma(series, 0, 0), 1, "gray");
			assertTrue(chroma(series, 1, 0) > chroma(series, 0, 1), "T = 0 is more colorful than 0.38");
			assertTrue(chroma(series, 0, 1) > chroma(series, 2, 1), "T = 0.38 is more colorful than 1");
			assertTrue(chroma(prior, 2, 0) > 1.2 * chroma(prior, 1, 0), "rebalancing makes it more colorful");
		}
	}

	/** The mean chroma of a picture of a montage. */
	private static double chroma(final BufferedImage montage, final int column, final int row) {
		final int x = column * (montage.getWidth() - TemperatureAndPrior.WIDTH) / 2;
		final int y = row * (montage.getHeight() - TemperatureAndPrior.HEIGHT - 22);
		final float[] lab = new float[3];
		double sum = 0;
		for (int v = 0; v < TemperatureAndPrior.HEIGHT; v++) {
			for (int u = 0; u < TemperatureAndPrior.WIDTH; u++) {
				final int color = montage.getRGB(x + u, y + v);
				Lab.from8Bit(color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff, lab);
				sum += Math.hypot(lab[1], lab[2]);
			}
		}
		return sum / TemperatureAndPrior.WIDTH / TemperatureAndPrior.HEIGHT;
	}
}
