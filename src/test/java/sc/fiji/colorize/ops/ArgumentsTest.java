/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every op says in one sentence what is wrong with its arguments. */
class ArgumentsTest {

	@Test
	void wrongNumbersOfChannelsAreNamed() {
		refuses("The image 'logits' needs the dimensions (x, y, 313) but has (3, 2, 312).",
				() -> AnnealedMean.annealedMean(image(3, 2, 312), null, image(3, 2, 2)));
		refuses("The image 'ab' needs the dimensions (x, y, 2) but has (3, 2, 3).",
				() -> AnnealedMean.annealedMean(image(3, 2, 313), null, image(3, 2, 3)));
		refuses("The image 'entropy' needs the dimensions (x, y, 1) but has (3, 2, 2).",
				() -> AnnealedMean.entropy(image(3, 2, 313), image(3, 2, 2)));
		refuses("The image 'lab' needs the dimensions (x, y, 3) but has (3, 2).",
				() -> Chroma.fitGamut(image(3, 2), image(3, 2, 3)));
		refuses("The image 'fitted' needs the dimensions (x, y, 3) but has (3, 2, 4).",
				() -> Chroma.fitGamut(image(3, 2, 3), image(3, 2, 4)));
		refuses("The image 'scaled' needs the dimensions (x, y, 2) but has (3, 2, 2, 1).",
				() -> Chroma.saturate(image(3, 2, 2), 1.0, image(3, 2, 2, 1)));
		refuses("The image 'ab' needs the dimensions (313, 1, 2) but has (313, 2).",
				() -> ColorBins.colorBins(image(313, 2)));
		refuses("The image 'ab' needs the dimensions (x, y, 2) but has (3, 2, 1).",
				() -> ColorBins.quantize(image(3, 2, 1), ArrayImgs.unsignedShorts(3, 2)));
		refuses("The image 'bins' needs the dimensions (x, y, 1) but has (3, 2, 2).",
				() -> ColorBins.quantize(image(3, 2, 2), ArrayImgs.unsignedShorts(3, 2, 2)));
		refuses("The image 'ab' needs the dimensions (x, y, 2) but has (3, 2).",
				() -> ColorPrior.of(image(3, 2), null, null));
		refuses("The image 'distribution' needs the dimensions (x, y, 313) but has (3, 2, 5).",
				() -> SoftEncoding.encode(image(3, 2, 2), 5, null, image(3, 2, 5)));
		refuses("The image 'rgb' needs the dimensions (x, y, 3) but has (3, 2, 1).",
				() -> Lab.rgbToLab(image(3, 2, 1), image(3, 2, 3)));
		refuses("The image 'rgb' needs the dimensions (x, y, 3) but has (3, 2, 1).",
				() -> Lab.labToRgb(image(3, 2, 3), image(3, 2, 1)));
		refuses("The image 'enlarged' needs the dimensions (x, y, 2) but has (9, 9, 3).",
				() -> ChromaUpsampling.upsample(image(3, 2, 2), image(9, 9, 3)));
		refuses("The image 'enlarged' needs the dimensions (x, y, 2) but has (9, 9, 3).",
				() -> EdgeAwareUpsampling.upsample(image(3, 2, 2), image(9, 9), image(9, 9, 3)));
		refuses("The image 'lightness' needs the dimensions (x, y, 1) but has (9, 9, 3).",
				() -> EdgeAwareUpsampling.upsample(image(3, 2, 2), image(9, 9, 3), image(9, 9, 2)));
		refuses("The image 'resized' needs the dimensions (x, y, 3) but has (9, 9).",
				() -> Resampling.resample(image(3, 2, 3), image(9, 9)));
		refuses("The image 'image' needs the dimensions (x, y, 3) but has (3, 2, 3, 2).",
				() -> Resampling.resample(image(3, 2, 3, 2), image(9, 9, 3)));
	}

