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
import net.imglib2.parallel.Parallelization;
import net.imglib2.parallel.TaskExecutor;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.OrderedExecutor;
import sc.fiji.colorize.metadata.ResultMetadata;

/**
 * Colorizes an image file that may be larger than the memory into other files. The image is read once, in strips, for the
 * small image that the network sees, and once again for each result, whose strips are written while the next ones are
 * made. The pixels, and what a TIFF file says of them, are those of {@link ImageColorizer} on the whole image.
 */
public final class StripColorizer {

	private final Colorizer colorizer;
	private final ColorizeOptions options;
	private final OutputType outputType;
	private final ImageHints hints;
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
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation and network size; not the published demo, which sees images as a whole
	 * @param outputType what comes out
	 * @param hints the color hints
	 * @param image the image
	 * @param results how many files will be written
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each strip
	 */
	StripColorizer(final Colorizer colorizer, final ColorizeOptions options, final OutputType outputType,
			final ImageHints hints, final ImageStrips image, final int results, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		this.colorizer = colorizer;
		this.options = options;
		this.outputType = outputType;
		this.hints = hints;
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
				prediction[0] =
						colorizer.prediction(image.width(), image.height(), plane.range(), options.prediction());
			}
			add(prediction[0], plane);
			advance(plane.height());
		});
		colors = hints.apply(prediction[0].predict(), image.width(), image.height());
	}

	private static <T extends RealType<T>> void add(final Colorizer.Prediction prediction, final SourcePlane<T> plane) {
		prediction.add(plane.pixels());
	}

	private void advance(final int rows) {
		if (canceled.getAsBoolean()) {
			throw new CancellationException("The colorization was cancelled.");
		}
		done += rows;
		progress.accept(Math.min(1, done / work));
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
		return prepare(outputType, metadata, file);
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
		return prepare(OutputType.UNCERTAINTY, metadata, file);
	}

	private AtomicFile prepare(final OutputType type, final ResultMetadata metadata, final Path file)
			throws IOException {
		final ImageColorizer whole = new ImageColorizer(colorizer, options, type).hints(hints);
		final OutputPlanes decoder = whole.decoder(first);
		final ImagePlus template = whole.result(first, decode(decoder, first, 0).channels());
		final TaskExecutor threads = Parallelization.getTaskExecutor();
		try (OrderedExecutor<ResultStrip, IOException> strips = new OrderedExecutor<>("strips", 1, 1)) {
			// Each strip is decoded with as many threads as this one uses.
			strips.produce(results -> image.read((strip, top) -> results.accept(
					Parallelization.runWithExecutor(threads, () -> decode(decoder, strip, top)))));
			return ImageFiles.prepare(template, image.height(), () -> next(strips), metadata, file);
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

	private ResultStrip decode(final OutputPlanes decoder, final ImagePlus strip, final int top) {
		final SourcePlanes planes = new SourcePlanes(strip);
		return new ResultStrip(strip.getHeight(),
				decoder.decode(planes.get(0).within(top, image.height()), planes.depth(), colors));
	}

	/**
	 * Whether the result can be written as PNG, after the prediction.
	 *
	 * @return true for RGB that the JDK's writer can count, and for 16 bits if all values are shown
	 */
	public boolean fitsPng() {
		final ImagePlus template = template();
		return ImageFiles.fitsPng(template) && ImageFiles.fitsPixels(template, image.height());
	}

	/** The result of the first strip. */
	private ImagePlus template() {
		final ImageColorizer whole = new ImageColorizer(colorizer, options, outputType);
		return whole.result(first, decode(whole.decoder(first), first, 0).channels());
	}
}
