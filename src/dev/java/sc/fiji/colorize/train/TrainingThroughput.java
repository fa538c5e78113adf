/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Parameter;

import sc.fiji.colorize.network.PlainNetwork;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.photo.PhotoFiles;
import sc.fiji.colorize.torch.TorchEngine;
import sc.fiji.colorize.train.Batches.Batch;

/**
 * Measures training steps on a batch in memory, steps with decoded and augmented photos, and PyTorch's float32 steps on
 * data in memory: in float32, also without branches, and in bfloat16 where the processor has it. Alternates between them
 * and prints the medians side by side. {@code dev/bench/training} starts it.
 */
public final class TrainingThroughput {

	private static final int ROUNDS = 4;
	private static final int STEPS = 8;
	private static final int PHOTOS = 400;
	private static final int GRAIN = 8;
	private static final Pattern TIMING = Pattern.compile("\\{\"name\": \"train[^\"]+\", \"seconds\": ([^,]+),.*");

	/** Seconds per step in all rounds. */
	private record Timings(List<Double> alone, List<Double> plain, List<Double> decoded, List<Double> cached,
			List<Double> reference) {

		Timings() {
			this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
		}
	}

	private static final String HEADER = "%-38s %10s %12s %12s %12s %10s %12s %12s %14s %14s%n";
	private static final int THREADS = Runtime.getRuntime().availableProcessors();

	private final Path photos;
	private final String[] python;

	private TrainingThroughput(final Path photos, final String... python) {
		this.photos = photos;
		this.python = python;
	}

	/**
	 * Runs the benchmark.
	 *
	 * @param arguments a folder of photos, or an empty argument to create some; then the Python interpreter, the reference
	 *        script and the number of threads; none to skip Python
	 * @throws Exception if a step, a photo or the script fails
	 */
	public static void main(final String[] arguments) throws Exception {
		final Path made = arguments[0].isEmpty() ? makePhotos() : null;
		final TrainingThroughput all = new TrainingThroughput(made == null ? Path.of(arguments[0]) : made,
				Arrays.copyOfRange(arguments, 1, arguments.length));
		try {
			System.out.printf(HEADER, "", "steps", "without", "with photos", "photos from", "PyTorch", "without /",
					"PyTorch /", "steps / with", "steps / from");
			System.out.printf(HEADER, "median of a step", "alone ms", "branches ms", "decoded ms", "a cache ms", "ms",
					"steps alone", "steps alone", "photos decoded", "a cache");
			all.compare(Precision.FLOAT32, 0.25, 64, 32);
			all.compare(Precision.FLOAT32, 0.5, 112, 8);
			if (Precision.AUTO.on(Device.cpu()) == Precision.BFLOAT16) {
				all.compare(Precision.BFLOAT16, 0.25, 64, 32);
				all.compare(Precision.BFLOAT16, 0.5, 112, 8);
			}
		}
		finally {
			if (made != null) {
				for (int i = 0; i < PHOTOS; i++) {
					Files.delete(made.resolve(i + ".jpg"));
				}
				Files.delete(made);
			}
		}
	}

	/** Creates photos with grain, large enough for the largest crops of a schedule. */
	private static Path makePhotos() throws IOException {
		final Path folder = Files.createTempDirectory("fiji-colorize-photos");
		final Random random = new Random(1);
		for (int i = 0; i < PHOTOS; i++) {
			final BufferedImage image = PhotoFiles.colorful(216, 144, i);
			for (int p = 0; p < 216 * 144; p++) {
				final int rgb = image.getRGB(p % 216, p / 216);
				// The grain changes only the low bits of each channel.
				image.setRGB(p % 216, p / 216, rgb & 0xf8f8f8 | random.nextInt(GRAIN) * 0x10101);
			}
			Files.write(folder.resolve(i + ".jpg"), PhotoFiles.encode(image, "jpeg"));
		}
		return folder;
	}

	private void compare(final Precision precision, final double width, final int crop, final int batch)
			throws Exception {
		final Timings timings = new Timings();
		final TrainOptions options = TrainOptions.defaults().width(width).device("cpu").precision(precision)
				.schedule(List.of(new TrainOptions.Stage(crop, batch, 1)));
		try (PhotoCache none = new PhotoCache(photos, 0); PhotoCache all = new PhotoCache(photos, options.cacheMegabytes());
				TrainingPhotos decoded = scan(none, options); TrainingPhotos cached = scan(all, options);
				TrialTraining branched = branched(options);
				TrialTraining plain = precision == Precision.FLOAT32 ? plain(options) : null) {
			time(branched, synthetic(crop, batch), 2);
			if (plain != null) {
				time(plain, synthetic(crop, batch), 2);
			}
			Feed feed = new Feed(cached, options);
			// Fills the cache with all photos.
			for (int i = 0; i < cached.training().size() / batch + 1; i++) {
				feed.next();
			}
			feed.close();
			for (int round = 0; round < ROUNDS; round++) {
				timings.alone().add(time(branched, synthetic(crop, batch), STEPS));
				if (plain != null) {
					timings.plain().add(time(plain, synthetic(crop, batch), STEPS));
				}
				for (final boolean cache : new boolean[] {false, true}) {
					feed = new Feed(cache ? cached : decoded, options);
					final double seconds = time(branched, feed, STEPS);
					feed.close();
					(cache ? timings.cached() : timings.decoded()).add(seconds);
				}
				if (python.length > 0) {
					timings.reference().add(runPython(width, crop, batch));
				}
			}
		}
		print(precision + " width " + width + " crop " + crop + " batch " + batch, timings);
	}

