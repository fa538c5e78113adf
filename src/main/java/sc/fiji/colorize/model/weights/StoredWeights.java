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
public interface StoredWeights extends Closeable {

	/**
	 * What a file says of a tensor.
	 *
	 * @param shape its sizes
	 * @param format null if it holds no floating-point numbers
	 */
	record Description(Shape shape, NumberFormat format) {
	}

	/**
	 * The kind of file, for people.
	 *
	 * @return such as "safetensors"
	 */
	String kind();

	/**
	 * All tensors.
	 *
	 * @return the names in the file to what it says of each
	 */
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
	 * Opens a file. Its first bytes tell its kind.
	 *
	 * @param file the file
	 * @param modelEntry name of an entry that every model zip of ours has, so that the message can say if it is one
	 * @return the weights, to be closed
	 * @throws IOException with a clause that says what is wrong
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
