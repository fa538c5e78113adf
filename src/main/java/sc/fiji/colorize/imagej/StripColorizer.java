/*
 * Fiji Colorize: plausible colour for gray images.
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
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.metadata.ResultMetadata;

/**
 * Colorizes an image file that may be larger than the memory into other files. A whole image goes the same way as one
 * strip; what differs is that this image is read again for each result, once for the small image that the network sees
 * and once for each file, whose strips are written while the next ones are made. So the image and its results, which
 * {@link ImageColorizer} holds in memory, need not fit there. The pixels, and what a TIFF file says of them, are the same.
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

	/**
	 * Prepares the colorization.
	 *
	 * @param colorizer colorizes whole images in the same way
	 * @param image the image
	 * @param results how many files will be written
	 * @param progress receives the fraction done, 0 to 1
	 * @param canceled is asked before each strip
	 */
	StripColorizer(final ImageColorizer colorizer, final ImageStrips image, final int results,
			final DoubleConsumer progress, final BooleanSupplier canceled) {
		this.colorizer = colorizer;
		this.image = image;
		this.progress = progress;
		this.canceled = canceled;
		work = (1.0 + results) * image.height();
	}

	/**
	 * Predicts the colours.
	 *
	 * @throws IOException with a clause that says what is wrong with the image
	 * @throws CancellationException if cancelled
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
		if (canceled.getAsBoolean()) {
			throw new CancellationException("The colorization was cancelled.");
		}
		done += rows;
		progress.accept(Math.min(1, done / work));
	}

	/**
	 * Whether the result can be written as PNG, after the prediction.
	 *
	 * @return true for RGB that the JDK's writer can count, and for 16 bits if all values are shown
	 */
	public boolean fitsPng() {
		final ImagePlus template = new Result(colorizer.outputType()).template();
		return ImageFiles.fitsPng(template) && ImageFiles.fitsPixels(template, image.height());
	}

	/**
	 * Writes the result, after the prediction, but does not give the file its name yet.
	 *
	 * @param metadata what the file says beside the pixels
	 * @param file ends in .png, .jpg, .jpeg, .tif or .tiff, which decides the kind
	 * @return the file, to be committed or closed
	 * @throws IOException if the file cannot be written
	 * @throws UncheckedIOException with a clause that says what is wrong with the image
	 * @throws CancellationException if cancelled; there is no file then
	 */
	public AtomicFile prepare(final ResultMetadata metadata, final Path file) throws IOException {
		return new Result(colorizer.outputType()).prepare(metadata, file);
	}

	/**
	 * Writes how uncertain the colours are, after the prediction, but does not give the file its name yet.
	 *
	 * @param metadata as above
	 * @param file as above
	 * @return as above
	 * @throws IOException as above
	 */
	public AtomicFile prepareUncertainty(final ResultMetadata metadata, final Path file) throws IOException {
		return new Result(OutputType.UNCERTAINTY).prepare(metadata, file);
	}

	/** One of the images that come out. */
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
			// Before the other thread decodes, because the colors are decoded at their first use.
			final ImagePlus template = template();
			final TaskExecutor threads = Parallelization.getTaskExecutor();
			try (OrderedExecutor<ResultStrip, IOException> strips = new OrderedExecutor<>("strips", 1, 1)) {
				// Each strip is decoded with as many threads as this one uses.
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
