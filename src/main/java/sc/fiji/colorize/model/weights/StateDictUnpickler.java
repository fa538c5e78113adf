/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.types.Shape;

/**
 * Reads the pickle of a PyTorch state dict, and nothing else. A pickle is a program that may name any function and call
 * it; this reader knows the few that a state dict needs and refuses all others by name. It builds texts, numbers, lists,
 * dictionaries and descriptions of tensors, never an object of a class that the pickle names.
 * <p>
 * Every operation takes at least one byte of the pickle, no length is believed before its bytes have come, nothing is
 * recursive and keys are only texts and numbers: so memory and time are bounded by the size of the pickle, which is
 * limited.
 * <p>
 * The library net.razorvine.pickle is not used: its table of allowed classes is one for the whole JVM, to which any other
 * plugin may add, it comes with constructors beyond those needed here, and it reserves whatever length a damaged file
 * claims.
 */
final class StateDictUnpickler {

	/** Pickles of state dicts take some ten kilobytes. */
	static final int MAX_PICKLE = 4_000_000;
	private static final int MAX_AXES = 8;

	/** Marks a place on the stack. */
	private static final Object MARK = new Object();
	/** Python's None. */
	private static final Object NONE = new Object();

	/** Python classes of storages by name; those that hold no floating-point numbers have no format. */
	private static final Map<String, StorageType> STORAGES = Map.of(
			"torch.FloatStorage", new StorageType(NumberFormat.FLOAT32, Float.BYTES),
			"torch.HalfStorage", new StorageType(NumberFormat.FLOAT16, Short.BYTES),
			"torch.BFloat16Storage", new StorageType(NumberFormat.BFLOAT16, Short.BYTES),
			"torch.DoubleStorage", new StorageType(NumberFormat.FLOAT64, Double.BYTES),
			"torch.LongStorage", new StorageType(null, Long.BYTES),
			"torch.IntStorage", new StorageType(null, Integer.BYTES),
			"torch.ShortStorage", new StorageType(null, Short.BYTES),
			"torch.CharStorage", new StorageType(null, 1),
			"torch.ByteStorage", new StorageType(null, 1),
			"torch.BoolStorage", new StorageType(null, 1));

	/** Functions that build what a state dict consists of. */
	private enum Builder {

		ORDERED_DICT("collections.OrderedDict"),
		TENSOR("torch._utils._rebuild_tensor"),
		TENSOR_V2("torch._utils._rebuild_tensor_v2"),
		PARAMETER("torch._utils._rebuild_parameter");

		private final String python;

		Builder(final String python) {
			this.python = python;
		}
	}

	/**
	 * The kind of numbers in a storage.
	 *
	 * @param format null for integers
	 * @param bytes of a number
	 */
	record StorageType(NumberFormat format, int bytes) {
	}

	/** A stretch of numbers, stored elsewhere under a key. */
	record Storage(String key, StorageType type, long count) {
	}

	/** A tensor as a view of a storage; offset and strides count numbers. */
	record Tensor(Storage storage, long offset, Shape shape, long[] strides) {
	}

	private record Tuple(List<Object> items) {
	}

	private final InputStream in;
	private int budget;
	private final Deque<Object> stack = new ArrayDeque<>();
	private final Map<Long, Object> memo = new HashMap<>();

	private StateDictUnpickler(final InputStream in) {
		this.in = in;
		budget = MAX_PICKLE;
	}

	/**
	 * Reads one pickle, up to its end and not further.
	 *
	 * @return text, Long, BigInteger, Double, Boolean, {@link Tensor}, {@link List}, {@link Map}, or something that is
	 *         none of these
	 * @throws IOException with a clause that says what is wrong
	 */
	static Object load(final InputStream in) throws IOException {
		return new StateDictUnpickler(in).run();
	}

	private Object run() throws IOException {
		while (true) {
			final int operation = unsigned(1);
			if (operation == '.') {
				return pop();
			}
			if (!number(operation) && !container(operation)) {
				other(operation);
			}
		}
	}

	// -- Operations --

