/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import sc.fiji.colorize.DecodeOptions;
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.ops.SoftEncoding;

/**
 * All settings of a training run, with their defaults and ranges. Immutable; each setter returns a changed copy.
 *
 * <pre>
 * TrainOptions quick = TrainOptions.defaults().width(0.25).schedule(List.of(new Stage(64, 32, 5)));
 * </pre>
 *
 * @param from model to start from: {@code default} for the bundled model, a name in the store, the path of a model zip, or
 *        empty to start from random values
 * @param width factor on the network's channels, at most 2; 1 is the paper's network. 0 selects that of the model in {@code
 *        from}, else 0.5; a larger width than that of the model widens it without changing its output
 * @param schedule the stages, in order
 * @param learningRate the largest learning rate of Adam, reached after the warm-up
 * @param warmupSteps steps over which the learning rate rises from 0, at most a tenth of all; it then falls along a cosine
 *        to 1 percent
 * @param lambda weight of the uniform distribution in the rebalancing weights, 0 to 1; 1 disables rebalancing
 * @param neighbors bins of the soft encoding, 1 to 32; 5 in the paper
 * @param temperature T of validation, 0 to 1
 * @param sourceWeights relative sampling weights of groups of photos, 0 to 100, by a part of the group's path; 1 for other
 *        groups
 * @param validationPhotos number of validation photos, at most a tenth of all
 * @param checkpointMinutes minutes between checkpoints
 * @param cacheMegabytes disk space for decoded photos during the run; other photos are decoded each time
 * @param device {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}, or several GPUs separated by commas
 * @param seed seed of all random numbers
 * @param precision number format of the convolutions of a training step
 * @param aging fraction of the pictures whose lightness is degraded like that of old prints, by faded contrast, another
 *        gamma, blur and grain; their target colors are unchanged; 0 to 1
 * @param weightDecay fraction of each kernel, times the learning rate, that is subtracted in each step, 0 to 10
 */
