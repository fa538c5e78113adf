/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.util.List;

/**
 * The metrics of one row of the report, over all photos. {@link #DEFINITIONS} defines them.
 *
 * @param name unique name: {@code gray}, {@code constant}, or the model with its settings
 * @param model {@code default} or the path of the model zip; null for gray and constant
 * @param size size of the network's input, see {@code ColorizeOptions.size}; null for gray and constant
 * @param temperature T of the annealed mean, 0 to 1; null for gray and constant
 * @param saturation factor on the predicted chroma; null for gray and constant
 * @param upsampling name of the upsampling method; null for gray and constant
 * @param aucRaw percent, 0 to 100
 * @param aucRebalanced percent, 0 to 100
 * @param abRmse ab units, 0 or more
 * @param psnr decibels; null if no value of any photo differs
 * @param chroma ab units, 0 or more
 * @param trueChroma chroma of the photos
 * @param colorfulness 0 (gray) to about 150
 * @param trueColorfulness colorfulness of the photos
 * @param crossEntropy nats per pixel, 0 or more; null for gray and constant
 * @param photos photos scored
 * @param skipped photos skipped
 * @param curveRaw CMF(t) in [0, 1] for t = 0 to 150
 * @param curveRebalanced rebalanced CMF(t) in [0, 1] for t = 0 to 150
 */
public record EvaluationRow(String name, String model, Integer size, Double temperature, Double saturation,
		String upsampling, double aucRaw, double aucRebalanced, double abRmse, Double psnr, double chroma, double trueChroma,
		double colorfulness, double trueColorfulness, Double crossEntropy, int photos, int skipped,
		List<Double> curveRaw, List<Double> curveRebalanced) {

	/** Name of the row without color. */
	public static final String GRAY = "gray";
	/** Name of the row with the same color in all pixels. */
	public static final String CONSTANT = "constant";

	/** Definitions of the metrics, one line each: name, colon, sentences. */
	public static final String DEFINITIONS = """
			result: The network receives only the lightness L* of each photo. The predicted colors are upsampled to the \
			full size of the photo. Colors outside of the sRGB gamut are reduced in chroma. The result is compared with \
			the photo before rounding to 8 bits. All metrics are pooled over the pixels of all photos, unless stated \
			otherwise.
			gray: All pixels have a* = b* = 0.
			constant: All pixels have the mean a* and b* of the set, the single color with the least squared error.
			aucRaw: Area under the curve CMF(t), in percent of the maximum. CMF(t) is the fraction of pixels whose ab is \
			within the distance t of the truth, for t from 0 to 150 (raw accuracy of the paper, section 3.1).
			aucRebalanced: aucRaw with each pixel weighted by the inverse frequency of the bin of its true color, among \
			313 bins. The frequencies are those of the set, so that all bins that occur count the same, or a given prior. \
			The true ab is rounded to whole units to find the bin.
			abRmse: Square root of the mean of (da^2 + db^2) / 2, in ab units.
			psnr: 10 log10(255^2 / MSE) in decibels. MSE is the mean squared difference of the 8-bit sRGB values.
			chroma: Mean of sqrt(a^2 + b^2) in ab units; trueChroma is that of the photos. A chroma far below the truth \
			means dull, brownish results.
			colorfulness: M3 of Hasler and Suesstrunk (2003) of the 8-bit sRGB values, averaged over the photos; \
			trueColorfulness is that of the photos.
			crossEntropy: Cross-entropy of the predicted distribution against the soft-encoded truth (5 nearest bins, \
			sigma 5) of the photo reduced to the grid of the distribution, in nats per grid cell. It does not depend on \
			temperature and saturation, and is not comparable between network sizes.
			photos: Photos scored. Gray photos (no |a| or |b| above 5) and unreadable files are skipped.
			""";
}
