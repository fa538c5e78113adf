/*
 * Fiji Colorize: plausible colour for gray images.
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

/** Tensors in a file that others wrote: first their names and shapes, then the values of those that are wanted. */
interface StoredWeights extends Closeable {

	/**
	 * What a file says of a tensor.
	 *
	 * @param shape its sizes
	 * @param format null if it holds no floating-point numbers
	 */
	record Description(Shape shape, NumberFormat format) {
	}

	/** The kind of file, for people. */
	String kind();

	/** All tensors by the names in the file. */
	Map<String, Description> tensors();

	/**
	 * Reads values in the order of the file; to be called once.
	 *
	 * @param names the tensors to read, which have floating-point numbers
	 * @param reader makes the arrays
	 * @param receiver of each name and array
	 * @throws IOException with a clause that says what is wrong
	 */
	void read(Set<String> names, TensorReader reader, BiConsumer<String, NDArray> receiver) throws IOException;

	/**
	 * Opens a file of a kind that is found out from its first bytes.
	 *
	 * @throws IOException with a clause that says what is wrong
	 */
	static StoredWeights open(final Path file) throws IOException {
		final byte[] head;
		try (InputStream in = Files.newInputStream(file)) {
			head = in.readNBytes(Long.BYTES + 1);
		}
		if (head.length > Long.BYTES && Arrays.equals(head, 0, 4, new byte[] {'P', 'K', 3, 4}, 0, 4)) {
			return new ZipStateDict(file);
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
