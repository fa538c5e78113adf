/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.io.Sha256;

/** Reads the cards of models and verifies models. */
public final class ModelInspection {

	/** Largest rounding difference between processors and PyTorch versions, relative to the largest value. */
	private static final double TOLERANCE = 1e-3;

	/** Reads entries of a zip; messages of exceptions are clauses. */
	private interface Reader<T> {
		T read(Map<String, byte[]> entries) throws IOException;
	}

	private ModelInspection() {
	}

	/**
	 * Reads the card of a model without its weights.
	 *
	 * @param model see {@link ModelFile#open}
	 * @return the card
	 * @throws IOException if the model cannot be read; the message is a sentence
	 */
	public static ModelCard card(final String model) throws IOException {
		return inspect(model, Set.of(ModelFile.DESCRIPTION, ModelFile.README),
				entries -> ModelCard.of(description(entries),
						new String(entries.getOrDefault(ModelFile.README, new byte[0]), StandardCharsets.UTF_8)));
	}

	/**
	 * Verifies the checksums and shapes of a model and its output for its test input.
	 *
	 * @param model see {@link ModelFile#open}
	 * @throws IOException if the model is wrong; the message is a sentence
	 */
	public static void verify(final String model) throws IOException {
		try (OpenModel open = ModelFile.open(model, Device.cpu()); NDManager scratch = open.manager().newSubManager()) {
			inspect(model, Set.of(ModelFile.DESCRIPTION, ModelFile.TEST_INPUT, ModelFile.TEST_OUTPUT), entries -> {
				final Npy.Tensor input = tensor(entries, "inputs");
				final Npy.Tensor output = tensor(entries, "outputs");
				requireSame(output.values(), open.network()
						.predict(scratch.create(input.values(), new Shape(input.shape()))).toFloatArray());
				return null;
			});
		}
	}

	private static void requireSame(final float[] expected, final float[] actual) throws IOException {
		double largest = 1;
		double difference = expected.length == actual.length ? 0 : Double.POSITIVE_INFINITY;
		for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
			largest = Math.max(largest, Math.abs(expected[i]));
			difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
		}
		if (!(difference <= TOLERANCE * largest)) {
			throw new IOException("its output for its test input differs from its test output");
		}
	}

	private static Object description(final Map<String, byte[]> entries) throws IOException {
		return ModelFile.description(entry(entries, ModelFile.DESCRIPTION));
	}

	private static Npy.Tensor tensor(final Map<String, byte[]> entries, final String side) throws IOException {
		final ModelCard.TensorFile file = ModelCard.testTensor(description(entries), side);
		final byte[] content = entry(entries, file.name());
		if (!Sha256.of(content).equals(file.sha256())) {
			throw new IOException("the checksum of its " + file.name() + " differs from that in its description");
		}
		return Npy.decode(content);
	}

	private static byte[] entry(final Map<String, byte[]> entries, final String name) throws IOException {
		final byte[] content = entries.get(name);
		if (content == null) {
			throw new IOException("it is not a model zip, or has no " + name);
		}
		return content;
	}

	private static <T> T inspect(final String model, final Set<String> wanted, final Reader<T> reader)
			throws IOException {
		try (InputStream in = ModelFile.stream(model)) {
			final String label = ModelFile.label(model);
			try {
				return reader.read(read(in, wanted));
			}
			catch (final IOException | RuntimeException e) {
				throw new DescribedException(label, "cannot be read: " + Failure.reason(e), "", e);
			}
		}
	}

	/** Reads entries to memory; the names of entries are never used as paths. */
	private static Map<String, byte[]> read(final InputStream in, final Set<String> wanted) throws IOException {
		final Map<String, byte[]> entries = new HashMap<>();
		final ZipInputStream zip = new ZipInputStream(in);
		for (ZipEntry entry = zip.getNextEntry(); entry != null && entries.size() < wanted.size();
				entry = zip.getNextEntry()) {
			if (wanted.contains(entry.getName())) {
				entries.put(entry.getName(), ModelZip.content(zip, entry.getName()));
			}
		}
		return entries;
	}
}
