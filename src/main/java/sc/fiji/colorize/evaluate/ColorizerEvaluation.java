/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.parallel.Parallelization;
import net.imglib2.type.numeric.real.FloatType;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.PredictOptions;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.io.OrderedExecutor.Monitor;
import sc.fiji.colorize.io.OrderedExecutor.Task;
import sc.fiji.colorize.ops.ColorTransfer;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.MeanColor;
import sc.fiji.colorize.photo.PhotoFile;
import sc.fiji.colorize.photo.PhotoFolder;
import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.photo.RgbPhoto;
import sc.fiji.colorize.photo.SkippedPhoto;

/**
 * Evaluates colorizers on the color photos of a folder.
 *
 * <pre>
 * EvaluateOptions options = EvaluateOptions.defaults();
 * Optional&lt;Report&gt; report =
 * 		new ColorizerEvaluation(Path.of("photos"), options, EvaluateListener.NONE, () -&gt; false).run();
 * report.get().write(Path.of("report"));
 * </pre>
 *
 * Each photo is read twice: first for the mean color of the set, then for its scores. Each thread holds one photo, and the
 * network runs once per photo, model and size. The scores do not depend on the number of threads.
 */
public final class ColorizerEvaluation {

	/** A photo without any |a| or |b| above this is gray, as in training. */
	private static final float GRAY_LIMIT = 5;
	private static final double SMALLEST_PROBABILITY = 1e-6;
	/** Number of best, median and worst pictures in the report. */
	private static final int SHOWN = 3;
	/** Number of models in the pictures. */
	private static final int SHOWN_ROWS = 4;
	private static final int FIRST_MODEL = 2;

	/** The result of the first pass over a photo; the defect is null if the photo can be scored. */
	private record ScanResult(MeanColor mean, String defect) {
	}

	/** The result of the second pass over a photo. */
	private record Score(int width, int height, List<EvaluationAccumulator> accumulators) {
	}

	/** Key of a prediction: the network runs once per model, device and size. */
	private record Prediction(String model, String device, int size) {

		static Prediction of(final ColorizeOptions options) {
			return new Prediction(options.model(), options.device(), options.size());
		}
	}

	private final Path photoRoot;
	private final EvaluateOptions options;
	private final EvaluateListener listener;
	private final BooleanSupplier canceled;

	private PhotoFolder folder;
	private final Map<Prediction, Colorizer> colorizers = new LinkedHashMap<>();
	private final List<EvaluatedConfig> configs = new ArrayList<>();
	private final List<SkippedPhoto> skipped = new ArrayList<>();
	private MeanColor mean;

	/**
	 * Prepares an evaluation, which can run once.
	 *
	 * @param photoRoot folder or archive of color photos
	 * @param options what to compare
	 * @param listener receives the progress
	 * @param canceled polled ten times a second; true ends the evaluation without a report
	 */
	public ColorizerEvaluation(final Path photoRoot, final EvaluateOptions options, final EvaluateListener listener,
			final BooleanSupplier canceled) {
		this.photoRoot = photoRoot;
		this.options = options;
		this.listener = listener;
		this.canceled = canceled;
	}

	/**
	 * Runs the evaluation.
	 *
	 * @return the report; empty if the evaluation was canceled
	 * @throws IOException if a model cannot be opened, the folder cannot be listed, or no photo can be scored
	 * @throws InterruptedException if the thread is interrupted
	 */
	public Optional<Report> run() throws IOException, InterruptedException {
		final Map<String, Colorizer> open = new HashMap<>();
		try (PhotoFolder photos = PhotoFolder.open(photoRoot)) {
			folder = photos;
			openModels(open);
			return Optional.of(evaluate());
		}
		catch (final CancellationException e) {
			return Optional.empty();
		}
		finally {
			open.values().forEach(Colorizer::close);
		}
	}

	private void openModels(final Map<String, Colorizer> open) throws IOException {
		final List<ColorizeOptions> rows = new ArrayList<>();
		for (final ColorizeOptions row : options.rows()) {
			final String key = row.device() + " " + row.model();
			if (!open.containsKey(key)) {
				open.put(key, Colorizer.open(row.opening(), listener::message));
			}
			final Colorizer colorizer = open.get(key);
			final ColorizeOptions sized =
					row.size() == PredictOptions.MODEL_SIZE ? row.size(colorizer.card().networkSize()) : row;
			colorizers.put(Prediction.of(sized), colorizer);
			rows.add(sized);
		}
		configs.add(new EvaluatedConfig(EvaluationRow.GRAY));
		configs.add(new EvaluatedConfig(EvaluationRow.CONSTANT));
		configs.addAll(EvaluatedConfig.of(rows, options.hints()));
	}

