/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.model.weights.Names;
import sc.fiji.colorize.model.weights.NumberFormat;
import sc.fiji.colorize.model.weights.StoredWeights;
import sc.fiji.colorize.model.weights.TensorReader;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * Converts PyTorch weights to a model: a state dict of the published {@code ECCVGenerator}, of any width, in PyTorch's zip
 * format, its older format, or as safetensors.
 * <p>
 * Tensors have the published names ({@code model1.0.weight} to {@code model_out.weight}), with or without the prefix
 * {@code module.}; {@code num_batches_tracked} is ignored. The last layer, {@code model_out.weight}, maps the distribution
 * to ab / 110 and therefore defines the color of each output. It must contain the 313 bins, in any order.
 * <p>
 * Pickles are never executed. Sizes are checked before memory is allocated.
 */
public final class WeightsImport {

	/** The network size of the published demo. */
	private static final int NETWORK_SIZE = 256;
	private static final String PARALLEL = "module.";
	private static final String COUNTER = ".num_batches_tracked";
	private static final String BINS = "model_out.weight";
	private static final float AB_SCALE = 110;
	/** Largest distance in ab between a column and its bin, in addition to the rounding of the file. */
	private static final double TOLERANCE = 0.01;
	private static final String LOGITS = "model8.6.";

	/**
	 * The description of the new model.
	 *
	 * @param name name of the model
	 * @param description one sentence
	 * @param documentation the README of the model, Markdown
	 * @param temperature temperature T in (0, 1] at which the colors equal those of the weights' own forward pass: 0.38 for
	 *        the published weights, 1 for weights whose forward pass computes the mean
	 * @param origin authors and license
	 */
	public record Options(String name, String description, String documentation, double temperature,
			ModelCard.Origin origin) {

		/**
		 * The default options for a file.
		 *
		 * @param weights the file
		 * @return options with the file's name without its extension, and temperature 0.38
		 */
		public static Options of(final Path weights) {
			final String file = Names.printable(weights.getFileName().toString());
			final String name = file.replaceFirst("(?<=.)\\.[A-Za-z]+$", "");
			return new Options(name, "Imported from " + file + ".", "# " + name
					+ "\n\nImported from weights of the network of Zhang, Isola and Efros (2016). Their training data and"
					+ " license are unknown; ask their authors.\n",
					AnnealedMean.TEMPERATURE, new ModelCard.Origin(List.of("unknown"), "",
							ModelCard.Origin.OURS.citation(), ModelCard.Origin.OURS.doi()));
		}

		/**
		 * Replaces the temperature.
		 *
		 * @param value temperature in (0, 1]
		 * @return a copy
		 */
		public Options temperature(final double value) {
			return new Options(name, description, documentation, value, origin);
		}
	}

	private final Path weights;
	private final Options options;
	private final DoubleConsumer progress;
	private final BooleanSupplier canceled;

	private WeightsImport(final Path weights, final Options options, final DoubleConsumer progress,
			final BooleanSupplier canceled) {
		this.weights = weights;
		this.options = options;
		this.progress = progress;
		this.canceled = canceled;
	}

	/**
	 * Imports weights.
	 *
	 * @param weights the weights file
	 * @param model the model zip to write, atomically
	 * @param options description of the model
	 * @param progress receives the fraction done, 0 to 1
	 * @param canceled polled before each tensor; true cancels
	 * @throws IllegalArgumentException if the temperature is out of range, or the model is a folder or the weights file
	 * @throws FileNotFoundException if the weights file does not exist
	 * @throws IOException if the weights are invalid or the model cannot be written; the message is a sentence
	 * @throws CancellationException if canceled; nothing is written
	 */
	public static void run(final Path weights, final Path model, final Options options, final DoubleConsumer progress,
			final BooleanSupplier canceled) throws IOException {
		if (!Files.isRegularFile(weights)) {
			throw new FileNotFoundException("There is no file " + weights + ".");
		}
		if (Files.isDirectory(model) || Files.exists(model) && Files.isSameFile(weights, model)) {
			throw new IllegalArgumentException("The model to make must be a new file, such as my-model.zip, but "
					+ model + (Files.isDirectory(model) ? " is a folder." : " is the file of weights."));
		}
		if (!(options.temperature() > 0 && options.temperature() <= 1)) {
			throw new IllegalArgumentException(
					"The temperature must be above 0 and at most 1 but is " + options.temperature() + ".");
		}
		// Outside of the reading, because its failure is not the file's.
		TorchEngine.get();
		new WeightsImport(weights, options, progress, canceled).run(model);
	}

