/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.model.weights.Safetensors;
import sc.fiji.colorize.model.weights.SafetensorsFile;
import sc.fiji.colorize.model.weights.TensorReader;
import sc.fiji.colorize.network.ColorizationNetwork;
import sc.fiji.colorize.torch.TorchEngine;

class ModelFileTest {

	private static Map<String, byte[]> intact;

	@TempDir
	private Path folder;

	@BeforeAll
	static void readTinyModel() throws IOException {
		intact = PublishedWeights.unzip(Files.readAllBytes(TinyModel.file()));
	}

	// -- Round trip --

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void valuesRoundTrip(final boolean half) throws IOException {
		final Path file = folder.resolve("model.zip");
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = TinyModel.network(manager, 3);
			// Far beyond the largest float16, as after a training.
			network.stateDict().get("model7.6.running_var").getArray().addi(1.9e8f);
			ModelFile.save(file, TinyModel.card(), network, half);
			try (OpenModel model = ModelFile.open(file.toString(), Device.cpu())) {
				network.stateDict().forEach((name, parameter) -> {
					final float[] expected = parameter.getArray().stopGradient().toFloatArray();
					final float[] actual = model.network().stateDict().get(name).getArray().toFloatArray();
					for (int i = 0; i < expected.length; i++) {
						final double tolerance = half ? Math.abs(expected[i]) / 2048 + 3e-8 : 0;
						assertEquals(expected[i], actual[i], tolerance, name);
					}
				});
			}
		}
	}

	@Test
	void savingIsReproducible() throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final ColorizationNetwork network = TinyModel.network(manager, 5);
			ModelFile.save(folder.resolve("a.zip"), TinyModel.card(), network, true);
			ModelFile.save(folder.resolve("b.zip"), TinyModel.card(), network, true);
		}
		assertArrayEquals(Files.readAllBytes(folder.resolve("a.zip")), Files.readAllBytes(folder.resolve("b.zip")));
		try (Stream<Path> files = Files.list(folder)) {
			assertEquals(2, files.count(), "a temporary file is left");
		}
	}

	@Test
	void failedSaveLeavesNoFile() throws IOException {
		final Path blocker = Files.createFile(folder.resolve("file"));
		assertThrows(IOException.class, () -> TinyModel.save(blocker.resolve("model.zip"), true, 1));
		try (Stream<Path> files = Files.list(folder)) {
			assertEquals(List.of(blocker), files.toList());
		}
	}

	@Test
	void cardRoundTrips() throws IOException {
		try (OpenModel model = ModelFile.open(TinyModel.file().toString(), Device.cpu())) {
			final ModelCard expected = TinyModel.card().withWeights(sha256(intact.get(ModelFile.WEIGHTS)));
			assertEquals(expected, model.card());
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void testOutputIsThatOfStoredNetwork(final boolean half) throws IOException {
		final Path file = folder.resolve("model.zip");
		TinyModel.save(file, half, 4);
		final Map<String, byte[]> entries = PublishedWeights.unzip(Files.readAllBytes(file));
		final Tensor input = npy(entries.get("test-input.npy"));
		final Tensor output = npy(entries.get("test-output.npy"));
		assertArrayEquals(new long[] {1, 1, 32, 32}, input.shape);
		assertArrayEquals(new long[] {1, 313, 8, 8}, output.shape);
		try (OpenModel model = ModelFile.open(file.toString(), Device.cpu());
				NDManager scratch = model.manager().newSubManager()) {
			final NDArray logits = model.network().predict(scratch.create(input.values, new Shape(input.shape)));
			assertArrayEquals(output.values, logits.toFloatArray(), 1e-5f);
		}
	}

	@Test
	void ignoresEntriesOutsideOfZip() throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>();
		entries.put("../escaped.txt", new byte[] {1});
		entries.put("/tmp/../escaped.txt", new byte[] {1});
		entries.putAll(intact);
		final Path inner = Files.createDirectory(folder.resolve("inner"));
		final Path file = Files.write(inner.resolve("model.zip"), PublishedWeights.zip(entries));
		ModelFile.open(file.toString(), Device.cpu()).close();
		assertFalse(Files.exists(folder.resolve("escaped.txt")));
	}

	// -- Errors --

	@Test
	void reportsInvalidDescriptionBeforeSelectingDevice() throws IOException {
		final Path broken = with(ModelFile.DESCRIPTION, bytesOf("config: 1"));
		final Supplier<Device> never = () -> {
			throw new AssertionError("device selected");
		};
		assertSentence(assertThrows(IOException.class, () -> ModelFile.open(broken.toString(), never)).getMessage());
	}

	@Test
	void passesOnDeviceError() {
		final IllegalArgumentException missing = new IllegalArgumentException("There is no such device.");
		assertEquals(missing, assertThrows(IllegalArgumentException.class, () -> ModelFile.open(TinyModel.file().toString(),
				() -> {
					throw missing;
				})));
	}

	/** Reads ahead all bytes, none, and a part that ends within a tensor. */
	@Test
	void readAheadKeepsValues() throws IOException {
		final byte[] weights = intact.get(ModelFile.WEIGHTS);
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> expected = Safetensors.decode(weights, manager);
			for (final int most : new int[] {0, 1, 100_001, Integer.MAX_VALUE}) {
				final Map<String, NDArray> tensors = new LinkedHashMap<>();
				try (SafetensorsFile file = new SafetensorsFile(new ByteArrayInputStream(weights), weights.length)) {
					file.readAhead(most);
					file.read(expected.keySet(), new TensorReader(manager), tensors::put);
				}
				assertEquals(expected.keySet(), tensors.keySet());
				tensors.forEach((name, tensor) -> assertEquals(expected.get(name), tensor, name));
			}
		}
	}

	@Test
	void namesMissingModel() {
		assertMessageContains(folder.resolve("none.zip"), "There is no model '");
		assertMessageContains(folder, "There is no model '");
		final IOException e = assertThrows(IOException.class, () -> ModelFile.open("a\0b", Device.cpu()));
		assertTrue(e.getMessage().startsWith("There is no model '"));
	}

	@Test
	void detectsChangedWeight() throws IOException {
		final byte[] weights = intact.get(ModelFile.WEIGHTS).clone();
		weights[weights.length / 2] ^= 1;
		assertMessageContains(with(ModelFile.WEIGHTS, weights), "the checksum of its weights differs");
	}

	@Test
	void namesMissingEntries() throws IOException {
		for (final String name : List.of(ModelFile.DESCRIPTION, ModelFile.WEIGHTS)) {
			final Map<String, byte[]> entries = new LinkedHashMap<>(intact);
			entries.remove(name);
			assertMessageContains(model(entries), "it is not a model zip, or has no " + name);
		}
	}

	@Test
	void namesTensorOfWrongShape() throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>(intact);
		entries.put(ModelFile.DESCRIPTION,
				text(intact, ModelFile.DESCRIPTION).replace("width: 0.0625", "width: 0.125")
						.getBytes(StandardCharsets.UTF_8));
		assertMessageContains(model(entries), "its model1.0.weight has the shape");
	}

	@Test
	void namesMissingTensor() throws IOException {
		final byte[] weights;
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> tensors = Safetensors.decode(intact.get(ModelFile.WEIGHTS), manager);
			tensors.remove("model4.2.bias");
			weights = Safetensors.encode(tensors);
		}
		assertMessageContains(withChecked(weights), "its weights have no model4.2.bias");
	}

	@Test
	void rejectsFilesThatAreNotModels() throws IOException {
		final byte[] zip = Files.readAllBytes(TinyModel.file());
		assertMessageContains(bytes(new byte[0]), "it is not a model zip");
		assertMessageContains(bytes("just some text".getBytes(StandardCharsets.UTF_8)), "it is not a model zip");
		for (final int part : new int[] {10, 100, zip.length / 4, zip.length / 2}) {
			assertMessageContains(bytes(Arrays.copyOf(zip, part)), "cannot be opened: ");
		}
		assertMessageContains(bytes(Arrays.copyOf(zip, zip.length / 2)), "the file is cut off before its end");
	}

	@Test
	void rejectsInvalidDescriptions() throws IOException {
		assertMessageContains(with(ModelFile.DESCRIPTION, bytesOf("a: [b\nc: }")), "its rdf.yaml is not valid YAML");
		assertMessageContains(with(ModelFile.DESCRIPTION, bytesOf("!!" + File.class.getName() + " [/etc/passwd]")),
				"its rdf.yaml is not valid YAML");
		assertMessageContains(with(ModelFile.DESCRIPTION, new byte[] {0, 1, 2}), "its rdf.yaml is not valid YAML");
		assertMessageContains(with(ModelFile.DESCRIPTION, new byte[0]), "its rdf.yaml is not a model description");
		assertMessageContains(with(ModelFile.DESCRIPTION, bytesOf("- 1\n- 2\n")), "its rdf.yaml is not a model description");
		assertMessageContains(with(ModelFile.DESCRIPTION, bytesOf("name: x\n")), "its rdf.yaml has no valid 'config'");
	}

	@Test
	void rejectsNumbersOutOfRange() throws IOException {
		final String description = text(intact, ModelFile.DESCRIPTION);
		for (final String[] change : new String[][] {{"width: 0.0625", "width: 1.0e9"},
				{"width: 0.0625", "width: .nan"},
				{"network_size: 64", "network_size: 0"}, {"network_size: 64", "network_size: 99"},
				{"temperature: 1.0", "temperature: -1"}}) {
			assertTrue(description.contains(change[0]), change[0]);
			assertMessageContains(with(ModelFile.DESCRIPTION, bytesOf(description.replace(change[0], change[1]))),
					"which is out of range");
		}
	}

	@Test
	void rejectsHugeSizesWithoutAllocating() throws IOException {
		assertMessageContains(with(ModelFile.DESCRIPTION, new byte[10_000_001]), "its rdf.yaml is larger than 10000000");
		final byte[] weights = intact.get(ModelFile.WEIGHTS).clone();
		for (final long claim : new long[] {Long.MAX_VALUE, Integer.MAX_VALUE, weights.length, -1, 0}) {
			ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).putLong(claim);
			assertMessageContains(withChecked(weights), "not a valid safetensors file");
		}
	}

	@Test
	void describesDamagedWeightsInOneSentence() throws IOException {
		final byte[] original = intact.get(ModelFile.WEIGHTS);
		final int header = (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong();
		final Random random = new Random(8);
		int refused = 0;
		for (int i = 0; i < 60; i++) {
			final byte[] weights = original.clone();
			// Change the header; half of the changes are digits, so that offsets change.
			final int offset = Long.BYTES + random.nextInt(header);
			weights[offset] = (byte) (i % 2 == 0 ? '0' + random.nextInt(10) : random.nextInt(256));
			try (OpenModel model = ModelFile.open(withChecked(weights).toString(), Device.cpu())) {
				assertEquals(TinyModel.WIDTH, model.card().width());
			}
			catch (final IOException e) {
				refused++;
				assertSentence(e.getMessage());
			}
		}
		assertTrue(refused > 20, refused + " refused");
	}

	private void assertMessageContains(final Path file, final String part) {
		final IOException e =
				assertThrows(IOException.class, () -> ModelFile.open(file.toString(), Device.cpu()).close());
		assertTrue(e.getMessage().contains(part), e.getMessage());
		assertSentence(e.getMessage());
	}

	private static void assertSentence(final String message) {
		assertTrue(message.matches("[A-Z][^\\n]*[^.]\\."), message);
		assertFalse(message.contains("null"), message);
	}

	// -- Files --

	private Path bytes(final byte[] content) throws IOException {
		return Files.write(folder.resolve("model.zip"), content);
	}

	private Path with(final String name, final byte[] content) throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>(intact);
		entries.put(name, content);
		return model(entries);
	}

	/** A model with other weights and their checksum. */
	private Path withChecked(final byte[] weights) throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>(intact);
		entries.put(ModelFile.WEIGHTS, weights);
		entries.put(ModelFile.DESCRIPTION, bytesOf(text(intact, ModelFile.DESCRIPTION)
				.replace(sha256(intact.get(ModelFile.WEIGHTS)), sha256(weights))));
		return model(entries);
	}

	private static byte[] bytesOf(final String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(final Map<String, byte[]> entries, final String name) {
		return new String(entries.get(name), StandardCharsets.UTF_8);
	}

	private static String sha256(final byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (final NoSuchAlgorithmException e) {
			throw new IllegalStateException(e);
		}
	}

	private record Tensor(long[] shape, float[] values) {
	}

	/** Reads the file by NumPy's specification, independently of {@link Npy}. */
	private static Tensor npy(final byte[] file) {
		final ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
		assertEquals((byte) 0x93, buffer.get());
		final byte[] magic = new byte[5];
		buffer.get(magic);
		assertEquals("NUMPY", new String(magic, StandardCharsets.US_ASCII));
		assertEquals(1, buffer.get());
		assertEquals(0, buffer.get());
		final byte[] header = new byte[buffer.getShort()];
		buffer.get(header);
		assertEquals(0, buffer.position() % 64);
		final String text = new String(header, StandardCharsets.US_ASCII);
		assertTrue(text.contains("'descr': '<f4'") && text.contains("'fortran_order': False"), text);
		final long[] shape = Arrays.stream(text.replaceAll(".*\\(([^)]*)\\).*\\n", "$1").split(","))
				.mapToLong(size -> Long.parseLong(size.trim())).toArray();
		final float[] values = new float[buffer.remaining() / Float.BYTES];
		buffer.asFloatBuffer().get(values);
		assertEquals(Arrays.stream(shape).reduce(1, (a, b) -> a * b), values.length);
		return new Tensor(shape, values);
	}

	private Path model(final Map<String, byte[]> entries) throws IOException {
		return Files.write(folder.resolve("model.zip"), PublishedWeights.zip(entries));
	}
}