	@Test
	void differentSizesAreNamed() {
		final String sentence = "Two images need the same width and height but have %s and %s.";
		refuses(String.format(sentence, "(3, 2, 313)", "(2, 3, 2)"),
				() -> AnnealedMean.annealedMean(image(3, 2, 313), null, image(2, 3, 2)));
		refuses(String.format(sentence, "(3, 2, 313)", "(3, 1)"),
				() -> AnnealedMean.entropy(image(3, 2, 313), image(3, 1)));
		refuses(String.format(sentence, "(3, 2, 3)", "(4, 2, 3)"), () -> Lab.rgbToLab(image(3, 2, 3), image(4, 2, 3)));
		refuses(String.format(sentence, "(3, 2, 3)", "(4, 2, 3)"), () -> Lab.labToRgb(image(3, 2, 3), image(4, 2, 3)));
		refuses(String.format(sentence, "(3, 2, 3)", "(3, 3, 3)"),
				() -> Chroma.fitGamut(image(3, 2, 3), image(3, 3, 3)));
		refuses(String.format(sentence, "(3, 2, 2)", "(3, 3, 2)"),
				() -> Chroma.saturate(image(3, 2, 2), 1.0, image(3, 3, 2)));
		refuses(String.format(sentence, "(3, 2, 2)", "(3, 3, 313)"),
				() -> SoftEncoding.encode(image(3, 2, 2), null, null, image(3, 3, 313)));
		refuses(String.format(sentence, "(3, 2, 2)", "(3, 3)"),
				() -> ColorBins.quantize(image(3, 2, 2), ArrayImgs.unsignedShorts(3, 3)));
	}

	@Test
	void numbersOutsideTheirRangeAreNamed() {
		refuses("The temperature must be from 0 to 1 but is -0.1.",
				() -> AnnealedMean.annealedMean(image(3, 2, 313), -0.1, image(3, 2, 2)));
		refuses("The temperature must be from 0 to 1 but is NaN.",
				() -> AnnealedMean.annealedMean(image(3, 2, 313), Double.NaN, image(3, 2, 2)));
		for (final double saturation : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
			refuses("The saturation must be 0 or more and finite but is " + saturation + ".",
					() -> Chroma.saturate(image(3, 2, 2), saturation, image(3, 2, 2)));
		}
		for (final int k : new int[] {-1, 0, 33}) {
			final String sentence = "The number of neighbors must be from 1 to 32 but is " + k + ".";
			refuses(sentence, () -> SoftEncoding.encode(image(3, 2, 2), k, null, image(3, 2, 313)));
			refuses(sentence, () -> ColorPrior.of(image(3, 2, 2), k, null));
			refuses(sentence, () -> new ColorPrior(k, 5));
		}
		for (final double sigma : new double[] {0, -5, Double.NaN, Double.POSITIVE_INFINITY}) {
			final String sentence = "sigma must be above 0 and finite but is " + sigma + ".";
			refuses(sentence, () -> SoftEncoding.encode(image(3, 2, 2), 5, sigma, image(3, 2, 313)));
			refuses(sentence, () -> ColorPrior.of(image(3, 2, 2), null, sigma));
		}
	}

	@Test
	void emptyImagesCannotBeResized() {
		refuses("The image 'image' needs at least one pixel but has (0, 2, 3).",
				() -> Resampling.resample(empty(0, 2, 3), image(4, 4, 3)));
		refuses("The image 'ab' needs at least one pixel but has (3, 0, 2).",
				() -> ChromaUpsampling.upsample(empty(3, 0, 2), image(4, 4, 2)));
		refuses("The image 'ab' needs at least one pixel but has (0, 3, 2).",
				() -> EdgeAwareUpsampling.upsample(empty(0, 3, 2), image(4, 4), image(4, 4, 2)));
	}

	private static void refuses(final String sentence, final Executable call) {
		assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
	}

	private static RandomAccessibleInterval<FloatType> empty(final long... size) {
		return Views.interval(image(9, 9, 9), new FinalInterval(size));
	}

	private static Img<FloatType> image(final long... size) {
		return ArrayImgs.floats(size);
	}
}
