/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.djl.Device;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;
import sc.fiji.colorize.network.BatchPrediction;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.Resampling;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * Colorizes images with a model: open it once, colorize many.
 *
 * <pre>
 * ColorizeOptions options = ColorizeOptions.defaults();
 * try (Colorizer colorizer = Colorizer.open(options)) {
 * 	Img&lt;UnsignedByteType&gt; rgb = ArrayImgs.unsignedBytes(gray.dimension(0), gray.dimension(1), 3);
 * 	colorizer.colorize(gray, 0, 255, options, rgb);
 * }
 * </pre>
 *
 * Images are gray {@code (x, y)} or sRGB {@code (x, y, 3)}, of any size from 1x1 and any real type. Methods may be
 * called from several threads; the network runs for one at a time, on all cores or the GPU.
 */
public final class Colorizer implements AutoCloseable {

	private static final System.Logger LOG = System.getLogger(Colorizer.class.getName());

	private final OpenModel model;
	private final BatchPrediction prediction;

	Colorizer(final OpenModel model, final Consumer<String> listener) {
		this.model = model;
		prediction = new BatchPrediction(model.network(), model.manager(), listener);
	}

	/**
	 * Opens the model that the options name on the device that they name. What {@link #open(ColorizeOptions, Consumer)}
	 * tells goes to the log.
	 *
	 * @param options the options; others than model and device play no part
	 * @return the colorizer, to be closed by the caller
	 * @throws IOException with a sentence that says what is wrong with the model
	 * @throws IllegalArgumentException if the device does not exist
	 * @throws IllegalStateException if the PyTorch library does not start
	 */
	public static Colorizer open(final ColorizeOptions options) throws IOException {
		return open(options, sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
	}

	/**
	 * Opens the model that the options name on the device that they name.
	 *
	 * @param options the options; others than model and device play no part
	 * @param listener is told, in a sentence each time, why the GPU is left out, and when memory runs out and less is done
	 *        at once or the CPU takes over
	 * @return the colorizer, to be closed by the caller
	 * @throws IOException with a sentence that says what is wrong with the model
	 * @throws IllegalArgumentException if the device does not exist
	 * @throws IllegalStateException if the PyTorch library does not start
	 */
	public static Colorizer open(final ColorizeOptions options, final Consumer<String> listener) throws IOException {
		return open(options.model(), () -> TorchEngine.device(options.device(), listener), listener, ModelFile::open);
	}

	/** How a model is opened on a device; tests put failures in its place. */
	@FunctionalInterface
	interface Opening {

		OpenModel open(String model, Supplier<Device> device) throws IOException;
	}

	static Colorizer open(final String model, final Supplier<Device> device, final Consumer<String> listener,
			final Opening opening) throws IOException {
		final Device[] chosen = {Device.cpu()};
		try {
			return new Colorizer(opening.open(model, () -> {
				chosen[0] = device.get();
				return chosen[0];
			}), listener);
		}
		catch (final IOException e) {
			if (!chosen[0].isGpu() || !TorchEngine.isOutOfMemory(e)) {
				throw e;
			}
			listener.accept("The memory of the GPU is not enough for the model: going on with the CPU, which is slower.");
			return new Colorizer(opening.open(model, Device::cpu), listener);
		}
	}

	/**
	 * What the model says of itself.
	 *
	 * @return its card
	 */
	public ModelCard card() {
		return model.card();
	}

	/**
	 * The model's name and checksum, to be written down with its results.
	 *
	 * @return one line
	 */
	public String provenance() {
		return card().name() + ", weights sha256 " + card().weightsSha256();
	}

	/**
	 * Predicts the colour distribution of an image.
	 *
	 * @param <T> type of the lightness
	 * @param lightness {@code (x, y)}, L* in [0, 100], of any size: it is resized for the network
	 * @param options says the network size; as a reference that is always 256x256
	 * @return the distribution, on a grid of about {@code size / 4} places on a side
	 * @throws IllegalStateException if the network cannot run, for want of memory mostly, or the colorizer is closed
	 */
	public <T extends RealType<T>> ColorDistribution predict(final RandomAccessibleInterval<T> lightness,
			final ColorizeOptions options) {
		final NetworkInput.Size size = inputSize(lightness.dimension(0), lightness.dimension(1), options);
		final float[] pixels = new float[size.width() * size.height()];
		Resampling.resample(lightness, ArrayImgs.floats(pixels, size.width(), size.height()));
		return run(pixels, size);
	}

	private NetworkInput.Size inputSize(final long width, final long height, final ColorizeOptions options) {
		return options.method().inputSize(width, height,
				options.size() == ColorizeOptions.MODEL_SIZE ? card().networkSize() : options.size());
	}

	/**
	 * The prediction of an image that comes in strips of rows, from its top to its bottom, and is never in memory as a
	 * whole. It gives the same as {@link Colorizer#predict} of the whole image.
	 */
	public final class Prediction {

		private final NetworkInput.Size size;
		private final NetworkInput input;

		private Prediction(final int width, final int height, final double black, final double white,
				final ColorizeOptions options) {
			size = inputSize(width, height, options);
			input = options.method().input(width, height, size, black, white);
		}

		/**
		 * Takes the next rows.
		 *
		 * @param <T> type of the image
		 * @param strip gray {@code (x, y)} or sRGB {@code (x, y, 3)}, as wide as the image
		 * @throws IllegalArgumentException if there are more rows than the image has
		 */
		public <T extends RealType<T>> void add(final RandomAccessibleInterval<T> strip) {
			input.add(strip);
		}

		/**
		 * Runs the network, after the last strip.
		 *
		 * @return the distribution of the whole image
		 * @throws IllegalStateException if rows are missing, or the network cannot run
		 */
		public ColorDistribution predict() {
			return run(input.lightness(), size);
		}
	}

	/**
	 * Begins the prediction of an image that comes in strips.
	 *
	 * @param width pixels of a row
	 * @param height rows of the whole image
	 * @param black the value shown as black
	 * @param white the value shown as white
	 * @param options network size and method
	 * @return takes the strips
	 */
	public Prediction prediction(final int width, final int height, final double black, final double white,
			final ColorizeOptions options) {
		return new Prediction(width, height, black, white, options);
	}

	private ColorDistribution run(final float[] lightness, final NetworkInput.Size size) {
		for (int i = 0; i < lightness.length; i++) {
			// The cubic filter overshoots at sharp edges; the network only knows lightness.
			lightness[i] = Math.max(0, Math.min(100, lightness[i]));
		}
		final float[] logits = prediction.predict(new float[][] {lightness}, size.width(), size.height(),
				(float) card().temperature())[0];
		final int stride = ColorizationNetwork.OUTPUT_STRIDE;
		return new ColorDistribution(logits, lightness, size.width() / stride, size.height() / stride);
	}

	/**
	 * Colorizes an image: predicts its colour distribution, decodes it and adds the colour to the image's own
	 * lightness.
	 *
	 * @param <T> type of the image
	 * @param <U> type of the result
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)}, of which only the lightness counts
	 * @param black the value shown as black
	 * @param white the value shown as white
	 * @param options temperature, saturation, network size and upsampling
	 * @param rgb {@code (x, y, 3)}, receives red, green and blue on the scale of the image
	 * @return the distribution, for the uncertainty or for other temperatures
	 */
	public <T extends RealType<T>, U extends RealType<U>> ColorDistribution colorize(
			final RandomAccessibleInterval<T> image, final double black, final double white,
			final ColorizeOptions options, final RandomAccessibleInterval<U> rgb) {
		final ColorDistribution distribution = predict(image, black, white, options);
		addColor(image, distribution, black, white, options, rgb);
		return distribution;
	}

	/**
	 * Predicts the colour distribution of an image: the first half of {@link #colorize}.
	 *
	 * @param <T> type of the image
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)}, of which only the lightness counts
	 * @param black the value shown as black
	 * @param white the value shown as white
	 * @param options network size
	 * @return the distribution
	 * @throws IllegalStateException if the network cannot run, for want of memory mostly, or the colorizer is closed
	 */
	public <T extends RealType<T>> ColorDistribution predict(final RandomAccessibleInterval<T> image,
			final double black, final double white, final ColorizeOptions options) {
		final Prediction whole =
				prediction(Math.toIntExact(image.dimension(0)), Math.toIntExact(image.dimension(1)), black, white, options);
		whole.add(image);
		return whole.predict();
	}

	/**
	 * Decodes a distribution and adds the colour to the image's own lightness: the second half of {@link #colorize}.
	 *
	 * @param <T> type of the image
	 * @param <U> type of the result
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)}, of which only the lightness counts
	 * @param colors the image's distribution, which may have been changed
	 * @param black the value shown as black
	 * @param white the value shown as white
	 * @param options temperature, saturation and upsampling
	 * @param rgb {@code (x, y, 3)}, receives red, green and blue on the scale of the image
	 */
	public static <T extends RealType<T>, U extends RealType<U>> void addColor(final RandomAccessibleInterval<T> image,
			final ColorDistribution colors, final double black, final double white, final ColorizeOptions options,
			final RandomAccessibleInterval<U> rgb) {
		options.method().addColor(image, 0,
				colors.decode(options, (int) image.dimension(0), (int) image.dimension(1)), black, white,
				options.saturation(), rgb);
	}

	/** Frees the model. */
	@Override
	public void close() {
		prediction.close();
		model.close();
	}
}
