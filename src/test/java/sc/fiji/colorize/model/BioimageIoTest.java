/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.torch.TorchEngine;

/**
 * Checks model zips against the rules of the bioimage.io model description 0.5.7 for the fields that we write. A field
 * without a rule fails the test.
 */
class BioimageIoTest {

	private static final Set<String> FIELDS = Set.of("format_version", "type", "name", "description", "authors", "license",
			"documentation", "tags", "cite", "inputs", "outputs", "weights", "config");
	private static final Set<String> OPTIONAL = Set.of("license");

	/** Long enough that only a hang fails. */
	private static final int MINUTES = 10;

	@TempDir
	private Path folder;

	private Path save(final ModelCard card) throws IOException {
		final Path file = folder.resolve("model.zip");
		try (NDManager manager = TorchEngine.newManager(Device.cpu())) {
			ModelFile.save(file, card, TinyModel.network(manager, 2), true);
		}
		return file;
	}

	private static ModelCard card(final String name, final String description, final ModelCard.Origin origin) {
		final ModelCard card = TinyModel.card();
		return new ModelCard(name, description, card.documentation(), card.width(), card.networkSize(),
				card.temperature(), card.training(), card.metrics(), "", origin);
	}

	// -- Models --

	@Test
	void modelIsValid() throws IOException {
		assertEquals(List.of(), broken(PublishedWeights.unzip(Files.readAllBytes(TinyModel.file()))));
	}

	@Test
	void modelWithAnyNameIsValid() throws IOException {
		for (final String name : List.of("x", "blumen-2.1", "\u82b1\u306e\u7d75", "a/b:c", "n".repeat(200))) {
			final Path file = save(card(name, "d".repeat(2000), ModelCard.Origin.OURS));
			assertEquals(List.of(), broken(PublishedWeights.unzip(Files.readAllBytes(file))), name);
			assertEquals(name, ModelInspection.card(file.toString()).name());
		}
	}

	@Test
	void importedModelNamesAuthorsAndLicense() throws IOException {
		final ModelCard.Origin origin = new ModelCard.Origin(List.of("A. Painter", "B. Printer"), "MIT", "A book.",
				"10.1000/182");
		final Path file = save(card("Tiny", "A model.", origin));
		assertEquals(List.of(), broken(PublishedWeights.unzip(Files.readAllBytes(file))));
		assertEquals(origin, ModelInspection.card(file.toString()).origin());
		final ModelCard.Origin unknown = new ModelCard.Origin(List.of("unknown"), "", "A book.", "10.1000/182");
		final Map<String, byte[]> entries =
				PublishedWeights.unzip(Files.readAllBytes(save(card("Tiny", "A model.", unknown))));
		assertEquals(List.of(), broken(entries));
		assertFalse(description(entries).containsKey("license"), "unknown license");
	}

	/** Loads the model with PyTorch as the description says. */
	@Slow
	@Test
	void architectureInZipComputesTestOutput() throws IOException, InterruptedException {
		final Path script = Files.writeString(folder.resolve("check.py"), String.join("\n",
				"import io, json, sys, zipfile", "import numpy, torch", "z = zipfile.ZipFile(sys.argv[1])",
				"d = z.read('weights.safetensors')", "n = 8 + int.from_bytes(d[:8], 'little')",
				"t = {'F16': '<f2', 'F32': '<f4'}", "scope = {}", "exec(z.read('colorization_network.py'), scope)",
				"net = scope['ColorizationNetwork'](width=" + TinyModel.WIDTH + ").eval()",
				"net.load_state_dict({k: torch.from_numpy(numpy.frombuffer(d[n + e['data_offsets'][0]:"
						+ "n + e['data_offsets'][1]], t[e['dtype']]).astype('<f4').reshape(e['shape']))"
						+ " for k, e in json.loads(d[8:n]).items() if k != '__metadata__'})",
				"x = torch.from_numpy(numpy.load(io.BytesIO(z.read('test-input.npy'))))",
				"y = numpy.load(io.BytesIO(z.read('test-output.npy')))",
				"print(float(numpy.abs(net(x).detach().numpy() - y).max()), float(numpy.abs(y).max()))"));
		Assumptions.assumeTrue(python("-c", "import torch, numpy") != null, "there is no PyTorch for /usr/bin/python3");
		final String[] result = python(script.toString(), TinyModel.file().toString()).trim().split(" ");
		assertTrue(Double.parseDouble(result[0]) < 1e-3 * Math.max(1, Double.parseDouble(result[1])),
				String.join(" of ", result));
	}

