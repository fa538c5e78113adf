/*
 * Fiji Colorize: plausible colour for gray images.
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
 * Makes a model of weights that others trained with PyTorch: a state dict of the published {@code ECCVGenerator}, of any
 * width, in the zip format, the older format or as safetensors.
 * <p>
 * The names are those of the published release ({@code model1.0.weight} ... {@code model_out.weight}), with or without
 * {@code module.} before them and {@code num_batches_tracked} among them. The last layer, {@code model_out.weight}, maps
 * the distribution to ab / 110 and so tells which output stands for which colour: it must hold the 313 bins; in another
 * order is fine.
 * <p>
 * A pickle is never run: only tensors are read from it. Sizes are checked before memory is taken, and beside the values
 * themselves hardly any is.
 */
public final class WeightsImport {

	/** The network size of the published demo. */
	private static final int NETWORK_SIZE = 256;
	private static final String PARALLEL = "module.";
	private static final String COUNTER = ".num_batches_tracked";
	private static final String BINS = "model_out.weight";
	private static final float AB_SCALE = 110;
	/** The distance in ab up to which a column is a bin, beside the rounding of the file. */
	private static final double TOLERANCE = 0.01;
	private static final String LOGITS = "model8.6.";

	/**
	 * What the new model says of itself.
	 *
	 * @param name of the model
	 * @param description one sentence
	 * @param documentation its README, Markdown
	 * @param temperature T at which our colours are those of the file's own forward pass, above 0 and at most 1. The
	 *        published forward pass has no temperature and is meant to give the colours of T = 0.38; for weights whose
	 *        forward pass gives the plain mean it is 1
	 * @param origin who made the weights and how they may be used
	 */
	public record Options(String name, String description, String documentation, double temperature,
			ModelCard.Origin origin) {

		/**
		 * The options for a file of which nothing is known but its name.
		 *
		 * @param weights the file
		 * @return its name without the ending, temperature 0.38
		 */
		public static Options of(final Path weights) {
			final String file = Names.printable(weights.getFileName().toString());
			final String name = file.replaceFirst("(?<=.)\\.[A-Za-z]+$", "");
			return new Options(name, "Imported from " + file + ".", "# " + name
					+ "\n\nImported from weights of the network of Zhang, Isola and Efros (2016). What they were trained on,"
					+ " and under which licence they may be used, is known to whoever made them.\n",
					AnnealedMean.TEMPERATURE, new ModelCard.Origin(List.of("unknown"), "",
							ModelCard.Origin.OURS.citation(), ModelCard.Origin.OURS.doi()));
		}

		/**
		 * Another temperature.
		 *
		 * @param value above 0 and at most 1
		 * @return changed copy
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
	 * @param weights the file
	 * @param model the model zip to write; an older one stays until the new one is complete
	 * @param options what the model says of itself
	 * @param progress is told the fraction done, 0 to 1
	 * @param canceled is asked before each tensor
	 * @throws IllegalArgumentException if the temperature is out of range or the model is no new file
	 * @throws FileNotFoundException with a sentence, if there is no such file
	 * @throws IOException with a sentence that says what is wrong with the weights, or that the model cannot be written
	 * @throws CancellationException if cancelled; nothing is written then
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
		// First, so that a library that does not start is not taken for a fault of the file.
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
				// Whatever the reader stumbled over, it means nothing to a user.
				throw refusal("the file is damaged", e);
			}
			write(model, card, tensors, manager, half);
		}
		catch (final OutOfMemoryError e) {
			throw refusal(Failure.reason(e), e);
		}
		progress.accept(1);
	}

	private IOException refusal(final String reason, final Throwable e) {
		return new DescribedException("The weights " + weights, "cannot be imported: " + reason, "", e);
	}

	private void write(final Path model, final ModelCard card, final Map<String, NDArray> tensors,
			final NDManager manager, final boolean half) throws IOException {
		try {
			AtomicFile.createFolder(model);
			ModelFile.save(model, card, tensors, manager, half);
		}
		catch (final IOException e) {
			throw new DescribedException("The model " + model, "cannot be written (" + Failure.reason(e) + ")", "", e);
		}
	}

	/** Published name to name in the file. */
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
				throw new IOException("it has a tensor " + Names.printable(name) + ", which the network has not");
			}
			if (names.put(name, stored) != null) {
				throw new IOException("it has " + name + " twice");
			}
			if (tensors.get(stored).format() == null) {
				throw new IOException("its " + name + " is not of floating-point numbers");
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
			throw new IOException("it has no " + BINS + " of the shape (2, 313, 1, 1), which tells what the colours are");
		}
		return width;
	}

	private void read(final StoredWeights file, final Map<String, String> names, final TensorReader reader,
			final Map<String, NDArray> tensors) throws IOException {
		final Map<String, String> published = new HashMap<>();
		names.forEach((name, stored) -> published.put(stored, name));
		file.read(published.keySet(), reader, (stored, array) -> {
			if (canceled.getAsBoolean()) {
				throw new CancellationException("The import was cancelled.");
			}
			tensors.put(published.get(stored), array);
			// The rest of the time goes into writing.
			progress.accept(tensors.size() / (2.0 * names.size()));
		});
		for (final Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
			requireFinite(tensor.getKey(), tensor.getValue());
		}
		putInOrder(tensors, bins(tensors.remove(BINS), file.tensors().get(names.get(BINS)).format()));
	}

	private static void requireFinite(final String name, final NDArray tensor) throws IOException {
		final boolean variance = name.endsWith(".running_var");
		try (NDArray magnitudes = tensor.abs(); NDArray largest = magnitudes.max(); NDArray smallest = tensor.min()) {
			if (!Float.isFinite(largest.getFloat())) {
				throw new IOException("its " + name + " holds a value that is no finite number");
			}
			if (variance && smallest.getFloat() < 0) {
				throw new IOException("its " + name + " holds a negative variance");
			}
		}
	}

	/** For each bin in our order, its place in the file's. */
	private static int[] bins(final NDArray output, final NumberFormat format) throws IOException {
		final float[] values = output.toFloatArray();
		output.close();
		final int[] places = new int[ColorBins.COUNT];
		final Set<Integer> seen = new HashSet<>();
		final double tolerance = TOLERANCE + AB_SCALE * format.rounding();
		for (int place = 0; place < ColorBins.COUNT; place++) {
			final float a = AB_SCALE * values[place];
			final float b = AB_SCALE * values[ColorBins.COUNT + place];
			final int bin = ColorBins.nearest(a, b);
			if (Math.hypot(a - ColorBins.a(bin), b - ColorBins.b(bin)) > tolerance || !seen.add(bin)) {
				throw new IOException("its " + BINS + " is not the 313 colours of the published network: column " + place
						+ " is " + (seen.contains(bin) ? "a second " : "near ") + "(" + (int) ColorBins.a(bin) + ", "
						+ (int) ColorBins.b(bin) + ")");
			}
			places[bin] = place;
		}
		return places;
	}

	private static void putInOrder(final Map<String, NDArray> tensors, final int[] places) {
		boolean ordered = true;
		for (int bin = 0; bin < places.length; bin++) {
			ordered &= places[bin] == bin;
		}
		if (ordered) {
			return;
		}
		for (final String part : new String[] {LOGITS + "weight", LOGITS + "bias"}) {
			final NDArray tensor = tensors.get(part);
			final float[] values = tensor.toFloatArray();
			final float[] sorted = new float[values.length];
			final int row = values.length / places.length;
			for (int bin = 0; bin < places.length; bin++) {
				System.arraycopy(values, places[bin] * row, sorted, bin * row, row);
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