	private boolean number(final int operation) throws IOException {
		switch (operation) {
			case 'N' -> push(NONE);
			case 0x88 -> push(true);
			case 0x89 -> push(false);
			case 'K' -> push((long) unsigned(1));
			case 'M' -> push((long) unsigned(2));
			case 'J' -> push((long) bytes(Integer.BYTES).getInt());
			case 'G' -> push(bytes(Double.BYTES).order(ByteOrder.BIG_ENDIAN).getDouble());
			case 0x8a -> push(integer(unsigned(1)));
			case 'X' -> push(text(bytes(Integer.BYTES).getInt()));
			case 0x8c -> push(text(unsigned(1)));
			case 0x8d -> push(text(bytes(Long.BYTES).getLong()));
			// What Python 2 wrote for texts.
			case 'T' -> push(text(bytes(Integer.BYTES).getInt()));
			case 'U' -> push(text(unsigned(1)));
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean container(final int operation) throws IOException {
		switch (operation) {
			case '(' -> push(MARK);
			case ')' -> push(new Tuple(List.of()));
			case 't' -> push(new Tuple(sinceMark()));
			case 0x85, 0x86, 0x87 -> {
				final Object[] items = new Object[operation - 0x84];
				for (int i = items.length - 1; i >= 0; i--) {
					items[i] = pop();
				}
				push(new Tuple(List.of(items)));
			}
			case ']' -> push(new ArrayList<>());
			case 'l' -> push(sinceMark());
			case 'a' -> {
				final Object item = pop();
				list(stack.peek()).add(item);
			}
			case 'e' -> {
				final List<Object> items = sinceMark();
				list(stack.peek()).addAll(items);
			}
			case '}' -> push(new LinkedHashMap<>());
			case 'd' -> push(put(new LinkedHashMap<>(), sinceMark()));
			case 's' -> {
				final Object value = pop();
				final Object key = pop();
				put(map(stack.peek()), List.of(key, value));
			}
			case 'u' -> {
				final List<Object> items = sinceMark();
				put(map(stack.peek()), items);
			}
			default -> {
				return false;
			}
		}
		return true;
	}

	private void other(final int operation) throws IOException {
		switch (operation) {
			case 0x80 -> unsigned(1);
			case 0x95 -> bytes(Long.BYTES);
			case '0' -> pop();
			case 'q' -> memo.put((long) unsigned(1), top());
			case 'r' -> memo.put(Integer.toUnsignedLong(bytes(Integer.BYTES).getInt()), top());
			case 0x94 -> memo.put((long) memo.size(), top());
			case 'h' -> push(remembered(unsigned(1)));
			case 'j' -> push(remembered(Integer.toUnsignedLong(bytes(Integer.BYTES).getInt())));
			case 'c' -> push(global(line(), line()));
			case 'i' -> global(line(), line());
			case 0x93 -> {
				final Object name = pop();
				push(global(string(pop()), string(name)));
			}
			case 'R' -> {
				final Object arguments = pop();
				push(call(pop(), tuple(arguments)));
			}
			// The state of a dictionary is only the versions of its modules.
			case 'b' -> {
				pop();
				map(stack.peek());
			}
			case 'Q' -> push(storage(tuple(pop())));
			default -> throw new IOException(String.format(
					"its pickle has the operation 0x%02x, which no state dict needs", operation));
		}
	}

	// -- What a pickle may name --

	private static Object global(final String module, final String name) throws IOException {
		final String full = module + "." + name;
		if (STORAGES.containsKey(full)) {
			return STORAGES.get(full);
		}
		for (final Builder builder : Builder.values()) {
			if (builder.python.equals(full)) {
				return builder;
			}
		}
		throw new IOException("its pickle wants to build " + Names.printable(full)
				+ ", which is no part of a state dict; it was not run");
	}

	private static Object call(final Object function, final List<Object> arguments) throws IOException {
		if (!(function instanceof Builder builder)) {
			throw damaged();
		}
		return switch (builder) {
			case ORDERED_DICT -> orderedDict(arguments);
			case TENSOR, TENSOR_V2 -> tensor(arguments);
			case PARAMETER -> {
				if (arguments.isEmpty() || !(arguments.get(0) instanceof Tensor tensor)) {
					throw damaged();
				}
				yield tensor;
			}
		};
	}

	private static Map<Object, Object> orderedDict(final List<Object> arguments) throws IOException {
		final Map<Object, Object> map = new LinkedHashMap<>();
		if (!arguments.isEmpty()) {
			for (final Object pair : list(arguments.get(0))) {
				put(map, pair instanceof Tuple tuple ? tuple.items() : list(pair));
			}
		}
		return map;
	}

	private static Tensor tensor(final List<Object> arguments) throws IOException {
		if (arguments.size() < 4 || !(arguments.get(0) instanceof Storage storage)) {
			throw damaged();
		}
		final long offset = whole(arguments.get(1));
		final long[] sizes = wholes(arguments.get(2));
		final long[] strides = wholes(arguments.get(3));
		if (sizes.length != strides.length || sizes.length > MAX_AXES) {
			throw damaged();
		}
		final long count = count(sizes, strides);
		if (offset > storage.count() || count > storage.count() - offset) {
			throw new IOException("its pickle describes a tensor that is larger than its storage");
		}
		return new Tensor(storage, offset, new Shape(sizes), strides);
	}

	/** The numbers of a tensor that lies in its storage without gaps and repetitions, its axes in any order. */
	private static long count(final long[] sizes, final long[] strides) throws IOException {
		final List<Integer> axes = new ArrayList<>();
		for (int axis = 0; axis < sizes.length; axis++) {
			if (sizes[axis] != 1) {
				axes.add(axis);
			}
		}
		axes.sort(Comparator.comparingLong(axis -> strides[axis]));
		long count = 1;
		for (final int axis : axes) {
			if (strides[axis] != count || sizes[axis] == 0 || sizes[axis] > Integer.MAX_VALUE / count) {
				throw new IOException("its pickle describes a tensor that is empty, has gaps or is too large");
			}
			count *= sizes[axis];
		}
		return count;
	}

	private static Storage storage(final List<Object> id) throws IOException {
		if (id.size() < 5 || !"storage".equals(id.get(0)) || !(id.get(1) instanceof StorageType type)
				|| id.size() > 5 && id.get(5) != NONE) {
			throw damaged();
		}
		return new Storage(string(id.get(2)), type, whole(id.get(4)));
	}

	// -- The stack --

	private void push(final Object value) {
		stack.push(value);
	}

	private Object pop() throws IOException {
		final Object value = top();
		stack.pop();
		return value;
	}

	private Object top() throws IOException {
		final Object value = stack.peek();
		if (value == null || value == MARK) {
			throw damaged();
		}
		return value;
	}

	private List<Object> sinceMark() throws IOException {
		final List<Object> items = new ArrayList<>();
		for (Object item = stack.poll(); item != MARK; item = stack.poll()) {
			if (item == null) {
				throw damaged();
			}
			items.add(item);
		}
		Collections.reverse(items);
		return items;
	}

	private Object remembered(final long index) throws IOException {
		final Object value = memo.get(index);
		if (value == null) {
			throw damaged();
		}
		return value;
	}

	// -- Values --

	private static IOException damaged() {
		return new IOException("its pickle is damaged, or is not that of a state dict");
	}

	@SuppressWarnings("unchecked")
	private static List<Object> list(final Object value) throws IOException {
		if (!(value instanceof List)) {
			throw damaged();
		}
		return (List<Object>) value;
	}

	@SuppressWarnings("unchecked")
	private static Map<Object, Object> map(final Object value) throws IOException {
		if (!(value instanceof Map)) {
			throw damaged();
		}
		return (Map<Object, Object>) value;
	}

	private static List<Object> tuple(final Object value) throws IOException {
		if (!(value instanceof Tuple tuple)) {
			throw damaged();
		}
		return tuple.items();
	}

	private static String string(final Object value) throws IOException {
		if (value instanceof Long number) {
			return number.toString();
		}
		if (!(value instanceof String text)) {
			throw damaged();
		}
		return text;
	}

	private static long whole(final Object value) throws IOException {
		if (!(value instanceof Long number) || number < 0) {
			throw damaged();
		}
		return number;
	}

	private static long[] wholes(final Object tuple) throws IOException {
		final List<Object> items = tuple(tuple);
		final long[] values = new long[items.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = whole(items.get(i));
		}
		return values;
	}

	private static Map<Object, Object> put(final Map<Object, Object> map, final List<Object> keysAndValues)
			throws IOException {
		if (keysAndValues.size() % 2 != 0) {
			throw damaged();
		}
		for (int i = 0; i < keysAndValues.size(); i += 2) {
			final Object key = keysAndValues.get(i);
			if (!(key instanceof String || key instanceof Long)) {
				throw damaged();
			}
			map.put(key, keysAndValues.get(i + 1));
		}
		return map;
	}

	// -- Bytes --

	private byte[] take(final long length) throws IOException {
		if (length < 0 || length > budget) {
			throw new IOException("its pickle is damaged, or larger than " + MAX_PICKLE + " bytes");
		}
		budget -= (int) length;
		final byte[] bytes = in.readNBytes((int) length);
		if (bytes.length < length) {
			throw new IOException("its pickle is cut off");
		}
		return bytes;
	}

	private ByteBuffer bytes(final int length) throws IOException {
		return ByteBuffer.wrap(take(length)).order(ByteOrder.LITTLE_ENDIAN);
	}

	private int unsigned(final int length) throws IOException {
		int value = 0;
		final byte[] bytes = take(length);
		for (int i = 0; i < length; i++) {
			value |= (bytes[i] & 0xff) << Byte.SIZE * i;
		}
		return value;
	}

	private Object integer(final int length) throws IOException {
		final byte[] bytes = take(length);
		for (int i = 0; i < length / 2; i++) {
			final byte swapped = bytes[i];
			bytes[i] = bytes[length - 1 - i];
			bytes[length - 1 - i] = swapped;
		}
		final BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
		return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
	}

	private String text(final long length) throws IOException {
		return new String(take(length), StandardCharsets.UTF_8);
	}

	private String line() throws IOException {
		final StringBuilder line = new StringBuilder();
		for (int c = unsigned(1); c != '\n'; c = unsigned(1)) {
			line.append((char) c);
		}
		return line.toString();
	}
}
