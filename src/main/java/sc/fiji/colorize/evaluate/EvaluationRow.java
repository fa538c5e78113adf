/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.util.List;

/**
 * The figures of one thing compared, over all photos. {@link #DEFINITIONS} says how each is measured.
 *
 * @param name tells the row from the others: {@code gray}, {@code constant}, or the model with its settings
 * @param model {@code default} or the path of the model zip; null for gray and constant
 * @param size size of the network's input, see {@code ColorizeOptions.size}; null for gray and constant
 * @param temperature T of the annealed mean, 0 to 1; null for gray and constant
 * @param saturation factor on the predicted chroma; null for gray and constant
 * @param upsampling the word for how the colours are enlarged; null for gray and constant
 * @param aucRaw percent, 0 to 100
 * @param aucRebalanced percent, 0 to 100
 * @param abRmse ab units, 0 or more
 * @param psnr decibels; null if no value of any photo differs
 * @param chroma ab units, 0 or more
 * @param trueChroma the same of the photos
 * @param colorfulness 0 (gray) to about 150 (garish)
 * @param trueColorfulness the same of the photos
 * @param crossEntropy nats per pixel, 0 or more; null for gray and constant
 * @param photos photos scored
 * @param skipped photos left out
 * @param curveRaw CMF(t) in [0, 1] for t = 0 to 150
 * @param curveRebalanced the same, rebalanced
 */
public record EvaluationRow(String name, String model, Integer size, Double temperature, Double saturation,
		String upsampling, double aucRaw, double aucRebalanced, double abRmse, Double psnr, double chroma, double trueChroma,
		double colorfulness, double trueColorfulness, Double crossEntropy, int photos, int skipped,
		List<Double> curveRaw, List<Double> curveRebalanced) {

	/** Name of the row without any colour. */
	public static final String GRAY = "gray";
	/** Name of the row with one colour for all pixels. */
	public static final String CONSTANT = "constant";

	/** How each figure is measured, one line each: its name, a colon and a sentence or more. */
	public static final String DEFINITIONS = """
			result: The network sees only the lightness L* of each photo. The colours it predicts are enlarged to the \
			photo's full size and, where sRGB cannot show them at the photo's lightness, reduced in chroma until it \
			can. \
			These colours, before rounding to 8 bits, are compared with the photo's own; all figures are pooled over \
			the pixels of all photos, unless said otherwise.
			gray: The row in which every pixel has a* = b* = 0.
			constant: The row in which every pixel has the mean a* and b* of all pixels of the set, the one colour \
			with the least squared error.
			aucRaw: Area under the curve CMF(t), in percent of its largest; CMF(t) is the share of pixels whose ab \
			lies within the distance t of the truth, for t from 0 to 150 (raw accuracy of the paper, section 3.1).
			aucRebalanced: The same with each pixel weighed by one over the frequency of its true colour's bin, of \
			313: the frequency in the set itself, so that every bin that occurs counts the same, or in a given prior. \
			For its bin, the true ab is rounded to whole units.
			abRmse: Root of the mean of (da^2 + db^2) / 2, in ab units.
			psnr: 10 log10(255^2 / MSE) in decibels, MSE being the mean squared difference of the 8-bit sRGB values of \
			result and photo.
			chroma: Mean of sqrt(a^2 + b^2) in ab units; trueChroma is that of the photos. Far below the truth, a \
			colorizer plays safe and turns brown.
			colorfulness: M3 of Hasler and Suesstrunk (2003) of the 8-bit sRGB values, mean over the photos; \
			trueColorfulness is that of the photos themselves.
			crossEntropy: Of the predicted distribution against the soft-encoded truth (5 nearest bins, sigma 5), the \
			photo being reduced to the grid of the distribution, in nats per place of the grid. Temperature and \
			saturation play no part. Not to be compared between network sizes.
			photos: Photos scored. Photos without colour (no |a| or |b| above 5) and files that cannot be read are \
			skipped.
			""";
}
