/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;

import ij.ImagePlus;
import ij.ImageStack;
import net.imglib2.parallel.Parallelization;
import net.imglib2.parallel.TaskExecutor;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.StackPrediction;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.metadata.ResultMetadata;

/**
 * Colorizes an image file that may not fit in memory, with the steps of a whole image, which is one strip. The image is read
 * once for the small image that the network sees, and once for each result file, whose strips are written while the next
 * ones are computed. Pixels and TIFF metadata equal those of {@link ImageColorizer}, which holds image and results in
 * memory.
 */
public final class StripColorizer {

	private final ImageColorizer colorizer;
	private final ImageStrips image;
	private final DoubleConsumer progress;
	private final BooleanSupplier canceled;
	private final double work;
	private ImagePlus first;
	private ColorDistribution colors;
	private double done;

	/** Prepares the colorization; see {@link ImageColorizer#inStrips}. */
	StripColorizer(final ImageColorizer colorizer, final ImageStrips image, final int results,
			final DoubleConsumer progress, final BooleanSupplier canceled) {
		this.colorizer = colorizer;
		this.image = image;
		this.progress = progress;
		this.canceled = canceled;
		work = (1.0 + results) * image.height();
	}

	/**
	 * Predicts the colors.
	 *
	 * @throws IOException if the image cannot be read; the message is a clause
	 * @throws CancellationException if canceled
	 * @throws IllegalStateException if the network cannot run
	 */
	public void predict() throws IOException {
		final Colorizer.Prediction[] prediction = new Colorizer.Prediction[1];
		image.read((strip, top) -> {
			final SourcePlane<?> plane = new SourcePlanes(strip).get(0);
			if (top == 0) {
				first = strip;
				prediction[0] = colorizer.colorizer().prediction(image.width(), image.height(), plane.range(),
						colorizer.options().prediction());
			}
			prediction[0].add(plane.pixels());
			advance(plane.height());
		});
		colors = colorizer.hints().apply(prediction[0].predict(), image.width(), image.height());
	}

	private void advance(final int rows) {
		StackPrediction.requireNotCanceled(canceled);
		done += rows;
		progress.accept(Math.min(1, done / work));
	}

	/**
	 * {@return whether PNG can hold the result: RGB of a size that the JDK's writer supports, or 16 bits with the full
	 * display range} Call it after the prediction.
	 */
	public boolean fitsPng() {
		final ImagePlus template = new Result(colorizer.outputType()).template();
		return ImageFiles.fitsPng(template) && ImageFiles.fitsPixels(template, image.height());
	}

	/**
	 * Writes the result to a temporary file. Call it after the prediction.
	 *
	 * @param metadata metadata of the file
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which selects the format
	 * @return the file, to be committed or closed
	 * @throws IOException if the file cannot be written
	 * @throws UncheckedIOException if the image cannot be read; the message is a clause
	 * @throws CancellationException if canceled; there is no file then
	 */
	public AtomicFile prepare(final ResultMetadata metadata, final Path file) throws IOException {
		return new Result(colorizer.outputType()).prepare(metadata, file);
	}

	/**
	 * Writes the uncertainty of the colors to a temporary file. Call it after the prediction.
	 *
	 * @param metadata metadata of the file
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which selects the format
	 * @return the file, to be committed or closed
	 * @throws IOException as above
	 */
	public AtomicFile prepareUncertainty(final ResultMetadata metadata, final Path file) throws IOException {
		return new Result(OutputType.UNCERTAINTY).prepare(metadata, file);
	}

	private final class Result {

		private final ResultPlanes results;
		private final OutputPlanes decoder;

		Result(final OutputType type) {
			results = new ResultPlanes(new SourcePlanes(first), type, true);
			decoder = results.decoder(colorizer.options());
		}

		private ResultStrip decode(final ImagePlus strip, final int top) {
			final SourcePlanes planes = new SourcePlanes(strip);
			return new ResultStrip(strip.getHeight(),
					decoder.decode(planes.get(0).within(top, image.height()), planes.depth(), colors));
		}

		/** The result of the first strip. */
		ImagePlus template() {
			final ImageStack stack = results.stack();
			results.add(stack, 0, decode(first, 0).channels());
			return colorizer.finish(results, stack);
		}

		AtomicFile prepare(final ResultMetadata metadata, final Path file) throws IOException {
			// Before the other thread starts, because colors are decoded on first use.
			final ImagePlus template = template();
			final TaskExecutor threads = Parallelization.getTaskExecutor();
			try (OrderedExecutor<ResultStrip, IOException> strips = new OrderedExecutor<>("strips", 1, 1)) {
				// Each strip is decoded with as many threads as this thread may use.
				strips.produce(sink -> image.read((strip, top) -> sink.accept(
						Parallelization.runWithExecutor(threads, () -> decode(strip, top)))));
				return ImageFiles.prepare(template, image.height(), () -> next(strips), metadata, file);
			}
		}
	}

	private ResultStrip next(final OrderedExecutor<ResultStrip, IOException> strips) {
		try {
			final ResultStrip strip = strips.take();
			advance(strip.rows());
			return strip;
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			throw new CancellationException("The thread was interrupted.");
		}
	}
}