	private void run(final Path model) throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> tensors = new LinkedHashMap<>();
			final ModelCard card;
			final boolean half;
			try (StoredWeights file = StoredWeights.open(weights, ModelFile.DESCRIPTION)) {
				final Map<String, String> names = names(file.tensors());
				final double width = width(names, file.tensors());
				half = file.tensors().values().stream().filter(t -> t.shape().dimension() > 1)
						.allMatch(t -> t.format() == NumberFormat.FLOAT16);
				read(file, names, new TensorReader(manager), tensors);
				card = card(width, file.kind(), Sha256.of(weights));
			}
			catch (final CancellationException e) {
				throw e;
			}
			catch (final IOException | EngineException e) {
				throw refusal(Failure.reason(e), e);
			}
			catch (final RuntimeException e) {
				// The message of the reader means nothing to a user.
				throw refusal("the file is damaged", e);
			}
			DescribedException.run("The model " + model, "cannot be written", () -> {
				AtomicFile.createFolder(model);
				ModelFile.save(model, card, tensors, manager, half);
			});
		}
		catch (final OutOfMemoryError e) {
			throw refusal(Failure.reason(e), e);
		}
		progress.accept(1);
	}

	private IOException refusal(final String reason, final Throwable e) {
		return new DescribedException("The weights " + weights, "cannot be imported: " + reason, "", e);
	}

	/** Maps published names to names in the file. */
	private static Map<String, String> names(final Map<String, StoredWeights.Description> tensors) throws IOException {
		final Set<String> published = new HashSet<>(ColorizationNetwork.shapes(1).keySet());
		published.add(BINS);
		final Map<String, String> names = new HashMap<>();
		for (final String stored : tensors.keySet()) {
			final String name = stored.startsWith(PARALLEL) ? stored.substring(PARALLEL.length()) : stored;
			if (name.endsWith(COUNTER)) {
				continue;
			}
			if (!published.contains(name)) {
				throw new IOException("it has a tensor " + Names.printable(name) + " that the network does not have");
			}
			if (names.put(name, stored) != null) {
				throw new IOException("it has " + name + " twice");
			}
			if (tensors.get(stored).format() == null) {
				throw new IOException("its " + name + " has no floating-point numbers");
			}
		}
		return names;
	}

	private static double width(final Map<String, String> names, final Map<String, StoredWeights.Description> tensors)
			throws IOException {
		final Map<String, Shape> shapes = new HashMap<>();
		names.forEach((name, stored) -> shapes.put(name, tensors.get(stored).shape()));
		final double width = ColorizationNetwork.width(shapes).orElse(1);
		ModelFile.requireShapes(shapes, width);
		if (!new Shape(2, ColorBins.COUNT, 1, 1).equals(shapes.get(BINS))) {
			throw new IOException("it has no " + BINS + " of the shape (2, 313, 1, 1), which defines the colors");
		}
		return width;
	}

	private void read(final StoredWeights file, final Map<String, String> names, final TensorReader reader,
			final Map<String, NDArray> tensors) throws IOException {
		final Map<String, String> published = new HashMap<>();
		names.forEach((name, stored) -> published.put(stored, name));
		file.read(published.keySet(), reader, (stored, array) -> {
			if (canceled.getAsBoolean()) {
				throw new CancellationException("The import was canceled.");
			}
			tensors.put(published.get(stored), array);
			// Writing takes the second half.
			progress.accept(tensors.size() / (2.0 * names.size()));
		});
		for (final Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
			requireFinite(tensor.getKey(), tensor.getValue());
		}
		putInOrder(tensors, bins(tensors.remove(BINS), file.tensors().get(names.get(BINS)).format()));
	}

	private static void requireFinite(final String name, final NDArray tensor) throws IOException {
		try (NDArray magnitudes = tensor.abs(); NDArray largest = magnitudes.max(); NDArray smallest = tensor.min()) {
			if (!Float.isFinite(largest.getFloat())) {
				throw new IOException("its " + name + " has a value that is not finite");
			}
			if (name.endsWith(".running_var") && smallest.getFloat() < 0) {
				throw new IOException("its " + name + " has a negative variance");
			}
		}
	}

	/** The column of each bin in the file. */
	private static int[] bins(final NDArray output, final NumberFormat format) throws IOException {
		final float[] values = output.toFloatArray();
		output.close();
		final int[] columns = new int[ColorBins.COUNT];
		final Set<Integer> seen = new HashSet<>();
		final double tolerance = TOLERANCE + AB_SCALE * format.rounding();
		for (int column = 0; column < ColorBins.COUNT; column++) {
			final float a = AB_SCALE * values[column];
			final float b = AB_SCALE * values[ColorBins.COUNT + column];
			final int bin = ColorBins.nearest(a, b);
			if (Math.hypot(a - ColorBins.a(bin), b - ColorBins.b(bin)) > tolerance || !seen.add(bin)) {
				throw new IOException("its " + BINS + " does not have the 313 colors of the published network: column "
						+ column + " is " + (seen.contains(bin) ? "a second " : "near ") + "(" + (int) ColorBins.a(bin)
						+ ", " + (int) ColorBins.b(bin) + ")");
			}
			columns[bin] = column;
		}
		return columns;
	}

	private static void putInOrder(final Map<String, NDArray> tensors, final int[] columns) {
		for (final String part : List.of(LOGITS + "weight", LOGITS + "bias")) {
			final NDArray tensor = tensors.get(part);
			final float[] values = tensor.toFloatArray();
			final float[] sorted = new float[values.length];
			final int row = values.length / columns.length;
			for (int bin = 0; bin < columns.length; bin++) {
				System.arraycopy(values, columns[bin] * row, sorted, bin * row, row);
			}
			tensors.put(part, tensor.getManager().create(sorted, tensor.getShape()));
			tensor.close();
		}
	}

	private ModelCard card(final double width, final String kind, final String checksum) throws IOException {
		final Map<String, Object> source = new LinkedHashMap<>();
		source.put("file", Names.printable(weights.getFileName().toString()));
		source.put("kind", kind);
		source.put("bytes", Files.size(weights));
		source.put("sha256", checksum);
		return new ModelCard(options.name(), options.description(), options.documentation(), width, NETWORK_SIZE,
				options.temperature(), Map.of("imported", source), Map.of(), "", options.origin());
	}
}
