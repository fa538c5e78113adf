/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;

import ij.ImagePlus;
import ij.ImageStack;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.StackPrediction;
import sc.fiji.colorize.metadata.Provenance;
import sc.fiji.colorize.metadata.ResultMetadata;

/**
 * Colorizes ImageJ images plane by plane. With the option {@code smoothing}, the colors of a plane also depend on previous
 * planes. The result is an {@link OutputType}. For the automatic type
 * <ul>
 * <li>8-bit gray and RGB images give RGB;
 * <li>16-bit and 32-bit images give a composite of red, green and blue channels of the same type, with the display range of
 * the original, which also defines black and white;
 * <li>other channels that are displayed together give RGB, from the lightness of the composite; channels that are displayed
 * one at a time give RGB each.
 * </ul>
 * Only the lightness of color images is used. Lookup tables are ignored, except inverting ones and palettes: tables without
 * a continuous order of colors. With an area selection, pixels outside it keep their color; the network still sees the whole
 * image. Calibration, slices, frames, labels, overlay, properties and Info are kept; the Info records that the colors are
 * predicted, and the software, model and options.
 */
public final class ImageColorizer {

	/**
	 * A result and its uncertainty.
	 *
	 * @param image the color image
	 * @param uncertainty 32-bit, of the same size, one plane per original plane: entropy in nats of the color distribution
	 *        at each pixel, 0 (certain) to 5.746 (any color)
	 */
	public record Result(ImagePlus image, ImagePlus uncertainty) {
	}

	private final Colorizer colorizer;
	private final ColorizeOptions options;
	private final OutputType outputType;
	private final ImageHints hints;

	/**
	 * Creates a colorizer of images with automatic output.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation and network size
	 */
	public ImageColorizer(final Colorizer colorizer, final ColorizeOptions options) {
		this(colorizer, options, OutputType.AUTOMATIC);
	}

	/**
	 * Creates a colorizer of images.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation and network size
	 * @param outputType type of the result
	 */
	public ImageColorizer(final Colorizer colorizer, final ColorizeOptions options, final OutputType outputType) {
		this(colorizer, options, outputType, ImageHints.NONE);
		colorizer.prepare(options.prediction());
	}

	private ImageColorizer(final Colorizer colorizer, final ColorizeOptions options, final OutputType outputType,
			final ImageHints hints) {
		this.colorizer = colorizer;
		this.options = options;
		this.outputType = outputType;
		this.hints = hints;
		if (hints != ImageHints.NONE && !options.prediction().method().takesHints()) {
			throw new IllegalArgumentException("The published demo has no hints: leave out the reference or the hints.");
		}
	}

	/**
	 * Sets the color hints.
	 *
	 * @param value the hints
	 * @return changed copy
	 * @throws IllegalArgumentException if the published demo is selected, which has no hints
	 */
	public ImageColorizer hints(final ImageHints value) {
		return new ImageColorizer(colorizer, options, outputType, value);
	}

	/**
	 * Counts the planes of an image that would be colorized.
	 *
	 * @param image the image
	 * @return 1 or more; channels that are displayed together, and red, green and blue, are one plane
	 * @throws IllegalArgumentException if there is no image
	 */
	public static int planes(final ImagePlus image) {
		return new SourcePlanes(image).count();
	}

	/**
	 * Colorizes all planes of an image.
	 *
	 * @param image the image, unchanged
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each plane
	 * @return a new image, not shown
	 * @throws IllegalArgumentException if there is no image, or its channels cannot become a composite
	 * @throws CancellationException if canceled
	 * @throws IllegalStateException if the network cannot run
	 */
	public ImagePlus colorize(final ImagePlus image, final DoubleConsumer progress, final BooleanSupplier canceled) {
		return colorize(image, true, progress, canceled);
	}

