/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.Yaml;

/**
 * Calls the methods that the index {@code ops.yaml} names, in the words of an OpEnvironment of SciJava Ops:
 * {@code op(name).input(a, b).apply()} and {@code op(name).input(a).output(b).compute()}. It adapts and converts nothing.
 */
public final class IndexedOps {

	private static final Pattern SOURCE = Pattern.compile("javaMethod:/(.+)\\.(\\w+)\\((.*)\\)");
	private static final Map<String, Class<?>> PRIMITIVES =
			Map.of("double", double.class, "float", float.class, "int", int.class);

	/** The entries of the index. */
	static List<Map<String, Object>> index() {
		try (InputStream in = ColorBins.class.getResourceAsStream("/ops.yaml")) {
			final List<Map<String, Map<String, Object>>> entries = new Yaml().load(in);
			return entries.stream().map(entry -> entry.get("op")).toList();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	/** All names of an op. */
	@SuppressWarnings("unchecked")
	static List<String> names(final Map<String, Object> op) {
		return (List<String>) op.get("names");
	}

	/** Function or Computer. */
	static String kind(final Map<String, Object> op) {
		return (String) ((Map<?, ?>) op.get("tags")).get("type");
	}

	/** What is passed to an op, without the container of a computer. */
	static List<Map<String, Object>> inputs(final Map<String, Object> op) {
		return parameters(op).stream().filter(parameter -> parameter.get("parameter type").equals("INPUT")).toList();
	}

	/** All parameters of an op, and its output. */
	@SuppressWarnings("unchecked")
	static List<Map<String, Object>> parameters(final Map<String, Object> op) {
		return (List<Map<String, Object>>) op.get("parameters");
	}

	/** The method of an op. */
	static Method method(final Map<String, Object> op) throws ReflectiveOperationException {
		final String source = URLDecoder.decode((String) op.get("source"), StandardCharsets.UTF_8);
		final Matcher matcher = SOURCE.matcher(source);
		if (!matcher.matches()) {
			throw new NoSuchMethodException(source);
		}
		final List<Class<?>> types = new ArrayList<>();
		for (final String name : matcher.group(3).split(",")) {
			types.add(type(name));
		}
		return Class.forName(matcher.group(1)).getMethod(matcher.group(2), types.toArray(new Class<?>[0]));
	}

	/** The class of a parameter, which may be generic. */
	static Class<?> type(final String name) throws ClassNotFoundException {
		final String raw = name.replaceAll("<.*>", "");
		if (raw.endsWith("[]")) {
			return type(raw.substring(0, raw.length() - 2)).arrayType();
		}
		return PRIMITIVES.containsKey(raw) ? PRIMITIVES.get(raw) : Class.forName(raw);
	}

	/** Begins a call. */
	public Call op(final String name) {
		return new Call(name);
	}

	/** A call, while its arguments are given. */
	public static final class Call {

		private final String name;
		private Object[] inputs;
		private Object output;

		private Call(final String name) {
			this.name = name;
		}

		/** Passes the inputs; the optional ones at the end can be left out. */
		public Call input(final Object... values) {
			inputs = values.clone();
			return this;
		}

		/** Passes the container of a computer. */
		public Call output(final Object value) {
			output = value;
			return this;
		}

		/** Calls a function. */
		public Object apply() {
			return invoke("Function");
		}

		/** Calls a computer. */
		public void compute() {
			invoke("Computer");
		}

		private Object invoke(final String kind) {
			final Map<String, Object> op = index().stream()
					.filter(entry -> names(entry).contains(name) && kind(entry).equals(kind) && takes(entry)).findFirst()
					.orElseThrow(() -> new IllegalArgumentException("There is no " + kind + " of the name " + name
							+ " for the arguments " + Arrays.toString(inputs) + "."));
			final Object[] arguments = Arrays.copyOf(inputs, parameters(op).size() - (kind.equals("Function") ? 1 : 0));
			if (kind.equals("Computer")) {
				arguments[arguments.length - 1] = output;
			}
			try {
				return method(op).invoke(null, arguments);
			}
			catch (final InvocationTargetException e) {
				throw e.getCause() instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
			}
			catch (final ReflectiveOperationException e) {
				throw new IllegalStateException(e);
			}
		}

		private boolean takes(final Map<String, Object> op) {
			final List<Map<String, Object>> parameters = inputs(op);
			boolean fits = inputs.length <= parameters.size();
			for (int i = 0; fits && i < parameters.size(); i++) {
				try {
					fits = i < inputs.length && inputs[i] != null
							? type((String) parameters.get(i).get("type")).isInstance(inputs[i])
							: parameters.get(i).get("nullable").equals(true);
				}
				catch (final ClassNotFoundException e) {
					throw new IllegalStateException(e);
				}
			}
			return fits;
		}
	}
}
