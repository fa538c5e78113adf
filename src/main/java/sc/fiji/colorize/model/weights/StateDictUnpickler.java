/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.types.Shape;

/**
 * Reads the pickle of a PyTorch state dict. A pickle is a program that may call any function; this reader supports the few
 * functions that a state dict needs and rejects all others. It builds only texts, numbers, lists, dictionaries and
 * descriptions of tensors.
 * <p>
 * Each operation consumes at least one byte, no length is trusted, and nothing is recursive. So the limited size of the
 * pickle bounds memory and time.
 * <p>
 * The library net.razorvine.pickle does not fit: all plugins of a JVM share its table of allowed classes, it supports more
 * constructors than needed, and it allocates any length that a damaged file claims.
 */
final class StateDictUnpickler {

	private static final int MAX_AXES = 8;

	/** Types of storages by the names of their Python classes. */
	private static final Map<String, StorageType> STORAGE_TYPES = Map.of(
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

	/** Python's mark object. */
	private static final Object MARK = new Object();
	/** Python's None. */
	private static final Object NONE = new Object();

	/** The allowed functions. */
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

	/** The type of the numbers in a storage and their size in bytes; the format is null for integers and booleans. */
	record StorageType(NumberFormat format, int bytes) {
	}

	/** A flat array of numbers, which the file stores under a key. */
	record Storage(String key, StorageType type, long count) {
	}

	/** A view of a storage; offset and strides are in numbers. */
	record Tensor(Storage storage, long offset, Shape shape, long[] strides) {
	}

	private record Tuple(List<Object> items) {
	}

	private final PickleInput in;
	private final Deque<Object> stack = new ArrayDeque<>();
	private final Map<Long, Object> memo = new HashMap<>();

	private StateDictUnpickler(final InputStream in) {
		this.in = new PickleInput(in);
	}

	/**
	 * Reads one pickle and stops after its last byte.
	 *
	 * @return a String, Long, BigInteger, Double, Boolean, {@link Tensor}, {@link List}, {@link Map}, or an internal object
	 * @throws IOException if the pickle is invalid; the message is a clause
	 */
	static Object load(final InputStream in) throws IOException {
		return new StateDictUnpickler(in).run();
	}

	private Object run() throws IOException {
		for (int operation = in.unsignedByte(); operation != '.'; operation = in.unsignedByte()) {
			run(operation);
		}
		return pop();
	}

	private void run(final int operation) throws IOException {
		switch (operation) {
			// Numbers and texts; T and U are those of Python 2.
			case 'N' -> push(NONE);
			case 0x88 -> push(true);
			case 0x89 -> push(false);
			case 'K' -> push((long) in.unsignedByte());
			case 'M' -> push((long) in.bytes(Short.BYTES).getChar());
			case 'J' -> push((long) in.bytes(Integer.BYTES).getInt());
			case 'G' -> push(in.bytes(Double.BYTES).order(ByteOrder.BIG_ENDIAN).getDouble());
			case 0x8a -> push(in.integer(in.unsignedByte()));
			case 'X', 'T' -> push(in.text(in.bytes(Integer.BYTES).getInt()));
			case 0x8c, 'U' -> push(in.text(in.unsignedByte()));
			case 0x8d -> push(in.text(in.bytes(Long.BYTES).getLong()));

			// Tuples, lists and dictionaries.
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

			// The protocol, the stack, the memo, and functions.
			case 0x80 -> in.unsignedByte();
			case 0x95 -> in.bytes(Long.BYTES);
			case '0' -> pop();
			case 'q' -> memo.put((long) in.unsignedByte(), top());
			case 'r' -> memo.put(Integer.toUnsignedLong(in.bytes(Integer.BYTES).getInt()), top());
			case 0x94 -> memo.put((long) memo.size(), top());
			case 'h' -> push(recall(in.unsignedByte()));
			case 'j' -> push(recall(Integer.toUnsignedLong(in.bytes(Integer.BYTES).getInt())));
			case 'c' -> push(global(in.line(), in.line()));
			case 'i' -> global(in.line(), in.line());
			case 0x93 -> {
				final Object name = pop();
				push(global(string(pop()), string(name)));
			}
			case 'R' -> {
				final Object arguments = pop();
				push(call(pop(), tuple(arguments)));
			}
			// The state of a dictionary has only version numbers.
			case 'b' -> {
				pop();
				map(stack.peek());
			}
			case 'Q' -> push(storage(tuple(pop())));
			default -> throw new IOException(String.format(
					"its pickle has the operation 0x%02x, which is not part of a state dict", operation));
		}
	}

	// -- Functions and classes --

	private static Object global(final String module, final String name) throws IOException {
		final String full = module + "." + name;
		if (STORAGE_TYPES.containsKey(full)) {
			return STORAGE_TYPES.get(full);
		}
		return Arrays.stream(Builder.values()).filter(builder -> builder.python.equals(full)).findFirst()
				.orElseThrow(() -> new IOException("its pickle calls " + Names.printable(full)
						+ ", which is not part of a state dict; it was not run"));
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

	/** The size of a tensor, which must have no gaps and no repetitions; its axes may have any order. */
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

	private Object recall(final long index) throws IOException {
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
}
