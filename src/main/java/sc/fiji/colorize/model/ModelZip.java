/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.model.weights.SafetensorsFile;
import sc.fiji.colorize.model.weights.TensorReader;
import sc.fiji.colorize.network.ColorizationNetwork;

/**
 * Reads a model zip sequentially: first {@link #readAhead}, which needs no engine, then {@link #tensors}, which does. It
 * reads only the entries that colorizing needs, and never uses the names of entries as paths. Messages of exceptions are
 * clauses.
 */
final class ModelZip implements Closeable {

	/** Bytes of weights to read before the engine starts; a network of full width has more. */
	private static final int MAX_AHEAD = 1 << 24;

	private final ZipInputStream zip;
	/** Parsed YAML, which may be null. */
	private Object description;
	private boolean described;
	private String documentation = "";
	/** Whether to check the checksum of the weights; the zip has another one, which is always checked. */
	private final boolean checked;
	private final MessageDigest digest = Sha256.digest();
	/** The next weights; null if there are none. */
	private SafetensorsFile weights;

	/**
	 * @param in the zip, which {@link #close} closes
	 * @param checked whether to check the checksum of the weights; it takes long while Java has not optimized its code
	 */
	ModelZip(final InputStream in, final boolean checked) {
		zip = new ZipInputStream(in);
		this.checked = checked;
	}

	/**
	 * Reads the entries before the weights and up to 16 MiB of the weights.
	 *
	 * @return this
	 * @throws IOException if the file is not a model
	 */
	ModelZip readAhead() throws IOException {
		findWeights();
		if (weights != null) {
			weights.readAhead(MAX_AHEAD);
		}
		return this;
	}

	/** Advances to the next weights or the end. */
	private void findWeights() throws IOException {
		weights = null;
		while (weights == null) {
			final ZipEntry entry = zip.getNextEntry();
			if (entry == null) {
				return;
			}
			switch (entry.getName()) {
				case ModelFile.DESCRIPTION -> {
					description = ModelFile.description(content(zip, ModelFile.DESCRIPTION));
					described = true;
				}
				case ModelFile.README ->
					documentation = new String(content(zip, ModelFile.README), StandardCharsets.UTF_8);
				case ModelFile.WEIGHTS -> weights = weights();
				default -> { }
			}
		}
	}

	/** The current entry of a zip, which must not be large. */
	static byte[] content(final ZipInputStream zip, final String name) throws IOException {
		final byte[] content = zip.readNBytes(ModelFile.MAX_DESCRIPTION);
		if (zip.read() >= 0) {
			throw new IOException("its " + name + " is larger than " + ModelFile.MAX_DESCRIPTION + " bytes");
		}
		return content;
	}

	/** Opens the weights and checks their shapes. */
	private SafetensorsFile weights() throws IOException {
		digest.reset();
		// Closed with the zip.
		final SafetensorsFile file = new SafetensorsFile(checked ? new DigestInputStream(zip, digest) : zip, -1);
		final Map<String, Shape> shapes = new HashMap<>();
		file.tensors().forEach((name, tensor) -> {
			if (tensor.format() != null) {
				shapes.put(name, tensor.shape());
			}
		});
		// Checked before memory is allocated. Without a description so far, the width is derived from the shapes.
		ModelFile.requireShapes(shapes,
				described ? card().width() : ColorizationNetwork.width(shapes).orElse(1));
		return file;
	}

	/**
	 * Reads the tensors and the remaining entries.
	 *
	 * @param manager owner of the tensors
	 * @return the tensors of a network by name, float32, on the CPU
	 * @throws IOException if there are no weights or their checksum is wrong
	 */
	Map<String, NDArray> tensors(final NDManager manager) throws IOException {
		final Map<String, NDArray> tensors = new HashMap<>();
		final boolean found = weights != null;
		String checksum = "";
		while (weights != null) {
			weights.read(ColorizationNetwork.shapes(1).keySet(), new TensorReader(manager), tensors::put);
			checksum = HexFormat.of().formatHex(digest.digest());
			findWeights();
		}
		final ModelCard card = card();
		if (!found) {
			throw new IOException("it is not a model zip, or has no " + ModelFile.WEIGHTS);
		}
		if (checked && !checksum.equals(card.weightsSha256())) {
			throw new IOException("the checksum of its weights differs from that in its description");
		}
		return tensors;
	}

	/** The card; complete after {@link #tensors}, because its entries may follow the weights. */
	ModelCard card() throws IOException {
		if (!described) {
			throw new IOException("it is not a model zip, or has no " + ModelFile.DESCRIPTION);
		}
		return ModelCard.of(description, documentation);
	}

	@Override
	public void close() throws IOException {
		zip.close();
	}
}
