/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.djl.Device;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Cast;

import sc.fiji.colorize.model.ModelCard;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.model.OpenModel;
import sc.fiji.colorize.network.BatchPrediction;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.network.Precision;
import sc.fiji.colorize.ops.Resampling;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * Colorizes images with a model. Open it once and colorize many images.
 *
 * <pre>
 * try (Colorizer colorizer = Colorizer.open()) {
 * 	BufferedImage rgb = colorizer.colorize(ImageIO.read(in));
 * 	ColorDistribution colors = colorizer.predict(gray);
 * 	Img&lt;UnsignedByteType&gt; vivid = colors.colorize(gray, 0.2);
 * }
 * </pre>
 *
 * Images are gray {@code (x, y)} or sRGB {@code (x, y, 3)}, of any size from 1x1 and any real type; only the lightness of
 * color images is used. Results are sRGB of the same size, type and {@link DisplayRange}. Thread-safe. The network runs for
 * one thread at a time, on all cores or the GPU; if {@link OpenOptions#threads()} is less than the number of cores, it runs
 * for several at a time.
 */
public final class Colorizer implements AutoCloseable {

	private final OpenModel model;
	private final BatchPrediction prediction;
	/** Predicts in float32. */
	private final BatchPrediction float32;

	Colorizer(final OpenModel model, final Precision precision, final Consumer<String> listener) {
		this.model = model;
		prediction = new BatchPrediction(model.network(), model.manager(), precision, listener);
		float32 = new BatchPrediction(model.network(), model.manager(), Precision.FLOAT32, listener);
	}

	/**
	 * Opens the bundled model on the first working GPU, else on the CPU.
	 *
	 * @return the colorizer, to be closed by the caller
	 * @throws IOException if the model cannot be read
	 * @throws IllegalStateException if the PyTorch library is missing or does not start
	 */
	public static Colorizer open() throws IOException {
		return open(OpenOptions.defaults());
	}

	/**
	 * Opens a model. Logs events such as a GPU that does not work.
	 *
	 * @param options model, device, threads and precision
	 * @return the colorizer, to be closed by the caller
	 * @throws IOException if the model cannot be read
	 * @throws IllegalArgumentException if the device does not exist
	 * @throws IllegalStateException if the PyTorch library is missing or does not start
	 */
	public static Colorizer open(final OpenOptions options) throws IOException {
		return open(options, sentence -> System.getLogger(Colorizer.class.getName()).log(Level.WARNING, sentence));
	}

	/**
	 * Opens a model.
	 *
	 * @param options model, device, threads and precision
	 * @param listener receives messages: why the GPU is not used, and when memory runs out and the network continues with
	 *        fewer images at once or on the CPU
	 * @return the colorizer, to be closed by the caller
	 * @throws IOException if the model cannot be read
	 * @throws IllegalArgumentException if the device does not exist
	 * @throws IllegalStateException if the PyTorch library is missing or does not start
	 */
	public static Colorizer open(final OpenOptions options, final Consumer<String> listener) throws IOException {
		final Colorizer colorizer = open(options.model(), () -> TorchEngine.device(options.device(), listener),
				options.precision(), listener, ModelFile::open);
		if (options.threads() > 0) {
			TorchEngine.setThreads(options.threads());
			colorizer.prediction.concurrency(
					Math.max(1, Runtime.getRuntime().availableProcessors() / options.threads()));
		}
		return colorizer;
	}

	/** Opens a model on a device; tests replace it with failures. */
	@FunctionalInterface
	interface Opening {

		OpenModel open(String model, Supplier<Device> device) throws IOException;
	}

	static Colorizer open(final String model, final Supplier<Device> device, final Precision precision,
			final Consumer<String> listener, final Opening opening) throws IOException {
		final Device[] chosen = {Device.cpu()};
		try {
			return new Colorizer(opening.open(model, () -> {
				chosen[0] = device.get();
				return chosen[0];
			}), precision, listener);
		}
		catch (final IOException e) {
			if (!chosen[0].isGpu() || !TorchEngine.isOutOfMemory(e)) {
				throw e;
			}
			listener.accept("The GPU has too little memory for the model: continuing on the CPU, which is slower.");
			return new Colorizer(opening.open(model, Device::cpu), precision, listener);
		}
	}

	/** {@return the card of the model} */
	public ModelCard card() {
		return model.card();
	}

	/** {@return the name and the checksum of the model on one line, to be recorded with results} */
	public String provenance() {
		return card().name() + ", weights sha256 " + card().weightsSha256();
	}

	// -- Predicting --

	/**
	 * Prepares the network in the background, so that the first prediction is faster.
	 *
	 * @param options how the network will see the images
	 */
	public void prepare(final PredictOptions options) {
		predictionFor(options.method()).prepare();
	}

	private BatchPrediction predictionFor(final Method method) {
		return method.needsFloat32() ? float32 : prediction;
	}

	/**
	 * Predicts the color distribution of an image with the default options.
	 *
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)} with the range {@link DisplayRange#of}
	 * @return the distribution
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public ColorDistribution predict(final RandomAccessibleInterval<? extends RealType<?>> image) {
		return predict(image, PredictOptions.defaults());
	}

	/**
	 * Predicts the color distribution of an image.
	 *
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)} with the range {@link DisplayRange#of}
	 * @param options how the network sees the image
	 * @return the distribution
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public ColorDistribution predict(final RandomAccessibleInterval<? extends RealType<?>> image,
			final PredictOptions options) {
		return predict(image, DisplayRange.of(image), options);
	}

	/**
	 * Predicts the color distribution of an image.
	 *
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)}
	 * @param range the values displayed as black and white
	 * @param options how the network sees the image
	 * @return the distribution, on a grid of about {@code size / 4} cells on a side
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public ColorDistribution predict(final RandomAccessibleInterval<? extends RealType<?>> image,
			final DisplayRange range, final PredictOptions options) {
		return predictTyped(Cast.unchecked(image), range, options);
	}

	/**
	 * Predicts the color distribution of a picture with the default options.
	 *
	 * @param image of any type, see {@link #colorize(BufferedImage)}
	 * @return the distribution
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public ColorDistribution predict(final BufferedImage image) {
		return predict(image, PredictOptions.defaults());
	}

	/**
	 * Predicts the color distribution of a picture.
	 *
	 * @param image of any type, see {@link #colorize(BufferedImage)}
	 * @param options how the network sees the image
	 * @return the distribution
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public ColorDistribution predict(final BufferedImage image, final PredictOptions options) {
		final SampledImage<?> samples = SampledImage.of(image);
		return predict(samples.pixels(), samples.range(), options);
	}

	private <T extends RealType<T>> ColorDistribution predictTyped(final RandomAccessibleInterval<T> image,
			final DisplayRange range, final PredictOptions options) {
		final Prediction whole = prediction(Math.toIntExact(image.dimension(0)), Math.toIntExact(image.dimension(1)),
				range, options);
		whole.add(image);
		return whole.predict();
	}

	/**
	 * Predicts a color distribution from lightness.
	 *
	 * @param lightness {@code (x, y)}, L* in [0, 100], of any size; resized for the network
	 * @param options how the network sees the image
	 * @return the distribution
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public ColorDistribution predictFromLightness(final RandomAccessibleInterval<? extends RealType<?>> lightness,
			final PredictOptions options) {
		final NetworkInput.Size size = inputSize(lightness.dimension(0), lightness.dimension(1), options);
		final float[] pixels = new float[size.width() * size.height()];
		resample(Cast.unchecked(lightness), ArrayImgs.floats(pixels, size.width(), size.height()));
		return run(pixels, size, options.method());
	}

	private static <T extends RealType<T>> void resample(final RandomAccessibleInterval<T> image,
			final RandomAccessibleInterval<FloatType> result) {
		Resampling.resample(image, result);
	}

	/**
	 * Resolves the network size.
	 *
	 * @param options with a size, or 0 for the model's own
	 * @return side of a square image in pixels
	 */
	public int networkSize(final PredictOptions options) {
		return inputSize(1, 1, options).width();
	}

	private NetworkInput.Size inputSize(final long width, final long height, final PredictOptions options) {
		return options.method().inputSize(width, height,
				options.size() == PredictOptions.MODEL_SIZE ? card().networkSize() : options.size());
	}

	/**
	 * The prediction of an image that arrives in strips of rows from top to bottom and is never in memory as a whole. It
	 * equals {@link Colorizer#predict} of the whole image.
	 */
	public final class Prediction {

		private final NetworkInput.Size size;
		private final NetworkInput input;
		private final Method method;

		private Prediction(final int width, final int height, final DisplayRange range, final PredictOptions options) {
			size = inputSize(width, height, options);
			method = options.method();
			input = method.input(width, height, size, range);
		}

		/**
		 * Adds the next rows.
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
			return run(input.lightness(), size, method);
		}
	}

	/**
	 * Starts the prediction of an image that arrives in strips.
	 *
	 * @param width width of the image in pixels
	 * @param height height of the whole image in pixels
	 * @param range the values displayed as black and white
	 * @param options how the network sees the image
	 * @return receives the strips
	 */
	public Prediction prediction(final int width, final int height, final DisplayRange range,
			final PredictOptions options) {
		return new Prediction(width, height, range, options);
	}

	private ColorDistribution run(final float[] lightness, final NetworkInput.Size size, final Method method) {
		for (int i = 0; i < lightness.length; i++) {
			// Clamps the overshoot of the cubic filter at sharp edges.
			lightness[i] = Math.max(0, Math.min(100, lightness[i]));
		}
		final float[] logits = predictionFor(method).predict(new float[][] {lightness},
				size.width(), size.height(), (float) card().temperature())[0];
		final int stride = ColorizationNetwork.OUTPUT_STRIDE;
		return new ColorDistribution(logits, lightness, size.width() / stride, size.height() / stride, method);
	}

	// -- Colorizing --

	/**
	 * Colorizes an image with the default options. For other options, {@linkplain #predict predict} and then {@linkplain
	 * ColorDistribution#colorize decode}.
	 *
	 * @param <T> type of the image and of the result
	 * @param image gray {@code (x, y)} or sRGB {@code (x, y, 3)} with the range {@link DisplayRange#of}
	 * @return {@code (x, y, 3)}: red, green and blue in the range of the image, with its lightness
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public <T extends RealType<T>> Img<T> colorize(final RandomAccessibleInterval<T> image) {
		final DisplayRange range = DisplayRange.of(image);
		return predict(image, range, PredictOptions.defaults()).colorize(image, range, DecodeOptions.defaults());
	}

	/**
	 * Colorizes a picture with the default options. Gray samples count as sRGB, as in image files, although Java defines its
	 * gray as linear light.
	 *
	 * @param image of any type; transparency is ignored
	 * @return RGB: {@link BufferedImage#TYPE_INT_RGB}, or 16 bits or floats per channel if the image is gray or sRGB of that
	 *         depth
	 * @throws IllegalStateException if there is too little memory for the network, or the colorizer is closed
	 */
	public BufferedImage colorize(final BufferedImage image) {
		return predict(image).colorize(image, DecodeOptions.defaults());
	}

	/** Frees the model. */
	@Override
	public void close() {
		prediction.close();
		float32.close();
		model.close();
	}
}
