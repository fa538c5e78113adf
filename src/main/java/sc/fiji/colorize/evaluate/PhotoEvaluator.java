/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.PredictOptions;
import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.MeanColor;
import sc.fiji.colorize.photo.RgbPhoto;

/**
 * Scores single photos: in a first pass their mean colors, and in a second one their {@link EvaluationSums}, which need the
 * mean color of the set. The network runs once per photo, model and size. Thread-safe.
 */
public final class PhotoEvaluator {

	/** A photo without any |a| or |b| above this is gray, as in training. */
	private static final float GRAY_LIMIT = 5;

	/** Opens the model of a row. */
	@FunctionalInterface
	public interface Opener {

		/**
		 * Opens a model, or returns the open one.
		 *
		 * @param row model, device and settings
		 * @return the open model; the caller closes it
		 * @throws IOException if it cannot be opened
		 */
		Colorizer open(ColorizeOptions row) throws IOException;
	}

	/** Key of a prediction: the network runs once per model, device and size. */
	private record Prediction(String model, String device, int size) {

		static Prediction of(final ColorizeOptions options) {
			return new Prediction(options.model(), options.device(), options.size());
		}
	}

	private final List<EvaluatedConfig> configs;
	private final Map<Prediction, Colorizer> colorizers = new LinkedHashMap<>();
	private final long seed;

	/**
	 * Opens the models.
	 *
	 * @param options what to compare
	 * @param opener opens a model
	 * @throws IOException if a model cannot be opened
	 */
	public PhotoEvaluator(final EvaluateOptions options, final Opener opener) throws IOException {
		final List<ColorizeOptions> rows = new ArrayList<>();
		for (final ColorizeOptions row : options.rows()) {
			final Colorizer colorizer = opener.open(row);
			final ColorizeOptions sized =
					row.size() == PredictOptions.MODEL_SIZE ? row.size(colorizer.card().networkSize()) : row;
			colorizers.put(Prediction.of(sized), colorizer);
			rows.add(sized);
		}
		configs = EvaluatedConfig.all(rows, options.hints());
		seed = options.seed();
	}

	/** All rows: gray, constant, and the models. */
	List<EvaluatedConfig> configs() {
		return configs;
	}

	/**
	 * Computes the mean color of a photo.
	 *
	 * @param photo the photo
	 * @return its mean a* and b*
	 * @throws IOException if the photo is gray
	 */
	public static MeanColor meanColor(final RgbPhoto photo) throws IOException {
		final float[] lab = new float[3];
		final byte[] rgb = photo.rgb();
		final MeanColor colors = new MeanColor();
		boolean colorful = false;
		for (int i = 0; i < rgb.length; i += 3) {
			Lab.from8Bit(rgb[i] & 0xff, rgb[i + 1] & 0xff, rgb[i + 2] & 0xff, lab);
			colors.add(lab[1], lab[2]);
			colorful |= Math.abs(lab[1]) > GRAY_LIMIT || Math.abs(lab[2]) > GRAY_LIMIT;
		}
		if (!colorful) {
			throw new IOException("it is gray");
		}
		return colors;
	}

	/**
	 * Scores a photo.
	 *
	 * @param photo the photo
	 * @param name its name in the set, which determines the positions of simulated hints
	 * @param mean the mean color of the set
	 * @param canceled polled regularly
	 * @return the sums of this photo
	 * @throws CancellationException if canceled
	 */
	public EvaluationSums score(final RgbPhoto photo, final String name, final MeanColor mean,
			final BooleanSupplier canceled) {
		final Map<EvaluatedConfig, ColorDistribution> predicted = predict(photo, name, configs, canceled);
		final List<EvaluationAccumulator> accumulators =
				PhotoScorer.score(photo, colors(photo, configs, predicted, mean), canceled);
		for (int i = 0; i < configs.size(); i++) {
			final ColorizeOptions model = configs.get(i).options();
			if (model != null
					&& !PhotoScorer.addCrossEntropy(photo, predicted.get(configs.get(i)), accumulators.get(i))) {
				throw new IllegalStateException("The model " + model.model()
						+ " cannot be scored: it predicts values that are not numbers for " + name + ".");
			}
		}
		return new EvaluationSums(configs, accumulators);
	}

	/** The colors of a photo in some rows. */
	List<ColorPlane> colors(final RgbPhoto photo, final String name, final List<EvaluatedConfig> wanted,
			final MeanColor mean, final BooleanSupplier canceled) {
		return colors(photo, wanted, predict(photo, name, wanted, canceled), mean);
	}

	/** Predicts with all models and applies the hints. */
	private Map<EvaluatedConfig, ColorDistribution> predict(final RgbPhoto photo, final String name,
			final List<EvaluatedConfig> wanted, final BooleanSupplier canceled) {
		final RandomAccessibleInterval<FloatType> lightness =
				ColorTransfer.lightness(PhotoScorer.image(photo), 0.0, 255.0);
		final Map<Prediction, ColorDistribution> predicted = new HashMap<>();
		final Map<EvaluatedConfig, ColorDistribution> hinted = new HashMap<>();
		for (final EvaluatedConfig config : wanted) {
			if (config.options() == null) {
				continue;
			}
			if (canceled.getAsBoolean()) {
				throw new CancellationException();
			}
			final ColorDistribution colors = predicted.computeIfAbsent(Prediction.of(config.options()),
					key -> colorizers.get(key).predictFromLightness(lightness, config.options().prediction()));
			hinted.put(config, config.hints() == 0 ? colors
					: SimulatedHints.of(photo, name, config.hints(), seed).apply(colors));
		}
		return hinted;
	}

	private static List<ColorPlane> colors(final RgbPhoto photo, final List<EvaluatedConfig> wanted,
			final Map<EvaluatedConfig, ColorDistribution> predicted, final MeanColor mean) {
		final int width = photo.width();
		final int height = photo.height();
		return wanted.stream().map(config -> {
			final ColorizeOptions settings = config.options();
			if (settings == null) {
				return config.name().equals(EvaluationRow.GRAY) ? ColorPlane.constant(0, 0, width, height)
						: ColorPlane.constant(mean.a(), mean.b(), width, height);
			}
			return new ColorPlane(predicted.get(config).decode(settings.decoding(), width, height),
					settings.saturation());
		}).toList();
	}
}
