/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.io.OrderedExecutor.Monitor;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.Resampling;
import sc.fiji.colorize.ops.SoftEncoding;
import sc.fiji.colorize.ops.Srgb;
import sc.fiji.colorize.photo.PhotoFolder.Photo;
import sc.fiji.colorize.photo.RgbPhoto;

/**
 * Prepares the batches of an epoch on other threads, ahead of the network. The content of a batch depends only on the seed,
 * the epoch and its index, so a resumed run sees the same batches as an uninterrupted one.
 */
final class Batches implements AutoCloseable {

	/**
	 * Ratio of the network size in use to the crop of the last training stage, at which objects have the same mean size in
	 * use as in training.
	 */
	static final double NETWORK_SIZE = 1.15;
	/** Maximum factor between the size of objects in a training picture and in use. */
	private static final double LARGEST_ZOOM = 1.33;
	/** Number of batches prepared ahead. */
	static final int AHEAD = 4;

	/**
	 * The network's input and targets of a batch.
	 *
	 * @param count number of photos
	 * @param crop side of the pictures in pixels
	 * @param lightness {@code (count, 1, crop, crop)}, L*
	 * @param bins {@code (count, k, crop / 4, crop / 4)}
	 * @param shares weights of the bins
	 * @param weights {@code (count, 1, crop / 4, crop / 4)}, rebalancing weights
	 * @param ab {@code (count, 2, crop / 4, crop / 4)}, the true colors
	 */
	record Batch(int count, int crop, float[] lightness, long[] bins, float[] shares, float[] weights, float[] ab) {

		/** An empty batch. */
		Batch(final int count, final int crop, final int neighbors) {
			this(count, crop, new float[count * crop * crop], new long[count * neighbors * cells(crop)],
					new float[count * neighbors * cells(crop)], new float[count * cells(crop)],
					new float[count * 2 * cells(crop)]);
		}

		static int cells(final int crop) {
			final int side = crop / ColorizationNetwork.OUTPUT_STRIDE;
			return side * side;
		}

		/** A range of the photos of the batch. */
		Batch part(final int first, final int photos) {
			return photos == count ? this
					: new Batch(photos, crop, slice(lightness, first, photos), slice(bins, first, photos),
							slice(shares, first, photos), slice(weights, first, photos), slice(ab, first, photos));
		}

		private float[] slice(final float[] values, final int first, final int photos) {
			final int each = values.length / count;
			return Arrays.copyOfRange(values, first * each, (first + photos) * each);
		}

		private long[] slice(final long[] values, final int first, final int photos) {
			final int each = values.length / count;
			return Arrays.copyOfRange(values, first * each, (first + photos) * each);
		}

		/** The network's input. */
		NDList data(final NDManager manager) {
			return new NDList(manager.create(lightness, new Shape(count, 1, crop, crop)));
		}

		/** The labels of the loss. */
		NDList labels(final NDManager manager) {
			final long side = crop / ColorizationNetwork.OUTPUT_STRIDE;
			return new NDList(manager.create(bins, new Shape(count, neighbors(), side, side)),
					manager.create(shares, new Shape(count, neighbors(), side, side)),
					manager.create(weights, new Shape(count, 1, side, side)));
		}

		private int neighbors() {
			return bins.length / (count * cells(crop));
		}

		/** Fills in one photo. The augmentation of its lightness may be null. */
		void fill(final int index, final RgbPhoto photo, final Window window, final OldPhotoAugmentation aging,
				final double[] rebalancing) {
			final Resampling.Axis axis = new Resampling.Axis(window.side(), crop);
			final float[][] linear = new float[3][];
			for (int c = 0; c < 3; c++) {
				linear[c] = cut(photo, c, window, axis);
				for (int i = 0; i < linear[c].length; i++) {
					linear[c][i] = Srgb.decode(linear[c][i] / 255f);
				}
			}
			final int pixels = crop * crop;
			if (aging == null) {
				for (int i = 0; i < pixels; i++) {
					lightness[index * pixels + i] = Lab.lightnessOfLinear(linear[0][i], linear[1][i], linear[2][i]);
				}
			}
			else {
				System.arraycopy(aging.lightness(linear, crop), 0, lightness, index * pixels, pixels);
			}
			fillTargets(index, linear, rebalancing);
		}

		/**
		 * The target of a grid cell is the color at the center of its four by four pixels, where the upsampling to full size
		 * places it.
		 */
		private void fillTargets(final int index, final float[][] linear, final double[] rebalancing) {
			final int stride = ColorizationNetwork.OUTPUT_STRIDE;
			final int side = crop / stride;
			final int cells = cells(crop);
			final int[] nearest = new int[neighbors()];
			final float[] encoded = new float[nearest.length];
			final float[] lab = new float[3];
			for (int cell = 0; cell < cells; cell++) {
				final int corner = (cell / side * stride + stride / 2 - 1) * crop + cell % side * stride + stride / 2 - 1;
				Lab.fromLinear(middle(linear[0], corner, crop), middle(linear[1], corner, crop),
						middle(linear[2], corner, crop), lab);
				SoftEncoding.encode(lab[1], lab[2], SoftEncoding.SIGMA, nearest, encoded);
				for (int n = 0; n < nearest.length; n++) {
					final int at = (index * nearest.length + n) * cells + cell;
					bins[at] = nearest[n];
					shares[at] = encoded[n];
				}
				weights[index * cells + cell] = (float) rebalancing[nearest[0]];
				ab[2 * index * cells + cell] = lab[1];
				ab[(2 * index + 1) * cells + cell] = lab[2];
			}
		}

