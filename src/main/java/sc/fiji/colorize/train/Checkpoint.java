/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.model.weights.Safetensors;

/**
 * The complete state of a run, in one file that is replaced atomically. All random choices follow from the seed and the
 * position, so there is no state of a random generator.
 *
 * @param weights parameters of the network by published name
 * @param optimizer moments of Adam
 * @param state plain values: position, metrics, settings
 */
record Checkpoint(Map<String, NDArray> weights, Map<String, NDArray> optimizer, Map<String, Object> state) {

	private static final String WEIGHTS = "weights.safetensors";
	private static final String OPTIMIZER = "optimizer.safetensors";
	private static final String STATE = "state.yaml";

	/** Writes the checkpoint atomically. */
	void save(final Path file) throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>();
		entries.put(WEIGHTS, Safetensors.encode(weights));
		entries.put(OPTIMIZER, Safetensors.encode(optimizer));
		entries.put(STATE, new Yaml().dump(state).getBytes(StandardCharsets.UTF_8));
		RunFolder.replace(file, out -> {
			try (ZipOutputStream zip = new ZipOutputStream(out)) {
				zip.setLevel(1);
				for (final Map.Entry<String, byte[]> entry : entries.entrySet()) {
					zip.putNextEntry(new ZipEntry(entry.getKey()));
					zip.write(entry.getValue());
					zip.closeEntry();
				}
			}
		});
	}

	/** Reads a checkpoint; the manager owns its arrays. */
	static Checkpoint load(final Path file, final NDManager manager) throws IOException {
		try (ZipFile zip = new ZipFile(file.toFile())) {
			final Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
			final Map<String, Object> state = yaml.load(new String(read(zip, STATE), StandardCharsets.UTF_8));
			return new Checkpoint(Safetensors.decode(read(zip, WEIGHTS), manager),
					Safetensors.decode(read(zip, OPTIMIZER), manager), state);
		}
		catch (final IOException | RuntimeException e) {
			throw new DescribedException("The checkpoint " + file, "cannot be read: " + Failure.reason(e), "", e);
		}
	}

	/** Requires the settings of the run in a folder. */
	void requireSettings(final Map<String, Object> settings, final Path folder) throws IOException {
		final Object saved = state.get("options");
		for (final Map.Entry<String, Object> setting : settings.entrySet()) {
			final Object before = saved instanceof Map<?, ?> map ? map.get(setting.getKey()) : null;
			if (!String.valueOf(setting.getValue()).equals(String.valueOf(before))) {
				throw new IOException("The training in " + folder + " was started with " + setting.getKey() + " " + before
						+ " and cannot continue with " + setting.getValue() + ": use the old settings or another output.");
			}
		}
	}

	/** Requires the values of all parameters. */
	void requireWeights(final Set<String> names, final Path file) throws IOException {
		for (final String name : names) {
			if (!weights.containsKey(name)) {
				throw new IOException("The checkpoint " + file + " has no values for " + name + ".");
			}
		}
	}

	private static byte[] read(final ZipFile zip, final String name) throws IOException {
		final ZipEntry entry = zip.getEntry(name);
		if (entry == null) {
			throw new IOException("it has no " + name);
		}
		try (InputStream in = zip.getInputStream(entry)) {
			return in.readAllBytes();
		}
	}
}
