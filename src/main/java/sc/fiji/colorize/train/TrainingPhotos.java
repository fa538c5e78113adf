/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.ops.ColorPrior;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.SoftEncoding;
import sc.fiji.colorize.photo.PhotoFile;
import sc.fiji.colorize.photo.PhotoFolder;
import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.photo.RgbPhoto;
import sc.fiji.colorize.photo.SkippedPhoto;

/**
 * The usable photos of a folder, split by content into training and validation photos, with their color prior. Holds an
 * index; decoded photos are in a {@link PhotoCache}.
 */
final class TrainingPhotos implements AutoCloseable {

	/** Photos with a shorter side are skipped. */
	static final int MIN_SIDE = 32;
	/** A photo is gray if no |a| or |b| exceeds this, as in the authors' code. */
	static final float GRAY_LIMIT = 5;
	/** The prior samples every fourth pixel of every fourth row, like the targets. */
	private static final int SAMPLING = 4;
	private static final int MAX_VALIDATION_SHARE = 10;
	/** Shorter side to which large photos are shrunk at most; the bundled model sees less than half of it. */
	private static final int SMALLEST_SIDE = 384;
	/** Maximum number of scan results in memory, of 313 numbers each. */
	private static final int SCAN_WINDOW = 64;

	/** The scan result of one photo; the defect is null if it is usable. */
	private record ScanResult(String hash, double[] colors, String defect) {
	}

	private final PhotoFolder folder;
	private final List<Photo> training = new ArrayList<>();
	private final List<Photo> validation = new ArrayList<>();
	private final List<SkippedPhoto> skipped = new ArrayList<>();
	private final Map<String, Integer> trainingByGroup = new TreeMap<>();
	private final double[] prior = new double[ColorBins.COUNT];
	private final TrainOptions options;
	private final PhotoCache cache;
	/** Photos with at least twice this shorter side are shrunk. */
	private final int smallestSide;
	private String fingerprint;
	/** Cached, because each step needs it and there may be a million photos. */
	private double epochLength;

	private TrainingPhotos(final PhotoFolder folder, final PhotoCache cache, final TrainOptions options) {
		this.folder = folder;
		this.cache = cache;
		this.options = options;
		smallestSide = Math.max(SMALLEST_SIDE,
				2 * options.schedule().stream().mapToInt(TrainOptions.Stage::crop).max().orElseThrow());
	}

	/**
	 * Scans every photo of a folder once, and caches as many as fit for the first epoch. A canceled scan ends early.
	 *
	 * @param root the folder
	 * @param cache keeps the decoded photos, not closed here
	 * @throws IOException if the folder cannot be listed or has too few usable photos
	 */
	static TrainingPhotos scan(final Path root, final PhotoCache cache, final TrainOptions options, final int threads,
			final TrainListener progress, final BooleanSupplier canceled) throws IOException, InterruptedException {
		final TrainingPhotos photos = new TrainingPhotos(PhotoFolder.open(root), cache, options);
		try {
			photos.scan(threads, progress, canceled);
			return photos;
		}
		catch (final IOException | InterruptedException | RuntimeException e) {
			photos.close();
			throw e;
		}
	}

	private void scan(final int threads, final TrainListener progress, final BooleanSupplier canceled)
			throws IOException, InterruptedException {
		final List<Photo> all = folder.photos();
		final Set<String> hashes = new HashSet<>();
		final TreeMap<String, Photo> fit = new TreeMap<>();
		final int[] seen = new int[1];
		try (OrderedExecutor<ScanResult, RuntimeException> executor =
				new OrderedExecutor<>("photo decoder", threads, SCAN_WINDOW)) {
			executor.forEach(all, photo -> monitor -> inspect(photo), (photo, result) -> {
				progress.scanned(++seen[0], all.size());
				if (result.defect() != null) {
					skipped.add(new SkippedPhoto(photo.name(), result.defect()));
				}
				else if (!hashes.add(result.hash())) {
					skipped.add(new SkippedPhoto(photo.name(), "it is a copy of another photo"));
				}
				else {
					fit.put(result.hash(), photo);
					final double weight = weight(photo);
					for (int q = 0; q < ColorBins.COUNT; q++) {
						prior[q] += weight * result.colors()[q];
					}
				}
			}, () -> {
				if (canceled.getAsBoolean()) {
					throw new CancellationException();
				}
			});
		}
		catch (final CancellationException e) {
			// After a cancellation, the remaining photos are not needed.
		}
		if (fit.size() < 2 && !canceled.getAsBoolean()) {
			throw new IOException("The folder " + folder.root() + " holds " + fit.size()
					+ " photo(s) usable for training of " + all.size() + " found; at least 2 are needed."
					+ skipped.stream().map(s -> " " + s.name() + ": " + s.reason() + ".").findFirst().orElse(""));
		}
		final double sum = Arrays.stream(prior).sum();
		Arrays.setAll(prior, q -> prior[q] / sum);
		fingerprint = Sha256.of(String.join(" ", fit.keySet()).getBytes(StandardCharsets.US_ASCII));
		// Smallest hashes first: the split depends only on the content of the photos. Photos with weight 0 are not used for
		// validation.
		final int kept = Math.min(options.validationPhotos(), fit.size() / MAX_VALIDATION_SHARE);
		for (final Photo photo : fit.values()) {
			(validation.size() < kept && weight(photo) > 0 ? validation : training).add(photo);
		}
		training.sort(Comparator.comparing(Photo::name));
		training.forEach(photo -> trainingByGroup.merge(photo.group(), 1, Integer::sum));
		epochLength = training.stream().mapToDouble(this::weight).sum();
	}