		private static float middle(final float[] plane, final int corner, final int width) {
			return (plane[corner] + plane[corner + 1] + plane[corner + width] + plane[corner + width + 1]) / 4;
		}

		/** One channel of a window, resized to a square picture, in [0, 255] up to the filter's overshoot. */
		private static float[] cut(final RgbPhoto photo, final int channel, final Window window,
				final Resampling.Axis axis) {
			final int crop = axis.outputSize();
			final float[] line = new float[window.side()];
			final float[] narrow = new float[crop * window.side()];
			for (int y = 0; y < window.side(); y++) {
				int i = 3 * ((window.y() + y) * photo.width() + window.x()) + channel;
				for (int x = 0; x < line.length; x++) {
					line[window.mirrored() ? line.length - 1 - x : x] = photo.rgb()[i] & 0xff;
					i += 3;
				}
				// Transposed, so that the second pass also runs along lines.
				axis.resample(line, 0, 1, narrow, y, window.side());
			}
			final float[] picture = new float[crop * crop];
			for (int x = 0; x < crop; x++) {
				axis.resample(narrow, x * window.side(), 1, picture, x, crop);
			}
			return picture;
		}
	}

	/** The square of a photo that is cropped. */
	record Window(int x, int y, int side, boolean mirrored) {

		/** The largest centered square. */
		static Window centered(final RgbPhoto photo) {
			final int side = Math.min(photo.width(), photo.height());
			return new Window((photo.width() - side) / 2, (photo.height() - side) / 2, side, false);
		}

		/**
		 * A random square. In use, a whole photo is shrunk to the area of a square of the network size, so its objects are
		 * smaller than in a crop of the photo's shorter side. The sides of windows vary around the one at which objects have
		 * the same size, as far as the photo allows.
		 */
		static Window random(final RgbPhoto photo, final SplittableRandom random) {
			final int shorter = Math.min(photo.width(), photo.height());
			final double asInUse = Math.sqrt((double) photo.width() * photo.height()) / NETWORK_SIZE;
			final double wanted = asInUse * Math.pow(LARGEST_ZOOM, 2 * random.nextDouble() - 1);
			final int side = (int) Math.max(1, Math.min(shorter, Math.round(wanted)));
			return new Window(random.nextInt(photo.width() - side + 1), random.nextInt(photo.height() - side + 1), side,
					random.nextBoolean());
		}
	}

	private final TrainingPhotos photos;
	private final double[] rebalancing;
	private final TrainOptions options;
	private final TrainOptions.Stage stage;
	private final int epoch;
	private final int[] order;
	private final OrderedExecutor<Batch, IOException> executor;
	private int begun;

	/**
	 * Starts an epoch.
	 *
	 * @param rebalancing weight of each bin
	 * @param epoch counted from 0 over the whole run
	 * @param firstStep first step of the epoch, counted from 0
	 * @param threads number of batches prepared in parallel
	 */
	Batches(final TrainingPhotos photos, final double[] rebalancing, final TrainOptions options,
			final TrainOptions.Stage stage, final int epoch, final int firstStep, final int threads) {
		this.photos = photos;
		this.rebalancing = rebalancing;
		this.options = options;
		this.stage = stage;
		this.epoch = epoch;
		executor = new OrderedExecutor<>("photo decoder", threads, AHEAD);
		order = photos.order(epoch);
		begun = firstStep;
	}

	/** Number of steps in the epoch; photos that do not fill a batch are dropped. */
	int steps() {
		return order.length == 0 ? 0 : Math.max(1, order.length / stage.batch());
	}

	/** Returns the next batch, or null after the last. */
	Batch next() throws IOException, InterruptedException {
		boolean room = true;
		while (room && begun < steps()) {
			final int step = begun;
			room = executor.offer(monitor -> make(step, monitor));
			begun += room ? 1 : 0;
		}
		return executor.isEmpty() ? null : executor.take();
	}

	private Batch make(final int step, final Monitor monitor) throws IOException {
		final int first = step * stage.batch();
		final int count = Math.min(stage.batch(), order.length - first);
		final Batch batch = new Batch(count, stage.crop(), options.neighbors());
		for (int i = 0; i < count; i++) {
			if (monitor.isCanceled()) {
				throw new CancellationException("The batch is no longer needed.");
			}
			final RgbPhoto photo = photos.load(photos.training().get(order[first + i]));
			final SplittableRandom random = new SplittableRandom(
					(options.seed() * 0x9E3779B97F4A7C15L + epoch) * 0xBF58476D1CE4E5B9L + first + i);
			final Window window = Window.random(photo, random);
			batch.fill(i, photo, window,
					random.nextDouble() < options.aging() ? new OldPhotoAugmentation(random) : null, rebalancing);
		}
		return batch;
	}

	/** The centered squares of some photos, for validation and initialization. */
	static Batch centered(final TrainingPhotos photos, final List<Photo> chosen, final double[] rebalancing,
			final TrainOptions options, final int crop) throws IOException {
		final Batch batch = new Batch(chosen.size(), crop, options.neighbors());
		for (int i = 0; i < chosen.size(); i++) {
			final RgbPhoto photo = photos.load(chosen.get(i));
			batch.fill(i, photo, Window.centered(photo), null, rebalancing);
		}
		return batch;
	}

	@Override
	public void close() {
		executor.close();
	}
}
