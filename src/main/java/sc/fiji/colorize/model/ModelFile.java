/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.Reading;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.model.weights.Safetensors;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.ops.ColorBins;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * Reads and writes model zips, which contain {@code rdf.yaml}, {@code weights.safetensors}, {@code README.md}, the network
 * in Python, a test input and its output.
 */
public final class ModelFile {

	/** Name of the bundled model. */
	public static final String DEFAULT = "default";

	static final String DESCRIPTION = "rdf.yaml";
	static final String WEIGHTS = "weights.safetensors";
	static final String README = "README.md";
	static final String ARCHITECTURE = "colorization_network.py";
	static final String TEST_INPUT = "test-input.npy";
	static final String TEST_OUTPUT = "test-output.npy";
	private static final String OUTPUT_LAYER = "model_out.weight";
	private static final float AB_SCALE = 110;
	private static final int TEST_SIZE = 32;

	static final int MAX_DESCRIPTION = 10_000_000;

	private ModelFile() {
	}

	/**
	 * Opens a model.
	 *
	 * @param model {@link #DEFAULT} for the bundled one, a name in the {@link ModelStore}, or the path of a model zip
	 * @param device device of the network
	 * @return the model, which the caller closes
	 * @throws MissingModelException if the model is not on this computer
	 * @throws IOException if the model cannot be read; the message is a sentence
	 */
	public static OpenModel open(final String model, final Device device) throws IOException {
		return open(model, () -> device);
	}

	/**
	 * Opens a model. The first part of it is read before the engine is needed, which may start meanwhile.
	 *
	 * @param model {@link #DEFAULT} for the bundled one, a name in the {@link ModelStore}, or the path of a model zip
	 * @param device supplies the device of the network, after the first part was read
	 * @return the model, which the caller closes
	 * @throws MissingModelException if the model is not on this computer
	 * @throws IOException if the model cannot be read; the message is a sentence
	 */
	public static OpenModel open(final String model, final Supplier<Device> device) throws IOException {
		try (ModelZip zip = new ModelZip(stream(model), !model.equals(DEFAULT))) {
			final String name = label(model);
			named(name, zip::readAhead);
			// Outside of the reading, because its failure is not the model's.
			TorchEngine.get();
			final Device target = device.get();
			return named(name, () -> read(zip, target));
		}
	}

	/** Opens the zip of a model. */
	static InputStream stream(final String model) throws IOException {
		if (!model.equals(DEFAULT)) {
			return new BufferedInputStream(Files.newInputStream(ModelStore.ofUser().resolve(model)));
		}
		final InputStream bundled = ModelFile.class.getResourceAsStream("default-model.zip");
		if (bundled == null) {
			throw new IOException("This build has no bundled model: give a model file.");
		}
		return bundled;
	}

	/** The subject of an error message about a model. */
	static String label(final String model) throws IOException {
		return model.equals(DEFAULT) ? "The bundled model" : "The model " + ModelStore.ofUser().resolve(model);
	}

	/** Adds the name of the model to exceptions. */
	private static <T> T named(final String name, final Reading<T> reading) throws IOException {
		try {
			return reading.read();
		}
		catch (final IOException | RuntimeException | OutOfMemoryError e) {
			throw new DescribedException(name, "cannot be opened: " + Failure.reason(e), "", e);
		}
	}

	static Object description(final byte[] yaml) throws IOException {
		try {
			return new Yaml(new SafeConstructor(new LoaderOptions())).load(new String(yaml, StandardCharsets.UTF_8));
		}
		catch (final YAMLException e) {
			throw new IOException("its " + DESCRIPTION + " is not valid YAML", e);
		}
	}

	private static OpenModel read(final ModelZip zip, final Device device) throws IOException {
		try (NDManager scratch = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> tensors = zip.tensors(scratch);
			final ModelCard card = zip.card();
			final Map<String, Shape> shapes = new HashMap<>();
			tensors.forEach((name, tensor) -> shapes.put(name, tensor.getShape()));
			requireShapes(shapes, card.width());
			return load(card, tensors, device);
		}
	}

	/**
	 * Checks the shapes of a network's tensors by their published names; ignores other names.
	 *
	 * @throws IOException if a tensor is missing or has another shape; the message is a clause
	 */
	static void requireShapes(final Map<String, Shape> shapes, final double width) throws IOException {
		for (final Map.Entry<String, Shape> expected : ColorizationNetwork.shapes(width).entrySet()) {
			final Shape shape = shapes.get(expected.getKey());
			if (shape == null) {
				throw new IOException("its weights have no " + expected.getKey());
			}
			if (!shape.equals(expected.getValue())) {
				throw new IOException("its " + expected.getKey() + " has the shape " + shape
						+ " where a network of width " + width + " needs " + expected.getValue());
			}
		}
	}

	private static OpenModel load(final ModelCard card, final Map<String, NDArray> tensors, final Device device) {
		final NDManager manager = TorchEngine.newManager(device);
		try {
			final Map<String, NDArray> values = new LinkedHashMap<>();
			tensors.forEach((name, tensor) -> {
				final NDArray value = tensor.toDevice(device, false);
				value.attach(manager);
				values.put(name, value);
			});
			return new OpenModel(card, network(card.width(), values, manager), manager);
		}
		catch (final RuntimeException e) {
			manager.close();
			throw e;
		}
	}

