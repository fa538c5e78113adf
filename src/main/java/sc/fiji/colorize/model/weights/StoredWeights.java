/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** An open weights file: first the names and shapes of all tensors, then the values of selected ones. */
public interface StoredWeights extends Closeable {

	/**
	 * The description of a tensor.
	 *
	 * @param shape its shape
	 * @param format its number format; null if its numbers are not floating-point
	 */
	record Description(Shape shape, NumberFormat format) {
	}

	/**
	 * The name of the file format.
	 *
	 * @return text such as "safetensors"
	 */
	String kind();

	/**
	 * All tensors of the file.
	 *
	 * @return descriptions by name
	 */
	Map<String, Description> tensors();

	/**
	 * Reads tensors in the order of the file. Can be called once.
	 *
	 * @param names the tensors to read, which must have a format
	 * @param reader creates the arrays
	 * @param receiver accepts each name and array
	 * @throws IOException if the file is invalid; the message is a clause
	 */
	void read(Set<String> names, TensorReader reader, BiConsumer<String, NDArray> receiver) throws IOException;

	/**
	 * Opens a file and detects its format.
	 *
	 * @param file the file
	 * @param modelEntry name of an entry of all model zips, to report a model that is given as weights
	 * @return the weights, which the caller closes
	 * @throws IOException if the file is invalid; the message is a clause
	 */
	static StoredWeights open(final Path file, final String modelEntry) throws IOException {
		final byte[] head;
		try (InputStream in = Files.newInputStream(file)) {
			head = in.readNBytes(Long.BYTES + 1);
		}
		if (head.length > Long.BYTES && Arrays.equals(head, 0, 4, new byte[] {'P', 'K', 3, 4}, 0, 4)) {
			return new ZipStateDict(file, modelEntry);
		}
		if (head.length > 1 && (head[0] & 0xff) == 0x80) {
			return new LegacyStateDict(new BufferedInputStream(Files.newInputStream(file)), Files.size(file));
		}
		if (head.length > Long.BYTES && head[Long.BYTES] == '{') {
			return new SafetensorsFile(new BufferedInputStream(Files.newInputStream(file)), Files.size(file));
		}
		throw new IOException(head.length == 0 ? "the file is empty"
				: "it is neither a PyTorch state dict (.pth) nor a safetensors file");
	}
}