	/**
	 * Colorizes all planes of an image, or the current one.
	 *
	 * @param image the image, unchanged
	 * @param all whether to colorize all planes
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each plane
	 * @return a new image, not shown
	 * @throws IllegalArgumentException if there is no image, or its channels cannot become a composite
	 * @throws CancellationException if canceled
	 * @throws IllegalStateException if the network cannot run
	 */
	public ImagePlus colorize(final ImagePlus image, final boolean all, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		final Work work = new Work(image, all);
		return finish(work.results, work.stack(progress, canceled, null));
	}

	/**
	 * Colorizes all planes of an image, or the current one, and computes the uncertainty of the colors.
	 *
	 * @param image the image, unchanged
	 * @param all whether to colorize all planes
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each plane
	 * @return two new images, not shown
	 * @throws IllegalArgumentException if there is no image, or its channels cannot become a composite
	 * @throws CancellationException if canceled
	 * @throws IllegalStateException if the network cannot run
	 */
	public Result colorizeWithUncertainty(final ImagePlus image, final boolean all, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		final Work work = new Work(image, all);
		final List<float[]> entropies = new ArrayList<>();
		final ImagePlus result = finish(work.results, work.stack(progress, canceled, entropies));
		final ResultPlanes uncertainty = new ResultPlanes(work.planes, OutputType.UNCERTAINTY, all);
		final ImageStack stack = uncertainty.stack();
		for (int plane = 0; plane < entropies.size(); plane++) {
			uncertainty.add(stack, plane, entropies.get(plane));
		}
		return new Result(result, finish(uncertainty, stack));
	}

	/**
	 * Colorizes an image that may not fit in memory, plane by plane into a file.
	 *
	 * @param image the image, read one plane at a time; unchanged
	 * @param all whether to colorize all planes or the current one
	 * @param metadata metadata of the file
	 * @param file the result; ends in .tif or .tiff
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each plane
	 * @return the result, not shown: a virtual stack of the file, which must exist as long as the image is used
	 * @throws IllegalArgumentException if there is no image, or its channels cannot become a composite
	 * @throws CancellationException if canceled; there is no file then
	 * @throws IllegalStateException if the network cannot run
	 * @throws IOException if the file cannot be written; the message is a clause
	 */
	public ImagePlus colorizeToFile(final ImagePlus image, final boolean all, final ResultMetadata metadata,
			final Path file, final DoubleConsumer progress, final BooleanSupplier canceled) throws IOException {
		final Work work = new Work(image, all);
		final ResultPlanes results = work.results;
		final ImagePlus result = finish(results,
				new ComputedStack(image, results, plane -> work.decode(plane, null), progress, canceled));
		ImageFiles.write(result, metadata, file);
		return finish(results, ImageFiles.virtualStack(file, result.getStackSize()));
	}

	/**
	 * Colorizes an image in place, so that it becomes RGB. Edit &gt; Undo restores a single plane.
	 *
	 * @param image the image
	 * @param all whether to colorize all planes or the current one
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each plane; a canceled image is unchanged
	 * @throws IllegalArgumentException if there is no image or it cannot hold the result
	 * @throws CancellationException if canceled
	 * @throws IllegalStateException if the network cannot run
	 */
	public void colorizeInPlace(final ImagePlus image, final boolean all, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		final Work work = new Work(image, all);
		InPlace.requireRoom(image, work.results.type(), all);
		InPlace.replace(image, work.stack(progress, canceled, null), work.results.first());
		addProvenance(image);
		// Makes ImageJ ask before it closes the window.
		image.changes = true;
		image.updateAndDraw();
	}

	Colorizer colorizer() {
		return colorizer;
	}

	ColorizeOptions options() {
		return options;
	}

	OutputType outputType() {
		return outputType;
	}

	ImageHints hints() {
		return hints;
	}

	/** Makes the result image of its pixels and records how it was made. */
	ImagePlus finish(final ResultPlanes results, final ImageStack stack) {
		final ImagePlus result = results.finish(stack);
		addProvenance(result);
		return result;
	}