	private static TrialTraining branched(final TrainOptions options) {
		final Model model = Model.newInstance("branched", Device.cpu(), TorchEngine.NAME);
		return training(model, TrialTraining.addNetwork(model, options).parameters(), options);
	}

	private static TrialTraining plain(final TrainOptions options) {
		final Model model = Model.newInstance("plain", Device.cpu(), TorchEngine.NAME);
		final PlainNetwork network = PlainNetwork.random(model.getNDManager(), options.width());
		model.setBlock(network);
		return training(model, network.parameters(), options);
	}

	private static TrialTraining training(final Model model, final Map<String, Parameter> parameters,
			final TrainOptions options) {
		return new TrialTraining(model, parameters, options, new Device[] {Device.cpu()}, photosAtOnce -> { },
				TrainListener.NONE);
	}

	private TrainingPhotos scan(final PhotoCache cache, final TrainOptions options)
			throws IOException, InterruptedException {
		return TrainingPhotos.scan(photos, cache, options, THREADS, TrainListener.NONE, () -> false);
	}

	/** A source of batches. */
	private interface Source {

		Batch next() throws IOException, InterruptedException;
	}

	/** Batches of photos from successive epochs. */
	private final class Feed implements Source {

		private final TrainingPhotos photos;
		private final TrainOptions options;
		private Batches batches;
		private int epoch;

		Feed(final TrainingPhotos photos, final TrainOptions options) {
			this.photos = photos;
			this.options = options;
		}

		@Override
		public Batch next() throws IOException, InterruptedException {
			Batch batch = batches == null ? null : batches.next();
			while (batch == null) {
				close();
				final double[] weights = new double[ColorBins.COUNT];
				Arrays.fill(weights, 1);
				batches = new Batches(photos, weights, options, options.schedule().get(0), epoch++, 0, THREADS);
				batch = batches.next();
			}
			return batch;
		}

		void close() {
			if (batches != null) {
				batches.close();
			}
		}
	}

	private static Source synthetic(final int crop, final int batch) {
		final Batch made = TrialTraining.batch(crop, batch, new Random(1));
		return () -> made;
	}

	/** Seconds per step in the middle of a run. */
	private static double time(final TrialTraining training, final Source source, final int steps)
			throws IOException, InterruptedException {
		// Skip the prefetched batches.
		for (int i = 0; i < Batches.AHEAD; i++) {
			training.step(source.next());
		}
		final long start = System.nanoTime();
		for (int i = 0; i < steps; i++) {
			training.step(source.next());
		}
		return (System.nanoTime() - start) / 1e9 / steps;
	}

	private double runPython(final double width, final int crop, final int batch)
			throws IOException, InterruptedException {
		final Process process = new ProcessBuilder(python[0], python[1], "--no-arrays", "--threads", python[2], "--repeats",
				String.valueOf(STEPS), "--train", String.valueOf(width), String.valueOf(crop), String.valueOf(batch))
						.redirectError(ProcessBuilder.Redirect.INHERIT).start();
		double seconds = Double.NaN;
		try (BufferedReader lines = process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				final Matcher timing = TIMING.matcher(line);
				seconds = timing.matches() ? Double.parseDouble(timing.group(1)) : seconds;
			}
		}
		if (process.waitFor() != 0) {
			throw new IOException("The Python timings failed; see their message above.");
		}
		return seconds;
	}

	private static void print(final String name, final Timings timings) {
		final double alone = median(timings.alone());
		final double decoded = median(timings.decoded());
		final double cached = median(timings.cached());
		final double reference = median(timings.reference());
		final double plain = median(timings.plain());
		System.out.printf(HEADER, name, milliseconds(alone), milliseconds(plain), milliseconds(decoded),
				milliseconds(cached), milliseconds(reference), ratio(plain / alone), ratio(reference / alone),
				ratio(alone / decoded), ratio(alone / cached));
	}

	private static String milliseconds(final double seconds) {
		return Double.isNaN(seconds) ? "" : String.format(Locale.ROOT, "%.0f", 1000 * seconds);
	}

	private static String ratio(final double value) {
		return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f x", value);
	}

	private static double median(final List<Double> values) {
		final double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
		return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
	}
}
