/*
 * Fiji Colorize: plausible colour for gray images.
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
import java.util.regex.Pattern;

import ij.ImagePlus;
import ij.ImageStack;
import ij.Undo;
import ij.measure.Calibration;
import ij.process.ColorProcessor;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.ColorDistribution;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.metadata.Provenance;
import sc.fiji.colorize.metadata.ResultMetadata;

/**
 * Colorizes ImageJ images, each plane by itself; with the option {@code smoothing} the colours of a plane also depend on
 * those before it. What comes out is an {@link OutputType}; if that is automatic
 * <ul>
 * <li>8-bit gray and RGB (of which only the lightness counts) give RGB;
 * <li>16-bit and 32-bit give a composite of red, green and blue channels of the same type, with the display range of
 * the original, which is also what is taken for black and white. In 16-bit and 32-bit colour only the lightness counts
 * too;
 * <li>other channels that are shown together give RGB, made of the lightness of what they show; channels that are shown
 * one at a time give RGB, each by itself.
 * </ul>
 * Lookup tables other than inverting ones are for display only and play no part, except a palette: a table that jumps
 * from colour to colour. Where an image has a selection of an area, what lies outside keeps its own colour; the network
 * sees the whole image nevertheless. Calibration, slices, frames, labels, overlay, properties and Info are kept; the
 * Info says that the colours are predicted, and by what.
 */
public final class ImageColorizer {

	/** A dot and up to five letters or digits, not only digits. */
	private static final Pattern ENDING = Pattern.compile("(?<=.)\\.(?=\\d*[A-Za-z])[A-Za-z0-9]{1,5}$");

	/**
	 * A result and how sure it is.
	 *
	 * @param image the colour image
	 * @param uncertainty 32-bit, of the same size, one plane for each of the original: entropy in nats of the colour
	 *        distribution at each pixel, 0 (certain) to 5.746 (any colour)
	 */
	public record Result(ImagePlus image, ImagePlus uncertainty) {
	}

	private final Colorizer colorizer;
	private final ColorizeOptions options;
	private final OutputType outputType;
	private final ImageHints hints;

	/**
	 * Prepares the colorization, with automatic output.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation and network size
	 */
	public ImageColorizer(final Colorizer colorizer, final ColorizeOptions options) {
		this(colorizer, options, OutputType.AUTOMATIC);
	}

