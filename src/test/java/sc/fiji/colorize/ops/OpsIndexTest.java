/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The index of SciJava Ops, {@code ops.yaml}, which the compiler writes from the Javadoc. */
class OpsIndexTest {

	private static final Pattern DECLARED = Pattern.compile("@implNote op names='([^']+)', type=(\\w+)");
	private static final Pattern METHOD = Pattern.compile("javaMethod:/(.+)\\.(\\w+)\\((.*)\\)");

	/** The names are what scripts hold on to. */
	@Test
	void theNamesOfTheOpsStay() throws IOException {
		assertEquals(
				new TreeSet<>(List.of("colorize.addColor", "colorize.annealedMean", "colorize.applyHints",
						"colorize.colorBins", "colorize.colorPrior", "colorize.demoAddColor", "colorize.demoLightness",
						"colorize.distributionEntropy", "colorize.fitGamut", "colorize.labToRgb",
						"colorize.lightness", "colorize.priorEntropy", "colorize.quantize", "colorize.rebalancingWeights",
						"colorize.resample", "colorize.rgbToLab",
						"colorize.saturation", "colorize.softEncode", "colorize.upsampleChroma",
						"colorize.upsampleChromaAlongEdges")),
				index().stream().flatMap(op -> names(op).stream()).collect(Collectors.toCollection(TreeSet::new)));
	}

	@Test
	void everyOpDeclaredInTheSourcesIsInTheIndexWithItsType() throws IOException {
		final Map<String, Object> types = index().stream()
				.collect(Collectors.toMap(op -> names(op).get(0), op -> ((Map<?, ?>) op.get("tags")).get("type")));
		final List<String> declared = new ArrayList<>();
		try (Stream<Path> files = Files.list(Path.of("src/main/java/sc/fiji/colorize/ops"))) {
			for (final Path file : files.collect(Collectors.toList())) {
				final Matcher matcher = DECLARED.matcher(Files.readString(file));
				while (matcher.find()) {
					declared.add(matcher.group(1));
					assertEquals(matcher.group(2), types.get(matcher.group(1)), matcher.group(1) + " in " + file);
				}
			}
		}
		assertEquals(types.size(), declared.size());
	}

	@Test
	void everyEntryIsAPublicStaticMethodWithTheseParameters() throws ReflectiveOperationException, IOException {
		for (final Map<String, Object> op : index()) {
			final Matcher source = METHOD.matcher(URLDecoder.decode((String) op.get("source"), StandardCharsets.UTF_8));
			assertTrue(source.matches(), op.toString());
			final List<Class<?>> types = new ArrayList<>();
			for (final String name : source.group(3).split(",")) {
				types.add(type(name));
			}
			final Method method =
					Class.forName(source.group(1)).getMethod(source.group(2), types.toArray(new Class<?>[0]));
			assertTrue(Modifier.isPublic(method.getModifiers()) && Modifier.isStatic(method.getModifiers()));
			assertParameters(op, method);
		}
	}

	/**
	 * The Ops engine takes an empty list of parameters for one parameter whose class has an empty name, does not find that
	 * class, and leaves the op out with a warning.
	 */
	@Test
	void noOpIsWithoutParameters() throws IOException {
		for (final Map<String, Object> op : index()) {
			final String source = URLDecoder.decode((String) op.get("source"), StandardCharsets.UTF_8);
			assertFalse(source.contains("()"), source);
		}
	}

	private static void assertParameters(final Map<String, Object> op, final Method method)
			throws ReflectiveOperationException {
		final List<Class<?>> inputs = new ArrayList<>();
		int containers = 0;
		for (final Object element : (List<?>) op.get("parameters")) {
			final Map<?, ?> parameter = (Map<?, ?>) element;
			final Class<?> type = type(((String) parameter.get("type")).replaceAll("<.*>", ""));
			assertFalse(((String) parameter.get("description")).isBlank(), op.toString());
			if (parameter.get("parameter type").equals("OUTPUT")) {
				assertEquals(method.getReturnType(), type);
				continue;
			}
			inputs.add(type);
			containers += parameter.get("parameter type").equals("CONTAINER") ? 1 : 0;
			assertFalse(parameter.get("nullable").equals(true) && type.isPrimitive(), "null for " + parameter);
		}
		assertEquals(Arrays.asList(method.getParameterTypes()), inputs);
		assertEquals(((Map<?, ?>) op.get("tags")).get("type").equals("Computer") ? 1 : 0, containers, op.toString());
	}

	private static Class<?> type(final String name) throws ClassNotFoundException {
		if (name.endsWith("[]")) {
			return type(name.substring(0, name.length() - 2)).arrayType();
		}
		switch (name) {
			case "double":
				return double.class;
			case "float":
				return float.class;
			case "int":
				return int.class;
			default:
				return Class.forName(name);
		}
	}

	@SuppressWarnings("unchecked")
	private static List<String> names(final Map<String, Object> op) {
		return (List<String>) op.get("names");
	}

	private static List<Map<String, Object>> index() throws IOException {
		try (InputStream in = ColorBins.class.getResourceAsStream("/ops.yaml")) {
			final List<Map<String, Map<String, Object>>> entries = new Yaml().load(in);
			return entries.stream().map(entry -> entry.get("op")).collect(Collectors.toList());
		}
	}
}
