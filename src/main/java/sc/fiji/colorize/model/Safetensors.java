/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** Named tensors in the safetensors format. */
public final class Safetensors {

	private Safetensors() {
	}

	/**
	 * Writes tensors.
	 *
	 * @param tensors name to tensor
	 * @return the file
	 * @throws IOException never in practice: the file is in memory
	 */
	public static byte[] encode(final Map<String, NDArray> tensors) throws IOException {
		final NDList list = new NDList(tensors.size());
		tensors.forEach((name, array) -> {
			array.setName(name);
			list.add(array);
		});
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		list.encode(out, NDList.Encoding.SAFETENSORS);
		return out.toByteArray();
	}

	/**
	 * Reads tensors.
	 *
	 * @param file the file
	 * @param manager owner of the tensors
	 * @return name to tensor
	 * @throws IOException with a clause that says what is wrong
	 */
	public static Map<String, NDArray> decode(final byte[] file, final NDManager manager) throws IOException {
		requireHeader(file);
		final Map<String, NDArray> tensors = new LinkedHashMap<>();
		try {
			for (final NDArray array : NDList.decode(manager, new ByteArrayInputStream(file))) {
				// What DJL decodes lies in memory of the JVM, which training must not write to.
				tensors.put(array.getName(), array.duplicate());
				array.close();
			}
		}
		catch (final RuntimeException e) {
			// Whatever the decoder stumbled over, it means nothing to a user.
			throw new IOException("its weights are not a valid safetensors file", e);
		}
		return tensors;
	}

	/** The file begins with the length of its header; the decoder would reserve whatever a damaged one claims. */
	private static void requireHeader(final byte[] file) throws IOException {
		final long length = file.length < Long.BYTES ? -1
				: ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
		if (length < 2 || length > file.length - Long.BYTES) {
			throw new IOException("its weights are not a valid safetensors file (the header is cut off)");
		}
	}
}