	private Report evaluate() throws IOException, InterruptedException {
		final List<Photo> photos = scan();
		final List<EvaluationAccumulator> totals = configs.stream().map(config -> new EvaluationAccumulator()).toList();
		final List<Report.ImageScore> images = new ArrayList<>();
		final double[] gains = new double[photos.size()];
		final long start = System.nanoTime();
		inOrder(photos, photo -> monitor -> score(photo, monitor), (photo, score) -> {
			final int index = images.size() / configs.size();
			for (int i = 0; i < configs.size(); i++) {
				final EvaluationAccumulator accumulator = score.accumulators().get(i);
				totals.get(i).add(accumulator);
				images.add(accumulator.image(photo.name(), configs.get(i).name(), score.width(),
						score.height()));
			}
			if (configs.size() > FIRST_MODEL) {
				gains[index] = score.accumulators().get(FIRST_MODEL).aucRaw() - score.accumulators().get(0).aucRaw();
			}
			final int done = index + 1;
			final double seconds = (System.nanoTime() - start) / 1e9;
			listener.scored(done, photos.size(), seconds / done * (photos.size() - done));
		});
		final double[] prior = options.prior().isEmpty() ? null : prior();
		final List<EvaluationRow> rows = new ArrayList<>();
		for (int i = 0; i < configs.size(); i++) {
			rows.add(totals.get(i).row(configs.get(i), prior, skipped.size()));
		}
		return new Report(photoRoot.toString(), prior != null, rows, images, skipped,
				pictures(photos, gains));
	}

	/** The given prior with a lower bound, so that single pixels of rare colors do not dominate. */
	private double[] prior() {
		final double[] raised = options.prior().stream().mapToDouble(p -> Math.max(SMALLEST_PROBABILITY, p)).toArray();
		final double sum = Arrays.stream(raised).sum();
		return Arrays.stream(raised).map(p -> p / sum).toArray();
	}

	/** Reads all photos for their mean color and returns those that can be scored. */
	private List<Photo> scan() throws IOException, InterruptedException {
		final List<Photo> all = folder.photos();
		final List<Photo> fit = new ArrayList<>();
		mean = new MeanColor();
		final int[] seen = new int[1];
		inOrder(all, photo -> monitor -> inspect(photo), (photo, result) -> {
			listener.scanned(++seen[0], all.size());
			if (result.defect() == null) {
				fit.add(photo);
				mean.add(result.mean(), 1);
			}
			else {
				skipped.add(new SkippedPhoto(photo.name(), result.defect()));
				listener.skipped(skipped.get(skipped.size() - 1));
			}
		});
		if (fit.isEmpty()) {
			throw new IOException("The folder " + photoRoot + " holds no color photo that can be scored, of "
					+ all.size() + " found"
					+ skipped.stream().limit(1).map(s -> ": " + s.name() + ": " + s.reason()).findFirst().orElse("")
					+ ".");
		}
		return fit;
	}

	private ScanResult inspect(final Photo photo) {
		final RgbPhoto pixels;
		try {
			pixels = load(photo);
		}
		catch (final IOException | RuntimeException e) {
			return new ScanResult(null, Failure.reason(e));
		}
		final float[] lab = new float[3];
		final byte[] rgb = pixels.rgb();
		final MeanColor colors = new MeanColor();
		boolean colorful = false;
		for (int i = 0; i < rgb.length; i += 3) {
			Lab.from8Bit(rgb[i] & 0xff, rgb[i + 1] & 0xff, rgb[i + 2] & 0xff, lab);
			colors.add(lab[1], lab[2]);
			colorful |= Math.abs(lab[1]) > GRAY_LIMIT || Math.abs(lab[2]) > GRAY_LIMIT;
		}
		return new ScanResult(colors, colorful ? null : "it is gray");
	}

	private RgbPhoto load(final Photo photo) throws IOException {
		return RgbPhoto.of(PhotoFile.decode(folder.read(photo)));
	}

	private RgbPhoto reload(final Photo photo) {
		try {
			return load(photo);
		}
		catch (final IOException e) {
			throw new IllegalStateException("The photo " + photo.name() + " could be read before but not now: "
					+ Failure.reason(e) + ".", e);
		}
	}

	private Score score(final Photo photo, final Monitor monitor) {
		final RgbPhoto pixels = reload(photo);
		final Map<EvaluatedConfig, ColorDistribution> predicted = predict(pixels, photo.name(), configs, monitor);
		final List<EvaluationAccumulator> accumulators =
				PhotoScorer.score(pixels, colors(pixels, configs, predicted), monitor::isCanceled);
		for (int i = FIRST_MODEL; i < configs.size(); i++) {
			final EvaluatedConfig config = configs.get(i);
			if (!PhotoScorer.addCrossEntropy(pixels, predicted.get(config), accumulators.get(i))) {
				throw new IllegalStateException("The model " + config.options().model()
						+ " cannot be scored: it predicts values that are not numbers for " + photo.name() + ".");
			}
		}
		return new Score(pixels.width(), pixels.height(), accumulators);
	}

