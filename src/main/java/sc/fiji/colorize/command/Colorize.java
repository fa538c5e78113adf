/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.IOException;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Cast;
import net.imglib2.view.Views;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.ColorHints;
import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.DisplayRange;
import sc.fiji.colorize.StackColorizer;
import sc.fiji.colorize.ops.HintPropagation;

/**
 * Colorizes an ImgLib2 image from a script: a 2D image, or a stack of any number of dimensions, plane by plane. The menu has
 * {@link ColorizeCommand}, for ImageJ images.
 *
 * <pre>
 * #&#64; Img image
 * #&#64; CommandService commands
 * #&#64;output Img rgb
 * rgb = commands.run("sc.fiji.colorize.command.Colorize", true, "input", image).get().getOutput("output")
 * </pre>
 */
@Plugin(type = Command.class, headless = true, label = "Colorize an ImgLib2 image",
		description = "Gives a gray image plausible, vivid color.")
public class Colorize extends ColorizingCommand {

	/** SciJava has no missing numbers: it replaces null with 0. */
	private static final int AUTOMATIC = 0;

	/** Gray {@code (x, y, ...)}, or sRGB with red, green and blue along one more dimension. */
	@Parameter(persist = false, label = "Image",
			description = "2D, or a stack; gray, or with red, green and blue along one dimension")
	private RandomAccessibleInterval<? extends RealType<?>> input;

	@Parameter(required = false, persist = false, label = "Dimension of red, green and blue",
			description = "2 or more, or -1 for gray planes; 0 for automatic: 2 where it has three samples")
	private Integer channelDimension = AUTOMATIC;

	@Parameter(required = false, persist = false, label = "Black",
			description = "the value shown as black; if black and white are equal, the range is that of the type for"
					+ " unsigned integers of up to 16 bits, else that of the values")
	private Double black = 0.0;

	@Parameter(required = false, persist = false, label = "White",
			description = "the value shown as white")
	private Double white = 0.0;

	@Parameter(required = false, persist = false, label = "Model",
			description = "default, the name of a model in the store, or the path of a model zip")
	private String model = ColorizeOptions.defaults().model();

	/** {@code (x, y)}: strokes of color on a transparent ground. */
	@Parameter(required = false, persist = false, label = "Color hints",
			description = "an image of the size of a plane: strokes of color on a transparent ground")
	private RandomAccessibleInterval<ARGBType> hints;

	@Parameter(required = false, persist = false, label = "Reach of the hints", min = "0.1", max = "10",
			stepSize = "0.1", description = "how far the color of a hint spreads")
	private Double reach = HintPropagation.REACH;

	@Parameter(required = false, persist = false, label = "Also give the uncertainty",
			description = "a second image: entropy in nats of the color distribution, on its grid")
	private Boolean uncertainty = false;

	@Parameter(type = ItemIO.OUTPUT)
	private Img<? extends RealType<?>> output;

	@Parameter(type = ItemIO.OUTPUT)
	private Img<FloatType> uncertaintyImage;

	@Override
	void compute() throws IOException {
		final ColorizeOptions options = options(model);
		final DisplayRange range = black.equals(white) ? DisplayRange.of(input) : new DisplayRange(black, white);
		final ColorHints strokes = strokes();
		status.showStatus("Colorizing");
		try (Colorizer colorizer = Colorizer.open(options.opening(), log::warn)) {
			colorize(new StackColorizer(colorizer, options).hints(strokes), Cast.unchecked(input), range);
		}
	}

	private <T extends RealType<T>> void colorize(final StackColorizer colorizer, final RandomAccessibleInterval<T> image,
			final DisplayRange range) {
		final StackColorizer.Result<T> result = colorizer.colorize(image,
				channelDimension == AUTOMATIC ? StackColorizer.channelDimension(image) : channelDimension, range,
				this::showProgress, this::wantsStop);
		output = result.rgb();
		uncertaintyImage = uncertainty ? result.entropy() : null;
	}

	private ColorHints strokes() {
		if (hints == null) {
			return null;
		}
		if (hints.numDimensions() != 2 || hints.dimension(0) != input.dimension(0)
				|| hints.dimension(1) != input.dimension(1)) {
			throw new IllegalArgumentException("The image of the color hints must be of " + input.dimension(0) + "x"
					+ input.dimension(1) + " pixels, as the image to colorize.");
		}
		final int[] argb = new int[Math.toIntExact(hints.dimension(0) * hints.dimension(1))];
		final Cursor<ARGBType> cursor = Views.flatIterable(hints).cursor();
		for (int i = 0; i < argb.length; i++) {
			argb[i] = cursor.next().get();
		}
		return ColorHints.ofStrokes(argb, (int) hints.dimension(0), reach);
	}
}
