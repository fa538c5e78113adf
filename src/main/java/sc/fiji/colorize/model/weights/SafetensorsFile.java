/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;

/**
 * A safetensors file: the length of the header (8 bytes), the header (JSON with type, shape and offsets of each tensor),
 * and the numbers. The format has no checksum.
 */
public final class SafetensorsFile implements StoredWeights {

	/** Largest header in bytes; headers of colorizers have some ten kilobytes. */
	private static final int MAX_HEADER = 4_000_000;
	private static final int MAX_AXES = 8;
	private static final int CHUNK = 1 << 16;
	private static final String METADATA = "__metadata__";

	private static final Map<String, NumberFormat> FORMATS = Map.of("F16", NumberFormat.FLOAT16, "BF16",
			NumberFormat.BFLOAT16, "F32", NumberFormat.FLOAT32, "F64", NumberFormat.FLOAT64);

	/** A tensor, and the offsets of its first byte and its end relative to the end of the header; the format may be null. */
	private record Entry(String name, NumberFormat format, Shape shape, long begin, long end) {
	}

	private InputStream in;
	private final List<Entry> entries = new ArrayList<>();

	/**
	 * Reads the header.
	 *
	 * @param in the file, which {@link #close} closes
	 * @param length size of the file in bytes, or -1 if it is unknown
	 * @throws IOException if the header is invalid; the message is a clause
	 */
	public SafetensorsFile(final InputStream in, final long length) throws IOException {
		this.in = in;
		try {
			final byte[] size = in.readNBytes(Long.BYTES);
			final long header = size.length < Long.BYTES ? -1
					: ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getLong();
			if (header < 2 || header > MAX_HEADER) {
				throw invalid("the length of the header is wrong");
			}
			final byte[] text = in.readNBytes((int) header);
			if (text.length < header) {
				throw invalid("the header is cut off");
			}
			parse(text);
			requireNoGaps(length < 0 ? -1 : length - Long.BYTES - header);
		}
		catch (final IOException | RuntimeException e) {
			in.close();
			throw e;
		}
	}

	private static IOException invalid(final String reason) {
		return new IOException("its weights are not a valid safetensors file (" + reason + ")");
	}

	private void parse(final byte[] header) throws IOException {
		try (JsonReader json = new JsonReader(
				new InputStreamReader(new ByteArrayInputStream(header), StandardCharsets.UTF_8))) {
			json.beginObject();
			while (json.hasNext()) {
				final String name = json.nextName();
				if (name.equals(METADATA)) {
					json.skipValue();
				}
				else {
					entries.add(entry(name, json));
				}
			}
			json.endObject();
			if (json.peek() != JsonToken.END_DOCUMENT) {
				throw invalid("the header has more than one object");
			}
		}
		catch (final MalformedJsonException | EOFException | IllegalStateException | NumberFormatException e) {
			throw invalid("the header is damaged");
		}
	}

	private static Entry entry(final String name, final JsonReader json) throws IOException {
		NumberFormat format = null;
		List<Long> shape = null;
		List<Long> offsets = null;
		json.beginObject();
		while (json.hasNext()) {
			switch (json.nextName()) {
				case "dtype" -> format = FORMATS.get(json.nextString());
				case "shape" -> shape = numbers(json);
				case "data_offsets" -> offsets = numbers(json);
				default -> json.skipValue();
			}
		}
		json.endObject();
		if (shape == null || offsets == null || offsets.size() != 2) {
			throw invalid(Names.printable(name) + " has no shape or no offsets");
		}
		if (format != null && offsets.get(1) - offsets.get(0) != bytes(shape, format)) {
			throw invalid("the offsets of " + Names.printable(name) + " do not match its shape");
		}
		return new Entry(name, format, new Shape(shape.stream().mapToLong(Long::longValue).toArray()), offsets.get(0),
				offsets.get(1));
	}

	private static long bytes(final List<Long> shape, final NumberFormat format) throws IOException {
		long bytes = format.bytes();
		try {
			for (final long size : shape) {
				bytes = Math.multiplyExact(bytes, size);
			}
		}
		catch (final ArithmeticException e) {
			throw invalid("a shape is larger than any file");
		}
		return bytes;
	}

	private static List<Long> numbers(final JsonReader json) throws IOException {
		final List<Long> numbers = new ArrayList<>();
		json.beginArray();
		while (json.hasNext()) {
			final long number = json.nextLong();
			if (number < 0 || numbers.size() == MAX_AXES) {
				throw invalid("the header is damaged");
			}
			numbers.add(number);
		}
		json.endArray();
		return numbers;
	}

	/** The format does not allow gaps between tensors. */
	private void requireNoGaps(final long length) throws IOException {
		entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
		long offset = 0;
		for (final Entry entry : entries) {
			if (entry.begin() != offset || entry.end() < offset) {
				throw invalid("the offsets of " + Names.printable(entry.name()) + " are wrong");
			}
			offset = entry.end();
		}
		if (length >= 0 && offset != length) {
			throw invalid(offset > length ? "the file is cut off" : "the file is longer than its header says");
		}
	}

	@Override
	public String kind() {
		return "safetensors";
	}

	@Override
	public Map<String, Description> tensors() {
		final Map<String, Description> tensors = new LinkedHashMap<>();
		entries.forEach(entry -> tensors.put(entry.name(), new Description(entry.shape(), entry.format())));
		return tensors;
	}

	/**
	 * Buffers the first numbers for {@link #read}, before the engine has started.
	 *
	 * @param max largest number of bytes to buffer
	 * @throws IOException if the file cannot be read
	 */
	public void readAhead(final int max) throws IOException {
		final long all = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).end();
		final int ahead = (int) Math.min(all, max);
		if (ahead > 0) {
			in = new BufferedInputStream(in, ahead);
			in.mark(ahead);
			in.skipNBytes(ahead);
			in.reset();
		}
	}

	@Override
	public void read(final Set<String> names, final TensorReader reader, final BiConsumer<String, NDArray> receiver)
			throws IOException {
		for (final Entry entry : entries) {
			if (names.contains(entry.name())) {
				reader.stage(in, entry.format(), entry.shape().size());
				receiver.accept(entry.name(), reader.array(entry.shape()));
			}
			else {
				skip(entry.end() - entry.begin());
			}
		}
		if (in.read() >= 0) {
			throw invalid("the file is longer than its header says");
		}
	}

	/** Reads the bytes instead of skipping them, because a DigestInputStream ignores skipped bytes. */
	private void skip(final long bytes) throws IOException {
		final byte[] chunk = new byte[CHUNK];
		for (long left = bytes; left > 0; left -= CHUNK) {
			final int wanted = (int) Math.min(left, CHUNK);
			if (in.readNBytes(chunk, 0, wanted) < wanted) {
				throw new EOFException();
			}
		}
	}

	@Override
	public void close() throws IOException {
		in.close();
	}
}