	/**
	 * Writes a model atomically.
	 *
	 * @param file the zip to write
	 * @param card the card; its checksum is replaced
	 * @param network the network
	 * @param half whether to store the kernels as float16 instead of float32
	 * @throws IOException if the file cannot be written
	 */
	public static void save(final Path file, final ModelCard card, final ColorizationNetwork network,
			final boolean half) throws IOException {
		try (NDManager scratch = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> tensors = new LinkedHashMap<>();
			network.stateDict().forEach((name, parameter) -> {
				final NDArray copy = parameter.getArray().stopGradient().toDevice(Device.cpu(), true).duplicate();
				copy.attach(scratch);
				tensors.put(name, copy);
			});
			save(file, card, tensors, scratch, half);
		}
	}

	/**
	 * Writes a model atomically. Needs little memory besides the tensors.
	 *
	 * @param file the zip to write
	 * @param card the card; its checksum is replaced
	 * @param tensors all tensors of a network of the card's width by published name, float32, on the CPU
	 * @param manager manager of the tensors
	 * @param half whether to store the kernels as float16 instead of float32
	 * @throws IOException if the file cannot be written
	 */
	static void save(final Path file, final ModelCard card, final Map<String, NDArray> tensors,
			final NDManager manager, final boolean half) throws IOException {
		final Map<String, NDArray> stored = new LinkedHashMap<>();
		// In the published order.
		for (final String name : ColorizationNetwork.shapes(card.width()).keySet()) {
			final NDArray tensor = tensors.get(name);
			// Statistics of batch normalization exceed the range of float16, and are small.
			final boolean kernel = tensor.getShape().dimension() > 1;
			stored.put(name, half && kernel ? tensor.toType(DataType.FLOAT16, true) : tensor);
		}
		stored.put(OUTPUT_LAYER, outputLayer(manager));
		// The test output must be that of the stored values, which may be rounded.
		final Map<String, NDArray> values = new LinkedHashMap<>();
		stored.forEach((name, tensor) -> values.put(name, tensor.toType(DataType.FLOAT32, false)));
		final byte[][] test = testTensors(network(card.width(), values, manager), manager);
		final MessageDigest digest = Sha256.digest();
		Safetensors.write(stored, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
		final ModelCard complete = card.withWeights(HexFormat.of().formatHex(digest.digest()));
		final DumperOptions style = new DumperOptions();
		style.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
		final String description = new Yaml(style).dump(complete.toDescription(
				new ModelCard.TensorFile(TEST_INPUT, Sha256.of(test[0])),
				new ModelCard.TensorFile(TEST_OUTPUT, Sha256.of(test[1]))));
		AtomicFile.write(file, out -> {
			try (ZipOutputStream zip = new ZipOutputStream(out)) {
				write(zip, DESCRIPTION, description.getBytes(StandardCharsets.UTF_8));
				write(zip, README, card.documentation().getBytes(StandardCharsets.UTF_8));
				write(zip, ARCHITECTURE, architecture());
				begin(zip, WEIGHTS);
				Safetensors.write(stored, zip);
				zip.closeEntry();
				write(zip, TEST_INPUT, test[0]);
				write(zip, TEST_OUTPUT, test[1]);
			}
		});
	}

	private static void write(final ZipOutputStream zip, final String name, final byte[] content) throws IOException {
		begin(zip, name);
		zip.write(content);
		zip.closeEntry();
	}

	private static void begin(final ZipOutputStream zip, final String name) throws IOException {
		final ZipEntry entry = new ZipEntry(name);
		// A fixed time makes the file reproducible.
		entry.setTime(0);
		zip.putNextEntry(entry);
	}

	/** A network for predictions. */
	private static ColorizationNetwork network(final double width, final Map<String, NDArray> values,
			final NDManager manager) {
		final ColorizationNetwork network = new ColorizationNetwork(width);
		network.initialize(manager, values);
		network.freezeParameters(true);
		return network;
	}

	/** The published last layer, which maps the distribution to ab / 110 and completes the state dict. */
	private static NDArray outputLayer(final NDManager manager) {
		final float[] values = new float[2 * ColorBins.COUNT];
		for (int q = 0; q < ColorBins.COUNT; q++) {
			values[q] = ColorBins.a(q) / AB_SCALE;
			values[ColorBins.COUNT + q] = ColorBins.b(q) / AB_SCALE;
		}
		return manager.create(values, new Shape(2, ColorBins.COUNT, 1, 1));
	}

	/** The network in Python, for users of PyTorch. */
	static byte[] architecture() {
		try (InputStream in = ModelFile.class.getResourceAsStream(ARCHITECTURE)) {
			return in.readAllBytes();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	/** A gradient with some texture, and its logits. */
	private static byte[][] testTensors(final ColorizationNetwork network, final NDManager manager) {
		final float[] lightness = new float[TEST_SIZE * TEST_SIZE];
		for (int i = 0; i < lightness.length; i++) {
			final int x = i % TEST_SIZE;
			final int y = i / TEST_SIZE;
			lightness[i] = (float) (50 + 1.2 * (y - TEST_SIZE / 2) + 10 * Math.sin(0.7 * x) * Math.cos(0.4 * y));
		}
		try (NDManager scratch = manager.newSubManager()) {
			final NDArray input = scratch.create(lightness, new Shape(1, 1, TEST_SIZE, TEST_SIZE));
			final NDArray output = network.predict(input);
			return new byte[][] {Npy.encode(lightness, input.getShape().getShape()),
					Npy.encode(output.toFloatArray(), output.getShape().getShape())};
		}
	}
}