	/**
	 * Prepares the colorization of an image file that may not fit in memory.
	 *
	 * @param file the open file
	 * @param results number of files to write
	 * @param progress receives the completed fraction, 0 to 1
	 * @param canceled checked before each strip
	 * @return the colorization; empty if the image is small or can only be read as a whole
	 * @throws IOException if the file cannot be read; the message is a clause
	 */
	public Optional<StripColorizer> inStrips(final ImageFile file, final int results, final DoubleConsumer progress,
			final BooleanSupplier canceled) throws IOException {
		return file.strips(ImageStrips.LARGE, ImageStrips.STRIP_PIXELS)
				.map(image -> new StripColorizer(this, image, results, progress, canceled));
	}

	/** The planes of an image, colorized one after another. */
	private final class Work {

		private final SourcePlanes planes;
		private final ResultPlanes results;
		private final OutputPlanes decoder;
		private final StackPrediction prediction;

		Work(final ImagePlus image, final boolean all) {
			planes = new SourcePlanes(image);
			results = new ResultPlanes(planes, outputType, all);
			decoder = results.decoder(options);
			prediction = new StackPrediction(colorizer, options, planes.series());
		}

		/** Decodes a plane; with smoothing, planes must be decoded in order. */
		Object[] decode(final int plane, final List<float[]> entropies) {
			final int index = results.first() + plane;
			final SourcePlane<?> source = planes.get(index);
			final ColorDistribution colors = hints.apply(predict(plane, source), planes, index, options.smoothing() > 0);
			if (entropies != null) {
				entropies.add(Uncertainty.enlarge(colors.entropy(), source));
			}
			return decoder.decode(source, planes.depth(), colors);
		}

		ImageStack stack(final DoubleConsumer progress, final BooleanSupplier canceled, final List<float[]> entropies) {
			final ImageStack stack = results.stack();
			StackPrediction.forEachPlane(results.count(),
					plane -> results.add(stack, plane, decode(plane, entropies)), progress, canceled);
			return stack;
		}

		private <T extends RealType<T>> ColorDistribution predict(final int plane, final SourcePlane<T> source) {
			return prediction.predict(plane, source.pixels(), source.range());
		}
	}

	private void addProvenance(final ImagePlus result) {
		final Object info = result.getProperty("Info");
		result.setProperty("Info", (info == null ? "" : info + "\n") + info());
	}

	private String info() {
		return "Colorized: colors are predicted, not recorded\n" + "Colorized by: " + software() + "\n"
				+ "Colorized with model: " + colorizer.provenance() + "\n"
				+ "Colorized at temperature: " + options.temperature() + ", saturation: " + options.saturation()
				+ (options.smoothing() == 0 ? "" : ", smoothing: " + options.smoothing())
				+ ", " + options.prediction().method().describe(options.upsampling()) + "\n"
				+ (hints == ImageHints.NONE ? "" : "Colorized with hints: " + hints + "\n");
	}

	private static String software() {
		final String version = ImageColorizer.class.getPackage().getImplementationVersion();
		return (Provenance.PROGRAM + " " + (version == null ? "" : version)).strip();
	}

	/** {@return how the results are made: software, model and options, without an original} */
	public Provenance provenance() {
		final Map<String, String> settings = new LinkedHashMap<>();
		settings.put("model", colorizer.provenance());
		settings.put("temperature", Double.toString(options.temperature()));
		settings.put("saturation", Double.toString(options.saturation()));
		settings.put("size", Integer.toString(colorizer.networkSize(options.prediction())));
		if (options.smoothing() != 0) {
			settings.put("smoothing", Double.toString(options.smoothing()));
		}
		settings.put("upsampling", options.prediction().method().upsampling(options.upsampling()));
		if (outputType != OutputType.AUTOMATIC) {
			settings.put("output", outputType.label());
		}
		if (hints != ImageHints.NONE) {
			settings.put("hints", hints.toString());
		}
		return new Provenance(software(), settings);
	}
}