	/**
	 * Prepares the colorization.
	 *
	 * @param colorizer an open colorizer, not closed here
	 * @param options temperature, saturation and network size
	 * @param outputType what comes out
	 */
	public ImageColorizer(final Colorizer colorizer, final ColorizeOptions options, final OutputType outputType) {
		this(colorizer, options, outputType, ImageHints.NONE);
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
	 * Takes color hints.
	 *
	 * @param value the hints
	 * @return changed copy
	 * @throws IllegalArgumentException with a sentence if the published demo is to be followed, which has no hints
	 */
	public ImageColorizer hints(final ImageHints value) {
		return new ImageColorizer(colorizer, options, outputType, value);
	}

	/**
	 * The title of a result.
	 *
	 * @param title title of the original, or a file's name
	 * @return the title without its ending (such as .jpg), and "-colorized"
	 */
	public static String resultTitle(final String title) {
		return withoutEnding(title) + "-colorized";
	}

	/**
	 * The title of a result of some type.
	 *
	 * @param title title of the original, or a file's name
	 * @param type what the result is
	 * @return the title without its ending (such as .jpg), and "-colorized" or "-uncertainty"
	 */
	public static String resultTitle(final String title, final OutputType type) {
		return type == OutputType.UNCERTAINTY ? withoutEnding(title) + Uncertainty.SUFFIX : resultTitle(title);
	}

	/**
	 * A title without its ending.
	 *
	 * @param title title of an image, or a file's name
	 * @return the title without an ending such as .jpg; numbers such as in "scan.12" are no ending
	 */
	public static String withoutEnding(final String title) {
		return ENDING.matcher(title).replaceFirst("");
	}

	/**
	 * How many planes of an image would be colorized.
	 *
	 * @param image the image
	 * @return 1 or more; channels that are shown together, and red, green and blue, are one plane
	 * @throws IllegalArgumentException with a sentence if there is no image
	 */
	public static int planes(final ImagePlus image) {
		return new SourcePlanes(image).count();
	}

	/**
	 * Colorizes all planes of an image.
	 *
	 * @param image the image, unchanged
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane
	 * @return a new image, not shown
	 * @throws IllegalArgumentException with a sentence if there is no image, or its channels cannot be a composite
	 * @throws CancellationException if cancelled
	 * @throws IllegalStateException if the network cannot run
	 */
	public ImagePlus colorize(final ImagePlus image, final DoubleConsumer progress, final BooleanSupplier canceled) {
		return colorize(image, true, progress, canceled);
	}

	/**
	 * Colorizes all planes of an image and tells how uncertain their colours are.
	 *
	 * @param image the image, unchanged
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane
	 * @return two new images, not shown
	 * @throws IllegalArgumentException with a sentence if there is no image, or its channels cannot be a composite
	 * @throws CancellationException if cancelled
	 * @throws IllegalStateException if the network cannot run
	 */
	public Result colorizeWithUncertainty(final ImagePlus image, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		return colorizeWithUncertainty(image, true, progress, canceled);
	}

	/**
	 * Colorizes all planes of an image or the one that is shown.
	 *
	 * @param image the image, unchanged
	 * @param all whether all planes
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane
	 * @return a new image, not shown
	 * @throws IllegalArgumentException with a sentence if there is no image, or its channels cannot be a composite
	 * @throws CancellationException if cancelled
	 * @throws IllegalStateException if the network cannot run
	 */
	public ImagePlus colorize(final ImagePlus image, final boolean all, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		final Work work = new Work(image, all);
		return finish(work.results, work.stack(progress, canceled, null));
	}

	/**
	 * Colorizes all planes of an image or the one that is shown, and tells how uncertain their colours are.
	 *
	 * @param image the image, unchanged
	 * @param all whether all planes
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane
	 * @return two new images, not shown
	 * @throws IllegalArgumentException with a sentence if there is no image, or its channels cannot be a composite
	 * @throws CancellationException if cancelled
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
	 * Colorizes an image that may be larger than the memory, plane by plane into a file.
	 *
	 * @param image the image, of which one plane at a time is read; unchanged
	 * @param all whether all planes or the one that is shown
	 * @param metadata what the file says beside the pixels
	 * @param file receives the result; ends in .tif or .tiff
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane
	 * @return the result, not shown: a virtual stack of the file, which must stay where it is as long as the image
	 *         is used
	 * @throws IllegalArgumentException with a sentence if there is no image, or its channels cannot be a composite
	 * @throws CancellationException if cancelled; there is no file then
	 * @throws IllegalStateException if the network cannot run
	 * @throws IOException with a clause that says what is wrong with the file
	 */
	public ImagePlus colorizeToFile(final ImagePlus image, final boolean all, final ResultMetadata metadata,
			final Path file, final DoubleConsumer progress, final BooleanSupplier canceled) throws IOException {
		final Work work = new Work(image, all);
		final ResultPlanes results = work.results;
		final ImagePlus result = finish(results, new ComputedStack(image.getWidth(), image.getHeight(), results.channels(),
				results.count(), plane -> work.decode(plane, null), results::label, progress, canceled));
		ImageFiles.write(result, metadata, file);
		return finish(results, ImageFiles.virtualStack(file, result.getStackSize()));
	}

	/**
	 * Gives an image itself colour, so that it becomes RGB. A single plane can be undone by ImageJ's Edit &gt; Undo.
	 *
	 * @param image the image
	 * @param all whether all planes or the one that is shown
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each plane; an image that is not yet done stays as it was
	 * @throws IllegalArgumentException with a sentence if there is no image or it cannot hold the result
	 * @throws CancellationException if cancelled
	 * @throws IllegalStateException if the network cannot run
	 */
	public void colorizeInPlace(final ImagePlus image, final boolean all, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		final Work work = new Work(image, all);
		final boolean isRgb = image.getBitDepth() == 24;
		final boolean single = image.getStackSize() == 1;
		if (work.results.type() != OutputType.RGB) {
			throw new IllegalArgumentException("In place the image becomes RGB: choose the output type RGB, or let the"
					+ " result be a new image.");
		}
		if (image.getNChannels() > 1 || image.getStack().isVirtual()) {
			throw new IllegalArgumentException("The image '" + image.getTitle()
					+ "' cannot hold the result in place: let it be a new image.");
		}
		if (!all && !isRgb && !single) {
			throw new IllegalArgumentException("One slice of a gray stack cannot have colour: convert the stack to RGB"
					+ " first, or colorize all slices.");
		}
		final ImageStack stack = work.stack(progress, canceled, null);
		if (single && !isRgb) {
			Undo.setup(Undo.TYPE_CONVERSION, image);
			image.setProcessor(null, new ColorProcessor(image.getWidth(), image.getHeight(),
					(int[]) stack.getPixels(1)));
		}
		else if (isRgb) {
			replacePixels(image, stack, work.results.first());
		}
		else {
			Undo.setup(Undo.NOTHING, image);
			image.setStack(null, stack);
		}
		image.getCalibration().setFunction(Calibration.NONE, null, null);
		addProvenance(image);
		// So that ImageJ asks before it closes the window.
		image.changes = true;
		image.updateAndDraw();
	}

	private static void replacePixels(final ImagePlus image, final ImageStack colors, final int first) {
		final boolean undoable = colors.getSize() == 1;
		if (undoable) {
			image.getProcessor().snapshot();
		}
		Undo.setup(undoable ? Undo.FILTER : Undo.NOTHING, image);
		for (int i = 0; i < colors.getSize(); i++) {
			final int[] target = (int[]) (undoable ? image.getProcessor().getPixels()
					: image.getStack().getPixels(first + i + 1));
			System.arraycopy(colors.getPixels(i + 1), 0, target, 0, target.length);
		}
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

	/** Makes the result of its pixels, and says in it how it was made. */
	ImagePlus finish(final ResultPlanes results, final ImageStack stack) {
		final ImagePlus result = results.finish(stack);
		addProvenance(result);
		return result;
	}

	/**
	 * Prepares the colorization of an image file that may be larger than the memory.
	 *
	 * @param file the open file
	 * @param results how many files will be written
	 * @param progress receives the fraction done, 0 to 1
	 * @param canceled is asked before each strip
	 * @return the colorization; none if the image is small or can only be read as a whole
	 * @throws IOException with a clause that says what is wrong, if the file cannot be read
	 */
	public Optional<StripColorizer> inStrips(final ImageFile file, final int results, final DoubleConsumer progress,
			final BooleanSupplier canceled) throws IOException {
		return file.strips(ImageStrips.LARGE, ImageStrips.STRIP_PIXELS)
				.map(image -> new StripColorizer(this, image, results, progress, canceled));
	}

	/** The planes of an image that are colorized, one after the other. */
	private final class Work {

		private final SourcePlanes planes;
		private final ResultPlanes results;
		private final OutputPlanes decoder;
		private final FilmSmoothing film;

		Work(final ImagePlus image, final boolean all) {
			planes = new SourcePlanes(image);
			results = new ResultPlanes(planes, outputType, all);
			decoder = results.decoder(options);
			film = new FilmSmoothing(options.smoothing(), planes);
		}

		/** Decodes a plane; smoothing wants them all in their order. */
		Object[] decode(final int plane, final List<float[]> entropies) {
			final int index = results.first() + plane;
			final SourcePlane<?> source = planes.get(index);
			final ColorDistribution colors = hints.apply(film.at(plane).apply(predict(source)), planes, index);
			if (entropies != null) {
				entropies.add(Uncertainty.enlarge(colors.entropy(), source));
			}
			return decoder.decode(source, planes.depth(), colors);
		}

		ImageStack stack(final DoubleConsumer progress, final BooleanSupplier canceled,
				final List<float[]> entropies) {
			final ImageStack stack = results.stack();
			for (int plane = 0; plane < results.count(); plane++) {
				if (canceled.getAsBoolean()) {
					throw new CancellationException("The colorization was cancelled.");
				}
				results.add(stack, plane, decode(plane, entropies));
				progress.accept((plane + 1.0) / results.count());
			}
			return stack;
		}
	}

	private <T extends RealType<T>> ColorDistribution predict(final SourcePlane<T> source) {
		return colorizer.predict(source.pixels(), source.range(), options.prediction());
	}

	private void addProvenance(final ImagePlus result) {
		final Object info = result.getProperty("Info");
		result.setProperty("Info", (info == null ? "" : info + "\n") + info());
	}

	private String info() {
		return "Colorized: colours are predicted, not recorded\n" + "Colorized by: " + software() + "\n"
				+ "Colorized with model: " + colorizer.provenance()
				+ "\n" + "Colorized at temperature: " + options.temperature() + ", saturation: "
				+ options.saturation() + (options.smoothing() == 0 ? "" : ", smoothing: " + options.smoothing())
				+ ", " + options.prediction().method().describe(options.upsampling()) + "\n"
				+ (hints == ImageHints.NONE ? "" : "Colorized with hints: " + hints + "\n");
	}

	private static String software() {
		final String version = ImageColorizer.class.getPackage().getImplementationVersion();
		return (Provenance.PROGRAM + " " + (version == null ? "" : version)).strip();
	}

	/**
	 * How the results are made.
	 *
	 * @return software, model and options, without an original
	 */
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