	/** Predicts with all models and applies the hints. */
	private Map<EvaluatedConfig, ColorDistribution> predict(final RgbPhoto photo, final String name,
			final List<EvaluatedConfig> wanted, final Monitor monitor) {
		final RandomAccessibleInterval<FloatType> lightness =
				ColorTransfer.lightness(PhotoScorer.image(photo), 0.0, 255.0);
		final Map<Prediction, ColorDistribution> predicted = new HashMap<>();
		final Map<EvaluatedConfig, ColorDistribution> hinted = new HashMap<>();
		for (final EvaluatedConfig config : wanted) {
			if (config.options() == null) {
				continue;
			}
			if (monitor.isCanceled()) {
				throw new CancellationException();
			}
			final ColorDistribution colors = predicted.computeIfAbsent(Prediction.of(config.options()),
					key -> colorizers.get(key).predictFromLightness(lightness, config.options().prediction()));
			hinted.put(config, config.hints() == 0 ? colors
					: SimulatedHints.of(photo, name, config.hints(), options.seed()).apply(colors));
		}
		return hinted;
	}

	private List<ColorPlane> colors(final RgbPhoto photo, final List<EvaluatedConfig> wanted,
			final Map<EvaluatedConfig, ColorDistribution> predicted) {
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

	/** Colorizes the photos with the largest, median and smallest gain of the first model for the report. */
	private List<Report.Picture> pictures(final List<Photo> photos, final double[] gains)
			throws InterruptedException {
		final List<EvaluatedConfig> shown = new ArrayList<>(configs);
		shown.remove(1);
		if (shown.size() == 1) {
			return List.of();
		}
		final List<EvaluatedConfig> columns = shown.subList(0, Math.min(shown.size(), 1 + SHOWN_ROWS));
		final List<Integer> order = new ArrayList<>();
		for (int i = 0; i < gains.length; i++) {
			order.add(i);
		}
		order.sort(Comparator.comparingDouble((Integer i) -> gains[i]).reversed());
		final Map<Integer, String> chosen = choose(order);
		final List<Report.Picture> pictures = new ArrayList<>();
		inOrder(List.copyOf(chosen.keySet()), index -> monitor -> {
			final RgbPhoto photo = reload(photos.get(index));
			final List<byte[]> thumbnails = new ArrayList<>();
			thumbnails.add(ReportPicture.png(PhotoScorer.image(photo)));
			final Map<EvaluatedConfig, ColorDistribution> predicted =
					predict(photo, photos.get(index).name(), columns, monitor);
			for (final ColorPlane plane : colors(photo, columns, predicted)) {
				thumbnails.add(ReportPicture.png(plane.colorize(PhotoScorer.image(photo))));
			}
			return thumbnails;
		}, (index, thumbnails) -> pictures.add(new Report.Picture(chosen.get(index), photos.get(index).name(),
				gains[index], columns.stream().map(EvaluatedConfig::name).toList(), thumbnails)));
		return pictures;
	}

	/** The first, middle and last elements with their rank; fewer of each in a short list. */
	private static Map<Integer, String> choose(final List<Integer> order) {
		final int n = order.size();
		final int count = Math.min(SHOWN, (n + 2) / 3);
		final Map<Integer, String> ranks = new TreeMap<>();
		for (int i = 0; i < count; i++) {
			ranks.putIfAbsent(i, Report.BEST);
		}
		for (int i = 0; i < count; i++) {
			ranks.putIfAbsent(n - 1 - i, Report.WORST);
		}
		for (int i = 0; i < count; i++) {
			ranks.putIfAbsent((n - count) / 2 + i, Report.MEDIAN);
		}
		final Map<Integer, String> chosen = new LinkedHashMap<>();
		ranks.forEach((index, rank) -> chosen.put(order.get(index), rank));
		return chosen;
	}

	/**
	 * Processes items in parallel and passes on the results in order, on this thread.
	 *
	 * @throws CancellationException if the user canceled
	 */
	private <A, B> void inOrder(final List<A> items, final Function<A, Task<B, RuntimeException>> task,
			final BiConsumer<A, B> sink) throws InterruptedException {
		try (OrderedExecutor<B, RuntimeException> executor =
				new OrderedExecutor<>("photo scorer", options.threads(), 2 * options.threads())) {
			// Photos run in parallel; within a photo, more threads would not help.
			executor.forEach(items,
					item -> monitor -> Parallelization.runSingleThreaded(() -> task.apply(item).run(monitor)), sink,
					this::requireNotCanceled);
		}
	}

	private void requireNotCanceled() {
		if (canceled.getAsBoolean()) {
			throw new CancellationException();
		}
	}
}