	/** The output of a Python program; null if it fails or Python is missing. */
	private String python(final String... arguments) throws IOException, InterruptedException {
		final Path python = Path.of("/usr/bin/python3");
		if (!Files.isExecutable(python)) {
			return null;
		}
		final List<String> command = new ArrayList<>(List.of(python.toString()));
		command.addAll(List.of(arguments));
		final Path out = folder.resolve("out.txt");
		final Process process = new ProcessBuilder(command).redirectOutput(out.toFile())
				.redirectError(folder.resolve("err.txt").toFile()).start();
		assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES));
		return process.exitValue() == 0 ? Files.readString(out) : null;
	}

	// -- Rules --

	@Test
	void rulesDetectViolations() throws IOException {
		final Map<String, byte[]> intact = PublishedWeights.unzip(Files.readAllBytes(TinyModel.file()));
		final String text = new String(intact.get(ModelFile.DESCRIPTION), StandardCharsets.UTF_8);
		for (final String[] change : new String[][] {{"name: Tiny colorizer", "name: Tiny"},
				{"name: Tiny colorizer", "name: 'Tiny: colorizer'"}, {"type: model", "type: dataset"},
				{"format_version: 0.5.7", "format_version: 0.4.9"}, {"documentation: README.md", "documentation: a.txt"},
				{"doi: 10.", "doi: doi."}, {"- name: Fiji Colorize developers", "- nick: Fiji"},
				{"  - type: batch", "  - type: time"}, {"tensor_id: lightness", "tensor_id: darkness"},
				{"scale: 4.0", "scale: 2.0"}, {"scale: 4.0", "scale: -4.0"}, {"- bin7\n", "- 7th bin\n"},
				{"- bin7\n", ""}, {"id: logits", "id: lightness"}, {"type: float32", "type: float"},
				{"callable: ColorizationNetwork", "callable: some network"}, {"pytorch_version: 2.7.1", "version: 2.7.1"},
				{"source: test-input.npy", "source: test-output.npy"}, {"tags:", "labels:"}, {"min: 8", "min: 0"},
				{"license: BSD-2-Clause", "license: free"}}) {
			assertTrue(text.contains(change[0]), change[0]);
			final Map<String, byte[]> entries = new HashMap<>(intact);
			entries.put(ModelFile.DESCRIPTION, text.replace(change[0], change[1]).getBytes(StandardCharsets.UTF_8));
			assertFalse(broken(entries).isEmpty(), change[0] + " -> " + change[1]);
		}
		for (final String name : intact.keySet()) {
			if (!name.equals(ModelFile.DESCRIPTION)) {
				final Map<String, byte[]> entries = new HashMap<>(intact);
				entries.remove(name);
				assertFalse(broken(entries).isEmpty(), "without " + name);
			}
		}
	}

	private static Map<String, Object> description(final Map<String, byte[]> entries) {
		return new Yaml().load(new String(entries.get(ModelFile.DESCRIPTION), StandardCharsets.UTF_8));
	}

	/** The rules that a zip violates. */
	private static List<String> broken(final Map<String, byte[]> entries) {
		final Rules rules = new Rules(entries);
		try {
			rules.check(description(entries));
		}
		catch (final ClassCastException | NullPointerException | IOException e) {
			rules.broken.add("something is missing or of another type: " + e);
		}
		return rules.broken;
	}

	private static final class Rules {

		private final List<String> broken = new ArrayList<>();
		private final Map<String, byte[]> entries;
		private final Set<String> tensors = new HashSet<>();
		private final Map<String, Map<String, Object>> inputAxes = new HashMap<>();
		private final Map<String, Long> inputSizes = new HashMap<>();

		Rules(final Map<String, byte[]> entries) {
			this.entries = entries;
		}

		private void require(final boolean kept, final String rule) {
			if (!kept) {
				broken.add(rule);
			}
		}

		@SuppressWarnings("unchecked")
		private static Map<String, Object> map(final Object value) {
			return (Map<String, Object>) value;
		}

		private static List<?> list(final Object value) {
			return (List<?>) value;
		}

		private static boolean isIdentifier(final Object value) {
			return value.toString().matches("[A-Za-z_][A-Za-z0-9_]*");
		}

		void check(final Map<String, Object> root) throws IOException {
			final Set<String> required = new HashSet<>(FIELDS);
			required.removeAll(OPTIONAL);
			require(root.keySet().containsAll(required), "all of " + required);
			require(FIELDS.containsAll(root.keySet()), "no other fields than " + FIELDS);
			require(root.get("format_version").toString().matches("0\\.5\\.\\d+"), "the format is 0.5");
			require(root.get("type").equals("model"), "the type is model");
			require(root.get("name").toString().matches("[A-Za-z0-9_+ ()-]{5,128}"), "the name");
			require(root.get("description").toString().length() <= 1024, "at most 1024 characters of description");
			require(!list(root.get("authors")).isEmpty(), "at least one author");
			for (final Object author : list(root.get("authors"))) {
				final String name = map(author).get("name").toString();
				require(!name.isBlank() && !name.matches(".*[/\\\\].*"), "each author has a name without slashes");
			}
			require(Set.of("BSD-2-Clause", "MIT").contains(root.getOrDefault("license", "MIT").toString()),
					"the license is an SPDX identifier");
			require(root.get("documentation").toString().endsWith(".md") && entries.containsKey(root.get("documentation")),
					"the documentation is Markdown in the zip");
			require(list(root.get("tags")).stream().allMatch(String.class::isInstance), "tags are texts");
			for (final Object cited : list(root.get("cite"))) {
				require(map(cited).get("text") instanceof String, "each citation has a text");
				require(map(cited).get("doi").toString().matches("10\\.[0-9]{4}.+"), "each citation has a DOI");
			}
			require(root.get("config") instanceof Map, "the configuration is a map");
			for (final Object input : list(root.get("inputs"))) {
				tensor(map(input), true);
			}
			for (final Object output : list(root.get("outputs"))) {
				tensor(map(output), false);
			}
			weights(map(map(root.get("weights")).get("pytorch_state_dict")));
		}

		private void file(final Map<String, Object> file) {
			final byte[] content = entries.get(file.get("source").toString());
			require(content != null && Sha256.of(content).equals(file.get("sha256")),
					file.get("source") + " is in the zip and has its checksum");
		}

		private void tensor(final Map<String, Object> tensor, final boolean input) throws IOException {
			final String id = tensor.get("id").toString();
			require(isIdentifier(id) && id.length() <= 32 && tensors.add(id), "tensors have unique identifiers");
			require(tensor.get("description").toString().length() <= 128, "at most 128 characters of description");
			require(Set.of("float32", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64",
					"bool").contains(map(tensor.get("data")).get("type").toString()), "the type of the data");
			final Map<String, Object> test = map(tensor.get("test_tensor"));
			file(test);
			require(test.get("source").toString().endsWith(".npy"), "test tensors are .npy");
			final long[] shape = Npy.decode(entries.get(test.get("source").toString())).shape();
			final List<?> axes = list(tensor.get("axes"));
			require(axes.size() == shape.length, "the test tensor has the axes");
			final Set<String> ids = new HashSet<>();
			for (int i = 0; i < shape.length; i++) {
				final Map<String, Object> axis = map(axes.get(i));
				final String type = axis.get("type").toString();
				require(ids.add(axis.getOrDefault("id", type).toString()), "axes have unique identifiers");
				switch (type) {
					case "batch" -> require(shape[i] == 1, "test tensors have a batch of one");
					case "channel" -> channels(list(axis.get("channel_names")), shape[i]);
					case "space" -> space(id, axis, shape[i], input);
					default -> require(false, "no other axes than batch, channel and space");
				}
			}
		}

		private void channels(final List<?> names, final long size) {
			require(names.size() == size && new HashSet<>(names).size() == size, "each channel has its own name");
			require(names.stream().allMatch(Rules::isIdentifier), "names of channels are identifiers");
		}

		private void space(final String tensor, final Map<String, Object> axis, final long size, final boolean input) {
			final double scale = ((Number) axis.get("scale")).doubleValue();
			final Map<String, Object> rule = map(axis.get("size"));
			require(isIdentifier(axis.get("id")) && axis.get("id").toString().length() <= 16, "identifiers of axes");
			require(scale > 0, "scales are positive");
			if (input) {
				final int min = (Integer) rule.get("min");
				final int step = (Integer) rule.get("step");
				require(min > 0 && step >= 0 && size >= min && (size - min) % Math.max(1, step) == 0, "the size's steps");
				inputAxes.put(tensor + "." + axis.get("id"), axis);
				inputSizes.put(tensor + "." + axis.get("id"), size);
			}
			else {
				final String reference = rule.get("tensor_id") + "." + rule.get("axis_id");
				require(inputAxes.containsKey(reference), "sizes refer to an axis of an input");
				final double inputScale = ((Number) inputAxes.get(reference).get("scale")).doubleValue();
				require(size == inputSizes.get(reference) * inputScale / scale, "the size follows from the input's");
			}
		}

		private void weights(final Map<String, Object> weights) {
			file(weights);
			require(weights.get("pytorch_version").toString().matches("\\d+\\.\\d+(\\.\\d+)?"), "the version of PyTorch");
			final Map<String, Object> architecture = map(weights.get("architecture"));
			require(isIdentifier(architecture.get("callable")), "the callable is an identifier");
			require(architecture.get("kwargs") instanceof Map, "the arguments of the callable are a map");
			file(architecture);
			final String code = new String(entries.get(architecture.get("source").toString()), StandardCharsets.UTF_8);
			require(code.contains("class " + architecture.get("callable") + "("), "the callable is in its file");
		}
	}
}
