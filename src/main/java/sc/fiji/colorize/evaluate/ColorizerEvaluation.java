/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.evaluate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.parallel.Parallelization;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.SampledImage;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.io.OrderedExecutor.Task;
import sc.fiji.colorize.ops.MeanColor;
import sc.fiji.colorize.ops.Resampling;
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

	/** Number of best, median and worst pictures in the report. */
	private static final int SHOWN = 3;
	/** Number of models in the pictures. */
	private static final int SHOWN_ROWS = 4;
	/** Longer side of a picture in pixels; smaller photos keep their size. */
	private static final int PICTURE_SIDE = 240;

	/** The result of the first pass over a photo; the defect is null if the photo can be scored. */
	private record ScanResult(MeanColor mean, String defect) {
	}

	/** The result of the second pass over a photo. */
	private record Score(EvaluationSums sums, List<Report.ImageScore> images) {
	}

	private final Path photoRoot;
	private final EvaluateOptions options;
	private final EvaluateListener listener;
	private final BooleanSupplier canceled;

	private PhotoFolder folder;
	private PhotoEvaluator evaluator;
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
			evaluator = new PhotoEvaluator(options, row -> {
				final String key = row.device() + " " + row.model();
				if (!open.containsKey(key)) {
					open.put(key, Colorizer.open(row.opening(), listener::message));
				}
				return open.get(key);
			});
			return Optional.of(evaluate());
		}
		catch (final CancellationException e) {
			return Optional.empty();
		}
		finally {
			open.values().forEach(Colorizer::close);
		}
	}

	private Report evaluate() throws IOException, InterruptedException {
		final List<Photo> photos = scan();
		final EvaluationSums totals = new EvaluationSums(evaluator.configs());
		final List<Report.ImageScore> images = new ArrayList<>();
		final List<Double> gains = new ArrayList<>();
		final long start = System.nanoTime();
		inOrder(photos, photo -> monitor -> {
			final RgbPhoto pixels = reload(photo);
			final EvaluationSums sums = evaluator.score(pixels, photo.name(), mean, monitor::isCanceled);
			return new Score(sums, sums.images(photo.name(), pixels.width(), pixels.height()));
		}, (photo, score) -> {
			totals.add(score.sums());
			images.addAll(score.images());
			gains.add(score.sums().gain());
			final int done = gains.size();
			final double seconds = (System.nanoTime() - start) / 1e9;
			listener.scored(done, photos.size(), seconds / done * (photos.size() - done));
		});
		return new Report(photoRoot.toString(), !options.prior().isEmpty(), totals.rows(options.prior(), skipped.size()),
				images, skipped, pictures(photos, gains));
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
		try {
			return new ScanResult(PhotoEvaluator.meanColor(load(photo)), null);
		}
		catch (final IOException | RuntimeException e) {
			return new ScanResult(null, Failure.reason(e));
		}
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

	/** Colorizes the photos with the largest, median and smallest gain of the first model for the report. */
	private List<Report.Picture> pictures(final List<Photo> photos, final List<Double> gains)
			throws InterruptedException {
		final List<EvaluatedConfig> shown = new ArrayList<>(evaluator.configs());
		shown.remove(1);
		if (shown.size() == 1) {
			return List.of();
		}
		final List<EvaluatedConfig> columns = shown.subList(0, Math.min(shown.size(), 1 + SHOWN_ROWS));
		final Map<Integer, String> chosen = choose(IntStream.range(0, gains.size()).boxed()
				.sorted(Comparator.comparingDouble((Integer i) -> gains.get(i)).reversed()).toList());
		final List<Report.Picture> pictures = new ArrayList<>();
		inOrder(List.copyOf(chosen.keySet()), index -> monitor -> {
			final RgbPhoto photo = reload(photos.get(index));
			final List<byte[]> thumbnails = new ArrayList<>();
			thumbnails.add(thumbnail(PhotoScorer.image(photo)));
			for (final ColorPlane plane : evaluator.colors(photo, photos.get(index).name(), columns, mean,
					monitor::isCanceled)) {
				thumbnails.add(thumbnail(plane.colorize(PhotoScorer.image(photo))));
			}
			return thumbnails;
		}, (index, thumbnails) -> pictures.add(new Report.Picture(chosen.get(index), photos.get(index).name(),
				gains.get(index), columns.stream().map(EvaluatedConfig::name).toList(), thumbnails)));
		return pictures;
	}

	/** The first, middle and last elements with their rank; fewer of each in a short list. */
	private static Map<Integer, String> choose(final List<Integer> order) {
		final int n = order.size();
		final int count = Math.min(SHOWN, (n + 2) / 3);
		final int firstMedian = (n - count) / 2;
		final Map<Integer, String> chosen = new LinkedHashMap<>();
		for (int i = 0; i < n; i++) {
			if (i < count) {
				chosen.put(order.get(i), Report.BEST);
			}
			else if (i >= n - count) {
				chosen.put(order.get(i), Report.WORST);
			}
			else if (i >= firstMedian && i < firstMedian + count) {
				chosen.put(order.get(i), Report.MEDIAN);
			}
		}
		return chosen;
	}

	/** A small copy of an image {@code (x, y, 3)} as a PNG file. */
	private static byte[] thumbnail(final RandomAccessibleInterval<UnsignedByteType> image) {
		final double scale = Math.min(1, PICTURE_SIDE / (double) Math.max(image.dimension(0), image.dimension(1)));
		final long width = Math.max(1, Math.round(scale * image.dimension(0)));
		final long height = Math.max(1, Math.round(scale * image.dimension(1)));
		final Img<UnsignedByteType> small = ArrayImgs.unsignedBytes(width, height, 3);
		Resampling.resample(image, small);
		final ByteArrayOutputStream file = new ByteArrayOutputStream();
		try {
			ImageIO.write(SampledImage.toPicture(small), "png", file);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
		return file.toByteArray();
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
					() -> {
						if (canceled.getAsBoolean()) {
							throw new CancellationException();
						}
					});
		}
	}
}
