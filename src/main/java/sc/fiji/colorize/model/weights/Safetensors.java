/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.stream.JsonWriter;

/**
 * Reads and writes the safetensors format. Writing goes tensor by tensor and needs little memory; DJL's own encoder and
 * decoder keep the file in memory twice.
 */
public final class Safetensors {

	private static final Map<DataType, String> TYPES = Map.of(DataType.FLOAT32, "F32", DataType.FLOAT16, "F16");
	private static final int CHUNK = 1 << 16;

	private Safetensors() {
	}

	/**
	 * Writes tensors to a stream.
	 *
	 * @param tensors tensors by name, float32 or float16, on any device
	 * @param out the stream, which is not closed
	 * @throws IOException if the stream cannot be written
	 */
	public static void write(final Map<String, NDArray> tensors, final OutputStream out) throws IOException {
		final byte[] header = header(tensors).getBytes(StandardCharsets.UTF_8);
		out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
		out.write(header);
		final byte[] chunk = new byte[CHUNK];
		for (final NDArray array : tensors.values()) {
			final ByteBuffer bytes = array.toByteBuffer(true);
			while (bytes.hasRemaining()) {
				final int length = Math.min(chunk.length, bytes.remaining());
				bytes.get(chunk, 0, length);
				out.write(chunk, 0, length);
			}
		}
	}

	private static String header(final Map<String, NDArray> tensors) throws IOException {
		final StringWriter text = new StringWriter();
		try (JsonWriter json = new JsonWriter(text)) {
			json.beginObject();
			long offset = 0;
			for (final Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
				final DataType type = tensor.getValue().getDataType();
				json.name(tensor.getKey()).beginObject().name("dtype").value(TYPES.get(type)).name("shape").beginArray();
				for (final long size : tensor.getValue().getShape().getShape()) {
					json.value(size);
				}
				json.endArray().name("data_offsets").beginArray().value(offset);
				offset += tensor.getValue().size() * type.getNumOfBytes();
				json.value(offset).endArray().endObject();
			}
			json.endObject();
		}
		// Spaces align the numbers to 8 bytes.
		return text + " ".repeat(Math.floorMod(-text.getBuffer().length(), Long.BYTES));
	}

	/**
	 * Encodes tensors in memory.
	 *
	 * @param tensors tensors by name, float32 or float16
	 * @return the file
	 * @throws IOException never in practice
	 */
	public static byte[] encode(final Map<String, NDArray> tensors) throws IOException {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		write(tensors, out);
		return out.toByteArray();
	}

	/**
	 * Decodes all floating-point tensors as float32 and ignores others.
	 *
	 * @param file the file
	 * @param manager owner of the tensors
	 * @return tensors by name
	 * @throws IOException if the file is invalid; the message is a clause
	 */
	public static Map<String, NDArray> decode(final byte[] file, final NDManager manager) throws IOException {
		final Map<String, NDArray> tensors = new LinkedHashMap<>();
		try (SafetensorsFile weights = new SafetensorsFile(new ByteArrayInputStream(file), file.length)) {
			final Map<String, StoredWeights.Description> names = weights.tensors();
			names.values().removeIf(description -> description.format() == null);
			weights.read(names.keySet(), new TensorReader(manager), tensors::put);
		}
		return tensors;
	}
}
