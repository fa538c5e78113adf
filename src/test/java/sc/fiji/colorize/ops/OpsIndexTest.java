/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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

/** The index of SciJava Ops, {@code ops.yaml}, which the compiler writes from the Javadoc. */
class OpsIndexTest {

	private static final Pattern DECLARED = Pattern.compile("@implNote op names='([^']+)', type=(\\w+)");

	/** The names are what scripts hold on to. */
	@Test
	void opNamesAreStable() {
		assertEquals(
				new TreeSet<>(List.of("colorize.addColor", "colorize.annealedMean", "colorize.applyHints",
						"colorize.colorBins", "colorize.colorPrior", "colorize.colorize", "colorize.demoAddColor",
						"colorize.demoLightness", "colorize.distributionEntropy", "colorize.fitGamut", "colorize.labToRgb",
						"colorize.lightness", "colorize.predict", "colorize.priorEntropy", "colorize.quantize",
						"colorize.rebalancingWeights", "colorize.resample", "colorize.rgbToLab", "colorize.saturation",
						"colorize.smoothAlongTime", "colorize.softEncode", "colorize.upsampleChroma",
						"colorize.upsampleChromaAlongEdges", "convert.labToRgb", "convert.lightness", "convert.rgbToLab",
						"image.fitGamut", "image.saturation", "transform.resample")),
				IndexedOps.index().stream().flatMap(op -> IndexedOps.names(op).stream())
						.collect(Collectors.toCollection(TreeSet::new)));
	}

	@Test
	void declaredOpsAreInTheIndex() throws IOException {
		final List<String> declared = new ArrayList<>();
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			for (final Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
				final Matcher matcher = DECLARED.matcher(Files.readString(file));
				while (matcher.find()) {
					declared.add(matcher.group(1) + " " + matcher.group(2));
				}
			}
		}
		assertEquals(declared.stream().sorted().toList(), IndexedOps.index().stream()
				.map(op -> String.join(", ", IndexedOps.names(op)) + " " + IndexedOps.kind(op)).sorted().toList());
	}

	@Test
	void entriesArePublicStaticMethods() throws ReflectiveOperationException {
		for (final Map<String, Object> op : IndexedOps.index()) {
			final Method method = IndexedOps.method(op);
			assertTrue(Modifier.isPublic(method.getModifiers()) && Modifier.isStatic(method.getModifiers()));
			assertParameters(op, method);
		}
	}

	/**
	 * The Ops engine takes an empty list of parameters for one parameter whose class has an empty name, does not find that
	 * class, and leaves the op out with a warning.
	 */
	@Test
	void opsHaveParameters() {
		for (final Map<String, Object> op : IndexedOps.index()) {
			final String source = URLDecoder.decode((String) op.get("source"), StandardCharsets.UTF_8);
			assertFalse(source.contains("()"), source);
		}
	}

	/** The engine leaves out optional parameters from the last one on. */
	@Test
	void optionalParametersComeLast() {
		for (final Map<String, Object> op : IndexedOps.index()) {
			final List<Object> nullable = IndexedOps.inputs(op).stream().map(input -> input.get("nullable")).toList();
			assertTrue(!nullable.contains(true) || nullable.lastIndexOf(false) < nullable.indexOf(true), op.toString());
		}
	}

	/** What {@code ops.help} prints: no tags and no markers, and the dimensions of every image. */
	@Test
	void descriptionsArePlainText() {
		for (final Map<String, Object> op : IndexedOps.index()) {
			assertPlain((String) op.get("description"));
			for (final Map<String, Object> parameter : IndexedOps.parameters(op)) {
				final String description = (String) parameter.get("description");
				assertPlain(description);
				if (((String) parameter.get("type")).contains("RandomAccessibleInterval")) {
					assertTrue(description.matches("(?s).*\\((x|u|4|313|256|64|width),? .*"), description);
				}
				if (parameter.get("nullable").equals(true)) {
					assertTrue(description.contains("null"), description);
				}
			}
		}
	}

	private static void assertPlain(final String text) {
		assertFalse(text.isBlank());
		assertFalse(text.matches("(?s).*(\\{@|<|\\(container\\)|\\(mutable\\)|\\(nullable\\)).*"), text);
	}

	private static void assertParameters(final Map<String, Object> op, final Method method)
			throws ReflectiveOperationException {
		final List<Class<?>> inputs = new ArrayList<>();
		int containers = 0;
		for (final Map<String, Object> parameter : IndexedOps.parameters(op)) {
			final Class<?> type = IndexedOps.type((String) parameter.get("type"));
			if (parameter.get("parameter type").equals("OUTPUT")) {
				assertEquals(method.getReturnType(), type);
				continue;
			}
			inputs.add(type);
			containers += parameter.get("parameter type").equals("CONTAINER") ? 1 : 0;
			assertFalse(type.isPrimitive(), "one type for numbers: " + parameter);
		}
		assertEquals(Arrays.asList(method.getParameterTypes()), inputs);
		assertEquals(IndexedOps.kind(op).equals("Computer") ? 1 : 0, containers, op.toString());
	}
}
