/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;

import javax.imageio.ImageIO;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.ops.Lab;

/** The model that comes with the jar. */
class BundledModelTest {

	private static final Path SAMPLE = Path.of("docs/images/sample-landscape.jpg");
	private static Colorizer colorizer;

	@BeforeEach
	void open() throws IOException {
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		if (colorizer == null) {
			colorizer = Colorizer.open(ColorizeOptions.defaults().device("cpu").opening());
		}
	}

	@AfterAll
	static void close() {
		if (colorizer != null) {
			colorizer.close();
		}
	}

	@Test
	void cardIsComplete() {
		final ModelCard card = colorizer.card();
		assertFalse(card.name().isBlank());
		assertFalse(card.description().isBlank());
		assertFalse(card.documentation().isBlank());
		assertFalse(card.training().isEmpty());
		assertFalse(card.metrics().isEmpty());
		assertTrue(card.networkSize() >= PredictOptions.MIN_SIZE && card.networkSize() <= PredictOptions.MAX_SIZE);
		assertEquals(64, card.weightsSha256().length());
	}

	@Test
	void sampleSkyIsBluishAndMeadowGreenish() throws IOException {
		final BufferedImage sample = ImageIO.read(SAMPLE.toFile());
		final int width = sample.getWidth();
		final int height = sample.getHeight();
		final byte[] gray = new byte[width * height];
		for (int i = 0; i < gray.length; i++) {
			gray[i] = (byte) sample.getRaster().getSample(i % width, i / width, 0);
		}
		final byte[] rgb = new byte[3 * gray.length];
		final Img<UnsignedByteType> image = ArrayImgs.unsignedBytes(gray, width, height);
		colorizer.predict(image).colorize(image, DisplayRange.UNSIGNED_8_BIT, DecodeOptions.defaults(),
				ArrayImgs.unsignedBytes(rgb, width, height, 3));
		// The renderer puts the sky at the top and the meadow at the bottom.
		final double[] sky = meanAb(rgb, width, height, 0, 0.2);
		final double[] meadow = meanAb(rgb, width, height, 0.85, 1);
		System.out.printf("Mean ab of the sample: sky %.1f %.1f, meadow %.1f %.1f%n", sky[0], sky[1], meadow[0],
				meadow[1]);
		assertTrue(sky[1] < -2, "b* of the sky is " + sky[1]);
		assertTrue(meadow[0] < 0 && meadow[1] > 5, "a* and b* of the meadow are " + meadow[0] + " and " + meadow[1]);
	}

	private static double[] meanAb(final byte[] rgb, final int width, final int height, final double from,
			final double to) {
		final int n = width * height;
		final float[] lab = new float[3];
		final double[] sum = new double[2];
		final int first = (int) (from * height) * width;
		final int end = (int) (to * height) * width;
		for (int i = first; i < end; i++) {
			Lab.from8Bit(rgb[i] & 0xff, rgb[n + i] & 0xff, rgb[2 * n + i] & 0xff, lab);
			sum[0] += lab[1] / (end - first);
			sum[1] += lab[2] / (end - first);
		}
		return sum;
	}
}
