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

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.model.weights.Safetensors;
import sc.fiji.colorize.ops.AnnealedMean;
import sc.fiji.colorize.torch.TorchEngine;

class WeightsImportTest {

	@TempDir
	private Path folder;
	private Path model;

	@BeforeEach
	void nameModel() {
		model = folder.resolve("models/model.zip");
	}

	private static Map<String, float[]> truth() throws IOException {
		final Map<String, float[]> truth = new LinkedHashMap<>();
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			Safetensors.decode(PublishedWeights.bytes("plain.safetensors"), manager)
					.forEach((name, tensor) -> truth.put(name, tensor.toFloatArray()));
		}
		return truth;
	}

	// -- Valid files --

	@ParameterizedTest
	@CsvSource({"zip.pth, 0", "legacy.pth, 0", "plain.safetensors, 0", "double.pth, 0", "parallel.pth, 0",
			"permuted.pth, 0", "strided.pth, 0", "shared.pth, 0", "half.pth, 0x1p-11", "bfloat.pth, 0x1p-8"})
	void readsValuesOfPyTorch(final String name, final String rounding) throws IOException {
		PublishedWeights.run(PublishedWeights.copy(name, folder), model);
		final Map<String, float[]> truth = truth();
		final Map<String, float[]> values = PublishedWeights.values(model);
		assertEquals(74, values.size());
		values.forEach((tensor, actual) -> {
			final float[] expected = truth.get(tensor);
			assertEquals(expected.length, actual.length, tensor);
			for (int i = 0; i < expected.length; i++) {
				// Rounded twice: a file of half precision becomes a model of half precision.
				assertEquals(expected[i], actual[i],
						Double.parseDouble(rounding) * Math.abs(expected[i]) + (rounding.equals("0") ? 0 : 6e-8), tensor);
			}
		});
	}

	@Test
	void cardDescribesSource() throws IOException {
		PublishedWeights.run(PublishedWeights.copy("legacy.pth", folder), model);
		try (OpenModel open = ModelFile.open(model.toString(), Device.cpu())) {
			final ModelCard card = open.card();
			assertEquals("legacy", card.name());
			assertEquals(PublishedWeights.WIDTH, card.width());
			assertEquals(256, card.networkSize());
			assertEquals(AnnealedMean.TEMPERATURE, card.temperature());
			assertEquals(Map.of("file", "legacy.pth", "kind", "PyTorch state dict, legacy", "bytes",
					PublishedWeights.bytes("legacy.pth").length, "sha256",
					Sha256.of(PublishedWeights.bytes("legacy.pth"))), card.training().get("imported"));
		}
		try (Stream<Path> files = Files.list(model.getParent())) {
			assertEquals(List.of(model), files.toList());
		}
	}

	@Test
	void importsOwnWeights() throws IOException {
		final Path weights = Files.write(folder.resolve("own.safetensors"),
				PublishedWeights.unzip(Files.readAllBytes(TinyModel.file())).get(ModelFile.WEIGHTS));
		WeightsImport.run(weights, model, WeightsImport.Options.of(weights).temperature(1), fraction -> { }, () -> false);
		final Map<String, float[]> expected = PublishedWeights.values(TinyModel.file());
		PublishedWeights.values(model).forEach((name, values) -> assertArrayEquals(expected.get(name), values, name));
		try (OpenModel open = ModelFile.open(model.toString(), Device.cpu())) {
			assertEquals(1, open.card().temperature());
			assertEquals(TinyModel.WIDTH, open.card().width());
		}
	}

	@Test
	void findsStateDictInCheckpoint() throws IOException {
		final Map<String, byte[]> entries = PublishedWeights.unzip(PublishedWeights.bytes("zip.pth"));
		final byte[] pickle = entries.get(PublishedWeights.entry(entries, "/data.pkl"));
		final String inner = new String(pickle, 2, pickle.length - 3, StandardCharsets.ISO_8859_1);
		final byte[] nested = PublishedWeights
				.pickle("\u0080\2}(X\12\0\0\0state_dict" + inner + "X\5\0\0\0epochK\7u.");
		PublishedWeights.run(Files.write(folder.resolve("nested.pth"), PublishedWeights.withPickle(nested)), model);
		final Map<String, float[]> truth = truth();
		PublishedWeights.values(model).forEach((name, values) -> assertArrayEquals(truth.get(name), values, name));
	}

	@Test
	void progressEndsAtOne() throws IOException {
		final List<Double> fractions = new ArrayList<>();
		final Path weights = PublishedWeights.copy("zip.pth", folder);
		WeightsImport.run(weights, model, WeightsImport.Options.of(weights), fractions::add, () -> false);
		assertEquals(fractions.stream().sorted().toList(), fractions);
		assertEquals(1, fractions.get(fractions.size() - 1));
		assertTrue(fractions.size() > 60);
	}

	@Test
	void canceledImportLeavesNoFile() throws IOException {
		final Path weights = PublishedWeights.copy("zip.pth", folder);
		final double[] fraction = new double[1];
		assertThrows(CancellationException.class, () -> WeightsImport.run(weights, model,
				WeightsImport.Options.of(weights), done -> fraction[0] = done, () -> fraction[0] > 0.2));
		assertFalse(Files.exists(model.getParent()));
	}

	// -- Invalid files --

	private void rejects(final byte[] content, final String reason) throws IOException {
		final Path weights = Files.write(folder.resolve("weights.pth"), content);
		final IOException e = assertThrows(IOException.class, () -> PublishedWeights.run(weights, model));
		assertTrue(e.getMessage().startsWith("The weights " + weights + " cannot be imported: "), e.getMessage());
		assertTrue(e.getMessage().contains(reason), e.getMessage());
		assertFalse(Files.exists(model));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {"os | system", "posix | system", "builtins | eval", "__builtin__ | eval",
			"subprocess | Popen", "torch | load", "torch.nn.modules.conv | Conv2d", "colorizers.eccv16 | ECCVGenerator",
			"java.lang | Runtime", "collections | defaultdict", "torch._utils | _rebuild_device_tensor_from_numpy"})
	void rejectsOtherFunctionsInPickle(final String module, final String name) throws IOException {
		final String reason =
				"its pickle calls " + module + "." + name + ", which is not part of a state dict";
		final String short1 = "\u008c" + (char) module.length() + module + "\u008c" + (char) name.length() + name;
		for (final String pickle : List.of("\u0080\2c" + module + "\n" + name + "\nX\5\0\0\0touch\u0085R.",
				"\u0080\4" + short1 + "\u0093)R.", "\u0080\2(i" + module + "\n" + name + "\n.")) {
			rejects(PublishedWeights.withPickle(PublishedWeights.pickle(pickle)), reason);
			rejects(PublishedWeights.pickle(pickle), reason);
		}
	}

	@Test
	void rejectsOtherOperationsInPickle() throws IOException {
		rejects(PublishedWeights.pickle("\u0080\2]2."), "its pickle has the operation 0x32");
		rejects(PublishedWeights.pickle("\u0080\2c__main__\n"), "its pickle is cut off");
		rejects(PublishedWeights.pickle("\u0080\2X\u00ff\u00ff\u00ff\u007f."),
				"its pickle is damaged, or larger than 4000000 bytes");
		rejects(PublishedWeights.pickle("\u0080\2K\1."), "it is a pickle but not of PyTorch");
		rejects(PublishedWeights.withPickle(PublishedWeights.pickle("\u0080\2]].")),
				"its pickle is not a state dict");
	}

	@ParameterizedTest
	@ValueSource(strings = {"zip.pth", "legacy.pth", "plain.safetensors"})
	void rejectsTruncatedFile(final String name) throws IOException {
		final byte[] whole = PublishedWeights.bytes(name);
		for (final int length : new int[] {9, whole.length / 3, whole.length - 1}) {
			final Path weights = Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
			final IOException e = assertThrows(IOException.class, () -> PublishedWeights.run(weights, model));
			assertTrue(e.getMessage().contains("cut off") || e.getMessage().contains("neither"), e.getMessage());
		}
	}

	@Test
	void rejectsOtherFiles() throws IOException {
		rejects(new byte[0], "the file is empty");
		rejects("Just text, and some more.".getBytes(StandardCharsets.UTF_8),
				"it is neither a PyTorch state dict (.pth) nor a safetensors file");
		rejects(Files.readAllBytes(TinyModel.file()), "it is already a model");
		rejects(PublishedWeights.zip(Map.of("../../evil", new byte[9])), "it is a zip without a state dict");
		assertEquals("There is no file none.pth.", assertThrows(FileNotFoundException.class,
				() -> PublishedWeights.run(Path.of("none.pth"), model)).getMessage());
		final Path weights = PublishedWeights.copy("zip.pth", folder);
		assertThrows(IllegalArgumentException.class, () -> PublishedWeights.run(weights, weights));
		assertThrows(IllegalArgumentException.class, () -> PublishedWeights.run(weights, folder));
		assertThrows(IllegalArgumentException.class, () -> WeightsImport.run(weights, model,
				WeightsImport.Options.of(weights).temperature(0), fraction -> { }, () -> false));
	}

	/** The plain tensors with changes. */
	private static byte[] changed(final Map<String, float[]> values, final Map<String, Shape> shapes)
			throws IOException {
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			final Map<String, NDArray> tensors =
					Safetensors.decode(PublishedWeights.bytes("plain.safetensors"), manager);
			shapes.forEach((name, shape) -> tensors.put(name, manager.zeros(shape)));
			values.forEach((name, array) -> tensors.put(name, manager.create(array,
					tensors.containsKey(name) ? tensors.get(name).getShape() : new Shape(array.length))));
			return Safetensors.encode(tensors);
		}
	}

	@Test
	void rejectsOtherNetworks() throws IOException {
		rejects(changed(Map.of(), Map.of("model4.2.weight", new Shape(8, 7, 3, 3))), "its model4.2.weight has the shape "
				+ "(8, 7, 3, 3) where a network of width 0.015625 needs (8, 8, 3, 3)");
		rejects(changed(Map.of(), Map.of("model9.0.weight", new Shape(8, 7, 3, 3))),
				"it has a tensor model9.0.weight that the network does not have");
		rejects(changed(Map.of(), Map.of("model_out.weight", new Shape(2, 314, 1, 1))),
				"it has no model_out.weight of the shape (2, 313, 1, 1)");
	}

	@Test
	void rejectsOtherBins() throws IOException {
		final float[] bins = truth().get("model_out.weight");
		for (int i = 0; i < bins.length; i++) {
			bins[i] *= 1.02f;
		}
		rejects(changed(Map.of("model_out.weight", bins), Map.of()), "column 0 is near (-90, 50)");
		System.arraycopy(truth().get("model_out.weight"), 0, bins, 0, bins.length);
		bins[7] = bins[6];
		bins[313 + 7] = bins[313 + 6];
		rejects(changed(Map.of("model_out.weight", bins), Map.of()), "column 7 is a second (-80, 30)");
	}

	@Test
	void rejectsInvalidValues() throws IOException {
		final float[] bias = truth().get("model3.2.bias");
		bias[2] = Float.NaN;
		rejects(changed(Map.of("model3.2.bias", bias), Map.of()),
				"its model3.2.bias has a value that is not finite");
		final float[] variance = truth().get("model3.6.running_var");
		variance[2] = -1;
		rejects(changed(Map.of("model3.6.running_var", variance), Map.of()),
				"its model3.6.running_var has a negative variance");
	}

	@Test
	void rejectsHugeSizesWithoutAllocating() throws IOException {
		final String shape = "[1000000000,1000,1,1]";
		final byte[] header = ("{\"model1.0.weight\":{\"dtype\":\"F32\",\"shape\":" + shape
				+ ",\"data_offsets\":[0,4000000000000]}}").getBytes(StandardCharsets.UTF_8);
		rejects(ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header)
				.array(), "its weights are not a valid safetensors file (the file is cut off)");
		final String pickle = "\u0080\2}X\17\0\0\0model1.0.weightctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storage"
				+ "ctorch\nFloatStorage\nX\1\0\0\0" + "0X\3\0\0\0cpu\u008a\5\0\0\0\0\1tQK\0K\1\u0085"
				+ "K\1\u0085\u0089}tRs.";
		rejects(PublishedWeights.withPickle(PublishedWeights.pickle(pickle)),
				"its model1.0.weight claims 4294967296 numbers");
	}
}