public record TrainOptions(String from, double width, List<Stage> schedule, double learningRate, int warmupSteps,
		double lambda, int neighbors, double temperature, Map<String, Double> sourceWeights, int validationPhotos,
		double checkpointMinutes, int cacheMegabytes, String device, long seed, Precision precision, double aging,
		double weightDecay) {

	/** With fewer training photos than this, a run should start from a trained model. */
	public static final int FEW_PHOTOS = 2000;
	/** Width of a network that starts from random values. */
	static final double WIDTH = 0.5;
	private static final double MAX_WEIGHT_DECAY = 10;
	/** Final learning rate as a fraction of the largest. */
	private static final double FINAL_RATE = 0.01;
	/** A short run would otherwise end before its learning rate has risen. */
	private static final int STEPS_PER_WARMUP_STEP = 10;

	/**
	 * A stage of the schedule. Most epochs use small pictures, which teach the colors of things; the last ones use larger
	 * pictures, which teach texture and edges.
	 *
	 * @param crop side of the square training pictures in pixels, a multiple of 8
	 * @param batch number of photos in a step
	 * @param epochs number of passes over the training photos
	 */
	public record Stage(int crop, int batch, int epochs) {

		private static final int MAX_CROP = 1024;

		/** Checks the ranges. */
		public Stage {
			final int unit = ColorizationNetwork.GRANULARITY;
			require(crop >= unit && crop <= MAX_CROP && crop % unit == 0, "crop", "a multiple of 8 up to " + MAX_CROP,
					crop);
			require(batch >= 1, "batch", "1 or more", batch);
			require(epochs >= 1, "number of epochs", "1 or more", epochs);
		}

		/**
		 * Parses {@code CROPxBATCHxEPOCHS}, such as {@code 64x32x20}.
		 *
		 * @param text the text
		 * @return the stage
		 * @throws IllegalArgumentException if the text is malformed
		 */
		public static Stage parse(final String text) {
			if (!text.trim().matches("\\d{1,5}x\\d{1,5}x\\d{1,5}")) {
				throw new IllegalArgumentException(
						"A stage is written CROPxBATCHxEPOCHS, such as 64x32x20, but not '" + text + "'.");
			}
			final String[] parts = text.trim().split("x");
			return new Stage(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
		}

		@Override
		public String toString() {
			return crop + "x" + batch + "x" + epochs;
		}
	}

	/** Checks the ranges. */
	public TrainOptions {
		require(width >= 0 && width <= 2, "width", "from 0 (automatic) to 2", width);
		require(!schedule.isEmpty(), "schedule", "one stage or more", schedule);
		require(learningRate > 0 && learningRate <= 1, "learning rate", "above 0 and at most 1", learningRate);
		require(warmupSteps >= 0, "number of warm-up steps", "0 or more", warmupSteps);
		require(lambda >= 0 && lambda <= 1, "lambda", "from 0 to 1", lambda);
		require(neighbors >= 1 && neighbors <= ColorBins.MAX_NEIGHBORS, "number of neighbors", "from 1 to 32",
				neighbors);
		require(temperature >= 0 && temperature <= 1, "temperature", "from 0 to 1", temperature);
		require(validationPhotos >= 0, "number of validation photos", "0 or more", validationPhotos);
		require(checkpointMinutes > 0, "checkpoint interval", "above 0", checkpointMinutes);
		require(cacheMegabytes >= 0, "cache size", "0 or more", cacheMegabytes);
		require(aging >= 0 && aging <= 1, "share of aged pictures", "from 0 to 1", aging);
		require(weightDecay >= 0 && weightDecay <= MAX_WEIGHT_DECAY, "weight decay", "from 0 to 10", weightDecay);
		schedule = List.copyOf(schedule);
		sourceWeights = Collections.unmodifiableMap(new LinkedHashMap<>(sourceWeights));
		sourceWeights.forEach((group, weight) -> require(weight >= 0 && weight <= 100, "weight of " + group,
				"from 0 to 100", weight));
	}

	private static void require(final boolean holds, final String what, final String range, final Object value) {
		if (!holds) {
			throw new IllegalArgumentException("The " + what + " must be " + range + " but is " + value + ".");
		}
	}

	/** {@return the defaults: half the paper's width, 20 epochs of small pictures and 5 of larger ones} */
	public static TrainOptions defaults() {
		return new Draft().options();
	}

	/**
	 * Parses stages separated by commas.
	 *
	 * @param text such as {@code 64x32x20,112x16x5}
	 * @return the stages
	 * @throws IllegalArgumentException if the text is malformed
	 */
	public static List<Stage> parseSchedule(final String text) {
		return Arrays.stream(text.split(",")).map(Stage::parse).toList();
	}

	/**
	 * Parses sampling weights separated by commas.
	 *
	 * @param text such as {@code houses=0.3,portraits=2}; may be empty
	 * @return weight by part of a group's path
	 * @throws IllegalArgumentException if the text is malformed
	 */
	public static Map<String, Double> parseWeights(final String text) {
		final Map<String, Double> weights = new LinkedHashMap<>();
		for (final String item : text.isBlank() ? new String[0] : text.split(",")) {
			final int equals = item.lastIndexOf('=');
			try {
				weights.put(item.substring(0, equals).trim(), Double.valueOf(item.substring(equals + 1).trim()));
			}
			catch (final IndexOutOfBoundsException | NumberFormatException e) {
				throw new IllegalArgumentException(
						"Weights are written FOLDER=NUMBER,..., such as houses=0.3, but not '" + item + "'.", e);
			}
		}
		return weights;
	}

	/**
	 * The settings that affect the trained model, as plain values. A resumed run must have the same ones.
	 *
	 * @return values by name
	 */
	public Map<String, Object> toMap() {
		final Map<String, Object> map = new LinkedHashMap<>();
		map.put("from", from);
		map.put("width", width);
		map.put("schedule", String.join(",", schedule.stream().map(Stage::toString).toList()));
		map.put("learningRate", learningRate);
		map.put("warmupSteps", warmupSteps);
		map.put("lambda", lambda);
		map.put("neighbors", neighbors);
		map.put("temperature", temperature);
		map.put("sourceWeights", new LinkedHashMap<>(sourceWeights));
		map.put("validationPhotos", validationPhotos);
		map.put("seed", seed);
		map.put("precision", precision.toString());
		map.put("aging", aging);
		map.put("weightDecay", weightDecay);
		return map;
	}

	/** The learning rate of a step, counted from 0: a linear warm-up times a cosine. */
	double learningRate(final long step, final long steps) {
		final long warmup = Math.max(1, Math.min(warmupSteps, steps / STEPS_PER_WARMUP_STEP));
		final double done = Math.min(1, step / (double) steps);
		final double cosine = FINAL_RATE + (1 - FINAL_RATE) * (1 + Math.cos(Math.PI * done)) / 2;
		return learningRate * Math.min(1, (step + 1.0) / warmup) * cosine;
	}

	/** The stage of an epoch, both counted from 0 over the whole run. */
	Stage stage(final int epoch) {
		int passed = 0;
		for (final Stage stage : schedule) {
			passed += stage.epochs();
			if (epoch < passed) {
				return stage;
			}
		}
		throw new IllegalArgumentException("there is no epoch " + epoch);
	}

	/** Epochs of all stages. */
	int epochs() {
		return schedule.stream().mapToInt(Stage::epochs).sum();
	}

	/** Steps of the whole run. The number of photos in an epoch may be fractional because of sampling weights. */
	long steps(final double epochLength) {
		return schedule.stream()
				.mapToLong(stage -> stage.epochs() * Math.max(1, (long) (epochLength / stage.batch()))).sum();
	}

	/** The number of input pixels after a step, to which the time left is proportional. */
	double pixelsLeft(final double epochLength, final int epoch, final int stepInEpoch) {
		double pixels = 0;
		for (int e = epoch; e < epochs(); e++) {
			final Stage stage = stage(e);
			final double seen = e == epoch ? (double) stepInEpoch * stage.batch() : 0;
			pixels += Math.max(0, epochLength - seen) * stage.crop() * stage.crop();
		}
		return pixels;
	}

	/** {@return a copy with another model to start from} */
	public TrainOptions from(final String value) {
		return with(draft -> draft.from = value);
	}

	/** {@return a copy with another width} */
	public TrainOptions width(final double value) {
		return with(draft -> draft.width = value);
	}

	/** {@return a copy with another schedule} */
	public TrainOptions schedule(final List<Stage> value) {
		return with(draft -> draft.schedule = value);
	}

	/** {@return a copy with another learning rate} */
	public TrainOptions learningRate(final double value) {
		return with(draft -> draft.learningRate = value);
	}

	/** {@return a copy with another warm-up} */
	public TrainOptions warmupSteps(final int value) {
		return with(draft -> draft.warmupSteps = value);
	}

	/** {@return a copy with another rebalancing} */
	public TrainOptions lambda(final double value) {
		return with(draft -> draft.lambda = value);
	}

	/** {@return a copy with another soft encoding} */
	public TrainOptions neighbors(final int value) {
		return with(draft -> draft.neighbors = value);
	}

	/** {@return a copy with another temperature of validation} */
	public TrainOptions temperature(final double value) {
		return with(draft -> draft.temperature = value);
	}

	/** {@return a copy with another sampling weights} */
	public TrainOptions sourceWeights(final Map<String, Double> value) {
		return with(draft -> draft.sourceWeights = value);
	}

	/** {@return a copy with another number of validation photos} */
	public TrainOptions validationPhotos(final int value) {
		return with(draft -> draft.validationPhotos = value);
	}

	/** {@return a copy with another checkpoint interval} */
	public TrainOptions checkpointMinutes(final double value) {
		return with(draft -> draft.checkpointMinutes = value);
	}

	/** {@return a copy with another cache size} */
	public TrainOptions cacheMegabytes(final int value) {
		return with(draft -> draft.cacheMegabytes = value);
	}

	/** {@return a copy with another device} */
	public TrainOptions device(final String value) {
		return with(draft -> draft.device = value);
	}

	/** {@return a copy with another seed} */
	public TrainOptions seed(final long value) {
		return with(draft -> draft.seed = value);
	}

	/** {@return a copy with another precision} */
	public TrainOptions precision(final Precision value) {
		return with(draft -> draft.precision = value);
	}

	/** {@return a copy with another share of aged pictures} */
	public TrainOptions aging(final double value) {
		return with(draft -> draft.aging = value);
	}

	/** {@return a copy with another weight decay} */
	public TrainOptions weightDecay(final double value) {
		return with(draft -> draft.weightDecay = value);
	}

	/** A copy with a change. */
	private TrainOptions with(final Consumer<Draft> change) {
		final Draft draft = Draft.of(this);
		change.accept(draft);
		return draft.options();
	}

	/** Options that can still change; at first the defaults. */
	private static final class Draft {

		private String from = "";
		private double width;
		private List<Stage> schedule = List.of(new Stage(64, 32, 20), new Stage(112, 16, 5));
		private double learningRate = 2e-3;
		private int warmupSteps = 300;
		private double lambda = ColorPrior.LAMBDA;
		private int neighbors = SoftEncoding.NEIGHBORS;
		private double temperature = DecodeOptions.defaults().temperature();
		private Map<String, Double> sourceWeights = Map.of();
		private int validationPhotos = 500;
		private double checkpointMinutes = 10;
		private int cacheMegabytes = 10_000;
		private String device = OpenOptions.defaults().device();
		private long seed = 1;
		private Precision precision = Precision.AUTO;
		private double aging;
		private double weightDecay = 0.02;

		static Draft of(final TrainOptions options) {
			final Draft copy = new Draft();
			copy.from = options.from;
			copy.width = options.width;
			copy.schedule = options.schedule;
			copy.learningRate = options.learningRate;
			copy.warmupSteps = options.warmupSteps;
			copy.lambda = options.lambda;
			copy.neighbors = options.neighbors;
			copy.temperature = options.temperature;
			copy.sourceWeights = options.sourceWeights;
			copy.validationPhotos = options.validationPhotos;
			copy.checkpointMinutes = options.checkpointMinutes;
			copy.cacheMegabytes = options.cacheMegabytes;
			copy.device = options.device;
			copy.seed = options.seed;
			copy.precision = options.precision;
			copy.aging = options.aging;
			copy.weightDecay = options.weightDecay;
			return copy;
		}

		TrainOptions options() {
			return new TrainOptions(from, width, schedule, learningRate, warmupSteps, lambda, neighbors, temperature,
					sourceWeights, validationPhotos, checkpointMinutes, cacheMegabytes, device, seed, precision,
					aging, weightDecay);
		}
	}
}