	private ScanResult inspect(final Photo photo) {
		try {
			final byte[] file = folder.read(photo);
			final RgbPhoto pixels = RgbPhoto.of(PhotoFile.decode(file));
			if (Math.min(pixels.width(), pixels.height()) < MIN_SIDE) {
				throw new IOException("it is only " + pixels.width() + " x " + pixels.height() + " pixels");
			}
			final double[] colors = colors(pixels);
			cache.put(photo, shrink(pixels));
			return new ScanResult(Sha256.of(file), colors, null);
		}
		catch (final IOException | RuntimeException e) {
			return new ScanResult(null, null, Failure.reason(e));
		}
	}

	/** The color prior of a photo, which must not be gray. */
	private double[] colors(final RgbPhoto photo) throws IOException {
		final ColorPrior colors = new ColorPrior(options.neighbors(), SoftEncoding.SIGMA);
		final float[] lab = new float[3];
		boolean colorful = false;
		for (int y = 0; y < photo.height(); y += SAMPLING) {
			for (int x = 0; x < photo.width(); x += SAMPLING) {
				final int i = 3 * (y * photo.width() + x);
				Lab.from8Bit(photo.rgb()[i] & 0xff, photo.rgb()[i + 1] & 0xff, photo.rgb()[i + 2] & 0xff, lab);
				colorful |= Math.abs(lab[1]) > GRAY_LIMIT || Math.abs(lab[2]) > GRAY_LIMIT;
				colors.add(lab[1], lab[2]);
			}
		}
		if (!colorful) {
			throw new IOException("it is gray");
		}
		return colors.probabilities();
	}

	/** Training photos, sorted by name. */
	List<Photo> training() {
		return training;
	}

	List<Photo> validation() {
		return validation;
	}

	List<SkippedPhoto> skipped() {
		return skipped;
	}

	Map<String, Integer> trainingByGroup() {
		return trainingByGroup;
	}

	/** The smoothed prior of the usable photos, weighted by their sampling: 313 probabilities. */
	double[] prior() {
		return prior.clone();
	}

	/** Identifies the content of all usable photos. */
	String fingerprint() {
		return fingerprint;
	}

	double weight(final Photo photo) {
		return options.sourceWeights().entrySet().stream().filter(e -> photo.group().contains(e.getKey()))
				.max(Comparator.comparingInt(e -> e.getKey().length())).map(Map.Entry::getValue).orElse(1.0);
	}

	/**
	 * The order of an epoch. The weight of a photo is the number of times that it occurs; a fraction is a probability.
	 *
	 * @param epoch counted from 0 over the whole run
	 * @return indices into {@link #training()}
	 */
	int[] order(final int epoch) {
		final SplittableRandom random = new SplittableRandom(options.seed() * 0x9E3779B97F4A7C15L + epoch);
		final List<Integer> order = new ArrayList<>();
		for (int i = 0; i < training.size(); i++) {
			final double weight = weight(training.get(i));
			final int times = (int) weight + (random.nextDouble() < weight - (int) weight ? 1 : 0);
			for (int t = 0; t < times; t++) {
				order.add(i);
			}
		}
		for (int i = order.size() - 1; i > 0; i--) {
			final int j = random.nextInt(i + 1);
			order.set(i, order.set(j, order.get(i)));
		}
		return order.stream().mapToInt(Integer::intValue).toArray();
	}

	/** The expected number of photos in an epoch. */
	double epochLength() {
		return epochLength;
	}

	/**
	 * Loads the pixels of a photo, from the cache if possible. Large photos are shrunk, so that many fit into the cache and
	 * cutting windows is fast.
	 *
	 * @throws IOException if the file has become unreadable since the scan
	 */
	RgbPhoto load(final Photo photo) throws IOException {
		final Optional<RgbPhoto> cached = cache.get(photo);
		if (cached.isPresent()) {
			return cached.get();
		}
		final RgbPhoto pixels;
		try {
			pixels = shrink(RgbPhoto.of(PhotoFile.decode(folder.read(photo))));
		}
		catch (final IOException e) {
			throw new DescribedException("The photo " + photo.name(),
					"could be read before but not now: " + Failure.reason(e), "", e);
		}
		cache.put(photo, pixels);
		return pixels;
	}

	private RgbPhoto shrink(final RgbPhoto photo) {
		return photo.shrink(Math.max(1, Math.min(photo.width(), photo.height()) / smallestSide));
	}

	@Override
	public void close() throws IOException {
		folder.close();
	}
}
